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
from handraise.core.words import english as say
from handraise.core.words import phrases
from handraise.core.words.behaviours import behaviour_words
from handraise.core.words.conditions import condition_words


def rule_words(rule: Rule) -> str:
    """A rule as one sentence without its name: `+15 for a pricing visit, halves every 45 days`.

    Examples
    --------
    >>> from handraise.core.definition.conditions import Behaviour
    >>> rule_words(EngagementRule("pricing", Behaviour("signal", ("pricing_visit",)), 1500))
    '+15 for a pricing visit'
    """
    if isinstance(rule, FitRule):
        said = phrases.earns_when(rule.points, condition_words(rule.when))
    else:
        said = phrases.earns(rule.points, behaviour_words(rule.behaviour))
    return ", ".join([said, *rule_notes(rule)])


def asked_words(rule: Rule) -> str:
    """What a rule asks for, without points and decay."""
    if isinstance(rule, FitRule):
        return condition_words(rule.when)
    said = behaviour_words(rule.behaviour)
    return f"{said}, {phrases.only_when(condition_words(rule.when))}" if rule.when is not None else said


def rule_notes(rule: Rule) -> list[str]:
    """What else holds for a rule: its further condition, decay and group."""
    notes = []
    if isinstance(rule, EngagementRule):
        if rule.when is not None:
            notes.append(phrases.only_when(condition_words(rule.when)))
        if rule.decay is not None:
            notes.append(decay_words(rule.decay))
    if rule.group is not None:
        notes.append(phrases.in_group(rule.group))
    return notes


def decay_words(decay: Decay | None) -> str:
    """How points fade.

    Examples
    --------
    >>> from handraise.core.duration import Duration
    >>> decay_words(HalfLife(Duration(45, "day"))), decay_words(None)
    ('halves every 45 days', 'does not fade')
    """
    if decay is None:
        return phrases.stays()
    if isinstance(decay, HalfLife):
        return phrases.halves(decay.duration)
    return phrases.steps_down(decay.lose, decay.every)


def bounds_words(bounds: Bounds) -> str:
    """What a sum is held between; empty when it is free."""
    return phrases.held(bounds.cap, bounds.floor)


def signal_words(signal: Signal) -> str:
    """What counts as this signal.

    Examples
    --------
    >>> signal_words(Signal("demo_request", ("Demo Requested",)))
    '“Demo Requested”'
    """
    events = [phrases.event(name) for name in signal.events]
    return phrases.signal_is(events, "" if signal.where == ALWAYS else condition_words(signal.where))


def contact_words(level: ServiceLevel) -> str:
    """What is promised: `first contact within 5 minutes, in business hours`."""
    return phrases.contact_within(level.within, business=level.hours == "business")


def sla_words(level: ServiceLevel, definition: Definition | None = None) -> str:
    """A service level as one sentence.

    Examples
    --------
    >>> from handraise.core.duration import Duration
    >>> sla_words(ServiceLevel(Duration(24, "hour")))
    'first contact within 24 hours'
    """
    if level.when == ALWAYS:
        return contact_words(level)
    return phrases.promise(condition_words(level.when, definition), contact_words(level))


def route_words(route: Route) -> str:
    """Who gets a lead, without for whom."""
    if route.to is not None:
        return phrases.goes_to(say.ROLES.get(route.to, route.to))
    return phrases.goes_to(phrases.team(route.team or "", say.CHOSEN[route.by]))


def stage_words(limit: StageLimit) -> str:
    """How long a lead may stay in a stage, and what then."""
    stage = say.STAGES.get(limit.stage, limit.stage)
    return phrases.stage_limit(stage, limit.max_age, say.THEN.get(limit.then, limit.then))


def track_words(track: FastTrack, definition: Definition | None = None) -> str:
    """What a fast track asks for, without its name."""
    needs = "" if track.needs == ALWAYS else condition_words(track.needs, definition)
    return phrases.as_long_as(condition_words(track.when, definition), needs)


def fast_track_words(track: FastTrack, definition: Definition | None = None) -> str:
    """What qualifies at once."""
    return phrases.at_once(track.rule, track_words(track, definition))


def skip_words(skip: SkipToSql) -> str:
    """What takes a lead past MQL."""
    return phrases.skip_to_sql(say.FRAMEWORKS.get(skip.framework, skip.framework), complete=skip.complete)


def trigger_words(trigger: Trigger) -> str:
    """What brings somebody back."""
    if trigger.when is not None:
        return condition_words(trigger.when)
    return say.TRIGGERS.get(trigger.name) or say.one(say.named(trigger.name))


def recycle_words(recycle: Recycle) -> str:
    """What happens to a lead that sales gave back."""
    return phrases.recycled(recycle.reset, recycle.cool_down)


def mql_words(definition: Definition) -> str:
    """What an MQL is, in one sentence.

    Examples
    --------
    >>> from handraise.core.definition import read_definition
    >>> small = "{name: Small, engagement: {bar: 40}, qualify: {mql: engagement}}"
    >>> mql_words(read_definition(small).definition)
    'A lead is an MQL when engagement reaches its bar of 40 points.'
    """
    return phrases.mql_when(condition_words(definition.qualify.mql, definition))
