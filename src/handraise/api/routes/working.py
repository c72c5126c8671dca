"""How people work: their hours, what they take, when they are away."""

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, Field

from handraise.core.errors import InputInvalid
from handraise.core.roles import Permission
from handraise.http.callers import Call, MemberCall, needs, resource
from handraise.http.ids import Id
from handraise.http.moments import Moment
from handraise.http.problems import Refusal
from handraise.store import calendars, people
from handraise.store.people import MemberRow

router = resource("/members")
MayInvite = Annotated[Call, needs("users:write")]
Values = Annotated[list[Annotated[str, Field(min_length=1, max_length=100)]], Field(max_length=200)]


def _zone(given: str) -> str:
    try:
        ZoneInfo(given)
    except (KeyError, ValueError, OSError):
        raise ValueError("no time zone; write one such as Europe/Berlin") from None
    return given


Zone = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_zone)]


class Attributes(BaseModel, extra="forbid"):
    """What somebody takes; an empty list restricts nothing. `per_day` is the most in a working day."""

    territories: Values = []
    segments: Values = []
    skills: Values = []
    languages: Values = []
    per_day: int | None = Field(None, ge=0, le=1_000)


class TeamPlace(BaseModel):
    """A team that somebody is in."""

    id: int
    name: str
    weight: int


class Working(BaseModel):
    """A member as routing and clocks see them."""

    id: int
    name: str
    email: str
    role: str
    is_active: bool
    zone: str
    language: str
    calendar_id: int | None
    is_away: bool
    away_from: datetime | None
    away_until: datetime | None
    capacity: int | None
    attributes: dict[str, Any]
    slack_id: str | None
    crm_id: str | None
    teams: list[TeamPlace]


class WorkChange(BaseModel, extra="forbid"):
    """What to change; what is left out stays. `capacity` is the most open hand-offs at a time."""

    zone: Zone = "UTC"
    language: str = Field("en", pattern=r"^[a-z]{2}(-[A-Z]{2})?$")
    calendar_id: int | None = Field(None, ge=1, le=2**63 - 1)
    capacity: int | None = Field(None, ge=0, le=10_000)
    attributes: Attributes = Field(default_factory=lambda: Attributes(per_day=None))
    slack_id: str | None = Field(None, pattern=r"^[UW][A-Z0-9]{1,30}$")
    crm_id: str | None = Field(None, min_length=1, max_length=100)


class Absence(BaseModel, extra="forbid"):
    """From when (null: now) until when (null: nobody knows)."""

    away_from: Moment | None = None
    away_until: Moment | None = None


@router.get("/{member_id}")
def show_member(call: MemberCall, member_id: Id) -> Working:
    """How somebody works: everybody sees this of themselves, of others who may see settings."""
    _require_own_or(call, member_id, "settings:read")
    return _working(call, people.member_of(call.connection, member_id))


@router.patch("/{member_id}/work")
def change_work(call: MayInvite, member_id: Id, given: WorkChange) -> Working:
    """Change how somebody works. Clocks that have started keep the calendar they started with."""
    before = people.member_of(call.connection, member_id)
    changes = given.model_dump(exclude_unset=True)
    if "attributes" in changes:
        changes["attributes"] = given.attributes.model_dump(exclude_unset=True, exclude_none=True)
    if not changes:
        return _working(call, before)
    _refuse_wrong(call, member_id, given)
    changed = people.update_member(call.connection, member_id, **changes)
    call.record("member.work", f"member:{member_id}", {"changed": sorted(changes)})
    return _working(call, changed)


@router.put("/{member_id}/absence")
def set_absence(call: MemberCall, member_id: Id, given: Absence) -> Working:
    """Say when somebody is away; people say it of themselves. New hand-offs go to others."""
    _require_own_or(call, member_id, "users:write")
    away_from = given.away_from or call.now
    changed = people.set_away(call.connection, member_id, away_from, given.away_until)
    detail = {"from": away_from.isoformat(), "until": given.away_until and given.away_until.isoformat()}
    call.record("member.away", f"member:{member_id}", detail)
    return _working(call, changed)


@router.delete("/{member_id}/absence")
def end_absence(call: MemberCall, member_id: Id) -> Working:
    """Say that somebody is back, or stays after all."""
    _require_own_or(call, member_id, "users:write")
    changed = people.set_away(call.connection, member_id, None, None)
    call.record("member.back", f"member:{member_id}")
    return _working(call, changed)


def _working(call: Call, row: MemberRow) -> Working:
    places = [
        TeamPlace(id=team.id, name=team.name, weight=team.weights[row.id])
        for team in people.teams(call.connection)
        if row.id in team.weights
    ]
    return Working(
        id=row.id,
        name=row.name,
        email=row.email,
        role=row.role,
        is_active=row.is_active,
        zone=row.zone,
        language=row.language,
        calendar_id=row.calendar_id,
        is_away=row.is_away(call.now),
        away_from=row.away_from,
        away_until=row.away_until,
        capacity=row.capacity,
        attributes=dict(row.attributes),
        slack_id=row.slack_id,
        crm_id=row.crm_id,
        teams=places,
    )


def _require_own_or(call: Call, member_id: int, permission: Permission) -> None:
    """Pass the person in a session of their own, and whoever may of others; a key needs the scope."""
    caller = call.caller
    is_own = caller.kind == "member" and caller.id == member_id and not caller.must_change_password
    if not is_own and not caller.may(permission):
        raise Refusal(
            403, "not_permitted", f"This needs the permission `{permission}`.", permission=permission
        )


def _refuse_wrong(call: Call, member_id: int, given: WorkChange) -> None:
    known = {one.id for one in calendars.calendars(call.connection)}
    if given.calendar_id is not None and given.calendar_id not in known:
        raise InputInvalid(f"There is no calendar {given.calendar_id}.")
    other = people.holder_of(call.connection, slack_id=given.slack_id, crm_id=given.crm_id, but=member_id)
    if other is not None:
        raise Refusal(409, "id_taken", f"Member {other} has that id in Slack or the CRM already.")
