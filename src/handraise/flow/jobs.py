"""The worker of the job queue: deliveries, clocks and upkeep, at their times.

A job runs at least once. One whose worker gives no sign of life is put in again; one that is merely long is
not, as its worker keeps giving signs while it works. Jobs that wait for their time hold no locks.
"""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import psycopg
import sqlalchemy as sa
from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ConnectorException

from handraise.flow.deliver import Clock, Outside, deliver, queue_strays
from handraise.flow.upkeep import Retention, upkeep
from handraise.store.queue import DELIVER, WATCH_CLOCK, rescue, stalled
from handraise.store.session import Database, DatabaseAway

_log = logging.getLogger("handraise.jobs")
_RETRY: Final = RetryStrategy(max_attempts=6, exponential_wait=3)

Tick = Callable[[sa.Connection, int, datetime], object]
DueClocks = Callable[[sa.Connection, datetime], Sequence[int]]
Retained = Callable[[sa.Connection], Retention]
Noted = Callable[[str, str], None]


@dataclass(frozen=True)
class Work:
    """What the jobs need.

    Parameters
    ----------
    tick
        Looks at one clock: warns, breaches, escalates, as far as it is due. Doing it twice changes nothing.
    due_clocks
        Ids of clocks that are due, asked for every minute: no clock depends on its job alone.
    waiting, offer
        Ids of hand-offs that are nobody's, and what gives one to whoever can take it by now; each minute too.
    planned, go_live
        Ids of plans for a definition to go live whose time has come, and what carries one out.
    retained
        How long rows are kept.
    noted
        Hears of each job that ended: its task, and what it came to.
    around
        What each delivery is done in.
    """

    database: Database
    outside: Outside
    clock: Clock
    tick: Tick
    due_clocks: DueClocks = field(default=lambda _connection, _now: ())
    waiting: Callable[[sa.Connection], Sequence[int]] = field(default=lambda _connection: ())
    offer: Tick = field(default=lambda _connection, _handoff_id, _now: None)
    planned: DueClocks = field(default=lambda _connection, _now: ())
    go_live: Tick = field(default=lambda _connection, _plan_id, _now: None)
    retained: Retained = field(default=lambda _connection: Retention())
    noted: Noted = field(default=lambda _task, _outcome: None)
    around: Callable[[], AbstractContextManager[None]] = nullcontext


@dataclass(frozen=True)
class Pace:
    """How much at a time, and how soon a silent worker is given up.

    `lanes` are workers side by side, each with its queues and how many jobs it runs at a time: however slow
    webhooks are, mails and clocks have room of their own.
    """

    lanes: tuple[tuple[tuple[str, ...], int], ...] = (
        (("webhook",), 12),
        (("email", "slack"), 8),
        (("clock", "upkeep"), 4),
    )
    poll: timedelta = timedelta(seconds=1)
    heartbeat: timedelta = timedelta(seconds=5)
    silence: timedelta = timedelta(seconds=25)
    rescue_every: timedelta = timedelta(seconds=5)
    patience: timedelta = timedelta(seconds=25)
    """How long a stopping worker waits for jobs at work before it says so in the log."""

    @property
    def threads(self) -> int:
        """Jobs that can be at work at the same time."""
        return sum(most for _, most in self.lanes)


def job_app(work: Work) -> App:
    """The tasks of the product, for a worker on its database."""
    connector = PsycopgConnector(
        conninfo=work.database.url.replace("postgresql+psycopg://", "postgresql://", 1),
        kwargs={
            "options": "-c search_path=handraise -c timezone=UTC -c application_name=handraise-jobs",
            "connect_timeout": 5,
        },
        min_size=1,
        max_size=4,
    )
    app = App(connector=connector)

    @app.task(name=DELIVER, queue="webhook", retry=_RETRY)
    def make_delivery(delivery_id: str) -> str:
        with work.around():
            became = deliver(work.database, work.outside, UUID(delivery_id), work.clock)
        work.noted(DELIVER, became)
        return became

    @app.task(name=WATCH_CLOCK, queue="clock", retry=_RETRY)
    def watch_clock(clock_id: int) -> None:
        with work.database.transaction() as connection:
            work.tick(connection, clock_id, work.clock())
        work.noted(WATCH_CLOCK, "done")

    @app.periodic(cron="* * * * *")
    @app.task(name="catch_up", queue="clock", queueing_lock="catch_up")
    def catch_up_each_minute(timestamp: int) -> None:  # noqa: ARG001 the queue gives it
        catch_up(work)

    @app.periodic(cron="17 * * * *")
    @app.task(name="upkeep", queue="upkeep", queueing_lock="upkeep", retry=_RETRY)
    def keep_up(timestamp: int) -> None:  # noqa: ARG001 the queue gives it
        with work.database.transaction() as connection:
            retention = work.retained(connection)
        upkeep(work.database, work.clock(), retention)
        work.noted("upkeep", "done")

    return app


