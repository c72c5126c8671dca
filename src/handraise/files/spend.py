"""A file of what marketing spent: an advertising network's export, or a sheet of one's own."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from handraise.core.errors import InputInvalid
from handraise.core.saying import Saying
from handraise.core.spend import PARTS, Spent, spent_of
from handraise.files.guarding import unguarded
from handraise.files.tables import Row, Wrong, header_of, lines_above, rows_of
from handraise.files.written import (
    VAGUE,
    First,
    Mark,
    amount_in,
    currency_in,
    currency_of,
    first_in,
    mark_in,
    month_in,
)

GIVEN: Final = tuple(part for part in PARTS if part != "amount")
"""What may be the same for all rows of a file, and stand in none of them."""
_NEEDED: Final[Mapping[str, Saying]] = {
    "month": Saying("no column is the month, and it is not given for all rows"),
    "source": Saying("no column is the channel, and it is not given for all rows"),
    "amount": Saying("no column is the amount"),
}
NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "month": (
        "month", "monat", "day", "tag", "date", "datum", "reporting starts", "start date", "startdatum",
        "berichtsbeginn", "period", "zeitraum",
    ),
    "source": ("source", "quelle", "channel", "kanal", "platform", "plattform", "network", "medium"),
    "campaign": ("campaign", "kampagne", "campaign name", "kampagnenname", "name der kampagne"),
    "amount": (
        "amount", "betrag", "amount spent", "ausgegebener betrag", "total spent", "spend", "spent", "cost",
        "costs", "kosten", "ausgaben", "summe",
    ),
    "currency": ("currency", "währung", "currency code", "währungscode"),
}  # fmt: skip
"""What columns are called, by what they are here; the first that is there is it."""
_BRACKETS: Final = re.compile(r"\s*\(([^()]*)\)\s*$")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_TOTAL: Final = re.compile(
    r"(grand |sub)?totals?(\s*[:–-].*)?|(gesamt(summe|betrag)?|(zwischen)?summe|insgesamt)(\s*:.*)?",
    re.IGNORECASE,
)
_CENT: Final = Decimal("0.01")
_ALIKE: Final = "line {line} has the same month, channel, campaign and currency; rows of days can be added up"
_IS_TOTAL: Final = Saying(
    "it is what the campaigns of its month are together; leave it out, or name its campaign"
)
_TOO_MUCH: Final = Saying("added up, these rows are too much")
_MISSING: Final[Mapping[str, Saying]] = {
    "month": Saying("the month is missing"),
    "amount": Saying("the amount is missing"),
    "currency": Saying("the currency is missing"),
}
_FIRST: Final = "first"
_Key = tuple[date, str, str, str]
_MOST: Final = Decimal(10) ** 12
_QUOTED: Final = 50  # letters of a cell in a message


@dataclass(frozen=True)
class Reading:
    """How a file is to be read.

    Attributes
    ----------
    columns
        Names in the file to `PARTS`. What is not named is found by what columns are often called.
    given
        Parts that rows do not say, by name (`GIVEN`): an export of one network need not name it.
    missing
        Words that mean that nothing is known.
    first, mark
        How dates and sums are written; None: as those that can mean one thing only tell.
    adds_up
        Whether rows of the same month, source, campaign and currency are added up, as days are to months;
        else the second is wrong.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    missing: Sequence[str] = ("--",)
    first: First | None = None
    mark: Mark | None = None
    adds_up: bool = False


@dataclass(frozen=True)
class Read:
    """What a file says.

    Attributes
    ----------
    columns
        The columns that were read, with what each is.
    rows, totals
        How many rows there are, and how many of them are sums of the others, which were left out.
    spent
        One sum for a month, source, campaign and currency, in the order of the file.
    wrong
        Rows that cannot be taken; their cells have the names of `PARTS` and are as they were written.
    """

    columns: Mapping[str, str]
    rows: int
    totals: int
    spent: tuple[Spent, ...]
    wrong: tuple[Wrong, ...]


