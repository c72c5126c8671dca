"""A storm: processes that capture, score and deliver are killed again and again; then everything is counted.

Run as a process of its own (`python -m tests.chaos.storm --url URL`), for it forks: what is costly to load is
loaded once, and no connection is open when a child is made. What the children run is the product's own
(`GroupCommit`, `run_worker` with `flow.apply`, `deliver`); only the receivers of mails and webhooks are
stood for. Children say what was acknowledged and what was received through a pipe, so that it outlives them.
The storm prints one line of JSON, a `Tally`.

With `--folder` it has a PostgreSQL of its own there, durable as in production, and has it die, too.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final, Never
from unittest import mock

import sqlalchemy as sa

from handraise.connect.null import RecordingChat
from handraise.connect.ports import Mail, Receipt, WebhookCall
from handraise.core.decided import Decided
from handraise.core.failpoint import FAILPOINTS, Failpoint, arm
from handraise.core.message import Message, Refused
from handraise.flow import audit
from handraise.flow.capture import Arrival, CaptureAway, GroupCommit
from handraise.flow.deliver import Outside, deliver
from handraise.flow.identify import resolve
from handraise.flow.notify import notify
from handraise.flow.pipeline import receive_all
from handraise.flow.work import _Worker, run_worker
from handraise.store import dirty
from handraise.store.deliveries import due_deliveries
from handraise.store.dirty import Claimed
from handraise.store.embedded import Embedded
from handraise.store.schema import create
from handraise.store.session import Database, DatabaseAway
from handraise.store.sources import create_source
from tests.flow.outgoing import an_endpoint
from tests.flow.selling import MONDAY, Floor
from tests.flow.worked import DAY, demo, message, pricing

Role = str
POINTS: Final[dict[Role, tuple[Failpoint, ...]]] = {
    "capture": ("receive", "store"),
    "score": ("claim", "score", "decide", "apply", "commit"),
    "deliver": ("deliver",),
}
ANY_TIME: Final = "any time"
PEOPLE: Final = 8_000  # many, so that a later event of the same lead seldom hides a loss
BATCH: Final = 20
LONGEST: Final = 4.0  # seconds that a process which is to die at a point may take to come there
# A delivery that was under way when its process died is tried again after 45 s of this clock.
FASTER: Final = 120
TRYING: Final = 0.1  # seconds a process waits for a connection before it tries again


@dataclass
class Tally:
    """What a storm came to; all of `wrong` has to be 0, and the audit log has to hold."""

    kills: int = 0
    restarts: int = 0
    acknowledged: int = 0
    quarantined: int = 0
    handoffs: int = 0
    deliveries: int = 0
    received_again: int = 0
    audited: int = 0
    seconds: float = 0.0
    killed_at: dict[str, int] = field(default_factory=dict)
    wrong: dict[str, int] = field(default_factory=dict)
    chain_holds: bool = False

    @property
    def is_whole(self) -> bool:
        return self.chain_holds and not any(self.wrong.values())


# ------------------------------------------------------------------------------------------------- workers


@dataclass(frozen=True)
class Site:
    """What every process of the storm is given."""

    floor: Floor
    source: int
    said: int
    begun: float

    @property
    def database(self) -> Database:
        return self.floor.database

    def now(self) -> datetime:
        """The clock of deliveries; scoring's stands still, so that scores can be counted again."""
        return MONDAY + timedelta(seconds=(monotonic() - self.begun) * FASTER)

    def say(self, kind: str, ids: Sequence[str]) -> None:
        os.write(self.said, "".join(f"{kind} {one}\n" for one in ids).encode())

    def carry_out(self, connection: sa.Connection, decided: Sequence[Decided], now: datetime) -> None:
        """What a worker does with decisions; each is in the audit log besides, to try the log as well."""
        self.floor.apply(connection, decided, now)
        for one in decided:
            audit.record(connection, "storm", "lead.decided", f"lead:{one.lead_id}", now)

    @property
    def outside(self) -> Outside:
        return Outside(_Receiver(self), RecordingChat(), _Receiver(self))


@dataclass(frozen=True)
class _Receiver:
    """A mail server and a subscriber that take what comes, and say so before they answer."""

    site: Site

    def send(self, one: Mail | WebhookCall) -> Receipt:
        self.site.say("received", [one.delivery_id if isinstance(one, Mail) else one.id])
        return Receipt(200)


