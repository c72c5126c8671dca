"""Durable ingest against PostgreSQL itself on the same table, in one run.

The floor is pgbench: 64 connections that insert rows of the same size into `event`, prepared, nothing else:
no HTTP, no de-duplication, no recognition, no marks. Ours is the real server, answering each request after
commit. Both use the product's own PostgreSQL with fsync on, over its socket.
"""

import asyncio
import base64
import itertools
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import unquote, urlsplit

from granian.server.embed import Server
from sqlalchemy import text

from handraise.api.ingest import IngestDoor, SourceCache
from handraise.api.serving import server_options
from handraise.flow.capture import GroupCommit
from handraise.flow.pipeline import receive_all
from handraise.store.embedded import Embedded
from handraise.store.embedded.binaries import installed
from handraise.store.schema import create
from handraise.store.session import Database
from handraise.store.sources import create_source

CONNECTIONS = 64
PEOPLE = 20_000
PROPERTIES = {
    "path": "/pricing",
    "url": "https://acme.com/pricing?utm_source=ads",
    "title": "Pricing",
    "n": 3,
}
CONTEXT = {"locale": "en-US", "userAgent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "ip": "192.0.2.7"}
_ROW = (
    "insert into handraise.event (received_at, occurred_at, lead_id, source_id, kind, event, message_id, "
    "session_id, anonymous_id, user_id, properties, context, clock) "
    "select now(), now(), (random() * {people})::bigint, 1, 'track', 'Pricing Viewed', 'm-' || :client_id "
    "|| '-' || (random() * 1e12)::bigint, 's-1', null, 'user-' || :client_id, '{properties}'::jsonb, "
    "'{context}'::jsonb, 'given' from generate_series(1, {rows});\n"
)


def now() -> datetime:
    """The moment, since a benchmark has no other."""
    return datetime.now(UTC)


# --- the floor --------------------------------------------------------------------------------------------


def floor(url: str, rows: int, seconds: int) -> float:
    """Rows a second that pgbench inserts, `rows` in a transaction."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(
            _ROW.format(
                people=PEOPLE, rows=rows, properties=json.dumps(PROPERTIES), context=json.dumps(CONTEXT)
            )
        )
        script.flush()
        command = [installed().postgres.parent / "pgbench", "-n", "-M", "prepared", "-c", str(CONNECTIONS)]
        options = ["-j", "2", "-T", str(seconds), "-f", script.name]
        found = subprocess.run(
            [*map(str, command), *options], check=True, capture_output=True, text=True, env=_for_libpq(url)
        )
    tps = re.search(r"tps = ([\d.]+)", found.stdout)
    assert tps, found.stdout
    return float(tps[1]) * rows


def _for_libpq(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    options = dict(pair.split("=") for pair in parts.query.split("&"))
    return {
        **os.environ,
        "PGUSER": parts.username or "",
        "PGPASSWORD": unquote(parts.password or ""),
        "PGHOST": unquote(options["host"]),
        "PGPORT": options["port"],
        "PGDATABASE": parts.path.strip("/"),
    }


# --- ours -------------------------------------------------------------------------------------------------


async def serve(url: str, socket: Path) -> None:
    """The ingest door, as the product runs it."""
    database = Database(url)
    group = GroupCommit(database, receive_all, clock=now)
    door = IngestDoor(group, SourceCache(database), clock=now)
    server = Server(door, uds=socket, **server_options(), log_enabled=False)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.stop)
    await server.serve()


@contextmanager
def served(url: str, socket: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The door in a process of its own."""
    process = subprocess.Popen([sys.executable, "-m", "bench.ingest", url, str(socket)])
    try:
        while not socket.exists():
            assert process.poll() is None, "the server ended"
            time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        process.wait()


class Sender(asyncio.Protocol):
    """One connection that sends the next request as soon as the last is answered."""

    def __init__(self, requests: Iterator[bytes], until: float) -> None:
        self.requests = requests
        self.until = until
        self.answered = 0
        self.taken: list[float] = []
        self.ended = asyncio.get_running_loop().create_future()
        self._waiting = b""
        self._began = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        head, end, body = self._waiting.partition(b"\r\n\r\n")
        if not end:
            return
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        assert length, head
        if len(body) < int(length[1]):
            return
        assert head.startswith(b"HTTP/1.1 200"), (head, body[:300])
        assert b'"quarantined"' not in body, body[:300]
        self._waiting = b""
        self.answered += 1
        self.taken.append(time.perf_counter() - self._began)
        if self._began < self.until:
            self._send()
        else:
            self.transport.close()

    def connection_lost(self, _: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_result(None)

    def _send(self) -> None:
        self._began = time.perf_counter()
        self.transport.write(next(self.requests))


async def ours(socket: Path, key: str, rows: int, seconds: float, run: str) -> tuple[float, list[float]]:
    """Events a second, and how long each request took."""
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    requests = _requests(key, rows, run)
    senders = []
    for _ in range(CONNECTIONS):
        made = partial(Sender, requests, started + seconds)
        senders.append((await loop.create_unix_connection(made, str(socket)))[1])
    await asyncio.gather(*(sender.ended for sender in senders))
    elapsed = time.perf_counter() - started
    answered = sum(sender.answered for sender in senders)
    return answered * rows / elapsed, [one for sender in senders for one in sender.taken]


def _requests(key: str, rows: int, run: str) -> Iterator[bytes]:
    """Requests without end, each with ids of its own; most of their text is made once."""
    credentials = base64.b64encode(f"{key}:".encode()).decode()
    path = "/v1/track" if rows == 1 else "/v1/batch"
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {credentials}\r\nContent-Length: "
    call = {
        "type": "track",
        "event": "Pricing Viewed",
        "properties": PROPERTIES,
        "context": {**CONTEXT, "sessionId": "s-1"},
        "timestamp": now().isoformat(),
        "userId": "user-@@",
        "messageId": f"{run}-##",
    }
    before, middle, after = re.split("@@|##", json.dumps(call))
    for first in itertools.count(0, rows):
        calls = [
            f"{before}{number * 7919 % PEOPLE}{middle}{number}{after}"
            for number in range(first, first + rows)
        ]
        body = calls[0] if rows == 1 else f'{{"batch":[{",".join(calls)}]}}'
        yield f"{head}{len(body)}\r\n\r\n{body}".encode()


# --- both, in turns ---------------------------------------------------------------------------------------


def measured(seconds: int, rounds: int) -> dict[str, Any]:
    """Medians over rounds in which the floor and ours take turns."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="handraise-bench-") as folder:
        Path(folder).chmod(0o755)
        with Embedded(folder, settings={"max_connections": "200", "max_wal_size": "4GB"}) as server:
            create(server.address("handraise_owner", over_socket=True))
            url = server.address("handraise_app", over_socket=True)
            key = _source(url)
            socket = Path(folder) / "door"
            with served(url, socket):
                asyncio.run(ours(socket, key, 100, 3, "warm-up"))  # makes the people, too
                for rows in (1, 100):
                    found |= _in_turns(url, socket, key, rows, seconds, rounds)
    return found


def _in_turns(url: str, socket: Path, key: str, rows: int, seconds: int, rounds: int) -> dict[str, Any]:
    floors, rates, taken = [], [], list[float]()
    for number in range(rounds):
        _empty(url)
        floors.append(floor(url, rows, seconds))
        _empty(url)
        rate, times = asyncio.run(ours(socket, key, rows, seconds, f"{rows}-{number}"))
        rates.append(rate)
        taken += times
    taken.sort()
    return {
        f"ingest_{rows}_floor": round(median(floors)),
        f"ingest_{rows}_events_per_s": round(median(rates)),
        f"ingest_{rows}_over_floor": round(median(rates) / median(floors), 3),
        f"ingest_{rows}_p50_ms": round(taken[len(taken) // 2] * 1000, 1),
        f"ingest_{rows}_p99_ms": round(taken[int(len(taken) * 0.99)] * 1000, 1),
    }


def _source(url: str) -> str:
    database = Database(url)
    with database.transaction() as connection:
        return create_source(connection, name="bench", kind="server", now=now())[1]


def _empty(url: str) -> None:
    """Both start on the same small table; ids that were taken stay taken."""
    database = Database(url)
    with database.transaction() as connection:
        connection.execute(text("delete from event"))
        connection.execute(text("delete from dirty_lead"))
    database.close()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], Path(sys.argv[2])))
