"""What runs in a storm: the product's processes, who sends to it, and who receives from it.

The product is put together as it is in production (`wiring.build`, `app.application`, `jobs_of`), web server,
scoring and job queue, but for its clocks. Who sends and who receives speak HTTP and SMTP over loopback, and
say what was acknowledged and what they got through a pipe, so that it is known whoever dies.
"""

import asyncio
import hashlib
import os
import random
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email import message_from_bytes
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket
from time import monotonic
from typing import Any, Final, Never
from unittest import mock

import httpx
import sqlalchemy as sa
from aiosmtpd.smtp import SMTP, Envelope, Session

from handraise.app import application
from handraise.cli.web import serve
from handraise.connect.ports import SignatureInvalid
from handraise.connect.webhook import verify
from handraise.core.decided import Decided
from handraise.flow import audit
from handraise.flow.jobs import Pace, Work, run_jobs
from handraise.flow.relief import Shift, run_relief
from handraise.flow.work import _Worker, run_worker
from handraise.store import dirty
from handraise.store.dirty import Claimed
from handraise.store.session import Database
from handraise.wiring import Services
from handraise.wiring.working import jobs_of
from tests.flow.outgoing import SECRET
from tests.flow.selling import MONDAY, Floor

HOST: Final = "127.0.0.1"
PEOPLE: Final = 4_000  # many, so that a later event of the same lead seldom hides a loss
BATCH: Final = 50
# A delivery that was under way when its process died is tried again after 45 s of this clock.
FASTER: Final = 120
TRYING: Final = 0.1  # seconds between tries
GIVEN_UP: Final = 0.05  # share of requests whose sender does not wait for the answer
TOOK_IT_AND_FAILED: Final = 0.03  # share of webhooks that are taken and answered with 500
BUT_NOT_SOON: Final = 10.0  # seconds
QUICK: Final = Pace(
    lanes=((("webhook",), 4), (("email", "slack"), 4), (("clock", "upkeep"), 2)),
    poll=timedelta(milliseconds=100),
    heartbeat=timedelta(milliseconds=100),
    silence=timedelta(seconds=1),
    rescue_every=timedelta(milliseconds=200),
)


@dataclass(frozen=True)
class Site:
    """What every process of the storm is given.

    `port` is the web server's; `mail` and `hooks` are where whoever receives listens.
    """

    services: Services
    floor: Floor
    key: str
    port: int
    mail: socket
    hooks: socket
    said: int
    begun: float

    @property
    def database(self) -> Database:
        return self.services.database

    @cached_property
    def application(self) -> Any:
        return application(self.services)

    def now(self) -> datetime:
        """The clock of deliveries; scoring's stands still, so that scores can be counted again."""
        return MONDAY + timedelta(seconds=(monotonic() - self.begun) * FASTER)

    def say(self, kind: str, ids: Sequence[str]) -> None:
        os.write(self.said, "".join(f"{kind} {one}\n" for one in ids).encode())

    def apply(self, connection: sa.Connection, decided: Sequence[Decided], now: datetime) -> None:
        """What a worker does with decisions; each is in the audit log besides, to try the log as well."""
        self.floor.apply(connection, decided, now)
        for one in decided:
            audit.record(connection, "storm", "lead.decided", f"lead:{one.lead_id}", now)

    def jobs(self, clock: Callable[[], datetime]) -> Work:
        return replace(jobs_of(self.services), clock=clock, due_clocks=lambda _connection, _now: ())


# ------------------------------------------------------------------------------------------- the product


def web(site: Site) -> None:
    """The web server."""
    asyncio.run(serve(site.application, HOST, site.port))


def jobs(site: Site) -> None:
    """The worker of the job queue."""
    run_jobs(site.jobs(site.now), threading.Event(), QUICK)


def careful(site: Site, *, is_relieved: bool = True) -> None:
    """The product's own way of scoring; its relief does as much as it can."""
    given = (site.database, site.floor.office.evaluators)
    shift, stop = Shift(), threading.Event()

    def held_up(connection: sa.Connection, decided: Sequence[Decided], now: datetime) -> None:
        with shift.carrying_out():
            site.apply(connection, decided, now)

    if is_relieved:
        relief = (*given, site.apply, lambda: MONDAY, stop, shift)
        threading.Thread(target=run_relief, args=relief, kwargs={"limit": 20, "long": 0}, daemon=True).start()
    run_worker(*given, held_up, lambda: MONDAY, stop, limit=20, idle=TRYING)


def claim_first(site: Site) -> None:
    """A mutant: takes the marks out and commits, then works."""

    def claim(_connection: sa.Connection, now: datetime, **options: Any) -> list[Claimed]:
        with site.database.transaction() as other:
            return claimed(other, now, **options)

    claimed = dirty.claim
    with mock.patch.object(dirty, "claim", claim):
        careful(site, is_relieved=False)


