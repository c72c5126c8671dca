"""What a definition asks of the team: leads per week, and how long they would wait."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from handraise.core.definition.conditions import ALWAYS
from handraise.core.definition.model import Definition
from handraise.learn.intervals import Share

I64 = npt.NDArray[np.int64]
SECOND: Final = 1_000_000
HOUR: Final = 3_600
OPENS, CLOSES, WORKDAYS = 9, 17, 5
WEEK_HOURS: Final = (CLOSES - OPENS) * WORKDAYS


@dataclass(frozen=True)
class Promise:
    """First contact is due within so many hours, counted in business hours or round the clock."""

    hours: float
    is_business: bool

    @classmethod
    def of(cls, definition: Definition) -> "Promise | None":
        """The definition's promise for a lead of which nothing special holds: its SLA line without condition.

        Examples
        --------
        >>> from handraise.core.definition import read_definition
        >>> text = "{name: S, qualify: {mql: {total: 1}}, handoff: {sla: [{within: 24 hours}]}}"
        >>> Promise.of(read_definition(text).definition)
        Promise(hours=24.0, is_business=False)
        """
        for line in definition.handoff.sla:
            if line.when == ALWAYS:
                return cls(line.within.microseconds / SECOND / HOUR, line.hours == "business")
        return None


@dataclass(frozen=True)
class Week:
    """Leads of a calendar week (it begins on Monday `start`) under each version."""

    start: date
    candidate: int
    against: int
    is_whole: bool


@dataclass(frozen=True)
class Load:
    """Leads per week, and what they meet.

    Attributes
    ----------
    weeks
        Every week of the period, those without a lead too. The first and the last may be cut (`is_whole`).
    capacity
        How many leads the team works in a week, if somebody said so.
    in_time, against_in_time
        Leads that the team would reach within the promise, if it worked them one after the other, evenly over
        Monday to Friday from 9 to 17, so many a week as its capacity; None without capacity or promise.
    """

    weeks: tuple[Week, ...]
    capacity: int | None
    promise: Promise | None
    in_time: Share | None
    against_in_time: Share | None

    @property
    def whole_weeks(self) -> tuple[Week, ...]:
        """Weeks that lie in the period from Monday to Sunday."""
        return tuple(week for week in self.weeks if week.is_whole)

    @property
    def over_capacity(self) -> tuple[int, int] | None:
        """Whole weeks with more leads than the capacity, under the candidate and the other."""
        if self.capacity is None:
            return None
        return (
            sum(week.candidate > self.capacity for week in self.whole_weeks),
            sum(week.against > self.capacity for week in self.whole_weeks),
        )


def load_of(
    candidate: I64,
    against: I64,
    start: int,
    end: int,
    *,
    zone: str,
    capacity: int | None,
    promise: Promise | None,
) -> Load:
    """Count leads by week.

    Parameters
    ----------
    candidate, against
        When leads become an MQL under each version, microseconds in [start, end).
    zone
        Whose weeks and whose office hours.
    """
    first, last = local_day(start, zone), local_day(end - 1, zone)
    monday = first - timedelta(days=first.weekday())
    count = (last - monday).days // 7 + 1
    weeks = tuple(
        Week(
            start=monday + timedelta(weeks=place),
            candidate=int(mine),
            against=int(theirs),
            is_whole=_is_whole(monday + timedelta(weeks=place), start, end, zone),
        )
        for place, (mine, theirs) in enumerate(
            zip(
                _by_week(candidate, monday, count, zone),
                _by_week(against, monday, count, zone),
                strict=True,
            )
        )
    )
    asks = capacity is not None and promise is not None
    return Load(
        weeks=weeks,
        capacity=capacity,
        promise=promise,
        in_time=_in_time(candidate, zone, capacity, promise) if asks else None,
        against_in_time=_in_time(against, zone, capacity, promise) if asks else None,
    )


def local_day(at: int, zone: str) -> date:
    """The calendar day of an instant there."""
    return _local(at, zone).date()


def _local(at: int, zone: str) -> datetime:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)).astimezone(ZoneInfo(zone))


def _is_whole(monday: date, start: int, end: int, zone: str) -> bool:
    begins = datetime.combine(monday, datetime.min.time(), ZoneInfo(zone))
    ends = datetime.combine(monday + timedelta(weeks=1), datetime.min.time(), ZoneInfo(zone))
    return _microseconds(begins) >= start and _microseconds(ends) <= end


def _microseconds(at: datetime) -> int:
    return (at.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _by_week(at: I64, monday: date, count: int, zone: str) -> I64:
    """How many instants each week has."""
    edges = [
        _microseconds(datetime.combine(monday + timedelta(weeks=place), datetime.min.time(), ZoneInfo(zone)))
        for place in range(count + 1)
    ]
    found: I64 = np.diff(np.searchsorted(np.sort(at), edges))
    return found


def _in_time(at: I64, zone: str, capacity: int | None, promise: Promise | None) -> Share:
    """How many a team of that capacity would reach in time, first come, first served."""
    assert capacity is not None
    assert promise is not None
    arrivals = np.sort(at)
    if not arrivals.size:
        return Share(0, 0)
    office = _Office(int(arrivals[0]), int(arrivals[-1]), zone, arrivals.size / capacity)
    each = WEEK_HOURS * HOUR / capacity
    arrived = office.worked(arrivals)
    # lead n is begun when it is there and the one before is done: a running maximum of arrival less turn
    turn = np.arange(arrivals.size) * each
    begun = np.maximum.accumulate(arrived - turn) + turn
    waited = begun - arrived if promise.is_business else (office.instants(begun) - arrivals) / SECOND
    # half a second of play: office time is counted in floating point
    return Share(int((waited <= promise.hours * HOUR + 0.5).sum()), arrivals.size)


class _Office:
    """Office time in seconds since the Monday before the first lead; weekdays from 9 to 17, local clocks."""

    def __init__(self, first: int, last: int, zone: str, weeks_of_work: float) -> None:
        day = local_day(first, zone)
        monday = day - timedelta(days=day.weekday())
        days = (local_day(last, zone) - monday).days + int(7 * weeks_of_work) + 15
        opens = []
        for place in range(days):
            one = monday + timedelta(days=place)
            if one.weekday() < WORKDAYS:
                opens.append(
                    _microseconds(datetime(one.year, one.month, one.day, OPENS, tzinfo=ZoneInfo(zone)))
                )
        self.opens = np.array(opens, np.int64)

    def worked(self, at: I64) -> npt.NDArray[np.float64]:
        """Office seconds that lie before each instant."""
        day = np.searchsorted(self.opens, at, "right") - 1
        into = np.where(day >= 0, (at - self.opens[np.maximum(day, 0)]) / SECOND, 0.0)
        return np.maximum(day, 0) * (CLOSES - OPENS) * HOUR + np.minimum(into, (CLOSES - OPENS) * HOUR)

    def instants(self, worked: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """The first instant at which so many office seconds are over."""
        day = np.floor(worked / ((CLOSES - OPENS) * HOUR)).astype(np.int64)
        into = worked - day * (CLOSES - OPENS) * HOUR
        return self.opens[day] + into * SECOND
