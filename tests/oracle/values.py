"""What is known of a fact or a property, and whether tests hold for it (decisions 9 and 21 to 27)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import re2

from handraise.core.definition.conditions import (
    After,
    AtLeast,
    AtMost,
    Before,
    Between,
    Contains,
    Equals,
    Has,
    InLast,
    InList,
    Known,
    Lacks,
    Matches,
    NotIn,
    Scalar,
    StartsWith,
    Test,
    Unknown,
)
from handraise.core.definition.grammar import moment_of
from handraise.core.duration import Duration
from tests.oracle.clock import instant


@dataclass(frozen=True)
class Span:
    """A range of numbers; `high` None is open."""

    low: Decimal
    high: Decimal | None


GROUPED: Final = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)  # 1,200
Value = str | Decimal | bool | datetime | Span | tuple[Any, ...] | None


def typed(raw: object) -> Value:
    """A value as given, in one of a few types; absent, empty and blank are None."""
    match raw:
        case None | "":
            return None
        case bool() | datetime() | Span():
            return raw
        case int() | float() | Decimal():
            number = Decimal(str(raw))
            return number if number.is_finite() else None
        case list() | tuple() | set() | frozenset():
            entries = [typed(entry) for entry in raw]
            return tuple(entry for entry in entries if entry is not None) or None
        case _:
            return str(raw).strip() or None


def text_of(value: Value) -> str:
    """The value as text to compare, without regard to case."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{(value + 0).normalize():f}"
    return str(value).strip().casefold()


def number_of(value: Value) -> Decimal | None:
    """The value as a number, if it is one or is text that is one."""
    if isinstance(value, bool):
        return None
    if isinstance(value, Decimal):
        return value
    if isinstance(value, str):
        plain = value.replace(",", "") if GROUPED.fullmatch(value.strip()) else value
        try:
            number = Decimal(plain.strip())
        except InvalidOperation:
            return None
        return number if number.is_finite() else None
    return None


def moment_in(value: Value) -> datetime | None:
    """The value as a moment, if it is one or is text that is one."""
    if isinstance(value, datetime):
        return value
    return moment_of(value) if isinstance(value, str) else None


def entries_of(value: Value) -> tuple[Value, ...]:
    """A list's entries; any other value by itself."""
    return value if isinstance(value, tuple) else (value,)


@dataclass(frozen=True)
class Asked:
    """When a test is asked, with the lists it may name; `is_domain` for facts that are domains."""

    now: int
    lists: Mapping[str, frozenset[str]]
    is_domain: bool = False


def holds(test: Test, value: Value, asked: Asked) -> bool:
    """Whether the test holds for the value."""
    match test:
        case Known():
            return value is not None
        case Unknown():
            return value is None
        case Lacks(values):
            return value is None or not _meets_one(value, values)
        case _ if value is None:
            return False
        case Equals(values) | Has(values):
            return any(_equal(entry, wanted) for entry in entries_of(value) for wanted in values)
        case NotIn(values):
            return not _meets_one(value, values)
        case _:
            return any(_entry_holds(test, entry, asked) for entry in entries_of(value))


def _equal(entry: Value, wanted: Scalar) -> bool:
    if isinstance(wanted, bool):
        return text_of(entry) == text_of(wanted) and isinstance(entry, bool | str)
    if isinstance(wanted, Decimal):
        if isinstance(entry, Span):
            return entry.low == entry.high == wanted
        return number_of(entry) == wanted
    return text_of(entry) == text_of(wanted)


def _meets_one(value: Value, values: tuple[Scalar, ...]) -> bool:
    """Whether some entry (or some number of a range) is among the values."""
    return any(_may_equal(entry, wanted) for entry in entries_of(value) for wanted in values)


def _may_equal(entry: Value, wanted: Scalar) -> bool:
    if isinstance(entry, Span) and isinstance(wanted, Decimal):
        return entry.low <= wanted and (entry.high is None or wanted <= entry.high)
    return _equal(entry, wanted)


def _entry_holds(test: Test, entry: Value, asked: Asked) -> bool:
    match test:
        case Between(low, high):
            return _at_least(entry, low) and _at_most(entry, high)
        case AtLeast(bound):
            return _at_least(entry, bound)
        case AtMost(bound):
            return _at_most(entry, bound)
        case StartsWith(prefixes):
            return any(text_of(entry).startswith(text_of(prefix)) for prefix in prefixes)
        case Contains(parts):
            return any(text_of(part) in text_of(entry) for part in parts)
        case Matches(pattern):
            return _found(pattern, str(entry))
        case InList(name):
            return _listed(text_of(entry), asked.lists[name], asked.is_domain)
        case Before() | After() | InLast():
            moment = moment_in(entry)
            return moment is not None and time_holds(test, instant(moment), asked.now)
    raise AssertionError(test)


def _at_least(entry: Value, bound: Decimal | datetime) -> bool:
    if isinstance(bound, datetime):
        moment = moment_in(entry)
        return moment is not None and moment >= bound
    if isinstance(entry, Span):
        return entry.low >= bound
    number = number_of(entry)
    return number is not None and number >= bound


def _at_most(entry: Value, bound: Decimal | datetime) -> bool:
    if isinstance(bound, datetime):
        moment = moment_in(entry)
        return moment is not None and moment <= bound
    if isinstance(entry, Span):
        return entry.high is not None and entry.high <= bound
    number = number_of(entry)
    return number is not None and number <= bound


def time_holds(test: Before | After | InLast, at: int, now: int) -> bool:
    """`before`, `after` and `in_last` for a time (decision 27)."""
    match test:
        case Before(Duration() as ago):
            return now - at >= ago.microseconds
        case Before(datetime() as bound):
            return at < instant(bound)
        case After(bound):
            return at >= instant(bound)
        case InLast(window):
            return 0 <= now - at < window.microseconds
    raise AssertionError(test)


def _found(pattern: str, text: str) -> bool:
    options = re2.Options()
    options.case_sensitive = False
    return re2.compile(pattern, options).search(text.strip()) is not None


def _listed(text: str, entries: frozenset[str], is_domain: bool) -> bool:
    """An entry of the list; of a domain, also any domain above it."""
    if text in entries:
        return True
    labels = text.split(".")
    return is_domain and any(".".join(labels[start:]) in entries for start in range(1, len(labels)))
