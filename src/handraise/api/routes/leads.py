"""Leads: found, looked at, told facts of, merged."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from handraise.flow import enrich, merge
from handraise.http.callers import Call, needs, resource
from handraise.http.ids import Id
from handraise.http.lead_then import lead_then
from handraise.http.moments import Moment
from handraise.http.paging import Cursor, Limit, Page
from handraise.http.reaching import require_every_lead, root_of
from handraise.store import leads, merges
from handraise.store.leads import LeadFilter
from handraise.store.timelines import timeline

router = resource("/leads")
suggestions = resource("/merge-suggestions")
MayRead = Annotated[Call, needs("leads:read")]
MayWrite = Annotated[Call, needs("leads:write")]
Number = Annotated[int, Field(ge=1, le=2**63 - 1)]


class Lead(BaseModel):
    """A lead in a list, with the live score that is furthest; points are hundredths."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str | None
    email: str | None
    account_id: int | None
    account: str | None
    stage: str
    stage_since: datetime | None
    is_known: bool
    created_at: datetime
    fit: int | None
    engagement: int | None
    grade: str | None
    is_mql: bool


class Entry(BaseModel):
    """One thing that happened; `kind` (event, stage, score, handoff) says what `detail` holds."""

    model_config = ConfigDict(from_attributes=True)

    at: datetime
    kind: str
    id: int
    detail: dict[str, Any]


class Facts(BaseModel, extra="forbid"):
    """Facts by their full names (`lead.title`); null takes back what was said before."""

    facts: dict[Annotated[str, Field(pattern=r"^(lead|account)\.\w[\w.]{0,200}$")], JsonValue] = Field(
        min_length=1, max_length=200
    )


class Merge(BaseModel, extra="forbid"):
    """Which lead to merge into this one, and why."""

    lead_id: Number
    reason: str = Field(min_length=1, max_length=500)


class Changed(BaseModel):
    """Whether anything changed."""

    changed: bool


class Suggestion(BaseModel):
    """Two known people whose ids met."""

    model_config = ConfigDict(from_attributes=True, extra="ignore")

    id: int
    lead_id: int
    other_id: int
    reason: str


class Answer(BaseModel, extra="forbid"):
    """Whether they are one person."""

    is_same: bool


@router.get("")
def list_leads(
    call: MayRead,
    cursor: Cursor = None,
    limit: Limit = 50,
    stage: Annotated[str | None, Query(max_length=50)] = None,
    account_id: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    text: Annotated[str | None, Query(max_length=200, description="Part of a name or an address.")] = None,
    owner_id: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    min_score: Annotated[int | None, Query(ge=-(2**53), le=2**53, description="In hundredths.")] = None,
    is_known: bool | None = None,
) -> Page[Lead]:
    """Leads, the newest first."""
    wanted = LeadFilter(stage, account_id, text, owner_id, min_score, is_known)
    found = leads.leads(call.connection, wanted, after=call.place(cursor), limit=limit)
    return Page(
        items=[Lead.model_validate(one) for one in found.leads],
        next=None if found.after is None else call.cursor(found.after),
    )


@router.get("/{lead_id}")
def show_lead(call: MayRead, lead_id: Id, as_of: Moment | None = None) -> dict[str, Any]:
    """All that is kept of a lead: facts, standing, account, aliases, merges, scores with their lines.

    With `as_of` its facts, stage and scores at that past time, by what was known and live then.
    """
    if as_of is not None:
        return lead_then(call, lead_id, as_of)
    return asdict(leads.lead_detail(call.connection, lead_id))


@router.get("/{lead_id}/timeline")
def show_timeline(call: MayRead, lead_id: Id, cursor: Cursor = None, limit: Limit = 50) -> Page[Entry]:
    """What happened to a lead, the latest first."""
    after = call.place(cursor)
    place = None if after is None else (datetime.fromisoformat(after[0]), str(after[1]), int(after[2]))
    found = timeline(call.connection, root_of(call, lead_id), place, limit + 1)
    items = [Entry.model_validate(one) for one in found[:limit]]
    last = items[-1] if len(found) > limit else None
    return Page(
        items=items, next=None if last is None else call.cursor(last.at.isoformat(), last.kind, last.id)
    )


@router.post("/{lead_id}/facts")
def tell_facts(call: MayWrite, lead_id: Id, given: Facts) -> Changed:
    """Tell facts of a lead; it is scored again when any is news."""
    require_every_lead(call)
    root_of(call, lead_id)
    is_news = enrich.told(call.connection, lead_id, given.facts, source="api", now=call.now, said_by=call.by)
    call.record("lead.facts", f"lead:{lead_id}", {"facts": sorted(given.facts)})
    return Changed(changed=is_news)


@router.post("/{lead_id}/merge")
def merge_lead(call: MayWrite, lead_id: Id, given: Merge) -> Changed:
    """Make one of two leads: the other one's history joins this one's."""
    require_every_lead(call)
    root = merge.merge(call.connection, given.lead_id, lead_id, call.by, given.reason, call.now)
    call.record("lead.merge", f"lead:{lead_id}", {"child": given.lead_id})
    return Changed(changed=root is not None)


@router.delete("/{lead_id}/merge", status_code=204)
def unmerge_lead(call: MayWrite, lead_id: Id) -> Response:
    """Take a lead out of the one it was merged into."""
    require_every_lead(call)
    if merge.unmerge(call.connection, lead_id, call.by, call.now):
        call.record("lead.unmerge", f"lead:{lead_id}")
    return Response(status_code=204)


@suggestions.get("")
def list_suggestions(call: MayRead, cursor: Cursor = None, limit: Limit = 50) -> Page[Suggestion]:
    """Pairs of leads that may be one person."""
    found = merges.suggestions(call.connection, limit=limit + 1, after=call.place(cursor) or 0)
    items = [Suggestion.model_validate(one) for one in found[:limit]]
    return Page(items=items, next=call.cursor_if(len(found) > limit, items))


@suggestions.post("/{suggestion_id}/answer")
def answer_suggestion(call: MayWrite, suggestion_id: Id, given: Answer) -> Suggestion:
    """Say whether they are one person; the newer lead is merged into the older one if so."""
    require_every_lead(call)
    found = merge.answer(call.connection, suggestion_id, call.by, call.now, is_same=given.is_same)
    call.record("merge.answer", f"suggestion:{suggestion_id}", {"is_same": given.is_same})
    return Suggestion.model_validate(found)
