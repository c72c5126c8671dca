"""What the evaluator takes: leads with the facts that hold and the events of all that were merged into them.

Events come as one JSON text for each lead, made by the database and read straight into `Event`s: row by row
is several times slower. Properties are laid out as those of events in files are, so that a score from the
store and one from a file are the same score.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from handraise.core.event import Event, Lead
from handraise.core.properties import flattened
from handraise.store import accounts, facts
from handraise.store.merges import FAMILY

NO_EVENTS: Final = ("identify", "group", "alias")
"""Calls that say who somebody is are no events."""
# All of it root by root: joined at once, the planner may read whole tables for the sake of a few leads.
_ROOTS: Final = f"""
with root as materialized (
    select r.id, r.account_id, r.facts, {FAMILY.format(root="r")} as family
    from handraise.lead r where r.id = any(%(roots)s::bigint[]) and r.root_id is null
)
"""  # noqa: S608 - of constants alone
_KNOWN: Final = """
select root.id, root.facts::text, root.account_id, a.facts::text, a.domain, a.name,
    (select min(m.created_at) from handraise.lead m where m.id = any(root.family))
"""
_OF_ROOTS: Final = """
from root left join lateral (
    select a.facts, a.domain, a.name from handraise.account a where a.id = root.account_id offset 0
) as a on true
"""
# Materialized, so that each text is made once, however the rest is joined.
_HISTORIES: Final = f"""{_ROOTS}, history as materialized (
    select root.id,
        json_agg(told)::text as events,
        min(told.occurred_at) filter (where not told.is_bot) as first_at
    from root cross join lateral (
        select e.event, e.occurred_at, e.properties, e.message_id, e.session_id, e.received_at,
            e.bot is not null as is_bot
        from handraise.event e
        where e.lead_id = any(root.family) and e.kind <> all(%(no_events)s::text[])
            and (%(as_of)s::timestamptz is null
                or (e.received_at <= %(as_of)s::timestamptz and e.occurred_at <= %(as_of)s::timestamptz))
        offset 0
    ) as told
    group by root.id
)
{_KNOWN}, history.first_at, history.events
{_OF_ROOTS} left join history on history.id = root.id
"""  # noqa: S608 - of constants alone
_FACTS_ALONE: Final = f"{_ROOTS} {_KNOWN} {_OF_ROOTS}"
_FACTS: Final = msgspec.json.Decoder(dict[str, Any])
_EVENTS: Final = msgspec.json.Decoder(tuple[Event, ...])


def histories(
    connection: sa.Connection, root_ids: Sequence[int], as_of: datetime | None = None
) -> list[Lead]:
    """These roots as the evaluator takes them, in the order asked for; those that are not there are left out.

    Facts have their full names and the values that were given; what is derived from them (seniority, kind of
    address) the evaluator derives itself. A lead's own word on its account comes before the account's. Events
    of bots are there and say so.

    Parameters
    ----------
    as_of
        Only what had reached us by then, and had happened: facts, events, and scores of colleagues. Merges
        and accounts are taken as they are now. By default everything.
    """
    wanted = list(dict.fromkeys(root_ids))
    if not wanted:
        return []
    parameters = {"roots": wanted, "as_of": as_of, "no_events": list(NO_EVENTS)}
    rows = connection.exec_driver_sql(_HISTORIES, parameters).all()
    told = _told(connection, [row[:7] for row in rows], {row[0]: row[7] for row in rows}, as_of)
    events = {row[0]: row[8] for row in rows}
    return [Lead(str(root), told[root], _events(events[root])) for root in wanted if root in told]


def facts_of(
    connection: sa.Connection, root_ids: Sequence[int], first_at: Mapping[int, datetime]
) -> dict[int, Mapping[str, Any]]:
    """The facts of these roots, as `histories` has them; `first_at` has the first event of each, if any."""
    rows = connection.exec_driver_sql(_FACTS_ALONE, {"roots": list(root_ids)}).all()
    return _told(connection, rows, first_at)


def _told(
    connection: sa.Connection,
    rows: Sequence[Any],
    first_at: Mapping[int, datetime | None],
    as_of: datetime | None = None,
) -> dict[int, Mapping[str, Any]]:
    """What is known of each root by `_KNOWN` rows."""
    homes = sorted({row[2] for row in rows if row[2] is not None})
    engaged = accounts.engaged(connection, homes, as_of=as_of)
    if as_of is None:
        texts = {row[2]: row[3] for row in rows if row[2] is not None}
        own: Mapping[int, Mapping[str, Any]] = {row[0]: _FACTS.decode(row[1]) for row in rows}
        theirs: Mapping[int, Mapping[str, Any]] = {home: _FACTS.decode(text) for home, text in texts.items()}
    else:
        own = facts.holding(connection, [row[0] for row in rows], as_of=as_of)
        theirs = facts.holding(connection, homes, "account", as_of=as_of)
    plain = {home: _plain(said) for home, said in theirs.items()}
    found: dict[int, Mapping[str, Any]] = {}
    for root, _, home, _, domain, name, created_at in rows:
        first = first_at.get(root)
        known: dict[str, Any] = {
            "lead.lead_id": str(root),
            # Known since the first thing it did, also when that came late.
            "lead.created_at": created_at if first is None else min(created_at, first),
        }
        if home is not None:
            known |= {"lead.account_id": str(home), "account.account_id": str(home)}
            known |= {"account.domain": domain, "account.name": name}
            known |= plain.get(home, {})
            known["account.leads_engaged"] = engaged[home].leads
            known["account.engagement"] = engaged[home].engagement / 100
        known |= _plain(own.get(root, {}))
        found[root] = {fact: value for fact, value in known.items() if value is not None}
    return found


def _events(text: str | None) -> tuple[Event, ...]:
    if text is None:
        return ()
    return tuple(_laid_out(event) for event in _EVENTS.decode(text))


def _laid_out(event: Event) -> Event:
    for value in event.properties.values():
        if isinstance(value, dict | list):
            return replace(event, properties=_plain(event.properties))
    return event


def _plain(record: Mapping[str, Any]) -> dict[str, Any]:
    return dict(flattened(record))
