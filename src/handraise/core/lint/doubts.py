"""Warnings: what is allowed and probably not meant."""

from collections import Counter
from collections.abc import Iterator

from handraise.core.definition.conditions import (
    ALWAYS,
    AnyOf,
    Behaviour,
    FactTest,
    InList,
    PatternHolds,
)
from handraise.core.definition.model import Bounds, Definition, EngagementRule, Route, Rule, ServiceLevel
from handraise.core.errors import Problem
from handraise.core.fact_names import misspelt
from handraise.core.lint.clashes import implies
from handraise.core.lint.places import (
    Notes,
    Path,
    behaviours,
    lead_conditions,
    placed_leaves,
    property_conditions,
)
from handraise.core.lint.reach import Reach
from handraise.core.points import Points
from handraise.core.saying import Saying


def _rules(definition: Definition) -> Iterator[tuple[Path, Rule, Bounds, dict[str, Bounds]]]:
    fit, engagement = definition.fit, definition.engagement
    for index, fit_rule in enumerate(fit.rules):
        yield ("fit", "rules", index), fit_rule, fit.bounds, dict(fit.groups)
    for index, rule in enumerate(engagement.rules):
        yield ("engagement", "rules", index), rule, engagement.bounds, dict(engagement.groups)


def idle_rules(definition: Definition, notes: Notes) -> Iterator[Problem]:
    """Rules without points, and rules whose points a cap mostly swallows."""
    for path, rule, bounds, groups in _rules(definition):
        if rule.points == 0:
            message = Saying(
                "rule `{rule}` gives 0 points; give it some, or make it a pattern", rule=rule.rule
            )
            yield notes.warning("no-points", message, *path, "points")
        group = groups.get(rule.group or "", Bounds())
        for cap, whose in ((group.cap, _group(rule)), (bounds.cap, Saying(str(path[0])))):
            if cap is not None and rule.points > cap:
                message = Saying(
                    "rule `{rule}` is worth {points} and {whose} is capped at {cap}; "
                    "give it at most {cap}, or raise the cap",
                    rule=rule.rule,
                    points=Points(rule.points),
                    whose=whose,
                    cap=Points(cap),
                )
                yield notes.warning("shadowed-by-cap", message, *path, "points")
                break


def _group(rule: Rule) -> Saying:
    return Saying("the group `{group}`", group=rule.group or "")


def swallowed_penalties(definition: Definition, notes: Notes, reach: Reach) -> Iterator[Problem]:
    """Negative rules that a floor makes good at once, whatever else a lead has."""
    for path, rule, bounds, groups in _rules(definition):
        if rule.points >= 0:
            continue
        rules = definition.fit.rules if path[0] == "fit" else definition.engagement.rules
        beside: list[Rule] = [other for other in rules if other.group == rule.group]
        group = groups.get(rule.group or "", Bounds())
        most, floor, whose = reach.together(beside), group.floor, _group(rule)
        if rule.group is None:
            most, floor, whose = reach.of(str(path[0])), bounds.floor, Saying(str(path[0]))
        if floor is not None and most is not None and most <= floor:
            message = Saying(
                "rule `{rule}` never takes anything: {whose} has a floor of {floor} and nothing above it to "
                "take; lower the floor, or move the rule",
                rule=rule.rule,
                whose=whose,
                floor=Points(floor),
            )
            yield notes.warning("swallowed-by-floor", message, *path, "points")


def twin_rules(definition: Definition, notes: Notes) -> Iterator[Problem]:
    """Rules that ask for the very same thing."""
    seen: dict[object, str] = {}
    for path, rule, _, _ in _rules(definition):
        asks: object = (rule.behaviour, rule.when) if isinstance(rule, EngagementRule) else rule.when
        first = seen.setdefault(asks, rule.rule)
        if first != rule.rule:
            same = "rule `{rule}` asks for the same as `{first}`, so both always count; keep one"
            message = Saying(same, rule=rule.rule, first=first)
            yield notes.warning("identical-rules", message, *path)


def twin_signals(definition: Definition, notes: Notes) -> Iterator[Problem]:
    """Signals that match the same events."""
    seen: dict[object, str] = {}
    for signal in definition.signals:
        matched = frozenset(event.casefold() for event in signal.events), signal.where
        first = seen.setdefault(matched, signal.name)
        if first != signal.name:
            same = "signal `{signal}` matches the same events as `{first}`; keep one"
            message = Saying(same, signal=signal.name, first=first)
            yield notes.warning("identical-signals", message, "signals", signal.name)


