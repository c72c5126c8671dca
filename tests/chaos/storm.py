"""A storm: processes that capture and score are killed again and again, then what is missing is counted.

Run as a process of its own (`python -m tests.chaos.storm URL`), for it forks: what is costly to load is
loaded once, before the first connection is opened. Children say what was acknowledged through a pipe, so that
it outlives them. The storm prints one line of JSON, a `Tally`.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from time import monotonic, sleep
from typing import Any, Final

import sqlalchemy as sa

from handraise.core.decided import Decided
from handraise.core.failpoint import Failpoint, arm, failpoint
from handraise.core.message import Message
from handraise.flow import audit
from handraise.flow.capture import Arrival, CaptureAway, GroupCommit
from handraise.flow.identify import resolve
from handraise.flow.pipeline import receive_all
from handraise.flow.score import Evaluators, score_leads
from handraise.flow.work import Worked
from handraise.store import dirty, scores
from handraise.store.scores import Given
from handraise.store.session import Database
from handraise.store.sources import create_source
from tests.flow.worked import NOW, Desk, Office, demo, told

CAPTURING: Final[tuple[Failpoint, ...]] = ("receive", "store")
SCORING: Final[tuple[Failpoint, ...]] = ("claim", "score", "decide", "apply", "commit")
PEOPLE: Final = 5_000  # many, so that a later event of the same lead seldom hides a loss
LONGEST: Final = 60.0
Work = Callable[[Office], Worked]


@dataclass
class Tally:
    """What a storm came to; all but the first four have to be 0, or true."""

    kills: int = 0
    acknowledged: int = 0
    handoffs: int = 0
    seconds: float = 0.0
    lost_events: int = 0
    repeated_events: int = 0
    wrong_scores: int = 0
    leads_without_score: int = 0
    doubled_handoffs: int = 0
    chain_holds: bool = True
    at: dict[str, int] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        return self.chain_holds and not (
            self.lost_events
            or self.repeated_events
            or self.wrong_scores
            or self.leads_without_score
            or self.doubled_handoffs
        )


@dataclass
class AuditedDesk(Desk):
    """Writes to the audit log, too, what it carries out, in the same transaction."""

    def apply(self, connection: sa.Connection, decided: Sequence[Decided], now: datetime) -> None:
        super().apply(connection, decided, now)
        for one in decided:
            audit.record(connection, "storm", "lead.decided", f"lead:{one.lead_id}", now, {})


def careful(office: Office) -> Worked:
    return office.work(limit=20)


def claim_first(office: Office) -> Worked:
    """A mutant: takes the marks out and commits, then works."""
    with office.database.transaction() as connection:
        claimed = dirty.claim(connection, NOW, limit=20)
    if not claimed:
        return Worked()
    failpoint("claim")
    with office.database.transaction() as connection:
        return _scored(office, connection, [each.root for each in claimed])


def mark_before_commit(office: Office) -> Worked:
    """A mutant: takes the marks out in a transaction of their own before the work is committed."""
    with office.database.transaction() as connection:
        with office.database.transaction() as other:
            claimed = dirty.claim(other, NOW, limit=20)
        if not claimed:
            return Worked()
        failpoint("claim")
        return _scored(office, connection, [each.root for each in claimed])


WORKERS: Final[dict[str, Work]] = {
    "careful": careful,
    "claim-first": claim_first,
    "mark-before-commit": mark_before_commit,
}


def _scored(office: Office, connection: sa.Connection, roots: Sequence[int]) -> Worked:
    sitting = office.evaluators.sitting(connection)
    found = score_leads(connection, roots, sitting, NOW) if roots else []
    failpoint("score")
    given = [Given(each.root, one, score, "event") for each in found for one, score in each.scores.items()]
    scores.write(connection, given)
    failpoint("commit")
    return Worked(len(roots))


# ------------------------------------------------------------------------------------------------- children


def _capture(url: str, source: int, said: int, name: str, at: Failpoint | None, nth: int) -> None:
    """Send events until killed; say the id of each that was acknowledged."""
    if at:
        _die_at(at, nth)
    database = Database(url, wait=5.0)
    group = GroupCommit(database, partial(receive_all, resolve=resolve), clock=lambda: NOW)

    async def send() -> None:
        draw = random.Random(name)
        number = 0
        while True:
            messages = [_message(draw, f"{name}-{number + n}") for n in range(10)]
            number += 10
            arrival = Arrival(source, "segment", "/v1/batch", tuple(messages), (), False)
            try:
                outcomes = await group.capture(arrival)
            except CaptureAway:
                continue
            taken = [each.message_id or "" for each in outcomes if each.status != "ignored"]
            os.write(said, ("".join(f"{one}\n" for one in taken)).encode())

    asyncio.run(send())


def _message(draw: random.Random, message_id: str) -> Message:
    user = f"u{draw.randrange(PEOPLE)}"
    return told(user, message_id=message_id) if draw.random() < 0.2 else demo(user, message_id=message_id)


def _score(url: str, evaluators: Evaluators, work: Work, at: Failpoint | None, nth: int) -> None:
    """Score until killed."""
    if at:
        _die_at(at, nth)
    office = Office(Database(url, wait=5.0), evaluators, AuditedDesk())
    while True:
        if not work(office):
            sleep(0.005)


def _die_at(point: Failpoint, nth: int) -> None:
    passed = 0

    def die() -> None:
        nonlocal passed
        passed += 1
        if passed >= nth:
            os.kill(os.getpid(), signal.SIGKILL)

    arm(point, die)


def _forked(run: Callable[[], None]) -> int:
    if child := os.fork():
        return child
    try:
        run()
    finally:
        os._exit(70)  # whatever it was: nothing of the parent's runs in a child


# -------------------------------------------------------------------------------------------------- the storm


def storm(
    url: str, *, kills: int, each: int, seconds: float, points: Sequence[Failpoint], seed: int, worker: str
) -> Tally:
    """Kill at the points in turn, `each` times at every one, or, without points, `kills` times at any time.

    It ends early after so many seconds.
    """
    draw, tally, begun = random.Random(seed), Tally(), monotonic()
    source, evaluators = _prepare(url)
    hear, said = os.pipe()
    os.set_blocking(hear, False)
    heard = bytearray()
    work = WORKERS[worker]
    running: dict[str, tuple[int, float, Failpoint | None]] = {}
    begins = {"capture": 0, "score": 0}
    try:
        while monotonic() - begun < seconds:
            if all(tally.at.get(point, 0) >= each for point in points) and tally.kills >= kills:
                break
            for role, of_role in (("capture", CAPTURING), ("score", SCORING)):
                if role in running:
                    continue
                own = [one for one in points if one in of_role]
                at = own[begins[role] % len(own)] if own else None
                nth, name = draw.randint(1, 3), f"{seed}-{begins[role]}"
                begins[role] += 1
                run = (
                    partial(_capture, url, source, said, name, at, nth)
                    if role == "capture"
                    else partial(_score, url, evaluators, work, at, nth)
                )
                until = monotonic() + (LONGEST if at else draw.uniform(0.03, 0.4))
                running[role] = (_forked(run), until, at)
            heard += _heard(hear)
            for role, (child, until, at) in list(running.items()):
                if monotonic() >= until:
                    os.kill(child, signal.SIGKILL)
                ended, status = os.waitpid(child, 0 if monotonic() >= until else os.WNOHANG)
                if ended:
                    del running[role]
                    if not os.WIFSIGNALED(status):
                        raise SystemExit(f"a child ended by itself at {role}: {status}")
                    tally.kills += 1
                    tally.at[at or "any time"] = tally.at.get(at or "any time", 0) + 1
            sleep(0.002)
    finally:
        for child, _, _ in running.values():
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    heard += _heard(hear)
    _count(url, set(heard.decode().split()), work, tally)
    tally.seconds = round(monotonic() - begun, 1)
    return tally


def _heard(hear: int) -> bytes:
    found = bytearray()
    with suppress(BlockingIOError):
        while part := os.read(hear, 65536):
            found += part
    return bytes(found)


def _prepare(url: str) -> tuple[int, Evaluators]:
    """A definition and a source; the kernel is loaded, and no connection is left open."""
    database = Database(url)
    office = Office(database, desk=AuditedDesk())
    office.publish()
    with database.transaction() as connection:
        source, _ = create_source(connection, name="storm", kind="server", now=NOW)
    office.evaluators.warm_up(database, NOW)
    database.close()
    return source.id, office.evaluators


def _count(url: str, acknowledged: set[str], work: Work, tally: Tally) -> None:
    """Let the worker finish, then hold what is there against what has to be."""
    office = Office(Database(url), desk=AuditedDesk())
    while work(office):
        pass
    stored = [row[0] for row in office.rows("select message_id from event")]
    held = {row[0] for row in office.rows("select message_id from quarantine")}
    tally.acknowledged = len(acknowledged)
    tally.lost_events = len(acknowledged - set(stored) - held)
    tally.repeated_events = len(stored) - len(set(stored))
    tally.handoffs = office.one("select count(*) from handoff")
    tally.doubled_handoffs = len(
        office.rows("select 1 from handoff group by lead_id, definition, cycle having count(*) > 1")
    )
    before = _scores(office)
    roots = [
        row[0]
        for row in office.rows(
            "select distinct coalesce(l.root_id, l.id) from event e join lead l on l.id = e.lead_id"
        )
    ]
    tally.leads_without_score = len(set(roots) - {row[0] for row in before})
    with office.database.transaction() as connection:
        dirty.mark(connection, roots, "event", {"event": "recount"}, NOW)
    office.all_done()
    after = _scores(office)
    tally.wrong_scores = len(set(after) - set(before))
    with office.database.transaction() as connection:
        tally.chain_holds = audit.verify(connection).holds
    office.database.close()


def _scores(office: Office) -> list[Any]:
    return [
        (row[0], *map(str, row[1:]))
        for row in office.rows("select lead_id, version_id, fit, engagement, grade, is_mql from lead_score")
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--each", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--points", default="", help="failpoints by commas; none: at any time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worker", choices=sorted(WORKERS), default="careful")
    given = parser.parse_args()
    points = tuple(one for one in (*CAPTURING, *SCORING) if one in given.points.split(","))
    tally = storm(
        given.url,
        kills=given.kills,
        each=given.each,
        seconds=given.seconds,
        points=points,
        seed=given.seed,
        worker=given.worker,
    )
    json.dump({**asdict(tally), "is_whole": tally.is_whole}, sys.stdout)


if __name__ == "__main__":
    main()
