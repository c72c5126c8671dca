"""A hand-off with somebody to tell, adapters that record, and a clock that is moved by hand."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from handraise.connect.null import RecordingChat, RecordingHooks, RecordingMailer
from handraise.flow.deliver import Outside, deliver
from handraise.flow.lanes import Lanes
from handraise.store.deliveries import due_deliveries
from handraise.store.endpoints import Endpoint, add_endpoint
from handraise.store.session import Database

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECRET = "whsec_" + "A" * 32
BRIEF = {
    "name": "Jo Li",
    "account": "Acme",
    "why_now": [{"words": "a demo", "points": 5000}],
    "links": {"lead": "https://sales.example/leads/7"},
}
_LEAD = "insert into lead (created_at, email, name, is_known) values (%s, %s, %s, true) returning id"
_MEMBER = """insert into member (email, name, role, slack_id, created_at, zone)
values ('ann@us.example', 'Ann', 'sales', %s, %s, 'Europe/Berlin') returning id"""
_TEAM = "insert into team (name, slack_channel, email) values ('Sales', %s, 'sales@us.example') returning id"
_HANDOFF = """insert into handoff
(lead_id, definition, version_id, cycle, lead_type, temperature, state, owner_id, team_id, brief, opened_at)
values (%s, 'Mid-market', 1, 1, 'demo_request', 'hot', 'open', %s, %s, %s::jsonb, %s) returning id"""


@dataclass(frozen=True)
class Handed:
    lead: int
    handoff: int


@dataclass
class Moving:
    """A clock that stands still until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        self.now += by


@dataclass
class Desk:
    """The outside as one test sees it."""

    database: Database
    clock: Moving = field(default_factory=Moving)
    mailer: RecordingMailer = field(default_factory=RecordingMailer)
    chat: RecordingChat = field(default_factory=RecordingChat)
    hooks: Any = field(default_factory=RecordingHooks)
    lanes: Lanes = field(default_factory=Lanes)

    @property
    def outside(self) -> Outside:
        return Outside(self.mailer, self.chat, self.hooks, "https://hooks.slack.com/services/x", self.lanes)

    def deliver(self, delivery_id: UUID) -> str:
        return deliver(self.database, self.outside, delivery_id, self.clock)

    def deliver_due(self) -> list[str]:
        """What the queue would do at this moment."""
        with self.database.transaction() as connection:
            due = due_deliveries(connection, self.clock.now)
        return [self.deliver(each.id) for each in due]


def handed(
    connection: sa.Connection,
    *,
    email: str | None = "jo@acme.example",
    name: str | None = "Jo Li",
    channel: str | None = "C1",
    slack: str | None = None,
    owned: bool = True,
) -> Handed:
    import json

    run = connection.exec_driver_sql
    lead = run(_LEAD, (NOW, email, name)).scalar_one()
    owner = run(_MEMBER, (slack, NOW)).scalar_one() if owned else None
    team = run(_TEAM, (channel,)).scalar_one()
    opened = run(_HANDOFF, (lead, owner, team, json.dumps(BRIEF), NOW)).scalar_one()
    return Handed(lead, opened)


def an_endpoint(connection: sa.Connection, url: str = "https://x.example/in", *events: str) -> Endpoint:
    return add_endpoint(connection, url, SECRET, events, NOW)


def jobs(database: Database, task: str = "deliver") -> list[Any]:
    with database.transaction() as connection:
        found = connection.exec_driver_sql(
            "select id, queue_name, status::text as status, args, scheduled_at, priority, attempts, "
            "queueing_lock from procrastinate_jobs where task_name = %s order by id",
            (task,),
        )
        return list(found)
