"""The real server in a thread of this process."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from handraise.api.connections import Patience
from handraise.api.serving import Server


@contextmanager
def served(application: Any, listener: socket.socket, patience: Patience | None = None) -> Iterator[Server]:
    """Serve the application on the socket; it is stopped in order."""
    server = Server(application, listener, patience)
    loop = asyncio.new_event_loop()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(server.serve())

    thread = threading.Thread(target=run)
    thread.start()
    while not server.started:  # with the application as it is now
        assert thread.is_alive(), "the server ended"
        time.sleep(0.005)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(server.stop)
        thread.join()
        loop.close()
