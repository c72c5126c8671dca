"""What a worker does: takes leads to which something happened, scores them, decides, and has it carried out.

All of it is one transaction, the marks on the leads included, so whoever dies in it has done nothing. A lead
that cannot be scored is found by halving its batch, and set aside with the problem; the others go on.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event
from time import monotonic
from typing import Final

import psycopg
import sqlalchemy as sa
import structlog

from handraise.core.decided import Decided
from handraise.core.decision import Judged, confirms_since, decide_each, hinges_on_answers, next_due
from handraise.core.effects import Effect, Recycle, after
from handraise.core.errors import HandraiseError
from handraise.core.event import LEAD_RECYCLED
from handraise.core.failpoint import failpoint
from handraise.core.situation import UNASKED, Situation
from handraise.engine.companion import Asked
from handraise.flow.score import Evaluators, Judge, Judgement, Sitting, messages_of, score_leads
from handraise.store import definitions, dirty, scores, situations
from handraise.store.dirty import Claimed
from handraise.store.faults import fault
from handraise.store.scores import Given, Written
from handraise.store.session import Database, DatabaseAway
from handraise.store.situations import Standing

Apply = Callable[[sa.Connection, Sequence[Decided], datetime], None]
Clock = Callable[[], datetime]
Seen = Callable[["Worked", datetime], None]
_log = structlog.get_logger("handraise.work")
_LONGEST_WAIT: Final = 30.0  # seconds between tries while the database is away


@dataclass(frozen=True)
class Worked:
    """What a piece of work came to: leads scored, marks cleared, scores changed, effects, leads set aside.

    `since` has for each lead that did something when we first heard of it.
    """

    leads: int = 0
    marks: int = 0
    changes: int = 0
    effects: int = 0
    failed: int = 0
    since: tuple[datetime, ...] = field(default=(), compare=False)

    def __add__(self, other: "Worked") -> "Worked":
        return Worked(
            self.leads + other.leads,
            self.marks + other.marks,
            self.changes + other.changes,
            self.effects + other.effects,
            self.failed + other.failed,
            self.since + other.since,
        )

    def __bool__(self) -> bool:
        return bool(self.leads or self.failed)


def unseen(worked: Worked, now: datetime) -> None:
    """Hears of a piece of work and makes nothing of it."""


@dataclass
class _Batch:
    """The roots a transaction claimed, known outside of it too when it fails."""

    claimed: list[Claimed] = field(default_factory=list)


def work(
    database: Database,
    evaluators: Evaluators,
    apply: Apply,
    now: datetime,
    *,
    limit: int = 200,
    look_for_due: bool = True,
) -> Worked:
    """Score and decide the leads that have waited longest, at most `limit`, in one transaction.

    Any number of workers may do so at the same time. False in a condition when there was nothing to do.

    Parameters
    ----------
    apply
        Carries out what was decided, through the connection it is given.
    now
        Leads are scored and decided as of this time; leads due by then count as waiting.
    look_for_due
        Whether to look for leads that time alone made due, which costs as much as scoring several.

    Raises
    ------
    DatabaseAway
        When no connection is to be had; nothing was done.
    """
    return _Worker(database, evaluators, apply, now, look_for_due).work(limit)


def run_worker(
    database: Database,
    evaluators: Evaluators,
    apply: Apply,
    clock: Clock,
    stop: Event,
    *,
    limit: int = 200,
    idle: float = 1.0,
    seen: Seen = unseen,
) -> None:
    """Work until `stop` is set: at once when something was captured, else every `idle` seconds.

    The time between looks is how late a lead can be that only time makes due, and how long stopping takes. A
    database that is away is waited for. `seen` hears of each piece of work once it is committed.
    """
    wait = idle
    next_look: float | None = None  # for leads that time made due
    while not stop.is_set():
        try:
            if next_look is None:
                evaluators.warm_up(database, clock())
            with _listening(database) as heard:
                while not stop.is_set():
                    if is_time := next_look is None or monotonic() >= next_look:
                        next_look = monotonic() + idle
                    worked = work(database, evaluators, apply, clock(), limit=limit, look_for_due=is_time)
                    seen(worked, clock())
                    if not worked:
                        _wait(heard, max(0.0, next_look - monotonic()))
                    wait = idle
        except (DatabaseAway, sa.exc.SQLAlchemyError, psycopg.Error, HandraiseError) as error:
            _log.warning("scoring has to wait", problem=_problem(error))
            stop.wait(wait)
            wait = min(wait * 2, _LONGEST_WAIT)


@contextmanager
def _listening(database: Database) -> "Iterator[psycopg.Connection]":
    address = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        connection = psycopg.connect(address, autocommit=True, connect_timeout=5)
    except psycopg.OperationalError as error:
        raise DatabaseAway("The database does not answer, so there is nothing to score.") from error
    with connection:
        connection.execute(f"listen {dirty.CHANNEL}")
        yield connection


def _wait(heard: psycopg.Connection, seconds: float) -> None:
    for _ in heard.notifies(timeout=seconds, stop_after=1):
        pass
    for _ in heard.notifies(timeout=0):  # one look answers all of them
        pass


class _Worker:
    """A piece of work: what it needs, and its steps."""

    def __init__(
        self, database: Database, evaluators: Evaluators, apply: Apply, now: datetime, look_for_due: bool
    ) -> None:
        self.database, self.evaluators, self.apply, self.now = database, evaluators, apply, now
        self.look_for_due = look_for_due

    def work(self, limit: int, only: Sequence[int] | None = None) -> Worked:
        batch = _Batch()
        try:
            return self.transaction(batch, limit, only)
        except Exception as error:
            if not batch.claimed or not _is_of_a_lead(error):
                raise
            roots = [claimed.root for claimed in batch.claimed]
            if len(roots) == 1:
                return self.set_aside(roots[0], error)
        half = len(roots) // 2
        return self.work(half, roots[:half]) + self.work(len(roots) - half, roots[half:])

    def transaction(self, batch: _Batch, limit: int, only: Sequence[int] | None) -> Worked:
        now = self.now
        with self.database.transaction() as connection:
            definitions.hold_rollouts(connection)
            sitting = self.evaluators.sitting(connection)
            if only is None and self.look_for_due:
                dirty.mark_due(connection, now)
            batch.claimed = dirty.claim(connection, now, limit=limit, only=only)
            if not batch.claimed:
                return Worked()
            failpoint("claim")
            roots = [each.root for each in batch.claimed] if sitting else []
            judgements = score_leads(connection, roots, sitting, now)
            failpoint("score")
            written = self.keep(connection, batch.claimed, judgements, sitting)
            effects = self.decide(connection, judgements, sitting)
            failpoint("commit")
        marks = sum(len(each.marks) for each in batch.claimed)
        since = tuple(each.marks[0].marked_at for each in batch.claimed if each.why.cause_kind == "event")
        return Worked(len(batch.claimed), marks, len(written.changed), effects, since=since)

    def keep(
        self,
        connection: sa.Connection,
        claimed: Sequence[Claimed],
        judgements: Sequence[Judgement],
        sitting: Sequence[Sitting],
    ) -> Written:
        """Write the scores, and mark who is to be looked at again because of them."""
        by_root = {each.root: each for each in claimed}
        given = [
            Given(
                judgement.root,
                version_id,
                score,
                by_root[judgement.root].why.cause_kind,
                by_root[judgement.root].why.cause,
                messages_of(judgement.lead, score),
            )
            for judgement in judgements
            for version_id, score in judgement.scores.items()
        ]
        written = scores.write(connection, given)
        self.mark_later(connection, judgements)
        if any(each.judge.asks_of_colleagues for each in sitting):
            live = {each.judge.version.id for each in sitting if each.mode == "live"}
            # Whoever moved by colleagues alone moves nobody on: two people must not chase one another.
            dirty.mark_colleagues(
                connection,
                {
                    lead
                    for lead, version in written.moved
                    if version in live and not by_root[lead].is_by_colleagues
                },
                self.now,
            )
        return written

    def mark_later(self, connection: sa.Connection, judgements: Sequence[Judgement]) -> None:
        """Events yet to come (the clock that received them is ahead of ours) count when they have."""
        for judgement in judgements:
            coming = [each.occurred_at for each in judgement.lead.events if each.occurred_at > self.now]
            if coming:
                cause = {"events_to_come": len(coming)}
                dirty.mark(connection, [judgement.root], "event", cause, self.now, due_at=min(coming))

    def decide(
        self, connection: sa.Connection, judgements: Sequence[Judgement], sitting: Sequence[Sitting]
    ) -> int:
        """Decide by the live versions, have it carried out, and keep when to decide again; gives effects."""
        judges = [each.judge for each in sitting if each.mode == "live"]
        if not judges or not judgements:
            return 0
        before = situations.standings(
            connection,
            [each.root for each in judgements],
            with_frameworks=any(each.definition.qualify.skip_to_sql for each in judges),
        )
        decided: list[Decided] = []
        kept: dict[int, Standing] = {}
        for judgement, judged in zip(judgements, self.judged(judgements, judges, before), strict=True):
            standing = before[judgement.root]
            found = decide_each([each for each, _ in judged], standing.situation, self.now)
            versions = {id(each): judge for each, judge in judged}
            decided += [
                _decided(judgement, each, versions[id(each)], effects, standing.situation)
                for each, effects in found
            ]
            left = after(standing.situation, [one for _, effects in found for one in effects], self.now)
            kept[judgement.root] = Standing(left, _due(judges, left, self.now))
        failpoint("decide")
        if decided:
            self.apply(connection, decided, self.now)
            # What recycling leaves in the history counts from the next look on.
            recycled = {one.lead_id for one in decided if any(isinstance(e, Recycle) for e in one.effects)}
            dirty.mark(connection, recycled, "event", {"event": LEAD_RECYCLED}, self.now)
        failpoint("apply")
        situations.keep(
            connection, {root: left for root, left in kept.items() if _differs(left, before[root])}
        )
        return sum(len(each.effects) for each in decided)

    def judged(
        self, judgements: Sequence[Judgement], judges: Sequence[Judge], before: dict[int, Standing]
    ) -> list[list[tuple[Judged, Judge]]]:
        """For each lead what each judge says of it, with the conditions of its hand-off where they matter.

        To answer them is a run of the kernel for itself, and most leads are not handed off.
        """
        hinge = {each.root: self.hinges(each, judges, before[each.root].situation) for each in judgements}
        found: list[list[tuple[Judged, Judge]]] = [[] for _ in judgements]
        for judge in judges:
            asked = [
                Asked(each.lead, each.scores[judge.version.id], before[each.root].situation)
                for each in judgements
                if hinge[each.root]
            ]
            answers = iter(judge.companion.answers_of(asked, self.now))
            for place, each in enumerate(judgements):
                answer = next(answers) if hinge[each.root] else UNASKED
                found[place].append((Judged(judge.definition, each.scores[judge.version.id], answer), judge))
        return found

    def hinges(self, judgement: Judgement, judges: Sequence[Judge], situation: Situation) -> bool:
        """Whether the decision may come out differently by what the judges' conditions answer."""
        since = confirms_since(situation, self.now)
        return any(
            hinges_on_answers(each.definition, situation, judgement.scores[each.version.id], self.now)
            or (since is not None and each.companion.may_ask_for_demo(judgement.lead, since))
            for each in judges
        )

    def set_aside(self, root: int, error: Exception) -> Worked:
        """Leave out a lead that cannot be scored until it is tried again; everything else is undone."""
        with self.database.transaction() as connection:
            claimed = dirty.claim(connection, self.now, only=[root])
            for each in claimed:
                again = dirty.set_aside(connection, each, _problem(error), self.now)
                _log.error("lead not scorable", lead=root, problem=_problem(error), again=again.isoformat())
        return Worked(failed=len(claimed))


