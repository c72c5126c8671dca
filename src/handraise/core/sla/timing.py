"""What a clock shows: how much time is used, when it is due, and what state it was in at any instant.

Everything is open time of the clock's own calendar, without its pauses.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from handraise.core.calendar import NeverOpen
from handraise.core.calendar.spans import in_utc
from handraise.core.sla.clock import Clock, State

WARN_SHARE: Final = 0.75


@dataclass(frozen=True)
class Outcome:
    """What became of a clock by an instant; `took` is the open time to the first contact, if any."""

    state: State
    took: timedelta | None


def spent_at(clock: Clock, amount: timedelta) -> datetime | None:
    """The instant at which the clock has used this much time, if nothing more happens to it.

    The ending does not count: a clock that was stopped in time still says when it was due. None when it is
    paused before that, with no end in sight.

    Raises
    ------
    NeverOpen
        When its calendar has not that much open time.
    """
    left, since = amount, clock.started_at
    for pause in clock.pauses:
        used = clock.calendar.open_time(since, pause.start)
        if used >= left:
            break
        if pause.end is None:
            return None
        left, since = left - used, pause.end
    return clock.calendar.due(since, left)


def due_at(clock: Clock) -> datetime | None:
    """The last instant at which a first contact keeps the service level; None while it is paused."""
    return spent_at(clock, clock.target)


def warn_at(clock: Clock, share: float = WARN_SHARE) -> datetime | None:
    """The instant at which this share of the target is used up; None when it is paused before that."""
    return spent_at(clock, clock.target * share)


def elapsed(clock: Clock, as_of: datetime) -> timedelta:
    """The open time used by then, up to the ending of a clock that has ended."""
    then = clock.as_of(in_utc(as_of))
    return _used(then, in_utc(as_of) if then.ending is None else then.ending.at)


def remaining(clock: Clock, as_of: datetime) -> timedelta:
    """The open time left; negative is the open time by which the contact is late."""
    return clock.target - elapsed(clock, as_of)


def state(clock: Clock, as_of: datetime) -> State:
    """What the clock was at an instant, from what had happened by then.

    Contact at the very instant it is due is in time; without one, the clock is breached from that instant
    on, and stays so, whatever follows: a late contact, a cancellation or another owner undoes no breach. A
    clock whose calendar never has the time it asks for is never breached.
    """
    return outcome(clock, as_of).state


def outcome(clock: Clock, as_of: datetime) -> Outcome:
    """The state of the clock at an instant with what it took, of one walk through its calendar."""
    as_of = in_utc(as_of)
    then = clock.as_of(as_of)
    ending = then.ending
    if ending is not None and ending.kind == "contact":
        took = _used(then, ending.at)
        # Used up to the last is in time or late by when exactly that was; anything else says it by itself.
        is_late = _is_breached(then, as_of) if took == then.target else took > then.target
        return Outcome("breached" if is_late else "met", took)
    if _is_breached(then, as_of):
        return Outcome("breached", None)
    if ending is not None:
        return Outcome("cancelled" if ending.kind == "cancelled" else "reassigned", None)
    return Outcome("paused" if then.is_paused else "running", None)


def _used(then: Clock, until: datetime) -> timedelta:
    used = (then.calendar.open_time(run.start, run.end) for run in then.runs(until))
    return sum(used, timedelta())


def _is_breached(then: Clock, as_of: datetime) -> bool:
    try:
        due = due_at(then)
    except NeverOpen:  # a report over many clocks must not fall over one owner without hours
        return False
    if due is None:
        return False
    if then.ending is None:
        return as_of >= due
    # Somebody whose hand-off was taken away at the very instant it was due did not keep it.
    return then.ending.at > due or (then.ending.at == due and then.ending.kind != "contact")
