"""A file of what marketing spent."""

import csv
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import Final

from handraise.core.errors import InputInvalid
from handraise.core.spend import PARTS, Spent, spent_of

MOST: Final = 5_000
"""Rows of one file."""


@dataclass(frozen=True)
class Wrong:
    """A row that cannot be taken: the line of the file it ends on, and why."""

    line: int
    why: str


def read_spend(text: str) -> tuple[list[Spent], list[Wrong]]:
    r"""The rows of a CSV file, and those that are wrong; its columns are `PARTS`, campaign may be missing.

    Comma, semicolon and tabulator are understood. Of rows for the same month, source, campaign and currency
    the second is wrong: sums are not added up by accident.

    Raises
    ------
    InputInvalid
        When a column is missing, the file has no row or too many, or is no CSV.

    Examples
    --------
    >>> read_spend("month;source;amount;currency\n2026-03;webinar;99,5;EUR\n2026-13;webinar;1;EUR\n")[1]
    [Wrong(line=3, why='`2026-13` is no month; write it like 2026-03')]
    """
    text = text.removeprefix("\ufeff")
    first = text.split("\n", 1)[0]
    rows = csv.DictReader(StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    good: dict[tuple[date, str, str, str], Spent] = {}
    wrong = []
    try:
        ours = {name: (name or "").strip().casefold() for name in rows.fieldnames or ()}
        if missing := [name for name in PARTS if name not in ours.values() and name != "campaign"]:
            said, names = ", ".join(missing), ", ".join(PARTS)
            raise InputInvalid(f"the file has no column {said}; its first line names {names}")
        for number, row in enumerate(rows, 1):
            if number > MOST:
                raise InputInvalid(f"the file has over {MOST:,} rows; split it")
            try:
                one = spent_of({ours[name]: row[name] or "" for name in ours if ours[name] in PARTS})
                key = (one.month, one.source, one.campaign, one.currency)
                if key in good:
                    raise InputInvalid("another row has the same month, source, campaign and currency")
                good[key] = one
            except InputInvalid as error:
                wrong.append(Wrong(rows.line_num, str(error)))
    except csv.Error as error:
        raise InputInvalid(f"the file is no CSV: {error}") from None
    if not good and not wrong:
        raise InputInvalid("the file has no rows below the names of its columns")
    return list(good.values()), wrong
