"""Each destination has its own lane, so that a dead one takes no room from the others.

A lane lets a few calls through at a time. After some failures in a row it lets a single one through now and
then, until that one succeeds. Who does not get in comes back at the time it is told; no attempt is counted.
One process knows its own lanes only: another finds out for itself, at the price of a few slow calls.
"""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

WIDTH: Final = 4
FAILURES: Final = 3
FIRST_PAUSE: Final = timedelta(seconds=30)
LONGEST_PAUSE: Final = timedelta(minutes=5)
_STEP: Final = timedelta(milliseconds=50)


@dataclass
class _Lane:
    in_flight: int = 0
    failures: int = 0
    closed_until: datetime | None = None
    turn: datetime | None = None
    took: timedelta = _STEP


class Lanes:
    """The lanes of one process; safe between threads.

    Examples
    --------
    >>> from datetime import UTC
    >>> lanes, at = Lanes(width=1), datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    >>> lanes.enter("webhook:1", at) is None
    True
    >>> lanes.enter("webhook:1", at) > at, lanes.enter("webhook:2", at) is None
    (True, True)
    """

    def __init__(self, *, width: int = WIDTH) -> None:
        self._width = width
        self._lock = threading.Lock()
        self._lanes: dict[str, _Lane] = {}

    def enter(self, name: str, now: datetime) -> datetime | None:
        """None: go ahead, and call `leave` in the end. Otherwise the time to come back."""
        with self._lock:
            lane = self._lanes.setdefault(name, _Lane())
            is_closed = lane.closed_until is not None and now < lane.closed_until
            is_ailing = lane.failures >= FAILURES
            if not is_closed and lane.in_flight < (1 if is_ailing else self._width):
                lane.in_flight += 1
                return None
            # Those turned away come back one after the other, about when it is their turn.
            begin = max(filter(None, (now, lane.closed_until, lane.turn)))
            lane.turn = begin + max(_STEP, lane.took / self._width)
            return lane.turn

    def leave(self, name: str, took: timedelta) -> None:
        """It worked, or at least the destination answered in its own name."""
        with self._lock:
            lane = self._left(name, took)
            lane.failures, lane.closed_until = 0, None

    def leave_failed(
        self, name: str, now: datetime, took: timedelta, retry_after: timedelta | None = None
    ) -> None:
        """It failed in a way that the next call is likely to share."""
        with self._lock:
            lane = self._left(name, took)
            lane.failures += 1
            pause = retry_after or timedelta(0)
            if lane.failures >= FAILURES:
                doubled = FIRST_PAUSE * 2 ** min(lane.failures - FAILURES, 10)
                pause = max(pause, min(doubled, LONGEST_PAUSE))
            if pause:
                lane.closed_until = max(filter(None, (now + pause, lane.closed_until)))

    def _left(self, name: str, took: timedelta) -> _Lane:
        lane = self._lanes.setdefault(name, _Lane())
        lane.in_flight = max(0, lane.in_flight - 1)
        lane.took = (lane.took * 3 + took) / 4
        return lane
