"""Deliveries arrive at least once under one id, and one dead destination slows no other."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Never
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from handraise.connect.addresses import AddressRules
from handraise.connect.pinned import Outgoing
from handraise.connect.ports import Gone, Permanent, Receipt, Temporary, WebhookCall
from handraise.connect.smtp import SmtpMailer, SmtpServer
from handraise.connect.webhook import StandardHooks, verify
from handraise.core.notification import Notification
from handraise.flow.deliver import LEASE, deliver, disable_endpoint, queue_strays, replay, replay_endpoint
from handraise.flow.notify import notify
from handraise.store.deliveries import Attempt, Delivery, attempts_of, deliveries, delivery
from handraise.store.endpoints import Endpoint, endpoint, switch_on
from handraise.store.session import Database
from tests.connect.postboxes import postbox
from tests.connect.receivers import LOOPBACK, NO_TRUST, receiving
from tests.flow.outgoing import NOW, SECRET, Desk, an_endpoint, handed, jobs

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def desk(connected: Database) -> Desk:
    return Desk(connected)


def webhook(desk: Desk, url: str = "https://x.example/in") -> Endpoint:
    with desk.database.transaction() as connection:
        return an_endpoint(connection, url)


def hook_ids(desk: Desk, count: int) -> list[UUID]:
    """Deliveries for the webhooks there are."""
    with desk.database.transaction() as connection:
        who = handed(connection)
        return [
            made
            for number in range(count)
            for made in notify(
                connection,
                Notification("lead.moved", str(number), who.lead, channels=("webhook",)),
                desk.clock.now,
            )
        ]


def state(desk: Desk, delivery_id: UUID) -> Delivery:
    with desk.database.transaction() as connection:
        return delivery(connection, delivery_id)


def next_attempt(desk: Desk, delivery_id: UUID) -> datetime:
    at = state(desk, delivery_id).next_attempt_at
    assert at is not None
    return at


def tries(desk: Desk, delivery_id: UUID) -> list[Attempt]:
    with desk.database.transaction() as connection:
        return attempts_of(connection, delivery_id)


def later_job(desk: Desk, delivery_id: UUID) -> sa.Row[*tuple[Any, ...]]:
    waiting: list[sa.Row[*tuple[Any, ...]]] = [
        job for job in jobs(desk.database) if job.args["delivery_id"] == str(delivery_id)
    ]
    assert len(waiting) == 1
    return waiting[0]


def run_queue(desk: Desk) -> None:
    """Forget the jobs as a worker does that took them all."""
    with desk.database.transaction() as connection:
        connection.exec_driver_sql("delete from procrastinate_jobs")


def test_what_was_sent_is_recorded_and_not_sent_again(desk: Desk) -> None:
    webhook(desk)
    [one] = hook_ids(desk, 1)
    assert [desk.deliver(one), desk.deliver(one)] == ["sent", "finished"]
    assert [call.id for call in desk.hooks.sent] == [str(one)]
    [attempt] = tries(desk, one)
    assert (attempt.attempt, attempt.outcome, attempt.status) == (1, "sent", "200")
    assert state(desk, one).finished_at == NOW


def test_unknown_delivery_is_nothing_to_do(desk: Desk) -> None:
    assert desk.deliver(uuid4()) == "finished"


def test_failed_attempt_is_made_again_later_under_the_same_id(desk: Desk) -> None:
    webhook(desk)
    [one] = hook_ids(desk, 1)
    run_queue(desk)
    desk.hooks.fail_next(Temporary("busy", status=500))
    assert desk.deliver(one) == "again"
    assert NOW + timedelta(seconds=5) <= later_job(desk, one).scheduled_at <= NOW + timedelta(seconds=6)
    assert desk.deliver(one) == "early"
    desk.clock.move(timedelta(seconds=6))
    assert desk.deliver(one) == "sent"
    assert [(each.attempt, each.outcome, each.status) for each in tries(desk, one)] == [
        (1, "temporary", "500"),
        (2, "sent", "200"),
    ]
    assert {call.id for call in (*desk.hooks.sent, *desk.hooks.refused)} == {str(one)}


def test_receiver_is_left_alone_as_long_as_it_asks(desk: Desk) -> None:
    webhook(desk)
    one, other = hook_ids(desk, 2)
    run_queue(desk)
    desk.hooks.fail_next(Temporary("slow down", status=429, retry_after=HOUR))
    assert desk.deliver(one) == "again"
    assert later_job(desk, one).scheduled_at >= NOW + HOUR
    assert desk.deliver(other) == "early"
    assert later_job(desk, other)
    assert next_attempt(desk, other) >= NOW + HOUR
    assert state(desk, other).attempts == 0
    assert not tries(desk, other)


def test_last_attempt_fails_for_good_and_stays_visible(desk: Desk) -> None:
    webhook(desk)
    [one] = hook_ids(desk, 1)
    became = []
    for _ in range(10):
        desk.hooks.fail_next(Temporary("busy", status=500))
        became.append(desk.deliver(one))
        desk.clock.move(timedelta(hours=30 if len(became) > 3 else 3))
        with desk.database.transaction() as connection:
            switch_on(connection, 1)
    assert became == ["again"] * 9 + ["failed"]
    assert state(desk, one).state == "failed"
    assert len(tries(desk, one)) == 10


def test_refused_for_good_is_not_tried_again(desk: Desk) -> None:
    webhook(desk)
    [one] = hook_ids(desk, 1)
    desk.hooks.fail_next(Permanent("bad address"))
    assert desk.deliver(one) == "failed"
    with desk.database.transaction() as connection:
        assert endpoint(connection, 1).is_active


def test_gone_endpoint_is_switched_off_and_what_waits_for_it_dropped(desk: Desk) -> None:
    hook = webhook(desk)
    one, other = hook_ids(desk, 2)
    desk.hooks.fail_next(Gone("410", status=410))
    assert desk.deliver(one) == "failed"
    assert (state(desk, one).state, state(desk, other).state) == ("failed", "dropped")
    assert desk.deliver(other) == "finished"
    with desk.database.transaction() as connection:
        now = endpoint(connection, hook.id)
    assert not now.is_active
    assert "410" in (now.disabled_why or "")


def test_endpoint_that_fails_for_five_days_is_switched_off(desk: Desk) -> None:
    hook = webhook(desk)
    one, other = hook_ids(desk, 2)
    desk.hooks.fail_next(Temporary("away"), Temporary("away"))
    assert desk.deliver(one) == "again"
    desk.clock.move(timedelta(days=5))
    assert desk.deliver(other) == "dropped"
    with desk.database.transaction() as connection:
        assert not endpoint(connection, hook.id).is_active
    assert (state(desk, one).state, state(desk, other).state) == ("dropped", "dropped")


def test_success_in_between_starts_the_five_days_anew(desk: Desk) -> None:
    hook = webhook(desk)
    one, other, third = hook_ids(desk, 3)
    desk.hooks.fail_next(Temporary("away"))
    desk.deliver(one)
    desk.deliver(other)
    desk.clock.move(timedelta(days=5))
    desk.hooks.fail_next(Temporary("away"))
    assert desk.deliver(third) == "again"
    with desk.database.transaction() as connection:
        assert endpoint(connection, hook.id).failing_since == desk.clock.now


def test_replay_sends_the_same_id_again_with_all_its_attempts(desk: Desk) -> None:
    webhook(desk)
    [one] = hook_ids(desk, 1)
    desk.deliver(one)
    run_queue(desk)
    with desk.database.transaction() as connection:
        assert replay(connection, [one, uuid4()], desk.clock.now) == 1
    later_job(desk, one)
    assert desk.deliver(one) == "sent"
    assert [call.id for call in desk.hooks.sent] == [str(one)] * 2


def test_endpoint_gets_all_it_missed_once_it_is_back(desk: Desk) -> None:
    hook = webhook(desk)
    ids = hook_ids(desk, 3)
    desk.deliver(ids[0])
    with desk.database.transaction() as connection:
        assert disable_endpoint(connection, hook.id, "by hand", NOW) == 2
    run_queue(desk)
    with desk.database.transaction() as connection:
        switch_on(connection, hook.id)
        assert replay_endpoint(connection, hook.id, NOW) == 2
    assert desk.deliver_due() == ["sent", "sent"]
    assert sorted(call.id for call in desk.hooks.sent) == sorted(map(str, ids))


def test_delivery_for_an_endpoint_that_was_switched_off_is_dropped(desk: Desk) -> None:
    hook = webhook(desk)
    [one] = hook_ids(desk, 1)
    with desk.database.transaction() as connection:
        connection.exec_driver_sql("update webhook_endpoint set is_active = false where id = %s", (hook.id,))
    assert desk.deliver(one) == "dropped"
    assert not desk.hooks.sent


def test_worker_that_dies_while_sending_leaves_it_to_be_sent_again(desk: Desk) -> None:
    webhook(desk)
    [one] = hook_ids(desk, 1)
    run_queue(desk)

    class Killed(BaseException):
        pass

    class Deadly:
        def send(self, call: WebhookCall) -> Never:
            raise Killed

    alive, desk.hooks = desk.hooks, Deadly()
    with pytest.raises(Killed):
        desk.deliver(one)
    desk.hooks = alive
    assert desk.deliver(one) == "early"
    assert later_job(desk, one)
    assert state(desk, one).next_attempt_at == NOW + LEASE
    desk.clock.move(LEASE)
    assert desk.deliver(one) == "sent"


def test_two_jobs_for_one_delivery_make_one_attempt(desk: Desk) -> None:
    webhook(desk)
    [one] = hook_ids(desk, 1)
    begun, go = threading.Event(), threading.Event()

    class Slow:
        def send(self, call: WebhookCall) -> Receipt:
            begun.set()
            assert go.wait(10)
            return Receipt(200)

    desk.hooks = Slow()
    became: list[str] = []
    first = threading.Thread(target=lambda: became.append(desk.deliver(one)))
    first.start()
    assert begun.wait(10)
    second = desk.deliver(one)
    go.set()
    first.join(10)
    assert (became, second) == (["sent"], "early")
    assert len(tries(desk, one)) == 1


def test_message_that_cannot_be_written_is_no_success(desk: Desk) -> None:
    with desk.database.transaction() as connection:
        who = handed(connection)
        [one] = notify(
            connection, Notification("handoff.opened", "k", who.lead, who.handoff, ("email",)), NOW
        )
        connection.exec_driver_sql("update delivery set payload = '{\"brief\": 7}' where id = %s", (one,))
    assert desk.deliver(one) == "again"
    [attempt] = tries(desk, one)
    assert attempt.outcome == "temporary"
    assert not desk.mailer.sent


def test_failing_destination_is_called_less_and_less(desk: Desk) -> None:
    webhook(desk)
    ids = hook_ids(desk, 20)
    desk.hooks.fail_next(*[Temporary("away")] * 3)
    assert [desk.deliver(one) for one in ids[:3]] == ["again"] * 3
    assert {desk.deliver(one) for one in ids[3:]} == {"early"}
    assert sum(state(desk, one).attempts for one in ids) == 3
    back = sorted(next_attempt(desk, one) for one in ids[3:])
    assert back[0] >= NOW + timedelta(seconds=30)
    assert len(set(back)) == len(back)


def test_one_mail_put_off_does_not_close_the_mail_server(desk: Desk) -> None:
    ids = []
    with desk.database.transaction() as connection:
        who = handed(connection)
        for number in range(5):
            told_ = Notification("sla.warned", str(number), who.lead, who.handoff, ("email",))
            ids += notify(connection, told_, NOW)
    desk.mailer.fail_next(*[Temporary("greylisted", status=451)] * 4)
    assert [desk.deliver(one) for one in ids] == ["again"] * 4 + ["sent"]


def test_lost_job_is_put_in_again(desk: Desk) -> None:
    webhook(desk)
    [one] = hook_ids(desk, 1)
    run_queue(desk)
    with desk.database.transaction() as connection:
        assert queue_strays(connection, NOW + MINUTE) == 0
        assert queue_strays(connection, NOW + 3 * MINUTE) == 1
        assert queue_strays(connection, NOW + 3 * MINUTE) == 0
    later_job(desk, one)


def test_six_hours_without_the_receiver_lose_nothing_and_double_nothing(desk: Desk) -> None:
    webhook(desk)
    with desk.database.transaction() as connection:
        who = handed(connection)
    outage = NOW + 6 * HOUR

    class Away:
        def __init__(self) -> None:
            self.got: list[str] = []

        def send(self, call: WebhookCall) -> Receipt:
            if desk.clock.now < outage:
                raise Temporary("no answer")
            self.got.append(call.id)
            return Receipt(200)

    desk.hooks = Away()
    ids = []
    until = NOW + 24 * HOUR
    number = 0
    while desk.clock.now < until:
        if desk.clock.now < outage and number < 40:
            with desk.database.transaction() as connection:
                moved = Notification("lead.moved", str(number), who.lead, channels=("webhook",))
                ids += notify(connection, moved, desk.clock.now)
            number += 1
        desk.deliver_due()
        desk.clock.move(timedelta(minutes=9))
    assert len(ids) == 40
    assert sorted(desk.hooks.got) == sorted(map(str, ids))
    with desk.database.transaction() as connection:
        assert {each.state for each in deliveries(connection)} == {"sent"}


@pytest.mark.enable_socket
def test_webhook_arrives_signed_at_a_real_server(desk: Desk) -> None:
    with receiving() as receiver:
        webhook(desk, receiver.url())
        desk.hooks = StandardHooks(Outgoing(AddressRules.with_private(LOOPBACK), trust=NO_TRUST))
        [one] = hook_ids(desk, 1)
        assert desk.deliver(one) == "sent"
        [got] = receiver.received
    verify(got.headers, got.body, SECRET, NOW)
    assert got.headers["webhook-id"] == str(one)
    assert b'"type":"lead.moved"' in got.body


@pytest.mark.enable_socket
@pytest.mark.parametrize(
    ("status", "headers", "became", "active"),
    [
        (429, {"Retry-After": "3600"}, "again", True),
        (500, {}, "again", True),
        (302, {"Location": "http://127.0.0.1/"}, "again", True),
        (410, {}, "failed", False),
    ],
)
def test_answers_of_a_real_server_are_understood(
    desk: Desk, status: int, headers: dict[str, str], became: str, active: bool
) -> None:
    with receiving(status=status, headers=headers) as receiver:
        hook = webhook(desk, receiver.url())
        desk.hooks = StandardHooks(Outgoing(AddressRules.with_private(LOOPBACK), trust=NO_TRUST))
        [one] = hook_ids(desk, 1)
        assert desk.deliver(one) == became
    with desk.database.transaction() as connection:
        assert endpoint(connection, hook.id).is_active is active
    if "Retry-After" in headers:
        assert next_attempt(desk, one) >= NOW + HOUR


@pytest.mark.enable_socket
def test_mail_arrives_at_a_real_server(desk: Desk) -> None:
    with postbox() as box:
        mailer = SmtpMailer(SmtpServer("127.0.0.1", "desk@us.example", box.port, "plain"))
        with desk.database.transaction() as connection:
            who = handed(connection)
            [one] = notify(
                connection, Notification("handoff.opened", "k", who.lead, who.handoff, ("email",)), NOW
            )
        assert deliver(desk.database, replace(desk.outside, mailer=mailer), one, desk.clock) == "sent"
        [mail] = box.mails
    assert mail["Message-ID"] == f"<{one}@us.example>"
    assert mail["To"] == "ann@us.example"


def test_dead_destination_takes_no_room_from_a_live_one(desk: Desk) -> None:
    dead, live = webhook(desk, "https://dead.example"), webhook(desk, "https://live.example")
    hook_ids(desk, 60)
    with desk.database.transaction() as connection:
        to_dead, to_live = (
            [each.id for each in deliveries(connection, destination=str(hook.id))] for hook in (dead, live)
        )
    let_go = threading.Event()

    class Half:
        def __init__(self) -> None:
            self.live = 0

        def send(self, call: WebhookCall) -> Receipt:
            if "dead" in call.url:
                let_go.wait(20)
                raise Temporary("no answer in time")
            self.live += 1
            return Receipt(200)

    desk.hooks = Half()
    mixed = [one for pair in zip(to_dead, to_live, strict=True) for one in pair]
    running = threads_deliver(desk, mixed, until=lambda: desk.hooks.live == 60, threads=8)
    let_go.set()
    for each in running:
        each.join(20)
    assert desk.hooks.live == 60


def threads_deliver(
    desk: Desk, ids: Sequence[UUID], until: Callable[[], bool], threads: int
) -> list[threading.Thread]:
    """Work through `ids` with some threads; gives them once `until` holds, or fails."""
    waiting = iter(ids)
    lock = threading.Lock()

    def work() -> None:
        while True:
            with lock:
                one = next(waiting, None)
            if one is None:
                return
            desk.deliver(one)

    running = [threading.Thread(target=work) for _ in range(threads)]
    for each in running:
        each.start()
    begun = time.monotonic()
    while not until():
        assert time.monotonic() - begun < 15, "the dead destination holds the live one up"
        time.sleep(0.01)

    return running
