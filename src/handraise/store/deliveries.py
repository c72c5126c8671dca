"""What goes out: each delivery with its attempts, and whom a hand-off concerns."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

import msgspec
import sqlalchemy as sa

from handraise.core.errors import HandraiseError
from handraise.store.tables.handoffs import member, reason
from handraise.store.tables.outside import delivery as table
from handraise.store.tables.outside import delivery_attempt

State = Literal["waiting", "sent", "failed", "dropped"]
Outcome = Literal["sent", "temporary", "permanent", "gone"]
PAGE: Final = 100
_LONGEST_DETAIL: Final = 1_000
_MOST_REASONS: Final = 100
_ADD: Final = """
insert into handraise.delivery
    (id, channel, destination, kind, lead_id, handoff_id, payload, state, created_at, next_attempt_at)
select id, channel, destination, kind, lead_id, handoff_id, payload, 'waiting', created_at, created_at
from jsonb_to_recordset(%s::jsonb) as d(
    id uuid, channel text, destination text, kind text, lead_id bigint, handoff_id bigint, payload jsonb,
    created_at timestamptz
)
on conflict (id) do nothing
returning id
"""
_AUDIENCES: Final = """
select h.id, h.lead_id, l.email, m.email, m.slack_id, coalesce(m.zone, 'UTC'), m.language, t.email,
    t.slack_channel, h.definition, h.cycle, h.lead_type, h.temperature, h.brief
