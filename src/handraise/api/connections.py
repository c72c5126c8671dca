"""One connection to the server: how long it may take, and events that are taken without a task of their own.

uvicorn's connection waits for ever for a head, and makes a task, messages and two writes of every request.
Here one look at all connections twice a second cuts those that are slow, and a request of events that is
whole goes to the ingest door as it is: most of what a product serves is such requests. Whatever is not as
usual about one (its key is not known yet, it comes before the last one was answered) goes the usual way.
"""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

import structlog
import uvicorn
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from handraise.api.ingest import IngestDoor
from handraise.api.ingest.answers import NOT_NOW, Answer, away, header_fields, mistake, refusal
from handraise.api.ingest.door import ANSWER_SECONDS
from handraise.api.ingest.origins import sharing_headers
from handraise.api.ingest.paths import Entry
from handraise.api.ingest.requests import (
    LARGEST_BODY,
    Request,
    RequestRefused,
    check_announced,
    too_large,
    too_slow,
)
from handraise.flow.capture import TOO_MUCH

HEADER_SECONDS: Final = 8.0
"""A connection whose head is not complete by then is cut; idle ones are closed after it too."""
BODY_SECONDS: Final = 9.0
"""The same for a body of events, which is answered with 408; and for any body of which nothing comes."""
LARGEST_HEAD: Final = 64 * 1024
MOST_HELD: Final = 128 * 1024 * 1024
"""Bytes of bodies of events that one process holds before it turns others away."""
LINGER: Final = 1024 * 1024
"""Bytes of a refused body that are still read, so that its sender gets to read why."""
_LINGER_SECONDS: Final = 2.0
_log = structlog.get_logger("handraise.http")


@dataclass(frozen=True)
class Patience:
    """How many seconds a head, a body and an answer to events may take; seen to half a second later."""

    head: float = HEADER_SECONDS
    body: float = BODY_SECONDS
    answer: float = ANSWER_SECONDS


class Options(uvicorn.Config):
    """uvicorn's options, our patience, and what all connections hold together."""

    def __init__(self, app: Any, *, patience: Patience, **options: Any) -> None:
        super().__init__(app, **options)
        self.patience = patience
        self.door = app if isinstance(app, IngestDoor) else None
        self.held = 0


