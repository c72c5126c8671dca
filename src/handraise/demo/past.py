"""Filling in the past: months of the example company go through the product as they would have gone.

Everything is the product's own work at its own time: capture, identity, scores, decisions, hand-offs, clocks,
answers. Only nobody is told of it: mails and messages about what is long over are never written.
"""

import heapq
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final

import msgspec
import numpy as np
import sqlalchemy as sa

from handraise.connect.inbound.formats import parse
from handraise.core.actor import Actor
from handraise.core.calendar import Calendar
from handraise.core.decided import Decided
from handraise.core.notification import Notification
from handraise.demo.agreement import FIRST_BAR, SECOND_BAR, definition_text
from handraise.demo.cast import HEAD_OF_SALES, MARKETER
from handraise.demo.courses import Course, Deed, deeds_of, made_up
from handraise.demo.visitors import By, Call, Visitor, in_order, moved
from handraise.flow import audit, clocks, define, feedback, handoff, pipeline, qualify
from handraise.flow.apply import apply
from handraise.flow.desk import Desk, Links
from handraise.flow.score import Evaluators
from handraise.flow.work import work
from handraise.store import calendars, handoffs, people, showcase
from handraise.store.queue import watch_clock
from handraise.store.session import Database
from handraise.store.sources import Source

LULL: Final = timedelta(minutes=4)
LONGEST: Final = timedelta(hours=6)
TOGETHER: Final = 200
LEFT: Final = timedelta(days=3)
"""Hand-offs that sales would answer in the last days are left for whoever looks at the product."""
Told = Callable[[datetime], None]


@dataclass(frozen=True)
class Script:
    """What is to happen.

    Attributes
    ----------
    courses
        What the example says came of a hand-off, by its lead.
    truth
        What the generator knows of each lead, for hand-offs that the example says nothing of.
    seed
        Of what is made up; the same gives the same.
    """

    visitors: Sequence[Visitor]
    courses: Mapping[str, Course]
    truth: Mapping[str, Mapping[str, Any]]
    seed: int


def course_of(script: Script, lead: str, cycle: int) -> Course:
    """What comes of the hand-off of a lead: as the example says the first time, else made up."""
    if cycle == 1 and lead in script.courses:
        return script.courses[lead]
    return made_up(script.truth[lead], np.random.default_rng([script.seed, int(lead[1:]), cycle]))


def batches(calls: Sequence[Call]) -> Iterator[list[Call]]:
    """The calls in groups that the product takes at once: up to something telling and a lull, or six hours.

    Examples
    --------
    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> def call(minutes, is_telling=False):
    ...     return Call(noon + timedelta(minutes=minutes), "website", "L1", {}, is_telling)
    >>> [len(group) for group in batches([call(0), call(60), call(61, True), call(63), call(90)])]
    [4, 1]
    """
    group: list[Call] = []
    for call in calls:
        if group and (
            call.at - group[0].at > LONGEST
            or (call.at - group[-1].at > LULL and any(one.is_telling for one in group))
        ):
            yield group
            group = []
        group.append(call)
    if group:
        yield group


