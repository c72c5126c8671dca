"""The worker: at once when it can, later when it must, again when it was killed, once when it is slow."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from procrastinate import PsycopgConnector
from psycopg_pool import PoolTimeout

from handraise.core.notification import Notification
from handraise.flow.deliver import LEASE
from handraise.flow.jobs import DueClocks, Pace, Tick, Work, catch_up, rescue_stalled, run_jobs
from handraise.flow.notify import notify
from handraise.store.deliveries import State, attempts_of, delivery
from handraise.store.queue import watch_clock
from handraise.store.session import Database
from tests.flow.outgoing import Desk, an_endpoint, handed, jobs
from tests.flow.working import QUICK, clock

ROOT = Path(__file__).parents[2]


@pytest.fixture
def desk(connected: Database) -> Desk:
    return Desk(connected)


def work_of(
    desk: Desk,
    tick: Tick = lambda _connection, _clock_id, _now: None,
    due_clocks: DueClocks = lambda _connection, _now: (),
) -> Work:
    return Work(desk.database, desk.outside, clock, tick, due_clocks)


@contextmanager
def running(work: Work, pace: Pace = QUICK) -> Iterator[threading.Event]:
    stop = threading.Event()
    worker = threading.Thread(target=run_jobs, args=(work, stop, pace))
    worker.start()
    try:
        yield stop
    finally:
        stop.set()
        worker.join(30)
        assert not worker.is_alive()


def wait_for(holds: Callable[[], object], seconds: float = 30) -> None:
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < seconds, "it did not happen in time"
        time.sleep(0.02)


def a_delivery(desk: Desk) -> UUID:
    with desk.database.transaction() as connection:
        an_endpoint(connection)
        who = handed(connection)
        moved = Notification("lead.moved", "k", who.lead, channels=("webhook",))
        [made] = notify(connection, moved, clock())
    return made


def state(desk: Desk, delivery_id: UUID) -> State:
    with desk.database.transaction() as connection:
        return delivery(connection, delivery_id).state


def test_delivery_goes_out_when_it_is_committed(desk: Desk) -> None:
    with running(work_of(desk)):
        wait_for(lambda: rows(desk, "select count(*) from procrastinate_workers") == 3)
        one = a_delivery(desk)
        wait_for(lambda: state(desk, one) == "sent")
    wait_for(lambda: not jobs(desk.database))


def rows(desk: Desk, asked: str) -> Any:
    with desk.database.transaction() as connection:
        return connection.exec_driver_sql(asked).scalar_one()


def test_job_of_a_killed_worker_runs_again(desk: Desk) -> None:
    one = a_delivery(desk)
    command = [sys.executable, "-m", "tests.flow.working", desk.database.url]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as doomed:
        assert doomed.stdout is not None
        assert doomed.stdout.readline() == "sending\n"
        doomed.kill()
    assert [job.status for job in jobs(desk.database)] == ["doing"]
    later = replace(work_of(desk), clock=lambda: clock() + LEASE)
    with running(later):
        wait_for(lambda: state(desk, one) == "sent")
    with desk.database.transaction() as connection:
        assert [each.outcome for each in attempts_of(connection, one)] == ["sent"]
    assert len(desk.hooks.sent) == 1


def test_long_job_of_a_live_worker_runs_once(desk: Desk) -> None:
    ticked: list[int] = []
    go = threading.Event()

    def tick(_connection: sa.Connection, clock_id: int, _now: datetime) -> None:
        ticked.append(clock_id)
        assert go.wait(30)

    with running(work_of(desk, tick=tick)), running(work_of(desk, tick=tick)):
        with desk.database.transaction() as connection:
            watch_clock(connection, 7, clock())
        wait_for(lambda: ticked)
        beats = rows(desk, "select max(last_heartbeat) from procrastinate_workers")
        wait_for(
            lambda: (
                rows(desk, "select min(last_heartbeat) from procrastinate_workers")
                > beats + 3 * QUICK.silence
            )
        )
        go.set()
        wait_for(lambda: not jobs(desk.database, "watch_clock"))
    assert ticked == [7]


def test_stopping_worker_finishes_what_it_is_at(desk: Desk) -> None:
    begun, go = threading.Event(), threading.Event()

    def tick(connection: sa.Connection, clock_id: int, _now: datetime) -> None:
        begun.set()
        assert go.wait(30)
        watch_clock(connection, clock_id + 1, clock() + timedelta(days=1))

    with desk.database.transaction() as connection:
        watch_clock(connection, 7, clock())
    with running(work_of(desk, tick=tick)) as stop:
        assert begun.wait(30)
        stop.set()
        go.set()
    assert [job.args["clock_id"] for job in jobs(desk.database, "watch_clock")] == [8]


def test_failing_job_is_tried_again(desk: Desk) -> None:
    ticked: list[int] = []

    def tick(_connection: sa.Connection, _clock_id: int, _now: datetime) -> None:
        ticked.append(1)
        if len(ticked) == 1:
            raise ZeroDivisionError

    with desk.database.transaction() as connection:
        watch_clock(connection, 7, clock())
    with running(work_of(desk, tick=tick)):
        wait_for(lambda: len(ticked) == 2)


def test_job_waits_for_its_time(desk: Desk) -> None:
    ticked: list[int] = []
    with desk.database.transaction() as connection:
        watch_clock(connection, 7, clock() + timedelta(days=1))
        watch_clock(connection, 8, clock() - timedelta(days=1))
    with running(work_of(desk, tick=lambda _connection, clock_id, _now: ticked.append(clock_id))):
        wait_for(lambda: ticked)
    assert ticked == [8]


def test_silent_worker_is_given_up_at_the_second_look_only(desk: Desk) -> None:
    with desk.database.transaction() as connection:
        watch_clock(connection, 7, clock())
        connection.exec_driver_sql("update procrastinate_jobs set status = 'doing'")
    none = timedelta(0)
    [seen] = first = rescue_stalled(desk.database, frozenset(), none)
    assert [job.status for job in jobs(desk.database, "watch_clock")] == ["doing"]
    assert rescue_stalled(desk.database, first, none) == frozenset()
    assert [(job.id, job.status) for job in jobs(desk.database, "watch_clock")] == [(seen, "todo")]


def test_worker_waits_for_a_database_to_which_it_cannot_connect(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []
    ticked: list[int] = []
    opened = PsycopgConnector.open_async

    async def open_async(connector: PsycopgConnector, pool: Any = None) -> None:
        tried.append(1)
        if len(tried) == 1:
            raise PoolTimeout("no connection after 30 s")  # as the pool says it
        await opened(connector, pool)

    monkeypatch.setattr(PsycopgConnector, "open_async", open_async)
    with desk.database.transaction() as connection:
        watch_clock(connection, 7, clock())
    with running(work_of(desk, tick=lambda _connection, clock_id, _now: ticked.append(clock_id))):
        wait_for(lambda: ticked)
    assert (len(tried), ticked) == (2, [7])


def test_clock_that_fails_does_not_keep_the_others_waiting(desk: Desk) -> None:
    ticked: list[int] = []

    def tick(_connection: sa.Connection, clock_id: int, _now: datetime) -> None:
        if clock_id == 1:
            raise ZeroDivisionError
        ticked.append(clock_id)

    catch_up(work_of(desk, tick=tick, due_clocks=lambda _connection, _now: (1, 2, 3)))
    assert ticked == [2, 3]
