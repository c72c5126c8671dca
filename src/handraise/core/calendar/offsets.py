"""How far local time is from UTC, and when that changes.

A zone is read only through `utcoffset`: the tables of transitions inside `zoneinfo` are private, and rules
for years to come are not in them. Within a quarter of a day a zone changes its offset at most once.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

_SECOND: Final = timedelta(seconds=1)
_PROBES: Final = tuple(timedelta(hours=hours) for hours in (0, 6, 12, 18, 24))


@dataclass(frozen=True)
class Offset:
    """From `start` up to `end` (UTC), local time is UTC plus `ahead`."""

    start: datetime
    end: datetime
    ahead: timedelta


@lru_cache(maxsize=16_384)
def offsets_on(zone: ZoneInfo, day: date) -> tuple[Offset, ...]:
    """The offsets that hold in the course of one UTC day, in order and without a gap.

    One on most days, two on a day on which the clocks change.
    """
    midnight = datetime.combine(day, time(), UTC)
    probes = [midnight + probe for probe in _PROBES]
    changes = [_change(zone, a, b) for a, b in pairwise(probes) if _ahead(zone, a) != _ahead(zone, b)]
    edges = [midnight, *(at for at in changes if at < probes[-1]), probes[-1]]
    return tuple(Offset(a, b, _ahead(zone, a)) for a, b in pairwise(edges))


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first second of the new offset, by bisection."""
    old = _ahead(zone, before)
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        before, after = (middle, after) if _ahead(zone, middle) == old else (before, middle)
    return after


def _ahead(zone: ZoneInfo, at: datetime) -> timedelta:
    ahead = at.astimezone(zone).utcoffset()
    return timedelta() if ahead is None else ahead
