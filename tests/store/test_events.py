"""Events are stored once, whole, and mark their leads."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from handraise.store import families
from handraise.store.aliases import Alias, link
from handraise.store.events import Taken, store_events, take
from handraise.store.leads import make_leads
from handraise.store.session import Database
from tests.flow.captured import NOW, a_message, rows

LONG_AGO = datetime(2020, 2, 29, 23, 59, 59, 999999, tzinfo=UTC)


@pytest.fixture
def connected(database: Any) -> Iterator[Database]:
    connected = Database(database.url)
    yield connected
    connected.close()


def taken(connection: sa.Connection, *ids: str, source: int = 1, now: datetime = NOW) -> list[str]:
    """Those of these ids that are new; nobody is known, so all of them are left."""
    new, left = take(connection, [(source, a_message(one)) for one in ids], now)
    assert new == {*left}
    return [ids[place] for place in left]


def test_message_id_is_taken_once_for_ever(connected: Database) -> None:
    with connected.transaction() as connection:
        assert taken(connection, "a", "b") == ["a", "b"]
    with connected.transaction() as connection:
        assert taken(connection, "a", "b", "c", now=NOW + timedelta(days=400)) == ["c"]


def test_of_one_id_in_a_batch_the_first_counts(connected: Database) -> None:
    with connected.transaction() as connection:
        assert take(connection, [(1, a_message("a")), (1, a_message("a"))], NOW) == ({0}, [0])


def test_two_sources_may_use_the_same_message_id(connected: Database) -> None:
    with connected.transaction() as connection:
        assert taken(connection, "a", source=1)
        assert taken(connection, "a", source=2)


def test_what_was_rolled_back_was_not_taken(connected: Database) -> None:
    with connected.engine.connect() as connection:
        assert taken(connection, "a")
        connection.rollback()
    with connected.transaction() as connection:
        assert taken(connection, "a")


# --- at once, whom we know ---


@pytest.fixture
def known(connected: Database) -> dict[str, int]:
    """Ann, her browser that was merged into her, Bob, and a browser of nobody."""
    with connected.transaction() as connection:
        ann, browser, bob, nobody = make_leads(connection, [True, False, True, False], NOW)
        families.merge(connection, browser, ann, "test", "its ids met", NOW)
        names = {
            Alias("user_id", "ann"): ann,
            Alias("anonymous_id", "hers"): browser,
            Alias("user_id", "bob"): bob,
            Alias("anonymous_id", "nobodys"): nobody,
        }
        link(connection, names, NOW)
        connection.exec_driver_sql("delete from dirty_lead")
    return {"ann": ann, "browser": browser, "bob": bob, "nobody": nobody}


def test_events_of_known_people_are_stored_by_the_statement_that_takes_them(
    connected: Database, known: dict[str, int]
) -> None:
    messages = [
        a_message("m-1", "ann"),
        a_message("m-2", None, anonymous_id="hers"),
        a_message("m-3", "ann", anonymous_id="hers"),
        a_message("m-4", None, anonymous_id="nobodys"),
        a_message("m-5", "bob", bot="crawler"),
    ]
    with connected.transaction() as connection:
        assert take(connection, [(1, one) for one in messages], NOW, import_id=9) == ({0, 1, 2, 3, 4}, [])
        assert take(connection, [(1, one) for one in messages], NOW) == (set(), [])
    stored = rows(
        connected, "select message_id, lead_id, source_id, import_id from event order by message_id"
    )
    whose = [known["ann"], known["browser"], known["ann"], known["nobody"], known["bob"]]
    assert [tuple(row) for row in stored] == [(f"m-{n}", lead, 1, 9) for n, lead in enumerate(whose, start=1)]
    marks = rows(connected, "select lead_id from dirty_lead order by lead_id")
    assert [mark.lead_id for mark in marks] == sorted({known["ann"], known["browser"], known["nobody"]})


@pytest.mark.parametrize(
    ("user_id", "anonymous_id"),
    [("bob", "hers"), ("ann", "nobodys"), ("ann", "new"), ("new", "hers"), ("new", None), (None, "new")],
)
def test_events_whose_ids_are_not_one_persons_are_left(
    connected: Database, known: dict[str, int], user_id: str | None, anonymous_id: str | None
) -> None:
    message = a_message("m-1", user_id, anonymous_id=anonymous_id)
    with connected.transaction() as connection:
        assert take(connection, [(1, message)], NOW) == ({0}, [0])
    assert rows(connected, "select from event") == []


def test_what_tells_something_is_left_whoever_sent_it(connected: Database, known: dict[str, int]) -> None:
    both = [(1, a_message("m-1", "ann")), (1, a_message("m-2", "ann"))]
    with connected.transaction() as connection:
        assert take(connection, both, NOW, telling={1}) == ({0, 1}, [1])
        assert take(connection, both, NOW) == (set(), [])
    assert [row.message_id for row in rows(connected, "select message_id from event")] == ["m-1"]


# --- the others, once it is known whose they are ---


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