class Connection(HttpToolsProtocol):
    """uvicorn's connection with an end to its patience, and a shorter way for events."""

    config: Options
    cycle: "RequestResponseCycle | _Taking | None"  # type: ignore[assignment]

    def __init__(
        self,
        config: Options,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._door = config.door
        self._is_head, self._began_now = True, False
        self._size_of_head = 0
        self._since = 0.0  # when what is waited for began, or something of it came
        self._lingers: int | None = None  # bytes that are still read and thrown away

    # --- what comes ----------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody is there."""
        super().connection_made(transport)
        self._since = self.loop.time()

    def data_received(self, data: bytes) -> None:
        """Something came."""
        if self._lingers is not None:
            self._lingers -= len(data)
            if self._lingers < 0:
                self.transport.close()
            return
        self._began_now = False
        super().data_received(data)
        if self._is_head:
            if not self._began_now:  # else it came with what was before it
                self._size_of_head += len(data)
            if self._size_of_head > LARGEST_HEAD and not self.transport.is_closing():
                self._refuse(b"431 Request Header Fields Too Large")
        elif not isinstance(self.cycle, _Taking):
            self._since = self.loop.time()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is there any more."""
        if isinstance(self.cycle, _Taking):
            self.cycle.end()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._is_head, self._began_now, self._size_of_head = True, True, 0
        self._since = self.loop.time()

    def on_headers_complete(self) -> None:
        """The head is there."""
        self._is_head = False
        self._since = self.loop.time()
        entry = self._entry()
        if entry is None:
            super().on_headers_complete()
        else:
            self.cycle = _Taking(self, entry, self._since)
            self.cycle.check_announced()

    def on_body(self, body: bytes) -> None:
        """A part of the body is there."""
        if isinstance(self.cycle, _Taking):
            self.cycle.add(body)
        else:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """All of the body is there."""
        if isinstance(self.cycle, _Taking):
            self.cycle.complete(self.loop.time())
        else:
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """An answer is out: the next request, if it is there. `look` closes those from whom nothing comes."""
        self._since = self.loop.time()
        if self.pipeline:
            super().on_response_complete()
        elif not self.transport.is_closing():
            self.flow.resume_reading()

    # --- what is done about it -----------------------------------------------------------------------------

    def look(self, now: float) -> None:
        """Cut the connection, or answer its request, when what is waited for takes too long."""
        cycle, waited, patience = self.cycle, now - self._since, self.config.patience
        if self._lingers is not None:
            if waited > _LINGER_SECONDS:
                self.transport.close()
        elif isinstance(cycle, _Taking) and not cycle.response_complete:
            cycle.look(now, patience)
        elif cycle is None or cycle.response_complete:
            if waited > patience.head:
                self.transport.close()
        elif cycle.more_body and not self.flow.read_paused and waited > patience.body:
            self.transport.close()

    def begin_as_usual(self, taking: "_Taking") -> None:
        """Have the application answer the request, all of which is there."""
        super().on_headers_complete()
        assert isinstance(self.cycle, RequestResponseCycle)
        self.cycle.body += taking.body
        super().on_message_complete()

    def request(self) -> Request:
        """The head of the request that is read."""
        path, _, query = self.url.partition(b"?")
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in self.headers}
        return Request("POST", path.decode("ascii"), query.decode("latin-1"), headers, self.scheme or "http")

    def write(self, answer: Answer, request: Request, *, keep_alive: bool, is_read: bool) -> None:
        """An answer, whole; then the next request, or the end."""
        parts = [STATUS_LINE[answer.status]]
        for name, value in (
            *self.server_state.default_headers,
            *header_fields(answer, sharing_headers(request)),
        ):
            parts += (name, b": ", value, b"\r\n")
        is_last = not (keep_alive and is_read) or "connection" in answer.headers
        if is_last and "connection" not in answer.headers:
            parts.append(b"connection: close\r\n")
        parts += (b"\r\n", answer.body)
        self.transport.write(b"".join(parts))
        if not is_read:
            self._lingers, self._since = LINGER, self.loop.time()
            return
        if is_last:
            self.transport.close()
        self.on_response_complete()

    def _entry(self) -> Entry | None:
        """What the request is for, when nothing but the disk has to be waited for to answer it."""
        if self._door is None or self.expect_100_continue or self.parser.get_method() != b"POST":
            return None
        if self.cycle is not None and not self.cycle.response_complete:
            return None
        return self._door.entry(self.url.partition(b"?")[0])

    def _refuse(self, status: bytes) -> None:
        self.transport.write(b"HTTP/1.1 %b\r\nconnection: close\r\ncontent-length: 0\r\n\r\n" % status)
        self.transport.close()


class _Nobody:
    """Stands where uvicorn wakes the task of a request: there is none."""

    def set(self) -> None:
        """Nobody waits."""


class _Taking:
    """A request of events from its head to its answer; has what uvicorn's connection asks of a request."""

    message_event: Final = _Nobody()

    def __init__(self, connection: Connection, entry: Entry, now: float) -> None:
        parser = connection.parser
        self.connection, self.entry, self.request = connection, entry, connection.request()
        self.body = b""
        self.more_body = True
        self.response_complete = False
        self.disconnected = False
        self.keep_alive = parser.get_http_version() != "1.0" and parser.should_keep_alive()
        self._since = now
        self._parts: list[bytes] = []
        self._size = 0

    def check_announced(self) -> None:
        """Refuse at once what says that it is too large."""
        try:
            check_announced(self.request)
        except RequestRefused as refused:
            self.tell(refusal(refused))

    def add(self, part: bytes) -> None:
        """A part of the body."""
        if self.response_complete:
            return
        options = self.connection.config
        self._parts.append(part)
        self._size += len(part)
        options.held += len(part)
        if self._size > LARGEST_BODY:
            self.tell(refusal(too_large("the body")))
        elif options.held > MOST_HELD:
            self.tell(away(TOO_MUCH))

    def complete(self, now: float) -> None:
        """All of the body is there: to the door with it."""
        if self.response_complete:
            return
        self.more_body, self._since = False, now
        self.body = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        door = self.connection.config.door
        assert door is not None
        try:
            is_taken = door.take(self.entry, self.request, self.body, self.tell)
        except Exception as error:
            # Without the error's text: it may quote what was sent.
            _log.error("request failed", error=type(error).__name__, path=self.request.path)
            self.tell(mistake())
        else:
            if not is_taken:
                self.end()
                self.connection.begin_as_usual(self)

    def look(self, now: float, patience: Patience) -> None:
        """Give up waiting for the body, or for the disk."""
        if self.more_body and now - self._since > patience.body:
            self.tell(refusal(too_slow(patience.body)))
        elif not self.more_body and now - self._since > patience.answer:
            self.tell(away(NOT_NOW))

    def tell(self, answer: Answer) -> None:
        """Answer, unless that was done or nobody is there any more."""
        if self.response_complete:
            return
        self.end()
        if not self.connection.transport.is_closing():
            self.connection.write(
                answer, self.request, keep_alive=self.keep_alive, is_read=not self.more_body
            )

    def end(self) -> None:
        """It is over, answered or not."""
        if not self.response_complete:
            self.response_complete = True
            self.connection.config.held -= self._size
