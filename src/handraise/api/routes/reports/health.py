"""The health of the base: its figures against the lines at which something is off."""

from datetime import datetime
from threading import Thread
from typing import Annotated, Any

from fastapi import BackgroundTasks
from pydantic import BaseModel

from handraise.flow import health
from handraise.flow.snapshot import size
from handraise.http.callers import Call, needs, resource
from handraise.store.reports import kept

router = resource("/reports/health")
MayRead = Annotated[Call, needs("reports:read")]


class HealthReport(BaseModel):
    """What `handraise health --json` finds in an export, when, and how far a new look is.

    `found` is null while sales got no lead, or before the first look at a big base. `found["until"]` is the
    last moment of what sales did, where the history ends.
    """

    found: dict[str, Any] | None
    found_at: datetime | None
    is_running: bool = False
    done: int = 0
    total: int = 0
    problem: str | None = None


@router.get("")
def show_health(call: MayRead) -> HealthReport:
    """The eight checks with their evidence, the reps, channels and segments that differ, and cohorts.

    Of a base of up to 5,000 leads as it is now. Of a bigger one what was found when it was last looked at:
    `POST` has it looked at anew.
    """
    if size(call.connection) <= health.SMALL:
        found = health.looked_at(call.services.database)
        return HealthReport(found=None if found is None else dict(found), found_at=call.now)
    last = kept.kept(call.connection, "health")
    if last is None:
        return HealthReport(found=None, found_at=None)
    return HealthReport(
        found=None if last.found is None else dict(last.found),
        found_at=last.found_at,
        is_running=last.is_running(call.now),
        done=last.done,
        total=last.total,
        problem=last.problem,
    )


@router.post("", status_code=202)
def look_again(call: MayRead, tasks: BackgroundTasks) -> HealthReport:
    """Have a big base looked at anew; asking again while that is being done changes nothing."""
    total = size(call.connection)
    if total > health.SMALL and kept.begin(call.connection, "health", total, call.by, call.now):
        services = call.services
        tasks.add_task(Thread(target=health.run, args=(services.database, services.now), daemon=True).start)
    return show_health(call)
