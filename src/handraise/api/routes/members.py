"""The people who work with the product."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from handraise.core.roles import Role
from handraise.flow import access
from handraise.http.callers import Call, needs, resource
from handraise.http.ids import Id
from handraise.http.paging import Cursor, Limit, Page
from handraise.store.access import members

router = resource("/members")
MayInvite = Annotated[Call, needs("users:write")]


class Member(BaseModel):
    """Somebody who works with the product."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    email: str
    name: str
    role: str
    zone: str
    language: str
    is_active: bool
    created_at: datetime


class NewMember(BaseModel, extra="forbid"):
    """Somebody to invite."""

    email: str = Field(max_length=255)
    name: str = Field(min_length=1, max_length=200)
    role: Role


class MemberChange(BaseModel, extra="forbid"):
    """What to change; what is left out stays."""

    name: str | None = Field(None, min_length=1, max_length=200)
    role: Role | None = None
    is_active: bool | None = None


class Invited(BaseModel):
    """A member and the password for the first log-in, which is shown once."""

    member: Member
    password: str


class NewPassword(BaseModel):
    """A password for the next log-in, which is shown once."""

    password: str


@router.get("")
def list_members(call: MayInvite, cursor: Cursor = None, limit: Limit = 50) -> Page[Member]:
    """Everybody, in the order they were added."""
    found = members(call.connection, after=call.place(cursor) or 0, limit=limit + 1)
    items = [Member.model_validate(one) for one in found[:limit]]
    return Page(items=items, next=call.cursor_if(len(found) > limit, items))


@router.post("", status_code=201)
def add_member(call: MayInvite, given: NewMember) -> Invited:
    """Invite somebody; give them the password on another way than this one."""
    call.hold_back()
    made, password = access.add_member(
        call.connection, email=given.email, name=given.name, role=given.role, by=call.by, now=call.now
    )
    return Invited(member=Member.model_validate(made), password=password)


@router.patch("/{member_id}")
def change_member(call: MayInvite, member_id: Id, given: MemberChange) -> Member:
    """Change a name or a role, or let somebody leave: their sessions end at once."""
    changed = access.change_member(
        call.connection, member_id, call.by, call.now, **given.model_dump(exclude_none=True)
    )
    return Member.model_validate(changed)


@router.post("/{member_id}/password", status_code=201)
def reset_password(call: MayInvite, member_id: Id) -> NewPassword:
    """Make up a new first password for somebody who lost theirs; their sessions end."""
    call.hold_back()
    return NewPassword(password=access.reset_password(call.connection, member_id, call.by, call.now))
