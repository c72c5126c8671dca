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
from handraise.core.words.behaviours import there_is, there_is_no
from handraise.core.words.clause import Clause, FactLabel
from handraise.core.words.tongues import ENGLISH, Tongue


def fact_words(
    fact: str, tests: tuple[Test, ...], tongue: Tongue = ENGLISH, *, verb_last: bool = False
) -> str:
    """What is asked of one fact or property.

    Examples
    --------
    >>> fact_words("lead.seniority", (Equals(("vp", "director", "manager")),))
    'title level is VP, director or manager'
    >>> from decimal import Decimal
    >>> fact_words("account.employees", (Between(Decimal(50), Decimal(500)),))
    'company has 50 to 500 employees'
    """
    return _together(_asked(tongue.fact(fact), tests, tongue), tongue, verb_last=verb_last)


def condition_words(
    condition: Condition,
    definition: Definition | None = None,
    tongue: Tongue = ENGLISH,
    *,
    verb_last: bool = False,
) -> str:
    """A condition as a clause.

    Parameters
    ----------
    condition
        Any condition of a definition; one that always holds gives `always`.
    definition
        Tells how high a bar is; without it bars are named only.
    verb_last
        As it stands after "when", which is another order of words in some languages.

    Examples
    --------
    >>> from decimal import Decimal
    >>> from handraise.core.words.tongues import GERMAN
    >>> keen = Behaviour("signal", ("pricing_visit",), at_least=Decimal(3))
    >>> both = AllOf((FactTest("lead.seniority", (Equals(("vp",)),)), keen))
    >>> condition_words(both)
    'title level is VP and there are 3 or more pricing visits'
    >>> condition_words(both, tongue=GERMAN, verb_last=True)
    'die Titelstufe VP ist und 3 oder mehr Besuche der Preisseite vorliegen'
    """
    match condition:
        case AllOf(()):
            return tongue.always(verb_last=verb_last)
        case AllOf(items) | AnyOf(items):
            choice = isinstance(condition, AnyOf)
            patterns = [item.pattern for item in items if isinstance(item, PatternHolds)]
            if choice and len(patterns) == len(items) > 1:
                return tongue.clause(tongue.one_pattern_holds(patterns), verb_last=verb_last)
            inner = [_inner(item, definition, tongue, choice=choice, verb_last=verb_last) for item in items]
            return tongue.clauses(inner, choice=choice, verb_last=verb_last)
        case Negation(item):
            return _denied(item, definition, tongue, verb_last=verb_last)
        case _:
            return _together(_leaf_clauses(condition, definition, tongue), tongue, verb_last=verb_last)


def when_words(condition: Condition, definition: Definition | None = None, tongue: Tongue = ENGLISH) -> str:
    """A condition as it stands after "when"."""
    return condition_words(condition, definition, tongue, verb_last=True)


def _together(clauses: list[Clause], tongue: Tongue, *, verb_last: bool) -> str:
    said = [tongue.clause(each, verb_last=verb_last) for each in clauses]
    return tongue.clauses(said, choice=False, verb_last=verb_last)


def _inner(
    item: Condition, definition: Definition | None, tongue: Tongue, *, choice: bool, verb_last: bool
) -> str:
    if not isinstance(item, AllOf | AnyOf) or len(item.items) < 2:
        return condition_words(item, definition, tongue, verb_last=verb_last)
    mine = isinstance(item, AnyOf)

    def parts(*, verb_last: bool) -> list[str]:
        return [_inner(part, definition, tongue, choice=mine, verb_last=verb_last) for part in item.items]

    here = parts(verb_last=verb_last)
    if mine == choice:
        return tongue.clauses(here, choice=choice, verb_last=verb_last)
    return tongue.inside(parts(verb_last=False), here, choice=mine, verb_last=verb_last)


def _denied(item: Condition, definition: Definition | None, tongue: Tongue, *, verb_last: bool) -> str:
    match item:
        case FactTest("standing.stalled", (Equals((bool() as longer,)),)):
            said = tongue.stands_still(longer=not longer)
        case FactTest("standing.rejected", ((Known() | Unknown()) as test,)):
            said = tongue.was_rejected(ever=isinstance(test, Unknown))
        case FactTest(name, (Equals(values),)):
            said = tongue.anything_but(tongue.fact(name), [tongue.value(each) for each in values])
        case FactTest(name, (InList(listed),)):
            said = tongue.off_list(tongue.fact(name), listed)
        case FactTest(name, (Known(),)):
            said = tongue.unknown(tongue.fact(name))
        case FactTest(name, (Unknown(),)):
            said = tongue.known(tongue.fact(name))
        case PatternHolds(pattern):
            said = tongue.pattern_fails(pattern)
        case ScoreAtLeast(dimension, hundredths):
            said = _below_clause(dimension, hundredths, definition, tongue)
        case Behaviour(form="signal" | "sequence" | "same_session", at_least=least) if least == 1:
            said = there_is_no(item, tongue)
        case Negation(inner):
            return condition_words(inner, definition, tongue, verb_last=verb_last)
        case _:
            said = tongue.denied(condition_words(item, definition, tongue, verb_last=True))
    return tongue.clause(said, verb_last=verb_last)


