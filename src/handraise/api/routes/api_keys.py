"""API keys: programs' way in."""

from datetime import datetime
from typing import Annotated

from fastapi import Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from handraise.core.roles import Role
from handraise.flow import access
from handraise.http.callers import Call, needs, resource
from handraise.http.ids import Id
from handraise.http.paging import Cursor, Limit, Page
from handraise.store.access import keys

router = resource("/api-keys")
MayKey = Annotated[Call, needs("users:write")]


class ApiKey(BaseModel):
    """A key, of which only the end is known."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    hint: str
    role: str
    scopes: list[str]
    member_id: int | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


class NewKey(BaseModel, extra="forbid"):
    """A key to make. It may what its scopes say, as far as its role (or its member's) reaches."""

    name: str = Field(min_length=1, max_length=200)
    scopes: list[str] = Field(min_length=1, max_length=50)
    role: Role = "admin"
    member_id: int | None = Field(None, ge=1, le=2**63 - 1)
    expires_at: AwareDatetime | None = None


class MadeKey(BaseModel):
    """A key; `key` itself is shown once."""

    api_key: ApiKey
    key: str


@router.get("")
def list_keys(call: MayKey, cursor: Cursor = None, limit: Limit = 50) -> Page[ApiKey]:
    """Every key, revoked ones too."""
    found = keys(call.connection, after=call.place(cursor) or 0, limit=limit + 1)
    items = [ApiKey.model_validate(one) for one in found[:limit]]
    return Page(items=items, next=call.cursor_if(len(found) > limit, items))


@router.post("", status_code=201)
def add_key(call: MayKey, given: NewKey) -> MadeKey:
    """Make a key."""
    call.hold_back()
    made, key = access.add_key(
        call.connection,
        name=given.name,
        scopes=given.scopes,
        role=given.role,
        member_id=given.member_id,
        expires_at=given.expires_at,
        by=call.by,
        now=call.now,
    )
    return MadeKey(api_key=ApiKey.model_validate(made), key=key)


@router.delete("/{key_id}", status_code=204)
def revoke_key(call: MayKey, key_id: Id) -> Response:
    """Make a key worth nothing from now on."""
    access.revoke_key(call.connection, key_id, call.by, call.now)
    return Response(status_code=204)
