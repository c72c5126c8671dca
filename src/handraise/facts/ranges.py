"""Numbers and ranges of numbers as people type them, for employees and revenue."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from handraise.facts import range_words as table
from handraise.facts.folding import folded


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers from `low` to `high`, both included; an exact number has both the same, an open end no `high`.

    Raises
    ------
    ValueError
        When `low` is negative or above `high`.

    Examples
    --------
    >>> str(Range(Decimal(51), Decimal(200))), str(Range(Decimal(5000), None))
    ('51-200', '5000+')
    """

    low: Decimal
    high: Decimal | None

    def __post_init__(self) -> None:
        if self.low < 0 or (self.high is not None and self.high < self.low):
            raise ValueError(
                f"a range goes from a number of at least 0 up to a higher one, not {self.low} to {self.high}"
            )

    def __str__(self) -> str:
        if self.high is None:
            return f"{_plain(self.low)}+"
        if self.low == self.high:
            return _plain(self.low)
        return f"{_plain(self.low)}-{_plain(self.high)}"


def _plain(number: Decimal) -> str:
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"


def number_range(text: str | None) -> Range | None:
    """The number or range of numbers that people write for employees or revenue; None when it is none.

    Read are exact numbers, ranges, open ends, bounds in words, grouping and decimal marks of either kind,
    multipliers (``k``, ``M``, ``Mio.``, ``bn``, ``Mrd``) and currencies, in English, German, French and
    Spanish. A mark before exactly three digits groups them (``1.200`` is twelve hundred). A multiplier at
    the end of a range holds for both ends (``10-50M``). "Under 50" and "more than 500" of whole things
    leave the bound itself out (0 to 49, 501 and more). Text beyond numbers, units and these words is not
    read: ``Series B 2019`` is no number of people. A currency is not converted. ``10 mil`` is not known: a
    thousand in Spanish, a million in English.

    Examples
    --------
    >>> str(number_range("51–200 employees")), str(number_range("$10M to $50M")), str(number_range("10k+"))
    ('51-200', '10000000-50000000', '10000+')
    >>> str(number_range("€2,5 Mio.")), str(number_range("unter 50 Mitarbeiter"))
    ('2500000', '0-49')
    >>> number_range("a few") is None
    True
    """
    if not text or len(text) > _LONGEST:
        return None
    typed = _tidied(text)
    if typed in _ALONE:
        return Range(Decimal(1), Decimal(1))
    numbers = list(_number_pattern().finditer(typed))
    if not 1 <= len(numbers) <= 2:
        return None
    before = typed[: numbers[0].start()]
    after = typed[numbers[-1].end() :]
    if len(numbers) == 1:
        return _one_number(before, numbers[0], after)
    between = typed[numbers[0].end() : numbers[1].start()]
    return _two_numbers(before, numbers[0], between, numbers[1], after)


_LONGEST = 80
_LONGEST_DIGITS = 18


def _entries(text: str) -> frozenset[str]:
    pieces = (" ".join(folded(piece).split()) for line in text.splitlines() for piece in line.split("|"))
    return frozenset(piece for piece in pieces if piece)


_ALONE = _entries(table.ONE_PERSON)
_LESS, _UP_TO, _MORE, _FROM = map(_entries, (table.LESS, table.UP_TO, table.MORE, table.FROM))
_ABOUT, _TO, _BETWEEN = map(_entries, (table.ABOUT, table.TO, table.BETWEEN))
_AND_MORE = _entries(table.AND_MORE)
_SAID = _LESS | _UP_TO | _MORE | _FROM | _ABOUT | _TO | _BETWEEN | _AND_MORE
_FILLERS = _entries(table.FILLERS)
_FACTORS = {word: Decimal(by) for by, words in table.MULTIPLIERS.items() for word in _entries(words)}


@cache
def _number_pattern() -> re.Pattern[str]:
    factors = "|".join(sorted(map(re.escape, _FACTORS), key=len, reverse=True))
    return re.compile(
        r"(?<![\w.,'-])(?P<digits>\d{1,3}(?:[ ']\d{3})+(?:[.,]\d+)?(?!\d)|\d[\d.,]*\d|\d)"
        rf"(?:\s?(?P<factor>{factors})\b\.?)?"
    )


