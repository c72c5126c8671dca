"""How long leads stay in a stage, who stands still, and who comes back after being given back or archived.

Merged leads are one. What an import placed began elsewhere and is left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

import msgspec
import sqlalchemy as sa

from handraise.core.stage import Stage
from handraise.store.reports.periods import month_of, start_of

MEASURED: Final[tuple[Stage, ...]] = ("lead", "mql", "sal", "sql", "opportunity", "recycled")
"""Stages whose length says something: before them nobody is known, after them nobody waits."""
Back = Literal["lead", "mql", "sal", "sql"]
BACK: Final[tuple[Back, ...]] = ("lead", "mql", "sal", "sql")
Side = Literal["recycled", "disqualified"]
WITHIN: Final = (30, 60, 90)  # days

# A stay lasts until the lead's next move to another stage. One that no move ended lasts still, if the lead is
# there: else a merge ended it, and nobody knows when.
_STAYS: Final = """
with moves as (
    select coalesce(l.root_id, l.id) as root, s.id, s.at, s.to_stage, s.cause_kind,
        lag(s.to_stage) over family as before
    from handraise.stage_change s join handraise.lead l on l.id = s.lead_id
    window family as (partition by coalesce(l.root_id, l.id) order by s.at, s.id)
), changes as (
    select root, to_stage as stage, at, cause_kind,
        lead(at) over (partition by root order by at, id) as until_at
    from moves where before is distinct from to_stage
), stays as (
    select c.root, c.stage, c.at, c.until_at, date_trunc('month', c.at at time zone 'UTC')::date as month,
        (extract(epoch from coalesce(c.until_at, %(end)s) - c.at) * 1000000)::bigint as took
    from changes c join handraise.lead r on r.id = c.root
    where c.at >= %(start)s and c.at <= %(end)s and c.cause_kind <> 'import'
        and c.stage = any(%(stages)s::text[]) and (c.until_at is not null or r.stage = c.stage)
)
"""
# Those who are still there count for as long as they are there (E. L. Kaplan and P. Meier, JASA 53, 1958,
# 457-481): without them whoever is slow would be missing. The share that is still there is a product; its
# logarithm is a sum.
_TIMES: Final = f"""{_STAYS}, grouped as (
    select stage, month, took, until_at is not null as has_left from stays
    union all select stage, null, took, until_at is not null from stays
), steps as (
    select stage, month, took, count(*) filter (where has_left) as leaving,
        sum(count(*)) over (partition by stage, month order by took desc)::float8 as there
    from grouped group by stage, month, took
), left_over as (
    select *, sum(case when leaving = there then -1e6 else ln((there - leaving) / there) end)
        over (partition by stage, month order by took) as log_share
    from steps
)
select stage, month, max(there)::bigint, sum(leaving)::bigint,
    min(took) filter (where log_share <= ln(0.5::float8) + 1e-9),
    min(took) filter (where log_share <= ln(0.1::float8) + 1e-9)
from left_over group by stage, month
"""  # noqa: S608 - of constants alone
_STAYED: Final = f"""{_STAYS}
select distinct root from stays where stage = %(stage)s::text
    and (%(month)s::date is null or month = %(month)s::date)
    and (%(is_there)s::bool is null or (until_at is null) = %(is_there)s::bool)