def careful(site: Site) -> None:
    """The product's own worker."""
    run_worker(
        site.database,
        site.floor.office.evaluators,
        site.carry_out,
        lambda: MONDAY,
        threading.Event(),
        limit=20,
        idle=TRYING,
    )


def claim_first(site: Site) -> None:
    """A mutant: takes the marks out and commits, then works."""

    def claim(_connection: sa.Connection, now: datetime, **options: Any) -> list[Claimed]:
        with site.database.transaction() as other:
            return claimed(other, now, **options)

    claimed = dirty.claim
    with mock.patch.object(dirty, "claim", claim):
        careful(site)


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
        careful(site)


WORKERS: Final[dict[str, Callable[[Site], None]]] = {
    "careful": careful,
    "claim-first": claim_first,
    "mark-before-commit": mark_before_commit,
}


def sending(site: Site, name: str, number: int, pause: float) -> None:
    """A client, from its batch `number` on: each is sent again until it is acknowledged."""
    group = GroupCommit(site.database, partial(receive_all, resolve=resolve), clock=lambda: MONDAY)

    async def send() -> Never:
        batch = number
        while True:
            arrival = _arrival(site.source, name, batch)
            try:
                await group.capture(arrival)
            except CaptureAway:
                await asyncio.sleep(TRYING)
                continue
            site.say("acknowledged", _ids(arrival))
            batch += 1
            await asyncio.sleep(pause)

    asyncio.run(send())


def _arrival(source: int, name: str, batch: int) -> Arrival:
    """The same for the same batch, whoever sends it."""
    draw = random.Random(f"{name}-{batch}")
    ids = [f"{name}-{batch}-{n}" for n in range(BATCH)]
    refused = [Refused("no_type", "the call has no type", b"{}", ids.pop())] if draw.random() < 0.1 else []
    return Arrival(
        source, "segment", "/v1/batch", tuple(_message(draw, one) for one in ids), tuple(refused), False
    )


def _ids(arrival: Arrival) -> list[str]:
    calls: tuple[Message | Refused, ...] = (*arrival.messages, *arrival.refused)
    return [str(each.message_id) for each in calls]


def _message(draw: random.Random, message_id: str) -> Message:
    person = draw.randrange(PEOPLE)
    user, kind = f"u{person}", draw.random()
    at = MONDAY - draw.random() * 30 * DAY  # whoever looks at many pages in one second is a bot
    if kind < 0.2:
        email = f"{user}@company-{person % 500}.com"
        traits = {"email": email, "title": "VP Sales"}
        return message("identify", user, at, traits=traits, email=email, message_id=message_id)
    if kind < 0.25:
        return demo(user, at, message_id=message_id)
    return pricing(user, at, message_id=message_id)


def delivering(site: Site) -> None:
    """Make every delivery that is due."""
    outside = site.outside
    while True:
        with suppress(DatabaseAway, sa.exc.DBAPIError):
            with site.database.transaction() as connection:
                due = [each.id for each in due_deliveries(connection, site.now(), 50)]
            for one in due:
                deliver(site.database, outside, one, site.now)
        sleep(TRYING / 10)