@dataclass
class Past:
    """The past being filled in, at `now`.

    What is still to come waits in one queue by its time: groups of calls, what owners do, looks at clocks.

    Parameters
    ----------
    sources
        Where calls come from, in the order in which a group's are taken.
    links
        As for `Desk`.
    """

    database: Database
    sources: Mapping[By, Source]
    script: Script
    links: Links
    now: datetime
    evaluators: Evaluators = field(default_factory=Evaluators)

    def __post_init__(self) -> None:
        self._order = count()
        self._leave_from = self.now
        self._queue: list[tuple[datetime, int, Callable[[], None]]] = []
        self._heard: list[int] = []
        self._by_email = {visitor.email: visitor for visitor in self.script.visitors}
        self._desk = Desk(notify=self._notify, audit=audit.record, watch=self._watch, links=self.links)

    def fill(self, until: datetime, told: Told = lambda _now: None) -> None:
        """Let everything happen up to `until`; what is due later is left as the product would find it."""
        start = self.now
        calls = in_order(call for visitor in self.script.visitors for call in visitor.calls)
        for group in batches([call for call in calls if call.at <= until]):
            self._at(group[-1].at, lambda group=group: self._receive(group))  # type: ignore[misc]
        self._agree(FIRST_BAR, "The template, with a low bar to begin with", "first agreement")
        review = start + (until - start) * 0.4
        self._at(review, lambda: self._agree(SECOND_BAR, "A higher bar", "review: too many came back"))
        self._leave_from = until - LEFT
        self._at(start, self._daily)
        while self._queue and self._queue[0][0] <= until:
            at, _, happen = heapq.heappop(self._queue)
            self.now = max(at, self.now)
            happen()
            told(self.now)
        self.now = until
        self._settle()
        self._hand_over()

    # ------------------------------------------------------------------------------------------ what happens

    def _at(self, at: datetime, happen: Callable[[], None]) -> None:
        heapq.heappush(self._queue, (at, next(self._order), happen))

    def _receive(self, group: Sequence[Call]) -> None:
        # The site's calls first: they tell of people whom the servers' calls are about.
        with self.database.transaction() as connection:
            for by, source in self.sources.items():
                if calls := [call for call in group if call.by == by]:
                    self._take(connection, source, calls)
        self._settle()

    def _take(self, connection: sa.Connection, source: Source, calls: Sequence[Call]) -> None:
        body = json.dumps({"batch": [call.body for call in calls], "sentAt": self.now.isoformat()}).encode()
        parsed = parse("segment", body, received_at=self.now, path="/v1/batch")
        if parsed.refused:
            raise AssertionError(f"the example's own call was refused: {parsed.refused[0].message}")
        came = [msgspec.structs.replace(message, received_at=call.at)
                for message, call in zip(parsed.messages, calls, strict=True)]  # fmt: skip
        pipeline.receive(connection, source, came, (), self.now)

    def _agree(self, bar: int, note: str, reason: str) -> None:
        """A version of the definition is published, signed by both sides, and acts."""
        with self.database.transaction() as connection:
            version = define.publish(connection, definition_text(bar), {}, MARKETER.email, note, self.now)
            define.sign(connection, version.id, "marketing", MARKETER.email, self.now)
            define.sign(connection, version.id, "sales", HEAD_OF_SALES.email, self.now)
            define.go_live(connection, version.id, MARKETER.email, self.now, reason)
            said = {"version": version.id, "name": version.name}
            audit.record(
                connection, MARKETER.email, "definition.live", f"version:{version.id}", self.now, said
            )
        self._settle()

    def _daily(self) -> None:
        """What only time makes due, and hand-offs that wait for somebody, are looked at twice a day."""
        with self.database.transaction() as connection:
            for number in handoffs.waiting(connection):
                clocks.offer(connection, number, self.now, self._desk)
        self._settle()
        self._at(self.now + timedelta(hours=12), self._daily)

    def _settle(self) -> None:
        """Do the worker's part, again as long as what it decided may have left something to decide."""
        done = work(self.database, self.evaluators, self._apply, self.now, limit=TOGETHER)
        while done.effects or done.leads == TOGETHER:
            done = work(self.database, self.evaluators, self._apply, self.now, limit=TOGETHER)
        heard, self._heard = self._heard, []
        for number in dict.fromkeys(heard):
            self._plan(number)

    def _apply(self, connection: sa.Connection, decided: Sequence[Decided], now: datetime) -> None:
        apply(connection, decided, now, self._desk)

    # -------------------------------------------------------------------------- what the product would tell

    def _notify(self, _connection: sa.Connection, told: Sequence[Notification], _now: datetime) -> None:
        opened = [one.handoff_id for one in told if one.kind == "handoff.opened"]
        self._heard += [number for number in opened if number is not None]

    def _watch(self, _connection: sa.Connection, clock_id: int, at: datetime) -> None:
        self._at(at, lambda: self._look_at(clock_id))

    def _look_at(self, clock_id: int) -> None:
        with self.database.transaction() as connection:
            clocks.tick(connection, clock_id, self.now, self._desk)

    # ---------------------------------------------------------------------------------------------- sellers

    def _plan(self, number: int) -> None:
        """The owner of a new hand-off will do what its course says, in their working hours."""
        with self.database.transaction() as connection:
            row = handoffs.handoff_of(connection, number)
            visitor = self._by_email[showcase.address_of(connection, row.lead_id) or ""]
            calendar = _calendar_of(connection, row.owner_id, self.now)
        course = course_of(self.script, visitor.id, row.cycle)
        for place, deed in enumerate(deeds_of(course, row.opened_at)):
            wished = row.opened_at + deed.after
            at = calendar.opens_after(wished)
            if at != wished:  # nobody does everything in the minute in which the day begins
                at += timedelta(minutes=number * 13 % 40 + 3 * place)
            if at > self._leave_from and deed.verb in ("accept", "reject"):
                return
            self._at(at, lambda deed=deed: self._do(number, visitor, deed))  # type: ignore[misc]

    def _do(self, number: int, visitor: Visitor, deed: Deed) -> None:
        with self.database.transaction() as connection:
            row = handoffs.handoff_of(connection, number)
            done = do(connection, row, deed, self.now, self._desk)
        if done and deed.verb == "contact":
            self._sales_makes_contact(visitor)

    def _sales_makes_contact(self, visitor: Visitor) -> None:
        """What followed the first contact in the example follows this one, as long after it."""
        if not visitor.of_sales:
            return
        by = self.now - visitor.of_sales[0].at + timedelta(minutes=10)
        for call in visitor.of_sales:
            later = moved(call, by)
            self._at(later.at, lambda later=later: self._receive([later]))  # type: ignore[misc]

    def _hand_over(self) -> None:
        """Have the workers look at the clocks that still run."""
        with self.database.transaction() as connection:
            for clock_id, at in showcase.running_clocks(connection):
                watch_clock(connection, clock_id, at)


