"""`handraise worker`: scores leads, decides, delivers, watches clocks."""

import sys
import threading
from typing import TYPE_CHECKING, Final

from handraise.cli import output
from handraise.cli.children import OfParent, end_with_parent, ending
from handraise.cli.options import Json
from handraise.core.errors import HandraiseError

if TYPE_CHECKING:
    from handraise.wiring import Services

CONNECTIONS = 30
"""Jobs run in threads, each with a connection of its own while it works."""
# Seconds that a thread keeps Python while another wants it. Scoring, which waits for the database again and
# again, would lose the usual five milliseconds each time that a delivery is at work.
_TURN: Final = 0.0005


class ScoringEnded(HandraiseError):
    """The part of a worker that scores has ended; the process ends too, to be started anew."""


def worker(of_parent: OfParent = False, json: Json = False) -> None:
    """Run a worker: scores leads, decides, hands off, delivers. `handraise up` runs it for you.

    Several may run at the same time, on several machines.
    """
    from handraise.logs import set_up
    from handraise.settings import read_settings
    from handraise.store import schema
    from handraise.wiring import build

    stop = threading.Event()
    ending(stop.set)
    if of_parent:
        end_with_parent()
    settings = read_settings()
    set_up(settings.log_level, settings.log_format)
    needed = max(settings.database_connections, CONNECTIONS)
    services = build(settings.model_copy(update={"database_connections": needed}))
    try:
        with services.database.transaction() as connection:
            schema.check_version(connection)
        if not of_parent:
            output.line({"event": "working"}) if json else output.say("Working; Ctrl-C ends.")
        _work(services, stop)
    finally:
        services.close()


def _work(services: "Services", stop: threading.Event) -> None:
    """Score in one thread and work on jobs in this one, until told to stop or scoring fails."""
    from handraise.flow.jobs import run_jobs
    from handraise.wiring.working import jobs_of, run_scoring

    failed: list[BaseException] = []
    sys.setswitchinterval(_TURN)

    def score() -> None:
        try:
            run_scoring(services, stop)
        except BaseException as error:
            failed.append(error)
        finally:
            stop.set()

    scoring = threading.Thread(target=score, name="scoring")
    scoring.start()
    try:
        run_jobs(jobs_of(services), stop)
    finally:
        stop.set()
        scoring.join()
    if failed:
        raise ScoringEnded(f"Scoring ended: {type(failed[0]).__name__}: {failed[0]}") from failed[0]
