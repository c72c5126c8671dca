"""A second thread of scoring, for as long as the first is held up by what it decided.

To open a hand-off takes several times as long as a round of scores, most of it trips to the database, and
everybody whose mark comes meanwhile would wait for it. The relief takes those: it begins when the first
thread has been carrying out decisions for `LONG`, and stops when it has. All other time it sleeps, since a
round by itself costs as much as ten leads in it: two threads that share the leads do more work for the same
scores, and the busier the machine is, the more that matters.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from time import monotonic
from typing import Final

import psycopg
import sqlalchemy as sa
import structlog

from handraise.core.errors import HandraiseError
from handraise.flow.score import Evaluators
from handraise.flow.work import Apply, Clock, Seen, unseen, work
from handraise.store.session import Database

LONG: Final = 0.003
"""Seconds that carrying out may last before others are scored beside it."""
_LOOK: Final = 1.0  # seconds: how long stopping takes while there is nothing to do
_PAUSE: Final = 1.0  # seconds after a failure; the first thread says what is wrong
_log = structlog.get_logger("handraise.work")


class Shift:
    """Since when the first thread has been carrying out what it decided, for its relief to see."""

    def __init__(self) -> None:
        self._is_on = Event()
        self._began = 0.0

    @contextmanager
    def carrying_out(self) -> Iterator[None]:
        """What the first thread does in here holds it up."""
        self._began = monotonic()
        self._is_on.set()
        try:
            yield
        finally:
            self._is_on.clear()

    def begins(self, seconds: float) -> bool:
        """Wait for it to be held up, at most so long; whether it is."""
        return self._is_on.wait(seconds)

    def lasted(self) -> float:
        """Seconds that it has been held up by now, 0 when it is not."""
        return monotonic() - self._began if self._is_on.is_set() else 0.0


def run_relief(
    database: Database,
    evaluators: Evaluators,
    apply: Apply,
    clock: Clock,
    stop: Event,
    shift: Shift,
    *,
    limit: int = 200,
    long: float = LONG,
    seen: Seen = unseen,
) -> None:
    """Score whoever waits while the first thread is held up for more than `long` seconds.

    Until `stop` is set. `seen` hears of each piece of work once it is committed. What goes wrong here is left
    to the first thread, which meets it too.
    """
    while not stop.is_set():
        if not shift.begins(_LOOK):
            continue
        if (left := long - shift.lasted()) > 0:
            stop.wait(left)  # and look again: by then it may be at something else
            continue
        try:
            # Once more after the last: what came for a lead while it was ours, nobody else could take.
            while worked := work(database, evaluators, apply, clock(), limit=limit, look_for_due=False):
                seen(worked, clock())
        except (HandraiseError, sa.exc.SQLAlchemyError, psycopg.Error) as error:
            _log.warning("scoring beside a hand-off failed", problem=type(error).__name__)
            stop.wait(_PAUSE)
        else:
            stop.wait(long)
