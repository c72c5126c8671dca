"""What was held back is replayed when the program can read it, once, or given up."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from handraise.flow.pipeline import receive, replay_quarantine
from handraise.store.quarantine import count_waiting, discard, waiting
from handraise.store.session import Database
from tests.flow.captured import NOW, a_refusal, a_source, count, rows

Hold = Callable[..., list[int]]
LATER = NOW + timedelta(days=3)
GOOD = (
    b'{"batch":[{"type":"track","event":"E","userId":"u1","messageId":"m-1","timestamp":"%s"}],"sentAt":"%s"}'
)


@pytest.fixture
def held(connected: Database) -> Hold:
    """Puts calls into quarantine as if they had come at `NOW`; gives their ids."""
    source, _ = a_source(connected)

    def hold(*bodies: bytes, path: str = "/v1/batch") -> list[int]:
        with connected.transaction() as connection:
            receive(connection, source, [], [a_refusal(body) for body in bodies], NOW, path=path)
        with connected.transaction() as connection:
            return [one.id for one in waiting(connection)]

    return hold


def test_replay_takes_what_can_be_read_now_and_says_what_is_wrong_with_the_rest(
    connected: Database, held: Hold
) -> None:
    held(GOOD % (b"", b""), b"[", b'{"batch": [{"type": "track"}]}')
    with connected.transaction() as connection:
        done = replay_quarantine(connection, None, LATER)
    assert (done.taken, done.still_wrong) == (1, 2)
    with connected.transaction() as connection:
        assert sorted(one.code for one in waiting(connection)) == ["no_event", "not_json"]
    assert count(connected, "event") == count(connected, "dirty_lead") == 1


def test_replayed_call_keeps_its_time_and_is_known_from_now_on(connected: Database, held: Hold) -> None:
    an_hour_wrong = NOW - timedelta(hours=1)
    held(GOOD % (b"2026-03-02T08:10:00Z", an_hour_wrong.isoformat().encode()))
    with connected.transaction() as connection:
        replay_quarantine(connection, None, LATER)
    [event] = rows(connected, "select occurred_at, received_at, clock from event")
    assert event.occurred_at == datetime(2026, 3, 2, 9, 10, tzinfo=UTC)
    assert (event.received_at, event.clock) == (LATER, "corrected")


def test_replay_twice_takes_once(connected: Database, held: Hold) -> None:
    held(GOOD % (b"", b""), GOOD % (b"", b""))
    for expected in (2, 0):
        with connected.transaction() as connection:
            assert replay_quarantine(connection, None, LATER).taken == expected
    assert count(connected, "event") == 1


def test_only_those_that_are_named_are_replayed_or_discarded(connected: Database, held: Hold) -> None:
    first, second, third = held(*[(GOOD % (b"", b"")).replace(b"m-1", b"m-%d" % n) for n in (1, 2, 3)])
    with connected.transaction() as connection:
        assert replay_quarantine(connection, [second], LATER).taken == 1
        assert discard(connection, [third, second], LATER) == 1
        assert [one.id for one in waiting(connection)] == [first]
        assert discard(connection, None, LATER) == 1
        assert replay_quarantine(connection, None, LATER).taken == 0


def test_more_than_a_page_is_replayed(connected: Database, held: Hold) -> None:
    held(*[(GOOD % (b"", b"")).replace(b"m-1", b"m-%d" % n) for n in range(230)], *[b"["] * 20)
    with connected.transaction() as connection:
        assert count_waiting(connection) == {"no_type": 250}
        done = replay_quarantine(connection, None, LATER)
    assert (done.taken, done.still_wrong) == (230, 20)


def test_image_request_is_replayed_from_its_address(connected: Database) -> None:
    source, _ = a_source(connected, adapter="snowplow")
    path = "/i?e=pv&duid=d1&eid=e1&url=https://acme.com/pricing"
    with connected.transaction() as connection:
        receive(connection, source, [], [a_refusal(path.encode())], NOW, path=path)
        assert replay_quarantine(connection, None, LATER).taken == 1
    assert [row.event for row in rows(connected, "select event from event")] == ["page"]
