"""How long leads stay in a stage, who stands still, who comes back."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Final

from fastapi import Query
from pydantic import BaseModel

from handraise.core.stage import Stage
from handraise.flow.stalled import stalled
from handraise.http.callers import Call, needs, resource
from handraise.store.reports import stages
from handraise.store.reports.funnel import LONGEST

router = resource("/reports/stages")
MayRead = Annotated[Call, needs("reports:read")]
Months = Annotated[int, Query(ge=1, le=LONGEST)]
_MOST: Final = 500


class TimeInStage(BaseModel):
    """Stays in a stage that began in a month (UTC), or, with `month` null, in any of those asked for.

    By `median_seconds` half had left it, by `p90_seconds` nine in ten; null while more are still there. Who
    is still there counts for as long as they are.
    """

    stage: Stage
    month: date | None
    came: int
    left: int
    there: int
    median_seconds: int | None
    p90_seconds: int | None


class Stalled(BaseModel):
    """A lead that is in its stage for longer than `longest_seconds`."""

    lead_id: int
    name: str | None
    stage: Stage
    since: datetime
    longest_seconds: int
    owner_id: int | None
    owner: str | None


class Returns(BaseModel):
    """Leads given back (recycled) or archived (disqualified) in a month (UTC).

    `reached["mql"]["90"]`: how many were MQL or further within 90 days, before they were given back or
    archived again; null while the youngest have not had the time.
    """

    month: date
    left: int
    reached: Mapping[stages.Back, Mapping[int, int | None]]


class StageReport(BaseModel):
    """Times in stage; recycled and disqualified leads, the oldest month first."""

    times: list[TimeInStage]
    recycled: list[Returns]
    disqualified: list[Returns]


class StalledReport(BaseModel):
    """Who stands still, the longest overdue first; `total` may be more than there are items."""

    total: int
    items: list[Stalled]


@router.get("")
def show_stages(call: MayRead, months: Months = 12) -> StageReport:
    """How long leads stay in each stage, and who of those given back or archived came back.

    What an import placed is left out.
    """
    found = stages.times_in_stage(call.connection, months, call.now)
    recycled, disqualified = (
        [Returns(**vars(one)) for one in stages.returns(call.connection, side, months, call.now)]
        for side in ("recycled", "disqualified")
    )
    return StageReport(times=[_time(one) for one in found], recycled=recycled, disqualified=disqualified)


@router.get("/stalled")
def show_stalled(call: Annotated[Call, needs("leads:read")]) -> StalledReport:
    """Leads that are in a stage for longer than the live definition allows, by name."""
    found = stalled(call.connection, call.now)
    items = [
        Stalled(
            lead_id=one.lead_id,
            name=one.name or one.email,
            stage=one.stage,
            since=one.since,
            longest_seconds=_seconds(one.longest),
            owner_id=one.owner_id,
            owner=one.owner,
        )
        for one in found[:_MOST]
    ]
    return StalledReport(total=len(found), items=items)


def _time(one: stages.TimeInStage) -> TimeInStage:
    return TimeInStage(
        stage=one.stage,
        month=one.month,
        came=one.came,
        left=one.left,
        there=one.there,
        median_seconds=None if one.median is None else _seconds(one.median),
        p90_seconds=None if one.p90 is None else _seconds(one.p90),
    )


def _seconds(time: timedelta) -> int:
    return round(time.total_seconds())
