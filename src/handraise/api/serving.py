"""How the product is served over HTTP, so that slow or hostile connections cost the others nothing.

uvicorn, and HTTP/1 only: a proxy in front speaks HTTP/2 to browsers, and what is not spoken cannot be abused.
"""

import asyncio
import contextlib
import gc
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import uvicorn

from handraise.api.connections import Connection, Options, Patience

_BACKLOG: Final = 2048
_STOPPING: Final = 12  # seconds that requests in work may take when the server is asked to stop
_NEW_OBJECTS: Final = 20_000  # between two looks for garbage among them
_LOOK: Final = 5  # tenths of a second between two looks for those who are slow


class Server(uvicorn.Server):
    """Serves an ASGI application on a socket of ours until it is asked to `stop`.

    The socket is closed in the end.
    """

    def __init__(self, application: Any, listener: socket.socket, patience: Patience | None = None) -> None:
        self._listener = listener
        self._options = Options(
            application,
            patience=patience or Patience(),
            http=Connection,
            interface="asgi3",
            lifespan="on",
            ws="none",
            loop="asyncio",
            # What goes wrong is answered and written down by the application, without what people sent.
            log_config=None,
            log_level="critical",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            backlog=_BACKLOG,
            timeout_graceful_shutdown=_STOPPING,
        )
        super().__init__(self._options)

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until stopped; requests in work are answered, then the application's lifespan ends."""
        await super().serve(sockets or [self._listener])

    def stop(self) -> None:
        """Ask it to end; for its own loop, or for a signal's handler."""
        self.should_exit = True

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are handled by whoever runs the process."""
        yield

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second; cut whoever is slow every now and then."""
        if counter % _LOOK == 0:
            now = asyncio.get_running_loop().time()
            for connection in list(self.server_state.connections):
                if isinstance(connection, Connection):
                    connection.look(now)
        return await super().on_tick(counter)


def spare_the_collector() -> None:
    """Have what is loaded by now stay, and look for garbage less often; for a process that only serves.

    Requests leave hardly any circles behind. Looking for them as often as Python does by itself was a tenth
    of a request's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 10, 20)


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens there; several processes may share the port.

    Its connections send at once. asyncio sees to that only where it made the socket itself; elsewhere the
    body of an answer waits 40 ms for the browser to have confirmed its head.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.create_server((host, port), family=family, backlog=_BACKLOG, reuse_port=True)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def listening_at(path: Path) -> socket.socket:
    """A socket of this machine's that listens at a path."""
    made = socket.socket(socket.AF_UNIX)
    made.bind(str(path))
    made.listen(_BACKLOG)
    return made
