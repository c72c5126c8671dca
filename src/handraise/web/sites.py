"""How pages are added: a router for each group, whose changes come from our own pages only."""

from hmac import compare_digest

from fastapi import APIRouter, Request
from starlette.datastructures import FormData

from handraise.core.saying import Saying
from handraise.http.callers import (
    CSRF_HEADER,
    SAFE,
    InTurn,
    check_same_site,
    csrf_token,
    services_of,
    session_token,
)
from handraise.http.problems import Refusal

CSRF_FIELD = "csrf_token"


class PageRoute(InTurn):
    """A page or a form: who changes something sends the token of their session, and is on our own site."""

    async def prepare(self, request: Request) -> None:
        """Read the form, and refuse what another site made a browser send."""
        token = session_token(request)
        if request.method in SAFE or token is None:
            return
        check_same_site(request, token if "origin" in request.headers else None)
        request.state.form = await request.form()
        given = request.headers.get(CSRF_HEADER) or str(form_of(request).get(CSRF_FIELD, ""))
        expected = csrf_token(services_of(request), token)
        if not compare_digest(given.encode("latin-1", "replace"), expected.encode()):
            raise Refusal(
                403, "csrf", Saying("The page was too old, or another site sent this. Load it again.")
            )


def form_of(request: Request) -> FormData:
    """The form that was sent, for routes whose fields have no names of their own."""
    found: FormData = request.state.form
    return found


def site(path: str = "") -> APIRouter:
    """The pages below one path, such as `/leads`."""
    return APIRouter(prefix=path, route_class=PageRoute, include_in_schema=False)
