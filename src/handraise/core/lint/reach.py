"""The most points a lead can have: upper bounds that hold for every lead."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from handraise.core.definition.conditions import (
    AnyOf,
    Behaviour,
    Condition,
    GradeIn,
    PatternHolds,
    ScoreAtLeast,
)
from handraise.core.definition.model import Bounds, Definition, EngagementRule, FitRule, Rule
from handraise.core.lint.clashes import are_exclusive, conjuncts, implies, is_impossible


@dataclass(frozen=True)
class Reach:
    """What a definition lets a lead reach. None means without limit."""

    definition: Definition

    @cached_property
    def fit(self) -> int | None:
        """The most fit, in hundredths."""
        fit = self.definition.fit
        return _most(fit.rules, fit.groups, fit.bounds, self.together)

    @cached_property
    def engagement(self) -> int | None:
        """The most engagement, in hundredths."""
        engagement = self.definition.engagement
        return _most(engagement.rules, engagement.groups, engagement.bounds, self.together)

    def of(self, dimension: str) -> int | None:
        """The most of `fit`, `engagement` or `total`."""
        if dimension == "total":
            return None if self.fit is None or self.engagement is None else self.fit + self.engagement
        return self.fit if dimension == "fit" else self.engagement

    def together(self, rules: Sequence[Rule]) -> int | None:
        """The most these rules can give one lead: of rules that exclude each other only the best counts."""
        lists = self.definition.lists
        apart: list[list[FitRule]] = []
        total = 0
        for rule in sorted(rules, key=lambda rule: -rule.points):
            most = self.of_rule(rule)
            if most is None:
                return None
            if isinstance(rule, FitRule) and most > 0:
                home = [c for c in apart if all(are_exclusive(rule.when, other.when, lists) for other in c)]
                if home:
                    home[0].append(rule)
                    continue
                apart.append([rule])
            total += most
        return total

    def of_rule(self, rule: Rule) -> int | None:
        """The most one rule can give."""
        if rule.points <= 0 or self.never_gives(rule):
            return 0
        each = rule.behaviour.each if isinstance(rule, EngagementRule) else None
        if each is None or not isinstance(rule, EngagementRule):
            return rule.points
        return None if rule.behaviour.at_most is None else rule.points * rule.behaviour.at_most

    def never_gives(self, rule: Rule) -> bool:
        """Whether a rule can hold for no lead at all."""
        if rule.when is not None and is_impossible(rule.when, self.definition.lists):
            return True
        return isinstance(rule, EngagementRule) and self.is_reset_away(rule.behaviour)

    def is_reset_away(self, behaviour: Behaviour) -> bool:
        """Whether the events a behaviour needs are the very ones that take engagement back to nothing."""
        resets = set(self.definition.engagement.reset_on)
        signals = set(behaviour.signals)
        if behaviour.form == "signal":
            return signals <= resets
        return behaviour.form != "none_of" and bool(signals & resets)

    def can_hold(self, condition: Condition) -> bool:
        """False only where no lead can ever satisfy the condition."""
        if is_impossible(condition, self.definition.lists):
            return False
        return all(self._part_can_hold(part) for part in conjuncts(condition))

    def _part_can_hold(self, part: Condition) -> bool:
        match part:
            case AnyOf(items):
                return any(self.can_hold(item) for item in items)
            case ScoreAtLeast(dimension, hundredths):
                bar = self.definition.fit.bar if dimension == "fit" else self.definition.engagement.bar
                most, needed = self.of(dimension), bar if hundredths is None else hundredths
                return most is None or needed is None or most >= needed
            case PatternHolds(name):
                return self.can_hold(self.definition.pattern(name).condition)
            case GradeIn(grades):
                return any(self.can_grade(grade) for grade in grades)
            case _:
                return True

    def can_grade(self, grade: str) -> bool:
        """Whether some lead can have that grade."""
        grades = self.definition.qualify.grades
        if grades is None:
            return False
        return any(
            letter + number == grade and self._starts(grades.fit, letter, "fit")
            and self._starts(grades.engagement, number, "engagement")
            for letter in [label for label, _ in grades.fit] or [""]
            for number in [label for label, _ in grades.engagement] or [""]
        )  # fmt: skip

    def _starts(self, levels: tuple[tuple[str, int], ...], label: str, dimension: str) -> bool:
        most = self.of(dimension)
        if most is None or not levels or label == levels[-1][0]:
            return True
        return dict(levels)[label] <= most

    def qualifies(self, condition: Condition) -> bool:
        """Whether a way of qualifying can ever be an MQL: possible, judged, and not disqualified itself."""
        ways = condition.items if isinstance(condition, AnyOf) else (condition,)
        return any(
            self.can_hold(way)
            and not are_exclusive(way, self.definition.applies_to, self.definition.lists)
            and not any(implies(way, disqualifier.when) for disqualifier in self.definition.disqualify)
            for way in ways
        )


def _most(
    rules: Sequence[Rule],
    groups: tuple[tuple[str, Bounds], ...],
    bounds: Bounds,
    together: Callable[[Sequence[Rule]], int | None],
) -> int | None:
    free = together([rule for rule in rules if rule.group is None])
    sums = [free]
    for name, held in groups:
        sums.append(_held(together([rule for rule in rules if rule.group == name]), held))
    found = [each for each in sums if each is not None]
    return _held(sum(found) if len(found) == len(sums) else None, bounds)


def _held(most: int | None, bounds: Bounds) -> int | None:
    if most is not None and bounds.floor is not None:
        most = max(most, bounds.floor)
    if bounds.cap is None:
        return most
    return bounds.cap if most is None else min(most, bounds.cap)
