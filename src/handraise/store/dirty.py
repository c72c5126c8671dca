"""Leads to look at: marked by whatever changed something of them, claimed by who scores them.

A claim is the lock of a root's row together with the marks of its family taken out, in the transaction that
scores and decides: whoever dies in it leaves the marks as they were. Marks are taken out by nobody else, so
workers never wait for one another, and capture, which only adds marks, waits for no worker.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

CHANNEL: Final = "handraise_dirty"
FAILED: Final = "failed"
TIME: Final = "time"
# How many of the oldest marks a claim looks at for each lead that it wants.
_MARKS_PER_LEAD: Final = 10
# One worker at a time looks for leads that are due.
_DUE_LOCK: Final = 4857264
_FIRST_PAUSE: Final = timedelta(minutes=1)
_LONGEST_PAUSE: Final = timedelta(hours=6)

_MARK: Final = """
insert into handraise.dirty_lead (lead_id, cause_kind, cause, marked_at, due_at)
select lead_id, %(kind)s, %(cause)s::jsonb, %(now)s, %(due_at)s::timestamptz
from unnest(%(leads)s::bigint[]) as m(lead_id)
"""
_MARK_ALL: Final = """
insert into handraise.dirty_lead (lead_id, cause_kind, cause, marked_at)
select id, %(kind)s, %(cause)s::jsonb, %(now)s from handraise.lead where root_id is null
"""
_MARK_COLLEAGUES: Final = """
with marked as (
    insert into handraise.dirty_lead (lead_id, cause_kind, cause, marked_at)
    select l.id, 'fact', jsonb_build_object('account', l.account_id, 'colleagues', true), %(now)s
    from handraise.lead l
    where l.root_id is null and l.account_id in (
        select account_id from handraise.lead where id = any(%(leads)s::bigint[]))
    returning lead_id
)
select count(*) from marked
"""
# These statements look rows up one by one, by subqueries and laterals rather than joins: marks come and go
# by the thousand, so whatever the planner was told of this table last is wrong by now, and what it makes of
# joins then is twenty times slower.

# What is due by what the last score or decision said. A lead that has a mark is looked at anyway.
_MARK_DUE: Final = """
with due as (
    (select s.lead_id, 'score' as what from handraise.lead_score s
    where s.next_change_at <= %(now)s
        and s.version_id = any(array(select version_id from handraise.rollout where until_at is null))
    order by s.next_change_at limit %(limit)s)
    union all
    (select l.id, 'stage' from handraise.lead l
    where l.stage_due_at <= %(now)s order by l.stage_due_at limit %(limit)s)
    union all
    (select l.id, 'requalify' from handraise.lead l
    where l.requalify_at <= %(now)s and (
        select s.lead_id from handraise.lead_score s
        where s.lead_id = l.id and s.as_of < l.requalify_at limit 1) is not null
    order by l.requalify_at limit %(limit)s)
), marked as (
    insert into handraise.dirty_lead (lead_id, cause_kind, cause, marked_at)
    select due.lead_id, 'time', jsonb_build_object('due', jsonb_agg(distinct due.what)), %(now)s
    from due
    where (select l.id from handraise.lead l where l.id = due.lead_id and l.root_id is null) is not null
        and (select d.id from handraise.dirty_lead d where d.lead_id = due.lead_id limit 1) is null
    group by due.lead_id
    returning lead_id
)
select count(*) from marked
"""
_HAS_FAILED: Final = """(
    select f.id from handraise.dirty_lead f
    where f.lead_id = {lead} and f.cause_kind = 'failed' and f.due_at > %(now)s limit 1) is not null"""
# All marks of the families of locked roots, but those for later.
_TAKE: Final = """, member as (
    select id from locked
    union all
    select child.id from locked cross join lateral (
        select l.id from handraise.lead l where l.root_id = locked.id offset 0) as child
), taken as (
    delete from handraise.dirty_lead d
    where d.id = any(array(
        select of_member.id from member cross join lateral (
            select d.id from handraise.dirty_lead d
            where d.lead_id = member.id
                and (d.due_at is null or d.due_at <= %(now)s or d.cause_kind = 'failed')
            offset 0) as of_member))
    returning (select coalesce(l.root_id, l.id) from handraise.lead l where l.id = d.lead_id) as root,
        d.id, d.cause_kind, d.cause, d.marked_at
)
"""
_TAKEN: Final = "select root, id, cause_kind, cause, marked_at from taken order by id"
_OLDEST: Final = f"""
    select d.id, d.lead_id, {{rank}} as rank from handraise.dirty_lead d
    where d.cause_kind {{kinds}} ('definition', 'import') and (d.due_at is null or d.due_at <= %(now)s)
        and not {_HAS_FAILED.format(lead="d.lead_id")}
    order by d.id limit %(marks)s
