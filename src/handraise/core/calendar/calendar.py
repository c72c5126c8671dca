"""A calendar: which instants are open, and how much open time lies between two of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from handraise.core.calendar.hours import (
    ROUND_THE_CLOCK,
    WEEKDAYS,
    Hours,
    Opening,
    Week,
    common,
    hours_of,
    written,
)
from handraise.core.calendar.offsets import Offset, offsets_on
from handraise.core.calendar.spans import DaysClosed, Span, in_utc, minus
from handraise.core.errors import HandraiseError

HORIZON: Final = timedelta(days=20 * 366)
"""How far a search for open time looks ahead."""

_ONE_DAY: Final = timedelta(days=1)
_NOTHING: Final = timedelta()
_CACHED_DAYS: Final = 4_096


class NeverOpen(HandraiseError):
    """The calendar has not enough open time in the twenty years it was asked for: give it opening hours."""


@dataclass(frozen=True, order=True)
class SpecialDay:
    """A date with hours of its own: a half-day, an open Sunday. No openings: closed."""

    day: date
    hours: Hours

    def __post_init__(self) -> None:
        object.__setattr__(self, "hours", hours_of(*self.hours))


@dataclass(frozen=True)
class Calendar:
    """Opening hours in a time zone.

    An instant is open exactly when the clock on the wall in `zone` then shows a time inside the hours of that
    local date. So an hour that the spring change leaves out never counts, and an hour that the autumn change
    repeats counts both times: all amounts are real, elapsed time.

    What holds for a date, strongest first: a closure, its special day, a holiday (closed), the usual week.
    All instants must carry a zone; those given back are in UTC.

    Raises
    ------
    ValueError
        When a date has two special days.
    zoneinfo.ZoneInfoNotFoundError
        When the zone is none. `calendar_from` says so in the user's words.

    Examples
    --------
    >>> from handraise.core.calendar.hours import WORKWEEK
    >>> office = Calendar("Office", "Europe/Berlin", WORKWEEK, holidays=frozenset({date(2026, 12, 25)}))
    >>> friday_noon = datetime(2026, 12, 18, 11, tzinfo=UTC)
    >>> str(office.due(friday_noon, timedelta(hours=6)))
    '2026-12-21 09:00:00+00:00'
    """

    name: str
    zone: str
    week: Week
    holidays: frozenset[date] = frozenset()
    special_days: tuple[SpecialDay, ...] = ()
    closures: tuple[DaysClosed | Span, ...] = ()
    _zone: ZoneInfo = field(init=False, repr=False, compare=False)
    _special: dict[date, Hours] = field(init=False, repr=False, compare=False)
    _open: dict[date, tuple[Span, ...]] = field(init=False, repr=False, compare=False, default_factory=dict)
    _lengths: dict[date, timedelta] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        special = {one.day: one.hours for one in self.special_days}
        if len(special) != len(self.special_days):
            raise ValueError("a date has two special days; make them one")
        object.__setattr__(self, "special_days", tuple(sorted(self.special_days)))
        object.__setattr__(self, "_special", special)
        object.__setattr__(self, "_zone", ZoneInfo(self.zone))

    # ------------------------------------------------------------------------------------- made from this

    def without(self, away: Iterable[DaysClosed | Span]) -> "Calendar":
        """The calendar of somebody who is out of office then."""
        return replace(self, closures=(*self.closures, *away))

    def within(self, hours: Week) -> "Calendar":
        """The calendar of somebody who works only these hours, read in this calendar's zone.

        Special days are bounded too: who does not work on Thursdays has no half-day on one.
        """
        special = tuple(
            SpecialDay(one.day, common(one.hours, hours.on(one.day))) for one in self.special_days
        )
        return replace(self, week=self.week.common_with(hours), special_days=special)

    def in_zone(self, zone: str) -> "Calendar":
        """The same hours on the wall, in another time zone."""
        return replace(self, zone=zone)

    # -------------------------------------------------------------------------------------------- questions

    def hours_on(self, day: date) -> Hours:
        """The hours of a local date, before closures between instants are taken out."""
        if any(isinstance(closure, DaysClosed) and day in closure for closure in self.closures):
            return ()
        if day in self._special:
            return self._special[day]
        return () if day in self.holidays else self.week.on(day)

    def is_open(self, at: datetime) -> bool:
        """Whether somebody works at this instant; the closing time is not open any more."""
        at = in_utc(at)
        return any(span.start <= at < span.end for span in self._open_on(at.date()))

    def opens_after(self, at: datetime) -> datetime:
        """The first open instant at or after this one: `at` itself when it is open.

        Raises
        ------
        NeverOpen
            When there is none within `HORIZON`.
        """
        at = in_utc(at)
        for start, _ in self._ahead(at):
            return start
        raise NeverOpen(f"calendar `{self.name}` is never open after {at.isoformat()}; give it opening hours")

    def open_time(self, start: datetime, end: datetime) -> timedelta:
        """How much open time passes from `start` to `end`; none when `end` is not after `start`."""
        start, end = in_utc(start), in_utc(end)
        first, last = start.date(), end.date()
        total = self._between(first, start, end)
        if first < last:
            total += self._between(last, start, end)
            day = first + _ONE_DAY
            while day < last:
                total += self._length_of(day)
                day += _ONE_DAY
        return total

    def due(self, start: datetime, amount: timedelta) -> datetime:
        """The first instant at which `amount` of open time has passed since `start`.

        When that is at closing time it is the closing time, not the next opening. No time at all is due at
        `start`, open or not.

        Raises
        ------
        ValueError
            When the amount is negative.
        NeverOpen
            When there is not that much open time within `HORIZON`.
        """
        if amount < _NOTHING:
            raise ValueError(f"{amount} is negative; an amount of open time is not")
        start = in_utc(start)
        if not amount:
            return start
        left = amount
        for opens, closes in self._ahead(start):
            if left <= closes - opens:
                return opens + left
            left -= closes - opens
        raise NeverOpen(
            f"calendar `{self.name}` has less than {amount} of open time in the twenty years after "
            f"{start.isoformat()}; give it opening hours"
        )

    def as_json(self) -> dict[str, object]:
        """The calendar as JSON values; `calendar_from` reads them back to an equal calendar."""
        return {
            "name": self.name,
            "zone": self.zone,
            "hours": {
                day: _json(hours) for day, hours in zip(WEEKDAYS, self.week.days, strict=True) if hours
            },
            "holidays": [day.isoformat() for day in sorted(self.holidays)],
            "special_days": {one.day.isoformat(): _json(one.hours) for one in self.special_days},
            "closures": [_closure_json(closure) for closure in self.closures],
        }

    # ------------------------------------------------------------------------------------------- day by day

    def _ahead(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """From when to when it is open from `start` on, in order, the first cut to it."""
        day, last = start.date(), self._last_day(start.date())
        while day <= last:
            for span in self._open_on(day):
                if span.end > start:
                    yield max(span.start, start), span.end
            day += _ONE_DAY

    def _last_day(self, start: date) -> date:
        """The UTC day after which a search finds nothing more, or gives up."""
        horizon = min(date.max - _ONE_DAY, start + HORIZON)
        if any(self.week.days):
            return horizon
        # Without a usual week only special days can open; a local date ends at most a day later in UTC.
        return min(horizon, max(self._special, default=start) + _ONE_DAY)

    def _between(self, day: date, start: datetime, end: datetime) -> timedelta:
        """The open time inside one UTC day that lies between two instants."""
        total = _NOTHING
        for span in self._open_on(day):
            total += max(_NOTHING, min(span.end, end) - max(span.start, start))
        return total

    def _length_of(self, day: date) -> timedelta:
        """The open time inside one whole UTC day."""
        found = self._lengths.get(day)
        if found is None:
            found = sum((span.length for span in self._open_on(day)), _NOTHING)
            self._lengths[day] = found
        return found

    def _open_on(self, day: date) -> tuple[Span, ...]:
        """The open spans inside one UTC day, in order; kept, since clocks ask for the same days again."""
        if day not in self._open:
            if len(self._open) >= _CACHED_DAYS:
                self._open.clear()
                self._lengths.clear()
            self._open[day] = self._worked_out(day)
        return self._open[day]

    def _worked_out(self, day: date) -> tuple[Span, ...]:
        spans = (span for offset in offsets_on(self._zone, day) for span in self._open_during(offset))
        return minus(spans, (closure for closure in self.closures if isinstance(closure, Span)))

    def _open_during(self, offset: Offset) -> Iterator[Span]:
        """The open spans while one offset holds, when local time runs evenly with UTC."""
        local_day = (offset.start + offset.ahead).date()
        last_day = (offset.end + offset.ahead).date()
        while local_day <= last_day:
            midnight = datetime.combine(local_day, time(), UTC) - offset.ahead
            for opening in self.hours_on(local_day):
                start = max(offset.start, midnight + timedelta(minutes=opening.start))
                end = min(offset.end, midnight + timedelta(minutes=opening.end))
                if start < end:
                    yield Span(start, end)
            local_day += _ONE_DAY


def always(zone: str = "UTC") -> Calendar:
    """The calendar of clocks that never rest (`hours: always`).

    Examples
    --------
    >>> str(always().due(datetime(2026, 12, 25, 23, tzinfo=UTC), timedelta(hours=2)))
    '2026-12-26 01:00:00+00:00'
    """
    return Calendar("always", zone, ROUND_THE_CLOCK)


def _json(hours: Hours) -> list[list[str]]:
    return [_opening_json(opening) for opening in hours]


def _opening_json(opening: Opening) -> list[str]:
    return [written(opening.start), written(opening.end)]


def _closure_json(closure: DaysClosed | Span) -> dict[str, str]:
    if isinstance(closure, DaysClosed):
        return {"from": closure.first.isoformat(), "to": closure.last.isoformat()}
    return {"from": closure.start.isoformat(), "to": closure.end.isoformat()}
