"""Qualification frameworks, and what is known of a lead by them."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from handraise.core.definition.model import Motion
from handraise.core.framework import Filled, Framework, ValueKind
from handraise.flow import qualify
from handraise.http.callers import Call, needs, resource
from handraise.http.ids import Id
from handraise.http.paging import Page
from handraise.http.problems import Refusal
from handraise.http.reaching import answered, root_of
from handraise.store import frameworks

router = resource("/frameworks")
answers = resource("/leads")
MayRead = Annotated[Call, needs("leads:read")]
MayAnswer = Annotated[Call, needs("leads:write")]
MayWrite = Annotated[Call, needs("settings:write")]
Name = Annotated[str, Path(pattern=r"^[a-z0-9_]{1,50}$")]
Key = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,50}$")]


class Criterion(BaseModel, extra="forbid"):
    """One thing to find out."""

    model_config = ConfigDict(from_attributes=True)

    name: Key
    label: str = Field("", max_length=200)
    question: str = Field("", max_length=500)
    kind: ValueKind = "text"
    choices: list[Annotated[str, Field(min_length=1, max_length=200)]] = Field([], max_length=100)


class OwnFramework(BaseModel, extra="forbid"):
    """A framework: its criteria, and the bar at which they make an SQL; `needs` is all if left out."""

    label: str = Field("", max_length=200)
    criteria: list[Criterion] = Field(min_length=1, max_length=50)
    needs: int | None = Field(None, ge=1, le=50)
    must: list[Key] = Field([], max_length=50)
    suits: str = Field("", max_length=500)


class ShownFramework(BaseModel):
    """A framework that can be used."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    label: str
    criteria: list[Criterion]
    needs: int
    must: list[str]
    suits: str


class Standing(BaseModel):
    """Where a lead stands by a framework; `has_moved`: this call made it an SQL."""

    framework: str
    label: str
    answers: dict[str, JsonValue]
    missing: list[Criterion]
    is_met: bool
    answered_at: datetime | None
    has_moved: bool = False


class Answers(BaseModel, extra="forbid"):
    """Answers by criterion, some or all; null takes one back."""

    framework: str = Field(min_length=1, max_length=50)
    answers: dict[Key, str | int | float | bool | None] = Field(min_length=1, max_length=50)


class Suggested(BaseModel):
    """The framework that suits a lead, and why."""

    framework: ShownFramework
    why: str


@router.get("")
def list_frameworks(call: MayRead) -> Page[ShownFramework]:
    """Every framework that can be used."""
    found = frameworks.frameworks(call.connection).values()
    return Page(items=[ShownFramework.model_validate(one) for one in found], next=None)


@router.get("/{name}")
def show_framework(call: MayRead, name: Name) -> ShownFramework:
    """One framework."""
    return ShownFramework.model_validate(_framework(call, name))


@router.put("/{name}")
def put_framework(call: MayWrite, name: Name, given: OwnFramework) -> ShownFramework:
    """Keep a framework of one's own, or one's own version of one that is there."""
    content = {"name": name, **given.model_dump(exclude={"needs"})}
    if given.needs is not None:
        content["needs"] = given.needs
    made = frameworks.put_framework(call.connection, content)
    call.record("framework.put", "framework", {"name": name})
    return ShownFramework.model_validate(made)


@router.delete("/{name}", status_code=204)
def retire_framework(call: MayWrite, name: Name) -> Response:
    """Offer a framework no more; answers that were given stay, and show when it is put back."""
    content = asdict(_framework(call, name))
    frameworks.put_framework(call.connection, content, is_active=False)
    call.record("framework.retire", "framework", {"name": name})
    return Response(status_code=204)


@answers.get("/{lead_id}/framework-answers")
def show_answers(call: MayRead, lead_id: Id) -> Page[Standing]:
    """Where a lead stands by each framework that has any answer."""
    root = root_of(call, lead_id)
    found = frameworks.filled(call.connection, [root])[root]
    return Page(items=[_standing(one) for one in found], next=None)


@answers.post("/{lead_id}/framework-answers")
def answer(call: MayAnswer, lead_id: Id, given: Answers) -> Standing:
    """Write answers down. At the framework's bar, a lead that sales has is an SQL and its hand-off done."""
    stands = answered(call, root_of(call, lead_id), given.framework, dict(given.answers))
    return _standing(stands.filled, has_moved=stands.has_moved)


@answers.get("/{lead_id}/framework-suggestion")
def suggest(
    call: MayRead, lead_id: Id, motion: Annotated[Motion, Query(description="How it came in.")] = "inbound"
) -> Suggested:
    """The framework that suits a lead, by its deal and how many of its account are here."""
    framework, why = qualify.suggestion(call.connection, root_of(call, lead_id), motion)
    return Suggested(framework=ShownFramework.model_validate(framework), why=why)


def _standing(filled: Filled, *, has_moved: bool = False) -> Standing:
    framework = filled.framework
    known: dict[str, Any] = dict(filled.answers)
    return Standing(
        framework=framework.name,
        label=framework.label,
        answers=known,
        missing=[Criterion.model_validate(one) for one in framework.missing(known)],
        is_met=framework.is_met(known),
        answered_at=filled.answered_at,
        has_moved=has_moved,
    )


def _framework(call: Call, name: str) -> Framework:
    found = frameworks.frameworks(call.connection).get(name)
    if found is None:
        raise Refusal(404, "framework_unknown", f"There is no framework `{name}`.")
    return found
