"""What is acknowledged is stored or in quarantine, once, whatever goes wrong meanwhile."""

import asyncio
import threading
from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from handraise.core.message import Message
from handraise.flow import capture
from handraise.flow.capture import LONG, Arrival, CaptureAway, GroupCommit, Outcome, in_order
from handraise.flow.pipeline import receive, receive_all
from handraise.store.quarantine import waiting
from handraise.store.session import Database
from handraise.store.sources import source_by_id
from tests.flow.captured import (
    NOW,
    a_message,
    a_refusal,
    a_source,
    an_arrival,
    count,
    group_commit,
    rows,
)
from tests.flow.recognising import resolve


def captured(group: GroupCommit, *arrivals: Arrival) -> Any:
    async def all_at_once() -> Any:
        return await asyncio.gather(*map(group.capture, arrivals), return_exceptions=True)

    return asyncio.run(all_at_once())


def statuses(outcomes: Any) -> Any:
    return [outcome.status for outcome in outcomes]


# --- receive ---


def test_repeated_message_is_a_duplicate_and_changes_nothing(connected: Database) -> None:
    source, _ = a_source(connected)
    with connected.transaction() as connection:
        first = receive(connection, source, [a_message()], [], NOW, resolve=resolve)
    with connected.transaction() as connection:
        again = receive(connection, source, [a_message()], [], NOW, resolve=resolve)
    assert statuses(first) == ["accepted"]
    assert statuses(again) == ["duplicate"]
    assert count(connected, "event") == count(connected, "dirty_lead") == 1


def test_repeat_within_one_transaction_is_a_duplicate(connected: Database) -> None:
    source, _ = a_source(connected)
    first = an_arrival(source, [a_message("a"), a_message("b"), a_message("a", event="Again")])
    second = an_arrival(source, [a_message("b"), a_message("c")])
    with connected.transaction() as connection:
        found = receive_all(connection, [first, second], NOW, resolve=resolve)
    assert [statuses(one) for one in found] == [
        ["accepted", "accepted", "duplicate"],
        ["duplicate", "accepted"],
    ]
    assert sorted(row.event for row in rows(connected, "select event from event")) == ["Demo Requested"] * 3


def test_two_sources_do_not_shadow_one_another(connected: Database) -> None:
    one, _ = a_source(connected)
    other, _ = a_source(connected)
    with connected.transaction() as connection:
        found = receive_all(
            connection,
            [an_arrival(one, [a_message()]), an_arrival(other, [a_message()])],
            NOW,
            resolve=resolve,
        )
    assert [statuses(each) for each in found] == [["accepted"], ["accepted"]]


def test_refused_calls_are_kept_as_they_came_and_noise_is_not(connected: Database) -> None:
    source, _ = a_source(connected)
    refused = [
        a_refusal(b'{"x": "\\u0000"}', message="a NUL: \x00 and half a pair: \ud800", message_id="m-9"),
        a_refusal(b"\xff\x00", code="noise"),
    ]
    with connected.transaction() as connection:
        found = receive(connection, source, [], refused, NOW, path="/v1/track", resolve=resolve)
    assert statuses(found) == ["quarantined", "ignored"]
    with connected.transaction() as connection:
        [held] = waiting(connection)
    assert (held.raw, held.code, held.message_id) == (b'{"x": "\\u0000"}', "no_type", "m-9")
    assert (held.source_id, held.adapter, held.path) == (source.id, "segment", "/v1/track")


def test_first_event_of_a_source_is_noted_once(connected: Database) -> None:
    source, _ = a_source(connected)
    with connected.transaction() as connection:
        receive(connection, source, [a_message()], [], NOW, resolve=resolve)
    with connected.transaction() as connection:
        noted = source_by_id(connection, source.id)
    assert noted is not None
    assert noted.first_event_at == NOW


# --- group commit ---


def test_many_requests_share_one_transaction(connected: Database) -> None:
    source, _ = a_source(connected)
    gate, sizes = threading.Event(), []

    def slowly(connection: sa.Connection, arrivals: Sequence[Arrival], now: datetime) -> Any:
        gate.wait(10)
        sizes.append(len(arrivals))
        return receive_all(connection, arrivals, now, resolve=resolve)

    async def send() -> Any:
        sending = [
            asyncio.create_task(group.capture(an_arrival(source, [a_message(f"m-{n}")]))) for n in range(40)
        ]
        await asyncio.sleep(0)
        gate.set()
        return await asyncio.gather(*sending)

    with group_commit(connected, receive=slowly) as group:
        found = asyncio.run(send())
    assert [statuses(one) for one in found] == [["accepted"]] * 40
    assert sum(sizes) == 40
    assert len(sizes) <= 3
    assert count(connected, "event") == 40


