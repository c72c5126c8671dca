"""After a storm: the product finishes what it is at, and what there is is held against what has to be."""

import os
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic, sleep
from typing import Any, Final

from handraise.connect.webhook import body_of
from handraise.flow import audit
from handraise.flow.jobs import catch_up, run_jobs
from handraise.store import dirty
from tests.chaos.site import QUICK, Site, digest
from tests.flow.selling import MONDAY
from tests.flow.worked import Office

STUCK: Final = 60.0  # seconds without a delivery less to make


@dataclass
class Tally:
    """What a storm came to; all of `wrong` has to be 0, and the audit log has to hold."""

    kills: int = 0
    restarts: int = 0
    acknowledged: int = 0
    quarantined: int = 0
    sent_again: int = 0
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


class Heard:
    """What was said: calls acknowledged, batches sent again, what arrived with which contents how often."""

    def __init__(self, pipe: int) -> None:
        os.set_blocking(pipe, False)
        self.pipe = pipe
        self.acknowledged: set[str] = set()
        self.again = 0
        self.received: dict[str, list[str]] = defaultdict(list)
        self._rest = ""

    def listen(self) -> None:
        """Take in what was said."""
        with suppress(BlockingIOError):
            while part := os.read(self.pipe, 65536):
                self._rest += part.decode()
        *lines, self._rest = self._rest.split("\n")
        for line in lines:
            match line.split():
                case ["acknowledged", one]:
                    self.acknowledged.add(one)
                case ["again", _]:
                    self.again += 1
                case ["received", one, contents]:
                    self.received[one].append(contents)
                case _:
                    raise AssertionError(f"nobody says {line!r}")


def counted(site: Site, heard: Heard, tally: Tally) -> Tally:
    """Let the product finish, then fill in the tally."""
    left = finish(site, heard)
    rows, one, received = site.floor.office.rows, site.floor.office.one, heard.received
    stored = [row[0] for row in rows("select message_id from event where message_id ~ '^[0-9]+-'")]
    held = {row[0] for row in rows("select message_id from quarantine")}
    sent = {str(row[0]): row for row in rows("select id, state, channel, payload from delivery")}
    tally.acknowledged, tally.quarantined = len(heard.acknowledged), len(held)
    tally.sent_again = heard.again
    tally.handoffs, tally.deliveries = one("select count(*) from handoff"), len(sent)
    tally.received_again = sum(len(times) - 1 for times in received.values())
    tally.audited = one("select count(*) from audit_entry")
    written = {name: digest(body_of(row.payload)) for name, row in sent.items() if row.channel == "webhook"}
    tally.wrong = {
        "events lost": len(heard.acknowledged - set(stored) - held),
        "events stored twice": len(stored) - len(set(stored)),
        **{what: one(question) for what, question in NEVER.items()},
        "deliveries and jobs that did not end": left,
        "deliveries not sent": sum(row.state != "sent" for row in sent.values()),
        "deliveries sent and not received": sum(name not in received for name in sent),
        "received and unknown": len(set(received) - set(sent)),
        "webhooks of other contents than written": sum(
            set(received[name]) - {contents} != set() for name, contents in written.items()
        ),
        "scores unlike a recount": recounted(site.floor.office, MONDAY),
    }
    with site.database.transaction() as connection:
        tally.chain_holds = audit.verify(connection).holds
    return tally


def finish(site: Site, heard: Heard) -> int:
    """Score what is marked, and let the job queue run while hours pass; gives what it never came to."""
    site.floor.office.all_done(MONDAY)
    with _working(site) as left:
        least, at = left(), monotonic()
        while least and monotonic() - at < STUCK:
            heard.listen()
            sleep(0.2)
            if (now := left()) < least:
                least, at = now, monotonic()
    heard.listen()
    return least


@contextmanager
def _working(site: Site) -> Iterator[Callable[[], int]]:
    """A worker of the job queue for whom each look at what is left to do takes an hour."""
    passed = [timedelta(days=1)]  # every lease has run out
    stop = threading.Event()
    work = site.jobs(lambda: site.now() + passed[0])
    worker = threading.Thread(target=run_jobs, args=(work, stop, QUICK), daemon=True)

    def left() -> int:
        passed[0] += timedelta(hours=1)
        catch_up(work)  # as every minute
        with site.database.transaction() as connection:
            connection.exec_driver_sql(_AN_HOUR_LATER)
            return int(connection.exec_driver_sql(_LEFT).scalar_one())

    worker.start()
    try:
        yield left
    finally:
        stop.set()
        worker.join(30)


def recounted(office: Office, now: datetime) -> int:
    """How many scores are others when each is counted again from all its events."""
    before = set(_scores(office.rows))
    with office.database.transaction() as connection:
        dirty.mark_all(connection, "correction", {"recount": True}, now)
    office.all_done(now)
    return len(set(_scores(office.rows)) ^ before)


def _scores(rows: Callable[[str], list[Any]]) -> Iterator[tuple[str, ...]]:
    for row in rows("select lead_id, version_id, fit, engagement, grade, is_mql, lines from lead_score"):
        yield tuple(map(str, row))


# The queue lives by the database's clock, which nobody moves: jobs that wait for their time are due instead.
_AN_HOUR_LATER: Final = """
update procrastinate_jobs set scheduled_at = null
where status = 'todo' and task_name = 'deliver' and scheduled_at > now() + interval '1 second'"""
_LEFT: Final = """
select (select count(*) from delivery where state = 'waiting')
    + (select count(*) from procrastinate_jobs where task_name = 'deliver' and status in ('todo', 'doing'))"""
NEVER: Final = {
    "leads without score": """
select count(distinct coalesce(l.root_id, l.id)) from event e join lead l on l.id = e.lead_id
where not exists (select from lead_score s where s.lead_id = coalesce(l.root_id, l.id))""",
    "sums unlike their lines": """
select count(*) from lead_score s cross join lateral (
    select coalesce(sum((line ->> 'points')::numeric) filter (where line ->> 'dimension' = 'fit'), 0) as fit,
        coalesce(sum((line ->> 'points')::numeric) filter (where line ->> 'dimension' = 'engagement'), 0)
        as engagement
    from jsonb_array_elements(s.lines) line) summed
where (coalesce(s.fit, 0), coalesce(s.engagement, 0)) is distinct from (summed.fit, summed.engagement)""",
    "qualified but not handed off": """
select count(*) from lead_score s
where s.is_mql and not exists (select from handoff h where h.lead_id = s.lead_id)""",
    "handed off twice": """
select count(*) from (
    select from handoff group by lead_id, definition, cycle having count(*) > 1) doubled""",
    "handed off and owner or subscriber not told": """
select count(*) from handoff h where 2 <> (
    select count(distinct d.channel) from delivery d
    where d.handoff_id = h.id and d.kind = 'handoff.opened' and d.channel in ('email', 'webhook'))""",
}
"""What there is none of, by the question that counts it."""
