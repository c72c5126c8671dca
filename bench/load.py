"""The load of the benchmark of ingest: as cheap as Python gets, since it runs on the cores it measures.

One loop over `epoll` with requests made beforehand but for their ids; answers are looked at no closer than to
see that they are whole and that everything was taken. It costs about what pgbench costs beside its inserts.
"""

import re
import select
import socket
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
_ANSWER = 1 << 20


class Sender:
    """One connection that sends the next request as soon as the last is answered."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(path))
        self.begun = 0.0
        self._waiting = b""

    def send(self, request: bytes) -> None:
        """Put a request on its way."""
        self.begun = time.perf_counter()
        self.socket.sendall(request)

    def is_answered(self) -> bool:
        """Take what has come; whether the answer is whole."""
        found = self.socket.recv(_ANSWER)
        assert found, "the server closed a connection"
        if self._waiting:
            found = self._waiting + found
        end = found.find(b"\r\n\r\n")
        length = _LENGTH.search(found, 0, end) if end > 0 else None
        if length is None or len(found) < end + 4 + int(length[1]):
            self._waiting = found
            return False
        assert found.startswith(b"HTTP/1.1 200"), found[:500]
        assert found.find(b'"quarantined"') < 0, found[:500]
        self._waiting = b""
        return True


def send(
    doors: Sequence[Path], connections: int, requests: Iterator[bytes], seconds: float
) -> tuple[float, list[float]]:
    """Requests a second, and how long each took: `connections` of them at once, spread over the doors."""
    senders = [Sender(doors[number % len(doors)]) for number in range(connections)]
    by_number = {sender.socket.fileno(): sender for sender in senders}
    waiting = select.epoll()
    for number in by_number:
        waiting.register(number, select.EPOLLIN)
    taken: list[float] = []
    started = time.perf_counter()
    for sender in senders:
        sender.send(next(requests))
    open_ones = len(senders)
    while open_ones:
        for number, _ in waiting.poll():
            sender = by_number[number]
            if not sender.is_answered():
                continue
            now = time.perf_counter()
            taken.append(now - sender.begun)
            if now - started < seconds:
                sender.send(next(requests))
            else:
                waiting.unregister(number)
                sender.socket.close()
                open_ones -= 1
    waiting.close()
    return len(taken) / (time.perf_counter() - started), taken
