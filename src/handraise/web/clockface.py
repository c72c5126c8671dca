"""A hand-off's clock as people see it: a shape, and words for the business time that is left."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

from babel.dates import format_datetime

from handraise.core.calendar import NeverOpen, Span
from handraise.core.sla import Clock, due_at, elapsed, remaining
from handraise.core.sla.timing import WARN_SHARE

if TYPE_CHECKING:
    from handraise.web.visits import Visit

Shape = Literal["running", "soon", "over", "paused", "met", "late", "none"]
_LONGEST: Final = timedelta(days=14)
_MOST_SPANS: Final = 40
ROUND: Final = 2 * 3.141592653589793 * 6  # of the ring, which has a radius of 6


@dataclass(frozen=True)
class Bar:
    """A stretch of the strip: from `x` on `width` wide, both in [0, 1000]; `is_used`: its time has passed."""

    x: float
    width: float
    is_used: bool


@dataclass(frozen=True)
class Strip:
    """The time from the start of a clock to when it is due, working hours as bars, and where now is."""

    start: datetime
    end: datetime
    bars: tuple[Bar, ...]
    now: float
    due: float | None


@dataclass(frozen=True)
class Face:
    """What a clock shows. `left` is the share of its time that is left, in [0, 1]."""

    shape: Shape
    words: str
    left: float = 0.0
    due_at: datetime | None = None
    opens_at: datetime | None = None

    @property
    def arc(self) -> str:
        """How the ring is dashed, so that what is left of it is drawn."""
        return f"{self.left * ROUND:.1f} {ROUND:.1f}"


def face(visit: "Visit", clock: Clock | None, contacted_at: datetime | None = None) -> Face:
    """The clock of a hand-off; None when it has no service level."""
    _ = visit.gettext
    if clock is None:
        return Face("met" if contacted_at else "none", _("contacted") if contacted_at else _("no clock"))
    left, due = remaining(clock, visit.now), _due(clock)
    share = max(0.0, min(1.0, left / clock.target)) if clock.target else 0.0
    if clock.ending is not None:
        is_met = clock.ending.kind == "contact" and left >= timedelta()
        if clock.ending.kind != "contact":
            return Face("none", _("ended"), share, due)
        return Face(
            "met" if is_met else "late", _("contacted") if is_met else _("contacted late"), share, due
        )
    if clock.is_paused:
        return Face("paused", _("paused, %(time)s left", time=spelled(left)), share, None)
    if left <= timedelta():
        return Face("over", _("%(time)s over", time=spelled(-left)), 0.0, due)
    shape: Shape = "soon" if share <= 1 - WARN_SHARE else "running"
    opens = _opens(clock, visit.now)
    if opens is None:
        return Face(shape, _("%(time)s left", time=spelled(left)), share, due)
    start = format_datetime(opens.astimezone(visit.zone), "EEE HH:mm", locale=visit.language)
    return Face(shape, _("%(time)s from %(start)s", time=spelled(left), start=start), share, due, opens)


def spelled(time: timedelta) -> str:
    """Business time in hours and minutes, which are no days: a day of it may be eight hours.

    Examples
    --------
    >>> spelled(timedelta(hours=26, minutes=5)), spelled(timedelta(minutes=9)), spelled(timedelta(seconds=20))
    ('26 h 5 min', '9 min', '1 min')
    >>> spelled(timedelta(hours=120))
    '120 h'
    """
    minutes = max(1, round(abs(time) / timedelta(minutes=1)))
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest and hours < 100 else f"{hours} h"


def strip(clock: Clock, now: datetime) -> Strip | None:
    """The strip of a clock that runs or has run; None when it would be longer than two weeks."""
    due = _due(clock)
    ended = clock.ending.at if clock.ending is not None else None
    end = max(filter(None, (due, ended or now)), default=now)
    if end <= clock.started_at or end - clock.started_at > _LONGEST:
        return None
    whole = end - clock.started_at

    def place(at: datetime) -> float:
        return round(1000 * max(0.0, min(1.0, (at - clock.started_at) / whole)), 1)

    until = min(ended or now, end)
    bars = []
    for span in _open_spans(clock, end):
        for part, is_used in _cut(span, until):
            bars.append(Bar(place(part.start), round(place(part.end) - place(part.start), 1), is_used))
    return Strip(clock.started_at, end, tuple(bars), place(until), None if due is None else place(due))


def used(clock: Clock, now: datetime) -> str:
    """The business time that is used, in words."""
    return spelled(elapsed(clock, now))


def _open_spans(clock: Clock, end: datetime) -> list[Span]:
    """The working hours of the clock's calendar, up to `end`, without its pauses."""
    found: list[Span] = []
    for run in clock.runs(end):
        at = run.start
        while at < run.end and len(found) < _MOST_SPANS:
            try:
                opens = clock.calendar.opens_after(at)
            except NeverOpen:
                break
            if opens >= run.end:
                break
            closes = min(_closes(clock, opens, run.end), run.end)
            found.append(Span(opens, closes))
            at = closes
    return found


def _closes(clock: Clock, opens: datetime, end: datetime) -> datetime:
    """When the calendar closes that is open at `opens`; found by how much is open, to the minute."""
    low, high = opens, end
    if clock.calendar.open_time(opens, end) == end - opens:
        return end
    while high - low > timedelta(seconds=30):
        middle = low + (high - low) / 2
        if clock.calendar.open_time(opens, middle) == middle - opens:
            low = middle
        else:
            high = middle
    return high


def _cut(span: Span, at: datetime) -> list[tuple[Span, bool]]:
    if at <= span.start:
        return [(span, False)]
    if at >= span.end:
        return [(span, True)]
    return [(Span(span.start, at), True), (Span(at, span.end), False)]


def _due(clock: Clock) -> datetime | None:
    try:
        return due_at(clock)
    except NeverOpen:
        return None


def _opens(clock: Clock, now: datetime) -> datetime | None:
    """When its time goes on, if it stands still for the night."""
    try:
        opens = clock.calendar.opens_after(now)
    except NeverOpen:
        return None
    return None if opens <= now else opens
