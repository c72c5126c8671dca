"""Jobs put into the queue by the transaction that needs them: no commit, no job.

The queue's own tables are Procrastinate's, in our schema. Rows go in by a plain insert rather than by its
function, because a job that waits already must leave the transaction whole, not break it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

QUEUES: Final = ("email", "slack", "webhook", "clock", "upkeep")
DELIVER: Final = "deliver"
WATCH_CLOCK: Final = "watch_clock"

_PUT: Final = """
insert into handraise.procrastinate_jobs (queue_name, task_name, priority, queueing_lock, args, scheduled_at)
select queue, task, priority, queueing_lock, args,
    greatest(at, case when wait is not null then clock_timestamp() + wait * interval '1 second' end)
from jsonb_to_recordset(%s::jsonb) as j(
    queue text, task text, priority int, queueing_lock text, args jsonb, at timestamptz, wait float8
)
on conflict (queueing_lock) where status = 'todo' do nothing
returning id
"""
_FORGET: Final = """
delete from handraise.procrastinate_jobs where id in (
    select j.id from handraise.procrastinate_jobs j
    where j.status in ('failed', 'cancelled', 'aborted', 'succeeded') and not exists (
        select from handraise.procrastinate_events e where e.job_id = j.id and e.at >= %s
    )
    order by j.id limit %s
)
"""
_SILENT: Final = """
j.status = 'doing' and not exists (
    select from handraise.procrastinate_workers w
    where w.id = j.worker_id and w.last_heartbeat >= clock_timestamp() - %(seconds)s * interval '1 second'
)
"""
_STALLED: Final = f"select j.id from handraise.procrastinate_jobs j where {_SILENT}"  # noqa: S608 constants
# Of jobs with one queueing lock one may wait. Another that waits takes the place of the one that was cut off;
# of several that were (a job dies, another is put in for it, that one dies too) the last stands for all.
_REPLACED: Final = f"""
delete from handraise.procrastinate_jobs j where j.id = any(%(ids)s) and {_SILENT} and exists (
    select from handraise.procrastinate_jobs o
    where o.queueing_lock = j.queueing_lock
        and (o.status = 'todo' or (o.status = 'doing' and o.id > j.id))
)
"""  # noqa: S608 constants
# One statement: whoever else rescues it at the same moment finds it waiting, or at work with a live worker.
_RESCUE: Final = f"""
update handraise.procrastinate_jobs j
set status = 'todo', attempts = attempts + 1, scheduled_at = null, worker_id = null
where j.id = any(%(ids)s) and {_SILENT} returning j.id
"""  # noqa: S608 constants
_COUNTS: Final = """
select queue_name, status::text as status, count(*) as jobs,
    min(coalesce(scheduled_at, now())) filter (where status = 'todo') as oldest
from handraise.procrastinate_jobs group by 1, 2 order by 1, 2
"""


@dataclass(frozen=True)
class Job:
    """One thing to do later.

    Parameters
    ----------
    at
        Not before then; None is at once.
    queueing_lock
        While a job of the same lock waits, another one is not put in.
    wait
        Not before that long from now by the database's clock, which may differ from ours.
    """

    task: str
    args: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    queue: str = "upkeep"
    at: datetime | None = None
    queueing_lock: str | None = None
    priority: int = 0
    wait: timedelta | None = None


@dataclass(frozen=True)
class Waiting:
    """Jobs of one queue in one state; `oldest` is when the first that waits could have started."""

    queue: str
    status: str
    jobs: int
    oldest: datetime | None


def defer(
    connection: sa.Connection,
    task: str,
    args: Mapping[str, Any],
    at: datetime | None = None,
    queueing_lock: str | None = None,
    *,
    queue: str = "upkeep",
    priority: int = 0,
) -> int | None:
    """Put one job in, in this transaction; None when one of the same queueing lock waits already."""
    ids = defer_all(connection, [Job(task, args, queue, at, queueing_lock, priority)])
    return ids[0] if ids else None


def defer_all(connection: sa.Connection, jobs: Sequence[Job]) -> list[int]:
    """Put many jobs in, in one statement; gives the ids of those that are new."""
    if not jobs:
        return []
    rows = [
        {
            "queue": job.queue,
            "task": job.task,
            "priority": job.priority,
            "queueing_lock": job.queueing_lock,
            "args": dict(job.args),
            "at": job.at,
            "wait": None if job.wait is None else job.wait.total_seconds(),
        }
        for job in jobs
    ]
    put = connection.exec_driver_sql(_PUT, (msgspec.json.encode(rows).decode(),))
    return [row.id for row in put]


def delivery_job(
    delivery_id: UUID,
    channel: str,
    at: datetime | None = None,
    *,
    priority: int = 0,
    wait: timedelta | None = None,
) -> Job:
    """The job that makes the next attempt at a delivery; one waits at a time."""
    args = {"delivery_id": str(delivery_id)}
    return Job(DELIVER, args, channel, at, f"{DELIVER}:{delivery_id}", priority, wait)


def watch_clock(connection: sa.Connection, clock_id: int, at: datetime) -> None:
    """Look at this clock at `at`: one job for each moment, so that moving a clock needs no search."""
    lock = f"{WATCH_CLOCK}:{clock_id}:{at.isoformat()}"
    # With our clock behind the database's, a look that came too early would be due again at once.
    soon = timedelta(milliseconds=50)
    defer_all(connection, [Job(WATCH_CLOCK, {"clock_id": clock_id}, "clock", at, lock, wait=soon)])


def stalled(connection: sa.Connection, silence: timedelta) -> frozenset[int]:
    """Jobs at work whose worker has given no sign of life for that long."""
    found = connection.exec_driver_sql(_STALLED, {"seconds": silence.total_seconds()})
    return frozenset(found.scalars())


def rescue(connection: sa.Connection, ids: Iterable[int], silence: timedelta) -> list[int]:
    """Let those of these jobs that are still stalled run again, at once; gives them."""
    given = {"ids": list(ids), "seconds": silence.total_seconds()}
    connection.exec_driver_sql(_REPLACED, given)
    return list(connection.exec_driver_sql(_RESCUE, given).scalars())


def counts(connection: sa.Connection) -> list[Waiting]:
    """How many jobs there are, by queue and state."""
    rows = connection.exec_driver_sql(_COUNTS)
    return [Waiting(row.queue_name, row.status, row.jobs, row.oldest) for row in rows]


def forget_finished(connection: sa.Connection, before: datetime, limit: int) -> int:
    """Take out jobs that ended and had their last event before then, at most `limit`; gives how many."""
    return connection.exec_driver_sql(_FORGET, (before, limit)).rowcount
