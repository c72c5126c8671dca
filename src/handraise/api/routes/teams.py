"""Teams: who takes turns at hand-offs, and what they must have for it."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import Response
from pydantic import BaseModel, Field

from handraise.core.errors import InputInvalid
from handraise.http.callers import Call, needs, resource
from handraise.http.ids import Id
from handraise.http.paging import Page
from handraise.http.problems import Refusal
from handraise.store import people
from handraise.store.people import TeamRow

router = resource("/teams")
MayRead = Annotated[Call, needs("settings:read")]
MayWrite = Annotated[Call, needs("settings:write")]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Requires = dict[
    Literal["territory", "segment", "skill", "language"],
    Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=200)],
]


class Place(BaseModel, extra="forbid"):
    """Somebody's place in a team; 0 gets none, twice the weight gets twice as many."""

    member_id: int = Field(ge=1, le=2**63 - 1)
    weight: int = Field(1, ge=0, le=1_000)


class Team(BaseModel):
    """A team. Without a value, a requirement asks that people serve what the lead is."""

    id: int
    name: str
    is_fallback: bool
    requires: dict[str, Any]
    slack_channel: str | None
    email: str | None
    members: list[Place]


class NewTeam(BaseModel, extra="forbid"):
    """A team to make."""

    name: Name
    is_fallback: bool = False
    requires: Requires = {}
    slack_channel: str | None = Field(None, max_length=200)
    email: str | None = Field(None, max_length=255)
    members: list[Place] = Field([], max_length=1_000)


class TeamChange(BaseModel, extra="forbid"):
    """What to change; what is left out stays."""

    name: Name = ""
    is_fallback: bool = False
    requires: Requires = {}
    slack_channel: str | None = Field(None, max_length=200)
    email: str | None = Field(None, max_length=255)


class Places(BaseModel, extra="forbid"):
    """Everybody who is in the team from now on."""

    members: list[Place] = Field(max_length=1_000)


@router.get("")
def list_teams(call: MayRead) -> Page[Team]:
    """Every team, by name."""
    return Page(items=[_team(one) for one in people.teams(call.connection)], next=None)


@router.get("/{team_id}")
def show_team(call: MayRead, team_id: Id) -> Team:
    """One team."""
    return _team(people.team_by_id(call.connection, team_id))


@router.post("", status_code=201)
def add_team(call: MayWrite, given: NewTeam) -> Team:
    """Make a team; routes name it."""
    _refuse_taken(call, given.name)
    made = people.create_team(
        call.connection,
        given.name,
        _weights(call, given.members),
        is_fallback=given.is_fallback,
        requires={str(name): values for name, values in given.requires.items()},
        slack_channel=given.slack_channel,
        email=given.email,
    )
    call.record("team.add", f"team:{made.id}", {"members": sorted(made.weights)})
    return _team(made)


@router.patch("/{team_id}")
def change_team(call: MayWrite, team_id: Id, given: TeamChange) -> Team:
    """Change a team. Routes go by its name: rename it in the definition too."""
    before = people.team_by_id(call.connection, team_id)
    changes = given.model_dump(exclude_unset=True)
    if not changes:
        return _team(before)
    if changes.get("name", before.name) != before.name:
        _refuse_taken(call, given.name)
    changed = people.update_team(call.connection, team_id, **changes)
    call.record("team.change", f"team:{team_id}", {"changed": sorted(changes)})
    return _team(changed)


@router.put("/{team_id}/members", status_code=204)
def set_members(call: MayWrite, team_id: Id, given: Places) -> Response:
    """Say who is in a team; who is not named is in it no more, and keeps the hand-offs they have."""
    before = people.team_by_id(call.connection, team_id)
    # Whoever is being given a hand-off is waited for.
    people.lock_teams(call.connection, [before.name])
    weights = _weights(call, given.members)
    people.set_weights(call.connection, team_id, weights)
    detail = {"members": {str(person): weight for person, weight in sorted(weights.items())}}
    call.record("team.members", f"team:{team_id}", detail)
    return Response(status_code=204)


def _team(row: TeamRow) -> Team:
    return Team(
        id=row.id,
        name=row.name,
        is_fallback=row.is_fallback,
        requires=dict(row.requires),
        slack_channel=row.slack_channel,
        email=row.email,
        members=[Place(member_id=person, weight=weight) for person, weight in sorted(row.weights.items())],
    )


def _refuse_taken(call: Call, name: str) -> None:
    if any(one.name == name for one in people.teams(call.connection)):
        raise Refusal(409, "name_taken", "There is a team of that name already.")


def _weights(call: Call, places: list[Place]) -> Mapping[int, int]:
    weights = {one.member_id: one.weight for one in places}
    if len(weights) < len(places):
        raise InputInvalid("Somebody is named twice; name everybody once.")
    unknown = sorted(set(weights) - {one.id for one in people.members(call.connection)})
    if unknown:
        raise InputInvalid(f"There is no member {unknown[0]}.")
    return weights
