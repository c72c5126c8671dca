"""Moves of leads, and where they stand. Moves are only added.

When a stage will have lasted too long is worked out by whoever decides (`situations.keep`): a move marks the
lead, so that it is decided again.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from handraise.core.errors import HandraiseError
from handraise.core.event import LEAD_RECYCLED
from handraise.core.stage import Move, Stage
from handraise.store import merges
from handraise.store.tables.leads import lead, stage_change

_COLUMNS: Final = (
    "id", "stage", "stage_since", "cycle", "account_id", "nurture", "created_at", "requalify_at", "email",
    "name",
)  # fmt: skip
_RECYCLED: Final = """
insert into handraise.event (lead_id, kind, event, message_id, occurred_at, received_at, properties)
values (%(lead)s, 'system', %(event)s, %(message_id)s, %(now)s, %(now)s, %(properties)s::jsonb)
"""


class StageMoved(HandraiseError):
    """Somebody or something else moved the lead meanwhile; look at it again."""


@dataclass(frozen=True)
class Standing:
    """Where a root stands. `stage_since` is when it was made for those who never moved."""

    id: int
    stage: Stage
    stage_since: datetime
    cycle: int
    account_id: int | None
    nurture: str | None
    created_at: datetime
    requalify_at: datetime | None
    email: str | None
    name: str | None


def standing(connection: sa.Connection, lead_id: int) -> Standing:
    """Where the root of this lead stands; it is locked until the transaction ends.

    Raises
    ------
    LeadUnknown
        When there is no such lead.
    """
    return standings(connection, [lead_id])[lead_id]


def standings(connection: sa.Connection, lead_ids: Collection[int]) -> dict[int, Standing]:
    """Where the roots of these leads stand, by lead; all are locked until the transaction ends.

    Raises
    ------
    LeadUnknown
        When there is no lead of one of these ids.
    """
    if not lead_ids:
        return {}
    roots = merges.locked_roots(connection, lead_ids)
    columns = [lead.c[name] for name in _COLUMNS]
    rows = connection.execute(sa.select(*columns).where(lead.c.id.in_(sorted(set(roots.values())))))
    found = {}
    for row in rows:
        known = row._mapping
        found[row.id] = Standing(**{**known, "stage_since": known["stage_since"] or known["created_at"]})
    return {lead_id: found[root] for lead_id, root in roots.items()}


def move(connection: sa.Connection, made: Move, version_id: int | None = None, **changes: Any) -> int:
    """Carry out a move, with what else changes of the lead's row; gives the number of its record.

    Raises
    ------
    StageMoved
        When the lead is not in the stage any more from which it was to move.
    """
    root = int(made.lead_id)
    new = {
        "stage": made.to_stage,
        "stage_since": made.at,
        "cycle": made.cycle,
        **changes,
    }
    done = connection.execute(
        lead.update()
        .where(lead.c.id == root, lead.c.root_id.is_(None), lead.c.stage == made.from_stage)
        .values(**new)
    )
    if done.rowcount != 1:
        raise StageMoved(f"Lead {root} is no longer {made.from_stage}; look at it again.")
    return _recorded(connection, made, version_id)


def _recorded(connection: sa.Connection, made: Move, version_id: int | None) -> int:
    cause = made.cause
    score = None if made.score_at is None else msgspec.to_builtins(made.score_at)
    record = stage_change.insert().values(
        lead_id=int(made.lead_id),
        from_stage=made.from_stage,
        to_stage=made.to_stage,
        at=made.at,
        cause_kind=cause.kind,
        cause=f"{cause.name}: {cause.reason}" if cause.reason else cause.name,
        skipped=",".join(made.skipped),
        cycle=made.cycle,
        version_id=version_id,
        became_at=made.became_at,
        score=score,
    )
    return int(connection.execute(record.returning(stage_change.c.id)).scalar_one())


def note_recycled(connection: sa.Connection, lead_id: int, reason: str, move_id: int, now: datetime) -> None:
    """Leave in the lead's history that it was given back; definitions that say so start engagement anew."""
    properties = msgspec.json.encode({"reason": reason}).decode()
    connection.exec_driver_sql(
        _RECYCLED,
        {
            "lead": lead_id,
            "event": LEAD_RECYCLED,
            "message_id": f"recycled:{move_id}",
            "now": now,
            "properties": properties,
        },
    )


def change(connection: sa.Connection, lead_id: int, **changes: Any) -> None:
    """Change columns of where a lead stands that make no move: nurture, temperature and such."""
    connection.execute(lead.update().where(lead.c.id == lead_id).values(**changes))


def moves_of(connection: sa.Connection, lead_id: int) -> list[Mapping[str, Any]]:
    """Every move of a lead and of those merged into it, the oldest first."""
    rows = connection.execute(
        sa.select(stage_change)
        .join(lead, lead.c.id == stage_change.c.lead_id)
        .where((lead.c.id == lead_id) | (lead.c.root_id == lead_id))
        .order_by(stage_change.c.at, stage_change.c.id)
    )
    return [dict(row._mapping) for row in rows]
