"""How the HTTP server is set up so that slow or hostile connections cost the others nothing."""

from typing import Any, Final

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings

HEADER_SECONDS: Final = 8.0
"""A connection whose head is not complete by then is cut; idle ones are closed after it too."""
MOST_AT_ONCE: Final = 512
"""Requests in work in one process; with bodies of at most 512 KB each, what they can hold is bounded."""
_HEAD_BUFFER: Final = 64 * 1024


def server_options(*, header_seconds: float = HEADER_SECONDS) -> dict[str, Any]:
    """Options for Granian's server, multi-process or embedded.

    HTTP/1 only: a proxy in front speaks HTTP/2 to browsers, and what is not spoken cannot be abused. The
    body's time-out and size are the ingest door's own.
    """
    return {
        "interface": Interfaces.ASGI,
        "http": HTTPModes.http1,
        "websockets": False,
        "backlog": 2048,
        "backpressure": MOST_AT_ONCE,
        "http1_settings": HTTP1Settings(
            header_read_timeout=int(header_seconds * 1000), max_buffer_size=_HEAD_BUFFER
        ),
        "log_access": False,
    }