def test_those_who_are_answered_together_share_the_next_transaction_too(connected: Database) -> None:
    source, _ = a_source(connected)
    sizes = []

    def counting(connection: sa.Connection, arrivals: Sequence[Arrival], now: datetime) -> Any:
        sizes.append(len(arrivals))
        return receive_all(connection, arrivals, now, resolve=resolve)

    async def sender(name: str) -> None:
        for number in range(20):
            await group.capture(an_arrival(source, [a_message(f"{name}-{number}")]))

    async def all_at_once() -> None:
        await asyncio.gather(*(sender(f"s{number}") for number in range(20)))

    with group_commit(connected, receive=counting) as group:
        asyncio.run(all_at_once())
    assert sum(sizes) == 400
    assert len(sizes) < 60  # twenty times twenty, and one alone where the first did not wait for the others


class Stuck:
    """Receives; the transaction that begins with the message `stuck` waits at the gate."""

    def __init__(self) -> None:
        self.gate, self.begun = threading.Event(), threading.Event()

    def receive(self, connection: sa.Connection, arrivals: Sequence[Arrival], now: datetime) -> Any:
        if arrivals[0].messages[0].message_id == "stuck":
            self.begun.set()
            assert self.gate.wait(10)
        return receive_all(connection, arrivals, now, resolve=resolve)


def test_a_transaction_that_takes_long_holds_up_nobody_else(connected: Database) -> None:
    source, _ = a_source(connected)
    stuck = Stuck()

    async def send() -> Any:
        first = asyncio.create_task(group.capture(an_arrival(source, [a_message("stuck")])))
        await asyncio.to_thread(stuck.begun.wait, 10)
        await asyncio.sleep(LONG * 1.2)
        others = [await group.capture(an_arrival(source, [a_message(f"m-{n}")])) for n in range(5)]
        assert not first.done()
        stuck.gate.set()
        return [await first, *others]

    with group_commit(connected, receive=stuck.receive) as group:
        found = asyncio.run(send())
    assert [statuses(one) for one in found] == [["accepted"]] * 6


def test_where_plenty_waits_a_second_group_is_written_beside_the_first(
    connected: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capture, "LONG", 3600.0)
    source, _ = a_source(connected)
    stuck = Stuck()

    async def send() -> Any:
        first = asyncio.create_task(group.capture(an_arrival(source, [a_message("stuck")])))
        await asyncio.to_thread(stuck.begun.wait, 10)
        few = asyncio.create_task(group.capture(an_arrival(source, [a_message("m")])))
        await group.capture(an_arrival(source, [a_message(f"m-{n}") for n in range(4)]))
        await few
        assert not first.done()
        stuck.gate.set()
        return await first

    with group_commit(connected, receive=stuck.receive, plenty=5) as group:
        assert statuses(asyncio.run(send())) == ["accepted"]
    assert count(connected, "event") == 6


def test_a_transaction_takes_no_more_than_its_limit(connected: Database) -> None:
    source, _ = a_source(connected)
    sizes = []

    def counting(connection: sa.Connection, arrivals: Sequence[Arrival], now: datetime) -> Any:
        sizes.append(sum(map(len, arrivals)))
        return receive_all(connection, arrivals, now, resolve=resolve)

    arrivals = [an_arrival(source, [a_message(f"m-{a}-{n}") for n in range(4)]) for a in range(20)]
    with group_commit(connected, receive=counting, most_together=10) as group:
        captured(group, *arrivals)
    assert max(sizes) <= 10
    assert count(connected, "event") == 80


