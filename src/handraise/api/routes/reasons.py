"""The managed lists of reasons that rejections, recyclings and the like carry."""

from typing import Annotated

from fastapi import Path, Response
from pydantic import BaseModel, ConfigDict, Field

from handraise.core.reasons import Consequence, ReasonKind, reason_of
from handraise.http.callers import Call, needs, resource
from handraise.http.paging import Page
from handraise.store import reasons

router = resource("/reasons")
MayRead = Annotated[Call, needs("handoffs:read")]
MayWrite = Annotated[Call, needs("settings:write")]
Code = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,49}$")]


class Reason(BaseModel):
    """A reason: the code that is kept, what people read, and where a lead goes with it."""

    model_config = ConfigDict(from_attributes=True)

    kind: ReasonKind
    code: str
    label: str
    then: Consequence


class Said(BaseModel, extra="forbid"):
    """What people read, and where a lead goes with it; what disqualifies or recycles does, by default."""

    label: str = Field(min_length=1, max_length=200)
    then: Consequence | None = None


@router.get("")
def list_reasons(call: MayRead, kind: ReasonKind | None = None) -> Page[Reason]:
    """The reasons that can be given, in their order: of one list, or of all."""
    found = reasons.reasons(call.connection, kind)
    return Page(items=[Reason.model_validate(one) for one in found], next=None)


@router.put("/{kind}/{code}")
def put_reason(call: MayWrite, kind: ReasonKind, code: Code, given: Said) -> Reason:
    """Add a reason to a list, or change what it says; one that was retired can be given again."""
    then = given.then or ("disqualify" if kind == "disqualify" else "recycle")
    reasons.put_reason(call.connection, kind, code, given.label, then)
    call.record("reason.put", f"reason:{kind}", {"code": code, "then": then})
    return Reason.model_validate(reasons.reason(call.connection, kind, code))


@router.delete("/{kind}/{code}", status_code=204)
def retire_reason(call: MayWrite, kind: ReasonKind, code: Code) -> Response:
    """Take a reason out of its list; what was decided with it keeps it."""
    reason_of(kind, code, reasons.reasons(call.connection, kind))
    reasons.retire_reason(call.connection, kind, code)
    call.record("reason.retire", f"reason:{kind}", {"code": code})
    return Response(status_code=204)