def catch_up(work: Work) -> int:
    """Do what fell out of the queue: overdue deliveries get a job, due clocks are looked at.

    Hand-offs that nobody could take are offered again: people come back, and their days begin. Definitions go
    live whose date has come.
    """
    now = work.clock()
    with work.database.transaction() as connection:
        strays = queue_strays(connection, now)
        due = list(work.due_clocks(connection, now))
        waiting = list(work.waiting(connection))
        planned = list(work.planned(connection, now))
    _each(work, work.go_live, planned, now, "definition could not go live as planned")
    _each(work, work.tick, due, now, "clock could not be looked at")
    _each(work, work.offer, waiting, now, "hand-off could not be offered again")
    return strays + len(due)


def _each(work: Work, look: Tick, ids: Sequence[int], now: datetime, problem: str) -> None:
    """Look at one after the other: one that fails must not keep the others waiting."""
    for number in ids:
        try:
            with work.database.transaction() as connection:
                look(connection, number, now)
        except Exception:
            _log.exception(problem, extra={"id": number})


def run_jobs(work: Work, stop: threading.Event, pace: Pace = Pace(), *, app: App | None = None) -> None:
    """Work on jobs until `stop` is set; then finish those at work and return.

    A database that goes away is waited for.
    """
    asyncio.run(_run(app or job_app(work), work, stop, pace))


async def _run(app: App, work: Work, stop: threading.Event, pace: Pace) -> None:
    # The default pool of threads is as small as the machine; calls that wait need more.
    with ThreadPoolExecutor(pace.threads + 2, thread_name_prefix="job") as threads:
        asyncio.get_running_loop().set_default_executor(threads)
        wait = 0.5
        while not stop.is_set():
            try:
                async with app.open_async():
                    wait = 0.5
                    await _work_until(app, work, stop, pace)
                await _stopped(stop, timedelta(seconds=wait))
            except (ConnectorException, DatabaseAway, sa.exc.DBAPIError, psycopg.Error, OSError) as error:
                _log.warning("the job queue cannot be reached", extra={"kind": type(error).__name__})
                await _stopped(stop, timedelta(seconds=wait))
                wait = min(wait * 2, 15)


async def _work_until(app: App, work: Work, stop: threading.Event, pace: Pace) -> None:
    async with _side_by_side(app, work, pace) as tasks:
        stopping = asyncio.ensure_future(_stopped(stop))
        done, _ = await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
    for task in done - {stopping}:
        task.result()


@asynccontextmanager
async def _side_by_side(app: App, work: Work, pace: Pace) -> AsyncIterator[list[asyncio.Task[None]]]:
    """The workers, and the look-out for jobs of dead ones; in the end each finishes what it is at."""
    tasks = [
        asyncio.create_task(_worker(app, queues, most, pace), name="+".join(queues))
        for queues, most in pace.lanes
    ]
    tasks.append(asyncio.create_task(_rescuing(work, pace), name="rescue"))
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _worker(app: App, queues: Sequence[str], most: int, pace: Pace) -> None:
    await app.run_worker_async(
        queues=list(queues),
        concurrency=most,
        name="+".join(queues),
        fetch_job_polling_interval=pace.poll.total_seconds(),
        shutdown_graceful_timeout=pace.patience.total_seconds(),
        delete_jobs="successful",
        install_signal_handlers=False,
        update_heartbeat_interval=pace.heartbeat.total_seconds(),
        # Rows of dead workers are of no use but say that they are dead: looked at here, swept after a day.
        stalled_worker_timeout=86_400,
    )


async def _rescuing(work: Work, pace: Pace) -> None:
    """Put jobs of silent workers in again, once they were silent at two looks.

    After the machine slept every worker looks silent for a moment, ours included.
    """
    before: frozenset[int] = frozenset()
    while True:
        before = await asyncio.to_thread(rescue_stalled, work.database, before, pace.silence)
        await asyncio.sleep(pace.rescue_every.total_seconds())


def rescue_stalled(database: Database, seen_before: frozenset[int], silence: timedelta) -> frozenset[int]:
    """Rescue stalled jobs that were seen stalled before; gives those that are stalled now."""
    with database.transaction() as connection:
        found = stalled(connection, silence)
        again = found & seen_before
        rescued: list[Any] = rescue(connection, again, silence) if again else []
    if rescued:
        _log.warning("jobs of a dead worker run again", extra={"jobs": len(rescued)})
    return found - again


async def _stopped(stop: threading.Event, within: timedelta | None = None) -> None:
    """Return when `stop` is set, or when the time is over."""
    left = float("inf") if within is None else within.total_seconds()
    while not stop.is_set() and left > 0:
        await asyncio.sleep(0.1)
        left -= 0.1
