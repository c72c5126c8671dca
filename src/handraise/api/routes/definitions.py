"""Definitions: previewed, published with evidence, signed, tried in shadow, made live, rolled back."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from handraise.core.definition.model import Definition
from handraise.core.differences import differences
from handraise.core.errors import DefinitionInvalid
from handraise.core.lint import lint
from handraise.flow import define
from handraise.flow.preview import Preview, Reading, as_figures
from handraise.http.callers import Call, needs, resource
from handraise.http.ids import Id
from handraise.http.paging import Page
from handraise.http.problems import Refusal
from handraise.store import definitions, evidence, plans

router = resource("/definitions")
MayRead = Annotated[Call, needs("definitions:read")]
MayPropose = Annotated[Call, needs("definitions:propose")]
MayPublish = Annotated[Call, needs("definitions:publish")]
LONGEST = 1_000_000
Name = Annotated[str, Field(min_length=1, max_length=200)]


class Signature(BaseModel):
    """Who signed for a side."""

    model_config = ConfigDict(from_attributes=True)

    side: Literal["marketing", "sales"]
    by: str
    at: datetime


class Version(BaseModel):
    """A version of a definition; it never changes."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    motion: str
    content_hash: str
    note: str | None
    published_at: datetime
    published_by: str


class WholeVersion(Version):
    """A version with its text, the lists kept beside it, and who signed."""

    text: str
    lists: dict[str, list[str]]
    signatures: list[Signature]


class Rollout(BaseModel):
    """That a version acts (live) or only scores (shadow), from when to when."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    version_id: int
    mode: str
    from_at: datetime
    until_at: datetime | None
    by: str
    reason: str | None


class Proposal(BaseModel, extra="forbid"):
    """A definition's text, and the managed lists it names."""

    text: str = Field(max_length=LONGEST)
    lists: dict[Name, list[Annotated[str, Field(max_length=500)]]] = {}
    note: str | None = Field(None, max_length=2_000)


class Previewed(BaseModel):
    """What a definition would do; or, while the base is read for the first time, how far that is."""

    is_ready: bool
    done: int
    total: int
    figures: dict[str, Any] | None


class Evidence(BaseModel):
    """What a version would do, as it was seen when it was proposed. Points are hundredths."""

    version_id: int
    figures: dict[str, Any]
    frozen_at: datetime
    frozen_by: str


