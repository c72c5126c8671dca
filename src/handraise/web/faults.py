"""What goes wrong, as a page that says what to do; to htmx as a toast, the page staying as it is."""

import json
from typing import Any, Final
from urllib.parse import quote

import sqlalchemy as sa
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from handraise.core.errors import DefinitionInvalid, HandraiseError
from handraise.core.saying import Saying
from handraise.http.callers import SAFE
from handraise.http.problems import answer_for
from handraise.web.visits import Visit, show, visit_without
from handraise.web.wording import to_translate as _

LOG_IN: Final = "/login"
NEW_PASSWORD: Final = "/password"  # noqa: S105  (an address)

_TITLES: Final = {
    403: _("This is not yours to see or do"),
    404: _("There is no such page"),
    405: _("There is no such page"),
    409: _("This has changed meanwhile"),
    413: _("That is too large"),
    422: _("Something is missing or cannot be read"),
    429: _("Too many tries"),
    500: _("This is a mistake of ours"),
    503: _("The database does not answer at the moment"),
}
_ADVICE: Final = {
    403: _("Your role does not include it. An administrator can change that."),
    404: _("The address may be mistyped, or what was here is gone or is somebody else's."),
    405: _("The address may be mistyped, or what was here is gone or is somebody else's."),
    409: _("Load the page again to see how it stands now."),
    413: _("Send less at once."),
    429: _("Wait 15 minutes, then try again."),
    500: _("Nothing was changed. The log has what happened, by the number below."),
    503: _("Nothing was changed. Try again in a little while."),
}
# Whose own words name what the reader asked for, and so say more than the general ones.
_OWN_WORDS: Final = frozenset((409, 422))


def install(app: FastAPI) -> None:
    """Answer every error of the pages with a page."""

    async def handle(request: Request, error: Exception) -> Response:
        return answered(request, error)

    for kind in (HandraiseError, RequestValidationError, HTTPException, sa.exc.SQLAlchemyError, Exception):
        app.add_exception_handler(kind, handle)


def answered(request: Request, error: Exception) -> Response:
    """The answer to a request that went wrong, by the table that the API answers by too."""
    answer = answer_for(error)
    problem: dict[str, Any] = json.loads(bytes(answer.body))
    code, status = problem["code"], answer.status_code
    if code == "not_logged_in":
        return _sent_to(request, LOG_IN)
    if code == "password_change_needed":
        return _sent_to(request, NEW_PASSWORD)
    visit = visit_without(request)
    response = _told(visit, status, _detail(visit, error, str(problem["detail"])))
    for name in ("retry-after", "connection"):
        if name in answer.headers:
            response.headers[name] = answer.headers[name]
    return response


def _sent_to(request: Request, address: str) -> Response:
    """Log in first, and come back to where one wanted to be."""
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    is_page = request.method in SAFE and wanted != "/" and request.headers.get("hx-request") != "true"
    address = f"{address}?to={quote(wanted)}" if is_page else address
    if request.headers.get("hx-request") == "true":
        return Response(status_code=200, headers={"hx-redirect": address})
    return RedirectResponse(address, 303)


def _detail(visit: Visit, error: Exception, answered: str) -> str:
    """What the error says in its own words, or the answer to one that is none of ours."""
    if isinstance(error, HandraiseError) and not isinstance(error, DefinitionInvalid):
        return visit.told(error)
    return visit.tongue.retold(Saying(answered))


def _told(visit: Visit, status: int, said: str) -> Response:
    title = visit.gettext(_TITLES.get(status, _TITLES[500]))
    detail = said if status in _OWN_WORDS else ""
    advice = visit.gettext(_ADVICE[status]) if status in _ADVICE else ""
    if visit.request.headers.get("hx-request") == "true":
        response = Response(status_code=status)
        # Nothing is swapped: what somebody wrote stays in its form.
        response.headers["hx-reswap"] = "none"
        told = {"text": detail or f"{title}. {advice}".strip(), "is_fault": True, "status": status}
        response.headers["hx-trigger"] = json.dumps({"said": told})
        return response
    number = None if status < 500 else visit.request.headers.get("x-request-id")
    return show(
        visit,
        "fault.html.jinja",
        status=status,
        code=status,
        title=title,
        detail=detail,
        advice=advice,
        number=number,
    )
