"""Events at a steady rate into the product that `handraise up` runs: when each was decided and heard of.

Database, web server, worker, load and receiver share the machine and its clock. A decision counts from the
moment its sender read the acknowledgement to the moment PostgreSQL committed the score, by PostgreSQL's own
record of it (`track_commit_timestamp`). Each measured event is of a person of its own, who has a history, so
that the commit of their score is the commit of that event's decision.
"""

import asyncio
import base64
import json
import os
import re
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import psycopg
import sqlalchemy as sa

from bench.ingest import web_processes
from handraise.connect.webhook import secret_of
from handraise.flow.define import go_live, publish, sign
from handraise.store.calendars import create_calendar
from handraise.store.embedded import Embedded
from handraise.store.endpoints import add_endpoint
from handraise.store.people import create_member, create_team
from handraise.store.schema import create
from handraise.store.session import Database
from handraise.store.sources import create_source

CONNECTIONS = 64
WARM_UP = 5  # seconds of the same load before what is measured
EVERY = 500  # one event in so many asks for a demo, which makes a hand-off
BEFORE = ("/", "/blog/1", "/blog/2", "/features", "/pricing")  # where everybody has been already
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
_DECIDED = """
select a.value, extract(epoch from pg_xact_commit_timestamp(s.xmin))::float8
from handraise.lead_score s join handraise.lead_alias a on a.lead_id = s.lead_id and a.kind = 'user_id'
"""
_ALERTED = """
select h.id, a.value
from handraise.handoff h join handraise.lead_alias a on a.lead_id = h.lead_id and a.kind = 'user_id'
"""


def now() -> datetime:
    """The moment, since a benchmark has no other."""
    return datetime.now(UTC)


# --- the product ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Product:
    """The product at work: where it listens, a key to send with, its database and that of its owner."""

    host: str
    port: int
    key: str
    database: Database
    owner: str