"""  # noqa: S608 (constants of this module)
# The oldest marks, those of single leads first; their roots as far as nobody else has locked them. A lead
# that failed waits for its next try, whatever happens to it. Marks of leads that are no more go too.
_CLAIM: Final = f"""
with oldest as materialized (
    ({_OLDEST.format(rank=0, kinds="not in")}) union all ({_OLDEST.format(rank=1, kinds="in")})
), known as materialized (
    select o.id, o.rank,
        (select coalesce(l.root_id, l.id) from handraise.lead l where l.id = o.lead_id) as root
    from oldest o
), wanted as materialized (
    select root, min(rank) as rank, min(id) as first from known where root is not null
    group by root order by 2, 3
), locked as (
    select mine.id from wanted cross join lateral (
        select l.id from handraise.lead l
        where l.id = wanted.root and l.root_id is null and not {_HAS_FAILED.format(lead="l.id")}
        for no key update of l skip locked) as mine
    limit %(limit)s
), gone as (
    delete from handraise.dirty_lead where id = any(array(
        select d.id from handraise.dirty_lead d
        where d.id = any(array(select id from known where root is null))
        for update skip locked))
){_TAKE}{_TAKEN}
"""  # noqa: S608 (constants of this module)
_THESE: Final = """
with locked as (
    select l.id from handraise.lead l
    where l.id = any(%(only)s::bigint[]) and l.root_id is null
    order by l.id for no key update of l skip locked
)
"""
_CLAIM_THESE: Final = _THESE + _TAKE + _TAKEN
_LAG: Final = """
select count(*), count(*) filter (where cause_kind = 'failed'),
    min(marked_at) filter (where cause_kind not in ('definition', 'import', 'failed')),
    min(marked_at) filter (where cause_kind in ('definition', 'import'))