def mark_before_commit(site: Site) -> None:
    """A mutant: takes the marks out in a transaction of their own before the work is committed."""

    def claim(connection: sa.Connection, now: datetime, **options: Any) -> list[Claimed]:
        with connection.begin_nested() as looked:
            found = claimed(connection, now, **options)
            looked.rollback()
        roots = [one.root for one in found]  # still ours alone: else a second worker would make good for us
        connection.exec_driver_sql("select from handraise.lead where id = any(%s) for update", (roots,))
        marks.extend(mark.id for one in found for mark in one.marks)
        return found

    def decide(worker: _Worker, *given: Any) -> int:
        effects = decided(worker, *given)
        with site.database.transaction() as other:
            other.exec_driver_sql("delete from handraise.dirty_lead where id = any(%s)", (marks,))
        marks.clear()
        return effects

    marks: list[int] = []
    claimed, decided = dirty.claim, _Worker.decide
    with mock.patch.object(dirty, "claim", claim), mock.patch.object(_Worker, "decide", decide):
        careful(site, is_relieved=False)


WORKERS: Final[dict[str, Callable[[Site], None]]] = {
    "careful": careful,
    "claim-first": claim_first,
    "mark-before-commit": mark_before_commit,
}


# --------------------------------------------------------------------------------------------- who sends


def sending(site: Site, names: Sequence[str], pause: float) -> None:
    """Clients: each sends a batch again until it is acknowledged, and does not always wait for that."""

    async def send() -> None:
        await asyncio.gather(*(_send(site, name, pause) for name in names))

    asyncio.run(send())


async def _send(site: Site, name: str, pause: float) -> Never:
    address, given_up = f"http://{HOST}:{site.port}/v1/batch", random.Random(name)
    async with httpx.AsyncClient(auth=(site.key, ""), timeout=BUT_NOT_SOON) as client:
        batch = 0
        while True:
            patience = given_up.uniform(0, 0.03) if given_up.random() < GIVEN_UP else None
            answer: httpx.Response | None = None
            with suppress(httpx.TransportError, TimeoutError):
                async with asyncio.timeout(patience):
                    answer = await client.post(address, json={"batch": calls(name, batch)})
            if answer is None or answer.status_code == 503:
                site.say("again", [f"{name}-{batch}"])
                await asyncio.sleep(TRYING if patience is None else 0)
                continue
            site.say("acknowledged", acknowledged(answer))
            batch += 1
            await asyncio.sleep(pause)


def acknowledged(answer: httpx.Response) -> list[str]:
    """The ids of the calls that the product says it has, which is all of them or a mistake."""
    answer.raise_for_status()
    results = answer.json()["results"]
    if len(results) != BATCH or {one["status"] for one in results} - {"accepted", "duplicate", "quarantined"}:
        raise AssertionError(f"not every call has its result: {results}")
    return [str(one["message_id"]) for one in results]


def calls(name: str, batch: int) -> list[dict[str, Any]]:
    """The same for the same batch; one in ten has a call that cannot be read."""
    draw = random.Random(f"{name}-{batch}")
    made = [_call(draw, f"{name}-{batch}-{n}") for n in range(BATCH)]
    if draw.random() < 0.1:
        del made[-1]["type"]
    return made


def _call(draw: random.Random, message_id: str) -> dict[str, Any]:
    person, kind = draw.randrange(PEOPLE), draw.random()
    # Whoever looks at many pages in one second is a bot.
    at = MONDAY - draw.random() * timedelta(days=30)
    said = {"userId": f"u{person}", "messageId": message_id, "timestamp": at.isoformat()}
    if kind < 0.2:
        traits = {"email": f"u{person}@company-{person % 500}.com", "title": "VP Sales"}
        return {"type": "identify", "traits": traits, **said}
    if kind < 0.21:
        return {"type": "track", "event": "Demo Requested", **said}
    return {"type": "page", "properties": {"path": "/pricing"}, **said}


# ------------------------------------------------------------------------------------------ who receives


def receiving(site: Site) -> None:
    """A subscriber and a mail server, which say what they have before they answer."""
    mails = asyncio.new_event_loop()
    mails.run_until_complete(
        mails.create_server(lambda: SMTP(_Mails(site), hostname="storm.example"), sock=site.mail)
    )
    threading.Thread(target=mails.run_forever, daemon=True).start()
    _Subscriber.site = site
    subscribers = _Subscribers((HOST, 0), _Subscriber, bind_and_activate=False)
    subscribers.socket.close()
    subscribers.socket = site.hooks
    subscribers.serve_forever()


@dataclass
class _Mails:
    site: Site

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        name = str(message_from_bytes(content)["Message-ID"]).strip("<>").partition("@")[0]
        self.site.say("received", [f"{name} mail"])
        return "250 OK"


class _Subscriber(BaseHTTPRequestHandler):
    site: Site

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:
            return  # the sender was killed in the middle of it
        sent = datetime.fromtimestamp(int(self.headers["webhook-timestamp"]), MONDAY.tzinfo)
        try:
            verify(dict(self.headers), body, SECRET, sent)
        except SignatureInvalid:
            self.site.say("received", ["unsigned -"])
        else:
            self.site.say("received", [f"{self.headers['webhook-id']} {digest(body)}"])
        self.send_response(500 if random.random() < TOOK_IT_AND_FAILED else 200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Subscribers(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # a sender that is killed while it waits


def digest(body: bytes) -> str:
    """Contents as one word."""
    return hashlib.sha256(body).hexdigest()
