"""Who calls, whether they may, and the transaction that the call is: what every route of ours begins with."""

import asyncio
import hmac
import json
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Request
from fastapi.routing import APIRoute
from starlette.responses import JSONResponse, Response

from handraise.core.roles import Permission
from handraise.flow import access, audit
from handraise.flow.access import KEY_PREFIX, Caller
from handraise.http.paging import cursor, place_of
from handraise.http.problems import Refusal
from handraise.store import idempotency
from handraise.wiring import Services

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER: Final = "x-csrf-token"
BY_ITSELF: Final = "x-by-itself"
"""Sent by a page that looks for news by itself: no sign that somebody is there."""
_LONGEST_KEY: Final = 255
_COOKIE: Final = "handraise_session"
Needed = Permission | Literal["log_in", "anybody"]
_Handle = Callable[[Request], Coroutine[Any, Any, Response]]


@dataclass
class Call:
    """One call of the product's interface: its transaction is committed before the answer goes out."""

    request: Request = field(repr=False)
    services: Services = field(repr=False)
    connection: sa.Connection = field(repr=False)
    caller: Caller
    now: datetime

    @property
    def by(self) -> str:
        """Who it is, for records: `member:7`."""
        return self.caller.actor

    def record(self, action: str, subject: str, detail: Mapping[str, object] = MappingProxyType({})) -> None:
        """Write an audit entry."""
        audit.record(self.connection, self.by, action, subject, self.now, detail)

    def hold_back(self) -> None:
        """The answer holds a secret that is shown once: do not keep it for a repeat of the call."""
        self.request.state.is_secret = True

    def cursor(self, *place: Any) -> str:
        """A place in the list that was asked for."""
        return cursor(self._list_key, list(place))

    def cursor_if(self, is_more: bool, items: Sequence[Any]) -> str | None:
        """Where the next page of a list by ids begins, if there is one."""
        return self.cursor(items[-1].id) if is_more and items else None

    def place(self, given: str | None) -> Any:
        """The place that the cursor names."""
        found = place_of(self._list_key, given)
        return found[0] if found is not None and len(found) == 1 else found

    @property
    def _list_key(self) -> bytes:
        return self.services.key_for(f"cursor {self.request.url.path}")


def services_of(request: Request) -> Services:
    """The services of the application."""
    found: Services = request.app.state.services
    return found


# --- the session's cookie -----------------------------------------------------------------------------------


def is_secure(request: Request) -> bool:
    """Whether the browser reaches us over TLS, here or at a proxy in front."""
    forwarded = request.headers.get("x-forwarded-proto", "")
    public = services_of(request).settings.public_url or ""
    return request.url.scheme == "https" or forwarded == "https" or public.startswith("https://")


def cookie_name(request: Request) -> str:
    """The cookie's name; over TLS one that browsers let no other host set."""
    return f"__Host-{_COOKIE}" if is_secure(request) else _COOKIE


def session_token(request: Request) -> str | None:
    """The token of the session, if a browser sent one."""
    return request.cookies.get(cookie_name(request))


def set_cookie(response: Response, request: Request, token: str) -> None:
    """Give the session to the browser: no script reads it, no other site sends it along."""
    response.set_cookie(
        cookie_name(request),
        token,
        max_age=int(services_of(request).sessions.lasts.total_seconds()),
        path="/",
        secure=is_secure(request),
        httponly=True,
        samesite="lax",
    )


def drop_cookie(response: Response, request: Request) -> None:
    """Take the session from the browser."""
    response.delete_cookie(
        cookie_name(request), path="/", secure=is_secure(request), httponly=True, samesite="lax"
    )


def csrf_token(services: Services, token: str) -> str:
    """What a page of ours sends along with what it changes; another site's cannot know it."""
    return hmac.new(services.key_for("csrf"), token.encode(), sha256).hexdigest()


def check_same_site(request: Request, token: str | None) -> None:
    """Refuse what another site's page makes a browser do with our cookie.

    A browser says where a page is from; where nothing is said, the token has to be there. Without a cookie
    (`token` is None, as when logging in) nothing said is fine.
    """
    origin = request.headers.get("origin")
    if origin is not None:
        if origin.lower() not in _own_origins(request):
            raise Refusal(403, "other_site", "the call comes from a page of another site")
        return
    if token is None:
        return
    given = request.headers.get(CSRF_HEADER, "")
    expected = csrf_token(services_of(request), token)
    if not hmac.compare_digest(given.encode("latin-1", "replace"), expected.encode()):
        raise Refusal(403, "csrf", f"send {CSRF_HEADER} with the token that GET /api/v1/session gives")


def _own_origins(request: Request) -> set[str]:
    own = {f"{'https' if is_secure(request) else 'http'}://{request.headers.get('host', '')}".lower()}
    if public := services_of(request).settings.public_url:
        parts = urlsplit(public)
        own.add(f"{parts.scheme}://{parts.netloc}".lower())
    return own


def address_of(request: Request) -> str:
    """Where the call comes from: the peer, or what the outermost proxy of ours saw."""
    proxies = services_of(request).settings.proxies
    if proxies:
        seen = [one.strip() for one in request.headers.get("x-forwarded-for", "").split(",") if one.strip()]
        if seen:
            return seen[-min(proxies, len(seen))][:100]
    return request.client.host if request.client else "local"


# --- who it is ----------------------------------------------------------------------------------------------


