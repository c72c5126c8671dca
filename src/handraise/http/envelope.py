"""What every request gets: an id, a line in the log, a count, and headers that keep browsers careful."""

import re
import secrets
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException

from handraise.http.problems import answer_for
from handraise.wiring.metrics import Metrics

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_ID: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
LARGEST_BODY: Final = 8 * 1024 * 1024
"""Bytes: a definition or a file to import; events have a limit of their own."""
_log = structlog.get_logger("handraise.requests")

# A page may say otherwise about itself; these hold where nothing is said.
_HEADERS: Final = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}
_TLS: Final = "max-age=31536000"


class Envelope:
    """Goes around an application."""

    def __init__(self, inner: Application, *, metrics: Metrics, is_tls: bool) -> None:
        self._inner = inner
        self._metrics = metrics
        self._is_tls = is_tls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; nothing that is raised gets further than here."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _ID.fullmatch(given) else secrets.token_hex(8)
        begun, status = time.perf_counter(), 0

        async def sending(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._add_headers(MutableHeaders(scope=message), request_id)
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._inner(scope, _bounded(scope, receive), sending)
            except Exception as error:  # what was answered already is logged already
                if not status:
                    await answer_for(error)(scope, receive, sending)
            self._note(scope, status, time.perf_counter() - begun)

    def _add_headers(self, headers: MutableHeaders, request_id: str) -> None:
        headers["x-request-id"] = request_id
        for name, value in _HEADERS.items():
            headers.setdefault(name, value)
        if self._is_tls:
            headers.setdefault("strict-transport-security", _TLS)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        # The route, not the path: a path may hold what somebody typed. The query is nobody's business.
        found = scope.get("route")
        route = str(getattr(found, "path", None) or "none")
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        self._metrics.requests.labels(method, route, str(status)).inc()
        self._metrics.request_seconds.labels(method, route).observe(seconds)
        _log.info("request", method=method, route=route, status=status, milliseconds=round(seconds * 1000, 1))


def _bounded(scope: Scope, receive: Receive) -> Receive:
    """Receive no more than the limit, whether the length is announced or not."""
    announced = Headers(scope=scope).get("content-length", "")
    received = 0

    async def receiving() -> MutableMapping[str, Any]:
        nonlocal received
        if announced.isdecimal() and int(announced[:18]) > LARGEST_BODY:
            raise _too_large()
        message = await receive()
        received += len(message.get("body", b""))
        if received > LARGEST_BODY:
            raise _too_large()
        return message

    return receiving


def _too_large() -> HTTPException:
    return HTTPException(413, f"The body is over {LARGEST_BODY} bytes.", {"connection": "close"})
