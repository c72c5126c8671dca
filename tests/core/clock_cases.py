"""Calendars and hand-offs drawn at random around the changes of the clocks, the same for the same seed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle.clocks import DAY, WEEKDAYS, Happening, minute_at, moment

ZONES = (
    "Africa/Cairo",  # midnight does not exist in April
    "Africa/Casablanca",  # changes with Ramadan
    "America/New_York",
    "America/Santiago",  # falls back at midnight, to the day before
    "America/St_Johns",  # three and a half hours behind
    "Antarctica/Troll",  # two hours at once
    "Asia/Kathmandu",  # UTC+5:45, never changes
    "Asia/Tehran",  # UTC+3:30, no longer changes
    "Atlantic/Azores",
    "Australia/Lord_Howe",  # half an hour
    "Australia/Sydney",
    "Europe/Berlin",
    "Europe/London",
    "Pacific/Chatham",  # UTC+12:45
)
BEFORE, AFTER = 6, 6  # days around a change in which holidays, half-days and closures are drawn


@cache
def changes(zone: str) -> tuple[int, ...]:
    """The minutes of 2026 and 2027 at which the clocks of a zone change; some days where they never do."""
    first, last = minute_at(datetime(2026, 1, 1, tzinfo=UTC)), minute_at(datetime(2028, 1, 1, tzinfo=UTC))
    days = [day for day in range(first, last, DAY) if _ahead(zone, day) != _ahead(zone, day + DAY)]
    found = [
        minute
        for day in days
        for minute in range(day + 1, day + DAY + 1)
        if _ahead(zone, minute) != _ahead(zone, minute - 1)
    ]
    return tuple(found or range(first + 31 * DAY, last, 97 * DAY))


def _ahead(zone: str, minute: int) -> timedelta | None:
    return moment(minute).astimezone(ZoneInfo(zone)).utcoffset()


def written(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def openings(rng: Random) -> list[list[str]]:
    """Up to three openings of a day; often in the night, when clocks change."""
    if rng.random() < 0.15:
        return []
    step = rng.choice((1, 5, 15, 30))
    times = range(0, rng.choice((6 * 60, DAY, DAY)) + 1, step)
    edges = sorted(rng.sample(times, 2 * rng.choice((1, 1, 2, 3))))
    return [[written(a), written(b)] for a, b in zip(edges[::2], edges[1::2], strict=True)]


def every(days: Sequence[str], *openings: tuple[str, str]) -> dict[str, list[list[str]]]:
    """The same openings on each of these days."""
    return {day: [list(opening) for opening in openings] for day in days}


def week(rng: Random) -> dict[str, list[list[str]]]:
    kind = rng.choice(("office", "night", "always", "drawn", "drawn"))
    if kind == "office":
        return every(WEEKDAYS[:5], ("09:00", "12:00"), ("13:00", "17:30"))
    if kind == "night":
        return every(WEEKDAYS, ("00:00", "06:00"), ("22:00", "24:00"))
    if kind == "always":
        return every(WEEKDAYS, ("00:00", "24:00"))
    # One sure day, so that a walk of the oracle ends.
    return {day: openings(rng) for day in WEEKDAYS} | {rng.choice(WEEKDAYS): [["02:00", "14:00"]]}


def calendar(rng: Random, zone: str, change: int) -> dict[str, Any]:
    """A calendar as JSON, with its exceptions near the change."""
    days = [moment(change + i * DAY).date().isoformat() for i in range(-BEFORE, AFTER + 1)]
    closures = []
    if rng.random() < 0.3:
        i = rng.randrange(len(days) - 2)
        closures.append({"from": days[i], "to": days[i + rng.randrange(3)]})
    if rng.random() < 0.5:
        start = change + rng.randrange(-2 * DAY, 2 * DAY)
        end = start + rng.randrange(1, 2 * DAY)
        closures.append({"from": moment(start).isoformat(), "to": moment(end).isoformat()})
    return {
        "name": f"{zone} {moment(change)}",
        "zone": zone,
        "hours": week(rng),
        "holidays": [day for day in days if rng.random() < 0.15],
        "special_days": {day: openings(rng) for day in days if rng.random() < 0.2},
        "closures": closures,
    }


def amount(rng: Random) -> int:
    """An amount of open time in minutes, a multiple of four."""
    return 4 * rng.choice((rng.randint(1, 15), rng.randint(1, 120), rng.randint(1, 500)))


def happenings(rng: Random, start: int, others: Sequence[str]) -> list[Happening]:
    """What happens to a hand-off, in order of time; often several things in one minute."""
    kinds = ("paused", "paused", "resumed", "resumed", "resumed", "owner_changed", "stopped", "cancelled")
    minutes = [start + rng.randrange(-60, rng.choice((120, 600, 3 * DAY))) for _ in range(rng.randrange(8))]
    minutes += [minute for minute in minutes if rng.random() < 0.2]
    found = []
    for minute in sorted(minutes):
        kind = rng.choice(kinds)
        owner = rng.choice(others) if kind == "owner_changed" else ""
        found.append(Happening(minute, kind, owner))
    return found


def shuffled(rng: Random, told: list[Happening]) -> list[Happening]:
    """In any order in which it may be told, except that the order within one minute is kept."""
    minutes = list({one.minute for one in told})
    rng.shuffle(minutes)
    return [one for minute in minutes for one in told if one.minute == minute]


MINUTE = timedelta(minutes=1)
