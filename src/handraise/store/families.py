"""Making two leads one and two again, whole: the tree, the stage, the account, what holds, and the marks."""

from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from handraise.core.stage import FUNNEL
from handraise.store import facts, merges
from handraise.store.aliases import KNOWN_BY, aliases_of
from handraise.store.merges import MergeRow
from handraise.store.tables.leads import lead, stage_change

# What makes up where a lead stands.
_STANDING: Final = (
    "stage", "stage_since", "stage_due_at", "cycle", "temperature", "recycled_at", "cool_down_until",
    "disqualified_reason", "disqualified_at", "requalify_at", "nurture",
)  # fmt: skip


def merge(
    connection: sa.Connection,
    child: int,
    parent: int,
    by: str,
    reason: str,
    now: datetime,
    *,
    only_anonymous: bool = False,
) -> int | None:
    """Put the root of `child` under the root of `parent`; gives the new root, None when nothing was done.

    Nothing is done when both have one root already; and, with `only_anonymous`, when somebody came to know
    the child meanwhile.
    """
    roots = merges.locked_roots(connection, [child, parent])
    below, root = roots[child], roots[parent]
    if below == root or (only_anonymous and _is_known(connection, below)):
        return None
    replaced = _carried_over(connection, below, root, now)
    merges.join(connection, MergeRow(below, root, now, by, reason, replaced))
    facts.refresh(connection, [root])
    merges.mark_dirty(connection, [root], "merge", {"child": below, "by": by, "reason": reason}, now)
    return root


def unmerge(connection: sa.Connection, child: int, by: str, now: datetime) -> bool:
    """Take `child` out of the lead it was merged into; False when it was not merged."""
    root = merges.locked_roots(connection, [child])[child]
    taken = merges.split(connection, child)
    if taken is None:
        return False
    if taken.replaced:
        _put_back(connection, taken, now)
    facts.refresh(connection, [root, child])
    merges.mark_dirty(connection, [root, child], "merge", {"unmerged": child, "by": by}, now)
    return True


def is_further(stage: str, other: str) -> bool:
    """Whether a lead at `stage` is further along than one at `other`, so that merged they are at `stage`.

    A disqualified lead stays so unless the other has a deal; one in nurture stands where a lead does.

    Examples
    --------
    >>> is_further("sql", "lead"), is_further("lead", "recycled"), is_further("mql", "disqualified")
    (True, False, False)
    """
    if stage == "disqualified":
        return False
    return _place(stage) > (FUNNEL.index("sql") if other == "disqualified" else _place(other))


def _place(stage: str) -> int:
    return next((place for place, one in enumerate(FUNNEL) if one == stage), FUNNEL.index("lead"))


def _is_known(connection: sa.Connection, root: int) -> bool:
    return any(alias.kind in KNOWN_BY for alias in aliases_of(connection, [root])[root])


def _carried_over(connection: sa.Connection, child: int, root: int, now: datetime) -> dict[str, Any] | None:
    """Give the root the child's stage where that is further, and its account where it has none.

    Gives what the root had, for `lead_merge.replaced`; None when it keeps all.
    """
    theirs, ours = _row(connection, child), _row(connection, root)
    new: dict[str, Any] = {}
    if is_further(theirs["stage"], ours["stage"]):
        new |= {name: theirs[name] for name in _STANDING}
    new["cycle"] = max(theirs["cycle"], ours["cycle"])
    if ours["account_id"] is None:
        new["account_id"] = theirs["account_id"]
    new = {name: value for name, value in new.items() if value != ours[name]}
    if not new:
        return None
    connection.execute(lead.update().where(lead.c.id == root).values(**new))
    change = None
    if "stage" in new:
        change = _noted(connection, root, ours["stage"], new["stage"], new.get("cycle", ours["cycle"]),
                        f"merged with lead {child}", now)  # fmt: skip
    return {"before": _json({name: ours[name] for name in new}), "after": _json(new), "stage_change": change}


def _put_back(connection: sa.Connection, taken: MergeRow, now: datetime) -> None:
    """Undo `_carried_over`, as far as the lead has not moved on since."""
    replaced = taken.replaced or {}
    before, after = replaced["before"], replaced["after"]
    ours = _row(connection, taken.parent_id)
    if (change := replaced.get("stage_change")) is not None:
        later = connection.execute(
            sa.select(stage_change.c.id)
            .where(stage_change.c.lead_id == taken.parent_id, stage_change.c.id > change)
            .limit(1)
        ).scalar()
        if later is not None:
            before = {name: value for name, value in before.items() if name not in _STANDING}
    still = {name: value for name, value in before.items() if _json(ours)[name] == after[name]}
    if not still:
        return
    new: dict[str, Any] = {
        name: _moment(value) if name in _MOMENTS else value for name, value in still.items()
    }
    connection.execute(lead.update().where(lead.c.id == taken.parent_id).values(**new))
    if "stage" in new:
        cycle = new.get("cycle", ours["cycle"])
        _noted(connection, taken.parent_id, ours["stage"], new["stage"], cycle,
               f"lead {taken.child_id} was unmerged", now)  # fmt: skip


_MOMENTS: Final = frozenset(name for name in _STANDING if isinstance(lead.c[name].type, sa.DateTime))


def _row(connection: sa.Connection, lead_id: int) -> dict[str, Any]:
    columns = [lead.c[name] for name in (*_STANDING, "account_id")]
    return dict(connection.execute(sa.select(*columns).where(lead.c.id == lead_id)).one()._mapping)


def _noted(
    connection: sa.Connection, root: int, before: str, after: str, cycle: int, cause: str, now: datetime
) -> int:
    made = connection.execute(
        stage_change.insert()
        .values(
            lead_id=root,
            from_stage=before,
            to_stage=after,
            at=now,
            cause_kind="rule",
            cause=cause,
            cycle=cycle,
        )
        .returning(stage_change.c.id)
    )
    return int(made.scalar_one())


def _json(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()
    }


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
