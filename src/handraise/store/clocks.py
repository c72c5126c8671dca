"""Clocks of hand-offs: what their entries say, written down for timers and lists, and read for reports.

The entries are the truth. A row of `sla_clock` is worked out from them anew after each entry; only which
steps have been taken is its own.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import zip_longest
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from handraise.core.calendar import Calendar, NeverOpen
from handraise.core.sla import (
    BreachPolicy,
    Clock,
    Entry,
    Started,
    actions_due,
    clocks_from,
    due_at,
    entry_from,
    next_timer,
    warn_at,
)
from handraise.core.sla.policy import Step
from handraise.store.calendars import snapshot_from
from handraise.store.tables.handoffs import handoff_entry, sla_clock

# Running clocks at which a step is due; those of owners who are away now or came back, and not all is done.
_DUE: Final = """
select id from (
    select c.id, c.next_at as at from handraise.sla_clock c where c.next_at <= %(now)s
    union
    select c.id, %(now)s from handraise.sla_clock c
    join handraise.handoff h on h.id = c.handoff_id and h.owner_id = c.owner_id
    join handraise.member m on m.id = c.owner_id
    where c.stopped_at is null and h.state in ('open', 'accepted')
        and coalesce(m.away_from <= %(now)s, m.away_until is not null)
        and coalesce(m.away_until > %(now)s, true)
        and not exists (select from jsonb_array_elements(c.pauses) p where p->>'end' is null)
    union
    select c.id, %(now)s from handraise.sla_clock c
    join handraise.member m on m.id = c.owner_id
    where c.stopped_at is null
        and not (coalesce(m.away_from <= %(now)s, m.away_until is not null)
            and coalesce(m.away_until > %(now)s, true))
        and exists (
            select from jsonb_array_elements(c.pauses) p where p->>'end' is null and p->>'reason' = 'away')
) as due order by at, id limit %(limit)s
"""
# A hand-off is assigned when it is opened, by a route; who has it later has it by hand or by another turn.
# `print` is a fingerprint of the entries; the route is that of the first assignment that has one.
_OPENED: Final = """
with handed as materialized (
    select * from handraise.handoff h where h.opened_at >= %(start)s and h.opened_at < %(end)s
), told as (
    select e.handoff_id,
        bit_xor(jsonb_hash_extended(e.detail, e.id)) filter (where e.detail ? 'clock') as print,
        (min(array[e.id, (e.detail ->> 'route')::bigint])
            filter (where e.kind = 'assigned' and e.detail ? 'route'))[2]::int as route
    from handed h join handraise.handoff_entry e on e.handoff_id = h.id group by e.handoff_id
)
select h.id, coalesce(l.root_id, l.id), h.lead_type, h.definition, h.version_id, h.team_id, told.route,
    h.opened_at, told.print
