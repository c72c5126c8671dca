"""What a decision asks for, as values: one reader carries it out, another tells it, a third supposes it.

A new consequence is one dataclass here; the type checker then lists every place that must handle it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, assert_never

from handraise.core.definition.model import DimensionName, Motion
from handraise.core.duration import Duration
from handraise.core.situation import Handed, Situation
from handraise.core.stage import Cause, Move, ScoreAt, Stage, counts_as_mql, moved, skipped_between

LeadType = Literal["demo_request", "high_intent", "standard", "re_engaged", "pql", "outbound"]
Temperature = Literal["hot", "warm"]
Channel = Literal["slack", "email", "webhook"]
AlertKind = Literal["handoff_opened", "review_due"]


@dataclass(frozen=True)
class MoveStage:
    """The lead moves forward. `became_at`: when its events satisfied the definition, if that was earlier."""

    from_stage: Stage
    to_stage: Stage
    cause: Cause
    score_at: ScoreAt | None = None
    became_at: datetime | None = None


@dataclass(frozen=True)
class OpenHandoff:
    """Somebody in sales is to get the lead; `sla` is the place of the line of `handoff.sla` that applies.

    `routes` says which of `handoff.route` hold. `audience` is who takes it on: sales development qualifies,
    an account executive sells. The clock starts when the hand-off is opened, never earlier.
    """

    definition: str
    cycle: int
    lead_type: LeadType
    temperature: Temperature
    motion: Motion
    from_stage: Stage
    sla: int | None = None
    within: Duration | None = None
    hours: Literal["business", "always"] = "always"
    routes: tuple[bool, ...] = ()
    audience: Literal["sales_development", "account_executive"] = "sales_development"
    why: str = ""


@dataclass(frozen=True)
class CancelHandoff:
    """A live hand-off ends without an answer; its clock stops as cancelled."""

    definition: str
    cycle: int
    reason: str


@dataclass(frozen=True)
class ConfirmDemo:
    """A demo request is answered at once, with a booking page, whoever is awake."""

    requested_at: datetime


@dataclass(frozen=True)
class Alert:
    """People are told through these channels."""

    kind: AlertKind
    channels: tuple[str, ...]
    subject: str


@dataclass(frozen=True)
class Disqualify:
    """The lead is archived with a reason; nothing of it is deleted."""

    from_stage: Stage
    reason: str
    cause: Cause


@dataclass(frozen=True)
class Recycle:
    """The lead goes back to nurture. `reset`: the dimension that starts again from nothing.

    Whoever applies it with `reset` engagement writes the event `Lead Recycled` into the lead's history, which
    the evaluator reads as a reset.
    """

    from_stage: Stage
    reason: str
    cause: Cause
    cool_down_until: datetime | None = None
    reset: DimensionName | None = None


@dataclass(frozen=True)
class Requalify:
    """A recycled or disqualified lead is a lead again, for these triggers."""

    from_stage: Stage
    triggers: tuple[str, ...]
    cause: Cause


@dataclass(frozen=True)
class JoinNurture:
    """The lead joins a stream, and leaves the one it was in."""

    stream: str


@dataclass(frozen=True)
class LeaveNurture:
    """The lead leaves its stream."""

    stream: str


@dataclass(frozen=True)
class DueReview:
    """A person has to look at the lead: it stayed too long, or a disqualifier holds while sales works it."""

    at: datetime
    stage: Stage
    why: str


@dataclass(frozen=True)
class Notify:
    """A webhook goes out. The payload is plain JSON: pairs of names and values."""

    event: str
    payload: tuple[tuple[str, str | int | None], ...] = ()


Effect = (
    MoveStage
    | OpenHandoff
    | CancelHandoff
    | ConfirmDemo
    | Alert
    | Disqualify
    | Recycle
    | Requalify
    | JoinNurture
    | LeaveNurture
    | DueReview
    | Notify
)
_TYPES = {
    "demo_request": "a demo request",
    "high_intent": "high intent",
    "standard": "a standard MQL",
    "re_engaged": "a lead that came back",
    "pql": "a product-qualified lead",
    "outbound": "an outbound lead",
}
_AUDIENCE = {"sales_development": "sales development", "account_executive": "an account executive"}


def words(effect: Effect) -> str:
    """The effect as people read it.

    Examples
    --------
    >>> words(MoveStage("lead", "sql", Cause("rule", "Mid-market", "BANT is filled in")))
    'becomes SQL (was lead, skips MQL and SAL): BANT is filled in'
    >>> words(JoinNurture("educate"))
    'joins the stream educate'
    """
    match effect:
        case MoveStage(from_stage, to_stage, cause):
            skipped = [_shown(stage) for stage in skipped_between(from_stage, to_stage)]
            past = f", skips {' and '.join(skipped)}" if skipped else ""
            return _because(f"becomes {_shown(to_stage)} (was {_shown(from_stage)}{past})", cause.reason)
        case OpenHandoff():
            return _handoff_words(effect)
        case CancelHandoff(definition, cycle, reason):
            return _because(f"takes back hand-off {cycle} of {definition}", reason)
        case ConfirmDemo(requested_at):
            return f"confirms the demo request of {requested_at:%Y-%m-%d %H:%M %Z} with a booking page"
        case Alert(_, channels, subject):
            return f"alerts by {' and '.join(channels)}: {subject}"
        case Disqualify(from_stage, reason):
            return f"is archived as disqualified (was {_shown(from_stage)}): {reason}"
        case Recycle():
            return _recycle_words(effect)
        case Requalify(from_stage, triggers):
            return _because(f"is a lead again (was {from_stage})", " and ".join(triggers).replace("_", " "))
        case JoinNurture(stream) | LeaveNurture(stream):
            return f"{'joins' if isinstance(effect, JoinNurture) else 'leaves'} the stream {stream}"
        case DueReview(_, stage, why):
            return f"is due for a review in {_shown(stage)}: {why}"
        case Notify(event):
            return f"tells subscribers: {event}"
    assert_never(effect)


def _handoff_words(effect: OpenHandoff) -> str:
    clock = "" if effect.within is None else f", first contact within {effect.within}"
    hours = " in business hours" if effect.within is not None and effect.hours == "business" else ""
    to = _AUDIENCE[effect.audience]
    said = f"is handed to {to} as {_TYPES[effect.lead_type]}, {effect.temperature}{clock}{hours}"
    return _because(said, effect.why)


def _recycle_words(effect: Recycle) -> str:
    until = "" if effect.cool_down_until is None else f" until {effect.cool_down_until:%Y-%m-%d}"
    reset = "" if effect.reset is None else f", {effect.reset} starts again from zero"
    cool = f", not again an MQL{until}" if until else ""
    return _because(f"goes back to nurture (was {_shown(effect.from_stage)}){cool}{reset}", effect.reason)


def _shown(stage: Stage) -> str:
    return stage.upper() if stage in ("mql", "sal", "sql") else stage


def _because(said: str, reason: str) -> str:
    return f"{said}: {reason}" if reason else said


def move_of(
    effect: Effect, situation: Situation, at: datetime, *, definition: str | None = None
) -> Move | None:
    """The transition an effect makes, ready to be kept; None when it makes none.

    Parameters
    ----------
    situation
        The lead before this effect: apply a decision's effects one after the other.
    definition
        Content hash of the version in force.

    Raises
    ------
    MoveIllegal
        When the lead is no longer in the stage from which the effect is legal.
    """
    match effect:
        case MoveStage(_, to_stage, cause, score_at, became_at):
            return moved(
                situation.lead_id, situation.stage, to_stage, at, cause,
                cycle=situation.cycle, definition=definition, score_at=score_at, became_at=became_at,
            )  # fmt: skip
        case Disqualify(_, _, cause):
            to: Stage = "disqualified"
        case Recycle(_, _, cause):
            to = "recycled"
        case Requalify(_, _, cause):
            to = "lead"
        case _:
            return None
    return moved(
        situation.lead_id, situation.stage, to, at, cause, cycle=situation.cycle, definition=definition
    )


def after(situation: Situation, effects: Sequence[Effect], now: datetime) -> Situation:
    """The situation once these effects have been carried out at `now`.

    This is the rule that whoever writes them to a database follows, and what simulations run on.
    """
    for effect in effects:
        situation = _after(situation, effect, now)
    return situation


def _after(before: Situation, effect: Effect, now: datetime) -> Situation:
    match effect:
        case MoveStage(_, to_stage):
            cycle = before.cycle + counts_as_mql(before.stage, to_stage)
            return _at_stage(replace(before, cycle=cycle), to_stage, now)
        case Disqualify(_, reason):
            moved_ = _at_stage(before, "disqualified", now)
            return replace(moved_, disqualified_reason=reason, disqualified_at=now)
        case Recycle(cool_down_until=until):
            return replace(_at_stage(before, "recycled", now), recycled_at=now, cool_down_until=until)
        case Requalify():
            moved_ = _at_stage(before, "lead", now)
            return replace(moved_, cool_down_until=None, disqualified_reason=None, requalify_at=None)
        case OpenHandoff(definition, cycle, motion=motion):
            opened = Handed(definition, cycle, "open", motion)
            return replace(before, handoffs=(*before.handoffs, opened))
        case CancelHandoff():
            return replace(before, handoffs=tuple(_cancelled(handed, effect) for handed in before.handoffs))
        case ConfirmDemo(requested_at):
            return replace(before, demo_confirmed_at=max(now, requested_at))
        case JoinNurture(stream):
            return replace(before, nurture=stream)
        case LeaveNurture():
            return replace(before, nurture=None)
        case DueReview(_, _, why):
            return replace(before, reviews=before.reviews | {why})
        case Alert() | Notify():
            return before
    assert_never(effect)


def _at_stage(before: Situation, stage: Stage, now: datetime) -> Situation:
    return replace(before, stage=stage, stage_since=now, reviews=frozenset())


def _cancelled(handed: Handed, effect: CancelHandoff) -> Handed:
    is_it = (handed.definition, handed.cycle) == (effect.definition, effect.cycle)
    return replace(handed, state="cancelled") if is_it and handed.is_live else handed
