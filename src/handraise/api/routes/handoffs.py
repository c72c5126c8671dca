"""Hand-offs: whose they are, how much time is left, what sales answers."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from handraise.core.roles import Reach, reach
from handraise.flow import handoff
from handraise.http.actors import actor_of
from handraise.http.callers import Call, needs, resource
from handraise.http.ids import Id
from handraise.http.paging import Cursor, Limit, Page
from handraise.http.problems import Refusal
from handraise.http.reaching import handoff_for
from handraise.store import handoffs

router = resource("/handoffs")
MayRead = Annotated[Call, needs("handoffs:read")]
MayAnswer = Annotated[Call, needs("handoffs:answer")]
MayAssign = Annotated[Call, needs("handoffs:assign")]
State = Literal["open", "accepted", "rejected", "cancelled", "done"]
Note = Annotated[str | None, Field(max_length=2_000)]


class Queued(BaseModel):
    """A hand-off in a list; `due_at` is when its clock runs out."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    lead_id: int
    root_id: int
    lead: str | None
    email: str | None
    account: str | None
    definition: str
    lead_type: str
    temperature: str | None
    state: str
    owner_id: int | None
    owner: str | None
    team_id: int | None
    team: str | None
    opened_at: datetime
    snoozed_until: datetime | None
    due_at: datetime | None
    breached_at: datetime | None
    first_contact_at: datetime | None
    outcome: str | None


class Handoff(BaseModel):
    """A hand-off with its brief, and everybody who was considered for it."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    lead_id: int
    definition: str
    version_id: int
    cycle: int
    lead_type: str
    temperature: str | None
    state: str
    owner_id: int | None
    team_id: int | None
    why_owner: list[dict[str, Any]]
    brief: dict[str, Any]
    opened_at: datetime
    answered_at: datetime | None
    answered_by: int | None
    reason: str | None
    note: str | None
    first_contact_at: datetime | None
    snoozed_until: datetime | None
    outcome: str | None
    closed_at: datetime | None


class Rejection(BaseModel, extra="forbid"):
    """Why not: a code of the list of reasons; for a "not now", when it would be right."""

    reason: str = Field(min_length=1, max_length=100)
    note: Note = None
    come_back_at: AwareDatetime | None = None


class Reassignment(BaseModel, extra="forbid"):
    """To whom; to nobody named: by the routes, to somebody who did not have it before."""

    to: int | None = Field(None, ge=1, le=2**63 - 1)
    reason: str = Field("", max_length=500)


class Snooze(BaseModel, extra="forbid"):
    """Until when it can wait."""

    until: AwareDatetime
    note: Note = None


class Contact(BaseModel, extra="forbid"):
    """When and how the lead was reached."""

    at: AwareDatetime
    how: str = Field(min_length=1, max_length=100)


@router.get("")
def list_handoffs(
    call: MayRead,
    whose: Literal["mine", "team", "all"] = "all",
    state: Annotated[list[State] | None, Query(max_length=5)] = None,
    unowned: bool = False,
    lead_id: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[Queued]:
    """Hand-offs by the time that is left; who sees only their team's asks for `mine` or `team`."""
    if whose == "all" and reach(call.caller.role, "handoffs:read") is not Reach.ALL:
        raise Refusal(
            403, "not_permitted", "You see your own and your team's: ask for whose=mine or whose=team."
        )
    place = call.place(cursor)
    found = handoffs.queue(
        call.connection,
        states=state or ("open", "accepted"),
        owner_id=(call.caller.member_id or 0) if whose == "mine" else None,
        team_ids=sorted(call.caller.teams) if whose == "team" else None,
        is_unowned=unowned,
        lead_id=lead_id,
        after=None if place is None else (place[0] and datetime.fromisoformat(place[0]), place[1]),
        limit=limit + 1,
    )
    items = [Queued.model_validate(one) for one in found[:limit]]
    next_cursor = None
    if len(found) > limit:
        due, last = found[limit - 1].place
        next_cursor = call.cursor(due and due.isoformat(), last)
    return Page(items=items, next=next_cursor)


@router.get("/{handoff_id}")
def show_handoff(call: MayRead, handoff_id: Id) -> Handoff:
    """A hand-off with its brief; one that is none of yours is not found."""
    return Handoff.model_validate(handoff_for(call, handoff_id))


@router.get("/{handoff_id}/entries")
def show_entries(call: MayRead, handoff_id: Id) -> Page[dict[str, Any]]:
    """What happened to a hand-off, the oldest first."""
    handoff_for(call, handoff_id)
    return Page(items=[asdict(one) for one in handoffs.entries(call.connection, handoff_id)], next=None)


@router.post("/{handoff_id}/accept")
def accept(call: MayAnswer, handoff_id: Id) -> Handoff:
    """Take a hand-off on. Of two who click at once one gets it; the other gets 409."""
    done = handoff.accept(call.connection, handoff_id, actor_of(call), call.now, call.services.desk)
    return Handoff.model_validate(done)


@router.post("/{handoff_id}/reject")
def reject(call: MayAnswer, handoff_id: Id, given: Rejection) -> Handoff:
    """Give a hand-off back unworked, for a reason of the list."""
    done = handoff.reject(
        call.connection,
        handoff_id,
        actor_of(call),
        given.reason,
        call.now,
        call.services.desk,
        note=given.note,
        come_back_at=given.come_back_at,
    )
    return Handoff.model_validate(done)


@router.post("/{handoff_id}/reassign")
def reassign(call: MayAssign, handoff_id: Id, given: Reassignment) -> Handoff:
    """Give a hand-off to somebody else; their own clock starts."""
    done = handoff.reassign(
        call.connection,
        handoff_id,
        actor_of(call),
        call.now,
        call.services.desk,
        to=given.to,
        reason=given.reason,
    )
    return Handoff.model_validate(done)


@router.post("/{handoff_id}/snooze")
def snooze(call: MayAnswer, handoff_id: Id, given: Snooze) -> Handoff:
    """Put off a hand-off that one has accepted: its clock stands still."""
    done = handoff.snooze(
        call.connection,
        handoff_id,
        actor_of(call),
        given.until,
        call.now,
        call.services.desk,
        note=given.note,
    )
    return Handoff.model_validate(done)


@router.post("/{handoff_id}/contact")
def first_contact(call: MayAnswer, handoff_id: Id, given: Contact) -> Handoff:
    """Say when the lead was reached: the clock stops there."""
    done = handoff.first_contact(
        call.connection, handoff_id, actor_of(call), given.at, given.how, call.now, call.services.desk
    )
    return Handoff.model_validate(done)
