"""What dead destinations cost the others: `python -m bench.outage`.

A worker of the job queue, with the waits and the threads it has in production, delivers to one webhook that
answers after half a second, as many as that lets through. In every second round six destinations are
dead besides and have as much to get: webhooks that refuse the connection, answer 500, never answer, and
answer a letter at a time; a mail server and a Slack that never answer. The rounds take turns, each with a
worker of its own that has to find out anew who is dead. What counts is how many deliveries the living
webhook gets in equal times. It waits more than it computes, so a busy machine moves the ratio little.
"""

import argparse
import json
import math
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import mean, stdev
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import uuid4

from bench.__main__ import write_beside_others
from handraise.connect.addresses import AddressRules
from handraise.connect.pinned import Outgoing
from handraise.connect.slack import SlackChat
from handraise.connect.smtp import SmtpMailer, SmtpServer
from handraise.connect.webhook import StandardHooks, secret_of
from handraise.flow.deliver import Outside
from handraise.flow.jobs import Work, run_jobs
from handraise.store.deliveries import Delivery, add_deliveries
from handraise.store.embedded import Embedded
from handraise.store.endpoints import add_endpoint
from handraise.store.queue import defer_all, delivery_job
from handraise.store.schema import create
from handraise.store.session import Database

HOST: Final = "127.0.0.1"
ANSWERS_AFTER: Final = 0.5  # seconds
# Four calls at a time go to one destination.
MOST: Final = 4 / ANSWERS_AFTER  # deliveries a second to the living webhook
TO_THE_DEAD: Final = 100  # deliveries that wait for each dead destination when a round begins
OUTAGE: Final = 6 * 3600  # seconds
_T: Final = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262)  # 95 %, by degrees of freedom


@dataclass
class Living:
    """A webhook that answers, and when it was called."""

    called: list[float] = field(default_factory=list)

    def between(self, begin: float, end: float) -> int:
        return sum(begin <= at < end for at in self.called)


@dataclass(frozen=True)
class Round:
    """Deliveries to the living webhook: in the part of a round in which the dead are found out, and after."""

    first: int
    then: int


def main() -> None:
    """Take turns, print, write."""
    parser = argparse.ArgumentParser(prog="python -m bench.outage", description=__doc__)
    parser.add_argument("--rounds", type=int, default=4, help="of each kind")
    parser.add_argument("--first", type=int, default=30, help="seconds in which the dead are found out")
    parser.add_argument("--then", type=int, default=30, help="seconds after that")
    parser.add_argument("--out", type=Path, help="a JSON file to put the figures into")
    parser.add_argument("--work", nargs=2, metavar=("URL", "PORT"), help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.work:
        _work(wanted.work[0], int(wanted.work[1]))
        return
    found = {"outage": measured(wanted.rounds, wanted.first, wanted.then)}
    print(json.dumps(found, indent=2))
    if wanted.out:
        write_beside_others(wanted.out, found)


def measured(rounds: int, first: int, then: int) -> dict[str, Any]:
    """How much is lost in the first seconds of an outage, after that, and in all of six hours."""
    load = round(os.getloadavg()[0], 2)
    with _site() as site:
        _round(site, 5, 0, is_outage=False)  # everything has run once
        pairs = [
            (_round(site, first, then, is_outage=False), _round(site, first, then, is_outage=True))
            for _ in range(rounds)
        ]
    at_first = lost([(well.first, ill.first) for well, ill in pairs])
    later = lost([(well.then, ill.then) for well, ill in pairs])
    whole = (at_first[0] * first + later[0] * (OUTAGE - first)) / OUTAGE
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "cores": os.cpu_count(),
        "load_before": load,
        "rounds": rounds,
        "seconds": [first, then],
        "delivered_in_rounds_without": [[well.first, well.then] for well, _ in pairs],
        "delivered_in_rounds_with": [[ill.first, ill.then] for _, ill in pairs],
        "lost_at_first": _rounded(at_first),
        "lost_then": _rounded(later),
        "lost_in_six_hours": round(whole, 4),
    }


def lost(pairs: Sequence[tuple[int, int]]) -> tuple[float, float, float]:
    """The share that is lost, with the ends of its 95 % interval; pairs are without and with an outage.

    Examples
    --------
    >>> lost([(100, 100), (200, 200)])
    (0.0, 0.0, 0.0)
    >>> share, low, high = lost([(100, 90), (100, 94), (100, 92)])
    >>> round(share, 3), low < 0.08 < high
    (0.08, True)
    """
    shares = [1 - ill / well for well, ill in pairs]
    if len(shares) < 2:
        return shares[0], -math.inf, math.inf
    margin = _T[min(len(shares) - 2, len(_T) - 1)] * stdev(shares) / math.sqrt(len(shares))
    return mean(shares), mean(shares) - margin, mean(shares) + margin


