"""From what happened to a hand-off to the clocks of its owners."""

from collections.abc import Iterable
from dataclasses import replace
from typing import assert_never

from handraise.core.errors import HandraiseError
from handraise.core.sla.clock import Clock, Ending, Pause
from handraise.core.sla.entries import (
    Cancelled,
    Entry,
    OwnerChanged,
    Paused,
    Resumed,
    Started,
    Stopped,
)


class ClockInvalid(HandraiseError):
    """The entries make no clock: a hand-off has one start, and what happens to it happens after that."""


def clocks_from(entries: Iterable[Entry]) -> tuple[Clock, ...]:
    """The clocks of a hand-off, one for each owner in turn; the last is the current one.

    Entries count by their own instants, so one that is told late (a call the CRM reports an hour after it was
    made) stands where it belongs, whatever was recorded meanwhile. At one instant a contact goes first; the
    rest keep the order given. After a contact or a cancellation nothing changes any more. Entries before the
    start belong to something else and are left out, as are a pause of a paused clock and a resumption of a
    running one. A pause belongs to an owner: the next owner's clock runs.

    Raises
    ------
    ClockInvalid
        When there is no start, or more than one.
    """
    ordered = sorted(entries, key=_when)
    starts = [entry for entry in ordered if isinstance(entry, Started)]
    if len(starts) != 1:
        raise ClockInvalid(f"a clock has one start, this one has {len(starts)}; keep each hand-off by itself")
    start = starts[0]
    clocks = [Clock(start.owner, start.target, start.calendar, start.at, became_at=start.became_at)]
    for entry in ordered:
        if not isinstance(entry, Started) and entry.at >= start.at and clocks[-1].ending is None:
            clocks[-1:] = _after(clocks[-1], entry)
    return tuple(clocks)


def _when(entry: Entry) -> tuple[object, int]:
    match entry:
        case Started():
            return entry.at, 0
        case Stopped():
            return entry.at, 1
        case _:
            return entry.at, 2


def _after(clock: Clock, entry: Paused | Resumed | OwnerChanged | Stopped | Cancelled) -> tuple[Clock, ...]:
    """The running clock after one more entry, and the next owner's if that starts one."""
    match entry:
        case Paused():
            return (clock if clock.is_paused else _paused(clock, entry),)
        case Resumed():
            return (_resumed(clock, entry) if clock.is_paused else clock,)
        case Stopped():
            return (replace(clock, ending=Ending("contact", entry.at, entry.contact)),)
        case Cancelled():
            return (replace(clock, ending=Ending("cancelled", entry.at, entry.reason)),)
        case OwnerChanged():
            old = replace(clock, ending=Ending("reassigned", entry.at, entry.owner or ""))
            new = Clock(entry.owner, clock.target, entry.calendar, entry.at, clock.turn + 1, clock.became_at)
            return old, new
        case _:
            assert_never(entry)


def _paused(clock: Clock, entry: Paused) -> Clock:
    return replace(clock, pauses=(*clock.pauses, Pause(entry.at, None, entry.reason)))


def _resumed(clock: Clock, entry: Resumed) -> Clock:
    return replace(clock, pauses=(*clock.pauses[:-1], replace(clock.pauses[-1], end=entry.at)))