def _decided(
    judgement: Judgement, judged: Judged, judge: Judge, effects: Sequence[Effect], situation: Situation
) -> Decided:
    return Decided(
        lead_id=judgement.root,
        version_id=judge.version.id,
        definition=judge.definition,
        content_hash=judge.version.content_hash,
        effects=tuple(effects),
        score=judged.score,
        situation=situation,
        lead=judgement.lead,
    )


def _due(judges: Sequence[Judge], situation: Situation, now: datetime) -> datetime | None:
    dates = [next_due(each.definition, situation, now) for each in judges]
    return min((at for at in dates if at is not None), default=None)


def _differs(one: Standing, other: Standing) -> bool:
    mine, yours = one.situation, other.situation
    return (one.due_at, mine.demo_confirmed_at, mine.reviews) != (
        other.due_at,
        yours.demo_confirmed_at,
        yours.reviews,
    )


def _is_of_a_lead(error: Exception) -> bool:
    """Whether leaving a lead out helps: not when the database is to blame, nor when the moment was."""
    if isinstance(error, HandraiseError):
        return not isinstance(error, DatabaseAway)
    return fault(error) == "row"


def _problem(error: Exception) -> str:
    """What went wrong in one line; the values that a statement was given are not in it."""
    told = error.orig if isinstance(error, sa.exc.DBAPIError) and error.orig is not None else error
    return f"{type(told).__name__}: {str(told).partition(chr(10))[0]}"[:300]


__all__ = ["Apply", "Clock", "Seen", "Worked", "run_worker", "unseen", "work"]