# --------------------------------------------------------------------------------------------------- killing


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

    def __init__(self, site: Site, hear: int, plan: Plan, server: Embedded | None, folder: Path | None):
        self.site, self.hear, self.plan, self.server, self.folder = site, hear, plan, server, folder
        self.draw, self.tally = random.Random(plan.seed), Tally()
        self.running: dict[Role, Child] = {}
        self.acknowledged: set[str] = set()
        self.received: Counter[str] = Counter()
        self.next_batch: Counter[Role] = Counter()
        self.rest = ""
        self.next_restart = 0.0

    def rage(self) -> None:
        """Kill until there was enough of everything, or the time is over."""
        begun = monotonic()
        self.next_restart = begun + 2
        try:
            while not self.is_enough() and monotonic() - begun < self.plan.seconds:
                self.listen()
                for role in ("capture", "capture 2", "score", "score 2", "deliver"):
                    if role not in self.running:
                        self.running[role] = self.born(role)
                for role in list(self.running):
                    self.look(role)
                self.restart()
                sleep(0.002)
        finally:
            for child in self.running.values():
                os.kill(child.process, signal.SIGKILL)
                os.waitpid(child.process, 0)
        self.listen()
        self.tally.seconds = round(monotonic() - begun, 1)

    def is_enough(self) -> bool:
        tally, plan = self.tally, self.plan
        return (
            tally.kills >= plan.kills
            and len(self.acknowledged) >= plan.events
            and tally.restarts >= plan.restarts
            and all(tally.killed_at.get(point, 0) >= plan.each for point in FAILPOINTS)
        )

    def born(self, role: Role) -> Child:
        kind = role.split()[0]
        missing = [one for one in POINTS[kind] if self.tally.killed_at.get(one, 0) < self.plan.each]
        at = self.draw.choice(missing) if missing and self.draw.random() < 0.6 else None
        nth = self.draw.randint(1, 4)
        # As often before the first transaction as long after it.
        life = LONGEST if at else self.draw.uniform(*self.draw.choice(((0.02, 0.3), (0.3, 1.2))))
        run = {
            "capture": partial(
                sending,
                self.site,
                f"{self.plan.seed}-{role[7:].strip()}",
                self.next_batch[role],
                self.plan.pause,
            ),
            "score": partial(WORKERS[self.plan.worker], self.site),
            "deliver": partial(delivering, self.site),
        }[kind]
        return Child(_forked(run, at, nth), monotonic() + life, at)

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
        self.listen()

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

    def listen(self) -> None:
        """Take in what was said."""
        with suppress(BlockingIOError):
            while part := os.read(self.hear, 65536):
                self.rest += part.decode()
        *lines, self.rest = self.rest.split("\n")
        for line in lines:
            kind, one = line.split()
            if kind == "received":
                self.received[one] += 1
                continue
            self.acknowledged.add(one)
            _, slot, batch, _ = one.split("-")
            role = f"capture {slot}".strip()
            self.next_batch[role] = max(self.next_batch[role], int(batch) + 1)

    # ------------------------------------------------------------------------------------------- counting

    def count(self) -> Tally:
        """Let the product finish, then hold what is there against what has to be."""
        self.finish()
        rows, one, tally = self.site.floor.office.rows, self.site.floor.office.one, self.tally
        stored = [row[0] for row in rows("select message_id from event")]
        held = {row[0] for row in rows("select message_id from quarantine")}
        sent = {str(row[0]): row[1] for row in rows("select id, state from delivery")}
        tally.acknowledged, tally.quarantined = len(self.acknowledged), len(held)
        tally.handoffs, tally.deliveries = one("select count(*) from handoff"), len(sent)
        tally.received_again = sum(times - 1 for times in self.received.values())
        tally.audited = one("select count(*) from audit_entry")
        tally.wrong = {
            "events lost": len(self.acknowledged - set(stored) - held),
            "events stored twice": len(stored) - len(set(stored)),
            "leads without score": one(_UNSCORED),
            "sums unlike their lines": one(_UNLIKE_LINES),
            "qualified but not handed off": one(_NOT_HANDED_OFF),
            "handed off twice": one(_HANDED_OFF_TWICE),
            "handed off and nobody told": one(_NOBODY_TOLD),
            "deliveries not sent": sum(state != "sent" for state in sent.values()),
            "deliveries sent and not received": sum(one not in self.received for one in sent),
            "received and unknown": len(set(self.received) - set(sent)),
            "scores unlike a recount": self.recounted(),
        }
        with self.site.database.transaction() as connection:
            tally.chain_holds = audit.verify(connection).holds
        return tally

    def finish(self) -> None:
        self.site.floor.office.all_done(MONDAY)
        later = MONDAY + timedelta(days=1)  # every lease has run out
        outside = self.site.outside
        with ThreadPoolExecutor(4) as pool:
            while True:
                with self.site.database.transaction() as connection:
                    due = [each.id for each in due_deliveries(connection, later, 500)]
                if not due:
                    break
                list(pool.map(lambda one: deliver(self.site.database, outside, one, lambda: later), due))
                self.listen()
        self.listen()

    def recounted(self) -> int:
        """How many scores are others when each is counted again from all its events."""
        office = self.site.floor.office
        before = set(_scores(office.rows))
        with self.site.database.transaction() as connection:
            dirty.mark_all(connection, "correction", {"recount": True}, MONDAY)
        office.all_done(MONDAY)
        return len(set(_scores(office.rows)) ^ before)


