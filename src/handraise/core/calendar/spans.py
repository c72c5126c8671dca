"""Stretches of time: between two instants, and whole local days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from handraise.core.saying import Saying


def in_utc(at: datetime) -> datetime:
    """The same instant in UTC; arithmetic on local times is wrong across a change of the clocks.

    Raises
    ------
    ValueError
        When the time has no zone.
    """
    if at.tzinfo is UTC:
        return at
    if at.utcoffset() is None:
        form = "{at} has no time zone; give an instant, such as {at}+00:00"
        raise ValueError(Saying(form, at=at.isoformat()))
    return at.astimezone(UTC)


@dataclass(frozen=True, order=True)
class Span:
    """From an instant up to, not including, another; kept in UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", in_utc(self.start))
        object.__setattr__(self, "end", in_utc(self.end))
        if self.end <= self.start:
            ends = {"start": self.start.isoformat(), "end": self.end.isoformat()}
            raise ValueError(Saying("{end} is not after {start}; end later than you start", **ends))

    @property
    def length(self) -> timedelta:
        """How long it is in real time."""
        return self.end - self.start


@dataclass(frozen=True, order=True)
class DaysClosed:
    """Local dates, first and last included, on which nobody works: a shutdown, a leave."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            form = "{last} is before {first}; a closure ends on or after its first day"
            raise ValueError(Saying(form, first=str(self.first), last=str(self.last)))

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def minus(spans: Iterable[Span], cuts: Iterable[Span]) -> tuple[Span, ...]:
    """What is left of the spans outside the cuts, in the order of the spans."""
    left = tuple(spans)
    for cut in cuts:
        left = tuple(rest for span in left for rest in _without(span, cut))
    return left


def _without(span: Span, cut: Span) -> tuple[Span, ...]:
    if cut.end <= span.start or cut.start >= span.end:
        return (span,)
    before = (Span(span.start, cut.start),) if span.start < cut.start else ()
    after = (Span(cut.end, span.end),) if cut.end < span.end else ()
    return before + after