from handraise.dirty_lead where due_at is null or due_at <= %(now)s or cause_kind = 'failed'
"""


@dataclass(frozen=True)
class Mark:
    """Why a lead is to be looked at."""

    id: int
    cause_kind: str
    cause: Mapping[str, Any] | None
    marked_at: datetime

    @property
    def first(self) -> "Mark":
        """The mark itself; of one that was put back after a failure, the one that there was before."""
        if self.cause_kind != FAILED or self.cause is None:
            return self
        return Mark(self.id, self.cause["of"]["kind"], self.cause["of"]["cause"], self.marked_at)


@dataclass(frozen=True)
class Claimed:
    """A root that is ours until the transaction ends, with the marks that were on it, the oldest first."""

    root: int
    marks: tuple[Mark, ...]

    @property
    def why(self) -> Mark:
        """The mark that says best why the score may change: the last thing that happened, if any did."""
        told = [mark.first for mark in self.marks]
        happened = [mark for mark in told if mark.cause_kind != TIME]
        return happened[-1] if happened else told[-1]

    @property
    def failures(self) -> int:
        """How often in a row scoring this lead has failed."""
        tries = [int((mark.cause or {}).get("tries", 1)) for mark in self.marks if mark.cause_kind == FAILED]
        return max(tries, default=0)

    @property
    def is_by_colleagues(self) -> bool:
        """Whether nothing happened to it but that people of its account were scored."""
        return all(bool((mark.cause or {}).get("colleagues")) for mark in self.marks)


@dataclass(frozen=True)
class Lag:
    """How far scoring is behind: marks that wait, leads that failed, and the age of the oldest mark.

    `oldest` is of what happened to single leads, `oldest_bulk` of what concerns all (versions, imports).
    """

    marks: int
    failed: int
    oldest: timedelta
    oldest_bulk: timedelta


def mark(
    connection: sa.Connection,
    lead_ids: Iterable[int],
    cause_kind: str,
    cause: Mapping[str, Any] | None,
    now: datetime,
    *,
    due_at: datetime | None = None,
) -> None:
    """Have these leads scored again, with `due_at` not before then."""
    leads = sorted(set(lead_ids))
    if not leads:
        return
    connection.exec_driver_sql(
        _MARK,
        {"leads": leads, "kind": cause_kind, "cause": _json(cause), "now": now, "due_at": due_at},
    )
    if due_at is None:
        _wake(connection)


def mark_all(
    connection: sa.Connection, cause_kind: str, cause: Mapping[str, Any] | None, now: datetime
) -> int:
    """Have every lead scored again; gives how many."""
    done = connection.exec_driver_sql(_MARK_ALL, {"kind": cause_kind, "cause": _json(cause), "now": now})
    _wake(connection)
    return done.rowcount


def mark_colleagues(connection: sa.Connection, lead_ids: Iterable[int], now: datetime) -> int:
    """Have everybody at the accounts of these leads scored again, themselves included; gives how many."""
    leads = sorted(set(lead_ids))
    if not leads:
        return 0
    marked = connection.exec_driver_sql(_MARK_COLLEAGUES, {"leads": leads, "now": now}).scalar_one()
    if marked:
        _wake(connection)
    return int(marked)


def mark_due(connection: sa.Connection, now: datetime, *, limit: int = 1000) -> int:
    """Mark leads of which time alone changes something by now; gives how many.

    Those whose score changes, whose stage lasted long enough, and whose day has come. Nothing when another
    worker is doing so.
    """
    if not connection.exec_driver_sql(
        "select pg_try_advisory_xact_lock(%(lock)s)", {"lock": _DUE_LOCK}
    ).scalar_one():
        return 0
    return int(connection.exec_driver_sql(_MARK_DUE, {"now": now, "limit": limit}).scalar_one())


def claim(
    connection: sa.Connection, now: datetime, *, limit: int = 200, only: Sequence[int] | None = None
) -> list[Claimed]:
    """Lock roots that are marked and nobody else has, and take out their marks; the longest waiting first.

    Both last as long as the transaction: rolled back, the marks are there again. With `only`, of these roots.
    """
    if only is None:
        parameters = {"now": now, "limit": limit, "marks": limit * _MARKS_PER_LEAD}
        rows = connection.exec_driver_sql(_CLAIM, parameters)
    else:
        rows = connection.exec_driver_sql(_CLAIM_THESE, {"now": now, "only": list(only)})
    found: dict[int, list[Mark]] = {}
    for root, number, kind, cause, marked_at in rows.all():
        found.setdefault(root, []).append(Mark(number, kind, cause, marked_at))
    return [Claimed(root, tuple(marks)) for root, marks in found.items()]


def set_aside(connection: sa.Connection, claimed: Claimed, problem: str, now: datetime) -> datetime:
    """Put back a claimed lead that cannot be scored, to be tried again after a pause; gives when.

    The pause doubles with each failure in a row, from a minute to six hours. The mark tells the problem.
    """
    tries, why = claimed.failures + 1, claimed.why
    pause = timedelta(seconds=_FIRST_PAUSE.total_seconds() * 2 ** min(tries - 1, 20))
    at = now + min(pause, _LONGEST_PAUSE)
    cause = {"problem": problem, "tries": tries, "of": {"kind": why.cause_kind, "cause": why.cause}}
    mark(connection, [claimed.root], FAILED, cause, now, due_at=at)
    return at


def failures(connection: sa.Connection, *, limit: int = 100) -> list[tuple[int, Mark, datetime]]:
    """Leads that cannot be scored: the lead, its mark with the problem, and when it is tried again."""
    rows = connection.exec_driver_sql(
        "select lead_id, id, cause_kind, cause, marked_at, due_at from handraise.dirty_lead "
        "where cause_kind = 'failed' order by id limit %(limit)s",
        {"limit": limit},
    )
    return [(lead, Mark(*values), due_at) for lead, *values, due_at in rows]


def lag(connection: sa.Connection, now: datetime) -> Lag:
    """How far scoring is behind at `now`."""
    marks, failed, oldest, bulk = connection.exec_driver_sql(_LAG, {"now": now}).one()

    def age(at: datetime | None) -> timedelta:
        return timedelta(0) if at is None else max(now - at, timedelta(0))

    return Lag(marks, failed, age(oldest), age(bulk))


def _wake(connection: sa.Connection) -> None:
    connection.exec_driver_sql("select pg_notify(%(channel)s, '')", {"channel": CHANNEL})


def _json(cause: Mapping[str, Any] | None) -> str | None:
    return None if cause is None else json.dumps(cause)