_UNSCORED: Final = """
select count(distinct coalesce(l.root_id, l.id)) from event e join lead l on l.id = e.lead_id
where not exists (select from lead_score s where s.lead_id = coalesce(l.root_id, l.id))"""
_UNLIKE_LINES: Final = """
select count(*) from lead_score s cross join lateral (
    select coalesce(sum((line ->> 'points')::numeric) filter (where line ->> 'dimension' = 'fit'), 0) as fit,
        coalesce(sum((line ->> 'points')::numeric) filter (where line ->> 'dimension' = 'engagement'), 0)
        as engagement
    from jsonb_array_elements(s.lines) line) summed
where (coalesce(s.fit, 0), coalesce(s.engagement, 0)) is distinct from (summed.fit, summed.engagement)"""
_NOT_HANDED_OFF: Final = """
select count(*) from lead_score s
where s.is_mql and not exists (select from handoff h where h.lead_id = s.lead_id)"""
_HANDED_OFF_TWICE: Final = """
select count(*) from (
    select from handoff group by lead_id, definition, cycle having count(*) > 1) doubled"""
_NOBODY_TOLD: Final = """
select count(*) from handoff h where not exists (
    select from delivery d where d.handoff_id = h.id and d.kind like 'handoff.%')"""


def _scores(rows: Callable[[str], list[Any]]) -> Iterator[tuple[str, ...]]:
    for row in rows("select lead_id, version_id, fit, engagement, grade, is_mql, lines from lead_score"):
        yield tuple(map(str, row))


def _forked(run: Callable[[], None], at: Failpoint | None, nth: int) -> int:
    if child := os.fork():
        return child
    try:
        if at:
            _die_at(at, nth)
        run()
    finally:
        os._exit(70)  # whatever it was: nothing of the parent's runs in a child


def _die_at(point: Failpoint, nth: int) -> None:
    passed = 0

    def die() -> None:
        nonlocal passed
        passed += 1
        if passed >= nth:
            os.kill(os.getpid(), signal.SIGKILL)

    arm(point, die)


# ------------------------------------------------------------------------------------------------ preparing


def _prepared(url: str, said: int) -> Site:
    """People, a definition, a subscriber and a source; everything has run once, and no connection is open."""
    database = Database(url, wait=5.0)
    floor = Floor(database)
    floor.rule(notify=notify, audit=audit.record)
    with database.transaction() as connection:
        source, _ = create_source(connection, name="storm", kind="server", now=MONDAY)
        an_endpoint(connection)
    site = Site(floor, source.id, said, monotonic())
    floor.office.desk = _Carrying(site)  # type: ignore[assignment]
    floor.office.evaluators.warm_up(database, MONDAY)
    group = GroupCommit(database, partial(receive_all, resolve=resolve), clock=lambda: MONDAY)
    first = _arrival(source.id, "0-", 0)
    asyncio.run(group.capture(first))
    group.close()
    site.say("acknowledged", _ids(first))
    floor.office.all_done(MONDAY)
    with database.transaction() as connection:
        due = [each.id for each in due_deliveries(connection, MONDAY)]
    for one in due:
        deliver(database, site.outside, one, lambda: MONDAY)
    database.close()
    return site


@dataclass(frozen=True)
class _Carrying:
    """The desk of the office: what a worker of the storm does with decisions."""

    site: Site

    def apply(self, connection: sa.Connection, decided: Sequence[Decided], now: datetime) -> None:
        self.site.carry_out(connection, decided, now)


@contextmanager
def _served(folder: Path) -> Iterator[tuple[Embedded, str]]:
    server = Embedded(folder, durable=True)
    with server:
        create(server.address("handraise_owner", over_socket=True))
        yield server, server.address(over_socket=True)


def storm(url: str, plan: Plan, server: Embedded | None = None, folder: Path | None = None) -> Tally:
    hear, said = os.pipe()
    os.set_blocking(hear, False)
    site = _prepared(url, said)
    raging = Storm(site, hear, plan, server, folder)
    raging.rage()
    tally = raging.count()
    site.database.close()
    return tally


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
    parser.add_argument("--pause", type=float, default=0.02, help="seconds between the batches of a client")
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