def do(connection: sa.Connection, row: handoffs.HandoffRow, deed: Deed, now: datetime, desk: Desk) -> bool:
    """Do it as whoever has the hand-off, if it still stands so that it can be done; whether it was."""
    member = row.owner_id or _anybody(connection, row)
    by = Actor("member", member, people.member_of(connection, member).role)
    is_open, is_taken = row.state == "open", row.state == "accepted"
    is_deal = row.state == "done" and row.outcome in ("sql", "opportunity")

    def conclude(kind: feedback.OutcomeKind, **known: Any) -> None:
        feedback.conclude(connection, row.id, feedback.Outcome(kind, **known), by, now, desk)

    match deed.verb:
        case "accept" if is_open:
            handoff.accept(connection, row.id, by, now, desk)
        case "reject" if is_open:
            handoff.reject(connection, row.id, by, deed.detail, now, desk)
        case "contact" if is_open or (is_taken and row.first_contact_at is None):
            handoff.first_contact(connection, row.id, by, now, "call", now, desk)
        case "recycle" if is_taken:
            conclude("recycled", reason=deed.detail)
        case "qualify" if is_taken and deed.detail:
            qualify.answer(connection, row.lead_id, "bant", deed.detail, by, now, desk)
        case "sql" if is_taken:
            conclude("sql")
        case "opportunity" if is_deal:
            conclude("opportunity", amount_cents=deed.detail * 100, currency="EUR")
        case "won" if is_deal:
            conclude("won", amount_cents=deed.detail * 100, currency="EUR")
        case "lost" if is_deal:
            conclude("lost", reason=deed.detail)
        case _:
            return False
    return True


def _anybody(connection: sa.Connection, row: handoffs.HandoffRow) -> int:
    """Who takes a hand-off that waits in a queue: the first of its team, else of the fallback's."""
    teams = people.teams(connection)
    mine = next((team for team in teams if team.id == row.team_id), None)
    return min((mine or next(team for team in teams if team.is_fallback)).weights)


def _calendar_of(connection: sa.Connection, owner: int | None, now: datetime) -> Calendar:
    return calendars.calendars_of(connection, [] if owner is None else [owner], now)[owner]