from handraise.handoff h
join handraise.lead l on l.id = h.lead_id
left join handraise.member m on m.id = h.owner_id
left join handraise.team t on t.id = h.team_id
where h.id = any(%(ids)s::bigint[])
"""
_ADDRESSES: Final = """
select l.id, r.email, r.name from handraise.lead l join handraise.lead r on r.id = coalesce(l.root_id, l.id)
where l.id = any(%(ids)s::bigint[])
"""


class DeliveryUnknown(HandraiseError):
    """No delivery has that id."""


@dataclass(frozen=True)
class Delivery:
    """One thing for one destination. `id` goes out with every attempt, so a receiver can tell a repeat."""

    id: UUID
    channel: str
    destination: str
    kind: str
    payload: Mapping[str, Any] = field(repr=False)
    created_at: datetime
    lead_id: int | None = None
    handoff_id: int | None = None
    state: State = "waiting"
    attempts: int = 0
    next_attempt_at: datetime | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True)
class Attempt:
    """One try: what came of it, and what the other side said."""

    attempt: int
    at: datetime
    outcome: Outcome
    status: str | None = None
    detail: str | None = None
    milliseconds: int | None = None


@dataclass(frozen=True)
class Audience:
    """Whom a hand-off concerns and what they are told of it."""

    lead_id: int
    lead_email: str | None
    owner_email: str | None
    owner_slack: str | None
    owner_zone: str
    owner_language: str | None
    team_email: str | None
    team_channel: str | None
    definition: str
    cycle: int
    lead_type: str
    temperature: str | None
    brief: Mapping[str, Any] = field(repr=False)


def add_deliveries(connection: sa.Connection, deliveries: Sequence[Delivery]) -> list[Delivery]:
    """Keep those whose id is new, in one statement; gives them."""
    if not deliveries:
        return []
    names = ("id", "channel", "destination", "kind", "lead_id", "handoff_id", "payload", "created_at")
    rows = [{name: getattr(each, name) for name in names} for each in deliveries]
    made = connection.exec_driver_sql(_ADD, (msgspec.json.encode(rows).decode(),))
    new = set(made.scalars())
    return [each for each in deliveries if each.id in new]


def delivery(connection: sa.Connection, delivery_id: UUID, *, lock: bool = False) -> Delivery:
    """One delivery; with `lock` nobody else may change it until the transaction ends.

    Raises
    ------
    DeliveryUnknown
        When there is none of that id: retention or an erasure may have taken it out.
    """
    asked = sa.select(table).where(table.c.id == delivery_id)
    row = connection.execute(asked.with_for_update() if lock else asked).one_or_none()
    if row is None:
        raise DeliveryUnknown(f"there is no delivery {delivery_id}; list them to see the ids")
    return _delivery(row)


def deliveries(
    connection: sa.Connection,
    *,
    state: State | None = None,
    channel: str | None = None,
    destination: str | None = None,
    lead_id: int | None = None,
    handoff_id: int | None = None,
    before: tuple[datetime, UUID] | None = None,
    limit: int = PAGE,
) -> list[Delivery]:
    """The latest that fit, newest first; `before` is the time and id of the last of the page before."""
    wanted = {
        "state": state,
        "channel": channel,
        "destination": destination,
        "lead_id": lead_id,
        "handoff_id": handoff_id,
    }
    asked = sa.select(table).order_by(table.c.created_at.desc(), table.c.id.desc()).limit(limit)
    for name, value in wanted.items():
        if value is not None:
            asked = asked.where(table.c[name] == value)
    if before is not None:
        at, last = before
        asked = asked.where(sa.tuple_(table.c.created_at, table.c.id) < sa.tuple_(at, last))
    return [_delivery(row) for row in connection.execute(asked)]


def attempts_of(connection: sa.Connection, delivery_id: UUID) -> list[Attempt]:
    """Every attempt, in order."""
    names = ("attempt", "at", "outcome", "status", "detail", "milliseconds")
    rows = connection.execute(
        sa.select(*(delivery_attempt.c[name] for name in names))
        .where(delivery_attempt.c.delivery_id == delivery_id)
        .order_by(delivery_attempt.c.id)
    )
    return [Attempt(*row) for row in rows]


def due_deliveries(connection: sa.Connection, before: datetime, limit: int = PAGE) -> list[Delivery]:
    """Waiting ones whose next attempt should have been before then, the most overdue first."""
    asked = sa.select(table).where(table.c.state == "waiting", table.c.next_attempt_at <= before)
    rows = connection.execute(asked.order_by(table.c.next_attempt_at, table.c.id).limit(limit))
    return [_delivery(row) for row in rows]


def put_off(connection: sa.Connection, delivery_id: UUID, until: datetime) -> None:
    """No attempt before then: it is under way, or its destination is not to be called yet."""
    connection.execute(
        sa.update(table)
        .where(table.c.id == delivery_id, table.c.state == "waiting")
        .values(next_attempt_at=until)
    )


def record_attempt(
    connection: sa.Connection,
    delivery_id: UUID,
    attempt: Attempt,
    *,
    next_attempt_at: datetime | None = None,
) -> bool:
    """Keep an attempt and what follows from it: sent, again at `next_attempt_at`, or failed.

    False when another worker recorded this attempt meanwhile: that changes nothing but is still kept.
    """
    connection.execute(
        sa.insert(delivery_attempt).values(
            delivery_id=delivery_id,
            attempt=attempt.attempt,
            at=attempt.at,
            outcome=attempt.outcome,
            status=attempt.status,
            detail=None if attempt.detail is None else _storable(attempt.detail),
            milliseconds=attempt.milliseconds,
        )
    )
    again = attempt.outcome != "sent" and next_attempt_at is not None
    state: State = "sent" if attempt.outcome == "sent" else "waiting" if again else "failed"
    changed = connection.execute(
        sa.update(table)
        .where(table.c.id == delivery_id, table.c.state == "waiting", table.c.attempts == attempt.attempt - 1)
        .values(
            state=state,
            attempts=attempt.attempt,
            next_attempt_at=next_attempt_at if again else None,
            finished_at=None if again else attempt.at,
        )
    )
    return changed.rowcount == 1


def drop(connection: sa.Connection, delivery_id: UUID, now: datetime) -> None:
    """Give up a waiting one without an attempt."""
    _dropped(connection, table.c.id == delivery_id, now)


def drop_waiting(connection: sa.Connection, channel: str, destination: str, now: datetime) -> int:
    """Give up all that wait for a destination, but those that are being looked at; gives how many."""
    waiting = (
        sa.select(table.c.id)
        .where(table.c.channel == channel, table.c.destination == destination, table.c.state == "waiting")
        .with_for_update(skip_locked=True)
    )
    return _dropped(connection, table.c.id.in_(waiting), now)


def wait_again(
    connection: sa.Connection,
    now: datetime,
    *,
    ids: Iterable[UUID] | None = None,
    destination: tuple[str, str] | None = None,
    since: datetime | None = None,
) -> list[Delivery]:
    """Let finished deliveries wait for a first attempt again, under their old ids; gives them.

    Those of `ids` whatever became of them; or all of a destination (channel and name) that failed or were
    dropped, made since `since`.
    """
    asked = sa.update(table).where(table.c.state != "waiting")
    if ids is not None:
        asked = asked.where(table.c.id.in_(list(ids)))
    else:
        channel, name = destination or ("", "")
        asked = asked.where(
            table.c.channel == channel, table.c.destination == name, table.c.state.in_(("failed", "dropped"))
        )
    if since is not None:
        asked = asked.where(table.c.created_at >= since)
    rows = connection.execute(
        asked.values(state="waiting", attempts=0, next_attempt_at=now, finished_at=None).returning(*table.c)
    )
    return [_delivery(row) for row in rows]


def audiences(connection: sa.Connection, handoff_ids: Collection[int]) -> dict[int, Audience]:
    """Whom these hand-offs concern; those that are not there are left out."""
    if not handoff_ids:
        return {}
    rows = connection.exec_driver_sql(_AUDIENCES, {"ids": sorted(handoff_ids)})
    return {row[0]: Audience(*row[1:]) for row in rows}


def lead_addresses(
    connection: sa.Connection, lead_ids: Collection[int]
) -> dict[int, tuple[str | None, str | None]]:
    """The e-mail address and name of leads, through those they were merged into."""
    if not lead_ids:
        return {}
    rows = connection.exec_driver_sql(_ADDRESSES, {"ids": sorted(lead_ids)})
    return {lead_id: (address, name) for lead_id, address, name in rows}


def ways_to(connection: sa.Connection, member_ids: Sequence[int]) -> list[tuple[str, str | None]]:
    """E-mail address and Slack id of these members, those who left aside."""
    if not member_ids:
        return []
    rows = connection.execute(
        sa.select(member.c.email, member.c.slack_id)
        .where(member.c.id.in_(member_ids), member.c.is_active)
        .order_by(member.c.id)
    )
    return [(row.email, row.slack_id) for row in rows]


def reject_reasons(connection: sa.Connection) -> list[tuple[str, str]]:
    """Code and label of the reasons for which a hand-off may be rejected, as many as a message can show."""
    rows = connection.execute(
        sa.select(reason.c.code, reason.c.label)
        .where(reason.c.kind == "reject", reason.c.is_active)
        .order_by(reason.c.id)
        .limit(_MOST_REASONS)
    )
    return [(row.code, row.label) for row in rows]


def forget_deliveries(connection: sa.Connection, before: datetime, limit: int) -> int:
    """Take out finished deliveries made before then, with their attempts, at most `limit`; gives how many."""
    old = connection.execute(
        sa.select(table.c.id)
        .where(table.c.state != "waiting", table.c.created_at < before)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list(old.scalars())
    if ids:
        connection.execute(sa.delete(delivery_attempt).where(delivery_attempt.c.delivery_id.in_(ids)))
        connection.execute(sa.delete(table).where(table.c.id.in_(ids)))
    return len(ids)


def oldest_waiting(connection: sa.Connection, now: datetime) -> timedelta | None:
    """How long the most overdue delivery is overdue; None when none is."""
    first = connection.execute(
        sa.select(sa.func.min(table.c.next_attempt_at)).where(
            table.c.state == "waiting", table.c.next_attempt_at <= now
        )
    ).scalar()
    return None if first is None else now - first


def _dropped(connection: sa.Connection, which: sa.ColumnElement[bool], now: datetime) -> int:
    asked = sa.update(table).where(which, table.c.state == "waiting")
    return connection.execute(asked.values(state="dropped", next_attempt_at=None, finished_at=now)).rowcount


def _storable(text: str) -> str:
    """What the other side said, without what PostgreSQL cannot hold."""
    return (
        text.encode(errors="replace").decode().replace("\x00", "\N{REPLACEMENT CHARACTER}")[:_LONGEST_DETAIL]
    )


def _delivery(row: Any) -> Delivery:
    return Delivery(**row._asdict())