class Plan(BaseModel):
    """That a version goes live at a date."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    version_id: int
    at: datetime
    decided_by: str
    decided_at: datetime
    reason: str | None


class When(BaseModel, extra="forbid"):
    """A date to go live at, and why."""

    at: AwareDatetime
    reason: str | None = Field(None, max_length=2_000)


class Why(BaseModel, extra="forbid"):
    """A reason, for the history."""

    reason: str | None = Field(None, max_length=2_000)


class NeededWhy(BaseModel, extra="forbid"):
    """A reason, which has to be given."""

    reason: str = Field(min_length=1, max_length=2_000)


@router.get("")
def list_rollouts(call: MayRead) -> Page[Rollout]:
    """What acts and what is in shadow now, live ones first."""
    found = definitions.open_rollouts(call.connection)
    return Page(items=[Rollout.model_validate(one) for one in found], next=None)


@router.get("/versions")
def list_versions(call: MayRead, name: str | None = None) -> Page[Version]:
    """The versions of a definition, or of all, the newest first."""
    found = definitions.versions(call.connection, name)
    return Page(items=[Version.model_validate(one) for one in found], next=None)


@router.post("/versions", status_code=201)
def propose(call: MayPropose, given: Proposal) -> WholeVersion:
    """Keep a version. It is checked whole; published again unchanged, it is the same version."""
    made = define.publish(call.connection, given.text, given.lists, call.by, given.note, call.now)
    call.record("definition.publish", f"version:{made.id}", {"content": made.content_hash})
    return _whole(call, made.id)


@router.post("/preview")
def preview(call: MayPropose, given: Proposal) -> Previewed:
    """What going live with a definition would do to the base as it is. It is kept nowhere."""
    read = definitions.read_text(given.text, given.lists)
    if wrong := [problem for problem in lint(read) if problem.severity == "error"]:
        raise DefinitionInvalid(wrong)
    return _previewed(_preview(call, read.definition))


@router.get("/plans")
def list_plans(call: MayRead) -> Page[Plan]:
    """What goes live later, the next first."""
    found = plans.open_plans(call.connection)
    return Page(items=[Plan.model_validate(one) for one in found], next=None)


@router.get("/versions/{version_id}")
def show_version(call: MayRead, version_id: Id) -> WholeVersion:
    """A version with its text and who signed it."""
    return _whole(call, version_id)


@router.get("/versions/{version_id}/differences/{other_id}")
def show_differences(call: MayRead, version_id: Id, other_id: Id) -> Page[str]:
    """What changed from one version to another, a sentence a change."""
    old, new = (definitions.version(call.connection, one) for one in (version_id, other_id))
    found = differences(*(definitions.read_text(one.text, one.lists).definition for one in (old, new)))
    return Page(items=[one.sentence for one in found], next=None)


@router.put("/versions/{version_id}/evidence")
def freeze_evidence(call: MayPropose, version_id: Id) -> Evidence:
    """Keep what a version would do beside it. What was kept first stays."""
    version = definitions.version(call.connection, version_id)
    if evidence.evidence_of(call.connection, version_id) is None:
        found = _preview(call, definitions.read_text(version.text, version.lists).definition)
        if isinstance(found, Reading):
            raise Refusal(
                409, "base_being_read", f"{found.done} of {found.total} leads are read; try again shortly"
            )
        evidence.freeze(call.connection, version_id, as_figures(found), call.by, call.now)
        call.record("definition.evidence", f"version:{version_id}")
    return show_evidence(call, version_id)


@router.get("/versions/{version_id}/evidence")
def show_evidence(call: MayRead, version_id: Id) -> Evidence:
    """What a version would do, as it was seen when it was proposed."""
    definitions.version(call.connection, version_id)
    kept = evidence.evidence_of(call.connection, version_id)
    if kept is None:
        raise Refusal(404, "not_found", "no evidence was kept with this version")
    return Evidence(
        version_id=version_id,
        figures=dict(kept.figures),
        frozen_at=kept.frozen_at,
        frozen_by=kept.frozen_by,
    )


@router.post("/versions/{version_id}/signatures/marketing")
def sign_for_marketing(
    call: Annotated[Call, needs("definitions:sign_marketing")], version_id: Id
) -> WholeVersion:
    """Sign a version for marketing."""
    return _sign(call, version_id, "marketing")


@router.post("/versions/{version_id}/signatures/sales")
def sign_for_sales(call: Annotated[Call, needs("definitions:sign_sales")], version_id: Id) -> WholeVersion:
    """Sign a version for sales."""
    return _sign(call, version_id, "sales")


@router.post("/versions/{version_id}/live")
def go_live(call: MayPublish, version_id: Id, given: Why) -> Rollout:
    """Have a version act from now on; both sides have signed it. Every lead is scored again."""
    made = define.go_live(call.connection, version_id, call.by, call.now, given.reason)
    call.record("definition.live", f"version:{version_id}")
    return Rollout.model_validate(made)


@router.put("/versions/{version_id}/plan")
def plan_live(call: MayPublish, version_id: Id, given: When) -> Plan:
    """Have a signed version go live at a date, in place of what was planned for its definition before."""
    made = define.plan_live(call.connection, version_id, given.at, call.by, call.now, given.reason)
    call.record("definition.plan", f"version:{version_id}", {"at": made.at.isoformat()})
    return Plan.model_validate(made)


@router.delete("/{name}/plan", status_code=204)
def withdraw_plan(call: MayPublish, name: str) -> Response:
    """Have nothing of this definition go live later."""
    if define.withdraw_plan(call.connection, name, call.now):
        call.record("definition.plan_withdrawn", "definition", {"name": name})
    return Response(status_code=204)


@router.post("/versions/{version_id}/shadow")
def shadow(call: MayPropose, version_id: Id, given: Why) -> Rollout:
    """Have a version score beside the live one without acting."""
    made = define.shadow(call.connection, version_id, call.by, call.now, given.reason)
    call.record("definition.shadow", f"version:{version_id}")
    return Rollout.model_validate(made)


@router.delete("/versions/{version_id}/shadow", status_code=204)
def end_shadow(call: MayPropose, version_id: Id) -> Response:
    """Have a version score in shadow no more."""
    if define.end_shadow(call.connection, version_id, call.now):
        call.record("definition.shadow_end", f"version:{version_id}")
    return Response(status_code=204)


@router.get("/{name}/history")
def show_history(call: MayRead, name: str) -> Page[Rollout]:
    """Everything that was ever live or in shadow of a definition, the newest first."""
    found = definitions.rollouts(call.connection, name)
    return Page(items=[Rollout.model_validate(one) for one in found], next=None)


@router.post("/{name}/roll-back")
def roll_back(call: MayPublish, name: str, given: NeededWhy) -> Rollout:
    """Have the version act again that was live before this one; every lead is scored again."""
    made = define.roll_back(call.connection, name, call.by, given.reason, call.now)
    call.record("definition.roll_back", f"version:{made.version_id}")
    return Rollout.model_validate(made)


@router.post("/{name}/retire", status_code=204)
def retire(call: MayPublish, name: str) -> Response:
    """Have a definition act and score no more."""
    if ended := define.retire(call.connection, name, call.now):
        call.record("definition.retire", "definition", {"name": name, "rollouts": ended})
    return Response(status_code=204)


def _preview(call: Call, candidate: Definition) -> Preview | Reading:
    return call.services.previews.preview(call.connection, call.services.database, candidate, call.now)


def _previewed(found: Preview | Reading) -> Previewed:
    if isinstance(found, Reading):
        return Previewed(is_ready=False, done=found.done, total=found.total, figures=None)
    return Previewed(is_ready=True, done=found.leads, total=found.total, figures=as_figures(found))


def _sign(call: Call, version_id: int, side: Literal["marketing", "sales"]) -> WholeVersion:
    if call.caller.member_id is None:
        raise Refusal(403, "people_only", "a person signs: log in, or use a key that acts for a member")
    define.sign(call.connection, version_id, side, f"member:{call.caller.member_id}", call.now)
    call.record("definition.sign", f"version:{version_id}", {"side": side})
    return _whole(call, version_id)


def _whole(call: Call, version_id: int) -> WholeVersion:
    found = definitions.version(call.connection, version_id)
    signed = definitions.signatures(call.connection, version_id)
    return WholeVersion(
        **Version.model_validate(found).model_dump(),
        text=found.text,
        lists={name: list(values) for name, values in found.lists.items()},
        signatures=[Signature.model_validate(one) for one in signed.values()],
    )
