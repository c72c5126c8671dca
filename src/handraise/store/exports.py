"""Leads as calibration takes them: facts, events, when each fact came to hold, and what sales made of them.

Facts and events are those of `histories`, so what is scored from an export is what the product itself scores.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final

import sqlalchemy as sa

from handraise.core.event import Lead
from handraise.core.outcome import Outcome
from handraise.core.properties import flattened
from handraise.store import facts
from handraise.store.histories import NO_EVENTS, histories

_ROOTS: Final = """
select id from handraise.lead where root_id is null and id > %(after)s order by id limit %(limit)s
"""
# Of whom something was said: the lead and those merged into it (first), or its account.
_SAID: Final = """
with member as (
    select id, coalesce(root_id, id) as root from handraise.lead
    where id = any(%(roots)s::bigint[]) or root_id = any(%(roots)s::bigint[])
)
select member.root, true as is_own, f.fact, f.source, f.value, f.known_at, f.said_at, f.last_said_at, f.id
from member join handraise.lead_fact f on f.lead_id = member.id
union all
select l.id, false, f.fact, f.source, f.value, f.known_at, f.said_at, f.last_said_at, f.id
from handraise.lead l join handraise.account_fact f on f.account_id = l.account_id
where l.id = any(%(roots)s::bigint[])
order by 1, 3
"""
# The same facts as those of `histories`, without the events: what holds, and since when the lead is known.
_KNOWN: Final = """
with root as (
    select id, account_id, facts from handraise.lead
    where root_id is null and id > %(after)s order by id limit %(limit)s
), member as (
    select id, id as root, created_at from handraise.lead where id in (select id from root)
    union all
    select id, root_id, created_at from handraise.lead where root_id in (select id from root)
), since as (
    select member.root, min(least(member.created_at, first.at)) as at
    from member left join lateral (
        select e.occurred_at as at from handraise.event e
        where e.lead_id = member.id and e.bot is null and e.kind <> all(%(no_events)s::text[])
        order by e.occurred_at limit 1
    ) as first on true
    group by member.root
)
select root.id, root.account_id, a.domain, since.at, (
    select jsonb_object_agg(said.key, said.value)
    from jsonb_each(coalesce(a.facts, '{}') || root.facts) as said where said.key = any(%(names)s::text[]))
from root join since on since.root = root.id
left join handraise.account a on a.id = root.account_id
order by root.id
"""
_OUTCOMES: Final = """
with member as (
    select id, coalesce(root_id, id) as root from handraise.lead
    where id = any(%(roots)s::bigint[]) or root_id = any(%(roots)s::bigint[])
), latest as (
    select distinct on (member.root) member.root, h.*
    from member join handraise.handoff h on h.lead_id = member.id
    where h.state <> 'cancelled'
    order by member.root, h.opened_at desc, h.id desc
)
select latest.root::text as lead_id, latest.opened_at as mql_at, m.name as handed_to,
    latest.first_contact_at, accepted.at as accepted_at,
    case when latest.state = 'rejected' then latest.answered_at end as rejected_at,
    case when latest.state = 'rejected' then latest.reason end as reject_reason,
    moved.sql_at, moved.opportunity_at, d.amount_cents / 100.0 as amount,
    case when d.state = 'won' then d.closed_at end as won_at,
    case when d.state = 'lost' then d.closed_at end as lost_at,
    case when d.state = 'lost' then d.detail ->> 'reason' end as lost_reason
