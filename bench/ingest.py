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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy import text

from bench import load, processor
from handraise.api.ingest import IngestDoor, SourceCache
from handraise.api.serving import Server, listening_at, spare_the_collector
from handraise.cli import up
from handraise.flow.capture import GroupCommit
from handraise.flow.pipeline import receive_all
from handraise.settings import read_settings
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


def web_processes() -> int:
    """As many as `handraise up` starts here."""
    return up.web_processes(read_settings())


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
    spare_the_collector()
    server = Server(door, listening_at(socket))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.stop)
    await server.serve()


@contextmanager
def served(url: str, doors: Sequence[Path]) -> Iterator[list[int]]:
    """A process for each door, as `handraise up` starts several; gives their numbers."""
    processes = [subprocess.Popen([sys.executable, "-m", "bench.ingest", url, str(door)]) for door in doors]
    try:
        for process, door in zip(processes, doors, strict=True):
            while not door.exists():
                assert process.poll() is None, "the server ended"
                time.sleep(0.05)
        yield [process.pid for process in processes]
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


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


@dataclass(frozen=True)
class Place:
    """Where both are measured: the database, and the doors before it with the key that opens them."""

    url: str
    owner: str
    key: str
    doors: tuple[Path, ...]
    postgres: int
    servers: tuple[int, ...]

    def floor(self, rows: int, seconds: int) -> "Turn":
        """What pgbench does alone."""
        before = self._spent()
        rate = floor(self.url, rows, seconds)
        return self._turn(rate, rate * seconds, before)

    def ours(self, rows: int, seconds: int, run: str) -> "Turn":
        """What the product does."""
        before = self._spent()
        requests = _requests(self.key, rows, run)
        rate, times = load.send(self.doors, CONNECTIONS, requests, seconds)
        return self._turn(rate * rows, len(times) * rows, before, times)

    def _spent(self) -> tuple[float, float, float]:
        everything = processor.seconds(os.getpid())
        server, postgres = processor.seconds(*self.servers), processor.seconds(self.postgres)
        # PostgreSQL is started through a child of ours, or not: as it happens.
        within = postgres if processor.is_beneath(self.postgres, os.getpid()) else 0.0
        return server, postgres, everything - server - within

    def _turn(
        self, rate: float, events: float, before: tuple[float, float, float], times: Sequence[float] = ()
    ) -> "Turn":
        server, postgres, sending = (
            (after - then) * 1e6 / events for after, then in zip(self._spent(), before, strict=True)
        )
        return Turn(rate, server, postgres, sending, tuple(times))


@dataclass(frozen=True)
class Turn:
    """Events a second, µs of processor time of an event by who spent it, and how long requests took."""

    rate: float
    server: float
    postgres: float
    load: float
    times: tuple[float, ...] = ()


def measured(seconds: int, rounds: int) -> dict[str, Any]:
    """Medians over rounds in which the floor and ours take turns."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="handraise-bench-") as folder:
        Path(folder).chmod(0o755)
        with Embedded(folder, settings={"max_connections": "200", "max_wal_size": "4GB"}) as server:
            owner = server.address("handraise_owner", over_socket=True)
            create(owner)
            url = server.address("handraise_app", over_socket=True)
            doors = tuple(Path(folder) / f"door-{number}" for number in range(web_processes()))
            with served(url, doors) as processes:
                place = Place(url, owner, _source(url), doors, _postmaster(url), tuple(processes))
                place.ours(100, 3, "warm-up")  # makes the people, too
                for rows in (1, 100):
                    found |= _in_turns(place, rows, seconds, rounds)
    return found


def _in_turns(place: Place, rows: int, seconds: int, rounds: int) -> dict[str, Any]:
    floors, turns = [], []
    for number in range(rounds):
        _empty(place.owner)
        floors.append(place.floor(rows, seconds))
        _empty(place.owner)
        turns.append(place.ours(rows, seconds, f"{rows}-{number}"))
    taken = sorted(time for turn in turns for time in turn.times)
    floor_rate, rate = (median(turn.rate for turn in each) for each in (floors, turns))
    return {
        f"ingest_{rows}_floor": round(floor_rate),
        f"ingest_{rows}_events_per_s": round(rate),
        f"ingest_{rows}_over_floor": round(rate / floor_rate, 3),
        f"ingest_{rows}_p50_ms": round(taken[len(taken) // 2] * 1000, 1),
        f"ingest_{rows}_p99_ms": round(taken[int(len(taken) * 0.99)] * 1000, 1),
        f"ingest_{rows}_cpu_us": _cost(turns),
        f"ingest_{rows}_floor_cpu_us": _cost(floors),
    }


def _cost(turns: Sequence[Turn]) -> dict[str, float]:
    """Processor time of an event, by who spent it; nothing where it cannot be measured."""
    parts = ("server", "postgres", "load")
    return {part: round(median(getattr(turn, part) for turn in turns), 1) for part in parts}


def _postmaster(url: str) -> int:
    database = Database(url)
    with database.transaction() as connection:
        backend = connection.execute(text("select pg_backend_pid()")).scalar_one()
        found = processor.parent(backend)
    database.close()
    return found


def _source(url: str) -> str:
    database = Database(url)
    with database.transaction() as connection:
        return create_source(connection, name="bench", kind="server", now=now())[1]


def _empty(owner: str) -> None:
    """Both start on the same empty tables, with nothing to vacuum; ids that were taken stay taken."""
    database = Database(owner)
    with database.transaction() as connection:
        connection.execute(text("truncate event, dirty_lead"))
    database.close()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], Path(sys.argv[2])))
