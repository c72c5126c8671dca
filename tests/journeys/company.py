"""A company that uses the product: visitors, a site, sellers, a clock that stands still until it is moved.

Visitors' calls are read as the site's would be, everything after that is the product's own: capture, scoring,
deciding, hand-offs, clocks, deliveries. Only the outside (mail, Slack, webhooks) is recorded.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

import sqlalchemy as sa

from handraise.connect.inbound.formats import parse
from handraise.connect.null import RecordingChat, RecordingHooks, RecordingMailer
from handraise.connect.ports import Mail, SlackMessage
from handraise.core.actor import Actor
from handraise.core.decided import Decided
from handraise.core.routing import RoutingPolicy
from handraise.core.sla import BreachPolicy
from handraise.flow import audit, clocks, handoff, pipeline
from handraise.flow.apply import apply
from handraise.flow.define import go_live, publish, sign
from handraise.flow.deliver import Outside, deliver
from handraise.flow.desk import Desk
from handraise.flow.notify import Ways, notify_all
from handraise.flow.score import Evaluators
from handraise.flow.work import work
from handraise.store import handoffs, people, scores
from handraise.store.calendars import create_calendar
from handraise.store.clocks import ClockRow, clock_rows
from handraise.store.definitions import Version
from handraise.store.deliveries import due_deliveries
from handraise.store.handoffs import HandoffRow
from handraise.store.people import MemberRow
from handraise.store.scores import Change
from handraise.store.session import Database
from handraise.store.sources import Source, create_source
from tests.builders import at

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
BOOKING = "https://example.com/book"
MONDAY = at("2026-03-02 10:00", "Europe/Berlin")
OFFICE = {day: [["09:00", "17:00"]] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}

DEFINITION = """
name: Mid-market
timezone: Europe/Berlin
signals:
  pricing_visit: {event: page, where: {path: {starts_with: /pricing}}}
  demo_request: {event: Demo Requested}
  webinar: {event: Webinar Attended}
  careers_visit: {event: page, where: {path: {starts_with: /careers}}}
fit:
  bar: 20
  rules:
    - {rule: director or above, when: {lead.seniority: [c_suite, vp, director]}, points: 20}
    - {rule: 50 to 500 employees, when: {account.employees: {between: [50, 500]}}, points: 10}
engagement:
  bar: 40
  half_life: 45 days
  rules:
    - {rule: demo request, signal: demo_request, points: 50, half_life: none}
    - {rule: pricing visit, signal: pricing_visit, points: 15, half_life: none}
    - rule: pricing three times in a week
      signal: pricing_visit
      at_least: 3
      within: 7 days
      points: 25
      half_life: none
    - {rule: webinar, signal: webinar, points: 45}
    - {rule: looks for a job, signal: careers_visit, points: -20}
qualify:
  mql: {all: [fit, engagement]}
  fast_track: [{rule: asked for a demo, when: {signal: demo_request}, needs: fit}]
  skip_to_sql: {framework: bant, complete: true}
  grades: {fit: {A: 30, B: 20, C: 0}, engagement: {1: 50, 2: 40, 3: 0}}
disqualify:
  - {reason: competitor, when: {lead.email_domain: {in_list: competitors}}}
  - {reason: student, when: {lead.seniority: student}}
requalify: [job_change]
recycle: {reset: engagement, cool_down: 14 days}
stages: {mql: {max_age: 30 days, then: recycle}, sal: {max_age: 14 days, then: review}}
handoff:
  route: [{to: account_owner}, {team: inbound}]
  sla:
    - {within: 5 minutes, hours: business, when: {signal: demo_request}}
    - {within: 48 hours, when: {from_stage: recycled}}
    - {within: 24 hours}
  alert: [slack, email]
