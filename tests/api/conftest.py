"""The ingest door, in this process and on a database of its own."""

import asyncio
import base64
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from handraise.api.ingest import IngestDoor, Seconds, SourceCache
from handraise.flow.capture import GroupCommit
from handraise.flow.pipeline import receive_all
from handraise.store.session import Database
from handraise.store.sources import Source
from tests.flow.captured import NOW, a_source, count, rows

PAGE = "https://acme.com"


@dataclass
class Ticks:
    """Seconds that pass only when a test says so."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Ingest:
    """The door, and a server's source whose key goes with every request unless another is given."""

    connected: Database
    door: IngestDoor
    source: Source
    key: str
    ticks: Ticks = field(default_factory=Ticks)
    sources: SourceCache = field(kw_only=True)
    socket: Path | None = None
    """Where a server listens that is asked instead of the application."""

    def request(self, method: str, path: str, *, key: str | None = "", **given: Any) -> httpx.Response:
        return asyncio.run(self.asked(method, path, key=key, **given))

    def post(self, path: str, body: Any, **given: Any) -> httpx.Response:
        content = body if isinstance(body, bytes | str) or hasattr(body, "__aiter__") else json.dumps(body)
        return self.request("POST", path, content=content, **given)

    def get(self, path: str, **given: Any) -> httpx.Response:
        return self.request("GET", path, **given)

    async def asked(
        self, method: str, path: str, *, key: str | None = "", headers: Any = None, **given: Any
    ) -> httpx.Response:
        known = {} if key is None else basic(key or self.key)
        transport: httpx.AsyncBaseTransport = httpx.ASGITransport(app=self.door)
        address = "https://leads.acme.com"
        if self.socket is not None:
            transport, address = httpx.AsyncHTTPTransport(uds=str(self.socket)), "http://leads.acme.com"
        async with httpx.AsyncClient(transport=transport, base_url=address) as client:
            return await client.request(method, path, headers={**known, **(headers or {})}, **given)

    def count(self, table: str) -> int:
        return count(self.connected, table)

    def rows(self, statement: str) -> list[Any]:
        return rows(self.connected, statement)

    def browser(self, *origins: str, **given: Any) -> str:
        return a_source(self.connected, kind="browser", origins=origins or (PAGE,), **given)[1]


def basic(key: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()}


def zipped(value: Any) -> bytes:
    return gzip.compress(json.dumps(value).encode())


@pytest.fixture
def connected(database: Any) -> Iterator[Database]:
    connected = Database(database.url, wait=0.5)
    yield connected
    connected.close()


@pytest.fixture
def ingest(connected: Database) -> Iterator[Ingest]:
    group = GroupCommit(connected, receive_all, clock=lambda: NOW)
    ticks = Ticks()
    sources = SourceCache(connected, ticks=ticks)
    door = IngestDoor(group, sources, clock=lambda: NOW, seconds=Seconds(body=0.2, answer=5))
    source, key = a_source(connected)
    yield Ingest(connected, door, source, key, ticks, sources=sources)
    group.close()
