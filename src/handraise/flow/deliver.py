"""One attempt at a delivery, and what follows from it.

At least once: a worker that dies between sending and recording leaves the delivery waiting, and it goes out
again under the same id. While an attempt is under way its delivery is put off for `LEASE`, so a second job
for it comes too early and waits. No transaction is open while the other side makes up its mind.
"""

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

import sqlalchemy as sa

from handraise.connect.ports import (
    Chat,
    DeliveryFailed,
    Gone,
    Hooks,
    Mailer,
    Permanent,
    Receipt,
    Temporary,
    WebhookCall,
)
from handraise.connect.retry import next_attempt, should_disable
from handraise.core.failpoint import failpoint
from handraise.flow.lanes import Lanes
from handraise.flow.messages import mail_of, slack_of
from handraise.flow.notify import INCOMING
from handraise.store.deliveries import (
    Attempt,
    Delivery,
    DeliveryUnknown,
    Outcome,
    delivery,
    drop,
    drop_waiting,
    due_deliveries,
    put_off,
    record_attempt,
    wait_again,
)
from handraise.store.endpoints import (
    Endpoint,
    EndpointUnknown,
    endpoint,
    note_failure,
    note_success,
    switch_off,
)
from handraise.store.queue import defer_all, delivery_job
from handraise.store.session import Database

LEASE: Final = timedelta(seconds=45)
# Our clock and the database's may differ by this much before a job is taken to have come too early.
_EARLY: Final = timedelta(seconds=2)
_STRAY_AFTER: Final = timedelta(minutes=2)

Became = Literal["sent", "again", "failed", "dropped", "early", "finished"]
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Outside:
    """The adapters that deliveries go out by, and the lanes to their destinations."""

    mailer: Mailer
    chat: Chat
    hooks: Hooks
    slack_webhook: str | None = field(default=None, repr=False)
    lanes: Lanes = field(default_factory=Lanes)


@dataclass(frozen=True)
class _Under:
    """An attempt under way."""

    delivery: Delivery
    lane: str
    endpoint: Endpoint | None = None


def deliver(database: Database, outside: Outside, delivery_id: UUID, clock: Clock) -> Became:
    """Make the next attempt at a delivery, if it is due and its destination can be called now.

    Gives what became of it: `again` and `early` mean that a job for later is in the queue.
    """
    begun = _begin(database, outside, delivery_id, clock())
    if not isinstance(begun, _Under):
        return begun
    started = time.perf_counter()
    failure: DeliveryFailed | None = None
    receipt = Receipt(0)
    try:
        receipt = _send(outside, begun, clock())
    except DeliveryFailed as error:
        failure = error
    except Exception as error:  # a delivery that we cannot write must not look as if it had been sent
        failure = Temporary(f"the message could not be made ({type(error).__name__})")
    took = timedelta(seconds=time.perf_counter() - started)
    now = clock()
    _leave(outside.lanes, begun, failure, now, took)
    failpoint("deliver")
    return _record(database, begun, failure, receipt, now, took)


def replay(connection: sa.Connection, ids: Iterable[UUID], now: datetime) -> int:
    """Send these once more, whatever became of them; a receiver that knows their ids ignores them."""
    return _queue(connection, wait_again(connection, now, ids=ids))


def replay_endpoint(
    connection: sa.Connection, endpoint_id: int, now: datetime, *, since: datetime | None = None
) -> int:
    """Send again what an endpoint did not get (failed or dropped) since then; gives how many."""
    there = ("webhook", str(endpoint(connection, endpoint_id).id))
    return _queue(connection, wait_again(connection, now, destination=there, since=since))


def disable_endpoint(connection: sa.Connection, endpoint_id: int, why: str, now: datetime) -> int:
    """Switch an endpoint off; what waits for it is dropped and can be replayed. Gives how many."""
    switch_off(connection, endpoint_id, why, now)
    return drop_waiting(connection, "webhook", str(endpoint_id), now)


def queue_strays(connection: sa.Connection, now: datetime, *, limit: int = 1_000) -> int:
    """Put jobs in for overdue deliveries that have none: nothing waits for ever, whatever the queue lost."""
    overdue = due_deliveries(connection, now - _STRAY_AFTER, limit)
    return len(defer_all(connection, [delivery_job(each.id, each.channel) for each in overdue]))


