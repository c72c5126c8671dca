"""When a lead must be decided again though nothing happens to it, and how long it may stay in a stage."""

from datetime import datetime, timedelta

from handraise.core.definition.model import Definition, StageLimit
from handraise.core.effects import Recycle
from handraise.core.situation import Situation
from handraise.core.stage import Cause, Stage


def next_due(definition: Definition, situation: Situation, now: datetime) -> datetime | None:
    """When the lead must be decided again though nothing happens to it; None for never.

    What changes the score by time alone is not in it: see `Score.next_change_at`.
    """
    dates = [situation.frozen_until, situation.cool_down_until, situation.requalify_at]
    limit = limit_of(definition, situation.stage)
    if limit is not None:
        dates.append(limit_ends(limit, situation))
    return min((at for at in dates if at is not None and at > now), default=None)


def limit_of(definition: Definition, stage: Stage) -> StageLimit | None:
    """How long a lead may stay in the stage, if the definition says so."""
    return next((limit for limit in definition.stages if limit.stage == stage), None)


def limit_ends(limit: StageLimit, situation: Situation) -> datetime:
    """When the lead will have been in its stage for too long."""
    return situation.stage_since + timedelta(microseconds=limit.max_age.microseconds)


def recycling(definition: Definition, stage: Stage, reason: str, cause: Cause, now: datetime) -> Recycle:
    """How the definition takes a lead back: with its cool-down and what starts again from nothing.

    For rejections as for stages that lasted too long.
    """
    rules = definition.recycle
    cool_down = None if rules is None else rules.cool_down
    until = None if cool_down is None else now + timedelta(microseconds=cool_down.microseconds)
    return Recycle(stage, reason, cause, until, None if rules is None else rules.reset)
