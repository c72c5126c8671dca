"""A request as the ingest door sees it, and its body: small, soon and inflated, or refused."""

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs

from handraise.core.errors import HandraiseError

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ASGI = Callable[[Scope, Receive, Send], Awaitable[None]]

LARGEST_BODY: Final = 512 * 1024
"""Bytes of a body, on the wire and inflated."""
_GZIP: Final = b"\x1f\x8b"
_GZIP_BITS: Final = 16 + zlib.MAX_WBITS


class RequestRefused(HandraiseError):
    """The request is answered with `status`; `code` says why to machines, the text to people."""

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        self.status = status
        self.code = code
        self.headers = dict(headers or {})
        super().__init__(message)


class Disconnected(Exception):
    """The sender went away before all of the body was there; nobody waits for an answer."""


@dataclass(frozen=True, slots=True)
class Request:
    """The head of a request; header names are lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    scheme: str = "https"

    @property
    def target(self) -> str:
        """Path and query."""
        return f"{self.path}?{self.query}" if self.query else self.path

    def parameter(self, name: str) -> str | None:
        """The first value of a parameter of the query."""
        if name not in self.query:
            return None
        try:
            return parse_qs(self.query, max_num_fields=1_000).get(name, [None])[0]
        except ValueError:
            return None


def request_from(scope: Scope) -> Request:
    """Read the head out of an ASGI scope."""
    return Request(
        scope["method"],
        scope["path"],
        scope["query_string"].decode("latin-1"),
        {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]},
        scope.get("scheme", "https"),
    )


async def wire_body(request: Request, receive: Receive, *, seconds: float) -> bytes:
    """The body as it was sent.

    Raises
    ------
    RequestRefused
        413 when it is, or says that it is, too large; 408 when it is not there after `seconds`.
    Disconnected
        When the sender gave up.
    """
    check_announced(request)
    try:
        async with asyncio.timeout(seconds):
            return await _gathered(receive)
    except TimeoutError:
        raise too_slow(seconds) from None


def check_announced(request: Request) -> None:
    """Refuse a request that says itself that its body is too large."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:12]) > LARGEST_BODY:
        raise too_large("content-length")


async def _gathered(receive: Receive) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        part = message.get("body", b"")
        size += len(part)
        if size > LARGEST_BODY:
            raise too_large("the body")
        if part:
            parts.append(part)
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)


def inflated(body: bytes, encoding: str | None) -> bytes:
    """The body without its compression.

    Gzip is told by its first bytes, since browser libraries compress without saying so in a header; deflate
    (with zlib's header or without) by the header.

    Raises
    ------
    RequestRefused
        413 when it inflates to too much, 400 when it is not what it says, 415 for another compression.
    """
    if body.startswith(_GZIP):
        return _whole(body, _GZIP_BITS)
    if encoding is None or encoding.strip().lower() in ("", "identity", "gzip", "x-gzip"):
        return body  # some servers in between inflate and leave the header
    if encoding.strip().lower() != "deflate":
        raise RequestRefused(
            415, "unknown_encoding", "the body is compressed in an unknown way: gzip and deflate are taken"
        )
    try:
        return _whole(body, zlib.MAX_WBITS)
    except RequestRefused as refused:
        if refused.status != 400:
            raise
        return _whole(body, -zlib.MAX_WBITS)


def _whole(body: bytes, bits: int) -> bytes:
    found = b""
    try:
        while body:
            stream = zlib.decompressobj(bits)
            found += stream.decompress(body, LARGEST_BODY + 1 - len(found))
            if len(found) > LARGEST_BODY:
                raise too_large("the inflated body")
            if not stream.eof:
                raise zlib.error("cut off")
            body = stream.unused_data.lstrip(b"\x00")  # gzip files may follow one another
    except zlib.error:
        raise RequestRefused(
            400, "not_inflatable", "the body is damaged: it cannot be inflated. Send it again."
        ) from None
    return found


def too_slow(seconds: float) -> RequestRefused:
    """The answer to a body that is not there in time."""
    return RequestRefused(
        408, "too_slow", f"the body was not complete after {seconds:g} seconds", {"connection": "close"}
    )


def too_large(what: str) -> RequestRefused:
    """The answer to a body that is."""
    return RequestRefused(
        413,
        "too_large",
        f"{what} is over {LARGEST_BODY} bytes: send fewer events at a time",
        {"connection": "close"},
    )
