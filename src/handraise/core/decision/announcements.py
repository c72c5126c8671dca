"""The webhooks that tell the outside what was decided."""

from collections.abc import Sequence

from handraise.core.effects import (
    CancelHandoff,
    Disqualify,
    DueReview,
    Effect,
    MoveStage,
    Notify,
    OpenHandoff,
    Recycle,
    Requalify,
)
from handraise.core.situation import Situation


def announced(effects: Sequence[Effect], situation: Situation) -> list[Effect]:
    """The webhooks that tell the outside of these effects."""
    found: list[Effect] = []
    for effect in effects:
        named = _event_of(effect)
        if named is not None:
            event, payload = named
            found.append(Notify(event, (("lead_id", situation.lead_id), *payload)))
    return found


def _event_of(effect: Effect) -> tuple[str, tuple[tuple[str, str | int | None], ...]] | None:
    match effect:
        case MoveStage(from_stage, to_stage, cause):
            named = "lead.qualified" if to_stage in ("mql", "sql") else "lead.moved"
            return named, (("from", from_stage), ("to", to_stage), ("reason", cause.reason))
        case OpenHandoff(definition, cycle, kind):
            return "handoff.opened", (("definition", definition), ("cycle", cycle), ("lead_type", kind))
        case CancelHandoff(definition, cycle, reason):
            return "handoff.cancelled", (("definition", definition), ("cycle", cycle), ("reason", reason))
        case Disqualify(from_stage, reason):
            return "lead.disqualified", (("from", from_stage), ("reason", reason))
        case Recycle(from_stage, reason):
            return "lead.recycled", (("from", from_stage), ("reason", reason))
        case Requalify(from_stage, triggers):
            return "lead.requalified", (("from", from_stage), ("triggers", ", ".join(triggers)))
        case DueReview(_, stage, why):
            return "lead.review_due", (("stage", stage), ("reason", why))
    return None