"""  # noqa: S608 - of constants alone
# The limit is that of the definition that handed the lead over last, if it is live; else the shortest.
_STALLED: Final = """
with said as (
    select * from jsonb_to_recordset(%(limits)s::jsonb) as t(definition text, stage text, seconds float8)
), shortest as (
    select stage, min(seconds) as seconds from said where stage is not null group by stage
), late as (
    select l.id, l.name, l.email, l.stage, a.name as account, h.owner_id, h.definition, s.seconds as least,
        coalesce(l.stage_since, l.created_at) as since
    from handraise.lead l join shortest s on s.stage = l.stage
    left join handraise.account a on a.id = l.account_id
    left join lateral (
        select h.owner_id, h.definition from handraise.handoff h join handraise.lead f on f.id = h.lead_id
        where f.id = l.id or f.root_id = l.id order by h.opened_at desc, h.id desc limit 1
    ) as h on true
    where l.root_id is null and coalesce(l.frozen_until <= %(now)s, true)
        and coalesce(l.stage_since, l.created_at) <= %(now)s - s.seconds * interval '1 second'
), limited as (
    select late.*, case
        when exists (select from said where said.definition = late.definition) then (
            select min(said.seconds) from said
            where said.definition = late.definition and said.stage = late.stage)
        else late.least end as seconds
    from late
)
select limited.id, limited.name, limited.email, account, limited.stage, since, seconds, owner_id, m.name
from limited left join handraise.member m on m.id = owner_id
where since <= %(now)s - seconds * interval '1 second'
order by since + seconds * interval '1 second', limited.id
"""
# Each time a lead was given back or archived begins a turn, which lasts until the next such time.
_TURNS: Final = """
with moves as (
    select coalesce(l.root_id, l.id) as root, s.id, s.at, s.to_stage,
        s.to_stage in ('recycled', 'disqualified') as is_side
    from handraise.stage_change s join handraise.lead l on l.id = s.lead_id
    where s.at >= %(start)s and s.cause_kind <> 'import' and s.to_stage <> 'subscriber'
), numbered as (
    select *, count(*) filter (where is_side) over (partition by root order by at, id) as turn from moves
), turns as (
    select root, min(at) filter (where is_side) as left_at, min(to_stage) filter (where is_side) as side,
        min(at) filter (where not is_side) as lead_at,
        min(at) filter (where to_stage in ('mql', 'sal', 'sql', 'opportunity', 'customer')) as mql_at,
        min(at) filter (where to_stage in ('sal', 'sql', 'opportunity', 'customer')) as sal_at,
        min(at) filter (where to_stage in ('sql', 'opportunity', 'customer')) as sql_at
    from numbered where turn > 0 group by root, turn
)
"""
_COUNTS: Final = ", ".join(
    f"count(*) filter (where {stage}_at < left_at + {days} * interval '24 hours')"
    for stage in BACK
    for days in WITHIN
)
_RETURNS: Final = f"""{_TURNS}
select date_trunc('month', left_at at time zone 'UTC')::date, count(*), {_COUNTS}
from turns where side = %(side)s and left_at <= %(end)s group by 1
"""  # noqa: S608 - of constants alone
_RETURNED: Final = f"""{_TURNS}
select distinct root from turns where side = %(side)s and left_at < %(end)s and (%(days)s::int is null
    or case %(back)s::text when 'lead' then lead_at when 'mql' then mql_at when 'sal' then sal_at
        else sql_at end < left_at + %(days)s::int * interval '24 hours')
