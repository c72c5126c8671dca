"""Merges: a lead points straight at the root it was merged into; a row says why, and can be taken out again.

Merges make trees: `lead_merge` has an edge from each child to the lead that was its root-to-be then, and
`lead.root_id` is the top of the tree, kept flat. Whoever changes trees holds the locks of the roots.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from handraise.core.errors import HandraiseError, LeadUnknown
from handraise.core.saying import Saying
from handraise.store.tables.leads import lead, lead_merge, merge_suggestion
from handraise.store.tables.scores import dirty_lead

FAMILY: Final = (
    "array(select {root}.id union all select m.id from handraise.lead m where m.root_id = {root}.id)"
)
"""The ids of a root and of all that were merged into it; `root` is the root's row in a statement."""
# A root can be merged away between being read and being locked; this many times in a row it is not.
_TRIES: Final = 50

_ROOTS: Final = "select id, coalesce(root_id, id) from handraise.lead where id = any(%(ids)s::bigint[])"
# The whole family, not its root alone: a merge writes all of its rows. Whoever holds a family needs no
# further row of it, and everybody takes rows in one order, so nobody waits in a circle.
_LOCK: Final = """
select id from handraise.lead where id = any(%(ids)s::bigint[]) or root_id = any(%(ids)s::bigint[])
order by id for no key update
"""
_MEMBERS: Final = """
select id from handraise.lead where id = any(%(ids)s::bigint[]) or root_id = any(%(ids)s::bigint[])
"""
# The child and all that were merged into it before it was merged itself.
_SUBTREE: Final = """
with recursive below(id) as (
    select %(child)s::bigint
    union
    select m.child_id from handraise.lead_merge m join below on m.parent_id = below.id
)
update handraise.lead l set root_id = case when l.id = %(child)s then null else %(child)s end
from below where l.id = below.id
returning l.id
"""
# The pair in one order, whichever of them was seen first.
_SUGGEST: Final = """
insert into handraise.merge_suggestion (lead_id, other_id, reason, suggested_at)
select distinct on (1, 2) least(one, other), greatest(one, other), reason, %(now)s::timestamptz
from unnest(%(ones)s::bigint[], %(others)s::bigint[], %(reasons)s::text[]) as s(one, other, reason)
order by 1, 2
on conflict do nothing
"""


class RootsMoving(HandraiseError):
    """Other merges kept moving these leads; the request can simply be made again."""


class SuggestionUnknown(HandraiseError):
    """There is no open merge suggestion with that id; it may have been answered already."""


@dataclass(frozen=True)
class Suggestion:
    """Two known people whose ids met; `reason` says how."""

    id: int
    lead_id: int
    other_id: int
    reason: str
    suggested_at: datetime


@dataclass(frozen=True)
class MergeRow:
    """A merge as it is kept."""

    child_id: int
    parent_id: int
    merged_at: datetime
    merged_by: str
    reason: str
    replaced: dict[str, Any] | None = None


def roots_of(connection: sa.Connection, lead_ids: Iterable[int]) -> dict[int, int]:
    """The root of each lead: itself when it was not merged. Unknown leads are left out."""
    rows = connection.exec_driver_sql(_ROOTS, {"ids": sorted(set(lead_ids))})
    return {row[0]: row[1] for row in rows}


def locked_roots(connection: sa.Connection, lead_ids: Iterable[int]) -> dict[int, int]:
    """The roots of these leads, locked until the transaction ends: nobody else merges, splits or scores them.

    All rows of their families are locked, in the order of their ids. A transaction should ask once for all
    that it will change.

    Raises
    ------
    LeadUnknown
        When one of the leads is not there.
    RootsMoving
        When other transactions moved the roots again and again.
    """
    wanted = sorted(set(lead_ids))
    for _ in range(_TRIES):
        roots = roots_of(connection, wanted)
        if missing := [one for one in wanted if one not in roots]:
            raise LeadUnknown(f"There is no lead {missing[0]}.")
        savepoint = connection.begin_nested()
        families = {"ids": sorted(set(roots.values()))}
        locked = set(connection.exec_driver_sql(_LOCK, families).scalars())
        members = set(connection.exec_driver_sql(_MEMBERS, families).scalars())
        if locked == members and roots_of(connection, wanted) == roots:
            savepoint.commit()
            return roots
        savepoint.rollback()  # which gives the locks back, so that the next round keeps to the order
    raise RootsMoving(Saying("These leads are being merged by others at this moment. Try again."))


