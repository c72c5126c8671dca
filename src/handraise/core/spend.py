"""What marketing spent: a sum for a month and a source, or for one campaign of it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from handraise.core.errors import InputInvalid
from handraise.core.saying import Saying

PARTS: Final = ("month", "source", "campaign", "amount", "currency")
_LONGEST: Final = 200
_MONTH: Final = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])(-\d\d)?", re.ASCII)
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
# Marks between thousands are refused: 1,200 may be either.
_AMOUNT: Final = re.compile(r"(\d{1,12})(?:[.,](\d{1,2}))?", re.ASCII)


@dataclass(frozen=True)
class Spent:
    """A sum spent in a month on a source, or on one campaign of it.

    Attributes
    ----------
    month
        Its first day.
    source
        As the fact `lead.source` says it.
    campaign
        As `lead.campaign` says it; empty for what was spent on the source as a whole.
    currency
        Three capital letters, as ISO 4217 has them.
    amount_cents
        Hundredths of the currency, 0 or more.
    """

    month: date
    source: str
    campaign: str
    currency: str
    amount_cents: int


def spent_of(given: Mapping[str, str]) -> Spent:
    """A sum as somebody wrote it down, by the names of `PARTS`.

    Raises
    ------
    InputInvalid
        Saying which of its parts is wrong.

    Examples
    --------
    >>> spent = spent_of({"month": "2026-03", "source": "webinar", "amount": "1200,50", "currency": "eur"})
    >>> spent.month, spent.amount_cents, spent.currency
    (datetime.date(2026, 3, 1), 120050, 'EUR')
    """
    said = {name: (given.get(name) or "").strip() for name in PARTS}
    month = _MONTH.fullmatch(said["month"])
    if month is None:
        raise InputInvalid(Saying("`{text}` is no month; write it like 2026-03", text=said["month"]))
    if not said["source"]:
        raise InputInvalid(Saying("the channel is missing; name it as your leads do, such as paid search"))
    if max(len(said["source"]), len(said["campaign"])) > _LONGEST:
        raise InputInvalid(Saying("a channel or campaign has {n} letters at the most", n=_LONGEST))
    if any(letter < " " for letter in said["source"] + said["campaign"]):
        raise InputInvalid(Saying("a channel or campaign is one line of text"))
    currency = said["currency"].upper()
    if not _CURRENCY.fullmatch(currency):
        raise InputInvalid(
            Saying("`{text}` is no currency; write three letters, such as EUR", text=said["currency"])
        )
    first = date(int(month[1]), int(month[2]), 1)
    return Spent(first, said["source"], said["campaign"], currency, _cents(said["amount"]))


def summed(spent: Iterable[Spent]) -> dict[str, int]:
    """Cents by currency, the largest sum first; sums of different currencies are never added."""
    found: dict[str, int] = {}
    for one in spent:
        found[one.currency] = found.get(one.currency, 0) + one.amount_cents
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))


def _cents(written: str) -> int:
    """Hundredths of an amount as people write it.

    Examples
    --------
    >>> _cents("1200"), _cents("0.5"), _cents("12,34")
    (120000, 50, 1234)
    >>> _cents("1,200")
    Traceback (most recent call last):
    handraise.core.errors.InputInvalid: `1,200` is no amount; write it without marks between thousands, such \
as 1200.50
    """
    amount = _AMOUNT.fullmatch(written)
    if amount is None:
        raise InputInvalid(
            Saying(
                "`{text}` is no amount; write it without marks between thousands, such as 1200.50",
                text=written,
            )
        )
    return int(amount[1]) * 100 + int((amount[2] or "").ljust(2, "0"))
