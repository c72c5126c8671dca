"""Months and sums as people and advertising networks write them; what may mean two things is asked about."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal, TypeVar, get_args

from handraise.core.errors import InputInvalid
from handraise.core.saying import Saying

First = Literal["day", "month"]
"""What comes first in 3/1/2026."""
Mark = Literal["point", "comma"]
"""What stands before the cents."""
FIRSTS: Final[tuple[First, ...]] = get_args(First)
MARKS: Final[tuple[Mark, ...]] = get_args(Mark)
_Told = TypeVar("_Told", bound=str)

_NAMES: Final = (
    ("january", "januar", "jänner"), ("february", "februar"), ("march", "märz", "maerz", "mrz"), ("april",),
    ("may", "mai"), ("june", "juni"), ("july", "juli"), ("august",), ("september",), ("october", "oktober"),
    ("november",), ("december", "dezember"),
)  # fmt: skip
_RANGE: Final = re.compile(r"\s+(?:-|–|—|to|bis)\s+")
_TIME: Final = r"(?:[T,]?\s*\d{1,2}:.*)?"
_YEAR_FIRST: Final = re.compile(rf"(20\d\d)([-/.])(\d{{1,2}})(?:\2(\d{{1,2}}))?{_TIME}", re.ASCII)
_DIGITS: Final = re.compile(r"(20\d\d)(\d\d)(\d\d)?", re.ASCII)
_MONTH_YEAR: Final = re.compile(r"(\d{1,2})[-/.](20\d\d)", re.ASCII)
_DOTTED: Final = re.compile(rf"(\d{{1,2}})\.\s?(\d{{1,2}})\.\s?(20\d\d|\d\d){_TIME}", re.ASCII)
_SLASHED: Final = re.compile(rf"(\d{{1,2}})[-/](\d{{1,2}})[-/](20\d\d|\d\d){_TIME}", re.ASCII)
_WEEKDAY: Final = r"(?:[^\W\d_]+\.?,\s+)?"
_NAMED: Final = re.compile(
    rf"{_WEEKDAY}(?:(\d{{1,2}})\.?[\s-]+)?([^\W\d_]{{3,}})\.?[\s,-]+'?(20\d\d|\d\d){_TIME}"
)
_NAMED_DAY: Final = re.compile(rf"{_WEEKDAY}([^\W\d_]{{3,}})\.?\s+(\d{{1,2}}),?\s+(20\d\d){_TIME}")

_SIGNS: Final = {
    "€": "EUR", "£": "GBP", "us$": "USD", "ca$": "CAD", "c$": "CAD", "a$": "AUD", "au$": "AUD", "nz$": "NZD",
    "zł": "PLN", "₹": "INR", "₺": "TRY", "kč": "CZK", "fr.": "CHF", "euro": "EUR",
}  # fmt: skip
VAGUE: Final = ("$", "¥", "kr", "kr.")
"""Signs of several currencies."""
_SIGN: Final = r"[^\d\s.,'’+()−-][^\d\s,'’+()−-]{0,4}?"
_SUM: Final = re.compile(rf"({_SIGN})?\s*([-−+]?\s?\d(?:[\d.,'’\s]*\d)?)\s*({_SIGN})?")
_BETWEEN: Final = re.compile(r"(?<=\d)[\s'’](?=\d{3}(?!\d))")
_FORMS: Final[Mapping[Mark, re.Pattern[str]]] = {
    "point": re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?", re.ASCII),
    "comma": re.compile(r"(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?", re.ASCII),
}
_LONGEST: Final = 80  # letters of a cell that is read
_REMEMBERED: Final = 10_000  # cells: the days and sums of a file are few beside its rows


@dataclass(frozen=True)
class Amount:
    """A sum, and the currency that it names: three letters, a sign of `VAGUE`, or nothing."""

    value: Decimal
    currency: str


@lru_cache(_REMEMBERED)
def month_in(cell: str, first: First) -> date | None:
    """The first day of the month that a cell names; None when it names none, or days of two.

    Parameters
    ----------
    first
        What comes first in dates with strokes.

    Examples
    --------
    >>> [str(month_in(cell, "month")) for cell in ("Mar 2026", "01.03.2026", "3/31/26", "März 2026")]
    ['2026-03-01', '2026-03-01', '2026-03-01', '2026-03-01']
    >>> month_in("2026-03-01 - 2026-03-31", "day"), month_in("2026-03-01 - 2026-04-30", "day")
    (datetime.date(2026, 3, 1), None)
    """
    ends = _RANGE.split(cell.strip()[:_LONGEST])
    months = {_month_of(end, first) for end in ends}
    return months.pop() if len(ends) <= 2 and len(months) == 1 else None


def first_in(cells: Iterable[str]) -> First:
    """What comes first in dates with strokes, by those that can mean one thing only.

    Raises
    ------
    InputInvalid
        When none tells, or they tell different things.

    Examples
    --------
    >>> first_in(["3/1/2026", "3/31/2026"]), first_in(["2026-03", "31/03/2026"])
    ('month', 'day')
    """
    told: dict[First, str] = {}
    doubtful: dict[str, None] = {}
    for cell in cells:
        for end in _RANGE.split(cell.strip()[:_LONGEST]):
            if found := _SLASHED.fullmatch(end):
                one, other = int(found[1]), int(found[2])
                if one > 12 >= other:
                    told.setdefault("day", end)
                elif other > 12 >= one:
                    told.setdefault("month", end)
                elif one != other:
                    doubtful.setdefault(end)
    return _told(told, doubtful, Saying("say whether the day or the month comes first")) or "day"


@lru_cache(_REMEMBERED)
def amount_in(cell: str, mark: Mark) -> Amount | None:
    """The sum that a cell says, with the currency it names; None when it says none.

    Parameters
    ----------
    mark
        What stands before the cents; the other mark, spaces and apostrophes stand between thousands.

    Examples
    --------
    >>> amount_in("€1,234.50", "point"), amount_in("1.234,5 EUR", "comma")
    (Amount(value=Decimal('1234.50'), currency='EUR'), Amount(value=Decimal('1234.5'), currency='EUR'))
    >>> amount_in("1,23.4", "point"), amount_in("(5.00)", "point")
    (None, Amount(value=Decimal('-5.00'), currency=''))
    """
    text = cell.strip()
    found = _sum_in(text)
    if found is None:
        return None
    digits = _BETWEEN.sub("", found[2].strip("−-+ "))
    if not _FORMS[mark].fullmatch(digits):
        return None
    value = Decimal(digits.replace(",", "") if mark == "point" else digits.replace(".", "").replace(",", "."))
    is_negative = text[0] in "-−(" or found[2][0] in "-−"
    return Amount(-value if is_negative else value, currency_of(found[1] or found[3] or ""))


@lru_cache(_REMEMBERED)
def currency_in(cell: str) -> str:
    """The currency that a sum names, as `currency_of` has it; empty when it names none.

    Examples
    --------
    >>> currency_in("1.234,50 €"), currency_in("$5"), currency_in("5")
    ('EUR', '$', '')
    """
    found = _sum_in(cell.strip())
    return currency_of(found[1] or found[3] or "") if found else ""


def mark_in(cells: Iterable[str]) -> Mark:
    """What stands before the cents, by the sums that can mean one thing only.

    Raises
    ------
    InputInvalid
        When none tells, or they tell different things.

    Examples
    --------
    >>> mark_in(["1,200", "99.50"]), mark_in(["1.234,50"]), mark_in(["12"])
    ('point', 'comma', 'point')
    """
    told: dict[Mark, str] = {}
    doubtful: dict[str, None] = {}
    for cell in cells:
        readings = {mark: amount for mark in _FORMS if (amount := amount_in(cell, mark))}
        values = {amount.value for amount in readings.values()}
        if len(readings) == 1:
            told.setdefault(next(iter(readings)), cell)
        elif len(values) > 1:
            doubtful.setdefault(cell)
    return _told(told, doubtful, Saying("say whether a point or a comma stands before the cents")) or "point"


def currency_of(sign: str) -> str:
    """The currency of a sign or of letters: three capitals, a sign of `VAGUE`, else as it was written.

    Examples
    --------
    >>> currency_of("€"), currency_of("eur"), currency_of("$")
    ('EUR', 'EUR', '$')
    """
    plain = sign.strip().casefold()
    return _SIGNS.get(plain) or (plain if plain in VAGUE else sign.strip().upper())


def _sum_in(text: str) -> re.Match[str] | None:
    """A sum with a sign before or behind it, or none."""
    found = _SUM.fullmatch(text.strip("()−-+ ")) if len(text) <= _LONGEST else None
    return None if found is None or (found[1] and found[3]) else found


def _told(told: Mapping[_Told, str], doubtful: Iterable[str], ask: Saying) -> _Told | None:
    if len(told) > 1:
        one, other = told.values()
        raise InputInvalid(
            Saying("`{one}` and `{other}` are written in two ways; {ask}", one=one, other=other, ask=ask)
        )
    for cell in doubtful:
        if not told:
            raise InputInvalid(Saying("`{text}` may mean two things; {ask}", text=cell, ask=ask))
    return next(iter(told), None)


def _month_of(text: str, first: First) -> date | None:
    """The month of one date, whatever its day."""
    year = month = day = ""
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = found[1], found[3], found[4]
    elif found := _DIGITS.fullmatch(text):
        year, month, day = found.groups()
    elif found := _MONTH_YEAR.fullmatch(text):
        month, year = found.groups()
    elif found := _DOTTED.fullmatch(text):
        day, month, year = found.groups()
    elif found := _SLASHED.fullmatch(text):
        one, other, year = found.groups()
        day, month = (one, other) if first == "day" else (other, one)
    elif found := _NAMED_DAY.fullmatch(text):
        month, day, year = _number_of(found[1]), found[2], found[3]
    elif found := _NAMED.fullmatch(text):
        day, month, year = found[1], _number_of(found[2]), found[3]
    else:
        return None
    try:
        return date(int(year) % 2000 + 2000, int(month), int(day or 1)).replace(day=1)
    except ValueError:
        return None


def _number_of(name: str) -> str:
    """The number of a month by its name or at least three letters of it; 0 when it is none."""
    plain = name.casefold()
    return str(
        next((n for n, names in enumerate(_NAMES, 1) if any(one.startswith(plain) for one in names)), 0)
    )
