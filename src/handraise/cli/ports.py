"""The port people reach the product at: whether it is free, and keeping it while the server restarts."""

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from handraise.core.errors import HandraiseError


class PortTaken(HandraiseError):
    """Another program listens there."""


@contextmanager
def reserved(host: str, port: int) -> Iterator[int]:
    """Hold a port without listening on it; gives its number, a free one for 0.

    A server of ours can listen on it meanwhile, no other program can take it.

    Raises
    ------
    PortTaken
        When another program has it, or the address is none of this machine.
    """
    with _socket(host) as probe:  # alone: sharing would hide that somebody else shares
        _bind(probe, host, port)
        found: int = probe.getsockname()[1]
    with _socket(host) as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        _bind(held, host, found)
        yield found


def _socket(host: str) -> socket.socket:
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return made


def _bind(one: socket.socket, host: str, port: int) -> None:
    try:
        one.bind((host, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(
                f"Port {port} on {host} is taken by another program. Stop that one, or choose another port: "
                "--port 8485, or --port 0 for any free one."
            ) from None
        raise PortTaken(
            f"Cannot listen on {host} port {port} ({error.strerror or error}). HANDRAISE_HOST and "
            "HANDRAISE_PORT say where to listen."
        ) from None
