"""The funnel: the MQLs of each month, and how far they got."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel

from handraise.http.callers import Call, needs, resource
from handraise.store.reports import funnel

router = resource("/reports/funnel")


class CohortReport(BaseModel):
    """The MQLs of one month (UTC); `growth` is against the month before, as a share.

    `reached["sql"]["30"]`: how many were SQL or further within 30 days; null while the youngest have not had
    the time.
    """

    month: date
    mqls: int
    growth: float | None
    reached: Mapping[funnel.Reached, Mapping[int, int | None]]
    is_over: bool


class FunnelReport(BaseModel):
    """Cohorts, the oldest first."""

    items: list[CohortReport]


@router.get("")
def show_funnel(
    call: Annotated[Call, needs("reports:read")],
    months: Annotated[int, Query(ge=1, le=funnel.LONGEST)] = 12,
) -> FunnelReport:
    """How many MQLs each of the last months made, and how far those went within 30, 60 and 90 days.

    A lead that becomes an MQL again is counted again; what an import placed is not counted.
    """
    found = funnel.cohorts(call.connection, months, call.now)
    return FunnelReport(items=[CohortReport(**vars(one)) for one in found])
