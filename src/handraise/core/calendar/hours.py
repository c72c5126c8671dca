"""Opening hours as the clock on the wall shows them: of one day, and of a week."""

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from handraise.core.saying import Saying

DAY_MINUTES: Final = 24 * 60
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WRITTEN: Final = re.compile(r"(\d{2}):(\d{2})", re.ASCII)


def minute_of(text: str) -> int:
    """The minute of the day that `HH:MM` names; `24:00` is the end of the day.

    Examples
    --------
    >>> minute_of("09:30"), minute_of("24:00")
    (570, 1440)

    Raises
    ------
    ValueError
        When the text is no such time.
    """
    match = _WRITTEN.fullmatch(text)
    minute = int(match.group(1)) * 60 + int(match.group(2)) if match else -1
    if match is None or int(match.group(2)) > 59 or minute > DAY_MINUTES:
        form = "`{text}` is not a time of day; write it such as `09:00` (the end of the day is `24:00`)"
        raise ValueError(Saying(form, text=text))
    return minute


def written(minute: int) -> str:
    """The minute of the day as `HH:MM`."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


@dataclass(frozen=True, order=True)
class Opening:
    """Open from `start` up to, not including, `end`: minutes of one local day, 0 to 1440.

    Raises
    ------
    ValueError
        When it does not end after it starts. A night shift is two openings on two days.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= DAY_MINUTES:
            form = (
                "`{opening}` does not end after it starts; write hours over midnight as two, "
                "up to `24:00` on the one day and from `00:00` on the next"
            )
            raise ValueError(Saying(form, opening=str(self)))

    @classmethod
    def of(cls, start: str, end: str) -> "Opening":
        """The opening between two times of day.

        Examples
        --------
        >>> str(Opening.of("09:00", "17:30"))
        '09:00-17:30'
        """
        return cls(minute_of(start), minute_of(end))

    def __str__(self) -> str:
        return f"{written(self.start)}-{written(self.end)}"


Hours = tuple[Opening, ...]
"""The openings of one day, in order; they may touch and do not overlap. Empty: closed."""

CLOSED: Final[Hours] = ()
ALL_DAY: Final[Hours] = (Opening(0, DAY_MINUTES),)


def hours_of(*openings: Opening) -> Hours:
    """The openings in order.

    Raises
    ------
    ValueError
        When two of them overlap.
    """
    ordered = tuple(sorted(openings))
    for earlier, later in pairwise(ordered):
        if later.start < earlier.end:
            both = {"earlier": str(earlier), "later": str(later)}
            raise ValueError(Saying("`{earlier}` and `{later}` overlap; make them one", **both))
    return ordered


def common(one: Hours, other: Hours) -> Hours:
    """The times of day that are in both."""
    return tuple(
        Opening(max(a.start, b.start), min(a.end, b.end))
        for a in one
        for b in other
        if max(a.start, b.start) < min(a.end, b.end)
    )


@dataclass(frozen=True)
class Week:
    """The usual hours of the seven days, Monday first."""

    days: tuple[Hours, Hours, Hours, Hours, Hours, Hours, Hours]

    def __post_init__(self) -> None:
        for hours in self.days:
            if hours_of(*hours) != hours:
                raise ValueError("the openings of a day must be in order; build them with `hours_of`")

    @classmethod
    def of(cls, **hours: str) -> "Week":
        """Read a week as people write it; days that are not named are closed.

        Examples
        --------
        >>> week = Week.of(monday="09:00-12:00 13:00-17:00", saturday="10:00-24:00")
        >>> [str(opening) for opening in week.days[0]]
        ['09:00-12:00', '13:00-17:00']
        """
        strange = sorted(set(hours) - set(WEEKDAYS))
        if strange:
            raise ValueError(f"`{strange[0]}` is no day of the week; write {', '.join(WEEKDAYS)}")
        monday, tuesday, wednesday, thursday, friday, saturday, sunday = (
            _read_day(hours.get(day, "")) for day in WEEKDAYS
        )
        return cls((monday, tuesday, wednesday, thursday, friday, saturday, sunday))

    def on(self, day: date) -> Hours:
        """The usual hours of a date."""
        return self.days[day.weekday()]

    def common_with(self, other: "Week") -> "Week":
        """The hours that both weeks have: a team's week and the days one of them works."""
        monday, tuesday, wednesday, thursday, friday, saturday, sunday = (
            common(one, two) for one, two in zip(self.days, other.days, strict=True)
        )
        return Week((monday, tuesday, wednesday, thursday, friday, saturday, sunday))


def _read_day(text: str) -> Hours:
    return hours_of(*(Opening.of(*opening.split("-", 1)) for opening in text.split()))


WORKWEEK: Final = Week((*(hours_of(Opening.of("09:00", "17:00")),) * 5, CLOSED, CLOSED))
"""Monday to Friday, nine to five."""

ROUND_THE_CLOCK: Final = Week((ALL_DAY,) * 7)