def test_one_poisonous_call_is_held_back_and_all_others_are_stored(connected: Database) -> None:
    source, _ = a_source(connected)
    arrivals = [
        an_arrival(source, [a_message(f"m-{a}-{n}") for n in range(10)], [a_refusal(message_id="r")])
        for a in range(5)
    ]
    poison = a_message("poison", properties={"text": "NUL \x00"}, context={"half": "\ud800"})
    messages = arrivals[2].messages
    arrivals[2] = replace(arrivals[2], messages=(*messages[:4], poison, *messages[4:]))
    with group_commit(connected) as group:
        found = captured(group, *arrivals)
    for place, outcomes in enumerate(found):
        bad = ["quarantined"] if place == 2 else []
        assert statuses(outcomes) == ["accepted"] * 4 + bad + ["accepted"] * 6 + ["quarantined"]
    assert found[2][4].message_id == "poison"
    assert found[2][4].code == "not_storable"
    assert count(connected, "event") == 50
    assert count(connected, "quarantine") == 6


def test_our_own_mistake_holds_back_only_the_call_that_shows_it(connected: Database) -> None:
    source, _ = a_source(connected)

    def trips(connection: sa.Connection, messages: Sequence[Message], now: datetime) -> Any:
        if any(message.message_id == "m-3" for message in messages):
            raise KeyError("a mistake")
        return resolve(connection, messages, now)

    with group_commit(connected, receive=partial(receive_all, resolve=trips)) as group:
        [found] = captured(group, an_arrival(source, [a_message(f"m-{n}") for n in range(8)]))
    assert statuses(found) == [*["accepted"] * 3, "quarantined", *["accepted"] * 4]


@pytest.mark.parametrize("state", ["53100", "53300", "57P01", "42501", "08006"])
def test_database_in_trouble_is_never_a_false_yes(connected: Database, state: str) -> None:
    source, _ = a_source(connected)

    def fails(connection: sa.Connection, arrivals: Sequence[Arrival], now: datetime) -> None:
        receive_all(connection, arrivals, now, resolve=resolve)
        connection.exec_driver_sql(f"do $$ begin raise exception 'no' using errcode = '{state}'; end $$")

    with group_commit(connected, receive=fails) as group:
        found = captured(group, *(an_arrival(source, [a_message(f"m-{n}")]) for n in range(3)))
    assert [type(one) for one in found] == [CaptureAway] * 3
    assert (
        count(connected, "event") == count(connected, "quarantine") == count(connected, "event_message") == 0
    )


def test_database_away_is_said_and_the_next_request_is_taken_when_it_is_back(connected: Database) -> None:
    source, _ = a_source(connected)
    arrival = an_arrival(source, [a_message()])
    held = [connected.engine.connect() for _ in range(10)]  # every connection there is
    with group_commit(connected) as group:
        assert isinstance(captured(group, arrival)[0], CaptureAway)
        for connection in held:
            connection.close()
        assert statuses(captured(group, arrival)[0]) == ["accepted"]


def test_commit_whose_acknowledgement_was_lost_is_repeated_without_harm(connected: Database) -> None:
    """The rows are there, the sender was told 503: its retry creates nothing."""
    source, _ = a_source(connected)
    arrival = an_arrival(source, [a_message("a"), a_message("b")])

    class Dropping(Database):
        """Commits, and then the answer is lost on the way."""

        drops = 1

        def transaction(self) -> Any:
            if not self.drops:
                return super().transaction()
            self.drops -= 1
            return self._lost()

        @staticmethod
        def _lost() -> Any:
            @contextmanager
            def losing() -> Any:
                with connected.transaction() as connection:
                    yield connection
                raise sa.exc.OperationalError("commit", {}, psycopg.OperationalError("server closed"))

            return losing()

    dropping = Dropping(connected.url)
    with group_commit(dropping) as group:
        assert isinstance(captured(group, arrival)[0], CaptureAway)
        assert statuses(captured(group, arrival)[0]) == ["duplicate", "duplicate"]
    dropping.close()
    assert count(connected, "event") == 2


def test_deadlock_is_tried_again(connected: Database) -> None:
    source, _ = a_source(connected)
    tries = []

    def conflicts(connection: sa.Connection, arrivals: Sequence[Arrival], now: datetime) -> Any:
        tries.append(1)
        if len(tries) < 3:
            connection.exec_driver_sql("do $$ begin raise exception 'no' using errcode = '40P01'; end $$")
        return receive_all(connection, arrivals, now, resolve=resolve)

    with group_commit(connected, receive=conflicts) as group:
        [found] = captured(group, an_arrival(source, [a_message()]))
    assert statuses(found) == ["accepted"]
    assert len(tries) == 3


