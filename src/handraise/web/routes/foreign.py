"""Logging in with somebody else's provider (OpenID Connect)."""

import base64
import binascii
import hmac
import json
import secrets
from typing import Annotated, Any, Final

import structlog
from fastapi import Query, Request
from starlette.responses import RedirectResponse, Response

from handraise.connect.oidc import Provider, ProviderFailed
from handraise.flow import access
from handraise.flow.access import LogInRefused
from handraise.http.callers import OPEN, is_secure, services_of, session_token, set_cookie
from handraise.http.problems import Refusal
from handraise.web.sites import site
from handraise.web.visits import go_to, own_address, show, visit_without

router = site("/login/oidc")
_COOKIE: Final = "handraise_oidc"
_SECONDS: Final = 600
_SIGNATURE: Final = 32  # bytes
_log = structlog.get_logger("handraise.oidc")


@router.get("", dependencies=[OPEN])
def begin(request: Request, to: Annotated[str, Query(max_length=2000)] = "/") -> Response:
    """Send the browser to the provider, with what ties its answer to this browser in a cookie."""
    provider = _provider(request)
    kept = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    try:
        address = provider.address(_back(request), **kept)
    except ProviderFailed as error:
        return _refused(request, error)
    response = RedirectResponse(address, 303)
    response.set_cookie(
        _COOKIE,
        _signed(
            request,
            {**kept, "to": own_address(to), "until": services_of(request).now().timestamp() + _SECONDS},
        ),
        max_age=_SECONDS,
        path="/login/oidc",
        secure=is_secure(request),
        httponly=True,
        samesite="lax",
    )
    return response


@router.get("/back", dependencies=[OPEN])
def back(
    request: Request,
    code: Annotated[str, Query(max_length=4000)] = "",
    state: Annotated[str, Query(max_length=200)] = "",
    iss: Annotated[str | None, Query(max_length=2000)] = None,
) -> Response:
    """The provider's answer: whoever it has recognised, and was invited, is logged in."""
    provider, services = _provider(request), services_of(request)
    now = services.now()
    kept = _kept(request)
    try:
        if kept is None or not code or not hmac.compare_digest(kept["state"].encode(), state.encode()):
            raise ProviderFailed("the answer is not to this browser's question, or too late")
        email = provider.verified_address(
            code,
            _back(request),
            nonce=kept["nonce"],
            verifier=kept["verifier"],
            now=now.timestamp(),
            issuer=iss,
        )
        with services.database.transaction() as connection:
            token, _ = access.log_in_by_address(
                connection,
                email,
                agent=request.headers.get("user-agent"),
                now=now,
                rules=services.sessions,
            )
            if before := session_token(request):
                access.end_session(connection, before)
    except (ProviderFailed, LogInRefused) as error:
        return _refused(request, error)
    response = go_to(visit_without(request), kept["to"])
    set_cookie(response, request, token)
    response.delete_cookie(_COOKIE, path="/login/oidc", httponly=True, samesite="lax")
    return response


def _provider(request: Request) -> Provider:
    found = services_of(request).provider
    if found is None:
        raise Refusal(404, "not_found", "There is no such page.")
    return found


def _back(request: Request) -> str:
    public = services_of(request).settings.public_url
    scheme = "https" if is_secure(request) else "http"
    here = public or f"{scheme}://{request.headers.get('host', '')}"
    return f"{here}/login/oidc/back"


def _refused(request: Request, error: Exception) -> Response:
    """The log-in page, with words that give nothing away; the log has the reason."""
    visit = visit_without(request)
    _ = visit.gettext
    if isinstance(error, LogInRefused):
        wrong = _("You are known there, but nobody has invited you here. Ask an administrator.")
    else:
        _log.warning("log-in with the provider failed", problem=str(error))
        wrong = _("Logging in there did not work. Try again, or log in with your password.")
    return show(visit, "entering/log_in.html.jinja", status=401, to="/", email="", wrong=wrong)


def _signed(request: Request, kept: dict[str, Any]) -> str:
    content = json.dumps(kept, separators=(",", ":")).encode()
    signature = hmac.digest(services_of(request).key_for("oidc"), content, "sha256")
    return base64.urlsafe_b64encode(signature + content).decode()


def _kept(request: Request) -> dict[str, Any] | None:
    """What was made up for the log-in that this browser began, if it is not too old."""
    try:
        signed = base64.urlsafe_b64decode(request.cookies.get(_COOKIE, "").encode())
    except (ValueError, binascii.Error):
        return None
    content = signed[_SIGNATURE:]
    services = services_of(request)
    expected = hmac.digest(services.key_for("oidc"), content, "sha256")
    if not content or not hmac.compare_digest(expected, signed[:_SIGNATURE]):
        return None
    found: dict[str, Any] = json.loads(content)
    return found if found["until"] >= services.now().timestamp() else None
