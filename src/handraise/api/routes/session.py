"""Logging in and out, and who one is."""

from datetime import datetime

from fastapi import Request, Response
from pydantic import BaseModel, Field

from handraise.core import roles
from handraise.core.roles import PERMISSIONS
from handraise.flow import access
from handraise.http.callers import (
    OPEN,
    Call,
    MemberCall,
    address_of,
    check_same_site,
    csrf_token,
    drop_cookie,
    resource,
    services_of,
    session_token,
    set_cookie,
)
from handraise.http.problems import Refusal
from handraise.store.access import member_by_id

router = resource("/session")


class LogIn(BaseModel, extra="forbid"):
    """An address and a password."""

    email: str = Field(max_length=255)
    password: str = Field(max_length=1024, json_schema_extra={"format": "password"})


class PasswordChange(BaseModel, extra="forbid"):
    """The password there is and the one to come."""

    current: str = Field(max_length=1024, json_schema_extra={"format": "password"})
    new: str = Field(max_length=1024, json_schema_extra={"format": "password"})


class LoggedIn(BaseModel):
    """A session. `csrf_token` goes into X-CSRF-Token of every call that changes something."""

    member_id: int
    csrf_token: str
    must_change_password: bool
    ends_at: datetime


class Me(BaseModel):
    """Who calls. `permissions` are those that reach at least something."""

    kind: str
    id: int
    member_id: int | None
    email: str | None
    name: str | None
    role: str
    permissions: list[str]
    must_change_password: bool
    csrf_token: str | None


@router.post("", status_code=201, dependencies=[OPEN])
def log_in(request: Request, response: Response, given: LogIn) -> LoggedIn:
    """Log in. The session is in a cookie; one that the browser had ends.

    Ten tries that fail within 15 minutes, for one account or from one address, close the door until they are
    over.
    """
    check_same_site(request, None)
    services = services_of(request)
    now = services.now()
    token, member = access.log_in(
        services.database,
        given.email,
        given.password,
        address=address_of(request),
        agent=request.headers.get("user-agent"),
        now=now,
        rules=services.sessions,
    )
    if before := session_token(request):
        with services.database.transaction() as connection:
            access.end_session(connection, before)
    set_cookie(response, request, token)
    return LoggedIn(
        member_id=member.id,
        csrf_token=csrf_token(services, token),
        must_change_password=access.is_once(member),
        ends_at=now + services.sessions.lasts,
    )


@router.get("")
def me(call: MemberCall) -> Me:
    """Who calls, and what they may."""
    caller, token = call.caller, session_token(call.request)
    member = member_by_id(call.connection, caller.member_id) if caller.member_id else None
    return Me(
        kind=caller.kind,
        id=caller.id,
        member_id=caller.member_id,
        email=member.email if member else None,
        name=member.name if member else None,
        role=caller.role,
        permissions=[one for one in PERMISSIONS if roles.may(caller.role, one) and _has(call, one)],
        must_change_password=caller.must_change_password,
        csrf_token=csrf_token(call.services, token) if token and caller.kind == "member" else None,
    )


def _has(call: Call, permission: str) -> bool:
    return call.caller.scopes is None or permission in call.caller.scopes


@router.delete("", status_code=204)
def log_out(call: MemberCall, everywhere: bool = False) -> Response:
    """Log out here, or everywhere."""
    response = Response(status_code=204)
    token = _required_token(call)
    access.log_out(call.connection, call.caller, token, call.now, everywhere=everywhere)
    drop_cookie(response, call.request)
    return response


@router.put("/password", status_code=204)
def change_password(call: MemberCall, given: PasswordChange) -> None:
    """Set a password of one's own; all other sessions end."""
    _required_token(call)
    access.change_password(
        call.services.database,
        call.caller,
        given.current,
        given.new,
        address=address_of(call.request),
        now=call.now,
    )


def _required_token(call: Call) -> str:
    token = session_token(call.request)
    if call.caller.kind != "member" or token is None:
        raise Refusal(403, "people_only", "this is for people who are logged in, not for API keys")
    return token
