"""Deliveries are kept once, with every attempt, until they are too old."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from handraise.store.deliveries import (
    Attempt,
    Delivery,
    DeliveryUnknown,
    add_deliveries,
    attempts_of,
    deliveries,
    delivery,
    drop_waiting,
    due_deliveries,
    forget_deliveries,
    oldest_waiting,
    put_off,
    record_attempt,
    wait_again,
)
from handraise.store.endpoints import (
    EndpointUnknown,
    add_endpoint,
    change_endpoint,
    endpoint,
    endpoints,
    note_failure,
    note_success,
    switch_off,
    switch_on,
)
from handraise.store.session import Database
from tests.databases import Database as Fresh

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def connection(database: Fresh) -> Iterator[sa.Connection]:
    connected = Database(database.url)
    with connected.transaction() as connection:
        yield connection
    connected.close()


def one(
    number: int,
    channel: str = "webhook",
    destination: str = "1",
    at: datetime = NOW,
    lead_id: int | None = None,
) -> Delivery:
    return Delivery(UUID(int=number), channel, destination, "lead.moved", {"n": number}, at, lead_id)


def test_delivery_is_kept_once(connection: sa.Connection) -> None:
    assert add_deliveries(connection, [one(1, lead_id=7), one(2)]) == [one(1, lead_id=7), one(2)]
    assert add_deliveries(connection, [one(2), one(3)]) == [one(3)]
    kept = delivery(connection, UUID(int=1))
    assert (kept.payload, kept.lead_id, kept.state, kept.attempts) == ({"n": 1}, 7, "waiting", 0)
    with pytest.raises(DeliveryUnknown):
        delivery(connection, UUID(int=9))


def test_attempts_lead_to_sent_or_again_or_failed(connection: sa.Connection) -> None:
    add_deliveries(connection, [one(1), one(2)])
    first, second = UUID(int=1), UUID(int=2)
    busy = Attempt(1, NOW, "temporary", "500", "a\x00b" + "x" * 5000, 12)
    assert record_attempt(connection, first, busy, next_attempt_at=NOW + HOUR)
    assert record_attempt(connection, first, Attempt(2, NOW + HOUR, "sent", "200"))
    assert record_attempt(connection, second, Attempt(1, NOW, "permanent"))
    assert [each.outcome for each in attempts_of(connection, first)] == ["temporary", "sent"]
    assert len(attempts_of(connection, first)[0].detail or "") == 1000
    assert delivery(connection, first).state == "sent"
    assert (delivery(connection, second).state, delivery(connection, second).finished_at) == ("failed", NOW)


def test_attempt_that_was_recorded_already_changes_nothing_more(connection: sa.Connection) -> None:
    add_deliveries(connection, [one(1)])
    sent = Attempt(1, NOW, "sent", "200")
    late = Attempt(1, NOW + HOUR, "temporary")
    assert record_attempt(connection, UUID(int=1), sent)
    assert not record_attempt(connection, UUID(int=1), late, next_attempt_at=NOW + 2 * HOUR)
    assert delivery(connection, UUID(int=1)).state == "sent"
    assert len(attempts_of(connection, UUID(int=1))) == 2


def test_due_ones_come_most_overdue_first(connection: sa.Connection) -> None:
    add_deliveries(connection, [one(1), one(2, at=NOW - HOUR), one(3)])
    put_off(connection, UUID(int=3), NOW + HOUR)
    assert [each.id.int for each in due_deliveries(connection, NOW)] == [2, 1]
    assert oldest_waiting(connection, NOW) == HOUR
    assert oldest_waiting(connection, NOW - 2 * HOUR) is None


def test_pages_follow_each_other(connection: sa.Connection) -> None:
    add_deliveries(connection, [one(number, at=NOW + HOUR * (number % 2)) for number in range(1, 6)])
    page = deliveries(connection, limit=2)
    found = [each.id.int for each in page]
    while page:
        last = page[-1]
        page = deliveries(connection, limit=2, before=(last.created_at, last.id))
        found += [each.id.int for each in page]
    assert found == [5, 3, 1, 4, 2]


def test_what_waits_for_a_destination_is_dropped_and_can_wait_again(connection: sa.Connection) -> None:
    add_deliveries(connection, [one(1), one(2), one(3, destination="2"), one(4, channel="slack")])
    record_attempt(connection, UUID(int=1), Attempt(1, NOW, "sent"))
    assert drop_waiting(connection, "webhook", "1", NOW) == 1
    assert [each.id.int for each in deliveries(connection, state="dropped")] == [2]
    assert wait_again(connection, NOW, destination=("webhook", "1"), since=NOW + HOUR) == []
    [again] = wait_again(connection, NOW + HOUR, destination=("webhook", "1"))
    assert (again.id.int, again.state, again.next_attempt_at) == (2, "waiting", NOW + HOUR)
    assert [each.id.int for each in wait_again(connection, NOW, ids=[UUID(int=1), UUID(int=2)])] == [1]


def test_old_deliveries_are_forgotten_unless_they_wait(connection: sa.Connection) -> None:
    add_deliveries(connection, [one(1), one(2), one(3, at=NOW + HOUR)])
    for number in (1, 3):
        record_attempt(connection, UUID(int=number), Attempt(1, NOW, "sent"))
    assert forget_deliveries(connection, NOW + timedelta(minutes=1), 10) == 1
    assert {each.id.int for each in deliveries(connection)} == {2, 3}
    assert not attempts_of(connection, UUID(int=1))


def test_endpoint_is_made_changed_and_switched(connection: sa.Connection) -> None:
    made = add_endpoint(connection, "https://x.example", "s", ["lead"], NOW)
    assert [made.takes(kind) for kind in ("lead.moved", "handoff.opened")] == [True, False]
    changed = change_endpoint(connection, made.id, url="https://y.example", events=[])
    assert (changed.url, changed.secret, changed.takes("handoff.opened")) == ("https://y.example", "s", True)
    assert switch_off(connection, made.id, "by hand", NOW)
    assert not switch_off(connection, made.id, "again", NOW)
    assert endpoint(connection, made.id).disabled_why == "by hand"
    assert switch_on(connection, made.id).is_active
    assert "'s'" not in repr(made)
    assert endpoints(connection) == [endpoint(connection, made.id)]
    with pytest.raises(EndpointUnknown):
        endpoint(connection, 99)


def test_endpoint_fails_since_its_first_failure_after_a_success(connection: sa.Connection) -> None:
    made = add_endpoint(connection, "https://x.example", "s", [], NOW)
    assert note_failure(connection, made.id, NOW) == NOW
    assert note_failure(connection, made.id, NOW + HOUR) == NOW
    note_success(connection, made.id)
    assert note_failure(connection, made.id, NOW + HOUR) == NOW + HOUR
