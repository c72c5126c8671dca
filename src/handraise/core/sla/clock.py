"""One owner's clock, as a value."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from handraise.core.calendar import Calendar, Span

State = Literal["running", "paused", "met", "breached", "cancelled", "reassigned"]


@dataclass(frozen=True)
class Pause:
    """The clock stood still from `start` to `end`; `end` is None while it still does."""

    start: datetime
    end: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class Ending:
    """Why the clock runs no more, and what it was: the kind of contact, the reason, the new owner."""

    kind: Literal["contact", "cancelled", "reassigned"]
    at: datetime
    detail: str = ""


@dataclass(frozen=True)
class Clock:
    """How long one owner has, since when, and what happened; built from entries by `clocks_from`.

    `turn` counts the owners of a hand-off from 0. Pauses are in order and do not overlap; only the last can
    be without an end. `became_at` is when the lead qualified, where that was known late; it counts for
    nothing.
    """

    owner: str | None
    target: timedelta
    calendar: Calendar
    started_at: datetime
    turn: int = 0
    became_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    ending: Ending | None = None

    def as_of(self, at: datetime) -> "Clock":
        """The clock with only what had happened by then."""
        if self._is_over_by(at):
            return self
        pauses = tuple(
            replace(pause, end=None) if pause.end is not None and pause.end > at else pause
            for pause in self.pauses
            if pause.start <= at
        )
        ending = self.ending if self.ending is not None and self.ending.at <= at else None
        return replace(self, pauses=pauses, ending=ending)

    def _is_over_by(self, at: datetime) -> bool:
        """Whether all that is known of it had happened by then."""
        return (self.ending is None or self.ending.at <= at) and all(
            pause.start <= at and (pause.end is None or pause.end <= at) for pause in self.pauses
        )

    def runs(self, until: datetime) -> Iterator[Span]:
        """The stretches in which the clock was not paused, up to `until`."""
        start: datetime | None = self.started_at
        for pause in self.pauses:
            if start is not None and start < min(pause.start, until):
                yield Span(start, min(pause.start, until))
            start = pause.end
        if start is not None and start < until:
            yield Span(start, until)

    @property
    def is_paused(self) -> bool:
        """Whether the clock stands still after the last of what happened to it."""
        return self.ending is None and bool(self.pauses) and self.pauses[-1].end is None