from handed h join told on told.handoff_id = h.id join handraise.lead l on l.id = h.lead_id
where told.print is not null order by h.id
"""
_ENTRIES: Final = """
select e.handoff_id, json_agg(e.detail -> 'clock' order by e.id)::text from handraise.handoff_entry e
where e.handoff_id = any(%(ids)s::bigint[]) and e.detail ? 'clock' group by e.handoff_id
"""
_MOST_REMEMBERED: Final = 40_000
"""Hand-offs whose clocks a process remembers, about a kilobyte each."""
_KEPT: Final = msgspec.json.Decoder(list[dict[str, msgspec.Raw]])
_VALUE: Final = msgspec.json.Decoder()
# By the hand-off's id and the fingerprint of its entries, which say everything: nothing in here can be stale.
_REMEMBERED: dict[tuple[int, int], tuple[Clock, ...]] = {}
_STEPS: Final[Mapping[str, Step]] = {"warned_at": "warn", "breached_at": "breach", "escalated_at": "escalate"}


@dataclass(frozen=True)
class ClockRow:
    """A clock as timers and lists see it."""

    id: int
    handoff_id: int
    owner_id: int | None
    started_at: datetime
    target_seconds: int
    warn_at: datetime | None
    due_at: datetime | None
    warned_at: datetime | None
    breached_at: datetime | None
    escalated_at: datetime | None
    stopped_at: datetime | None
    stopped_by: str | None
    next_at: datetime | None

    @property
    def taken(self) -> frozenset[Step]:
        """The steps that have been taken."""
        return frozenset(step for column, step in _STEPS.items() if getattr(self, column) is not None)


_COLUMNS: Final = tuple(sla_clock.c[name] for name in ClockRow.__dataclass_fields__)


@dataclass(frozen=True)
class Measured:
    """The clocks of one hand-off with what reports group them by.

    `lead_id` is the root's; `route` is the place of the route by which it came to its first owner, among
    those of the version, None where no route did.
    """

    handoff_id: int
    lead_id: int
    lead_type: str
    definition: str
    version_id: int
    team_id: int | None
    route: int | None
    opened_at: datetime
    clocks: tuple[Clock, ...]


def due(connection: sa.Connection, now: datetime, *, limit: int = 200) -> list[int]:
    """The clocks that somebody has to look at, the longest waiting first."""
    return list(connection.exec_driver_sql(_DUE, {"now": now, "limit": limit}).scalars())


def clock_row(connection: sa.Connection, clock_id: int) -> ClockRow | None:
    """The clock of that id; None when there is none (any more)."""
    row = connection.execute(sa.select(*_COLUMNS).where(sla_clock.c.id == clock_id)).one_or_none()
    return None if row is None else ClockRow(**row._mapping)


def clock_rows(connection: sa.Connection, handoff_id: int) -> list[ClockRow]:
    """The clocks of a hand-off, one for each of its owners in turn."""
    rows = connection.execute(
        sa.select(*_COLUMNS).where(sla_clock.c.handoff_id == handoff_id).order_by(sla_clock.c.id)
    )
    return [ClockRow(**row._mapping) for row in rows]


def clocks_of(connection: sa.Connection, handoff_id: int) -> tuple[Clock, ...]:
    """The clocks of a hand-off by its entries; none when it has no service level."""
    return _clocks(_entries(connection, [handoff_id]).get(handoff_id, []))


def running(connection: sa.Connection, handoff_ids: Sequence[int]) -> dict[int, Clock]:
    """The latest clock of each of these hand-offs by its entries; without a service level there is none."""
    told = _entries(connection, handoff_ids)
    return {handoff_id: _clocks(entries)[-1] for handoff_id, entries in told.items()}


def take(connection: sa.Connection, clock_id: int, step: Step, at: datetime) -> None:
    """Note that a step has been taken."""
    column = next((name for name, one in _STEPS.items() if one == step), None)
    if column is not None:
        connection.execute(sla_clock.update().where(sla_clock.c.id == clock_id).values({column: at}))


def refresh(
    connection: sa.Connection,
    handoff_id: int,
    policy: BreachPolicy,
    now: datetime,
    *,
    is_kept: bool = False,
    paused_until: datetime | None = None,
) -> list[ClockRow]:
    """Write the clocks of a hand-off down as its entries say; gives them.

    Parameters
    ----------
    is_kept
        The running clock's owner keeps the hand-off for good: there is nobody else.
    paused_until
        When a pause that lasts will end.
    """
    rows = clock_rows(connection, handoff_id)
    found = []
    for clock, row in zip_longest(clocks_of(connection, handoff_id), rows):
        if clock is None:
            # A contact that is told late shows that the hand-off never needed another owner.
            connection.execute(sla_clock.delete().where(sla_clock.c.id == row.id))
            continue
        values = _values(clock)
        taken: set[Step] = set() if row is None else set(row.taken)
        if is_kept:
            taken.add("reassign")
        values["next_at"] = _next_at(clock, policy, taken, now, paused_until)
        if _was_in_time(clock, values["due_at"]):
            # A contact that is told late takes back the breach that was seen meanwhile.
            values["breached_at"] = None
        if row is None:
            statement: Any = sla_clock.insert().values(handoff_id=handoff_id, **values)
        else:
            statement = sla_clock.update().where(sla_clock.c.id == row.id).values(**values)
        found.append(ClockRow(**connection.execute(statement.returning(*_COLUMNS)).one()._mapping))
    return found


def begin(
    connection: sa.Connection, handoff_id: int, entry: Started, policy: BreachPolicy, now: datetime
) -> ClockRow:
    """The clock of a hand-off that is just being opened: what `refresh` makes of its first entry."""
    [clock] = clocks_from([entry])
    values = {**_values(clock), "next_at": _next_at(clock, policy, (), now, None)}
    made = connection.execute(sla_clock.insert().values(handoff_id=handoff_id, **values).returning(*_COLUMNS))
    return ClockRow(**made.one()._mapping)


def measured(connection: sa.Connection, start: datetime, end: datetime) -> list[Measured]:
    """The clocks of every hand-off opened from `start` up to `end` that has a service level."""
    rows = connection.exec_driver_sql(_OPENED, {"start": start, "end": end}).all()
    known = _remembered(connection, [(row[0], row[8]) for row in rows])
    return [Measured(*row[:8], clocks=known[row[0]]) for row in rows]  # type: ignore[misc]


def _remembered(connection: sa.Connection, prints: Sequence[tuple[int, int]]) -> dict[int, tuple[Clock, ...]]:
    """The clocks of these hand-offs, each worked out once for as long as its entries are the same."""
    found = {one[0]: _REMEMBERED[one] for one in prints if one in _REMEMBERED}
    missing = {handoff_id: (handoff_id, told) for handoff_id, told in prints if handoff_id not in found}
    for handoff_id, told in connection.exec_driver_sql(_ENTRIES, {"ids": [*missing]}) if missing else ():
        found[handoff_id] = clocks_from(map(_entry_of, _KEPT.decode(told)))
        if len(_REMEMBERED) >= _MOST_REMEMBERED:
            _REMEMBERED.clear()
        _REMEMBERED[missing[handoff_id]] = found[handoff_id]
    return found


def _entries(connection: sa.Connection, handoff_ids: Sequence[int]) -> dict[int, list[Entry]]:
    rows = connection.execute(
        sa.select(handoff_entry.c.handoff_id, handoff_entry.c.detail["clock"])
        .where(handoff_entry.c.handoff_id.in_(handoff_ids), handoff_entry.c.detail.has_key("clock"))
        .order_by(handoff_entry.c.handoff_id, handoff_entry.c.id)
    )
    found: dict[int, list[Entry]] = {}
    for handoff_id, kept in rows:
        found.setdefault(handoff_id, []).append(_entry(kept))
    return found


def _entry(kept: Mapping[str, Any]) -> Entry:
    """The entry, its calendar one with all equal ones: reading a calendar anew is the dear part."""
    if "calendar" not in kept:
        return entry_from(kept)
    return entry_from({**kept, "calendar": snapshot_from(kept["calendar"])})


def _entry_of(kept: Mapping[str, msgspec.Raw]) -> Entry:
    """The same of JSON that is still text: equal calendars are so to the letter."""
    return entry_from(
        {
            name: _snapshot(bytes(value)) if name == "calendar" else _VALUE.decode(value)
            for name, value in kept.items()
        }
    )


@lru_cache(maxsize=1024)
def _snapshot(text: bytes) -> Calendar:
    return snapshot_from(_VALUE.decode(text))


def _clocks(entries: Iterable[Entry]) -> tuple[Clock, ...]:
    told = list(entries)
    return clocks_from(told) if told else ()


def _values(clock: Clock) -> dict[str, Any]:
    ending = clock.ending
    return {
        "owner_id": None if clock.owner is None else int(clock.owner),
        "started_at": clock.started_at,
        "target_seconds": round(clock.target.total_seconds()),
        "calendar": clock.calendar.as_json(),
        "pauses": [
            {
                "start": pause.start.isoformat(),
                "end": pause.end and pause.end.isoformat(),
                "reason": pause.reason,
            }
            for pause in clock.pauses
        ],
        "warn_at": _or_never(warn_at, clock),
        "due_at": _or_never(due_at, clock),
        "stopped_at": None if ending is None else ending.at,
        "stopped_by": None if ending is None else ending.kind,
    }


def _was_in_time(clock: Clock, due_at: datetime | None) -> bool:
    ending = clock.ending
    return ending is not None and ending.kind == "contact" and (due_at is None or ending.at <= due_at)


def _or_never(asked: Any, clock: Clock) -> datetime | None:
    try:
        found: datetime | None = asked(clock)
    except NeverOpen:
        return None
    return found


def _next_at(
    clock: Clock,
    policy: BreachPolicy,
    taken: Collection[Step],
    now: datetime,
    paused_until: datetime | None,
) -> datetime | None:
    try:
        if actions_due(clock, policy, now, taken):
            return now
        if clock.is_paused:
            return paused_until
        timer = next_timer(clock, policy, now) if clock.ending is None else None
    except NeverOpen:
        return None
    if timer is not None and timer.step == "reassign" and "reassign" in taken:
        return None
    return None if timer is None else timer.at
