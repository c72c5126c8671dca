"""Whole lines of a definition in words: rules, decay, promises, routes, stages, and what an MQL is."""

from handraise.core.definition.conditions import ALWAYS
from handraise.core.definition.model import (
    Bounds,
    Decay,
    Definition,
    EngagementRule,
    FastTrack,
    FitRule,
    HalfLife,
    Recycle,
    Route,
    Rule,
    ServiceLevel,
    Signal,
    SkipToSql,
    StageLimit,
    Trigger,
)
from handraise.core.words.behaviours import behaviour_words
from handraise.core.words.conditions import condition_words, when_words
from handraise.core.words.tongues import ENGLISH, Tongue


def rule_words(rule: Rule, tongue: Tongue = ENGLISH) -> str:
    """A rule as one sentence without its name: `+15 for a pricing visit, halves every 45 days`.

    Examples
    --------
    >>> from handraise.core.definition.conditions import Behaviour
    >>> rule_words(EngagementRule("pricing", Behaviour("signal", ("pricing_visit",)), 1500))
    '+15 for a pricing visit'
    """
    if isinstance(rule, FitRule):
        said = tongue.earns_when(rule.points, when_words(rule.when, tongue=tongue))
    else:
        said = tongue.earns(rule.points, behaviour_words(rule.behaviour, tongue))
    return ", ".join([said, *rule_notes(rule, tongue)])


def asked_words(rule: Rule, tongue: Tongue = ENGLISH) -> str:
    """What a rule asks for, without points and decay."""
    if isinstance(rule, FitRule):
        return condition_words(rule.when, tongue=tongue)
    said = behaviour_words(rule.behaviour, tongue)
    if rule.when is None:
        return said
    return f"{said}, {tongue.only_when(when_words(rule.when, tongue=tongue))}"


def rule_notes(rule: Rule, tongue: Tongue = ENGLISH) -> list[str]:
    """What else holds for a rule: its further condition, decay and group."""
    notes = []
    if isinstance(rule, EngagementRule):
        if rule.when is not None:
            notes.append(tongue.only_when(when_words(rule.when, tongue=tongue)))
        if rule.decay is not None:
            notes.append(decay_words(rule.decay, tongue))
    if rule.group is not None:
        notes.append(tongue.in_group(rule.group))
    return notes


def decay_words(decay: Decay | None, tongue: Tongue = ENGLISH) -> str:
    """How points fade.

    Examples
    --------
    >>> from handraise.core.duration import Duration
    >>> decay_words(HalfLife(Duration(45, "day"))), decay_words(None)
    ('halves every 45 days', 'does not fade')
    """
    if decay is None:
        return tongue.stays()
    if isinstance(decay, HalfLife):
        return tongue.halves(decay.duration)
    return tongue.steps_down(decay.lose, decay.every)


def bounds_words(bounds: Bounds, tongue: Tongue = ENGLISH) -> str:
    """What a sum is held between; empty when it is free."""
    return tongue.held(bounds.cap, bounds.floor)


def signal_words(signal: Signal, tongue: Tongue = ENGLISH) -> str:
    """What counts as this signal.

    Examples
    --------
    >>> signal_words(Signal("demo_request", ("Demo Requested",)))
    '“Demo Requested”'
    """
    events = [tongue.event(name) for name in signal.events]
    return tongue.signal_is(events, "" if signal.where == ALWAYS else when_words(signal.where, tongue=tongue))


def contact_words(level: ServiceLevel, tongue: Tongue = ENGLISH) -> str:
    """What is promised: `first contact within 5 minutes, in business hours`."""
    return tongue.contact_within(level.within, business=level.hours == "business")


def sla_words(level: ServiceLevel, definition: Definition | None = None, tongue: Tongue = ENGLISH) -> str:
    """A service level as one sentence.

    Examples
    --------
    >>> from handraise.core.duration import Duration
    >>> sla_words(ServiceLevel(Duration(24, "hour")))
    'first contact within 24 hours'
    """
    if level.when == ALWAYS:
        return contact_words(level, tongue)
    return tongue.promise(when_words(level.when, definition, tongue), contact_words(level, tongue))


def route_words(route: Route, tongue: Tongue = ENGLISH) -> str:
    """Who gets a lead, without for whom."""
    if route.to is not None:
        return tongue.goes_to(tongue.ROLES.get(route.to, route.to))
    return tongue.goes_to(tongue.team(route.team or "", tongue.CHOSEN[route.by]))


def stage_words(limit: StageLimit, tongue: Tongue = ENGLISH) -> str:
    """How long a lead may stay in a stage, and what then."""
    stage = tongue.stage(limit.stage)
    return tongue.stage_limit(stage, limit.max_age, tongue.THEN.get(limit.then, limit.then))


def track_words(
    track: FastTrack,
    definition: Definition | None = None,
    tongue: Tongue = ENGLISH,
    *,
    verb_last: bool = False,
) -> str:
    """What a fast track asks for, without its name."""
    asked = condition_words(track.when, definition, tongue, verb_last=verb_last)
    needs = "" if track.needs == ALWAYS else when_words(track.needs, definition, tongue)
    return tongue.as_long_as(asked, needs)


def fast_track_words(track: FastTrack, definition: Definition | None = None, tongue: Tongue = ENGLISH) -> str:
    """What qualifies at once."""
    return tongue.at_once(track.rule, track_words(track, definition, tongue, verb_last=True))


def skip_words(skip: SkipToSql, tongue: Tongue = ENGLISH) -> str:
    """What takes a lead past MQL."""
    return tongue.skip_to_sql(tongue.FRAMEWORKS.get(skip.framework, skip.framework), complete=skip.complete)


def trigger_words(trigger: Trigger, tongue: Tongue = ENGLISH) -> str:
    """What brings somebody back."""
    if trigger.when is not None:
        return condition_words(trigger.when, tongue=tongue)
    return tongue.TRIGGERS.get(trigger.name) or tongue.one(trigger.name)


def recycle_words(recycle: Recycle, tongue: Tongue = ENGLISH) -> str:
    """What happens to a lead that sales gave back."""
    return tongue.recycled(recycle.reset, recycle.cool_down)


def mql_words(definition: Definition, tongue: Tongue = ENGLISH) -> str:
    """What an MQL is, in one sentence.

    Examples
    --------
    >>> from handraise.core.definition import read_definition
    >>> small = "{name: Small, engagement: {bar: 40}, qualify: {mql: engagement}}"
    >>> mql_words(read_definition(small).definition)
    'A lead is an MQL when engagement reaches its bar of 40 points.'
    """
    return tongue.mql_when(when_words(definition.qualify.mql, definition, tongue))
