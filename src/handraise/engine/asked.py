"""Whether a value passes a test: the exact meaning of every word that `when` and `where` know.

Plain Python on one value at a time; the engine asks once per distinct value and carries the answer as a bit.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final

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
from handraise.facts.company import Range
from handraise.facts.email import built_in_list, is_under

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
_YES, _NO = frozenset({"true", "yes", "y", "1"}), frozenset({"false", "no", "n", "0"})


@dataclass(frozen=True)
class Instant:
    """A date or time as microseconds since 1970 in UTC."""

    microseconds: int


Value = str | Decimal | bool | Range | Instant | tuple[Any, ...]
ListOf = Callable[[str], frozenset[str]]


def microseconds_of(moment: datetime) -> int:
    """Microseconds since 1970 in UTC; the moment carries a zone.

    Examples
    --------
    >>> microseconds_of(datetime(1970, 1, 2, tzinfo=UTC))
    86400000000
    """
    return (moment - EPOCH) // MICROSECOND


def moment_at(microseconds: int) -> datetime:
    """The moment, in UTC, that many microseconds after 1970."""
    return EPOCH + timedelta(microseconds=int(microseconds))


def value_of(raw: object) -> Value | None:
    """What was given, as a value that tests understand; None when nothing is known.

    Text is trimmed and casefolded. Not-a-number and infinities are unknown.

    Examples
    --------
    >>> value_of(" Berlin "), value_of(12.5), value_of(""), value_of(["SAP", ""])
    ('berlin', Decimal('12.5'), None, ('sap',))
    """
    match raw:
        case str():
            return raw.strip().casefold() or None
        case None:
            return None
        case bool() | Range() | Instant():
            return raw
        case Decimal():
            return raw if raw.is_finite() else None
        case int():
            return Decimal(raw)
        case float():
            return Decimal(repr(raw)) if raw - raw == 0 else None
        case datetime():
            aware = raw if raw.tzinfo else raw.replace(tzinfo=UTC)
            return Instant(microseconds_of(aware))
        case date():
            return Instant(microseconds_of(datetime(raw.year, raw.month, raw.day, tzinfo=UTC)))
        case list() | tuple() | set() | frozenset():
            entries = tuple(value for value in map(value_of, raw) if value is not None)
            return entries or None
        case _:
            return str(raw).strip().casefold() or None


def number_in(value: Value) -> Decimal | None:
    """The value as a number, if it is one or is text that writes one."""
    match value:
        case bool():
            return None
        case Decimal():
            return value
        case str():
            return _number_in_text(value)
        case _:
            return None


@lru_cache(maxsize=65_536)
def _number_in_text(text: str) -> Decimal | None:
    try:
        number = Decimal(text.replace(",", "") if _grouped(text) else text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < 30 else None


def _grouped(text: str) -> bool:
    whole = text.lstrip("+-").split(".")[0]
    head, *rest = whole.split(",")
    return bool(rest) and head.isdigit() and len(head) <= 3 and all(len(p) == 3 and p.isdigit() for p in rest)


def text_in(value: Value) -> str | None:
    """The value as text; None for ranges, instants and lists."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value.normalize():f}"
        case _:
            return None


def _instant_in(value: Value) -> int | None:
    if isinstance(value, Instant):
        return value.microseconds
    if isinstance(value, str):
        moment = moment_of(value.upper())
        return None if moment is None else microseconds_of(moment)
    return None


def _equal(value: Value, wanted: Scalar) -> bool:
    if isinstance(wanted, bool):
        if isinstance(value, bool):
            return value is wanted
        return (text_in(value) or "") in (_YES if wanted else _NO)
    if isinstance(wanted, Decimal):
        if isinstance(value, Range):
            return value.low == wanted == value.high
        return number_in(value) == wanted
    if isinstance(value, bool):
        return wanted.strip().casefold() in (_YES if value else _NO)
    if isinstance(value, Instant):
        moment = moment_of(wanted)
        return moment is not None and microseconds_of(moment) == value.microseconds
    return text_in(value) == wanted.strip().casefold()


def _compared(value: Value, low: Decimal | datetime | None, high: Decimal | datetime | None) -> bool:
    """Low ≤ value ≤ high, for every number of a range."""
    bound = low if low is not None else high
    if isinstance(bound, datetime):
        instant = _instant_in(value)
        return (
            instant is not None
            and (not isinstance(low, datetime) or instant >= microseconds_of(low))
            and (not isinstance(high, datetime) or instant <= microseconds_of(high))
        )
    if isinstance(value, Range):
        least, most = Decimal(value.low), None if value.high is None else Decimal(value.high)
    else:
        number = number_in(value)
        if number is None:
            return False
        least = most = number
    above = not isinstance(low, Decimal) or least >= low
    return above and (not isinstance(high, Decimal) or (most is not None and most <= high))


