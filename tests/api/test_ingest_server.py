"""The door under the real server: slow and hostile connections are cut, and the others notice nothing."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from handraise.api.connections import Patience
from handraise.store.session import Database
from tests.api.conftest import basic
from tests.flow.captured import a_source, count

ROOT = Path(__file__).parents[2]


@dataclass
class Served:
    process: subprocess.Popen[bytes]
    path: Path
    connected: Database
    key: str

    def post(self, body: Any) -> httpx.Response:
        transport = httpx.HTTPTransport(uds=str(self.path))
        with httpx.Client(transport=transport, base_url="http://leads.acme.com", timeout=30) as client:
            return client.post("/v1/track", content=body, headers=basic(self.key))

    def opened(self, sent: str) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(30)
        connection.connect(str(self.path))
        connection.sendall(sent.encode())
        return connection

    def head(self, **headers: Any) -> str:
        named = {
            "host": "x",
            **basic(self.key),
            **{key.replace("_", "-"): value for key, value in headers.items()},
        }
        return "POST /v1/track HTTP/1.1\r\n" + "".join(f"{key}: {value}\r\n" for key, value in named.items())

    def memory(self, which: str = "VmRSS") -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(rf"{which}:\s+(\d+) kB", status)
        assert found
        return int(found[1]) * 1024


@pytest.fixture
def served(database: Any) -> Iterator[Served]:
    connected = Database(database.url)
    _, key = a_source(connected)
    with tempfile.TemporaryDirectory(prefix="hr-") as folder:
        path = Path(folder) / "s"
        command = [sys.executable, "-m", "tests.api.served", database.url, str(path)]
        process = subprocess.Popen(command, cwd=ROOT, env={"PATH": os.defpath, "PYTHONPATH": str(ROOT)})
        served = Served(process, path, connected, key)
        try:
            _wait_until_it_answers(served)
            yield served
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()
            process.wait()
            connected.close()


def _wait_until_it_answers(served: Served) -> None:
    for _ in range(600):
        assert served.process.poll() is None, "the server ended"
        with socket.socket(socket.AF_UNIX) as trying, contextlib.suppress(OSError):
            trying.connect(str(served.path))
            return
        time.sleep(0.05)
    raise AssertionError("the server does not answer")


def test_slow_senders_are_cut_and_others_are_served(served: Served) -> None:
    slow_heads = [served.opened(served.head()) for _ in range(20)]
    slow_bodies = [served.opened(served.head(content_length=100) + "\r\n{") for _ in range(20)]
    slow_chunks = [
        served.opened(served.head(transfer_encoding="chunked") + "\r\n1\r\n{\r\n") for _ in range(20)
    ]
    for number in range(5):
        body = json.dumps({"event": "E", "userId": "u1", "messageId": f"m-{number}"})
        assert served.post(body).status_code == 200
    for connection in slow_heads:
        assert b"200 OK" not in _until_cut(connection)
    for connection in [*slow_bodies, *slow_chunks]:
        assert _until_cut(connection).startswith(b"HTTP/1.1 408")
    assert count(served.connected, "event") == 5


def _until_cut(connection: socket.socket) -> bytes:
    """What came until the server closed the connection; a server that does not is a TimeoutError."""
    found = b""
    with connection, contextlib.suppress(ConnectionResetError):
        while part := connection.recv(65_536):
            found += part
    return found


def test_huge_bodies_are_refused_without_being_kept(served: Served) -> None:
    def drops() -> Any:
        for _ in range(300):
            yield b" " * 1_000_000

    with contextlib.suppress(httpx.TransportError):
        served.post(drops())
    served.post(b" " * 600_000)
    Path(f"/proc/{served.process.pid}/clear_refs").write_text("5")  # the peak counts from here
    before = served.memory()
    for body in (drops(), b" " * 300_000_000):
        # The server answers and closes while the sender is still sending: it may not get to read the answer.
        with contextlib.suppress(httpx.TransportError):
            assert served.post(body).status_code == 413
    assert served.memory("VmHWM") - before < 10_000_000
    assert served.post(b"{}").status_code == 400


def test_server_stops_in_order_when_it_is_asked_to(served: Served) -> None:
    assert served.post(json.dumps({"event": "E", "userId": "u1"})).status_code == 200
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(20) == 0


def test_what_the_product_runs_with_cuts_within_ten_seconds() -> None:
    between_looks = 0.5
    assert Patience().head + between_looks < 10
    assert Patience().body + between_looks < 10