def _rounded(share: tuple[float, float, float]) -> list[float]:
    return [round(part, 4) for part in share]


# ----------------------------------------------------------------------------------------------- one round


@dataclass(frozen=True)
class _Site:
    database: Database
    owner: Database
    living: Living
    endpoint: int
    dead: tuple[tuple[str, str], ...]
    silent: int


def _round(site: _Site, first: int, then: int, *, is_outage: bool) -> Round:
    enough = int(MOST * (first + then + 20))
    _put(site, [("webhook", str(site.endpoint))] * enough)
    if is_outage:
        _put(site, [where for where in site.dead for _ in range(TO_THE_DEAD)])
    command = [sys.executable, "-m", "bench.outage", "--work", site.database.url, str(site.silent)]
    with subprocess.Popen(command) as worker:
        try:
            before = len(site.living.called)
            while len(site.living.called) == before:
                time.sleep(0.01)
            begun = time.monotonic()
            time.sleep(first + then)
        finally:
            worker.kill()
    with site.owner.transaction() as connection:
        connection.exec_driver_sql("truncate delivery, delivery_attempt, procrastinate_jobs cascade")
    return Round(
        site.living.between(begun, begun + first), site.living.between(begun + first, begun + first + then)
    )


def _put(site: _Site, wheres: Sequence[tuple[str, str]]) -> None:
    at = datetime.now(UTC)
    made = [Delivery(uuid4(), way, to, "lead.moved", {"text": "moved"}, at) for way, to in wheres]
    with site.database.transaction() as connection:
        add_deliveries(connection, made)
        defer_all(connection, [delivery_job(one.id, one.channel) for one in made])


def _work(url: str, silent: int) -> None:
    """The worker, as in production but for where mail and Slack are."""
    outgoing = Outgoing(AddressRules.with_private(f"{HOST}/32"))
    outside = Outside(
        SmtpMailer(SmtpServer(HOST, "desk@acme.example", silent, "plain")),
        SlackChat(outgoing, token="xoxb-bench", api=f"http://{HOST}:{silent}/api"),
        StandardHooks(outgoing),
    )
    database = Database(url, connections=30)
    run_jobs(Work(database, outside, lambda: datetime.now(UTC), lambda *_: None), threading.Event())


# --------------------------------------------------------------------------------------------- destinations


@contextmanager
def _site() -> Iterator[_Site]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="handraise-bench-")))
        folder.chmod(0o711)
        server = stack.enter_context(Embedded(folder))
        owner = server.address("handraise_owner", over_socket=True)
        create(owner)
        ours = Database(server.address("handraise_app", over_socket=True), connections=2)
        theirs = Database(owner, connections=2)
        for one in (ours, theirs):
            stack.callback(one.close)
        living = Living()
        silent = stack.enter_context(_silence(drips=False))
        urls = [
            stack.enter_context(_answering(200, living)),
            _refusing(),
            stack.enter_context(_answering(500, Living())),
            silent,
            stack.enter_context(_silence(drips=True)),
        ]
        with ours.transaction() as connection:
            at, secret = datetime.now(UTC), secret_of(bytes(24))
            ids = [add_endpoint(connection, f"http://{HOST}:{port}/in", secret, (), at).id for port in urls]
        dead = [("webhook", str(one)) for one in ids[1:]]
        dead += [("email", "ann@acme.example"), ("slack", "C1")]
        yield _Site(ours, theirs, living, ids[0], tuple(dead), silent)


def _refusing() -> int:
    with socket.create_server((HOST, 0)) as closed:
        port: int = closed.getsockname()[1]
    return port


@contextmanager
def _answering(status: int, heard: Living) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            heard.called.append(time.monotonic())
            time.sleep(ANSWERS_AFTER)
            with suppress(OSError):
                self.send_response(status)
                self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer((HOST, 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def _silence(*, drips: bool) -> Iterator[int]:
    """Takes connections and says nothing; or a letter a second, which never becomes an answer."""
    taken: list[socket.socket] = []

    def take(listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                taken.append(listening.accept()[0])

    def drip() -> None:
        while not done.wait(1):
            for one in tuple(taken):
                with suppress(OSError):
                    one.send(b"H")

    done = threading.Event()
    with socket.create_server((HOST, 0), backlog=512) as listening:
        threading.Thread(target=take, args=(listening,), daemon=True).start()
        if drips:
            threading.Thread(target=drip, daemon=True).start()
        try:
            yield listening.getsockname()[1]
        finally:
            done.set()
            for one in taken:
                one.close()


if __name__ == "__main__":
    main()
