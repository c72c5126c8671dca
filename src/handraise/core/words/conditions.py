"""Conditions in words: what is asked of facts, scores, grades, patterns and stages."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from handraise.core.definition.conditions import (
    After,
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Before,
    Behaviour,
    Between,
    Condition,
    Contains,
    Equals,
    FactTest,
    FromStage,
    GradeIn,
    Has,
    InLast,
    InList,
    Known,
    Lacks,
    Leaf,
    Matches,
    Negation,
    NotIn,
    PatternHolds,
    ScoreAtLeast,
    Seen,
    SessionCount,
    StartsWith,
    Test,
    Unknown,
)
from handraise.core.definition.model import Definition
from handraise.core.duration import Duration
from handraise.core.words import english as say
from handraise.core.words import phrases
from handraise.core.words.behaviours import behaviour_words, there_is


def tests_words(fact: str, tests: tuple[Test, ...]) -> str:
    """What is asked of one fact or property.

    Examples
    --------
    >>> tests_words("lead.seniority", (Equals(("vp", "director", "manager")),))
    'title level is VP, director or manager'
    >>> from decimal import Decimal
    >>> tests_words("account.employees", (Between(Decimal(50), Decimal(500)),))
    'company has 50 to 500 employees'
    """
    label = say.fact(fact)
    return say.clauses([_TESTS[type(test)](label, test) for test in tests], choice=False)


def condition_words(condition: Condition, definition: Definition | None = None) -> str:
    """A condition as a clause that can follow "when".

    Parameters
    ----------
    condition
        Any condition of a definition; one that always holds gives `always`.
    definition
        Tells how high a bar is; without it bars are named only.

    Examples
    --------
    >>> from decimal import Decimal
    >>> keen = Behaviour("signal", ("pricing_visit",), at_least=Decimal(3))
    >>> condition_words(AllOf((FactTest("lead.seniority", (Equals(("vp",)),)), keen)))
    'title level is VP and there are 3 or more pricing visits'
    """
    match condition:
        case AllOf(()):
            return phrases.ALWAYS
        case AllOf(items) | AnyOf(items):
            choice = isinstance(condition, AnyOf)
            patterns = [item.pattern for item in items if isinstance(item, PatternHolds)]
            if choice and len(patterns) == len(items) > 1:
                return phrases.one_pattern_holds(patterns)
            return say.clauses([_inner(item, definition, choice=choice) for item in items], choice=choice)
        case Negation(item):
            return _denied(item, definition)
        case _:
            return _leaf_words(condition, definition)


def _inner(item: Condition, definition: Definition | None, *, choice: bool) -> str:
    if isinstance(item, AllOf | AnyOf) and len(item.items) > 1:
        mine = isinstance(item, AnyOf)
        parts = [_inner(part, definition, choice=mine) for part in item.items]
        return say.clauses(parts, choice=choice) if mine == choice else say.inside(parts, choice=mine)
    return condition_words(item, definition)


def _denied(item: Condition, definition: Definition | None) -> str:
    match item:
        case FactTest("standing.stalled", (Equals((bool() as longer,)),)):
            return phrases.stands_still(longer=not longer)
        case FactTest("standing.rejected", ((Known() | Unknown()) as test,)):
            return phrases.was_rejected(ever=isinstance(test, Unknown))
        case FactTest(name, (Equals(values),)):
            return phrases.anything_but(say.fact(name), [say.value(each) for each in values])
        case FactTest(name, (InList(listed),)):
            return phrases.off_list(say.fact(name), listed)
        case FactTest(name, (Known(),)):
            return phrases.unknown(say.fact(name))
        case FactTest(name, (Unknown(),)):
            return phrases.known(say.fact(name))
        case PatternHolds(pattern):
            return phrases.pattern_fails(pattern)
        case ScoreAtLeast(dimension, hundredths):
            return _below_words(dimension, hundredths, definition)
        case Behaviour(form="signal" | "sequence" | "same_session", at_least=least) if least == 1:
            return phrases.there_is_no(behaviour_words(item))
        case Negation(inner):
            return condition_words(inner, definition)
        case _:
            return phrases.denied(condition_words(item, definition))


def _leaf_words(leaf: Leaf, definition: Definition | None) -> str:
    match leaf:
        case FactTest("standing.stalled", (Equals((bool() as longer,)),)):
            return phrases.stands_still(longer=longer)
        case FactTest("standing.rejected", ((Known() | Unknown()) as test,)):
            return phrases.was_rejected(ever=isinstance(test, Known))
        case FactTest(name, tests):
            return tests_words(name, tests)
        case Behaviour():
            return there_is(leaf)
        case SessionCount(tests):
            return say.clauses([_TESTS[type(test)](phrases.SESSIONS, test) for test in tests], choice=False)
        case Seen(which, tests):
            return say.clauses([_SEEN[type(test)](which, test) for test in tests], choice=False)
        case ScoreAtLeast(dimension, hundredths):
            return _score_words(dimension, hundredths, definition)
        case GradeIn(grades):
            return phrases.grade(grades)
        case PatternHolds(pattern):
            return phrases.pattern_holds(pattern)
        case FromStage(stages):
            return phrases.from_stage(stages)


def _score_words(dimension: str, hundredths: int | None, definition: Definition | None) -> str:
    if hundredths is not None:
        return phrases.reaches(dimension, hundredths)
    return phrases.passes_bar(dimension, _bar(dimension, definition))


def _below_words(dimension: str, hundredths: int | None, definition: Definition | None) -> str:
    if hundredths is not None:
        return phrases.stays_below(dimension, hundredths)
    return phrases.misses_bar(dimension, _bar(dimension, definition))


def _bar(dimension: str, definition: Definition | None) -> int | None:
    bars = {"fit": definition.fit.bar, "engagement": definition.engagement.bar} if definition else {}
    return bars.get(dimension)


def _dated(label: say.FactLabel, test: AtLeast | AtMost) -> str:
    if isinstance(test.bound, datetime):
        later = isinstance(test, AtLeast)
        return (phrases.on_or_after if later else phrases.on_or_before)(label, test.bound)
    return (phrases.at_least if isinstance(test, AtLeast) else phrases.at_most)(label, test.bound)


def _before(label: say.FactLabel, test: Before) -> str:
    if isinstance(test.moment, Duration):
        return phrases.long_ago(label, test.moment)
    return phrases.before(label, test.moment)


_TESTS: Final[dict[type[Test], Callable[[say.FactLabel, Any], str]]] = {
    Equals: lambda label, test: phrases.equals(label, test.values),
    NotIn: lambda label, test: phrases.none_of_values(label, [say.value(each) for each in test.values]),
    Between: lambda label, test: phrases.between(label, test.low, test.high),
    AtLeast: _dated,
    AtMost: _dated,
    StartsWith: lambda label, test: phrases.starts_with(label, test.prefixes),
    Contains: lambda label, test: phrases.contains(label, test.parts),
    Matches: lambda label, test: phrases.matches(label, test.pattern),
    InList: lambda label, test: phrases.on_list(label, test.name),
    Has: lambda label, test: phrases.has(label, [say.value(each) for each in test.values]),
    Lacks: lambda label, test: phrases.lacks(label, [say.value(each) for each in test.values]),
    Known: lambda label, _: phrases.known(label),
    Unknown: lambda label, _: phrases.unknown(label),
    Before: _before,
    After: lambda label, test: phrases.on_or_after(label, test.moment),
    InLast: lambda label, test: phrases.short_ago(label, test.window),
}
_SEEN: Final[dict[type[Test], Callable[[str, Any], str]]] = {
    Before: lambda which, test: phrases.seen_before(which, test.moment),
    After: lambda which, test: phrases.seen_after(which, test.moment),
    InLast: lambda which, test: phrases.seen_in_last(which, test.window),
    Known: lambda which, _: phrases.seen(which, ever=True),
    Unknown: lambda which, _: phrases.seen(which, ever=False),
}
