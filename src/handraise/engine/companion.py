"""The conditions of a definition that do not score: who gets a lead, how fast, and what brings one back.

They are asked of the same kernel, as the patterns of a second definition that stands beside the first. What
is not in a lead's history (the stage it comes from, and the score that was decided on) is given to it as
facts, so that a hand-off is routed by exactly the score that caused it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from handraise.core.decision.kinds import DEMO_EVENTS, is_demo
from handraise.core.definition.conditions import (
    AllOf,
    AnyOf,
    AtLeast,
    Behaviour,
    Condition,
    Equals,
    FactTest,
    FromStage,
    GradeIn,
    Has,
    Negation,
    PatternHolds,
    ScoreAtLeast,
    leaves,
)
from handraise.core.definition.model import (
    ANY_EVENT,
    Definition,
    Engagement,
    EngagementRule,
    Pattern,
    Qualify,
    Signal,
    Trigger,
)
from handraise.core.event import TRIGGER_EVENTS, Lead
from handraise.core.score import Score
from handraise.core.situation import Answers, Situation
from handraise.core.words import trigger_words
from handraise.engine.evaluate import Evaluator
from handraise.engine.plan import MOST_NAMED

ASKING_EVENTS: Final = (
    *DEMO_EVENTS, "contact requested", "form submitted", "trial started", "content downloaded",
    "webinar registered", "meeting booked", "signed up", "quote requested",
)  # fmt: skip
NEWSLETTER_EVENTS: Final = ("newsletter subscribed", "newsletter signed up", "subscribed")
FROM_STAGE: Final = "handoff.from_stage"
ASKED, ENGAGED, DEMO = "@asked", "@engaged", "@demo"  # no signal or rule of a file may begin with `@`
HIDDEN: Final = (
    Signal(ASKED, ASKING_EVENTS),
    Signal(DEMO, DEMO_EVENTS),
    *(Signal(f"@{trigger}", events) for trigger, events in TRIGGER_EVENTS.items()),
)
_NEVER: Final = AnyOf(())


@dataclass(frozen=True)
class Asked:
    """A lead with what was decided on: its score, and where it stood."""

    lead: Lead
    score: Score
    situation: Situation


class Companion:
    """The hand-off and re-qualification of a definition, compiled; keep one for as long as it lives.

    Examples
    --------
    >>> from datetime import UTC
    >>> from handraise.core.event import Event
    >>> from handraise.core.definition import read_definition
    >>> definition = read_definition('''
    ... name: Small
    ... signals: {demo: {event: Demo Requested}}
    ... engagement: {rules: [{rule: asked for a demo, signal: demo, points: 50}]}
    ... qualify: {mql: {total: 50}}
    ... handoff:
    ...   route: [{team: dach, when: {lead.country: [DE, AT, CH]}}, {team: inbound}]
    ...   sla: [{within: 2 hours, when: {total: 80}}, {within: 4 hours, when: {signal: demo}}]
    ... ''').definition
    >>> now = datetime(2026, 3, 1, tzinfo=UTC)
    >>> lead = Lead("L1", {"lead.country": "Germany"}, (Event("Demo Requested", now),))
    >>> score, = Evaluator(definition).scores([lead], now)
    >>> answers = Companion(definition).answers(lead, score, Situation("L1", "lead", now), now)
    >>> answers.routes, answers.sla, answers.has_asked
    ((True, True), 1, True)
    """

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        handoff = definition.handoff
        self._routes = [f"route {place}" for place in range(len(handoff.route))]
        self._sla = [f"sla {place}" for place in range(len(handoff.sla))]
        asked = [route.when for route in handoff.route] + [level.when for level in handoff.sla]
        self._acting = _Conditions(
            definition,
            zip([*self._routes, *self._sla], asked, strict=True),
            _noted(definition),
        )
        self._triggers = {
            f"requalify {place}": trigger
            for place, trigger in enumerate(definition.requalify)
            if trigger.name not in ("renewed_engagement", "date_reached")
        }
        self._returning = _Conditions(
            definition,
            [(name, _brought_by(trigger, definition)) for name, trigger in self._triggers.items()],
        )
        self._renews = any(trigger.name == "renewed_engagement" for trigger in definition.requalify)
        shown = {signal.name: signal.events for signal in (*definition.signals, *HIDDEN)}
        self._demo_events = {event.strip().casefold() for name in _demos(definition) for event in shown[name]}

    def may_ask_for_demo(self, lead: Lead, since: datetime) -> bool:
        """Whether the lead may have asked for a demo at `since` or later; False is certain, and cheap."""
        names = self._demo_events
        return any(
            ANY_EVENT in names or event.event.strip().casefold() in names
            for event in lead.events
            if event.occurred_at >= since
        )

    def answers(self, lead: Lead, score: Score, situation: Situation, as_of: datetime) -> Answers:
        """What holds for one lead at `as_of`; `situation.stage` is the stage that it comes from."""
        return self.answers_of([Asked(lead, score, situation)], as_of)[0]

    def answers_of(self, asked: Sequence[Asked], as_of: datetime) -> list[Answers]:
        """What holds for each of these leads, in their order."""
        told = self._acting.scores([_told(each) for each in asked], as_of)
        coming = [_since(each) for each in asked]
        back = self._returning.scores([lead for lead in coming if lead is not None], as_of)
        returned = iter(back)
        return [
            self._answers(each, held, next(returned) if lead is not None else None, as_of)
            for each, held, lead in zip(asked, told, coming, strict=True)
        ]

    def _answers(self, asked: Asked, held: "_Held", back: "_Held | None", as_of: datetime) -> Answers:
        since = asked.situation.since
        engaged = held.last.get(ENGAGED)
        is_renewed = engaged is not None and since is not None and engaged > since
        return Answers(
            routes=tuple(name in held.names for name in self._routes),
            sla=next((place for place, name in enumerate(self._sla) if name in held.names), None),
            requalify=self._requalify(asked, back, as_of, is_renewed=is_renewed),
            is_renewed=is_renewed,
            has_engaged=engaged is not None,
            has_asked=ASKED in held.last or DEMO in held.last,
            demo_requested_at=held.last.get(DEMO),
            since=since,
        )

    def _requalify(
        self, asked: Asked, back: "_Held | None", as_of: datetime, *, is_renewed: bool
    ) -> tuple[str, ...]:
        """The triggers that hold. One that asks for facts alone needs something new to have happened."""
        if back is None or not _is_new(asked, as_of):
            return ()
        found = [_name(trigger) for name, trigger in self._triggers.items() if name in back.names]
        return (*found, *(("renewed_engagement",) if self._renews and is_renewed else ()))


@dataclass(frozen=True)
class _Held:
    """What the kernel says of one lead: conditions that hold, and when noted things last happened."""

    names: frozenset[str]
    last: dict[str, datetime]


class _Conditions:
    """Named conditions as patterns, in as many definitions as it takes."""

    def __init__(
        self,
        definition: Definition,
        named: Iterable[tuple[str, Condition]],
        noted: tuple[EngagementRule, ...] = (),
    ) -> None:
        patterns = [Pattern(name, _as_facts(condition, definition)) for name, condition in named]
        chunks = [patterns[at : at + MOST_NAMED] for at in range(0, len(patterns), MOST_NAMED)]
        if noted and not chunks:
            chunks = [[]]
        self._evaluators = [
            Evaluator(
                Definition(
                    name=definition.name,
                    qualify=Qualify(_NEVER),
                    timezone=definition.timezone,
                    signals=(*definition.signals, *HIDDEN),
                    engagement=Engagement(noted if place == 0 else ()),
                    patterns=tuple(chunk),
                    lists=definition.lists,
                )
            )
            for place, chunk in enumerate(chunks)
        ]

    def scores(self, leads: Sequence[Lead], as_of: datetime) -> list[_Held]:
        """What holds for each lead; one run of the kernel for each 64 conditions."""
        if not leads:
            return []
        runs = [each.scores(leads, as_of, look_back=False, forward=False) for each in self._evaluators]
        if not runs:
            return [_Held(frozenset(), {}) for _ in leads]
        return [
            _Held(
                frozenset(name for score in scores for name in score.patterns),
                {line.rule: line.last_at for score in scores for line in score.lines if line.last_at},
            )
            for scores in zip(*runs, strict=True)
        ]


def _as_facts(condition: Condition, definition: Definition) -> Condition:
    """The condition with what it asks of stages and scores asked of the facts that stand for them."""
    match condition:
        case AllOf(items):
            return AllOf(tuple(_as_facts(item, definition) for item in items))
        case AnyOf(items):
            return AnyOf(tuple(_as_facts(item, definition) for item in items))
        case Negation(item):
            return Negation(_as_facts(item, definition))
        case FromStage(stages):
            return FactTest(FROM_STAGE, (Equals(stages),))
        case ScoreAtLeast(dimension, points):
            if points is None:
                points = (definition.fit if dimension == "fit" else definition.engagement).bar or 0
            return FactTest(f"score.{dimension}", (AtLeast(Decimal(points)),))
        case GradeIn(grades):
            return FactTest("score.grade", (Equals(grades),))
        case PatternHolds(pattern):
            return FactTest("score.patterns", (Has((pattern,)),))
        case _:
            return condition


def _told(asked: Asked) -> Lead:
    """The lead with its stage and score among its facts."""
    score = asked.score
    known = {
        FROM_STAGE: asked.situation.stage,
        "score.fit": score.fit,
        "score.engagement": score.engagement,
        "score.total": score.total,
        "score.grade": score.grade,
        "score.patterns": list(score.patterns),
    }
    return Lead(asked.lead.lead_id, {**asked.lead.facts, **known}, asked.lead.events)


def _since(asked: Asked) -> Lead | None:
    """The lead with only what happened since it was recycled or disqualified; None when it was neither."""
    since = asked.situation.since
    if since is None or asked.situation.stage not in ("recycled", "disqualified"):
        return None
    lead = asked.lead
    return Lead(lead.lead_id, lead.facts, tuple(e for e in lead.events if e.occurred_at > since))


def _is_new(asked: Asked, as_of: datetime) -> bool:
    since, changed = asked.situation.since, asked.situation.facts_changed_at
    if since is None:
        return False
    if changed is not None and since < changed <= as_of:
        return True
    return any(since < event.occurred_at <= as_of and not event.is_bot for event in asked.lead.events)


def _brought_by(trigger: Trigger, definition: Definition) -> Condition:
    if trigger.when is not None:
        return trigger.when
    is_own = trigger.name in [signal.name for signal in definition.signals]
    return Behaviour("signal", (trigger.name if is_own else f"@{trigger.name}",))


def _name(trigger: Trigger) -> str:
    return trigger.name if trigger.when is None else trigger_words(trigger)


def _noted(definition: Definition) -> tuple[EngagementRule, ...]:
    """Rules without points, that say when something last happened."""
    demos = _demos(definition)
    noted: dict[str, tuple[str, ...]] = {
        DEMO: demos,
        ASKED: (ASKED, *demos),
        ENGAGED: _favourable(definition),
    }
    return tuple(
        EngagementRule(name, Behaviour("signal", signals), 0) for name, signals in noted.items() if signals
    )


def _demos(definition: Definition) -> tuple[str, ...]:
    """The signals that are requests for a demo, by name: the definition's own, else a hidden one."""
    return tuple(signal.name for signal in definition.signals if is_demo(signal)) or (DEMO,)


def _favourable(definition: Definition) -> tuple[str, ...]:
    """The signals in a lead's favour, but for newsletters: those only say that it may be told more."""
    asked = [rule.behaviour for rule in definition.engagement.rules if rule.points > 0]
    conditions = [definition.qualify.mql, *(track.when for track in definition.qualify.fast_track)]
    conditions += [pattern.condition for pattern in definition.patterns]
    asked += [leaf for each in conditions for leaf in leaves(each) if isinstance(leaf, Behaviour)]
    names = {name for each in asked if each.form != "none_of" for name in each.signals}
    return tuple(
        signal.name for signal in definition.signals if signal.name in names and not _is_newsletter(signal)
    )


def _is_newsletter(signal: Signal) -> bool:
    return all(event.strip().casefold() in NEWSLETTER_EVENTS for event in signal.events)
