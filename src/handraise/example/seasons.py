"""The fictional calendar: two years up to `until`, working hours in the lead's zone, quiet weeks, growth."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from handraise.example.draw import Bools, Ints, picks, shares

SECOND = 1_000
HOUR = 3_600 * SECOND
DAY = 24 * HOUR
"""Instants are whole milliseconds since 1970 in UTC; these are their units."""

SPAN = 730
"""Days of history before `until` in which leads are created."""

ZONES = (
    "Europe/Berlin",
    "Europe/Paris",
    "Europe/London",
    "America/New_York",
    "America/Los_Angeles",
    "Asia/Kolkata",
    "America/Sao_Paulo",
)

_MARGIN = 400  # days looked up before and after the span: anonymous visits before it, sales dates after it
_EPOCH = date(1970, 1, 1)
_HOURS = (1, 1, 1, 1, 1, 2, 5, 14, 40, 62, 66, 58, 34, 48, 60, 58, 50, 36, 22, 18, 17, 14, 8, 3)


@dataclass(frozen=True)
class Seasons:
    """Calendar of one generated history.

    Attributes
    ----------
    until
        End of the history, milliseconds since 1970.
    first_day
        First day of the span, days since 1970.
    offsets
        (zones, days) milliseconds that local time is ahead of UTC, from `first_day` less the margin on.
    """

    until: int
    first_day: int
    offsets: Ints

    def ahead(self, days: Ints, zones: Ints) -> Ints:
        """Milliseconds by which local time is ahead of UTC on those local days."""
        column = np.clip(days - self.first_day + _MARGIN, 0, self.offsets.shape[1] - 1)
        return np.asarray(self.offsets[zones, column], dtype=np.int64)


def seasons(until: datetime) -> Seasons:
    """Calendar of the two years up to `until` (aware datetime).

    Examples
    --------
    >>> seasons(datetime(2026, 10, 1, tzinfo=UTC)).first_day
    19997
    """
    until_ms = (until - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    first_day = until_ms // DAY - SPAN
    noons = [
        datetime.combine(_EPOCH + timedelta(days=first_day - _MARGIN + number), time(12), tzinfo=UTC)
        for number in range(SPAN + 2 * _MARGIN)
    ]
    offsets = [
        [_milliseconds(noon.astimezone(zone).utcoffset()) for noon in noons]
        for zone in (ZoneInfo(name) for name in ZONES)
    ]
    return Seasons(until_ms, first_day, np.asarray(offsets, dtype=np.int64))


def _milliseconds(offset: timedelta | None) -> int:
    return (offset or timedelta()) // timedelta(milliseconds=1)


def weekdays(days: Ints) -> Ints:
    """0 for Monday to 6 for Sunday."""
    return (days + 3) % 7


def popular_days(rng: np.random.Generator, calendar: Seasons, rows: int) -> Ints:
    """Days drawn by season: growth by three quarters over the span, few in August and around Christmas."""
    days = calendar.first_day + np.arange(SPAN, dtype=np.int64)
    weights = 1.0 + 0.75 * np.arange(SPAN) / SPAN
    weights = weights * np.where(_in_august(days), 0.6, 1.0) * np.where(_at_christmas(days), 0.25, 1.0)
    weights = weights * np.where(weekdays(days) >= 5, 0.15, 1.0)
    return days[picks(rng, weights, rows)]


def near_days(rng: np.random.Generator, calendar: Seasons, days: Ints, spread: float) -> Ints:
    """Days around the given ones, still inside the span, mostly working days and out of the quiet weeks."""
    moved = days + np.rint(spread * rng.standard_normal(len(days))).astype(np.int64)
    moved = moved + 31 * (_in_august(moved) & shares(rng, 0.35, len(days)))
    moved = moved + 14 * (_at_christmas(moved) & shares(rng, 0.7, len(days)))
    last = calendar.first_day + SPAN - 1
    moved = np.where(moved > last, 2 * last - moved, moved)
    moved = np.where(moved < calendar.first_day, 2 * calendar.first_day - moved, moved)
    return np.clip(working_days(rng, np.clip(moved, calendar.first_day, last), -1), calendar.first_day, last)


def working_days(rng: np.random.Generator, days: Ints, direction: int) -> Ints:
    """The same days, but most weekends moved into the next (1) or the same (-1) week."""
    weekday = weekdays(days)
    moves = (weekday >= 5) & shares(rng, 0.85, len(days))
    start = days - weekday + (7 if direction > 0 else 0)
    return np.where(moves, start + rng.integers(0, 5, len(days)), days)


def waking_instants(rng: np.random.Generator, calendar: Seasons, days: Ints, zones: Ints) -> Ints:
    """An instant on each local day, mostly in local working hours."""
    hours = picks(rng, _HOURS, len(days))
    inside = rng.integers(0, HOUR, len(days))
    return np.asarray(days * DAY + hours * HOUR + inside - calendar.ahead(days, zones), dtype=np.int64)


def office_instants(rng: np.random.Generator, calendar: Seasons, instants: Ints) -> Ints:
    """Each instant, or the next morning of the Berlin sales office when it is closed then."""
    berlin = np.zeros(len(instants), dtype=np.int64)
    local = instants + calendar.ahead(instants // DAY, berlin)
    day, clock = local // DAY, local % DAY
    early, late = clock < 8 * HOUR, clock >= 18 * HOUR
    weekday = weekdays(day)
    opens = day + late
    opens = opens + np.where(weekdays(opens) == 5, 2, 0)
    opens = opens + np.where(weekdays(opens) == 6, 1, 0)
    closed = early | late | (weekday >= 5)
    morning = (
        opens * DAY + 8 * HOUR + rng.integers(0, 2 * HOUR, len(instants)) - calendar.ahead(opens, berlin)
    )
    return np.where(closed, np.maximum(morning, instants), instants)


def _in_august(days: Ints) -> Bools:
    return np.asarray(days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12 == 7)


def _at_christmas(days: Ints) -> Bools:
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    month, day = months.astype(np.int64) % 12, (dates - months.astype("datetime64[D]")).astype(np.int64)
    return np.asarray(((month == 11) & (day >= 20)) | ((month == 0) & (day <= 3)))
