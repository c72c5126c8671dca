"""The oracle of calendars and clocks: it walks from minute to minute and looks at the clock on the wall.

A minute is a whole number of minutes since 1970 in UTC; a calendar is its JSON. For each minute by itself
the question is asked whether somebody works in it. Nothing is added, subtracted or skipped in local time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = 24 * 60
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Times = Sequence[Sequence[str]]


def moment(minute: int) -> datetime:
    """The minute as a moment in UTC."""
    return EPOCH + timedelta(minutes=minute)


def minute_at(at: datetime) -> int:
    """The minute that begins at this moment; it must be a whole one."""
    minute, rest = divmod(at - EPOCH, timedelta(minutes=1))
    assert not rest, at
    return minute


@cache
def wall(zone: str, day: int) -> list[tuple[str, str, str]]:
    """What the wall shows in each minute of one UTC day: the date, the time and the weekday."""
    shown = [moment(day * DAY + of_day).astimezone(ZoneInfo(zone)) for of_day in range(DAY)]
    texts = [(local.isoformat(), WEEKDAYS[local.weekday()]) for local in shown]
    return [(text[:10], text[11:16], weekday) for text, weekday in texts]  # 2026-03-29T01:30:00+01:00


@dataclass
class Book:
    """A calendar, and what it is bounded by: one person's week, and when they are away."""

    written: Mapping[str, Any]
    own_week: Mapping[str, Times] | None = None
    away: Sequence[tuple[int, int]] = ()
    seen: dict[int, bytes] = field(default_factory=dict)
    hours: dict[str, list[Times]] = field(default_factory=dict)

    def is_open(self, minute: int) -> bool:
        day = minute // DAY
        if day not in self.seen:  # each minute of that UTC day, by itself
            self.seen[day] = bytes(self._is_open(day * DAY + of_day) for of_day in range(DAY))
        return bool(self.seen[day][minute % DAY])

    def _is_open(self, minute: int) -> bool:
        day, time, weekday = wall(self.written["zone"], minute // DAY)[minute % DAY]
        if day not in self.hours:
            self.hours[day] = self._hours(day, weekday)
        if not all(_shows(time, hours) for hours in self.hours[day]):
            return False
        return not any(start <= minute < end for start, end in self.gone)

    def _hours(self, day: str, weekday: str) -> list[Times]:
        """What the wall has to show on that day: hours of the calendar, and the person's own."""
        own: list[Times] = [] if self.own_week is None else [self.own_week.get(weekday, ())]
        if any(one["from"] <= day <= one["to"] for one in self.written["closures"] if "T" not in one["from"]):
            return [(), *own]
        if day in self.written["special_days"]:
            return [self.written["special_days"][day], *own]
        if day in self.written["holidays"]:
            return [(), *own]
        return [self.written["hours"].get(weekday, ()), *own]

    @cached_property
    def gone(self) -> list[tuple[int, int]]:
        """Closures and absences between two instants."""
        closures = [one for one in self.written["closures"] if "T" in one["from"]]
        ends = [[minute_at(datetime.fromisoformat(one[key])) for key in ("from", "to")] for one in closures]
        return [*self.away, *((start, end) for start, end in ends)]


def _shows(time: str, openings: Times) -> bool:
    # Times of the same width compare as text; "24:00" is after every time of the day.
    return any(start <= time < end for start, end in openings)


def opens_after(book: Book, minute: int) -> int:
    return next(later for later in count(minute) if book.is_open(later))


def open_time(book: Book, start: int, end: int) -> int:
    return sum(book.is_open(minute) for minute in range(start, end))


def due(book: Book, start: int, amount: int) -> int:
    minute = start
    while amount:
        amount -= book.is_open(minute)
        minute += 1
    return minute


@dataclass
class Told:
    """What a walk found out about one owner's clock."""

    owner: str
    book: Book
    used: int = 0
    is_paused: bool = False
    ending: str = ""
    warned: int | None = None
    breached: int | None = None

    @property
    def state(self) -> str:
        if self.breached is not None:
            return "breached"
        return self.ending or ("paused" if self.is_paused else "running")


@dataclass(frozen=True)
class Happening:
    """`kind` is paused, resumed, stopped, cancelled or owner_changed (which names the owner)."""

    minute: int
    kind: str
    owner: str = ""


def story(
    books: Mapping[str, Book], start: int, target: int, happenings: Sequence[Happening], as_of: int
) -> list[Told]:
    """The clocks of one hand-off at `as_of`, walked from its start; `target` is a multiple of four.

    The owner at the start is `first`; each owner has a book.
    """
    clocks = [Told("first", books["first"])]
    by_minute: dict[int, list[Happening]] = {}
    for one in happenings:
        by_minute.setdefault(one.minute, []).append(one)
    for minute in range(start, as_of + 1):
        now = by_minute.get(minute, [])
        if any(one.kind == "stopped" for one in now) and not clocks[-1].ending:
            clocks[-1].ending = "met"
        _look(clocks[-1], minute, target)
        for one in now:
            _happen(clocks, one, books)
        clock = clocks[-1]
        if minute < as_of and not clock.ending and not clock.is_paused and clock.book.is_open(minute):
            clock.used += 1
    return clocks


def _look(clock: Told, minute: int, target: int) -> None:
    if clock.ending:
        return
    if clock.used == target // 4 * 3 and clock.warned is None:
        clock.warned = minute
    if clock.used == target and clock.breached is None:
        clock.breached = minute


def _happen(clocks: list[Told], one: Happening, books: Mapping[str, Book]) -> None:
    clock = clocks[-1]
    if clock.ending:
        return
    if one.kind in ("paused", "resumed"):
        clock.is_paused = one.kind == "paused"
    elif one.kind == "cancelled":
        clock.ending = "cancelled"
    elif one.kind == "owner_changed":
        clock.ending = "reassigned"
        clocks.append(Told(one.owner, books[one.owner]))
