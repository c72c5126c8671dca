"""Reading a calendar from JSON values, with every problem named at its place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from handraise.core.calendar.calendar import Calendar, SpecialDay
from handraise.core.calendar.hours import CLOSED, WEEKDAYS, Hours, Opening, Week, hours_of
from handraise.core.calendar.spans import DaysClosed, Span
from handraise.core.definition.grammar import nearest
from handraise.core.errors import HandraiseError
from handraise.core.saying import Saying

_KEYS: Final = ("name", "zone", "hours", "holidays", "special_days", "closures")
_T = TypeVar("_T")


@dataclass(frozen=True)
class _Lines:
    """One below another."""

    lines: tuple[Saying, ...]

    def __str__(self) -> str:
        return "\n".join(self.lines)

    def told(self, tongue: Any) -> str:
        return "\n".join(map(tongue.retold, self.lines))


class CalendarInvalid(HandraiseError):
    """The calendar cannot be used; `problems` lists every reason with its place."""

    def __init__(self, problems: tuple[Saying, ...]) -> None:
        self.problems = problems
        super().__init__(Saying("{lines}", lines=_Lines(problems)))


def calendar_from(data: object) -> Calendar:
    """The calendar that JSON values describe; the other way round is `Calendar.as_json`.

    Hours are lists of `[from, to]` in local time. Closures run from one date to another, both included, or
    from one instant up to another.

    Raises
    ------
    CalendarInvalid
        With everything that is wrong, each named by its place.

    Examples
    --------
    >>> calendar = calendar_from({
    ...     "name": "Support", "zone": "Europe/Berlin",
    ...     "hours": {"monday": [["09:00", "12:00"], ["13:00", "24:00"]]},
    ...     "special_days": {"2026-12-24": [["09:00", "12:00"]]},
    ...     "closures": [{"from": "2026-12-28", "to": "2026-12-31"}],
    ... })
    >>> calendar_from(calendar.as_json()) == calendar
    True
    >>> calendar_from({"name": "Support", "zone": "Europe/Berlyn", "hours": {"monday": [["9", "12:00"]]}})
    Traceback (most recent call last):
    handraise.core.calendar.reading.CalendarInvalid: zone: `Europe/Berlyn` is no time zone; did you mean ...
    hours.monday[0]: `9` is not a time of day; write it such as `09:00` (the end of the day is `24:00`)
    """
    return _Reader().read(data)


class _Reader:
    """Reads on after a problem, so that people see all of them at once."""

    def __init__(self) -> None:
        self.problems: list[Saying] = []

    def read(self, data: object) -> Calendar:
        fields = self.table("calendar", data)
        for key in fields:
            if key not in _KEYS:
                hint = nearest(key, _KEYS) or Saying("; remove it")
                self.note(key, Saying("no such key{hint}", hint=hint))
        name = self.text("name", fields.get("name"))
        zone = self.tried("zone", lambda: _zone(self.text("zone", fields.get("zone"))), "UTC")
        week = self.week(fields.get("hours"))
        holidays = [self.day(f"holidays[{i}]", one) for i, one in enumerate(self.items("holidays", fields))]
        special = self.special_days(fields.get("special_days", {}))
        closures = [
            self.closure(f"closures[{i}]", one) for i, one in enumerate(self.items("closures", fields))
        ]
        if self.problems:
            raise CalendarInvalid(tuple(self.problems))
        return Calendar(name, zone, week, frozenset(holidays), special, tuple(closures))

    def note(self, place: str, what: str) -> None:
        """Something is wrong there."""
        self.problems.append(Saying("{place}: {what}", place=place, what=what))

    def week(self, data: object) -> Week:
        days = self.table("hours", data)
        for day in days:
            if day not in WEEKDAYS:
                self.note(f"hours.{day}", Saying("no day of the week{hint}", hint=nearest(day, WEEKDAYS)))
        monday, tuesday, wednesday, thursday, friday, saturday, sunday = (
            self.hours(f"hours.{day}", days[day]) if day in days else CLOSED for day in WEEKDAYS
        )
        return Week((monday, tuesday, wednesday, thursday, friday, saturday, sunday))

    def special_days(self, data: object) -> tuple[SpecialDay, ...]:
        days = {}
        for day, hours in self.table("special_days", data).items():
            days[self.day("special_days", day)] = self.hours(f"special_days.{day}", hours)
        return tuple(SpecialDay(day, hours) for day, hours in days.items())

    def hours(self, place: str, data: object) -> Hours:
        if not isinstance(data, list | tuple):
            self.note(place, Saying('write a list of openings, such as [["09:00", "17:00"]]'))
            return CLOSED
        read = [self.opening(f"{place}[{i}]", one) for i, one in enumerate(data)]
        openings = [opening for opening in read if opening is not None]
        return self.tried(place, lambda: hours_of(*openings), CLOSED)

    def opening(self, place: str, data: object) -> Opening | None:
        match data:
            case [str(start), str(end)]:
                return self.tried(place, lambda: Opening.of(start, end), None)
            case _:
                self.note(place, Saying('write an opening as two times, such as ["09:00", "17:00"]'))
                return None

    def closure(self, place: str, data: object) -> DaysClosed | Span:
        fields = self.table(place, data)
        start, end = (self.text(f"{place}.{key}", fields.get(key)) for key in ("from", "to"))
        nothing: DaysClosed | Span = DaysClosed(date.min, date.min)
        return self.tried(place, lambda: _closure(start, end), nothing)

    def day(self, place: str, data: object) -> date:
        text = self.text(place, data)
        return self.tried(place, lambda: _day(text), date.min)

    def table(self, place: str, data: object) -> Mapping[str, object]:
        if isinstance(data, Mapping) and all(isinstance(key, str) for key in data):
            return data
        self.note(place, Saying("missing" if data is None else "write a mapping of names to values"))
        return {}

    def items(self, key: str, fields: Mapping[str, object]) -> list[object]:
        data = fields.get(key, [])
        if isinstance(data, list | tuple):
            return list(data)
        self.note(key, Saying("write a list"))
        return []

    def text(self, place: str, data: object) -> str:
        if isinstance(data, str) and data.strip():
            return data
        self.note(place, Saying("missing" if data is None else "write a text"))
        return ""

    def tried(self, place: str, read: Callable[[], _T], instead: _T) -> _T:
        """What `read` gives; or else the problem is noted, unless the place has one already."""
        try:
            return read()
        except ValueError as error:
            if not any(problem.startswith(f"{place}: ") for problem in self.problems):
                self.note(place, error.args[0])
            return instead


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        hint = nearest(name, available_timezones()) or Saying("; write one such as Europe/Berlin")
        raise ValueError(Saying("`{name}` is no time zone{hint}", name=name, hint=hint)) from None
    return name


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(Saying("`{text}` is no date; write it such as 2026-12-24", text=text)) from None


def _closure(start: str, end: str) -> DaysClosed | Span:
    if len(start) == len(end) == len("2026-12-24"):
        return DaysClosed(_day(start), _day(end))
    try:
        instants = datetime.fromisoformat(start), datetime.fromisoformat(end)
    except ValueError:
        form = (
            "`{start}` to `{end}` is no closure; "
            "write two dates, or two instants such as 2026-12-24T12:00+01:00"
        )
        raise ValueError(Saying(form, start=start, end=end)) from None
    return Span(*instants)
