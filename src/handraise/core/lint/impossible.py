"""Errors: what no lead can ever satisfy or reach."""

from collections.abc import Iterator
from dataclasses import dataclass

from handraise.core.definition.conditions import (
    AnyOf,
    Condition,
    Equals,
    FactTest,
    Negation,
    ScoreAtLeast,
    leaves,
)
from handraise.core.definition.model import Definition, Signal
from handraise.core.errors import Problem
from handraise.core.lint.clashes import clashes, conjuncts
from handraise.core.lint.places import Notes, behaviours, lead_conditions, placed_leaves, property_conditions
from handraise.core.lint.reach import Reach
from handraise.core.points import Points
from handraise.core.saying import Saying
from handraise.core.words import ENGLISH, Tongue, condition_words


@dataclass(frozen=True)
class _Asked:
    """A condition in words."""

    condition: Condition
    definition: Definition

    def __str__(self) -> str:
        return self.told(ENGLISH)

    def told(self, tongue: Tongue) -> str:
        return condition_words(self.condition, self.definition, tongue)


@dataclass(frozen=True)
class _Events:
    """The events of a signal."""

    signal: str

    def __str__(self) -> str:
        return ENGLISH.named(self.signal)

    def told(self, tongue: Tongue) -> str:
        return tongue.named(self.signal)


def contradictions(definition: Definition, notes: Notes) -> Iterator[Problem]:
    """Conditions inside one *and* that exclude each other."""
    for placed in (*lead_conditions(definition), *property_conditions(definition)):
        for clash in clashes(placed.condition, definition.lists):
            message = Saying(
                "nothing can satisfy this: “{one}” and “{other}” exclude each other; "
                "drop one, or put them under `any:`",
                one=_Asked(clash.one, definition),
                other=_Asked(clash.other, definition),
            )
            yield notes.error("contradiction", message, *placed.path, word=_key_of(clash.other))


def _key_of(condition: object) -> str | None:
    if isinstance(condition, Negation):
        return "not"
    return condition.fact if isinstance(condition, FactTest) else None


def too_few_values(definition: Definition, notes: Notes) -> Iterator[Problem]:
    """More different values asked for than a signal lets through."""
    for path, behaviour in behaviours(definition):
        if behaviour.distinct is None:
            continue
        values: set[str] | None = set()
        for name in behaviour.signals:
            fixed = _fixed(definition.signal(name), behaviour.distinct)
            values = None if values is None or fixed is None else values | fixed
        if values is not None and len(values) < behaviour.at_least:
            message = Saying(
                "{events} has only {n} different values of `{property}`, so {least} can never be there; "
                "lower `at_least`",
                events=_Events(behaviour.signals[0]),
                n=len(values),
                property=behaviour.distinct,
                least=f"{behaviour.at_least:f}",
            )
            yield notes.error("too-few-values", message, *path, word="distinct")


def _fixed(signal: Signal, name: str) -> set[str] | None:
    """The only values that a property of the signal's events can have, where its condition says so."""
    for part in conjuncts(signal.where):
        if isinstance(part, FactTest) and part.fact == name:
            for test in part.tests:
                if isinstance(test, Equals):
                    return {str(value).casefold() for value in test.values}
    return None


def reset_rules(definition: Definition, notes: Notes, reach: Reach) -> Iterator[Problem]:
    """Engagement rules about the very events that take engagement back to nothing."""
    for index, rule in enumerate(definition.engagement.rules):
        if reach.is_reset_away(rule.behaviour):
            resets = tuple(name for name in rule.behaviour.signals if name in definition.engagement.reset_on)
            message = Saying(
                "rule `{rule}` can never count: {resets} resets engagement, and events at or before a reset "
                "are not seen; take the signal out of `reset_on`, or drop the rule",
                rule=rule.rule,
                resets=_Together(resets),
            )
            yield notes.error("reset-rule", message, "engagement", "rules", index)


