"""Conditions that cannot hold together. Every answer is sure: what might hold for some lead is no clash."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from itertools import combinations
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
    GradeIn,
    Has,
    InLast,
    InList,
    Lacks,
    Negation,
    NotIn,
    Scalar,
    Seen,
    SessionCount,
    StartsWith,
    Test,
    Unknown,
)
from handraise.core.duration import Duration
from handraise.core.fact_names import LIST_FACTS, SPELT_MANY_WAYS

Lists = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Clash:
    """Two conditions that cannot both hold."""

    one: Condition
    other: Condition


def conjuncts(condition: Condition) -> tuple[Condition, ...]:
    """What must hold for the condition to hold, groups of *and* taken apart."""
    if isinstance(condition, AllOf):
        return tuple(part for item in condition.items for part in conjuncts(item))
    return (condition,)


def clashes(condition: Condition, lists: Lists) -> Iterator[Clash]:
    """Every contradiction anywhere in the condition; of one *and*, the first."""
    parts = conjuncts(condition)
    for one, other in _pairs(parts):
        if _clash(one, other, lists):
            yield Clash(one, other)
            break
    for part in parts:
        if isinstance(part, AnyOf):
            for item in part.items:
                yield from clashes(item, lists)
        elif isinstance(part, Negation):
            yield from clashes(part.item, lists)


def is_impossible(condition: Condition, lists: Lists) -> bool:
    """Whether no lead can ever satisfy the condition, by its facts and behaviour alone."""
    parts = conjuncts(condition)
    if any(_clash(one, other, lists) for one, other in _pairs(parts)):
        return True
    return any(
        all(is_impossible(AllOf((item, *(p for p in parts if p is not part))), lists) for item in part.items)
        for part in parts
        if isinstance(part, AnyOf)
    )


def implies(condition: Condition, other: Condition) -> bool:
    """Whether the other surely holds where the condition does."""
    parts = conjuncts(condition)
    return all(any(_implied(part, needed) for part in parts) for needed in conjuncts(other))


def are_exclusive(one: Condition, other: Condition, lists: Lists) -> bool:
    """Whether no lead can satisfy both."""
    return is_impossible(AllOf((one, other)), lists)


def _implied(part: Condition, needed: Condition) -> bool:
    match part, needed:
        case FactTest(fact, (Equals(some),)), FactTest(same, (Equals(more),)) if fact == same:
            return {_key(value) for value in some} <= {_key(value) for value in more}
        case _:
            return part == needed


def _pairs(parts: tuple[Condition, ...]) -> Iterator[tuple[Condition, Condition]]:
    for part in parts:
        for one, other in combinations(_tests_apart(part), 2):
            yield one, other
    for left, right in combinations(parts, 2):
        for one in _tests_apart(left):
            for other in _tests_apart(right):
                yield one, other


def _tests_apart(part: Condition) -> list[Condition]:
    match part:
        case FactTest(fact, tests):
            return [FactTest(fact, (test,)) for test in tests]
        case SessionCount(tests):
            return [SessionCount((test,)) for test in tests]
        case Seen(which, tests):
            return [Seen(which, (test,)) for test in tests]
        case _:
            return [part]


def _clash(one: Condition, other: Condition, lists: Lists) -> bool:
    if isinstance(one, Negation) or isinstance(other, Negation):
        return _denies(one, other) or _denies(other, one)
    match one, other:
        case FactTest(fact, (a,)), FactTest(same, (b,)) if fact == same:
            return _tests_clash(fact, a, b, lists)
        case SessionCount((a,)), SessionCount((b,)):
            return _tests_clash("sessions", a, b, lists)
        case Seen(first, (a,)), Seen(second, (b,)):
            return _seen_clash(first, a, second, b)
        case GradeIn(some), GradeIn(others):
            return not set(some) & set(others)
        case Behaviour(), Behaviour():
            return _silent(one, other) or _silent(other, one)
        case Behaviour(), Seen(which, (test,)):
            return _too_long_ago(one, which, test)
        case Seen(which, (test,)), Behaviour():
            return _too_long_ago(other, which, test)
        case _:
            return False


def _denies(one: Condition, other: Condition) -> bool:
    return isinstance(one, Negation) and one.item == other


# -------------------------------------------------------------------------------------- behaviour, time


def _silent(silence: Behaviour, other: Behaviour) -> bool:
    if silence.form != "none_of" or silence.in_last is None or other.form == "none_of":
        return False
    window, quiet = other.in_last, set(silence.signals)
    named = set(other.signals) <= quiet if other.form == "signal" else bool(set(other.signals) & quiet)
    return named and window is not None and window.microseconds <= silence.in_last.microseconds


def _too_long_ago(behaviour: Behaviour, which: str, test: Test) -> bool:
    if behaviour.form == "none_of":
        return False
    if isinstance(test, Unknown):
        return True
    window = behaviour.in_last
    if which != "last_seen" or window is None or not isinstance(test, Before):
        return False
    return isinstance(test.moment, Duration) and window.microseconds <= test.moment.microseconds


def _seen_clash(first: str, a: Test, second: str, b: Test) -> bool:
    if first == second:
        return _tests_clash(first, a, b, {})
    if first == "last_seen":
        a, b = b, a
    match a, b:  # the first event is recent, the last one is not
        case InLast(window), Before(Duration() as back):
            return window.microseconds <= back.microseconds
        case (Unknown(), other) | (other, Unknown()):
            return not isinstance(other, Unknown)
        case _:
            return False


# ---------------------------------------------------------------------------------------------- tests


def _tests_clash(fact: str, a: Test, b: Test, lists: Lists) -> bool:
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        return not all(isinstance(test, Unknown | Lacks) for test in (a, b))
    for one, other in ((a, b), (b, a)):
        for (first, second), judge in _CLASHING.items():
            if isinstance(one, first) and isinstance(other, second) and judge(fact, one, other, lists):
                return True
    return fact not in LIST_FACTS and _apart(_span(a), _span(b))


Bound = Decimal | datetime | None


def _span(test: Test) -> tuple[Bound, Bound] | None:
    """The lowest and highest value that passes, where the test is a comparison."""
    match test:
        case Between(low, high):
            return low, high
        case AtLeast(bound) | After(bound):
            return bound, None
        case AtMost(bound):
            return None, bound
        case Equals(values):
            numbers = [number for value in values if (number := _number(value)) is not None]
            return (min(numbers), max(numbers)) if len(numbers) == len(values) else None
        case _:
            return None


def _apart(one: tuple[Bound, Bound] | None, other: tuple[Bound, Bound] | None) -> bool:
    return one is not None and other is not None and (_above(one[0], other[1]) or _above(other[0], one[1]))


def _above(low: Bound, high: Bound) -> bool:
    if isinstance(low, datetime) and isinstance(high, datetime):
        return low > high
    return isinstance(low, Decimal) and isinstance(high, Decimal) and low > high


def _number(value: Scalar) -> Decimal | None:
    if isinstance(value, bool):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _key(value: Scalar) -> tuple[str, object]:
    number = _number(value)
    if number is not None:
        return "number", number
    return ("flag", value) if isinstance(value, bool) else ("text", str(value).strip().casefold())


def _texts(values: tuple[Scalar, ...]) -> list[str]:
    return [str(value).strip().casefold() for value in values]


def _surely_other(fact: str, one: Scalar, other: Scalar) -> bool:
    left, right = _key(one), _key(other)
    if left == right or (left[0] != right[0] and "flag" in (left[0], right[0])):
        return False
    codes = len(str(one).strip()) == len(str(other).strip()) == 2
    return fact not in SPELT_MANY_WAYS or codes


def _equals_clash(fact: str, a: Equals, b: Equals, _: Lists) -> bool:
    single = fact not in LIST_FACTS
    return single and all(_surely_other(fact, x, y) for x in a.values for y in b.values)


def _within(inner: tuple[Scalar, ...], outer: tuple[Scalar, ...]) -> bool:
    return {_key(value) for value in inner} <= {_key(value) for value in outer}


def _no_prefix(fact: str, a: Equals, b: StartsWith, _: Lists) -> bool:
    prefixes = tuple(_texts(b.prefixes))
    return _plain(fact) and not any(text.startswith(prefixes) for text in _texts(a.values))


def _no_part(fact: str, a: Equals, b: Contains, _: Lists) -> bool:
    return _plain(fact) and not any(part in text for part in _texts(b.parts) for text in _texts(a.values))


def _no_common_prefix(fact: str, a: StartsWith, b: StartsWith, _: Lists) -> bool:
    pairs = [(x, y) for x in _texts(a.prefixes) for y in _texts(b.prefixes)]
    return _plain(fact) and not any(x.startswith(y) or y.startswith(x) for x, y in pairs)


def _not_listed(fact: str, a: Equals, b: InList, lists: Lists) -> bool:
    entries = lists.get(b.name)
    if entries is None or not _plain(fact):
        return False
    return not any(
        text == entry or text.endswith(f".{entry}") for text in _texts(a.values) for entry in entries
    )


def _plain(fact: str) -> bool:
    return fact not in LIST_FACTS and fact not in SPELT_MANY_WAYS


def _times_clash(_: str, a: InLast, b: Before, __: Lists) -> bool:
    return isinstance(b.moment, Duration) and a.window.microseconds <= b.moment.microseconds


def _dates_clash(_: str, a: Before, b: After | AtLeast, __: Lists) -> bool:
    start = b.moment if isinstance(b, After) else b.bound
    return isinstance(a.moment, datetime) and isinstance(start, datetime) and start >= a.moment


_CLASHING: Final[dict[tuple[Any, Any], Callable[[str, Any, Any, Lists], bool]]] = {
    (Equals, Equals): _equals_clash,
    (Equals, NotIn): lambda _, a, b, __: _within(a.values, b.values),
    (Equals, Lacks): lambda _, a, b, __: _within(a.values, b.values),
    (Has, Lacks): lambda _, a, b, __: _within(a.values, b.values),
    (Has, NotIn): lambda _, a, b, __: _within(a.values, b.values),
    (Equals, StartsWith): _no_prefix,
    (Equals, Contains): _no_part,
    (StartsWith, StartsWith): _no_common_prefix,
    (Equals, InList): _not_listed,
    (InLast, Before): _times_clash,
    (Before, After | AtLeast): _dates_clash,
}
