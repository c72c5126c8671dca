"""What sales answered: how many of the leads handed over it gave back, and why; why leads were archived.

Hand-offs count in the month they were opened in, each by itself: a lead that was handed over twice is two.
What was taken back (`cancelled`) was never answered and is left out.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, TypeVar

import sqlalchemy as sa

from handraise.store.reports.periods import month_of, start_of

Answer = Literal["open", "accepted", "rejected"]
Key = TypeVar("Key")
# What was accepted is so, however it ended; who is asked is whoever has it now.
_HANDED: Final = """
with handed as (
    select h.id, h.opened_at, h.answered_at, h.reason, h.note, h.owner_id, m.name as rep, r.id as root,
        r.name, r.email, a.name as account, coalesce(r.facts ->> 'lead.source', '') as channel,
        date_trunc('month', h.opened_at at time zone 'UTC')::date as month,
        case h.state when 'done' then 'accepted' else h.state end as answer
    from handraise.handoff h
    join handraise.lead l on l.id = h.lead_id
    join handraise.lead r on r.id = coalesce(l.root_id, l.id)
    left join handraise.account a on a.id = r.account_id
    left join handraise.member m on m.id = h.owner_id
    where h.opened_at >= %(start)s and h.opened_at <= %(end)s and h.state <> 'cancelled'
)
"""
_CELLS: Final = f"""{_HANDED}
select month, owner_id, rep, channel, answer, case when answer = 'rejected' then reason end, count(*)
from handed group by 1, 2, 3, 4, 5, 6 order by 1, 2, 4, 5, 6
"""  # noqa: S608 - of constants alone
_ASKED: Final = """
(%(month)s::date is null or month = %(month)s::date)
and (%(channel)s::text is null or channel = %(channel)s::text)
and (%(answer)s::text is null or answer = %(answer)s::text)
and (%(reason)s::text is null or (answer = 'rejected' and reason = %(reason)s::text))
and case when %(is_nobodys)s then owner_id is null
    else %(owner)s::bigint is null or owner_id = %(owner)s::bigint end
"""
_LIST: Final = f"""{_HANDED}
select id, root, name, email, account, owner_id, rep, channel, opened_at, answered_at, answer, reason, note
from handed where {_ASKED} order by opened_at desc, id desc limit %(limit)s
"""  # noqa: S608 - of constants alone
# The latest of each reason first, then the next of each: as many kinds as there is room for.
_HANDFUL: Final = f"""{_HANDED}
select id, root, name, email, account, owner_id, rep, channel, opened_at, answered_at, answer, reason, note
from (
    select *, row_number() over (partition by reason order by answered_at desc, id desc) as turn
    from handed where {_ASKED}
) as told order by turn, answered_at desc, id desc limit %(limit)s
"""  # noqa: S608 - of constants alone
# A cause is written `name: reason`.
_ARCHIVED: Final = """
select date_trunc('month', s.at at time zone 'UTC')::date, regexp_replace(s.cause, '^.*: ', ''),
    s.cause_kind, count(*)