@dataclass(frozen=True)
class _Together:
    """Names of the file that stand together."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return " and ".join(f"`{name}`" for name in self.names)

    def told(self, tongue: Tongue) -> str:
        return tongue.both([f"`{name}`" for name in self.names])


def unreachable_bars(definition: Definition, notes: Notes, reach: Reach) -> Iterator[Problem]:
    """Bars above the most that any lead can have."""
    for dimension, given in (("fit", definition.fit), ("engagement", definition.engagement)):
        most = reach.of(dimension)
        if given.bar is None or most is None or given.bar <= most:
            continue
        cap = given.bounds.cap
        capped = (
            "no lead can pass the {dimension} bar of {bar}: the cap of {most} is below it; "
            "lower the bar or raise the cap"
        )
        short = (
            "no lead can pass the {dimension} bar of {bar}: all {dimension} rules together give at most "
            "{most}; lower the bar or add rules"
        )
        message = Saying(
            capped if cap == most else short,
            dimension=Saying(dimension),
            bar=Points(given.bar),
            most=Points(most),
        )
        yield notes.error("unreachable-bar", message, dimension, "bar")


def unreachable_thresholds(definition: Definition, notes: Notes, reach: Reach) -> Iterator[Problem]:
    """Scores asked for that no lead can have."""
    for path, leaf in placed_leaves(lead_conditions(definition)):
        if not isinstance(leaf, ScoreAtLeast) or leaf.hundredths is None:
            continue
        most = reach.of(leaf.dimension)
        if most is not None and leaf.hundredths > most:
            total = (
                "no lead can reach {points}: fit and engagement together give at most {most}; "
                "lower it, or give more points"
            )
            one = (
                "no lead can reach {points}: {dimension} gives at most {most}; lower it, or give more points"
            )
            message = Saying(
                total if leaf.dimension == "total" else one,
                points=Points(leaf.hundredths),
                most=Points(most),
                dimension=Saying(leaf.dimension),
            )
            yield notes.error("unreachable-threshold", message, *path, word=leaf.dimension)


def unreachable_grades(definition: Definition, notes: Notes, reach: Reach) -> Iterator[Problem]:
    """Grades that start above the most that any lead can have."""
    grades = definition.qualify.grades
    if grades is None:
        return
    for dimension, levels in (("fit", grades.fit), ("engagement", grades.engagement)):
        most = reach.of(dimension)
        for label, start in levels[:-1]:
            if most is not None and start > most:
                message = Saying(
                    "no lead can get the {dimension} grade {label}: it starts at {start} and {dimension} "
                    "goes up to {most}; let it start lower",
                    dimension=Saying(dimension),
                    label=label,
                    start=Points(start),
                    most=Points(most),
                )
                yield notes.error("unreachable-grade", message, "qualify", "grades", dimension, label)


def never_an_mql(definition: Definition, notes: Notes, reach: Reach) -> Iterator[Problem]:
    """Definitions under which nobody ever qualifies, and fast tracks that nobody can take."""
    tracks = definition.qualify.fast_track
    open_tracks = [reach.qualifies(track.when) and reach.can_hold(track.needs) for track in tracks]
    for index, is_open in enumerate(open_tracks):
        if not is_open:
            closed = "nobody can ever take the fast track `{rule}`; loosen `when` or `needs`"
            message = Saying(closed, rule=tracks[index].rule)
            yield notes.error("never-mql", message, "qualify", "fast_track", index)
    if not reach.qualifies(definition.qualify.mql) and not any(open_tracks):
        message = Saying(
            "nobody can ever be an MQL by this: what it asks for cannot be reached, or whoever reaches it is "
            "disqualified; lower what it needs"
        )
        yield notes.error("never-mql", message, "qualify", "mql")


def impossible_patterns(definition: Definition, notes: Notes, reach: Reach) -> Iterator[Problem]:
    """Ways into the definition that are closed although another is open."""
    mql = definition.qualify.mql
    if not isinstance(mql, AnyOf) or not reach.qualifies(mql):
        return
    for index, way in enumerate(mql.items):
        scores = any(isinstance(leaf, ScoreAtLeast) for leaf in leaves(way))
        if not reach.qualifies(way) and not scores:
            message = Saying("nobody can ever qualify this way: it asks for too much, or disqualifies itself")
            yield notes.error("closed-way", message, "qualify", "mql", "any", index)