def caller_of(request: Request, connection: sa.Connection, now: datetime) -> Caller:
    """Who calls: by API key (`Authorization: Bearer hr_k_…`), or by the session's cookie.

    Raises
    ------
    Refusal
        401 when neither holds, 403 when a cookie comes from another site's page.
    """
    if given := request.headers.get("authorization", "").strip():
        kind, _, key = given.partition(" ")
        found = None
        if kind.lower() == "bearer" and key.strip().startswith(KEY_PREFIX):
            found = access.caller_of_key(connection, key.strip(), now)
        if found is None:
            raise _nobody("The API key is unknown, revoked or expired.")
        return found
    token = session_token(request)
    if token is None:
        raise _nobody("Log in, or send an API key: `Authorization: Bearer hr_k_…`.")
    rules, is_use = services_of(request).sessions, BY_ITSELF not in request.headers
    found = access.caller_of_session(connection, token, now, rules, is_use=is_use)
    if found is None:
        raise _nobody("The session has ended; log in again.")
    if request.method not in SAFE:
        check_same_site(request, token)
    return found


def _nobody(words: str) -> Refusal:
    return Refusal(401, "not_logged_in", words, {"www-authenticate": 'Bearer realm="handraise"'})


def _require(caller: Caller, needed: Needed) -> None:
    if needed == "log_in" or needed == "anybody":
        return
    if caller.must_change_password:
        raise Refusal(403, "password_change_needed", "Set your own password first: PUT /session/password.")
    if not caller.may(needed):
        raise Refusal(403, "not_permitted", f"This needs the permission `{needed}`.", permission=needed)


@contextmanager
def _call(request: Request, needed: Needed) -> Iterator[Call]:
    services = services_of(request)
    now = services.now()
    with services.database.transaction() as connection:
        caller = caller_of(request, connection, now)
        _require(caller, needed)
        request.state.connection = connection
        _take_key(request, connection, caller, now)
        yield Call(request, services, connection, caller, now)


def needs(permission: Needed) -> Any:
    """The call as a route's parameter: in a transaction, by somebody who has the permission.

    `log_in` is for what everybody may who is logged in.
    """

    def call(request: Request) -> Iterator[Call]:
        with _call(request, permission) as found:
            yield found

    call.permission = permission  # type: ignore[attr-defined]
    # Of the function, not the request: the commit comes before the answer, or there is another answer.
    return Depends(call, scope="function")


def open_to_anybody() -> None:
    """What a route depends on that nobody has to log in for; said aloud, since forgetting is refused."""


open_to_anybody.permission = "anybody"  # type: ignore[attr-defined]
OPEN: Final = Depends(open_to_anybody)


# --- the same call again ------------------------------------------------------------------------------------


class _Repeated(Exception):
    """The call was made before; this is what was answered."""

    def __init__(self, answer: Response) -> None:
        self.answer = answer


def _take_key(request: Request, connection: sa.Connection, caller: Caller, now: datetime) -> None:
    """Take the call's idempotency key, or end the call with the answer of the one that took it."""
    key = request.headers.get("idempotency-key")
    if key is None or (body_hash := getattr(request.state, "body_hash", None)) is None:
        return
    if not 0 < len(key) <= _LONGEST_KEY or not key.isprintable() or not key.isascii():
        raise Refusal(422, "idempotency_key_invalid", "an idempotency key is 1 to 255 printable characters")
    route = f"POST {request.url.path}"
    kept = idempotency.take(connection, caller.actor, key, route, body_hash, now)
    if kept is None:
        request.state.idempotency = (caller.actor, key)
        return
    if (kept.route, kept.body_hash) != (route, body_hash):
        raise Refusal(422, "idempotency_key_reused", "this idempotency key was used for another call")
    if kept.answer is None:
        raise Refusal(409, "done_before", "This was done before; its answer held a secret and is not kept.")
    raise _Repeated(JSONResponse(kept.answer, kept.status or 200, headers={"idempotent-replay": "true"}))


def _keep_answer(request: Request, response: Response) -> None:
    """Keep the answer, in the transaction of the call."""
    if (taken := getattr(request.state, "idempotency", None)) is None:
        return
    is_secret = getattr(request.state, "is_secret", False)
    answer = None if is_secret or not response.body else json.loads(bytes(response.body))
    if not is_secret and answer is None:
        answer = {}
    caller, key = taken
    idempotency.keep(request.state.connection, caller, key, response.status_code, answer)


class InTurn(APIRoute):
    """A route of ours: at most as many at once as there are connections.

    A call keeps its connection until it ends. More calls than connections would only wait for each other,
    some of them with a connection in hand.
    """

    def get_route_handler(self) -> _Handle:
        """The handler with that around it."""
        handle = super().get_route_handler()

        async def handler(request: Request) -> Response:
            await self.prepare(request)
            async with request.app.state.turns:
                return await self.answer(handle, request)

        return handler

    async def prepare(self, request: Request) -> None:
        """Do what needs no turn."""

    async def answer(self, handle: _Handle, request: Request) -> Response:
        """Answer, when it is its turn."""
        return await handle(request)


class OneTransaction(InTurn):
    """A call of the API: with an idempotency key, doing it again changes nothing."""

    async def prepare(self, request: Request) -> None:
        """Know the body again."""
        if request.method == "POST" and "idempotency-key" in request.headers:
            request.state.body_hash = sha256(await request.body()).digest()

    async def answer(self, handle: _Handle, request: Request) -> Response:
        """Answer as the first time, and keep what is answered."""
        try:
            response = await handle(request)
        except _Repeated as repeated:
            return repeated.answer
        await asyncio.to_thread(_keep_answer, request, response)
        return response


def resource(path: str, tag: str | None = None) -> APIRouter:
    """The routes of one resource, such as `/members`."""
    return APIRouter(
        prefix=f"/api/v1{path}", tags=[tag or path.strip("/").split("/")[0]], route_class=OneTransaction
    )


MemberCall = Annotated[Call, needs("log_in")]
