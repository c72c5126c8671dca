"""What goes wrong, as `application/problem+json` (RFC 9457): a status, a code for programs, words for people.

Nothing of the inside goes out: no SQL, no traces, no values of other people, no echo of what was sent.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import sqlalchemy as sa
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from handraise.connect.addresses import AddressRefused
from handraise.core.errors import DefinitionInvalid, HandraiseError
from handraise.flow.access import LastAdministrator, LogInRefused, TooManyTries
from handraise.flow.handoff import HandoffForeign
from handraise.store.faults import fault
from handraise.store.session import DatabaseAway

TYPE: Final = "application/problem+json"
RETRY_AFTER: Final = "2"
_AWAY: Final = "The database does not answer at the moment; the same request is right in a little while."
_log = structlog.get_logger("handraise.api")


class Refusal(HandraiseError):
    """A request is answered with this status; `code` says why to programs, the text to people."""

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        self.status = status
        self.code = code
        self.headers = dict(headers or {})
        self.more = more
        super().__init__(message)


_SPECIAL: Final[Mapping[type[HandraiseError], tuple[int, str]]] = {
    LogInRefused: (401, "log_in_refused"),
    TooManyTries: (429, "too_many_tries"),
    AddressRefused: (422, "address_refused"),
    HandoffForeign: (403, "handoff_foreign"),
    LastAdministrator: (409, "last_administrator"),
}


def problem(
    status: int, code: str, detail: str, headers: Mapping[str, str] | None = None, **more: Any
) -> JSONResponse:
    """An answer that says what is wrong."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "code": code}
    return JSONResponse(
        {**body, "detail": detail, **more}, status, headers=dict(headers or {}), media_type=TYPE
    )


def answer_for(error: Exception) -> Response:
    """What is answered when this was raised: the table of all errors."""
    if isinstance(error, Refusal):
        return problem(error.status, error.code, str(error), error.headers, **error.more)
    if isinstance(error, RequestValidationError):
        return _not_valid(error)
    if isinstance(error, HTTPException):
        code = HTTPStatus(error.status_code).name.lower()
        return problem(error.status_code, code, str(error.detail), error.headers)
    if isinstance(error, DatabaseAway):
        return _away()
    if isinstance(error, HandraiseError):
        return _ours(error)
    if isinstance(error, sa.exc.SQLAlchemyError):
        return _of_database(error)
    # With what was raised from: which table or row it was stays in the log.
    _log.error("request failed", error=type(error).__name__, exc_info=error)
    return problem(500, "mistake", "This is a mistake of ours; the log has it by the request id.")


def _ours(error: HandraiseError) -> Response:
    """An error of ours by its name: what is unknown is 404, what is invalid 422, all else a conflict."""
    name = type(error).__name__
    if type(error) in _SPECIAL:
        status, code = _SPECIAL[type(error)]
        headers = {"retry-after": "900"} if status == 429 else None
        return problem(status, code, str(error), headers)
    if isinstance(error, DefinitionInvalid):
        found = [
            {"line": one.line, "column": one.column, "severity": one.severity, "message": one.message}
            for one in error.problems
        ]
        return problem(422, "definition_invalid", "The definition cannot be used.", problems=found)
    status = 404 if name.endswith("Unknown") else 422 if name.endswith("Invalid") else 409
    return problem(status, _snake(name), str(error))


def _of_database(error: sa.exc.SQLAlchemyError) -> Response:
    blame = fault(error)
    _log.warning("statement failed", blame=blame, error=type(error).__name__)
    if blame == "row":
        return problem(422, "not_storable", "A value is too large, or holds what cannot be stored.")
    if blame == "conflict":
        return problem(
            503, "busy", "Somebody else changed the same; try again.", {"retry-after": RETRY_AFTER}
        )
    return _away()


def _away() -> Response:
    return problem(503, "away", _AWAY, {"retry-after": RETRY_AFTER})


def _not_valid(error: RequestValidationError) -> Response:
    """What is wrong where, without what was sent."""
    found = [
        {"at": "/".join(str(part) for part in one["loc"])[:200], "message": one["msg"], "code": one["type"]}
        for one in error.errors()[:50]
    ]
    is_json = any(one["type"] == "json_invalid" for one in error.errors())
    code = "not_json" if is_json else "not_valid"
    return problem(422, code, "The request is not as it has to be; `errors` says where.", errors=found)


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def install(app: FastAPI) -> None:
    """Answer every error of the application with a problem."""

    async def handle(_request: Request, error: Exception) -> Response:
        return answer_for(error)

    for kind in (HandraiseError, RequestValidationError, HTTPException, sa.exc.SQLAlchemyError, Exception):
        app.add_exception_handler(kind, handle)
