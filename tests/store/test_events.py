"""Events are stored once, whole, and mark their leads."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handraise.store.events import Taken, message_key, store_events, take_keys
from handraise.store.session import Database
from tests.flow.captured import NOW, a_message, rows

LONG_AGO = datetime(2020, 2, 29, 23, 59, 59, 999999, tzinfo=UTC)


@pytest.fixture
def connected(database: Any) -> Iterator[Database]:
    connected = Database(database.url)
    yield connected
    connected.close()


def test_message_id_is_taken_once_for_ever(connected: Database) -> None:
    keys = [message_key(1, "a"), message_key(1, "b")]
    with connected.transaction() as connection:
        assert take_keys(connection, keys, NOW) == set(keys)
    with connected.transaction() as connection:
        more = [*keys, message_key(1, "c")]
        assert take_keys(connection, more, NOW + timedelta(days=400)) == {message_key(1, "c")}


def test_two_sources_may_use_the_same_message_id(connected: Database) -> None:
    with connected.transaction() as connection:
        assert take_keys(connection, [message_key(1, "a")], NOW)
        assert take_keys(connection, [message_key(2, "a")], NOW)


def test_what_was_rolled_back_was_not_taken(connected: Database) -> None:
    with connected.engine.connect() as connection:
        assert take_keys(connection, [message_key(1, "a")], NOW)
        connection.rollback()
    with connected.transaction() as connection:
        assert take_keys(connection, [message_key(1, "a")], NOW)


def test_event_is_stored_as_it_came(connected: Database) -> None:
    message = a_message(
        "m-1",
        None,
        anonymous_id="anon",
        email="a@b.com",
        session_id="s-1",
        occurred_at=LONG_AGO,
        original_at=LONG_AGO,
        sent_at=NOW,
        clock="corrected",
        properties={"price": 0.1, "n": 2**62, "deep": [{"a": None}], "text": "ü'\"%s \\ 😀", "": True},
        context={"locale": "de"},
    )
    with connected.transaction() as connection:
        store_events(connection, [Taken(7, 3, message)], NOW)
    [row] = rows(connected, "select * from event")
    assert (row.lead_id, row.source_id, row.kind, row.event) == (7, 3, "track", "Demo Requested")
    assert (row.message_id, row.anonymous_id, row.user_id) == ("m-1", "anon", None)
    assert (row.occurred_at, row.received_at, row.original_at, row.sent_at) == (LONG_AGO, NOW, LONG_AGO, NOW)
    assert (row.session_id, row.clock, row.bot, row.import_id) == ("s-1", "corrected", None, None)
    assert row.properties == message.properties
    assert (row.context, row.traits) == ({"locale": "de"}, None)


def test_each_lead_is_marked_once_with_the_last_thing_it_did(connected: Database) -> None:
    earlier = a_message("m-1", occurred_at=NOW - timedelta(minutes=1))
    with connected.transaction() as connection:
        store_events(
            connection,
            [
                Taken(7, 1, a_message("m-2", event="Pricing Viewed")),
                Taken(7, 1, earlier),
                Taken(8, 1, a_message("m-3", kind="identify", event="identify")),
            ],
            NOW,
        )
    marks = rows(connected, "select lead_id, cause_kind, cause, marked_at from dirty_lead order by lead_id")
    assert [tuple(mark) for mark in marks] == [
        (7, "event", {"event": "Pricing Viewed", "message_id": "m-2"}, NOW),
        (8, "fact", {"event": "identify", "message_id": "m-3"}, NOW),
    ]


def test_bots_are_kept_and_mark_nothing(connected: Database) -> None:
    with connected.transaction() as connection:
        store_events(connection, [Taken(7, 1, a_message(bot="crawler"))], NOW)
    assert [row.bot for row in rows(connected, "select bot from event")] == ["crawler"]
    assert rows(connected, "select * from dirty_lead") == []


def test_workers_are_told_once_when_it_is_committed(connected: Database) -> None:
    with connected.engine.connect() as listening:
        listening = listening.execution_options(isolation_level="AUTOCOMMIT")
        listening.exec_driver_sql("listen handraise_dirty")
        driver = listening.connection.driver_connection
        assert driver is not None
        with connected.transaction() as connection:
            store_events(connection, [Taken(n, 1, a_message(f"m-{n}")) for n in range(50)], NOW)
            assert list(driver.notifies(timeout=0)) == []
        assert len(list(driver.notifies(timeout=5, stop_after=1))) == 1
        assert list(driver.notifies(timeout=0)) == []


def test_event_of_any_month_finds_a_partition(connected: Database) -> None:
    with connected.transaction() as connection:
        store_events(connection, [Taken(1, 1, a_message(received_at=datetime(2091, 1, 1, tzinfo=UTC)))], NOW)
    assert len(rows(connected, "select from event")) == 1