def unused(definition: Definition, notes: Notes) -> Iterator[Problem]:
    """Signals, lists, patterns and groups that nothing uses."""
    signals, lists, patterns = _used(definition)
    for signal in definition.signals:
        if signal.name not in signals:
            idle = "signal `{signal}` is used nowhere; use it in a rule or drop it"
            message = Saying(idle, signal=signal.name)
            yield notes.warning("unused-signal", message, "signals", signal.name)
    for name, entries in definition.lists.items():
        if name not in lists:
            idle = "list `{name}` is used nowhere; use it with `in_list: {name}` or drop it"
            message = Saying(idle, name=name)
            yield notes.warning("unused-list", message, "lists", name)
        elif not entries:
            message = Saying("list `{name}` is empty, so nothing is on it; add entries", name=name)
            yield notes.warning("empty-list", message, "lists", name)
    for index, pattern in enumerate(definition.patterns):
        if pattern.pattern not in patterns:
            idle = "pattern `{pattern}` decides nothing; name it under `qualify:` or drop it"
            message = Saying(idle, pattern=pattern.pattern)
            yield notes.warning("unused-pattern", message, "patterns", index)
    yield from _unused_groups(definition, notes)


def _unused_groups(definition: Definition, notes: Notes) -> Iterator[Problem]:
    grouped = Counter((path[0], rule.group) for path, rule, _, _ in _rules(definition))
    for dimension, given in (("fit", definition.fit), ("engagement", definition.engagement)):
        for name, _ in given.groups:
            if not grouped[dimension, name]:
                idle = "no rule is in the group `{name}`; write `group: {name}` on one or drop it"
                message = Saying(idle, name=name)
                yield notes.warning("unused-group", message, dimension, "groups", name)


def _used(definition: Definition) -> tuple[set[str], set[str], set[str]]:
    signals = {name for _, behaviour in behaviours(definition) for name in behaviour.signals}
    signals.update(definition.engagement.reset_on)
    signals.update(trigger.name for trigger in definition.requalify if trigger.when is None)
    lists: set[str] = set()
    patterns: set[str] = set()
    for _, leaf in placed_leaves(iter((*lead_conditions(definition), *property_conditions(definition)))):
        if isinstance(leaf, PatternHolds):
            patterns.add(leaf.pattern)
        elif isinstance(leaf, Behaviour):
            signals.update(leaf.signals)
        elif isinstance(leaf, FactTest):
            lists.update(test.name for test in leaf.tests if isinstance(test, InList))
    return signals, lists, patterns


def needless_tracks(definition: Definition, notes: Notes) -> Iterator[Problem]:
    """Fast tracks for people who are MQLs anyway."""
    mql = definition.qualify.mql
    ways = mql.items if isinstance(mql, AnyOf) else (mql,)
    for index, track in enumerate(definition.qualify.fast_track):
        if any(implies(track.when, way) for way in ways):
            idle = "fast track `{rule}` changes nothing: `mql` asks for less already; drop it"
            message = Saying(idle, rule=track.rule)
            yield notes.warning("needless-fast-track", message, "qualify", "fast_track", index)


def nobody_disqualified(definition: Definition, notes: Notes) -> Iterator[Problem]:
    """Definitions that let competitors and students through."""
    if not definition.disqualify:
        message = Saying(
            "nobody is ever disqualified; add `disqualify:` with reasons such as competitor or student"
        )
        yield notes.warning("no-disqualify", message, "name")


def misspelt_facts(definition: Definition, notes: Notes) -> Iterator[Problem]:
    """Facts of your own whose name is nearly that of a standard fact."""
    told: set[tuple[Path, str]] = set()
    for path, leaf in placed_leaves(lead_conditions(definition)):
        if not isinstance(leaf, FactTest) or (path, leaf.fact) in told:
            continue
        told.add((path, leaf.fact))
        meant = misspelt(leaf.fact)
        if meant is not None:
            other = "`{fact}` is no standard fact; did you mean `{meant}`?"
            message = Saying(other, fact=leaf.fact, meant=meant)
            yield notes.warning("unknown-fact", message, *path, word=leaf.fact)


def lines_never_read(definition: Definition, notes: Notes) -> Iterator[Problem]:
    """Routes and promises below one that takes everybody."""
    handoff = definition.handoff
    both: tuple[tuple[str, tuple[Route | ServiceLevel, ...]], ...] = (
        ("route", handoff.route),
        ("sla", handoff.sla),
    )
    for name, lines in both:
        for index, line in enumerate(lines[:-1]):
            if line.when == ALWAYS and not (isinstance(line, Route) and line.to):
                message = Saying("the lines below are never read: this one takes every lead; move it last")
                yield notes.warning("line-never-read", message, "handoff", name, index)
                break
