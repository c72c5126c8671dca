"""A worker of the job queue in a process of its own: `… tests.chaos.slow_jobs URL NOTES PACE SECONDS KIND`.

Every job it begins and ends is a line in the file NOTES: `begun NAME PROCESS SECONDS`. Its clocks are jobs
that sleep: clock 1 for SECONDS, the others no time at all. A `doomed` one never ends a job but clock 1: it
is there to be killed. PACE is `production`, or `quick`.
"""

import os
import sys
import threading
import time
from pathlib import Path
from typing import Any, Final

from handraise.connect.null import RecordingChat, RecordingMailer
from handraise.connect.ports import Receipt
from handraise.flow.deliver import Outside
from handraise.flow.jobs import Pace, Work, run_jobs
from handraise.store.session import Database
from tests.flow.working import QUICK, clock

PACES: Final = {"production": Pace(), "quick": QUICK}
LONG: Final = 1


def main(url: str, notes: Path, pace: str, seconds: float, kind: str) -> None:
    written = os.open(notes, os.O_WRONLY | os.O_APPEND)
    is_doomed = kind == "doomed"

    def note(what: str, name: str) -> None:
        os.write(written, f"{what} {name} {os.getpid()} {time.monotonic()}\n".encode())

    def tick(_connection: Any, clock_id: int, _now: Any) -> None:
        note("begun", str(clock_id))
        if clock_id == LONG:
            time.sleep(seconds)
        elif is_doomed:
            threading.Event().wait()
        note("ended", str(clock_id))

    class Hooks:
        def send(self, call: Any) -> Receipt:
            note("begun", call.id)
            if is_doomed:
                threading.Event().wait()
            note("ended", call.id)
            return Receipt(200)

    outside = Outside(RecordingMailer(), RecordingChat(), Hooks())
    run_jobs(Work(Database(url), outside, clock, tick), threading.Event(), PACES[pace])


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], float(sys.argv[4]), sys.argv[5])
