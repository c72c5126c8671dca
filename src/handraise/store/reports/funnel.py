"""MQLs by the month they were made in, and how far each of those went in how many days."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

import sqlalchemy as sa

from handraise.store.reports.periods import month_of, start_of

Reached = Literal["sal", "sql", "customer"]
REACHED: Final[tuple[Reached, ...]] = ("sal", "sql", "customer")
WITHIN: Final = (30, 60, 90)  # days
LONGEST: Final = 36  # months

MADE: Final = """
with moves as (
    select coalesce(l.root_id, l.id) as root, s.id, s.at, s.to_stage,
        (s.to_stage = 'mql' and s.from_stage not in ('sal', 'sql', 'opportunity', 'customer'))
            or 'mql' = any(string_to_array(s.skipped, ',')) as is_mql
    from handraise.stage_change s join handraise.lead l on l.id = s.lead_id
    where s.to_stage in ('mql', 'sal', 'sql', 'opportunity', 'customer') and s.at >= %(start)s
        and s.cause_kind <> 'import'
), numbered as (
    select *, count(*) filter (where is_mql) over (partition by root order by at, id) as cycle from moves
), made as (
    select root, min(at) filter (where is_mql) as made_at,
        min(at) filter (where to_stage in ('sal', 'sql', 'opportunity', 'customer')) as sal_at,
        min(at) filter (where to_stage in ('sql', 'opportunity', 'customer')) as sql_at,
        min(at) filter (where to_stage = 'customer') as customer_at
    from numbered where cycle > 0 group by root, cycle
)
"""
"""SQL: `made`, every MQL made since %(start)s, one row for each time that a lead became one.

A stage counts as reached when the lead got to it or past it before it became an MQL again. Steps backwards
reach nothing, and what an import placed was not made here.
"""
_COUNTS: Final = ", ".join(
    f"count(*) filter (where {stage}_at < made_at + {days} * interval '24 hours')"
    for stage in REACHED
    for days in WITHIN
)
_COHORTS: Final = f"""{MADE}
select date_trunc('month', made_at at time zone 'UTC')::date, count(*), {_COUNTS}
from made where made_at <= %(end)s group by 1
"""  # noqa: S608 - of constants alone
_MEMBERS: Final = f"""{MADE}
select distinct root from made where made_at < %(end)s and (%(days)s::int is null
    or case %(reached)s::text when 'sal' then sal_at when 'sql' then sql_at else customer_at end
        < made_at + %(days)s::int * interval '24 hours')
"""  # noqa: S608 - of constants alone


@dataclass(frozen=True)
class Cohort:
    """The MQLs of one month.

    Attributes
    ----------
    month
        Its first day.
    mqls
        How many times a lead became an MQL in it.
    growth
        Against the month before, as a share (0.5: half as many again); None when that one had none, or when
        the month is not over.
    reached
        How many of them got to a stage (or past it) within so many days: `reached["sql"][30]`. None while
        the youngest of them has not had the time.
    is_over
        Whether no more can come.
    """

    month: date
    mqls: int
    growth: float | None
    reached: dict[Reached, dict[int, int | None]]
    is_over: bool

    def share(self, stage: Reached, days: int) -> float | None:
        """How many of all its MQLs that is; None when it is not yet known, or there are none."""
        count = self.reached[stage][days]
        return None if count is None or not self.mqls else count / self.mqls


def cohorts(connection: sa.Connection, months: int, now: datetime) -> list[Cohort]:
    """The last `months` months up to now, the oldest first; months without an MQL too."""
    first = month_of(now, 1 - months)
    # One more, which the growth of the first is against.
    rows = connection.exec_driver_sql(_COHORTS, {"start": start_of(month_of(now, -months)), "end": now})
    found: dict[date, Any] = {row[0]: tuple(row[1:]) for row in rows}
    nothing = (0,) * (1 + len(REACHED) * len(WITHIN))
    made = []
    before = found.get(month_of(now, -months), nothing)[0]
    for number in range(months):
        month = month_of(start_of(first), number)
        mqls, *counts = found.get(month, nothing)
        end = start_of(month_of(start_of(month), 1))
        given = iter(counts)
        reached: dict[Reached, dict[int, int | None]] = {
            stage: {days: count if end + timedelta(days=days) <= now else None
                    for days, count in zip(WITHIN, given, strict=False)}
            for stage in REACHED
        }  # fmt: skip
        is_over = end <= now
        growth = mqls / before - 1 if before and is_over else None
        made.append(Cohort(month, mqls, growth, reached, is_over))
        before = mqls
    return made


def members_of(
    connection: sa.Connection, month: date, reached: Reached | None = None, days: int | None = None
) -> list[int]:
    """The leads that a number of `cohorts` counts, each once: those of a month, or who got that far."""
    asked = {
        "start": start_of(month),
        "end": start_of(month_of(start_of(month), 1)),
        "reached": reached,
        "days": days if reached else None,
    }
    return list(connection.exec_driver_sql(_MEMBERS, asked).scalars())
