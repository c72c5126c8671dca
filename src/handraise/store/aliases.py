"""The ids a person goes by: anonymous ids, user ids, e-mail addresses, CRM ids. Each names one lead."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, Literal, NamedTuple

import sqlalchemy as sa

from handraise.store.merges import FAMILY

AliasKind = Literal["anonymous_id", "user_id", "email", "crm_id"]
KNOWN_BY: Final[frozenset[AliasKind]] = frozenset({"user_id", "email", "crm_id"})
"""The kinds that make somebody known; an anonymous id alone is a browser."""


class Alias(NamedTuple):
    """One id of a person."""

    kind: AliasKind
    value: str


_FIND: Final = """
select a.kind, a.value, a.lead_id
from unnest(%(kinds)s::text[], %(values)s::text[]) as wanted(kind, value)
join handraise.lead_alias a using (kind, value)
"""
# In the order of the key, so that two transactions with the same ids wait for, not on, one another.
_LINK: Final = """
insert into handraise.lead_alias (kind, value, lead_id, created_at, source)
select kind, value, lead_id, %(now)s, %(source)s
from unnest(%(kinds)s::text[], %(values)s::text[], %(leads)s::bigint[]) as new(kind, value, lead_id)
order by kind, value
on conflict do nothing
returning kind, value
"""
_OF_FAMILY: Final = f"""
select r.id, a.kind, a.value
from handraise.lead r cross join lateral (  -- root by root: the planner may read all ids for a join
    select a.kind, a.value from handraise.lead_alias a
    where a.lead_id = any({FAMILY.format(root="r")}) offset 0
) as a
where r.id = any(%(roots)s::bigint[])
order by 1, 2, 3
"""  # noqa: S608 - of constants alone


def leads_named(connection: sa.Connection, aliases: Iterable[Alias]) -> dict[Alias, int]:
    """The lead each id names, for the ids that name one; the lead itself, whether it was merged or not."""
    wanted = list(aliases)
    if not wanted:
        return {}
    rows = connection.exec_driver_sql(
        _FIND, {"kinds": [one.kind for one in wanted], "values": [one.value for one in wanted]}
    )
    return {Alias(kind, value): lead_id for kind, value, lead_id in rows}


def link(
    connection: sa.Connection, leads: Mapping[Alias, int], now: datetime, *, source: str | None = None
) -> set[Alias]:
    """Let ids name leads; gives those that could be linked. An id that names a lead already keeps it.

    Waits for a transaction that is linking one of the same ids.
    """
    if not leads:
        return set()
    wanted = sorted(leads)
    rows = connection.exec_driver_sql(
        _LINK,
        {
            "kinds": [one.kind for one in wanted],
            "values": [one.value for one in wanted],
            "leads": [leads[one] for one in wanted],
            "now": now,
            "source": source,
        },
    )
    return {Alias(kind, value) for kind, value in rows}


def aliases_of(connection: sa.Connection, roots: Sequence[int]) -> dict[int, tuple[Alias, ...]]:
    """All ids of each root and of those merged into it."""
    found: dict[int, list[Alias]] = {root: [] for root in roots}
    for root, kind, value in connection.exec_driver_sql(_OF_FAMILY, {"roots": list(roots)}):
        found.setdefault(root, []).append(Alias(kind, value))
    return {root: tuple(aliases) for root, aliases in found.items()}