@contextmanager
def product(hook: str) -> Iterator[Product]:
    """`handraise up` on a database of its own: the B2B SaaS template live, a webhook for hand-offs."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="handraise-bench-")))
        folder.chmod(0o755)
        server = stack.enter_context(Embedded(folder, settings={"track_commit_timestamp": "on"}))
        owner = server.address("handraise_owner", over_socket=True)
        create(owner)
        database = Database(server.address("handraise_app", over_socket=True), connections=2)
        stack.callback(database.close)
        key = _prepared(database, hook)
        address = stack.enter_context(_up(folder))
        yield Product(address.hostname or "", address.port or 0, key, database, owner)


@contextmanager
def _up(folder: Path) -> Iterator[Any]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HANDRAISE_")}
    environment = {
        **kept,
        "HANDRAISE_FOLDER": str(folder),
        "HANDRAISE_PRIVATE_DESTINATIONS": '["127.0.0.0/8"]',
        "HANDRAISE_LOG_LEVEL": "warning",
        "HANDRAISE_WEB_PROCESSES": str(web_processes()),
    }
    command = [sys.executable, "-m", "handraise", "up", "--port", "0", "--json"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            told = (json.loads(line) for line in process.stdout)
            yield urlsplit(next(each["address"] for each in told if each["event"] == "ready"))
        finally:
            process.terminate()


def _prepared(database: Database, hook: str) -> str:
    """The definition, somebody who gets hand-offs at any hour, a receiver, a source; gives its key."""
    at = now()
    text = (files("handraise.templates") / "b2b-saas.yaml").read_text()
    with database.transaction() as connection:
        hours = {day: [["00:00", "24:00"]] for day in _DAYS}
        always = create_calendar(connection, "always", "UTC", hours=hours)
        seller = create_member(
            connection, "seller@acme.example", "Sam Seller", "sales", at, calendar_id=always.id
        )
        create_team(connection, "inbound", {seller.id: 1}, is_fallback=True)
        add_endpoint(connection, hook, secret_of(bytes(24)), ["handoff.opened"], at)
        version = publish(connection, text, {}, "bench", None, at)
        sign(connection, version.id, "marketing", "ann", at)
        sign(connection, version.id, "sales", "ben", at)
        go_live(connection, version.id, "bench", at)
        return create_source(connection, name="bench", kind="server", now=at)[1]


# --- what is sent -----------------------------------------------------------------------------------------


def _request(key: str, path: str, body: Any) -> bytes:
    credentials = base64.b64encode(f"{key}:".encode()).decode()
    text = json.dumps(body)
    return (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {credentials}\r\n"
        f"Content-Length: {len(text)}\r\n\r\n{text}"
    ).encode()


def _history(key: str, people: int) -> Iterator[bytes]:
    """Who everybody is, and visits of theirs, in batches."""
    calls: list[dict[str, Any]] = []
    for number in range(people):
        user = {"userId": f"person-{number}"}
        # Half of the people may become an MQL by a demo request alone; few of them share a company.
        traits = {
            "email": f"person-{number}@company-{number // 4}.example",
            "title": "VP Marketing" if number % 2 == 0 else "Engineer",
            "country": "DE",
        }
        calls.append({"type": "identify", "traits": traits, **user})
        calls += [_visit(number, path) for path in BEFORE]
        if len(calls) >= 100:
            yield _request(key, "/v1/batch", {"batch": calls})
            calls = []
    if calls:
        yield _request(key, "/v1/batch", {"batch": calls})


def _visit(number: int, path: str) -> dict[str, Any]:
    context = {"userAgent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "locale": "en-US"}
    url = f"https://acme.com{path}?utm_source=ads"
    return {"type": "page", "userId": f"person-{number}", "properties": {"url": url}, "context": context}


def _deed(number: int) -> dict[str, Any]:
    if number % EVERY == 0:
        return {"type": "track", "userId": f"person-{number}", "event": "Demo Requested", "properties": {}}
    return _visit(number, "/pricing")


# --- sending and hearing ----------------------------------------------------------------------------------


class Connection(asyncio.Protocol):
    """Sends one request at a time; goes back among the idle ones when it is answered."""

    def __init__(self, load: "Load") -> None:
        self.load = load
        self._waiting = b""
        self.number = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def send(self, number: int, request: bytes) -> None:
        self.number = number
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        head, end, body = self._waiting.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if not end or length is None or len(body) < int(length[1]):
            return
        assert head.startswith(b"HTTP/1.1 200"), (head, body[:300])
        assert b'"quarantined"' not in body, body[:300]
        self._waiting = b""
        self.load.answered(self)


@dataclass
class Load:
    """Requests over connections that stay open; `acknowledged` has for each when its answer was read."""

    acknowledged: dict[int, float] = field(default_factory=dict)
    waiting: deque[tuple[int, bytes]] = field(default_factory=deque)
    idle: deque[Connection] = field(default_factory=deque)  # the longest idle first, or the server closes it
    freed: asyncio.Event = field(default_factory=asyncio.Event)

    async def connect(self, product: Product) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(CONNECTIONS):
            made = await loop.create_connection(partial(Connection, self), product.host, product.port)
            self.idle.append(made[1])

    def send(self, number: int, request: bytes) -> None:
        if self.idle:
            self.idle.popleft().send(number, request)
        else:
            self.waiting.append((number, request))

    def answered(self, connection: Connection) -> None:
        self.acknowledged[connection.number] = time.time()
        if self.waiting:
            connection.send(*self.waiting.popleft())
        else:
            self.idle.append(connection)
            self.freed.set()

    async def all_at_once(self, requests: Iterator[bytes]) -> None:
        """Send all of them as fast as they are answered."""
        for number, request in enumerate(requests):
            while not self.idle:
                self.freed.clear()
                await self.freed.wait()
            self.send(number, request)
        await self.done()

    async def steadily(self, requests: list[bytes], rate: float) -> None:
        """Send each at its time, whatever became of those before it."""
        began = time.perf_counter()
        sent = 0
        while sent < len(requests):
            due = min(len(requests), int((time.perf_counter() - began) * rate) + 1)
            for number in range(sent, due):
                self.send(number, requests[number])
            sent = due
            await asyncio.sleep(max(0.0, began + sent / rate - time.perf_counter()))
        await self.done()

    async def done(self) -> None:
        """Wait for the last answer."""
        while self.waiting or len(self.idle) < CONNECTIONS:
            self.freed.clear()
            await self.freed.wait()

    def close(self) -> None:
        for each in self.idle:
            each.transport.close()


@dataclass
class Receiver:
    """A webhook's other end: when it heard of each hand-off first."""

    heard: dict[int, float] = field(default_factory=dict)
    port: int = 0

    async def listen(self) -> asyncio.Server:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(head)
            body = json.loads(await reader.readexactly(int(length[1]) if length else 0))
            self.heard.setdefault(body["data"]["handoff_id"], time.time())
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            await writer.drain()
        finally:
            writer.close()


