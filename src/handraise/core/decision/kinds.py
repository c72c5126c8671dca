"""What kind of lead a hand-off carries, and the stream of nurture that one belongs in."""

from typing import Final

from handraise.core.definition.conditions import (
    Behaviour,
    Condition,
    FromStage,
    GradeIn,
    ScoreAtLeast,
    leaves,
)
from handraise.core.definition.model import Definition, Signal
from handraise.core.effects import LeadType
from handraise.core.score import Score
from handraise.core.situation import Answers
from handraise.core.stage import Stage

DEMO_EVENTS: Final = ("demo requested", "demo booked", "meeting requested")
_DEMO_NAMES: Final = (
    "demo request",
    "demo booked",
    "request demo",
    "book demo",
    "demo booking",
    "booked demo",
)
UNMADE: Final = ("subscriber", "lead", "recycled")  # whoever is not an MQL, and may become one


def is_demo(signal: Signal) -> bool:
    """Whether the signal is somebody asking to be shown the product, by its events or by its name.

    Examples
    --------
    >>> is_demo(Signal("asked_for_demo", ("Demo Requested",))), is_demo(Signal("demo_video", ("page",)))
    (True, False)
    """
    name = signal.name.casefold().replace("_", " ").replace("-", " ")
    return any(event.strip().casefold() in DEMO_EVENTS for event in signal.events) or any(
        words in name for words in _DEMO_NAMES
    )


def lead_type(definition: Definition, from_stage: Stage, answers: Answers) -> LeadType:
    """What kind of lead a hand-off carries: named by the motion, else by the service level that applies."""
    if definition.motion != "inbound":
        return "pql" if definition.motion == "product" else "outbound"
    if answers.sla is not None:
        named = _type_of(definition.handoff.sla[answers.sla].when, definition)
        if named is not None:
            return named
    return "re_engaged" if from_stage in ("recycled", "disqualified") else "standard"


def _type_of(when: Condition, definition: Definition) -> LeadType | None:
    demos = {signal.name for signal in definition.signals if is_demo(signal)}
    asked = list(leaves(when))
    if any(isinstance(leaf, Behaviour) and demos & set(leaf.signals) for leaf in asked):
        return "demo_request"
    if any(isinstance(leaf, FromStage) for leaf in asked):
        return "re_engaged"
    if any(isinstance(leaf, ScoreAtLeast | GradeIn | Behaviour) for leaf in asked):
        return "high_intent"
    return None


def stream_for(definition: Definition, stage: Stage, score: Score) -> str | None:
    """The stream of nurture that a lead belongs in, if the definition names one for it."""
    streams = dict(definition.nurture)
    if stage == "recycled" and "recycled" in streams:
        return streams["recycled"]
    fit, engagement = definition.fit.bar, definition.engagement.bar
    if stage not in UNMADE or not score.applies or score.is_mql or fit is None or engagement is None:
        return None
    high_fit, high_engagement = score.fit >= fit, score.engagement >= engagement
    if high_fit and high_engagement:
        return None
    name = f"{'high' if high_fit else 'low'}_fit_{'high' if high_engagement else 'low'}_engagement"
    return streams.get(name)