def read_spend(text: str, reading: Reading = Reading()) -> Read:
    r"""What a CSV text says was spent. Lines over the names of the columns are passed over.

    Raises
    ------
    InputInvalid
        When a column that is needed is not there, the file has no rows or too many, or how dates or sums are
        written cannot be told and was not said.

    Examples
    --------
    >>> report = 'Campaign report\nCampaign,Month,Cost\nBrand,Mar 2026,"€1,234.50"\nTotal: Account, --,9\n'
    >>> found = read_spend(report, Reading(given={"source": "google"}))
    >>> found.spent[0].amount_cents, found.spent[0].currency, found.totals
    (123450, 'EUR', 1)
    """
    if "\0" in text:
        raise InputInvalid(Saying("the file is no text; save the sheet as CSV"))
    above = lines_above(text)
    header = header_of(text, above)
    if not any(header):
        raise InputInvalid(Saying("the file is empty; the first line has to name the columns"))
    columns = columns_of(header, reading.columns)
    given = _given(columns, reading.given)
    if lost := [part for part in _NEEDED if part not in {*columns.values(), *given}]:
        raise InputInvalid(
            Saying("{lost}; the columns are: {names}", lost=_NEEDED[lost[0]], names=_listed(header))
        )
    found = rows_of(text, _renamed(header, columns), reading.missing, above)
    if not found:
        raise InputInvalid(Saying("the file has no rows below the names of its columns"))
    rows = [_ours(row, given) for row in found if not _is_total(row)]
    first = reading.first or first_in(row.cells["month"] for row in rows if "month" in row.cells)
    mark = reading.mark or mark_in(row.cells["amount"] for row in rows if "amount" in row.cells)
    spent, wrong = _summed(rows, first, mark, adds_up=reading.adds_up)
    return Read(columns, len(found), len(found) - len(rows), tuple(spent), tuple(wrong))


def columns_of(header: Sequence[str], said: Mapping[str, str]) -> Mapping[str, str]:
    """Which columns are read, and what each is: as it is said, else by what they are often called.

    A column that is said to be nothing (an empty text) is not read.

    Raises
    ------
    InputInvalid
        When a name that is said is none of `PARTS`, or no column has it.

    Examples
    --------
    >>> columns_of(["Campaign name", "Reporting starts", "Amount spent (EUR)", "Clicks"], {})
    {'Reporting starts': 'month', 'Campaign name': 'campaign', 'Amount spent (EUR)': 'amount'}
    """
    for theirs, ours in said.items():
        if ours and ours not in PARTS:
            raise InputInvalid(
                Saying("`{name}` is no part of a sum; there is {names}", name=ours, names=", ".join(PARTS))
            )
        if theirs not in header:
            raise InputInvalid(
                Saying("there is no column `{name}`; there is: {names}", name=theirs, names=_listed(header))
            )
    found = {theirs: ours for theirs, ours in said.items() if ours}
    free: dict[str, str] = {}
    for name in header:
        if name not in said:
            free.setdefault(_BRACKETS.sub("", name).replace("_", " ").casefold(), name)
    for part, names in NAMES.items():
        named = next((free[name] for name in names if name in free), None)
        if named is not None and part not in found.values():
            found[named] = part
    return found


def _given(columns: Mapping[str, str], given: Mapping[str, str]) -> Mapping[str, str]:
    """What all rows have: as it is given; and the currency in brackets behind the name of the amounts."""
    kept = {part: given[part].strip() for part in GIVEN if given.get(part, "").strip()}
    for theirs, part in columns.items():
        named = _BRACKETS.search(theirs)
        if part == "amount" and named and _CURRENCY.fullmatch(currency_of(named[1])):
            kept.setdefault("currency", currency_of(named[1]))
    return kept


def _renamed(header: Sequence[str], columns: Mapping[str, str]) -> Mapping[str, str]:
    """Names to read rows under: columns that are not read have none, but the first: totals say it there."""
    unread = {name: "" for name in header if name not in columns}
    if header.count(header[0]) == 1 and header[0] in unread:
        unread[header[0]] = _FIRST
    return {**unread, **columns}


def _is_total(row: Row) -> bool:
    return any(
        _TOTAL.fullmatch(cell[:100]) for name, cell in row.cells.items() if name not in ("amount", "currency")
    )


