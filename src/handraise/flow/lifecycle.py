"""Moving a lead: the move, its record, what it leaves behind. Whoever calls has locked the lead."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from handraise.core.actor import Actor
from handraise.core.decision import recycling
from handraise.core.definition.model import Definition
from handraise.core.effects import Disqualify, MoveStage, Recycle, Requalify
from handraise.core.stage import Cause, Move, Stage, moved
from handraise.store import dirty, stages
from handraise.store.stages import Standing

Moving = MoveStage | Disqualify | Recycle | Requalify


def carry_out(
    connection: sa.Connection,
    stands: Standing,
    effect: Moving,
    now: datetime,
    version_id: int | None = None,
    **changes: Any,
) -> Standing:
    """Carry out a move; gives where the lead stands then.

    Raises
    ------
    MoveIllegal
        When that kind of cause may not make the move.
    StageMoved
        When the lead is not any more where the move begins.
    """
    match effect:
        case MoveStage(start, to, cause, score_at, became_at):
            made = _moved(stands, start, to, cause, now, score_at=score_at, became_at=became_at)
            stages.move(connection, made, version_id, **changes)
        case Disqualify(start, reason, cause):
            made = _moved(stands, start, "disqualified", cause, now)
            new = {"disqualified_reason": reason, "disqualified_at": now, "requalify_at": None}
            stages.move(connection, made, version_id, **{**new, **changes})
        case Recycle(start, reason, cause, until):
            made = _moved(stands, start, "recycled", cause, now)
            new = {"recycled_at": now, "cool_down_until": until, "requalify_at": None}
            number = stages.move(connection, made, version_id, **{**new, **changes})
            stages.note_recycled(connection, stands.id, reason, number, now)
        case Requalify(start, _, cause):
            made = _moved(stands, start, "lead", cause, now)
            new = {"cool_down_until": None, "disqualified_reason": None, "requalify_at": None}
            stages.move(connection, made, version_id, **{**new, **changes})
    return replace(stands, stage=made.to_stage, stage_since=now, cycle=made.cycle)


def _moved(
    stands: Standing, from_stage: Stage, to_stage: Stage, cause: Cause, now: datetime, **more: Any
) -> Move:
    return moved(str(stands.id), from_stage, to_stage, now, cause, cycle=stands.cycle, **more)


def advance(
    connection: sa.Connection, stands: Standing, to_stage: Stage, by: Actor, reason: str, now: datetime,
    version_id: int | None = None,
) -> Standing:  # fmt: skip
    """Move a lead to a stage because somebody said so, and have it looked at again."""
    cause = Cause(by.cause_kind, by.written, reason)
    left = carry_out(connection, stands, MoveStage(stands.stage, to_stage, cause), now, version_id)
    look_again(connection, left, f"is {to_stage}", now)
    return left


def give_back(
    connection: sa.Connection,
    stands: Standing,
    by: Actor,
    reason: str,
    definition: Definition,
    now: datetime,
    version_id: int | None = None,
    *,
    requalify_at: datetime | None = None,
) -> Standing:
    """Recycle a lead as the definition says: its cool-down, and what starts again from nothing.

    `requalify_at` is the date that a "not now" named.
    """
    effect = recycling(definition, stands.stage, reason, Cause(by.cause_kind, by.written, reason), now)
    left = carry_out(connection, stands, effect, now, version_id, requalify_at=requalify_at)
    look_again(connection, left, "is recycled", now)
    return left


def archive(
    connection: sa.Connection, stands: Standing, by: Actor, reason: str, now: datetime,
    version_id: int | None = None,
) -> Standing:  # fmt: skip
    """Disqualify a lead: archived with its reason, nothing of it deleted."""
    effect = Disqualify(stands.stage, reason, Cause(by.cause_kind, by.written, reason))
    left = carry_out(connection, stands, effect, now, version_id)
    look_again(connection, left, "is disqualified", now)
    return left


def look_again(connection: sa.Connection, stands: Standing, what: str, now: datetime) -> None:
    """Have the lead decided again: its stream of nurture, when its stage will have lasted too long."""
    dirty.mark(connection, [stands.id], "event", {"event": f"the lead {what}"}, now)
