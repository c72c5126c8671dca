"""A worker in a process of its own, to be killed: it takes a delivery, says so, and never ends it."""

import sys
import threading
from datetime import UTC, datetime, timedelta
from typing import Any, Never

from handraise.connect.null import RecordingChat, RecordingMailer
from handraise.flow.deliver import Outside
from handraise.flow.jobs import Pace, Work, run_jobs
from handraise.store.session import Database

QUICK = Pace(
    poll=timedelta(milliseconds=50),
    heartbeat=timedelta(milliseconds=100),
    silence=timedelta(milliseconds=800),
    rescue_every=timedelta(milliseconds=100),
)


class Endless:
    """Webhooks that never answer."""

    def send(self, call: Any) -> Never:
        print("sending", flush=True)
        threading.Event().wait()
        raise AssertionError


def clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 the queue lives by the real clock


if __name__ == "__main__":
    run_jobs(
        Work(
            Database(sys.argv[1]),
            Outside(RecordingMailer(), RecordingChat(), Endless()),
            clock,
            tick=lambda _connection, _clock_id, _now: None,
        ),
        threading.Event(),
        QUICK,
    )
