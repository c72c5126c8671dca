"""The way in and out: logging in, a password of one's own, logging out."""

from typing import Annotated

from fastapi import Form, Query, Request
from starlette.responses import Response

from handraise.core.errors import InputInvalid
from handraise.flow import access
from handraise.flow.access import SHORTEST_PASSWORD, LogInRefused, TooManyTries
from handraise.http.callers import (
    OPEN,
    Call,
    MemberCall,
    address_of,
    check_same_site,
    drop_cookie,
    services_of,
    session_token,
    set_cookie,
)
from handraise.store.access import member_by_id
from handraise.web.sites import site
from handraise.web.visits import go_to, own_address, show, visit_of, visit_without

router = site()
To = Annotated[str, Query(max_length=2000)]
Password = Annotated[str, Form(max_length=1024)]


@router.get("/")
def front(call: MemberCall) -> Response:
    """The first page that the viewer may see."""
    found = visit_of(call).navigation
    return go_to(call, found[0].path if found else "/me")


@router.get("/login", dependencies=[OPEN])
def log_in_page(request: Request, to: To = "/") -> Response:
    """Where one logs in."""
    return show(visit_without(request), "entering/log_in.html.jinja", to=own_address(to), email="", wrong="")


@router.post("/login", dependencies=[OPEN])
def log_in(
    request: Request,
    email: Annotated[str, Form(max_length=255)] = "",
    password: Password = "",
    to: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    """Log in; a session that the browser had ends. Too many tries close the door for a while."""
    check_same_site(request, None)
    services, visit = services_of(request), visit_without(request)
    _ = visit.gettext
    now, to = services.now(), own_address(to)
    try:
        token, member = access.log_in(
            services.database,
            email,
            password,
            address=address_of(request),
            agent=request.headers.get("user-agent"),
            now=now,
            rules=services.sessions,
        )
    except LogInRefused:
        wrong, status = _("The e-mail address or the password is wrong."), 401
    except TooManyTries:
        wrong, status = _("Too many log-ins failed. Wait 15 minutes, then try again."), 429
    else:
        if before := session_token(request):
            with services.database.transaction() as connection:
                access.end_session(connection, before)
        response = go_to(visit, "/password" if access.is_once(member) else to)
        set_cookie(response, request, token)
        return response
    response = show(visit, "entering/log_in.html.jinja", status=status, to=to, email=email, wrong=wrong)
    if status == 429:
        response.headers["retry-after"] = "900"
    return response


@router.get("/password")
def password_page(call: MemberCall, to: To = "/") -> Response:
    """Where one sets a password of one's own."""
    return _password(call, own_address(to))


@router.post("/password")
def change_password(
    call: MemberCall, current: Password = "", new: Password = "", to: Annotated[str, Form()] = "/"
) -> Response:
    """Set a password of one's own; all other sessions end."""
    _ = visit_of(call).gettext
    to = own_address(to)
    try:
        access.change_password(
            call.services.database,
            call.caller,
            current,
            new,
            address=address_of(call.request),
            now=call.now,
        )
    except LogInRefused:
        return _password(call, to, _("That is not your password as it is now."), 422)
    except TooManyTries:
        return _password(call, to, _("Too many tries failed. Wait 15 minutes, then try again."), 429)
    except InputInvalid:
        wrong = _("Choose one of %(n)s characters or more that is not your old one.", n=SHORTEST_PASSWORD)
        return _password(call, to, wrong, 422)
    return go_to(call, to, said=_("Your password is changed. Everywhere else you are logged out."))


@router.post("/logout")
def log_out(call: MemberCall, everywhere: Annotated[bool, Form()] = False) -> Response:
    """Log out here, or everywhere."""
    token = session_token(call.request)
    assert token is not None  # a page is not for keys: the call came by cookie
    access.log_out(call.connection, call.caller, token, call.now, everywhere=everywhere)
    response = go_to(call, "/login")
    drop_cookie(response, call.request)
    return response


def _password(call: Call, to: str, wrong: str = "", status: int = 200) -> Response:
    assert call.caller.member_id is not None
    member = member_by_id(call.connection, call.caller.member_id)
    return show(
        call,
        "entering/password.html.jinja",
        status=status,
        to=to,
        wrong=wrong,
        is_first=access.is_once(member),
        shortest=SHORTEST_PASSWORD,
    )