def _leaf_clauses(leaf: Leaf, definition: Definition | None, tongue: Tongue) -> list[Clause]:
    match leaf:
        case FactTest("standing.stalled", (Equals((bool() as longer,)),)):
            return [tongue.stands_still(longer=longer)]
        case FactTest("standing.rejected", ((Known() | Unknown()) as test,)):
            return [tongue.was_rejected(ever=isinstance(test, Known))]
        case FactTest(name, tests):
            return _asked(tongue.fact(name), tests, tongue)
        case Behaviour():
            return [there_is(leaf, tongue)]
        case SessionCount(tests):
            return _asked(tongue.SESSIONS, tests, tongue)
        case Seen(which, tests):
            return [_SEEN[type(test)](tongue, which, test) for test in tests]
        case ScoreAtLeast(dimension, hundredths):
            return [_score_clause(dimension, hundredths, definition, tongue)]
        case GradeIn(grades):
            return [tongue.grade(grades)]
        case PatternHolds(pattern):
            return [tongue.pattern_holds(pattern)]
        case FromStage(stages):
            return [tongue.from_stage(stages)]


def _asked(label: FactLabel, tests: tuple[Test, ...], tongue: Tongue) -> list[Clause]:
    return [_TESTS[type(test)](tongue, label, test) for test in tests]


def _score_clause(
    dimension: str, hundredths: int | None, definition: Definition | None, tongue: Tongue
) -> Clause:
    if hundredths is not None:
        return tongue.reaches(dimension, hundredths)
    return tongue.passes_bar(dimension, _bar(dimension, definition))


def _below_clause(
    dimension: str, hundredths: int | None, definition: Definition | None, tongue: Tongue
) -> Clause:
    if hundredths is not None:
        return tongue.stays_below(dimension, hundredths)
    return tongue.misses_bar(dimension, _bar(dimension, definition))


def _bar(dimension: str, definition: Definition | None) -> int | None:
    bars = {"fit": definition.fit.bar, "engagement": definition.engagement.bar} if definition else {}
    return bars.get(dimension)


def _dated(tongue: Tongue, label: FactLabel, test: AtLeast | AtMost) -> Clause:
    later = isinstance(test, AtLeast)
    if isinstance(test.bound, datetime):
        return (tongue.on_or_after if later else tongue.on_or_before)(label, test.bound)
    return (tongue.at_least if later else tongue.at_most)(label, test.bound)


def _before(tongue: Tongue, label: FactLabel, test: Before) -> Clause:
    if isinstance(test.moment, Duration):
        return tongue.long_ago(label, test.moment)
    return tongue.before(label, test.moment)


_TESTS: Final[dict[type[Test], Callable[[Tongue, FactLabel, Any], Clause]]] = {
    Equals: lambda tongue, label, test: tongue.equals(label, test.values),
    NotIn: lambda tongue, label, test: tongue.none_of_values(label, [*map(tongue.value, test.values)]),
    Between: lambda tongue, label, test: tongue.between(label, test.low, test.high),
    AtLeast: _dated,
    AtMost: _dated,
    StartsWith: lambda tongue, label, test: tongue.starts_with(label, test.prefixes),
    Contains: lambda tongue, label, test: tongue.contains(label, test.parts),
    Matches: lambda tongue, label, test: tongue.matches(label, test.pattern),
    InList: lambda tongue, label, test: tongue.on_list(label, test.name),
    Has: lambda tongue, label, test: tongue.has(label, [*map(tongue.value, test.values)]),
    Lacks: lambda tongue, label, test: tongue.lacks(label, [*map(tongue.value, test.values)]),
    Known: lambda tongue, label, _: tongue.known(label),
    Unknown: lambda tongue, label, _: tongue.unknown(label),
    Before: _before,
    After: lambda tongue, label, test: tongue.on_or_after(label, test.moment),
    InLast: lambda tongue, label, test: tongue.short_ago(label, test.window),
}
_SEEN: Final[dict[type[Test], Callable[[Tongue, str, Any], Clause]]] = {
    Before: lambda tongue, which, test: tongue.seen_before(which, test.moment),
    After: lambda tongue, which, test: tongue.seen_after(which, test.moment),
    InLast: lambda tongue, which, test: tongue.seen_in_last(which, test.window),
    Known: lambda tongue, _, __: tongue.seen(ever=True),
    Unknown: lambda tongue, _, __: tongue.seen(ever=False),
}