from handraise.stage_change s
where s.to_stage = 'disqualified' and s.cause_kind <> 'import' and s.at >= %(start)s and s.at <= %(end)s
group by 1, 2, 3 order by 1, 2, 3
"""


@dataclass(frozen=True)
class Cell:
    """Hand-offs that are alike in everything that is looked at.

    Attributes
    ----------
    month
        Its first day; they were opened in it.
    rep_id, rep
        Who has them; None: nobody.
    channel
        Where the lead came from (the fact `lead.source`); empty when nobody says.
    reason
        A code of the list of rejections; None unless rejected.
    """

    month: date
    rep_id: int | None
    rep: str | None
    channel: str
    answer: Answer
    reason: str | None
    count: int


@dataclass(frozen=True)
class Tally:
    """How many hand-offs were answered how."""

    open: int = 0
    accepted: int = 0
    rejected: int = 0

    @property
    def answered(self) -> int:
        """Accepted and rejected."""
        return self.accepted + self.rejected

    @property
    def handed(self) -> int:
        """All of them."""
        return self.answered + self.open


@dataclass(frozen=True)
class Told:
    """One hand-off in a list, by its lead."""

    id: int
    lead_id: int
    name: str | None
    email: str | None
    account: str | None
    rep_id: int | None
    rep: str | None
    channel: str
    opened_at: datetime
    answered_at: datetime | None
    answer: Answer
    reason: str | None
    note: str | None


@dataclass(frozen=True)
class Archived:
    """Leads that were disqualified in a month, for a reason; `by`: rule, person or crm."""

    month: date
    reason: str
    by: str
    count: int


@dataclass(frozen=True)
class Asked:
    """Which hand-offs are meant; None: any. `is_nobodys`: those that nobody has."""

    month: date | None = None
    rep_id: int | None = None
    is_nobodys: bool = False
    channel: str | None = None
    answer: Answer | None = None
    reason: str | None = None

    def has(self, cell: Cell) -> bool:
        """Whether these hand-offs are meant."""
        return (
            (self.month is None or cell.month == self.month)
            and (cell.rep_id is None if self.is_nobodys else self.rep_id in (None, cell.rep_id))
            and self.channel in (None, cell.channel)
            and self.answer in (None, cell.answer)
            and self.reason in (None, cell.reason)
        )


ANY: Final = Asked()


def months_back(months: int, now: datetime) -> list[date]:
    """The last `months` months up to now, the oldest first."""
    return [month_of(now, number) for number in range(1 - months, 1)]


def cells(connection: sa.Connection, months: int, now: datetime) -> list[Cell]:
    """Every hand-off of the last months, those that are alike together."""
    return [Cell(*row) for row in connection.exec_driver_sql(_CELLS, _period(months, now))]


def tally(among: Iterable[Cell]) -> Tally:
    """How these were answered.

    Examples
    --------
    >>> one = Cell(date(2026, 3, 1), None, None, "", "rejected", "no_need", 2)
    >>> tally([one]).rejected, tally([]).answered
    (2, 0)
    """
    counts: dict[Answer, int] = {"open": 0, "accepted": 0, "rejected": 0}
    for cell in among:
        counts[cell.answer] += cell.count
    return Tally(**counts)


def tallies(among: Iterable[Cell], of: Callable[[Cell], Key]) -> dict[Key, Tally]:
    """How these were answered, under each key, in the order in which the keys come."""
    found: dict[Key, list[Cell]] = {}
    for cell in among:
        found.setdefault(of(cell), []).append(cell)
    return {key: tally(alike) for key, alike in found.items()}


def reasons_of(among: Iterable[Cell]) -> dict[str, int]:
    """How often each reason was given, most often first."""
    counts: dict[str, int] = {}
    for cell in among:
        if cell.reason is not None:
            counts[cell.reason] = counts.get(cell.reason, 0) + cell.count
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def told(
    connection: sa.Connection, months: int, now: datetime, asked: Asked = ANY, limit: int = 200
) -> list[Told]:
    """The hand-offs that a number counts, the latest opened first."""
    rows = connection.exec_driver_sql(_LIST, _parameters(months, now, asked, limit))
    return [Told(*row) for row in rows]


def handful(
    connection: sa.Connection, months: int, now: datetime, asked: Asked = ANY, limit: int = 8
) -> list[Told]:
    """A few rejected ones to be read together: of each reason the latest, then the next of each."""
    meant = {**_parameters(months, now, asked, limit), "answer": "rejected"}
    return [Told(*row) for row in connection.exec_driver_sql(_HANDFUL, meant)]


def archived(connection: sa.Connection, months: int, now: datetime) -> list[Archived]:
    """Leads disqualified in the last months, by rules and by people; what an import placed is left out."""
    return [Archived(*row) for row in connection.exec_driver_sql(_ARCHIVED, _period(months, now))]


def _period(months: int, now: datetime) -> Mapping[str, Any]:
    return {"start": start_of(month_of(now, 1 - months)), "end": now}


def _parameters(months: int, now: datetime, asked: Asked, limit: int) -> Mapping[str, Any]:
    return {
        **_period(months, now),
        "month": asked.month,
        "owner": asked.rep_id,
        "is_nobodys": asked.is_nobodys,
        "channel": asked.channel,
        "answer": asked.answer,
        "reason": asked.reason,
        "limit": limit,
    }
