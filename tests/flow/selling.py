"""A sales floor: people, a team, a definition that hands off to them, and what they were told."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from handraise.core.actor import Actor
from handraise.core.decided import Decided
from handraise.core.notification import Notification
from handraise.flow import clocks
from handraise.flow.apply import apply
from handraise.flow.desk import Desk
from handraise.store import calendars, handoffs, people
from handraise.store.handoffs import EntryRow, HandoffRow
from handraise.store.session import Database
from tests.builders import SIGNALS, at
from tests.flow.worked import Office, demo, told

MONDAY = at("2026-03-02 09:30")  # a working day, within its hours
SELLING = f"""
name: Mid-market
{SIGNALS}
engagement:
  rules:
    - {{rule: asked for a demo, signal: demo, points: 40}}
    - {{rule: pricing, signal: pricing, points: 10}}
qualify:
  mql: {{total: 40}}
  skip_to_sql: {{framework: bant, complete: false}}
disqualify: [{{reason: student, when: {{lead.title: Student}}}}]
requalify: [new_intent]
handoff:
  route: [{{to: account_owner}}, {{team: inbound}}]
  sla: [{{within: 2 hours, hours: business}}]
  alert: [email]
recycle: {{reset: engagement, cool_down: 30 days}}
stages: {{mql: {{max_age: 30 days, then: recycle}}}}
"""
HOURS = {day: [["09:00", "17:00"]] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}


@dataclass
class Told:
    """What went out and what was written down, in memory; takes the place of mails and the audit chain."""

    notifications: list[Notification] = field(default_factory=list)
    audited: list[tuple[str, str, str]] = field(default_factory=list)

    def notify(self, _connection: sa.Connection, told: Sequence[Notification], _now: datetime) -> None:
        self.notifications += told

    def audit(
        self, _connection: sa.Connection, actor: str, action: str, subject: str, _now: datetime, _detail: Any
    ) -> None:
        self.audited.append((actor, action, subject))

    def kinds(self, channel: str | None = None) -> list[str]:
        return [one.kind for one in self.notifications if channel is None or channel in one.channels]


class Floor:
    """Leads that are handed to Ada, Ben and Cleo, who take turns from Monday to Friday, nine to five."""

    def __init__(self, database: Database, text: str = SELLING, **rules: Any) -> None:
        self.database, self.told = database, Told()
        self.desk = Desk(self.told.notify, self.told.audit, **rules)
        self.office = Office(database, desk=self)  # type: ignore[arg-type]
        self.version = self.office.publish(text)
        with database.transaction() as connection:
            self.calendar = calendars.create_calendar(connection, "Office", "UTC", hours=HOURS)
            self.ada, self.ben, self.cleo = (
                people.create_member(connection, f"{name}@us.com", name.title(), "sales", MONDAY).id
                for name in ("ada", "ben", "cleo")
            )
            self.admin = people.create_member(connection, "root@us.com", "Root", "admin", MONDAY).id
            self.team = people.create_team(
                connection, "inbound", {self.ada: 1, self.ben: 1, self.cleo: 1}, is_fallback=True
            ).id

    def apply(self, connection: sa.Connection, decided: Sequence[Decided], now: datetime) -> None:
        apply(connection, decided, now, self.desk)

    def rule(self, **rules: Any) -> None:
        """Have other rules from now on."""
        self.desk = replace(self.desk, **rules)

    # ------------------------------------------------------------------------------------ what happens

    def qualified(self, *users: str, now: datetime = MONDAY) -> list[int]:
        """These people asked for a demo just now, and it was decided; gives their hand-offs."""
        leads = self.asked(*users or ("ann",), now=now)
        self.office.all_done(now)
        return [
            self.office.one("select max(id) from handoff where lead_id = :lead", lead=lead) for lead in leads
        ]

    def asked(self, *users: str, now: datetime = MONDAY) -> list[int]:
        """These people asked for a demo just now; gives their leads."""
        said = [one for user in users for one in (told(user, now), demo(user, now))]
        return self.office.capture(*said, now=now)[::2]

    def do(self, verb: Any, *given: Any, **named: Any) -> Any:
        """One verb in a transaction of its own."""
        with self.database.transaction() as connection:
            return verb(connection, *given, desk=self.desk, **named)

    def store(self, ask: Any, *given: Any, **named: Any) -> Any:
        """One question to the store, or a change in it."""
        with self.database.transaction() as connection:
            return ask(connection, *given, **named)

    def look(self, now: datetime) -> list[str]:
        """Look at every clock that is due; gives the steps taken."""
        with self.database.transaction() as connection:
            found = clocks.all_due(connection, now, self.desk)
        return [step for _, steps in found for step in steps]

    # ------------------------------------------------------------------------------------ what there is

    def row(self, handoff_id: int) -> HandoffRow:
        found: HandoffRow = self.store(handoffs.handoff_of, handoff_id)
        return found

    def entries(self, handoff_id: int) -> list[EntryRow]:
        found: list[EntryRow] = self.store(handoffs.entries, handoff_id)
        return found

    def kinds(self, handoff_id: int) -> list[str]:
        return [one.kind for one in self.entries(handoff_id)]

    def owner(self, handoff_id: int) -> Actor:
        """The owner, ready to act."""
        return Actor("member", self.row(handoff_id).owner_id, "sales")

    def another(self, handoff_id: int) -> Actor:
        """Somebody of the team who is not the owner."""
        others = [one for one in (self.ada, self.ben, self.cleo) if one != self.row(handoff_id).owner_id]
        return Actor("member", others[0], "sales")

    def lead(self, handoff_id: int) -> Any:
        [row] = self.office.rows("select * from lead where id = :id", id=self.row(handoff_id).lead_id)
        return row

    def stage(self, handoff_id: int) -> str:
        return str(self.lead(handoff_id).stage)

    def moves(self, handoff_id: int) -> list[tuple[str, str]]:
        found = self.office.rows(
            "select from_stage, to_stage from stage_change where lead_id = :id order by id",
            id=self.row(handoff_id).lead_id,
        )
        return [(one.from_stage, one.to_stage) for one in found]
