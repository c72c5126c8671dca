"""The ingest door: find the key, read the body, parse, store with everybody else's, answer.

Raw ASGI, since this is the path that every visit of every page takes. Paths that are not for events go on to
the application behind.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from handraise.api.ingest.answers import (
    NOT_NOW,
    Answer,
    away,
    json_answer,
    pixel,
    refusal,
    send_answer,
    taken,
)
from handraise.api.ingest.clients import posthog_script, posthog_settings, rudder_settings, segment_settings
from handraise.api.ingest.hooks import read_hook
from handraise.api.ingest.keys import SourceCache, key_in_head, no_key
from handraise.api.ingest.limits import RateLimits
from handraise.api.ingest.origins import check_origin, preflight_headers, sharing_headers
from handraise.api.ingest.paths import (
    DROPPED,
    ENTRIES,
    HOOKS,
    POSTHOG_ARRAY,
    POSTHOG_SETTINGS,
    PROJECTS,
    RUDDER_SETTINGS,
    SETTINGS,
    Entry,
)
from handraise.api.ingest.requests import (
    ASGI,
    Disconnected,
    Receive,
    Request,
    RequestRefused,
    Scope,
    Send,
    inflated,
    request_from,
    wire_body,
)
from handraise.connect.inbound.formats import parse
from handraise.core.message import Parsed, Refused
from handraise.flow.capture import Arrival, CaptureAway, GroupCommit, Outcome, in_order
from handraise.store.session import DatabaseAway
from handraise.store.sources import Source

_BY_PATH: Final = {(path + end).encode(): entry for path, entry in ENTRIES.items() for end in ("", "/")}
_Handle = Callable[[Request, Receive], Awaitable[Answer]]
BODY_SECONDS: Final = 10.0
ANSWER_SECONDS: Final = 15.0


@dataclass(frozen=True)
class Seconds:
    """How long a request may take."""

    body: float = BODY_SECONDS
    answer: float = ANSWER_SECONDS


class IngestDoor:
    """An ASGI application for everything that sends events.

    Parameters
    ----------
    otherwise
        The application that answers all other paths, and the server's lifespan; without it they are 404.
    public_address
        `https://leads.acme.com`: where browsers reach this server. Without it, what the request says.
    """

    def __init__(
        self,
        capture: GroupCommit,
        sources: SourceCache,
        *,
        clock: Callable[[], datetime],
        otherwise: ASGI | None = None,
        public_address: str | None = None,
        limits: RateLimits | None = None,
        seconds: Seconds | None = None,
    ) -> None:
        self._capture = capture
        self._sources = sources
        self._clock = clock
        self._otherwise = otherwise
        self._public_address = public_address
        self._limits = limits or RateLimits()
        self._seconds = seconds or Seconds()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and (handle := self._handler(scope["path"])):
            await self._serve(handle, request_from(scope), receive, send)
        elif self._otherwise is not None:
            await self._otherwise(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await send_answer(send, refusal(RequestRefused(404, "no_such_path", "there is nothing here")), {})

    # --- which path --------------------------------------------------------------------------------------

    def _handler(self, path: str) -> _Handle | None:
        plain = path.rstrip("/")
        if entry := ENTRIES.get(plain):
            return lambda request, receive: self._events(entry, request, receive)
        if plain in DROPPED:
            return self._dropped
        if plain in POSTHOG_SETTINGS or plain.startswith(POSTHOG_ARRAY) or plain == RUDDER_SETTINGS:
            return self._settings
        if plain.startswith(PROJECTS) and plain.endswith(SETTINGS):
            return self._settings
        if plain.startswith(HOOKS):
            return self._hook
        return None

    # --- one request -------------------------------------------------------------------------------------

    async def _serve(self, handle: _Handle, request: Request, receive: Receive, send: Send) -> None:
        if request.method == "OPTIONS":
            await send_answer(send, Answer(204), preflight_headers(request))
            return
        try:
            answer = await handle(request, receive)
        except Disconnected:
            return
        except RequestRefused as refused:
            answer = refusal(refused)
        except (CaptureAway, DatabaseAway, TimeoutError) as error:
            # Without the text of a database's error: it may name what nobody outside should know.
            answer = away(str(error) if isinstance(error, CaptureAway) else NOT_NOW)
        await send_answer(send, answer, sharing_headers(request), has_body=request.method != "HEAD")

    async def _events(self, entry: Entry, request: Request, receive: Receive) -> Answer:
        if request.method not in entry.methods:
            raise _not_allowed(entry.methods)
        source = await self._source(key_in_head(request), entry, request)
        wire = await wire_body(request, receive, seconds=self._seconds.body)
        read = self._read(entry, request, wire, is_known=source is not None)
        source = source or await self._source(read.parsed.write_key, entry, request)
        if source is None:
            raise no_key()
        return _answer(entry, read, await self._stored(source, entry.adapter, request.target, read.parsed))

    async def _source(self, key: str | None, entry: Entry, request: Request) -> Source | None:
        """The source of the key, when it may send here; None when there is no key yet."""
        if not key:
            return None
        source = await self._sources.source_of(key)
        _admit(source, entry, request)
        return source

    def _read(self, entry: Entry, request: Request, wire: bytes, *, is_known: bool) -> "_Read":
        """The calls in a body; one that cannot be inflated is kept when it is known whose it is."""
        arrived = self._clock()
        try:
            body = inflated(wire, request.headers.get("content-encoding"))
        except RequestRefused as refused:
            if refused.status != 400 or not is_known:
                raise
            return _Read(wire, Parsed((), (Refused(refused.code, str(refused), wire),)))
        found = parse(entry.adapter, body, received_at=arrived, path=request.target, headers=request.headers)
        return _Read(body, found)

    async def _stored(self, source: Source, adapter: str, path: str, parsed: Parsed) -> list[Outcome]:
        arrival = _arrival(source, adapter, path, parsed)
        if not arrival:
            return []
        self._limits.take(source, len(arrival))
        async with asyncio.timeout(self._seconds.answer):
            outcomes = await self._capture.capture(arrival)
        return in_order(arrival, outcomes)

    # --- the same for a server that waits by itself ------------------------------------------------------

    def entry(self, path: bytes) -> Entry | None:
        """What a path is for, as it stands in the head of a request, when it takes events by POST."""
        entry = _BY_PATH.get(path)
        return entry if entry is not None and "POST" in entry.methods else None

    def take(self, entry: Entry, request: Request, wire: bytes, tell: Callable[[Answer], None]) -> bool:
        """Take a request of events that is whole; `tell` hears the answer once they are on disk, or at once.

        In the loop in which it is called. False, and nothing is done, when its key has to be looked up:
        calling the application does.
        """
        try:
            key = key_in_head(request)
            source = self._sources.known(key)
            if key and source is None:
                return False
            if source is not None:
                _admit(source, entry, request)
            read = self._read(entry, request, wire, is_known=source is not None)
            if source is None:
                source = self._sources.known(read.parsed.write_key)
                if source is None:
                    return False
                _admit(source, entry, request)
            arrival = _arrival(source, entry.adapter, request.target, read.parsed)
            if arrival:
                self._limits.take(source, len(arrival))
                self._capture.submit(arrival, partial(_told, tell, entry, read, arrival))
            else:
                tell(_answer(entry, read, []))
        except RequestRefused as refused:
            tell(refusal(refused))
        except CaptureAway as error:
            tell(away(str(error)))
        return True

    # --- what is not events of a tracker -----------------------------------------------------------------

    async def _hook(self, request: Request, receive: Receive) -> Answer:
        if request.method != "POST":
            raise _not_allowed(("POST",))
        source = await self._sources.source_of(request.path.rstrip("/").removeprefix(HOOKS))
        if source.kind != "webhook":
            raise no_key()
        wire = await wire_body(request, receive, seconds=self._seconds.body)
        body = inflated(wire, request.headers.get("content-encoding"))
        found = read_hook(source, body, request, self._clock())
        if isinstance(found, Answer):
            return found
        # The key is part of the address, which is not kept. What cannot be read is in quarantine: the sender
        # hears no error, for it would only send the same again.
        outcomes = await self._stored(source, source.adapter, "", found)
        return taken(outcomes, is_whole_wrong=False, more={})

    async def _settings(self, request: Request, receive: Receive) -> Answer:
        plain = request.path.rstrip("/")
        if request.method == "POST":
            await wire_body(request, receive, seconds=self._seconds.body)
        if plain in POSTHOG_SETTINGS or plain.startswith(POSTHOG_ARRAY):
            return posthog_script() if plain.endswith(".js") else posthog_settings()
        if request.method not in ("GET", "HEAD"):
            raise _not_allowed(("GET",))
        key = key_in_head(request)
        if plain.startswith(PROJECTS):
            key = plain.removeprefix(PROJECTS).removesuffix(SETTINGS)
        source = await self._sources.source_of(key)
        if source.public_key is None:
            raise no_key()
        if plain == RUDDER_SETTINGS:
            return rudder_settings(source.public_key)
        return segment_settings(request, source.public_key, self._public_address)

    async def _dropped(self, request: Request, receive: Receive) -> Answer:
        await wire_body(request, receive, seconds=self._seconds.body)
        return Answer(204) if request.path.startswith("/v1/") else json_answer({"status": "Ok"})

    # --- the server's life, when nothing stands behind --------------------------------------------------

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            else:
                await asyncio.to_thread(self._capture.close)
                await send({"type": "lifespan.shutdown.complete"})
                return


@dataclass(frozen=True, slots=True)
class _Read:
    """A body without its compression, and what is in it."""

    body: bytes
    parsed: Parsed


def _admit(source: Source, entry: Entry, request: Request) -> None:
    """Refuse a source that may not send there."""
    if source.kind == "webhook":
        raise no_key()
    check_origin(request, source)
    if entry.is_for_servers and source.kind != "server":
        raise RequestRefused(403, "servers_only", "only a server's key may import")


def _arrival(source: Source, adapter: str, path: str, parsed: Parsed) -> Arrival:
    return Arrival(source.id, adapter, path, parsed.messages, parsed.refused, source.first_event_at is None)


def _answer(entry: Entry, read: _Read, outcomes: list[Outcome]) -> Answer:
    if entry.form == "pixel":
        return pixel()
    return taken(outcomes, is_whole_wrong=_is_whole_wrong(read.parsed, read.body), more=entry.more)


def _told(
    tell: Callable[[Answer], None],
    entry: Entry,
    read: _Read,
    arrival: Arrival,
    outcomes: list[Outcome] | CaptureAway,
) -> None:
    if isinstance(outcomes, CaptureAway):
        tell(away(str(outcomes)))
    else:
        tell(_answer(entry, read, in_order(arrival, outcomes)))


def _is_whole_wrong(parsed: Parsed, body: bytes) -> bool:
    """Whether the request itself could not be read, not just a call of a batch."""
    if parsed.messages or len(parsed.refused) != 1:
        return False
    return not parsed.refused[0].is_noise and parsed.refused[0].raw == body


def _not_allowed(methods: tuple[str, ...]) -> RequestRefused:
    allowed = ", ".join((*methods, "OPTIONS"))
    return RequestRefused(
        405, "method_not_allowed", f"this path takes {' and '.join(methods)}", {"allow": allowed}
    )