def _begin(database: Database, outside: Outside, delivery_id: UUID, now: datetime) -> _Under | Became:
    entered: str | None = None
    try:
        with database.transaction() as connection:
            try:
                one = delivery(connection, delivery_id, lock=True)
            except DeliveryUnknown:
                return "finished"
            if one.state != "waiting":
                return "finished"
            if one.next_attempt_at is not None and one.next_attempt_at > now + _EARLY:
                _come_back(connection, one, one.next_attempt_at)
                return "early"
            to = _endpoint(connection, one)
            if one.channel == "webhook" and (to is None or not to.is_active):
                drop(connection, one.id, now)
                return "dropped"
            lane = _lane(one)
            back = outside.lanes.enter(lane, now)
            if back is not None:
                put_off(connection, one.id, back)
                _come_back(connection, one, back)
                return "early"
            entered = lane
            put_off(connection, one.id, now + LEASE)
    except BaseException:
        if entered is not None:
            outside.lanes.leave_failed(entered, now, timedelta(0))
        raise
    return _Under(one, lane, to)


def _come_back(connection: sa.Connection, one: Delivery, at: datetime) -> None:
    # By the database's clock too: with ours behind, the job would come back at once, again and again.
    soon = timedelta(milliseconds=50)
    defer_all(connection, [delivery_job(one.id, one.channel, at, wait=soon)])


def _endpoint(connection: sa.Connection, one: Delivery) -> Endpoint | None:
    if one.channel != "webhook":
        return None
    with suppress(EndpointUnknown):
        return endpoint(connection, int(one.destination))
    return None


def _lane(one: Delivery) -> str:
    """Mails share one server, whoever they go to; everything else has its destination."""
    return "email" if one.channel == "email" else f"{one.channel}:{one.destination}"


def _send(outside: Outside, under: _Under, now: datetime) -> Receipt:
    one = under.delivery
    if one.channel == "email":
        return outside.mailer.send(mail_of(one, now))
    if one.channel == "slack":
        if one.destination != INCOMING:
            return outside.chat.send(slack_of(one, channel=one.destination, webhook=None))
        if outside.slack_webhook is None:
            raise Temporary("no incoming webhook of Slack is set; set HANDRAISE_SLACK_WEBHOOK_URL")
        return outside.chat.send(slack_of(one, channel=None, webhook=outside.slack_webhook))
    if under.endpoint is None:
        raise Permanent(f"`{one.channel}` is no way that deliveries go out by")
    return outside.hooks.send(
        WebhookCall(under.endpoint.url, str(one.id), one.payload, under.endpoint.secret, now)
    )


def _leave(
    lanes: Lanes, under: _Under, failure: DeliveryFailed | None, now: datetime, took: timedelta
) -> None:
    # One mail that is put off says nothing of the next; a server that does not answer does.
    is_ours = under.delivery.channel != "email" or failure is None or failure.receipt.status in (0, 421)
    if isinstance(failure, Temporary) and is_ours:
        lanes.leave_failed(under.lane, now, took, failure.retry_after)
    else:
        lanes.leave(under.lane, took)


def _record(
    database: Database,
    under: _Under,
    failure: DeliveryFailed | None,
    receipt: Receipt,
    now: datetime,
    took: timedelta,
) -> Became:
    one = under.delivery
    number = one.attempts + 1
    said = failure.receipt if failure is not None else receipt
    again = None
    if isinstance(failure, Temporary):
        again = next_attempt(number, now, failure.retry_after, str(one.id))
    attempt = Attempt(
        number, now, _outcome(failure), str(said.status), said.detail, int(took.total_seconds() * 1000)
    )
    with database.transaction() as connection:
        if not record_attempt(connection, one.id, attempt, next_attempt_at=again):
            return "finished"
        if again is not None:
            defer_all(connection, [delivery_job(one.id, one.channel, again)])
        if under.endpoint is not None and _judge(connection, under.endpoint.id, failure, now):
            drop(connection, one.id, now)
            return "failed" if again is None else "dropped"
    return "sent" if failure is None else "failed" if again is None else "again"


def _outcome(failure: DeliveryFailed | None) -> Outcome:
    match failure:
        case None:
            return "sent"
        case Gone():
            return "gone"
        case Permanent():
            return "permanent"
        case _:
            return "temporary"


def _judge(
    connection: sa.Connection, endpoint_id: int, failure: DeliveryFailed | None, now: datetime
) -> bool:
    """Keep how it goes with an endpoint; True when that was the end of it."""
    if failure is None:
        note_success(connection, endpoint_id)
        return False
    if isinstance(failure, Gone):
        disable_endpoint(connection, endpoint_id, "the receiver answered 410: it is gone", now)
        return True
    since = note_failure(connection, endpoint_id, now)
    if should_disable(since, now):
        disable_endpoint(connection, endpoint_id, "nothing got through for five days", now)
        return True
    return False


def _queue(connection: sa.Connection, waiting: Iterable[Delivery]) -> int:
    found = list(waiting)
    defer_all(connection, [delivery_job(each.id, each.channel) for each in found])
    return len(found)
