"""A storm: processes of the product are killed again and again while events come in; then all is counted.

Run as a process of its own (`python -m tests.chaos.storm --url URL`), for it forks: what is costly to load is
loaded once, and no connection is open when a child is made. What runs is in `site`, what is counted in
`counting`. The storm prints one line of JSON, a `Tally`.

With `--folder` it has a PostgreSQL of its own there, durable as in production, and has it die, too.
"""

import argparse
import gc
import json
import os
import random
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Final

from handraise.cli.ports import reserved
from handraise.cli.supervisor import answers
from handraise.core.failpoint import FAILPOINTS, Failpoint, arm
from handraise.logs import set_up
from handraise.settings import read_settings
from handraise.store.embedded import Embedded
from handraise.store.schema import create
from handraise.store.sources import create_source
from handraise.wiring import build
from tests.chaos.counting import Heard, Tally, counted
from tests.chaos.site import HOST, WORKERS, Site, jobs, receiving, sending, web
from tests.flow.outgoing import an_endpoint
from tests.flow.selling import MONDAY, Floor
from tests.flow.worked import demo, told

Role = str
POINTS: Final[dict[Role, tuple[Failpoint, ...]]] = {
    "web": ("receive", "store", "answer"),
    "score": ("claim", "score", "decide", "apply", "commit"),
    "jobs": ("deliver",),
}
ROLES: Final[tuple[Role, ...]] = ("web", "web 2", "score", "score 2", "jobs", "jobs 2")
PASSAGES: Final = {"web": 6, "score": 4, "jobs": 4}  # at the latest that many times by its point
LIVES: Final = {"web": 1.5, "score": 1.2, "jobs": 1.2}  # seconds, at the longest
BEGINNING: Final = 0.3  # seconds that a web server takes to begin
MOST_SLOW: Final = 10.0
CLIENTS: Final = 8
ANY_TIME: Final = "any time"
LONGEST: Final = 4.0  # seconds that a process which is to die at a point may take to come there


@dataclass
class Child:
    """A process that is to die: at a point, or when its time has come."""

    process: int
    until: float
    at: Failpoint | None


@dataclass
class Plan:
    """How much of everything there has to be before a storm ends."""

    kills: int
    each: int
    events: int
    restarts: int
    seconds: float
    seed: int
    worker: str
    pause: float


class Storm:
    """One storm: the processes that run, what they said, and what is still to come."""

    def __init__(self, site: Site, heard: Heard, plan: Plan, server: Embedded | None, folder: Path | None):
        self.site, self.heard, self.plan, self.server, self.folder = site, heard, plan, server, folder
        self.draw, self.tally = random.Random(plan.seed), Tally()
        self.running: dict[Role, Child] = {}
        self.next_restart = 0.0
        self.slowness = 1.0

    def rage(self) -> None:
        """Kill until there was enough of everything, or the time is over."""
        self.slowness = _slowness(self.site)
        begun = monotonic()
        self.next_restart = begun + 2
        names = [f"{self.plan.seed}-{n}" for n in range(CLIENTS)]
        clients = _forked(partial(sending, self.site, names, self.plan.pause))
        try:
            while not self.is_enough() and monotonic() - begun < self.plan.seconds:
                self.heard.listen()
                for role in ROLES:
                    if role not in self.running:
                        self.running[role] = self.born(role)
                for role in list(self.running):
                    self.look(role)
                _require_alive(clients)
                self.restart()
                sleep(0.002)
        finally:
            for process in (clients, *(child.process for child in self.running.values())):
                _kill(process)
        self.heard.listen()
        self.tally.seconds = round(monotonic() - begun, 1)

    def is_enough(self) -> bool:
        tally, plan = self.tally, self.plan
        return (
            tally.kills >= plan.kills
            and len(self.heard.acknowledged) >= plan.events
            and tally.restarts >= plan.restarts
            and all(tally.killed_at.get(point, 0) >= plan.each for point in FAILPOINTS)
        )

    def born(self, role: Role) -> Child:
        kind = role.split()[0]
        missing = [one for one in POINTS[kind] if self.tally.killed_at.get(one, 0) < self.plan.each]
        at = self.draw.choice(missing) if missing and self.draw.random() < 0.6 else None
        nth = self.draw.randint(1, PASSAGES[kind])
        # As often before the first transaction as long after it.
        life = LONGEST if at else self.draw.uniform(*self.draw.choice(((0.02, 0.3), (0.3, LIVES[kind]))))
        life *= self.slowness
        run = {"web": web, "score": WORKERS[self.plan.worker], "jobs": jobs}[kind]
        return Child(_forked(partial(run, self.site), at, nth), monotonic() + life, at)

    def look(self, role: Role) -> None:
        child = self.running[role]
        is_over = monotonic() >= child.until
        if is_over:
            os.kill(child.process, signal.SIGKILL)
        ended, status = os.waitpid(child.process, 0 if is_over else os.WNOHANG)
        if not ended:
            return
        if not os.WIFSIGNALED(status):
            raise SystemExit(f"a process of {role} ended by itself: {status}")
        del self.running[role]
        at = ANY_TIME if is_over or child.at is None else child.at
        self.tally.kills += 1
        self.tally.killed_at[at] = self.tally.killed_at.get(at, 0) + 1

    def restart(self) -> None:
        """Have PostgreSQL die at once, as in `pg_ctl stop -m immediate`, and start it again."""
        if self.server is None or self.folder is None or self.tally.restarts >= self.plan.restarts:
            return
        if monotonic() < self.next_restart:
            return
        [noted] = self.folder.rglob("postmaster.pid")
        os.kill(int(noted.read_text().split()[0]), signal.SIGQUIT)
        while self.server.is_running:
            sleep(0.01)
        self.server.start()
        self.tally.restarts += 1
        self.next_restart = monotonic() + self.draw.uniform(0.5, 3.0)