_DASH = re.compile(r"\s*(?:[-–—−‐‑~]|\.\.+|…)\s*")
_RANGE_DASH = re.compile(r"(?<=[\w+.€$£])\s?[-–—−‐‑]\s?(?=[$€£¥\d])")
_SPACES = re.compile(r"\s+")
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:(?:\.\d{3})+|(?:,\d{3})+|(?: \d{3})+|(?:'\d{3})+)")
_DECIMAL = re.compile(
    r"(?P<whole>\d+|[1-9]\d{0,2}(?:(?P<group>[., '])\d{3})(?:(?P=group)\d{3})*)(?P<mark>[.,])(?P<part>\d+)"
)
_CURRENCY = re.compile(
    r"us\$|[$€£¥₹]|\b(?:usd|eur|gbp|chf|euros?|dollars?|dolares|pounds?|francs?|franken|inr)\b"
)


def _tidied(text: str) -> str:
    typed = folded(text).strip().replace("mil millones", "milmillones").replace("p.a.", "pa")
    return _SPACES.sub(" ", _RANGE_DASH.sub(" - ", typed))


def _one_number(before: str, number: re.Match[str], after: str) -> Range | None:
    value = _value(number, None)
    said, is_money = _what_is_said(before)
    added, is_money_after = _what_is_said(after)
    if value is None or said is None or added is None or (said and added):
        return None
    step = Decimal(0) if is_money or is_money_after or number["factor"] or value % 1 else Decimal(1)
    if added in _AND_MORE or said in _FROM:
        return Range(value, None)
    if said in _MORE:
        return Range(value + step, None)
    if said in _UP_TO:
        return Range(Decimal(0), value)
    if said in _LESS:
        return Range(Decimal(0), value - step) if value > 0 else None
    return Range(value, value) if not added and (not said or said in _ABOUT) else None


def _two_numbers(
    before: str, low: re.Match[str], between: str, high: re.Match[str], after: str
) -> Range | None:
    joined, _ = _what_is_said(between)
    said, _ = _what_is_said(before)
    added, _ = _what_is_said(after)
    is_range = joined in _TO and not added and (not said or said in _BETWEEN or said in _ABOUT)
    top = _value(high, None)
    if not is_range or top is None:
        return None
    shared = high["factor"] if not low["factor"] and _digits(low) <= _digits(high) else None
    bottom = _value(low, shared)
    return Range(bottom, top) if bottom is not None and bottom <= top else None


def _what_is_said(text: str) -> tuple[str | None, bool]:
    """The bound words in a text around numbers (None when it says more), and whether it names money."""
    without_money, currencies = _CURRENCY.subn(" ", text)
    plain = _DASH.sub(" - ", re.sub(r"[().,:;/*\[\]]", " ", without_money))
    plain = re.sub(r"([<>]=?|[≤≥+])", r" \1 ", plain)
    words = plain.split()
    whole = " ".join(words)
    for said in (whole, " ".join(word for word in words if word not in _FILLERS)):
        if not said or said in _SAID:
            return said, currencies > 0
    return None, currencies > 0


def _digits(number: re.Match[str]) -> Decimal:
    return _number(number["digits"]) or Decimal(0)


def _value(number: re.Match[str], shared_factor: str | None) -> Decimal | None:
    plain = _number(number["digits"])
    if plain is None:
        return None
    factor = number["factor"] or shared_factor
    return plain * _FACTORS[factor] if factor else plain


def _number(digits: str) -> Decimal | None:
    """A number by the shape of its marks: ``1.200`` and ``1,200`` group, ``1.5`` has decimals."""
    if len(digits) > _LONGEST_DIGITS:
        return None
    if digits.isdigit() and digits.isascii():
        return Decimal(digits)
    if _GROUPED.fullmatch(digits):
        return Decimal(re.sub(r"[., ']", "", digits))
    found = _DECIMAL.fullmatch(digits)
    if found is None or found["mark"] == found["group"]:
        return None
    return Decimal(f"{re.sub(r'[., ]', '', found['whole']).replace(chr(39), '')}.{found['part']}")
