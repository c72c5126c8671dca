"""Quarters of a year, in which both teams look at their definition together. They are UTC's."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from handraise.core.errors import InputInvalid

_WRITTEN: Final = re.compile(r"([12]\d{3})-[Qq]([1-4])")


@dataclass(frozen=True, order=True)
class Quarter:
    """One of the four of a year.

    Examples
    --------
    >>> str(Quarter(2026, 1).before), str(Quarter(2026, 4).after), Quarter(2026, 3).start.isoformat()
    ('2025-Q4', '2027-Q1', '2026-07-01T00:00:00+00:00')
    """

    year: int
    number: int

    @classmethod
    def of(cls, text: str) -> "Quarter":
        """The quarter that is written so: `2026-Q3`.

        Raises
        ------
        InputInvalid
            When it is none.

        Examples
        --------
        >>> Quarter.of("2026-q3")
        Quarter(year=2026, number=3)
        """
        found = _WRITTEN.fullmatch(text.strip())
        if found is None:
            raise InputInvalid(f"`{text[:20]}` is no quarter; write one such as 2026-Q3")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def at(cls, moment: datetime) -> "Quarter":
        """The quarter that a moment is in."""
        utc = moment.astimezone(UTC)
        return cls(utc.year, (utc.month + 2) // 3)

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"

    @property
    def start(self) -> datetime:
        """Its first instant."""
        return datetime(self.year, 3 * self.number - 2, 1, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        """The first instant that is no longer in it."""
        return self.after.start

    @property
    def before(self) -> "Quarter":
        """The one before."""
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year - 1, 4)

    @property
    def after(self) -> "Quarter":
        """The one after."""
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)