def _slowness(site: Site) -> float:
    """How much longer a web server takes to begin than on a machine with nothing else to do."""
    begun = monotonic()
    process = _forked(partial(web, site))
    while not answers(HOST, site.port):
        _require_alive(process)
        sleep(0.01)
    _kill(process)
    return min(max((monotonic() - begun) / BEGINNING, 1.0), MOST_SLOW)


def _forked(run: Callable[[], None], at: Failpoint | None = None, nth: int = 1) -> int:
    parent = os.getpid()
    if child := os.fork():
        return child
    try:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
        if at:
            _die_at(at, nth)
        run()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(70)  # whatever it was: nothing of the parent's runs in a child


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        sleep(0.5)
    os._exit(71)


def _die_at(point: Failpoint, nth: int) -> None:
    passed = 0

    def die() -> None:
        nonlocal passed
        passed += 1
        if passed >= nth:
            os.kill(os.getpid(), signal.SIGKILL)

    arm(point, die)


def _require_alive(process: int) -> None:
    ended, status = os.waitpid(process, os.WNOHANG)
    if ended:
        raise SystemExit(f"a process that is to live ended: {status}")


def _kill(process: int) -> None:
    with suppress(ProcessLookupError, ChildProcessError):
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)


# ------------------------------------------------------------------------------------------------ preparing


@contextmanager
def _prepared(url: str, said: int) -> Iterator[Site]:
    """People, a definition, a subscriber and a source; everything has run once, and no connection is open."""
    set_up("error", "json")
    with (
        TemporaryDirectory(prefix="handraise-storm-") as folder,
        socket.create_server((HOST, 0), backlog=512) as mail,
        socket.create_server((HOST, 0), backlog=512) as hooks,
        reserved(HOST, 0) as port,
    ):
        settings = read_settings(
            folder=Path(folder),
            database_url=url,
            smtp_host=HOST,
            smtp_port=mail.getsockname()[1],
            smtp_security="none",
            mail_from="desk@storm.example",
            private_destinations=(f"{HOST}/32",),
        )
        services = build(settings, now=lambda: MONDAY)
        floor = Floor(services.database)
        # Clocks stand still: a storm lasts for hours of theirs.
        floor.rule(notify=services.desk.notify, audit=services.desk.audit, watch=lambda *_: None)
        with services.database.transaction() as connection:
            _, key = create_source(connection, name="storm", kind="server", now=MONDAY)
            an_endpoint(connection, f"http://{HOST}:{hooks.getsockname()[1]}/in", "handoff.opened")
        services = replace(services, desk=floor.desk)
        site = Site(services, floor, key, port, mail, hooks, said, monotonic())
        floor.office.desk = site  # type: ignore[assignment]
        floor.office.evaluators.warm_up(services.database, MONDAY)
        floor.office.capture(told("u0", MONDAY), demo("u0", MONDAY))
        floor.office.all_done(MONDAY)
        site.application  # noqa: B018 made once
        services.database.close()
        gc.freeze()  # children would copy all that is swept through
        yield site
        services.database.close()


@contextmanager
def _served(folder: Path) -> Iterator[tuple[Embedded, str]]:
    server = Embedded(folder, durable=True)
    with server:
        create(server.address("handraise_owner", over_socket=True))
        yield server, server.address(over_socket=True)


def storm(url: str, plan: Plan, server: Embedded | None = None, folder: Path | None = None) -> Tally:
    hear, said = os.pipe()
    with _prepared(url, said) as site:
        heard = Heard(hear)
        raging = Storm(site, heard, plan, server, folder)
        receivers = _forked(partial(receiving, site))
        try:
            raging.rage()
            return counted(site, heard, raging.tally)
        finally:
            _require_alive(receivers)
            _kill(receivers)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="a database with empty tables")
    parser.add_argument("--folder", type=Path, help="instead of one: where a PostgreSQL may be made")
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument(
        "--each", type=int, default=0, help="kills at each failpoint, beside those at any time"
    )
    parser.add_argument("--events", type=int, default=0)
    parser.add_argument("--restarts", type=int, default=0, help="of PostgreSQL; needs --folder")
    parser.add_argument("--seconds", type=float, default=60.0, help="it ends then, whatever is missing")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pause", type=float, default=0.5, help="seconds between the batches of a client")
    parser.add_argument("--worker", choices=sorted(WORKERS), default="careful")
    given = vars(parser.parse_args())
    url, folder = given.pop("url"), given.pop("folder")
    plan = Plan(**given)
    if folder is None:
        tally = storm(url, plan)
    else:
        with _served(folder) as (server, own):
            tally = storm(own, plan, server, folder)
    json.dump({**asdict(tally), "is_whole": tally.is_whole}, sys.stdout)


if __name__ == "__main__":
    main()
