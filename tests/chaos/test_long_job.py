"""A long job of a live worker runs once, however many workers die beside it; theirs run again, and soon.

In the suite with the waits of the queue shortened. `make long-job` has the product's own, a job of thirty
minutes, and a death every minute and a half.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from handraise.core.notification import Notification
from handraise.flow.jobs import Pace
from handraise.flow.notify import notify
from handraise.store.queue import watch_clock
from handraise.store.session import Database
from tests.chaos.slow_jobs import LONG
from tests.databases import Database as Fresh
from tests.flow.outgoing import an_endpoint, handed, jobs
from tests.flow.working import QUICK, clock

PACE: Final = os.environ.get("HANDRAISE_LONG_JOB_PACE", "quick")  # noqa: TID251
# Five times as long as the silence after which a worker is given up.
SECONDS: Final = float(os.environ.get("HANDRAISE_LONG_JOB_SECONDS", 5 * QUICK.silence.total_seconds()))  # noqa: TID251
BETWEEN: Final = 60.0  # seconds between deaths in the long form
SOON: Final = 60.0  # seconds within which a killed worker's job has to run again
ROOT: Final = Path(__file__).parents[2]


@dataclass(frozen=True)
class Note:
    """A job began or ended, in a process, at a time of the machine's own clock."""

    what: str
    job: str
    process: int
    at: float


@dataclass(frozen=True)
class Queue:
    """The queue, the processes that work on it, and what they noted."""

    database: Database
    notes: Path

    @contextmanager
    def working(self, kind: str) -> Iterator[subprocess.Popen[bytes]]:
        command = [sys.executable, "-m", "tests.chaos.slow_jobs", self.database.url, str(self.notes), PACE]
        with subprocess.Popen([*command, str(SECONDS), kind], cwd=ROOT) as worker:
            try:
                yield worker
            finally:
                worker.kill()

    def noted(self, what: str, job: str) -> list[Note]:
        lines = (line.split() for line in self.notes.read_text().splitlines())
        notes = [Note(did, name, int(process), float(at)) for did, name, process, at in lines]
        return [note for note in notes if (note.what, note.job) == (what, job)]

    def watched(self, number: int) -> str:
        """A clock to look at, as a job."""
        with self.database.transaction() as connection:
            watch_clock(connection, number, clock())
        return str(number)

    def delivered(self, number: int) -> str:
        """Something to send, as a job."""
        with self.database.transaction() as connection:
            [lead] = connection.exec_driver_sql("select max(id) from lead").scalars()
            told = Notification("lead.moved", str(number), lead, channels=("webhook",))
            [made] = notify(connection, told, clock())
        return str(made)


@pytest.fixture
def queue(database: Fresh, tmp_path: Path) -> Iterator[Queue]:
    notes = tmp_path / "notes"
    notes.touch()
    with closing(Database(database.url)) as connected:
        with connected.transaction() as connection:
            an_endpoint(connection)
            handed(connection)
        yield Queue(connected, notes)


def wait_for(holds: Callable[[], object], seconds: float) -> None:
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < seconds, "it did not happen in time"
        time.sleep(0.02)


def killed_at(queue: Queue, put: Callable[[int], str], numbers: Iterator[int]) -> float:
    """Kill a worker that has a job begun; gives the seconds until another one begins with that job."""
    with queue.working("doomed") as doomed:
        while doomed.poll() is None:
            job = put(next(numbers))
            wait_for(lambda job=job: queue.noted("begun", job), 60)  # type: ignore[misc]
            if queue.noted("begun", job)[0].process == doomed.pid:
                break
        else:
            raise AssertionError("the worker that was to be killed ended by itself")
        at = time.monotonic()
        doomed.kill()
    wait_for(lambda: len(queue.noted("begun", job)) == 2, 4 * SOON)
    wait_for(lambda: queue.noted("ended", job), 60)
    return queue.noted("begun", job)[1].at - at


def test_long_job_runs_once_while_jobs_of_the_killed_run_again(queue: Queue) -> None:
    is_long = PACE == "production"
    numbers = iter(range(2, 1_000_000))
    again: dict[str, list[float]] = {"clock": [], "delivery": []}
    with queue.working("first"):
        long = queue.watched(LONG)
        wait_for(lambda: queue.noted("begun", long), 60)
        begun = time.monotonic()
        with queue.working("second"):
            again["clock"].append(killed_at(queue, queue.watched, numbers))
            # A delivery under way is put off for `deliver.LEASE`, which is not shortened.
            while is_long and time.monotonic() - begun < SECONDS - 4 * SOON:
                kind = "delivery" if len(again["delivery"]) < len(again["clock"]) else "clock"
                put = queue.delivered if kind == "delivery" else queue.watched
                again[kind].append(killed_at(queue, put, numbers))
                time.sleep(BETWEEN)
            wait_for(lambda: queue.noted("ended", long), SECONDS + 60)
            wait_for(lambda: not jobs(queue.database, "watch_clock"), 60)
    [start], [end] = queue.noted("begun", long), queue.noted("ended", long)
    print(f"the long job: {end.at - start.at:.1f} s, begun once, ended once")
    for kind, waits in again.items():
        if waits:
            print(f"a killed worker's {kind}, begun again after: {[round(wait, 1) for wait in waits]} s")
    assert end.at - start.at >= SECONDS
    assert start.process == end.process
    if is_long:
        assert min(map(len, again.values())) >= 3
        assert max(again["clock"] + again["delivery"]) <= SOON


def test_waits_of_the_product_bring_a_killed_workers_job_back_within_a_minute() -> None:
    pace = Pace()
    # Silent at two looks, then found by the worker's next look for jobs.
    longest = pace.silence + pace.heartbeat + 2 * pace.rescue_every + pace.poll
    assert longest.total_seconds() <= SOON
