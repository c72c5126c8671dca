"""The product as people run it: the web server and a worker in processes of their own, and a live definition.

Mails and webhooks go to receivers in the test's process.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final, TypeVar

import httpx
import sqlalchemy as sa
from standardwebhooks.webhooks import Webhook

from handraise.connect.webhook import secret_of
from handraise.flow.define import go_live, publish, sign
from handraise.store.calendars import create_calendar
from handraise.store.endpoints import add_endpoint
from handraise.store.people import create_member, create_team
from handraise.store.sources import create_source
from tests.connect.postboxes import Postbox, postbox
from tests.connect.receivers import LOOPBACK, Receiver, receiving
from tests.databases import Database

SELLER: Final = "seller@handraise.example"
HOOK_SECRET: Final = secret_of(bytes(range(24)))
# Neither the demo alone makes an MQL nor the visits alone, nor the demo with two of the three visits.
DEFINITION: Final = """
name: Inbound
signals:
  pricing: {event: page, where: {path: {starts_with: /pricing}}}
  demo:    {event: [Demo Requested, demo_requested]}
patterns:
  - pattern: read the prices and asked
    all: [{signal: pricing, at_least: 3, within: 1 day}, {signal: demo, at_least: 1}]
qualify: {mql: {pattern: read the prices and asked}}
handoff:
  route: [{team: inbound}]
  sla: [{within: 24 hours}]
  alert: email
"""
PATIENCE: Final = 30.0
START: Final = 90.0
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
T = TypeVar("T")


@dataclass(frozen=True)
class Product:
    """A product that runs, and what is seen of it from outside."""

    address: str
    server_key: str
    browser_key: str
    database: Database
    postbox: Postbox
    receiver: Receiver

    def leads_of(self, email: str) -> list[Any]:
        """The leads that are nobody's child with that address: id, stage, is_known."""
        return self.rows("select id, stage from lead where root_id is null and email = :email", email=email)

    def events_of(self, lead: int) -> list[Any]:
        """What is in the history of a lead: who sent it (None: nobody known yet) and what."""
        return self.rows(
            "select e.event, e.user_id from event e join lead l on l.id = e.lead_id "
            "where coalesce(l.root_id, l.id) = :lead",
            lead=lead,
        )

    def handoffs_of(self, lead: int) -> list[Any]:
        return self.rows(
            "select h.id, h.state, m.email as owner from handoff h left join member m on m.id = h.owner_id "
            "where h.lead_id = :lead",
            lead=lead,
        )

    def mails_about(self, email: str) -> list[Any]:
        """Mails to the seller that name this address."""
        return [
            mail
            for mail in self.postbox.mails
            if mail["to"] == SELLER and email in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        ]

    def hooks_about(self, handoff: int) -> list[Mapping[str, Any]]:
        """Webhooks of a hand-off that was opened; each is verified as a receiver does."""
        told = [
            Webhook(HOOK_SECRET).verify(each.body.decode(), each.headers)
            for each in tuple(self.receiver.received)
        ]
        return [
            each
            for each in told
            if each["type"] == "handoff.opened" and each["data"]["handoff_id"] == handoff
        ]

    def rows(self, statement: str, **values: Any) -> list[Any]:
        with self.database.engine.connect() as connection:
            return list(connection.execute(sa.text(statement), values))


@contextmanager
def running(database: Database, folder: Path, pages: str) -> Iterator[Product]:
    """The product, with sources whose browser's key is good for pages of the origin `pages`."""
    with ExitStack() as stack:
        mails = stack.enter_context(postbox())
        hooks = stack.enter_context(receiving())
        server_key, browser_key = _prepare(database, hooks.url(), pages)
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("HANDRAISE_")},  # noqa: TID251
            "HANDRAISE_FOLDER": str(folder),
            "HANDRAISE_DATABASE_URL": database.url,
            "HANDRAISE_SECRET_KEY": "tests" * 8,
            "HANDRAISE_SMTP_HOST": "127.0.0.1",
            "HANDRAISE_SMTP_PORT": str(mails.port),
            "HANDRAISE_SMTP_SECURITY": "none",
            "HANDRAISE_MAIL_FROM": "product@handraise.example",
            "HANDRAISE_PRIVATE_DESTINATIONS": json.dumps([LOOPBACK]),
        }
        web = stack.enter_context(_command(environment, folder, "web", "--port", "0"))
        worker = stack.enter_context(_command(environment, folder, "worker"))
        address = web()["address"]
        assert worker()["event"] == "working"
        until(partial(_is_ready, address), "the web server ready", START)
        yield Product(address, server_key, browser_key, database, mails, hooks)


@contextmanager
def _command(environment: Mapping[str, str], folder: Path, *words: str) -> Iterator[Callable[[], Any]]:
    """A command of the product; what is given waits for the first thing it says."""
    log = folder / f"{words[0]}.log"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [sys.executable, "-m", "handraise", *words, "--json"],
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):

        def first_word() -> Any:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, f"`handraise {' '.join(words)}` ended: {log.read_text()}"
            return json.loads(line)

        try:
            yield first_word
        finally:
            process.terminate()
            try:
                process.communicate(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()


def _is_ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz", trust_env=False).status_code == 200
    except httpx.ConnectError:
        return False


def _prepare(database: Database, hook: str, pages: str) -> tuple[str, str]:
    """Somebody who gets hand-offs at any hour, a receiver, sources, a definition that both have signed."""
    now = datetime.now(UTC)  # noqa: TID251  (the product that runs lives by the real clock)
    with database.engine.begin() as connection:
        hours = {day: [["00:00", "24:00"]] for day in _DAYS}
        always = create_calendar(connection, "always", "UTC", hours=hours)
        seller = create_member(connection, SELLER, "Sam Seller", "sales", now, calendar_id=always.id)
        create_team(connection, "inbound", {seller.id: 1}, is_fallback=True)
        add_endpoint(connection, hook, HOOK_SECRET, [], now)
        version = publish(connection, DEFINITION, {}, "ann", None, now)
        sign(connection, version.id, "marketing", "ann", now)
        sign(connection, version.id, "sales", "ben", now)
        go_live(connection, version.id, "ann", now)
        _, server_key = create_source(connection, name="servers", kind="server", now=now)
        _, browser_key = create_source(connection, name="pages", kind="browser", now=now, origins=[pages])
    return server_key, browser_key


def until(found: Callable[[], T], what: str, patience: float = PATIENCE) -> T:
    """What `found` gives as soon as it gives something."""
    end = monotonic() + patience
    while not (value := found()):
        assert monotonic() < end, f"{what}: not within {patience:.0f} seconds"
        sleep(0.05)
    return value