def _in_list(value: Value, entries: frozenset[str], is_domain: bool) -> bool:
    text = text_in(value)
    return text is not None and (text in entries or (is_domain and is_under(text, entries)))


@lru_cache(maxsize=1_024)
def _pattern(text: str) -> Any:
    import re2

    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    return re2.compile(text, options)


def _holds_for_one(test: Test, value: Value, lists: ListOf, is_domain: bool) -> bool:
    text = text_in(value)
    match test:
        case Equals(values) | Has(values):
            return any(_equal(value, wanted) for wanted in values)
        case Between(low, high):
            return _compared(value, low, high)
        case AtLeast(bound):
            return _compared(value, bound, None)
        case AtMost(bound):
            return _compared(value, None, bound)
        case StartsWith(prefixes):
            return text is not None and text.startswith(tuple(p.casefold() for p in prefixes))
        case Contains(parts):
            return text is not None and any(part.casefold() in text for part in parts)
        case Matches(pattern):
            return text is not None and _pattern(pattern).search(text) is not None
        case InList(name):
            return _in_list(value, lists(name), is_domain)
        case Before(datetime() as moment):
            instant = _instant_in(value)
            return instant is not None and instant < microseconds_of(moment)
        case After(moment):
            instant = _instant_in(value)
            return instant is not None and instant >= microseconds_of(moment)
        case Before() | InLast():
            return _instant_in(value) is not None  # how long ago is decided by the kernel, at each instant
        case _:
            raise TypeError(test)


def holds(test: Test, value: Value | None, lists: ListOf, *, is_domain: bool = False) -> bool:
    """Whether the value passes the test.

    Of tests on how long ago something is, only whether it is a time at all; `window_of` gives their window.

    Parameters
    ----------
    value
        A value of `value_of`, or None for unknown: then only `unknown` and `lacks` hold.
    lists
        Entries of a managed list by name, casefolded.
    is_domain
        Whether list entries also match subdomains.

    Examples
    --------
    >>> holds(Between(Decimal(50), Decimal(500)), Range(51, 200), lambda name: frozenset())
    True
    >>> holds(NotIn(("DE",)), None, lambda name: frozenset())
    False
    """
    match test:
        case Known():
            return value is not None
        case Unknown():
            return value is None
        case Lacks(values):
            return value is None or not any(_any_equal(value, wanted) for wanted in values)
        case NotIn(values):
            return value is not None and not any(
                _any_equal(value, wanted) or _spans(value, wanted) for wanted in values
            )
    if value is None:
        return False
    if isinstance(value, tuple):
        return any(_holds_for_one(test, entry, lists, is_domain) for entry in value)
    return _holds_for_one(test, value, lists, is_domain)


def _any_equal(value: Value, wanted: Scalar) -> bool:
    return any(_equal(entry, wanted) for entry in (value if isinstance(value, tuple) else (value,)))


def _spans(value: Value, wanted: Scalar) -> bool:
    """Whether a range has the number in it: then "not this number" does not hold for all of the range."""
    if not isinstance(value, Range) or not isinstance(wanted, Decimal):
        return False
    return value.low <= wanted and (value.high is None or wanted <= value.high)


def window_of(tests: tuple[Test, ...]) -> tuple[int, int | None] | None:
    """The ages (microseconds, from included, to excluded) for which relative tests hold; None without one."""
    least, below, relative = 0, None, False
    for test in tests:
        match test:
            case Before(Duration() as age):
                least, relative = max(least, age.microseconds), True
            case InLast(window):
                below, relative = min(below or window.microseconds, window.microseconds), True
    return (least, below) if relative else None


def instant_of(value: Value | None) -> int | None:
    """The value as microseconds since 1970, if it is a time."""
    return None if value is None or isinstance(value, tuple) else _instant_in(value)


def list_source(lists: Mapping[str, tuple[str, ...]]) -> ListOf:
    """Entries by name: the definition's own lists, then the built-in ones."""
    own = {name: frozenset(entries) for name, entries in lists.items()}

    def entries(name: str) -> frozenset[str]:
        found = own.get(name)
        return found if found is not None else (built_in_list(name) or frozenset())

    return entries