# --- measuring --------------------------------------------------------------------------------------------


async def _measured(rate: int, seconds: int) -> dict[str, Any]:
    receiver = Receiver()
    server = await receiver.listen()
    with product(f"http://127.0.0.1:{receiver.port}/hook") as running:
        people = rate * (WARM_UP + seconds)
        _say(f"making {people} people")
        before = Load()
        await before.connect(running)
        await before.all_at_once(_history(running.key, people))
        before.close()
        _say("deciding what they did before")
        await _until_decided(running.database, people)
        await asyncio.to_thread(_settle, running.owner)
        _say(f"sending {rate} events a second")
        requests = [_request(running.key, "/v1/batch", {"batch": [_deed(n)]}) for n in range(people)]
        load = Load()
        await load.connect(running)
        began = time.time()
        await load.steadily(requests, rate)
        took = time.time() - began
        load.close()
        _say("waiting for the last")
        await _until_decided(running.database, 100)
        await asyncio.sleep(2)
        measured = {number: at for number, at in load.acknowledged.items() if number >= rate * WARM_UP}
        found = await asyncio.to_thread(_figures, running.database, measured, receiver.heard)
    server.close()
    return {**found, "decision_events_per_s": round(people / took)}


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


async def _until_decided(database: Database, patience: float) -> None:
    end = time.monotonic() + patience
    while await asyncio.to_thread(_marks, database):
        assert time.monotonic() < end, "the worker does not keep up"
        await asyncio.sleep(0.2)


def _settle(owner: str) -> None:
    """Have the tables looked after, as those of a base in service are: a new one has it all at once, soon."""
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("vacuum analyze")


def _marks(database: Database) -> int:
    with database.transaction() as connection:
        waiting = "select count(*) from handraise.dirty_lead where due_at is null"
        return int(connection.execute(sa.text(waiting)).scalar_one())


def _figures(database: Database, measured: Mapping[int, float], told: Mapping[int, float]) -> dict[str, Any]:
    """From when each event was acknowledged, and when each hand-off was heard of."""
    with database.transaction() as connection:
        decided: dict[str, float] = dict(map(tuple, connection.execute(sa.text(_DECIDED))))
        people: dict[int, str] = dict(map(tuple, connection.execute(sa.text(_ALERTED))))
    waits = sorted(decided[f"person-{number}"] - at for number, at in measured.items())
    assert waits[0] > -1, "some events were not decided"
    heard = {people[handoff]: at for handoff, at in told.items()}
    asked = [number for number in measured if number % EVERY == 0]
    missing = [number for number in asked if f"person-{number}" not in heard]
    assert not missing, f"{len(missing)} hand-offs of {len(asked)} were not heard of"
    alerts = sorted(heard[f"person-{number}"] - measured[number] for number in asked)
    return {
        "decision_p50_ms": at_share(waits, 0.5),
        "decision_p99_ms": at_share(waits, 0.99),
        "decision_events": len(waits),
        "alert_p50_ms": at_share(alerts, 0.5),
        "alert_p99_ms": at_share(alerts, 0.99),
        "alerts": len(alerts),
    }


def at_share(waits: list[float], share: float) -> float:
    """Milliseconds that this share of the waits (seconds, in order) takes at most; none is below 0."""
    return round(max(0.0, waits[min(len(waits) - 1, int(len(waits) * share))]) * 1000, 1)


def measured(*, rate: int = 1000, seconds: int = 20) -> dict[str, Any]:
    """Latencies at `rate` events a second over `seconds`, after a warm-up."""
    return asyncio.run(_measured(rate, seconds))
