"""The product's interface in this process, on a database of its own, and people who call it."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import httpx
import pytest

from handraise.api.product import product
from handraise.flow import access
from handraise.settings import read_settings
from handraise.wiring import Services, build

HERE = "https://leads.acme.com"
START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PASSWORD = "a sentence is a good password"


@dataclass
class Clock:
    """Time that passes when a test says so."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **parts: float) -> None:
        self.now += timedelta(**parts)


@dataclass
class Caller:
    """Somebody with a browser, or a program with a key."""

    calling: "Calling"
    key: str | None = None
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    id: int = 0

    def request(self, method: str, path: str, **given: Any) -> httpx.Response:
        return asyncio.run(self.asked(method, path, **given))

    async def asked(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, raw: Any = None, **given: Any
    ) -> httpx.Response:
        sent = {**self.headers, **({"authorization": f"Bearer {self.key}"} if self.key else {})}
        if self.cookies:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        transport = httpx.ASGITransport(self.calling.app, raise_app_exceptions=False)
        path = path if path.startswith("//") else f"/api/v1{path}"
        async with httpx.AsyncClient(
            transport=transport, base_url=HERE, headers=raw or {**sent, **(headers or {})}
        ) as client:
            answer = await client.request(
                method, path.removeprefix("/") if path[:2] == "//" else path, **given
            )
        for name, morsel in SimpleCookie("".join(answer.headers.get_list("set-cookie"))).items():
            self.cookies[name] = morsel.value
            if morsel["max-age"] == "0":
                del self.cookies[name]
        return answer

    def get(self, path: str, **given: Any) -> httpx.Response:
        return self.request("GET", path, **given)

    def post(self, path: str, json: Any = None, **given: Any) -> httpx.Response:
        return self.request("POST", path, json=json, **given)

    def log_in(self, email: str, password: str = PASSWORD, **given: Any) -> httpx.Response:
        answer = self.post("/session", {"email": email, "password": password}, **given)
        if answer.status_code == 201:
            self.headers["x-csrf-token"] = answer.json()["csrf_token"]
        return answer


@dataclass
class Calling:
    """The application and who calls it."""

    services: Services
    app: Any
    clock: Clock

    def member(self, role: str = "admin", email: str | None = None) -> Caller:
        """Somebody of that role with a password of their own, logged in."""
        email = email or f"{role}@acme.com"
        with self.services.database.transaction() as connection:
            made, first = access.add_member(
                connection, email=email, name=role, role=role, by="test", now=self.clock.now
            )
        caller = Caller(self, id=made.id)
        assert caller.log_in(email, first).status_code == 201
        changed = caller.request("PUT", "/session/password", json={"current": first, "new": PASSWORD})
        assert changed.status_code == 204, changed.text
        return caller

    def program(self, *scopes: str, **given: Any) -> Caller:
        """A program with a key."""
        with self.services.database.transaction() as connection:
            made, key = access.add_key(
                connection, name="program", scopes=list(scopes), by="test", now=self.clock.now, **given
            )
        return Caller(self, key=key, id=made.id)

    def nobody(self) -> Caller:
        """Somebody we do not know."""
        return Caller(self)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def calling(database: Any, tmp_path: Path, clock: Clock) -> Iterator[Calling]:
    settings = read_settings(
        database_url=database.url, folder=tmp_path, public_url=HERE, database_connections=10
    )
    services = build(settings, now=clock)
    yield Calling(services, product(services), clock)
    services.close()