nurture: {high_fit_low_engagement: retarget, recycled: stay-in-touch}
lists: {competitors: [rivaldesk.example]}
"""


@dataclass
class Company:
    """Everything of one company, at `now`."""

    database: Database
    now: datetime = MONDAY
    routing: RoutingPolicy = field(default_factory=RoutingPolicy)
    breach: BreachPolicy = field(default_factory=BreachPolicy)
    evaluators: Evaluators = field(default_factory=Evaluators)
    mailer: RecordingMailer = field(default_factory=RecordingMailer)
    chat: RecordingChat = field(default_factory=RecordingChat)
    calls: Any = field(default_factory=lambda: count(1))
    site: Source = field(init=False)

    def __post_init__(self) -> None:
        with self.database.transaction() as connection:
            self.site, _ = create_source(
                connection, name="site", kind="browser", origins=["https://example.com"], now=self.now
            )

    @property
    def desk(self) -> Desk:
        ways = Ways(slack=True, slack_channel="#sales", company="Example", booking_url=BOOKING)
        return Desk(
            notify=partial(notify_all, ways=ways),
            audit=audit.record,
            routing=self.routing,
            breach=self.breach,
        )

    # ------------------------------------------------------------------------------------------ visitors

    def visit(self, who: str, *paths: str, when: datetime | None = None) -> None:
        """A browser, or somebody the product knows by a user id, looks at pages."""
        self.send(
            *({"type": "page", **self._who(who), "properties": {"path": path}} for path in paths), when=when
        )

    def track(self, who: str, event: str, *, when: datetime | None = None, **properties: object) -> None:
        """They do something."""
        self.send({"type": "track", "event": event, **self._who(who), "properties": properties}, when=when)

    def identify(self, who: str, email: str, *, when: datetime | None = None, **traits: object) -> None:
        """They say who they are, in a form."""
        self.send({"type": "identify", **self._who(who), "traits": {"email": email, **traits}}, when=when)

    def _who(self, who: str) -> dict[str, str]:
        return {"userId": who} if who.startswith("user") else {"anonymousId": who}

    def send(self, *calls: Mapping[str, object], when: datetime | None = None) -> None:
        """The site sends these calls now; they happened at `when`. The worker does what follows."""
        happened = (when or self.now).isoformat()
        context = {"userAgent": BROWSER, "library": {"name": "analytics.js"}}
        batch = [
            {"messageId": f"m{next(self.calls)}", "timestamp": happened, "context": context, **call}
            for call in calls
        ]
        body = json.dumps({"batch": batch, "sentAt": self.now.isoformat()}).encode()
        parsed = parse("segment", body, received_at=self.now, path="/v1/batch")
        assert not parsed.refused, parsed.refused
        with self.database.transaction() as connection:
            pipeline.receive(connection, self.site, parsed.messages, parsed.refused, self.now)
        self.settle()

    # ------------------------------------------------------------------------------------------- staff

    def calendar(self, name: str = "Berlin", **given: Any) -> int:
        """The hours of the office; the first is for everybody who has none of their own."""
        with self.database.transaction() as connection:
            return create_calendar(
                connection, name, "Europe/Berlin", **{"hours": OFFICE, "holiday_country": "DE", **given}
            ).id

    def hire(self, name: str, role: str = "sales", **given: Any) -> MemberRow:
        address = f"{name.lower()}@example.com"
        with self.database.transaction() as connection:
            return people.create_member(connection, address, name, role, self.now, **given)

    def team(self, name: str, *members: MemberRow, **given: Any) -> int:
        with self.database.transaction() as connection:
            return people.create_team(connection, name, {one.id: 1 for one in members}, **given).id

    def publish(self, text: str = DEFINITION, *, live: bool = True) -> Version:
        """A version of a definition, signed by both sides and live."""
        with self.database.transaction() as connection:
            version = publish(connection, text, {}, "mia", None, self.now)
            if live:
                sign(connection, version.id, "marketing", "mia", self.now)
                sign(connection, version.id, "sales", "sven", self.now)
                go_live(connection, version.id, "mia", self.now)
        self.settle()
        return version

    def does(self, verb: Any, row: HandoffRow, by: MemberRow, *given: Any, **named: Any) -> HandoffRow:
        """A seller does something with a hand-off (`handoff.accept`, `handoff.reject` …)."""
        actor = Actor("member", by.id, by.role)
        with self.database.transaction() as connection:
            done: HandoffRow = verb(connection, row.id, actor, *given, now=self.now, desk=self.desk, **named)
        self.settle()
        return done

    def accepts(self, row: HandoffRow, by: MemberRow) -> HandoffRow:
        return self.does(handoff.accept, row, by)

    def rejects(self, row: HandoffRow, by: MemberRow, reason: str, **named: Any) -> HandoffRow:
        return self.does(handoff.reject, row, by, reason, **named)

    def calls_lead(self, row: HandoffRow, by: MemberRow, when: datetime | None = None) -> HandoffRow:
        """They reach the lead; `when` is when they did, told now."""
        return self.does(handoff.first_contact, row, by, at=when or self.now, how="call")

    # --------------------------------------------------------------------------------------------- time

    def settle(self) -> None:
        """Everything that is due by now is done: scores, decisions, clocks, deliveries."""
        for _ in range(100):
            busy = bool(work(self.database, self.evaluators, self._apply, self.now))
            with self.database.transaction() as connection:
                busy |= any(steps for _, steps in clocks.all_due(connection, self.now, self.desk))
                for number in handoffs.waiting(connection):
                    busy |= clocks.offer(connection, number, self.now, self.desk)
                waiting = [one.id for one in due_deliveries(connection, self.now)]
            outside = Outside(self.mailer, self.chat, RecordingHooks())
            for delivery in waiting:
                assert deliver(self.database, outside, delivery, lambda: self.now) == "sent"
            if not busy and not waiting:
                return self.holds()
        raise AssertionError("there is always something left to do")

    def _apply(self, connection: sa.Connection, decided: Sequence[Decided], now: datetime) -> None:
        apply(connection, decided, now, self.desk)

    def until(self, moment: datetime | timedelta) -> None:
        """Time passes; whatever falls due on the way is done at its own time."""
        end = self.now + moment if isinstance(moment, timedelta) else moment
        assert end >= self.now
        while (following := self._next()) is not None and following <= end:
            self.now = following
            self.settle()
        self.now = end
        self.settle()

    def _next(self) -> datetime | None:
        """When something falls due next."""
        found: datetime | None = self.one(
            """select min(due) from (
                select next_at as due from sla_clock union all select stage_due_at from lead
                union all select next_change_at from lead_score union all select due_at from dirty_lead
            ) as dates where due > :now""",
            now=self.now,
        )
        return found

    # --------------------------------------------------------------------------------------- what is seen

    def holds(self) -> None:
        """What must be true at any time: lines sum to their score, and no lead is left unlooked at."""
        sums = """select s.fit, s.engagement,
            coalesce((select sum((l->>'points')::int) from jsonb_array_elements(s.lines) l
                where l->>'dimension' = 'fit'), 0),
            coalesce((select sum((l->>'points')::int) from jsonb_array_elements(s.lines) l
                where l->>'dimension' = 'engagement'), 0)
            from lead_score s"""
        for fit, engagement, fit_lines, engagement_lines in self.rows(sums):
            assert (fit, engagement) == (fit_lines, engagement_lines)
        assert self.one("select count(*) from dirty_lead where cause_kind = 'failed'") == 0
        with self.database.transaction() as connection:
            assert audit.verify(connection).holds

    def rows(self, statement: str, **parameters: Any) -> list[Any]:
        with self.database.transaction() as connection:
            return list(connection.execute(sa.text(statement), parameters))

    def one(self, statement: str, **parameters: Any) -> Any:
        [[value]] = self.rows(statement, **parameters)
        return value

    def lead(self, email: str) -> Any:
        """The row of the lead that goes by this address."""
        [row] = self.rows("select * from lead where email = :email and root_id is null", email=email)
        return row

    def handoffs(self, email: str) -> list[HandoffRow]:
        with self.database.transaction() as connection:
            ids = connection.execute(
                sa.text("select id from handoff where lead_id = :lead order by id"),
                {"lead": self.lead(email).id},
            ).scalars()
            return [handoffs.handoff_of(connection, number) for number in ids]

    def handoff(self, email: str) -> HandoffRow:
        [row] = self.handoffs(email)
        return row

    def clocks(self, row: HandoffRow) -> list[ClockRow]:
        with self.database.transaction() as connection:
            return clock_rows(connection, row.id)

    def score(self, lead_id: int, version: Version) -> Any:
        with self.database.transaction() as connection:
            return scores.scores(connection, [lead_id], version.id)[lead_id, version.id]

    def history(self, lead_id: int, version: Version) -> list[Change]:
        with self.database.transaction() as connection:
            return scores.changes(connection, lead_id, version.id)

    def moves(self, email: str) -> list[tuple[str, str, str]]:
        """From which stage to which, and why."""
        return [
            (one.from_stage, one.to_stage, one.cause)
            for one in self.rows(
                "select from_stage, to_stage, cause from stage_change where lead_id = :lead order by id",
                lead=self.lead(email).id,
            )
        ]

    def mails(self, to: str) -> list[Mail]:
        return [one for one in self.mailer.sent if one.to == to]

    def chats(self) -> list[SlackMessage]:
        return list(self.chat.sent)

    def told(self, row: HandoffRow) -> list[str]:
        """What was told of a hand-off, in order, each kind once a destination."""
        return [
            kind
            for (kind,) in self.rows(
                "select kind from delivery where handoff_id = :id and channel = 'email' "
                "order by created_at, kind",
                id=row.id,
            )
        ]


def points(score: Any) -> dict[str, int]:
    """The points of a score by rule."""
    return {line.rule: line.points for line in score.lines}