"""  # noqa: S608 - of constants alone


@dataclass(frozen=True)
class TimeInStage:
    """How long leads that came to a stage in a month stayed in it.

    Attributes
    ----------
    month
        Its first day; None: of all the months looked at.
    came
        How many stays began; `left` of them have ended.
    median, p90
        By when half and nine in ten had left it; None while more than that are still there.
    """

    stage: Stage
    month: date | None
    came: int
    left: int
    median: timedelta | None
    p90: timedelta | None

    @property
    def there(self) -> int:
        """How many of the stays last still."""
        return self.came - self.left


@dataclass(frozen=True)
class Limit:
    """How long a lead may stay in a stage by a definition that is live; without a stage it says of none."""

    definition: str
    stage: Stage | None = None
    longest: timedelta | None = None


@dataclass(frozen=True)
class Stalled:
    """A lead that is in its stage for longer than `longest`; the owner is that of its latest hand-off."""

    lead_id: int
    name: str | None
    email: str | None
    account: str | None
    stage: Stage
    since: datetime
    longest: timedelta
    owner_id: int | None
    owner: str | None

    @property
    def due_at(self) -> datetime:
        """Since when it has been there for too long."""
        return self.since + self.longest


@dataclass(frozen=True)
class Returns:
    """Leads given back, or archived, in a month, and how many came back how far.

    Attributes
    ----------
    left
        How many times a lead was.
    reached
        How many of those were a lead again, an MQL, SAL, SQL or further within so many days, before they were
        given back or archived again: `reached["mql"][90]`. None while the youngest have not had the time.
    """

    month: date
    left: int
    reached: Mapping[Back, Mapping[int, int | None]]


def times_in_stage(connection: sa.Connection, months: int, now: datetime) -> list[TimeInStage]:
    """Every measured stage, of all the last months and of each, in the order of stages and months."""
    rows = connection.exec_driver_sql(_TIMES, _stays(months, now))
    found = [
        TimeInStage(stage, month, came, left, _time(half), _time(most))
        for stage, month, came, left, half, most in rows
    ]
    return sorted(found, key=lambda one: (MEASURED.index(one.stage), one.month or date.min))


def stayed(
    connection: sa.Connection,
    months: int,
    now: datetime,
    stage: Stage,
    month: date | None = None,
    *,
    is_there: bool | None = None,
) -> list[int]:
    """The leads that a number of `times_in_stage` counts, each once; `is_there`: whose stay lasts still."""
    asked = {**_stays(months, now), "stage": stage, "month": month, "is_there": is_there}
    return list(connection.exec_driver_sql(_STAYED, asked).scalars())


def stalled(connection: sa.Connection, limits: Sequence[Limit], now: datetime) -> list[Stalled]:
    """The leads that are in their stage for too long, the longest overdue first.

    Leads that a partner works (frozen) are left out.
    """
    said = [
        {
            "definition": one.definition,
            "stage": one.stage,
            "seconds": None if one.longest is None else one.longest.total_seconds(),
        }
        for one in limits
    ]
    rows = connection.exec_driver_sql(_STALLED, {"limits": msgspec.json.encode(said).decode(), "now": now})
    return [
        Stalled(*row[:6], timedelta(seconds=row.seconds), row.owner_id, row[8])  # type: ignore[call-arg]
        for row in rows
    ]


def returns(connection: sa.Connection, side: Side, months: int, now: datetime) -> list[Returns]:
    """The last `months` months up to now, the oldest first; months in which nobody was, too."""
    first = month_of(now, 1 - months)
    rows = connection.exec_driver_sql(_RETURNS, {"start": start_of(first), "end": now, "side": side})
    found: dict[date, Any] = {row[0]: tuple(row[1:]) for row in rows}
    made = []
    for number in range(months):
        month = month_of(start_of(first), number)
        left, *counts = found.get(month, (0,) * (1 + len(BACK) * len(WITHIN)))
        end = start_of(month_of(start_of(month), 1))
        given = iter(counts)
        reached: dict[Back, dict[int, int | None]] = {
            stage: {days: count if end + timedelta(days=days) <= now else None
                    for days, count in zip(WITHIN, given, strict=False)}
            for stage in BACK
        }  # fmt: skip
        made.append(Returns(month, left, reached))
    return made


def returned(
    connection: sa.Connection,
    side: Side,
    month: date,
    back: Back | None = None,
    days: int | None = None,
) -> list[int]:
    """The leads that a number of `returns` counts, each once."""
    asked = {
        "start": start_of(month),
        "end": start_of(month_of(start_of(month), 1)),
        "side": side,
        "back": back,
        "days": days if back else None,
    }
    return list(connection.exec_driver_sql(_RETURNED, asked).scalars())


def _stays(months: int, now: datetime) -> Mapping[str, Any]:
    return {"start": start_of(month_of(now, 1 - months)), "end": now, "stages": list(MEASURED)}


def _time(microseconds: int | None) -> timedelta | None:
    return None if microseconds is None else timedelta(microseconds=microseconds)