from latest
left join handraise.member m on m.id = latest.owner_id
left join lateral (
    select min(e.at) as at from handraise.handoff_entry e
    where e.handoff_id = latest.id and e.kind = 'accepted'
) accepted on true
left join lateral (
    select min(s.at) filter (where s.to_stage = 'sql') as sql_at,
        min(s.at) filter (where s.to_stage = 'opportunity') as opportunity_at
    from member join handraise.stage_change s on s.lead_id = member.id
    where member.root = latest.root and s.at >= latest.opened_at
) moved on true
left join lateral (
    select * from handraise.deal where handoff_id = latest.id order by id desc limit 1
) d on true
"""


@dataclass(frozen=True)
class Learned:
    """From `known_since` on a fact had this value; None: it was no longer known."""

    fact: str
    value: Any
    known_since: datetime


@dataclass(frozen=True)
class Past:
    """A lead with its events, when its facts came to hold, and what sales made of its latest hand-off."""

    lead: Lead
    learned: tuple[Learned, ...]
    outcome: Outcome | None


@dataclass(frozen=True)
class Known:
    """A lead with some of its facts, by their full names, and what sales made of its latest hand-off."""

    lead_id: int
    facts: Mapping[str, Any]
    outcome: Outcome | None


@dataclass(frozen=True)
class _Word:
    is_own: bool
    source: str
    value: Any
    known_at: datetime
    said_at: datetime
    last_said_at: datetime
    id: int


def pasts(connection: sa.Connection, *, after: int = 0, limit: int = 200) -> list[Past]:
    """The leads with numbers after `after`, in their order; merged ones are in the one they were merged into.

    Account facts are those of the account a lead is in today.
    """
    roots = [row[0] for row in connection.exec_driver_sql(_ROOTS, {"after": after, "limit": limit})]
    if not roots:
        return []
    learned, outcomes = _learned(connection, roots), _outcomes(connection, roots)
    return [
        Past(lead, tuple(learned.get(int(lead.lead_id), ())), outcomes.get(int(lead.lead_id)))
        for lead in histories(connection, roots)
    ]


def known(
    connection: sa.Connection, names: Sequence[str], *, after: int = 0, limit: int = 1_000
) -> list[Known]:
    """The leads of `pasts` without their events, with the facts of these names, where there are any.

    Since when it is known and its account are always among them.
    """
    asked = {"after": after, "limit": limit, "names": list(names), "no_events": list(NO_EVENTS)}
    rows = connection.exec_driver_sql(_KNOWN, asked).all()
    outcomes = _outcomes(connection, [row[0] for row in rows])
    found = []
    for root, account, domain, since, said in rows:
        home = {} if account is None else {"lead.account_id": str(account), "account.domain": domain}
        told = {"lead.created_at": since, **home, **dict(flattened(said or {}))}
        facts_ = {name: value for name, value in told.items() if value is not None}
        found.append(Known(root, facts_, outcomes.get(root)))
    return found


def _learned(connection: sa.Connection, roots: Sequence[int]) -> dict[int, list[Learned]]:
    precedence = facts.precedence(connection)
    rows = connection.exec_driver_sql(_SAID, {"roots": list(roots)}).all()
    found: dict[int, list[Learned]] = {}
    for (root, fact), said in groupby(rows, key=lambda row: (row[0], row[2])):
        words = [_Word(row[1], *row[3:]) for row in said]
        found.setdefault(root, []).extend(
            Learned(fact, value, since) for value, since in _values(words, precedence)
        )
    return {root: sorted(one, key=lambda learned: learned.known_since) for root, one in found.items()}


def _values(words: Sequence[_Word], precedence: Sequence[str]) -> Iterator[tuple[Any, datetime]]:
    """What held of one fact, from when on, by the rule of `facts.holding`."""
    instants = {max(word.known_at, word.said_at) for word in words} | {
        max(word.known_at, word.last_said_at) for word in words
    }
    held: Any = None
    for at in sorted(instants):
        there = [word for word in words if word.known_at <= at and word.said_at <= at]
        value = _held([word for word in there if word.is_own], precedence, at)
        if value is None:
            value = _held([word for word in there if not word.is_own], precedence, at)
        if value != held or (value.__class__ is not held.__class__):
            yield value, at
            held = value


def _held(words: Sequence[_Word], precedence: Sequence[str], at: datetime) -> Any:
    """The last word of the source that comes first and has not taken its word back."""
    last: dict[str, _Word] = {}
    for word in sorted(words, key=lambda word: _rank(word, at)):
        last[word.source] = word
    order = {source: place for place, source in enumerate(precedence)}
    for source in sorted(last, key=lambda source: (order.get(source, len(order)), source)):
        if last[source].value is not None:
            return last[source].value
    return None


def _rank(word: _Word, at: datetime) -> tuple[datetime, datetime, int]:
    said = word.last_said_at if word.last_said_at <= at else word.said_at
    return said, word.known_at, word.id


def _outcomes(connection: sa.Connection, roots: Sequence[int]) -> Mapping[int, Outcome]:
    rows = connection.exec_driver_sql(_OUTCOMES, {"roots": list(roots)})
    found = {}
    for row in rows:
        values = dict(row._mapping)
        values["amount"] = None if values["amount"] is None else float(values["amount"])
        found[int(values["lead_id"])] = Outcome(**values)
    return found


__all__ = ["Known", "Learned", "Past", "known", "pasts"]
