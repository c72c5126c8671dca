"""How often the service level was kept, at any instant of the past."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from handraise.core.calendar.spans import in_utc
from handraise.core.sla.clock import Clock
from handraise.core.sla.timing import Outcome, outcome


@dataclass(frozen=True)
class Compliance:
    """What became of a group of clocks by one instant.

    `running` includes the paused. Cancelled and reassigned clocks are those that were not breached before:
    they say nothing about the owner and are in no share. `share_met` is met ÷ (met + breached), None when
    nothing is decided. The times to first contact are open time without pauses, of all clocks with a
    contact, in time or late; `uncontacted` breached clocks have none, so read the times beside that number.
    """

    met: int
    breached: int
    running: int
    cancelled: int
    reassigned: int
    uncontacted: int
    share_met: float | None
    median: timedelta | None
    p90: timedelta | None


def compliance(clocks: Iterable[Clock], as_of: datetime) -> Compliance:
    """What became of the clocks that had started by `as_of`; group them by rep, route or lead type first.

    The median of an even number of times is the mean of the middle two; `p90` is the shortest of the times
    that at least nine in ten do not exceed.
    """
    as_of = in_utc(as_of)
    return summed(outcome(clock, as_of) for clock in clocks if clock.started_at <= as_of)


def summed(outcomes: Iterable[Outcome]) -> Compliance:
    """The same of clocks that are looked at already."""
    known = list(outcomes)
    states = Counter(one.state for one in known)
    times = sorted(one.took for one in known if one.took is not None)
    met, breached = states["met"], states["breached"]
    return Compliance(
        met=met,
        breached=breached,
        running=states["running"] + states["paused"],
        cancelled=states["cancelled"],
        reassigned=states["reassigned"],
        uncontacted=breached - (len(times) - met),
        share_met=met / (met + breached) if met + breached else None,
        median=_median(times),
        p90=times[math.ceil(0.9 * len(times)) - 1] if times else None,
    )


def _median(times: Sequence[timedelta]) -> timedelta | None:
    # In microseconds: `statistics.median` halves, which timedeltas only do in rounded steps.
    microseconds = [time // timedelta(microseconds=1) for time in times]
    return timedelta(microseconds=median(microseconds)) if microseconds else None
