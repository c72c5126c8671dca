"""Leads in a database with a definition that acts, and a worker whose effects are kept as they were asked."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from threading import Lock
from typing import Any

import sqlalchemy as sa

from handraise.core.decided import Decided
from handraise.core.effects import OpenHandoff, after
from handraise.core.event import Lead
from handraise.core.failpoint import Failpoint, armed
from handraise.core.message import Message
from handraise.flow.define import go_live, publish, sign
from handraise.flow.identify import resolve
from handraise.flow.score import Evaluators
from handraise.flow.work import Worked, work
from handraise.store.definitions import Version
from handraise.store.events import Taken, store_events, take
from handraise.store.histories import histories
from handraise.store.session import Database
from tests.builders import DAY, HOUR, MINUTE, NOW, SIGNALS

DEFINITION = f"""
name: Mid-market
{SIGNALS}
fit:
  bar: 10
  rules:
    - {{rule: senior, when: {{lead.seniority: [vp, c_suite]}}, points: 20}}
engagement:
  bar: 30
  half_life: 10 days
  rules:
    - {{rule: pricing, signal: pricing, points: 15, each: 1 per day, at_most: 3}}
    - {{rule: asked for a demo, signal: demo, points: 40}}
    - {{rule: careers, signal: careers, points: -5}}
patterns: [{{pattern: keen, all: [{{signal: pricing, at_least: 3, within: 7 days}}]}}]
qualify:
  mql: {{all: [fit, engagement]}}
  grades: {{fit: {{A: 20, B: 0}}, engagement: {{1: 30, 2: 0}}}}
handoff:
  sla: [{{within: 5 minutes, when: {{signal: demo}}}}, {{within: 24 hours}}]
stages: {{mql: {{max_age: 30 days, then: review}}}}
"""
_NUMBERS = count()


class Crash(BaseException):
    """The process dies here."""


@dataclass
class Desk:
    """Carries effects out as far as a test needs: moves, and a row for each hand-off."""

    decided: list[Decided] = field(default_factory=list)
    lock: Any = field(default_factory=Lock)

    def apply(self, connection: sa.Connection, decided: Sequence[Decided], now: datetime) -> None:
        for one in decided:
            left = after(one.situation, one.effects, now)
            connection.execute(
                sa.text(
                    "update lead set stage = :stage, stage_since = :since, cycle = :cycle, "
                    "disqualified_reason = :reason, disqualified_at = :at, nurture = :nurture where id = :id"
                ),
                {
                    "id": one.lead_id, "stage": left.stage, "since": left.stage_since, "cycle": left.cycle,
                    "reason": left.disqualified_reason, "at": left.disqualified_at, "nurture": left.nurture,
                },
            )  # fmt: skip
            for effect in one.effects:
                if isinstance(effect, OpenHandoff):
                    connection.execute(
                        sa.text(
                            "insert into handoff (lead_id, definition, version_id, cycle, lead_type, state, "
                            "opened_at) values (:lead, :definition, :version, :cycle, :type, 'open', :now)"
                        ),
                        {
                            "lead": one.lead_id, "definition": effect.definition, "version": one.version_id,
                            "cycle": effect.cycle, "type": effect.lead_type, "now": now,
                        },
                    )  # fmt: skip
        with self.lock:
            self.decided += decided


def message(event: str, user: str = "ann", at: datetime = NOW - HOUR, **fields: Any) -> Message:
    """Something that somebody did, or was said to be."""
    kind: Any = "page" if event == "page" else "identify" if event == "identify" else "track"
    given = {"message_id": f"m{next(_NUMBERS)}", "received_at": at, "user_id": user, **fields}
    return Message(kind, event, occurred_at=at, **given)


def pricing(user: str = "ann", at: datetime = NOW - HOUR, **fields: Any) -> Message:
    return message("page", user, at, properties={"path": "/pricing"}, **fields)


def demo(user: str = "ann", at: datetime = NOW - HOUR, **fields: Any) -> Message:
    return message("Demo Requested", user, at, **fields)


def told(user: str = "ann", at: datetime = NOW - 2 * HOUR, **traits: Any) -> Message:
    given = {"email": f"{user}@acme.com", "title": "VP Sales", **traits}
    return message("identify", user, at, traits=given, email=given["email"])


def captured(connection: sa.Connection, *messages: Message, now: datetime = NOW) -> list[int]:
    """The messages as capture takes them: repeats left out, given to leads, stored, leads marked."""
    new, _ = take(connection, [(1, one) for one in messages], now, telling=range(len(messages)))
    fresh = [messages[place] for place in sorted(new)]
    leads = resolve(connection, fresh, now) if fresh else []
    store_events(connection, [Taken(lead, 1, one) for lead, one in zip(leads, fresh, strict=True)], now)
    return leads


def published(
    connection: sa.Connection, text: str = DEFINITION, now: datetime = NOW - 300 * DAY, *, live: bool = True
) -> Version:
    """A version of a definition, signed by both and live."""
    version = publish(connection, text, {}, "ann", None, now)
    if live:
        sign(connection, version.id, "marketing", "mia", now)
        sign(connection, version.id, "sales", "sam", now)
        go_live(connection, version.id, "mia", now)
    return version


@dataclass
class Office:
    """A database, a worker, and what it did."""

    database: Database
    evaluators: Evaluators = field(default_factory=Evaluators)
    desk: Desk = field(default_factory=Desk)

    def publish(self, text: str = DEFINITION, **options: Any) -> Version:
        with self.database.transaction() as connection:
            return published(connection, text, **options)

    def capture(self, *messages: Message, now: datetime = NOW) -> list[int]:
        with self.database.transaction() as connection:
            return captured(connection, *messages, now=now)

    def work(self, now: datetime = NOW, **options: Any) -> Worked:
        return work(self.database, self.evaluators, self.desk.apply, now, **options)

    def all_done(self, now: datetime = NOW, **options: Any) -> Worked:
        done = Worked()
        for _ in range(1000):
            found = self.work(now, **options)
            if not found:
                return done
            done += found
        raise AssertionError("a worker goes on for ever")

    def rows(self, statement: str, **parameters: Any) -> list[Any]:
        with self.database.transaction() as connection:
            return list(connection.execute(sa.text(statement), parameters))

    def one(self, statement: str, **parameters: Any) -> Any:
        [[value]] = self.rows(statement, **parameters)
        return value

    def history(self, root: int) -> Lead:
        with self.database.transaction() as connection:
            return histories(connection, [root])[0]

    def marks(self) -> int:
        return int(self.one("select count(*) from dirty_lead"))

    def state(self) -> list[Any]:
        """Everything that was decided and scored, but for what counts rows up."""
        return [
            *self.rows(
                "select lead_id, version_id, fit, engagement, grade, is_mql, disqualified, became_mql_at, "
                "next_change_at, lines from lead_score order by 1, 2"
            ),
            *self.rows("select id, stage, cycle, stage_due_at from lead order by id"),
            *self.rows("select lead_id, definition, cycle, lead_type from handoff order by 1, 2, 3"),
        ]


@contextmanager
def crashing(at: Failpoint, *, times: int = 1) -> Iterator[list[int]]:
    """The process dies the first times it passes there; the list counts them."""
    crashes: list[int] = []

    def die() -> None:
        if len(crashes) < times:
            crashes.append(1)
            raise Crash

    with armed(at, die):
        yield crashes


__all__ = ["DAY", "DEFINITION", "HOUR", "MINUTE", "NOW", "Crash", "Desk", "Office", "captured", "crashing",
           "demo", "message", "pricing", "published", "timedelta", "told"]  # fmt: skip
