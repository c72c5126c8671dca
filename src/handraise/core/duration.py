"""Durations as people write them: `45 days`, `30 minutes`, `3 months`."""

import re
from dataclasses import dataclass
from typing import Final

from handraise.core.saying import Saying

SECOND: Final = 1_000_000
_UNITS: Final = {
    "second": SECOND,
    "minute": 60 * SECOND,
    "hour": 3_600 * SECOND,
    "day": 86_400 * SECOND,
    "week": 7 * 86_400 * SECOND,
    "month": 30 * 86_400 * SECOND,
    "year": 365 * 86_400 * SECOND,
}
LONGEST: Final = 100 * _UNITS["year"]
_WRITTEN: Final = re.compile(r"\s*(\d{1,9})\s*([a-z]+?)s?\s*", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class Duration:
    """A fixed length of time in a named unit.

    A day is 24 hours, a month 30 days and a year 365 days, wherever a duration is measured: windows and
    half-lives must have one length on every machine and on every date. Calendar units (`each: 1 per month`,
    review dates) do not use this class.

    Examples
    --------
    >>> Duration.parse("45 days").microseconds
    3888000000000
    >>> str(Duration.parse("1 weeks")), str(Duration(2, "hour"))
    ('1 week', '2 hours')
    """

    amount: int
    unit: str

    @property
    def microseconds(self) -> int:
        """The length in microseconds."""
        return self.amount * _UNITS[self.unit]

    @classmethod
    def parse(cls, text: str) -> "Duration":
        """Read a written duration.

        Raises
        ------
        ValueError
            When the text is not a positive number and a unit, or is longer than 100 years.
        """
        match = _WRITTEN.fullmatch(text)
        unit = match.group(2).lower() if match else ""
        if match is None or unit not in _UNITS:
            raise ValueError(
                Saying("`{text}` is not a duration; write a number and a unit, such as `30 days`", text=text)
            )
        duration = cls(int(match.group(1)), unit)
        if duration.amount == 0:
            raise ValueError(Saying("a duration must be longer than nothing"))
        if duration.microseconds > LONGEST:
            raise ValueError(Saying("`{text}` is longer than 100 years", text=text))
        return duration

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}{'' if self.amount == 1 else 's'}"
