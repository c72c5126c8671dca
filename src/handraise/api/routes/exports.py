"""Leads taken out for calibration: what the commands on files work with."""

from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, Field

from handraise.flow.exporting import rows_after
from handraise.http.callers import Call, needs, resource
from handraise.http.paging import MOST, Cursor

router = resource("/export")
MayExport = Annotated[Call, needs("export")]


class Export(BaseModel):
    """Some leads as rows of the four files that `handraise export` writes."""

    leads: list[dict[str, Any]]
    events: list[dict[str, Any]]
    facts: list[dict[str, Any]]
    outcomes: list[dict[str, Any]]
    next: str | None = Field(None, description="Give it as `cursor` to get the leads after these.")


@router.get("")
def export(
    call: MayExport,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=MOST, description="The most leads at a time.")] = MOST,
) -> Export:
    """Leads with facts, events, since when each fact holds, and what sales made of them.

    Taking them out is on record.
    """
    found = rows_after(call.connection, call.place(cursor) or 0, limit)
    call.record("leads.export", "leads", {"leads": len(found.leads)})
    return Export(
        leads=[dict(row) for row in found.leads],
        events=[dict(row) for row in found.events],
        facts=[dict(row) for row in found.facts],
        outcomes=[dict(row) for row in found.outcomes],
        next=None if found.after is None else call.cursor(found.after),
    )