def _ours(row: Row, given: Mapping[str, str]) -> Row:
    """The row under our names, with what is given for all."""
    said = {part: unguarded(row.cells[part]) for part in PARTS if part in row.cells}
    currencies = [
        currency_of(said.get("currency", "")), currency_in(said.get("amount", "")), given.get("currency", "")
    ]  # fmt: skip
    certain = [one for one in currencies if one and one not in VAGUE]
    whole = {**given, **said, "currency": next(iter([*certain, *filter(None, currencies)]), "")}
    return Row(row.line, {part: whole[part] for part in PARTS if whole.get(part)})


def _summed(
    rows: Iterable[Row], first: First, mark: Mark, *, adds_up: bool
) -> tuple[list[Spent], list[Wrong]]:
    """One sum for each month, source, campaign and currency; and the rows that are in none."""
    alike: dict[_Key, list[tuple[Spent, Decimal, Row]]] = {}
    wrong = []
    for row in rows:
        try:
            one, exact = _spent_in(row.cells, first, mark)
            those = alike.setdefault((one.month, one.source, one.campaign, one.currency), [])
            if those and not adds_up:
                raise InputInvalid(Saying(_ALIKE, line=those[0][2].line))
            those.append((one, exact, row))
        except InputInvalid as error:
            wrong.append(Wrong(row.line, error.said, row.cells))
    sums = {key: sum((exact for _, exact, _ in those), Decimal()) for key, those in alike.items()}
    refused = dict.fromkeys(_totals(sums), _IS_TOTAL)
    refused |= {
        key: Saying("added up, these rows are too much") for key, exact in sums.items() if exact >= _MOST
    }
    wrong += [Wrong(row.line, why, row.cells) for key, why in refused.items() for _, _, row in alike[key]]
    spent = [
        replace(alike[key][0][0], amount_cents=_cents(exact))
        for key, exact in sums.items()
        if key not in refused
    ]
    return spent, sorted(wrong, key=lambda one: one.line)


def _totals(sums: Mapping[_Key, Decimal]) -> list[_Key]:
    """Those without a campaign that are what the campaigns are together: it would be counted twice."""
    of_campaigns: dict[tuple[date, str, str], Decimal] = defaultdict(Decimal)
    for (month, source, campaign, currency), exact in sums.items():
        if campaign:
            of_campaigns[month, source, currency] += exact
    return [
        (month, source, campaign, currency)
        for (month, source, campaign, currency), exact in sums.items()
        if not campaign and exact and of_campaigns.get((month, source, currency)) == exact
    ]


def _spent_in(cells: Mapping[str, str], first: First, mark: Mark) -> tuple[Spent, Decimal]:
    """What a row says, and its sum to all the digits that it has."""
    if lost := [part for part in _MISSING if part not in cells]:
        raise InputInvalid(_MISSING[lost[0]])
    sign, written = cells["currency"], cells["amount"][:_QUOTED]
    month, amount = month_in(cells["month"], first), amount_in(cells["amount"], mark)
    if month is None:
        raise InputInvalid(
            Saying("`{text}` is no month, nor a day or days of one", text=cells["month"][:_QUOTED])
        )
    if amount is None or amount.value >= _MOST:
        raise InputInvalid(Saying("`{text}` is no amount", text=written))
    if amount.value < 0:
        raise InputInvalid(
            Saying("`{text}` is below zero; take it off the sum that it belongs to", text=written)
        )
    if sign in VAGUE:
        raise InputInvalid(
            Saying("`{sign}` is the sign of several currencies; say which, such as USD", sign=sign)
        )
    if amount.currency not in ("", *VAGUE, sign):
        raise InputInvalid(Saying("`{text}` is not in {currency}", text=written, currency=sign))
    parts = {**cells, "month": f"{month:%Y-%m}", "amount": f"{amount.value.quantize(_CENT, ROUND_HALF_UP)}"}
    return spent_of(parts), amount.value


def _listed(header: Sequence[str]) -> str:
    return ", ".join(filter(None, header))


def _cents(exact: Decimal) -> int:
    return int(exact.quantize(_CENT, ROUND_HALF_UP) * 100)
