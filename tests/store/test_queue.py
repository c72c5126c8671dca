"""A job is there if what needs it was committed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from handraise.store.queue import Job, counts, defer, defer_all, forget_finished, rescue, stalled
from handraise.store.session import Database
from tests.databases import Database as Fresh

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def connected(database: Fresh) -> Iterator[Database]:
    connected = Database(database.url)
    yield connected
    connected.close()


def found(connection: sa.Connection) -> list[sa.Row[*tuple[Any, ...]]]:
    return list(
        connection.exec_driver_sql(
            "select id, queue_name, task_name, args, status::text as status, scheduled_at, lock, attempts "
            "from procrastinate_jobs order by id"
        )
    )


def test_committed_job_waits_for_its_time(connected: Database) -> None:
    with connected.transaction() as connection:
        made = defer(connection, "deliver", {"n": 1}, NOW, queue="email")
    with connected.transaction() as connection:
        [job] = found(connection)
    assert (job.id, job.queue_name, job.task_name, job.args) == (made, "email", "deliver", {"n": 1})
    assert (job.status, job.scheduled_at, job.lock) == ("todo", NOW, None)


def test_rolled_back_transaction_leaves_no_job(connected: Database) -> None:
    with pytest.raises(ZeroDivisionError), connected.transaction() as connection:  # noqa: PT012
        defer(connection, "deliver", {})
        raise ZeroDivisionError
    with connected.transaction() as connection:
        assert not found(connection)


def test_job_that_waits_already_leaves_the_transaction_whole(connected: Database) -> None:
    with connected.transaction() as connection:
        assert defer(connection, "deliver", {"n": 1}, queueing_lock="one")
        assert defer(connection, "deliver", {"n": 2}, queueing_lock="one") is None
        assert defer(connection, "deliver", {"n": 3}, queueing_lock="two")
    with connected.transaction() as connection:
        assert [job.args["n"] for job in found(connection)] == [1, 3]


def test_job_at_work_does_not_keep_the_next_one_out(connected: Database) -> None:
    with connected.transaction() as connection:
        defer(connection, "deliver", {"n": 1}, queueing_lock="one")
        connection.exec_driver_sql("update procrastinate_jobs set status = 'doing'")
        assert defer(connection, "deliver", {"n": 2}, queueing_lock="one")


def test_least_wait_is_by_the_clock_of_the_database(connected: Database) -> None:
    with connected.transaction() as connection:
        defer_all(connection, [Job("deliver", at=NOW - timedelta(days=9000), wait=timedelta(hours=1))])
        [late] = connection.exec_driver_sql("select scheduled_at > now() from procrastinate_jobs").scalars()
    assert late


def test_stalled_job_runs_again_unless_its_successor_waits_already(connected: Database) -> None:
    with connected.transaction() as connection:
        defer_all(connection, [Job("a", queueing_lock="a"), Job("b", queueing_lock="b"), Job("c")])
        connection.exec_driver_sql("update procrastinate_jobs set status = 'doing'")
        defer(connection, "a", {"next": True}, queueing_lock="a")
        first, second, third, _ = found(connection)
        silence = timedelta(seconds=1)
        assert stalled(connection, silence) == {first.id, second.id, third.id}
        assert rescue(connection, [first.id, second.id], silence) == [second.id]
        assert [(job.task_name, job.status) for job in found(connection)] == [
            ("b", "todo"),
            ("c", "doing"),
            ("a", "todo"),
        ]


def test_job_of_a_worker_that_gives_signs_is_not_stalled(connected: Database) -> None:
    with connected.transaction() as connection:
        defer(connection, "deliver", {})
        worker = connection.exec_driver_sql(
            "insert into procrastinate_workers default values returning id"
        ).scalar_one()
        connection.exec_driver_sql(
            "update procrastinate_jobs set status = 'doing', worker_id = %s returning id", (worker,)
        )
        [job] = found(connection)
        minute = timedelta(minutes=1)
        assert not stalled(connection, minute)
        assert rescue(connection, [job.id], minute) == []
        connection.exec_driver_sql(
            "update procrastinate_workers set last_heartbeat = now() - interval '2 min'"
        )
        assert stalled(connection, minute) == {job.id}


def test_jobs_are_counted_by_queue_and_state(connected: Database) -> None:
    with connected.transaction() as connection:
        defer_all(connection, [Job("a", queue="email"), Job("b", queue="email"), Job("c", at=NOW)])
        counted = {(each.queue, each.status): each.jobs for each in counts(connection)}
        assert counted == {("email", "todo"): 2, ("upkeep", "todo"): 1}
        assert next(each.oldest for each in counts(connection) if each.queue == "upkeep") == NOW


def test_finished_jobs_are_forgotten_and_others_kept(connected: Database) -> None:
    with connected.transaction() as connection:
        done, _ = defer_all(connection, [Job("a"), Job("b")])
        connection.exec_driver_sql("update procrastinate_jobs set status = 'doing' where id = %s", (done,))
        connection.exec_driver_sql("update procrastinate_jobs set status = 'failed' where id = %s", (done,))
    with connected.transaction() as connection:
        assert forget_finished(connection, NOW - timedelta(days=9000), 10) == 0
        assert forget_finished(connection, datetime(9000, 1, 1, tzinfo=UTC), 10) == 1
        assert [job.task_name for job in found(connection)] == ["b"]


def test_of_jobs_of_one_lock_that_were_all_cut_off_one_runs_again(connected: Database) -> None:
    with connected.transaction() as connection:
        for number in range(3):
            defer(connection, "deliver", {"n": number}, queueing_lock="one")
            connection.exec_driver_sql("update procrastinate_jobs set status = 'doing'")
        defer(connection, "deliver", {"n": 3}, queueing_lock="two")
        connection.exec_driver_sql("update procrastinate_jobs set status = 'doing'")
        ids = [job.id for job in found(connection)]
        assert rescue(connection, ids, timedelta(seconds=1)) == ids[2:]
        assert [(job.args["n"], job.status) for job in found(connection)] == [(2, "todo"), (3, "todo")]
