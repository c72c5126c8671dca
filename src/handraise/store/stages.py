"""Moves of leads, and where they stand. Moves are only added.

When a stage will have lasted too long is worked out by whoever decides (`situations.keep`): a move marks the
lead, so that it is decided again.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from handraise.core.errors import HandraiseError
from handraise.core.event import LEAD_RECYCLED
from handraise.core.saying import Saying
from handraise.core.stage import Move, Stage
from handraise.store import merges
from handraise.store.tables.leads import lead, stage_change

_COLUMNS: Final = (
    "id", "stage", "stage_since", "cycle", "account_id", "nurture", "created_at", "requalify_at", "email",
    "name",
)  # fmt: skip
_HELD: Final = f"""
select {", ".join(_COLUMNS)} from handraise.lead where id = any(%(ids)s::bigint[]) and root_id is null
"""  # noqa: S608 constants
_MOVE: Final = """
with moved as (
    update handraise.lead set stage = %(to_stage)s, stage_since = %(at)s, cycle = %(cycle)s{changes}
    where id = %(lead)s and root_id is null and stage = %(from_stage)s returning id
)
insert into handraise.stage_change (
    lead_id, from_stage, to_stage, at, cause_kind, cause, skipped, cycle, version_id, became_at, score
)
select id, %(from_stage)s, %(to_stage)s, %(at)s, %(cause_kind)s, %(cause)s, %(skipped)s, %(cycle)s,
    %(version)s::bigint, %(became_at)s::timestamptz, %(score)s::jsonb
from moved returning id
"""
_STEER: Final = """
update handraise.lead l set
    nurture = case when r.changes ? 'nurture' then r.changes ->> 'nurture' else l.nurture end,
    temperature = case when r.changes ? 'temperature' then r.changes ->> 'temperature' else l.temperature end
from jsonb_to_recordset(%(rows)s::jsonb) as r(id bigint, changes jsonb) where l.id = r.id
"""
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
    found = held(connection, roots.values())
    return {lead_id: found[root] for lead_id, root in roots.items()}


def held(connection: sa.Connection, roots: Iterable[int]) -> dict[int, Standing]:
    """Where these roots stand, of which the caller holds the locks; those that are none are left out."""
    rows = connection.exec_driver_sql(_HELD, {"ids": sorted(set(roots))})
    return {
        row.id: Standing(**{**row._mapping, "stage_since": row.stage_since or row.created_at}) for row in rows
    }


def move(connection: sa.Connection, made: Move, version_id: int | None = None, **changes: Any) -> int:
    """Carry out a move, with what else changes of the lead's row; gives the number of its record.

    Raises
    ------
    StageMoved
        When the lead is not in the stage any more from which it was to move.
    """
    cause = made.cause
    values = {
        "lead": int(made.lead_id),
        "from_stage": made.from_stage,
        "to_stage": made.to_stage,
        "at": made.at,
        "cycle": made.cycle,
        "cause_kind": cause.kind,
        "cause": f"{cause.name}: {cause.reason}" if cause.reason else cause.name,
        "skipped": ",".join(made.skipped),
        "version": version_id,
        "became_at": made.became_at,
        "score": None if made.score_at is None else msgspec.json.encode(made.score_at).decode(),
    }
    new = {f"new_{name}": value for name, value in changes.items()}
    statement = _MOVE.format(changes="".join(f", {lead.c[name].name} = %(new_{name})s" for name in changes))
    number: int | None = connection.exec_driver_sql(statement, values | new).scalar()
    if number is None:
        raise StageMoved(
            Saying(
                "Lead {lead_id} is no longer {from_stage}; look at it again.",
                lead_id=made.lead_id,
                from_stage=made.from_stage,
            )
        )
    return number


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


def steer(connection: sa.Connection, changes: Mapping[int, Mapping[str, str | None]]) -> None:
    """Change what makes no move of these leads: the stream of `nurture`, the `temperature`, or both."""
    if changes:
        rows = [{"id": lead_id, "changes": new} for lead_id, new in sorted(changes.items())]
        connection.exec_driver_sql(_STEER, {"rows": msgspec.json.encode(rows).decode()})


def moves_of(connection: sa.Connection, lead_id: int) -> list[Mapping[str, Any]]:
    """Every move of a lead and of those merged into it, the oldest first."""
    rows = connection.execute(
        sa.select(stage_change)
        .join(lead, lead.c.id == stage_change.c.lead_id)
        .where((lead.c.id == lead_id) | (lead.c.root_id == lead_id))
        .order_by(stage_change.c.at, stage_change.c.id)
    )
    return [dict(row._mapping) for row in rows]