def join(connection: sa.Connection, row: MergeRow) -> None:
    """Put the tree of one root under another. Both are roots, different, and locked."""
    connection.execute(
        lead_merge.insert().values(
            child_id=row.child_id,
            parent_id=row.parent_id,
            merged_at=row.merged_at,
            merged_by=row.merged_by,
            reason=row.reason,
            replaced=row.replaced,
        )
    )
    connection.execute(
        lead.update()
        .where((lead.c.id == row.child_id) | (lead.c.root_id == row.child_id))
        .values(root_id=row.parent_id)
    )


def split(connection: sa.Connection, child_id: int) -> MergeRow | None:
    """Take a lead out of the one it was merged into, with those merged into it; None when it was not merged.

    Its root is locked.
    """
    taken = connection.execute(
        lead_merge.delete().where(lead_merge.c.child_id == child_id).returning(*lead_merge.c)
    ).one_or_none()
    if taken is None:
        return None
    connection.exec_driver_sql(_SUBTREE, {"child": child_id})
    return MergeRow(**taken._mapping)


def family_of(connection: sa.Connection, root: int) -> tuple[int, ...]:
    """The root and the leads merged into it."""
    rows = connection.execute(
        sa.select(lead.c.id).where((lead.c.id == root) | (lead.c.root_id == root)).order_by(lead.c.id)
    )
    return tuple(rows.scalars())


def merges_of(connection: sa.Connection, root: int) -> list[MergeRow]:
    """The merges that made this root's family, the oldest first."""
    rows = connection.execute(
        sa.select(lead_merge)
        .join(lead, lead.c.id == lead_merge.c.child_id)
        .where(lead.c.root_id == root)
        .order_by(lead_merge.c.merged_at, lead_merge.c.child_id)
    )
    return [MergeRow(**row._mapping) for row in rows]


def mark_dirty(
    connection: sa.Connection, lead_ids: Iterable[int], cause_kind: str, cause: dict[str, Any], now: datetime
) -> None:
    """Have these leads scored again."""
    rows = [
        {"lead_id": one, "cause_kind": cause_kind, "cause": cause, "marked_at": now}
        for one in sorted(set(lead_ids))
    ]
    if rows:
        connection.execute(insert(dirty_lead), rows)
        connection.exec_driver_sql("select pg_notify('handraise_dirty', '')")


def suggest(connection: sa.Connection, pairs: Sequence[tuple[int, int, str]], now: datetime) -> None:
    """Keep that the ids of two known people met, and how. Every pair is asked about once, answered or not."""
    if pairs:
        ones, others, reasons = map(list, zip(*pairs, strict=True))
        connection.exec_driver_sql(_SUGGEST, {"ones": ones, "others": others, "reasons": reasons, "now": now})


def suggestions(connection: sa.Connection, *, limit: int = 50, after: int = 0) -> list[Suggestion]:
    """Open suggestions, the oldest first; pairs that are one family by now are left out."""
    one, other = lead.alias("one"), lead.alias("other")
    table = merge_suggestion
    columns = (table.c.id, table.c.lead_id, table.c.other_id, table.c.reason, table.c.suggested_at)
    rows = connection.execute(
        sa.select(*columns)
        .join(one, one.c.id == table.c.lead_id)
        .join(other, other.c.id == table.c.other_id)
        .where(
            table.c.answered_at.is_(None),
            table.c.id > after,
            sa.func.coalesce(one.c.root_id, one.c.id) != sa.func.coalesce(other.c.root_id, other.c.id),
        )
        .order_by(table.c.id)
        .limit(limit)
    )
    return [Suggestion(*row) for row in rows]


def answer_suggestion(
    connection: sa.Connection, suggestion_id: int, answer: str, now: datetime
) -> Suggestion:
    """Close a suggestion with its answer (`merged`, `kept apart`).

    Raises
    ------
    SuggestionUnknown
        When no open suggestion has that id.
    """
    table = merge_suggestion
    row = connection.execute(
        table.update()
        .where(table.c.id == suggestion_id, table.c.answered_at.is_(None))
        .values(answered_at=now, answer=answer)
        .returning(table.c.id, table.c.lead_id, table.c.other_id, table.c.reason, table.c.suggested_at)
    ).one_or_none()
    if row is None:
        raise SuggestionUnknown(
            f"There is no open merge suggestion {suggestion_id}; it may have been answered already."
        )
    return Suggestion(*row)