def test_writers_with_the_same_messages_in_other_orders_store_each_once(connected: Database) -> None:
    source, _ = a_source(connected)
    arrivals = [an_arrival(source, [a_message(f"m-{n}")]) for n in range(60)]
    found = []

    def send(order: Iterable[int]) -> None:
        with group_commit(connected, most_together=7) as group:
            found.extend(captured(group, *(arrivals[n] for n in order)))

    threads = [
        threading.Thread(target=send, args=(order,))
        for order in (range(60), range(59, -1, -1), [*range(30, 60), *range(30)])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (
        sorted(status for one in found for status in statuses(one)) == ["accepted"] * 60 + ["duplicate"] * 120
    )
    assert count(connected, "event") == 60


def test_too_much_waiting_is_turned_away(connected: Database) -> None:
    source, _ = a_source(connected)
    gate, taken = threading.Event(), threading.Event()

    def blocked(connection: sa.Connection, arrivals: Sequence[Arrival], now: datetime) -> Any:
        taken.set()
        gate.wait(10)
        return receive_all(connection, arrivals, now, resolve=resolve)

    async def send() -> Any:
        first = asyncio.create_task(group.capture(an_arrival(source, [a_message("a")])))
        await asyncio.to_thread(taken.wait, 10)
        rest = [
            asyncio.create_task(group.capture(an_arrival(source, [a_message(f"m-{n}")]))) for n in range(5)
        ]
        await asyncio.sleep(0)
        gate.set()
        return await asyncio.gather(first, *rest, return_exceptions=True)

    with group_commit(connected, receive=blocked, most_waiting=3) as group:
        found = asyncio.run(send())
    assert [isinstance(one, CaptureAway) for one in found] == [False] * 4 + [True] * 2


def test_closing_stores_what_waits_and_takes_nothing_more(connected: Database) -> None:
    source, _ = a_source(connected)
    gate = threading.Event()

    def blocked(connection: sa.Connection, arrivals: Sequence[Arrival], now: datetime) -> Any:
        gate.wait(10)
        return receive_all(connection, arrivals, now, resolve=resolve)

    async def send() -> Any:
        with group_commit(connected, receive=blocked) as group:
            waiting = [
                asyncio.create_task(group.capture(an_arrival(source, [a_message(f"m-{n}")])))
                for n in range(9)
            ]
            await asyncio.sleep(0)
            closing = asyncio.create_task(asyncio.to_thread(group.close))
            while not group._is_closed:  # noqa: ASYNC110  (nobody tells when closing has begun)
                await asyncio.sleep(0.001)
            with pytest.raises(CaptureAway):
                await group.capture(an_arrival(source, [a_message("late")]))
            gate.set()
            await closing
            return await asyncio.gather(*waiting)

    found = asyncio.run(send())
    assert [statuses(one) for one in found] == [["accepted"]] * 9
    assert count(connected, "event") == 9


def test_a_caller_who_left_stops_nobody(connected: Database) -> None:
    source, _ = a_source(connected)
    gate = threading.Event()

    def blocked(connection: sa.Connection, arrivals: Sequence[Arrival], now: datetime) -> Any:
        gate.wait(10)
        return receive_all(connection, arrivals, now, resolve=resolve)

    async def send() -> Any:
        left = asyncio.create_task(group.capture(an_arrival(source, [a_message("a")])))
        stays = asyncio.create_task(group.capture(an_arrival(source, [a_message("b")])))
        await asyncio.sleep(0)
        left.cancel()
        gate.set()
        return await stays

    with group_commit(connected, receive=blocked) as group:
        assert statuses(asyncio.run(send())) == ["accepted"]
    assert count(connected, "event") == 2


def test_outcomes_come_in_the_order_of_the_calls() -> None:
    messages = tuple(a_message(name) for name in "abc")
    arrival = Arrival(1, "segment", "/v1/batch", messages, (a_refusal(place=3), a_refusal(place=0)))
    outcomes = [
        *(Outcome("accepted", name) for name in "abc"),
        *(Outcome("quarantined", str(n)) for n in (3, 0)),
    ]
    assert [one.message_id for one in in_order(arrival, outcomes)] == ["0", "a", "b", "3", "c"]
