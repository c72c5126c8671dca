"""Workers: whatever happened is scored and decided once, whoever dies, comes late or comes second."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random
from threading import Event, Thread
from typing import Any

import pytest
import sqlalchemy as sa

from handraise.core.decided import Decided
from handraise.core.effects import DueReview, MoveStage
from handraise.core.failpoint import failpoint
from handraise.engine.evaluate import evaluate
from handraise.flow.define import go_live, roll_back, shadow, sign
from handraise.flow.merge import merge, unmerge
from handraise.flow.score import Evaluators, compiled, score_at, score_leads
from handraise.flow.work import Worked, run_worker, work
from handraise.store import definitions, dirty, scores
from handraise.store.scores import Given
from handraise.store.session import Database
from tests.flow.worked import (
    DAY,
    DEFINITION,
    HOUR,
    MINUTE,
    NOW,
    Crash,
    Office,
    crashing,
    demo,
    message,
    pricing,
    published,
    told,
)  # fmt: skip

Work = Callable[[Office], Worked]


@pytest.fixture
def office(connected: Database) -> Office:
    return Office(connected)


def kept_and_evaluated(office: Office, root: int, version_id: int) -> tuple[Any, Any]:
    """The lead's score as it is kept, and as the evaluator gives it of what is stored then."""
    with office.database.transaction() as connection:
        [kept] = scores.scores(connection, [root], version_id).values()
        judge = compiled(definitions.version(connection, version_id))
    return kept, evaluate(judge.definition, [office.history(root)], kept.as_of)[0]


# ------------------------------------------------------------------------------------------------ scores


def test_the_score_kept_is_the_one_that_the_evaluator_gives_for_the_same_data(office: Office) -> None:
    version = office.publish()
    roots = office.capture(
        told("ann"), demo("ann"), pricing("ann", NOW - 3 * DAY), told("bob", title="Intern"), pricing("bob"),
        message("page", "cara", properties={"path": "/careers"}),
    )  # fmt: skip
    office.all_done()
    for root in set(roots):
        kept, evaluated = kept_and_evaluated(office, root, version.id)
        assert kept == evaluated


def test_the_lines_kept_sum_to_the_score_and_name_the_event_that_they_show(office: Office) -> None:
    office.publish()
    asked = demo()
    office.capture(told(), asked, pricing())
    office.all_done()
    [[fit, engagement, lines]] = office.rows("select fit, engagement, lines from lead_score")
    summed = {"fit": 0, "engagement": 0}
    for line in lines:
        summed[line["dimension"]] += line["points"]
    assert summed == {"fit": fit, "engagement": engagement}
    shown = {line["rule"]: line["message_id"] for line in lines}
    assert shown["asked for a demo"] == asked.message_id
    assert shown["senior"] is None


def test_a_history_that_arrives_in_a_thousand_orders_gives_one_score(office: Office) -> None:
    office.publish()
    random, history = Random(7), []
    for days, path in enumerate(["/pricing", "/careers", "/pricing/plans", "/vs/x", "/pricing"], 1):
        history.append((NOW - days * DAY, path))
    calls = [(f"u{n}", at, path) for n in range(1000) for at, path in history]
    random.shuffle(calls)
    for start in range(0, len(calls), 1000):
        office.capture(
            *(message("page", user, at, properties={"path": path}) for user, at, path in calls[start:][:1000])
        )
        office.work(limit=100)  # some are scored before the rest of their history comes
    office.all_done()
    different = office.rows(
        "select distinct fit, engagement, is_mql, next_change_at, patterns, jsonb_path_query_array("
        "lines, '$[*] ? (@.points <> 0).points') from lead_score"
    )
    assert len(different) == 1
    assert office.one("select count(*) from lead_score") == 1000


def test_a_message_that_comes_again_changes_nothing(office: Office) -> None:
    office.publish()
    calls = (told(), demo(), pricing())
    office.capture(*calls)
    office.all_done()
    before = office.state()
    office.capture(*calls)
    assert not office.all_done()
    assert office.state() == before


def test_an_event_90_days_late_counts_as_of_when_it_happened(office: Office) -> None:
    version = office.publish()
    [root, *_] = office.capture(told(), pricing())
    office.all_done()
    office.capture(demo(at=NOW - 90 * DAY, received_at=NOW))
    office.all_done()
    kept, evaluated = kept_and_evaluated(office, root, version.id)
    assert kept == evaluated
    assert [line.last_at for line in kept.lines if line.rule == "asked for a demo"] == [NOW - 90 * DAY]


def test_an_event_of_a_clock_ahead_of_ours_counts_once_its_time_has_come(office: Office) -> None:
    office.publish()
    office.capture(told(), demo(at=NOW + MINUTE))
    office.all_done(NOW)
    assert office.one("select engagement from lead_score") == 0
    office.all_done(NOW + MINUTE)
    assert office.one("select engagement from lead_score") == 4000
    assert office.marks() == 0


def test_a_lead_that_is_scored_again_unchanged_leaves_no_history(office: Office) -> None:
    office.publish()
    [root, *_] = office.capture(told(), demo())
    office.all_done()
    with office.database.transaction() as connection:
        dirty.mark(connection, [root], "correction", None, NOW)
    assert office.all_done() == Worked(leads=1, marks=1)
    assert office.one("select count(*) from score_change") == 1


def test_bots_events_leave_the_score_where_it_was(office: Office) -> None:
    office.publish()
    office.capture(told(), pricing())
    office.all_done()
    before = office.one("select engagement from lead_score")
    office.capture(demo(bot="scanner"), pricing(at=NOW - 2 * DAY, bot="crawler"))
    office.all_done()
    assert office.one("select engagement from lead_score") == before


# ------------------------------------------------------------------------------------------------- time


def test_a_score_that_decays_is_due_when_it_crosses_the_bar(office: Office) -> None:
    office.publish()
    office.capture(told(), demo())
    office.all_done()
    due = office.one("select next_change_at from lead_score")
    assert not office.work(due - timedelta(seconds=1))
    assert office.work(due)
    assert [office.one("select is_mql from lead_score"), office.one("select stage from lead")] == [
        False,
        "mql",
    ]
    assert office.rows("select cause_kind from score_change order by id desc limit 1") == [("time",)]
    assert not office.work(due)


def test_a_stage_that_lasts_too_long_is_due_once(office: Office) -> None:
    office.publish()
    office.capture(told(), demo())
    office.all_done()
    office.all_done(NOW + 29 * DAY)
    assert not [e for d in office.desk.decided for e in d.effects if isinstance(e, DueReview)]
    office.all_done(NOW + 30 * DAY)
    office.capture(pricing(at=NOW + 31 * DAY))
    office.all_done(NOW + 31 * DAY)
    reviews = [e for d in office.desk.decided for e in d.effects if isinstance(e, DueReview)]
    assert [review.why for review in reviews] == ["stayed in mql for 30 days"]


def test_a_lead_that_a_rule_gives_back_is_looked_at_again_and_then_left(office: Office) -> None:
    office.publish(DEFINITION.replace("then: review", "then: recycle"))
    office.capture(told(), demo())
    office.all_done()
    assert office.work(NOW + 30 * DAY).leads == 1
    assert office.one("select stage from lead") == "recycled"
    assert office.work(NOW + 30 * DAY).leads == 1  # with what recycling left in its history
    assert not office.work(NOW + 30 * DAY)


def test_a_named_day_is_due_when_it_comes_and_not_for_ever(office: Office) -> None:
    office.publish()
    office.capture(told())
    office.all_done()
    office.rows("update lead set requalify_at = :at returning id", at=NOW + DAY)
    assert not office.work(NOW + HOUR)
    assert office.work(NOW + DAY)
    assert not office.work(NOW + DAY)


def test_a_lead_that_a_partner_works_is_scored_and_left_alone_until_the_day(office: Office) -> None:
    office.publish()
    office.capture(told())
    office.rows("update lead set frozen_until = :at returning id", at=NOW + DAY)
    office.capture(demo())
    assert office.all_done().effects == 0
    assert office.one("select is_mql from lead_score")
    office.all_done(NOW + DAY)
    assert office.one("select stage from lead") == "mql"


# ------------------------------------------------------------------------------------------ definitions


def test_a_definition_in_shadow_scores_and_does_not_act(office: Office) -> None:
    version = office.publish(live=False)
    with office.database.transaction() as connection:
        shadow(connection, version.id, "mia", NOW)
    office.capture(told(), demo())
    office.all_done()
    assert office.one("select is_mql from lead_score")
    assert office.desk.decided == []
    assert office.one("select stage from lead") == "subscriber"


def test_definitions_side_by_side_hand_off_each_for_its_motion(office: Office) -> None:
    office.publish()
    office.publish(DEFINITION.replace("name: Mid-market", "name: Product\nmotion: product"))
    office.capture(told(), demo())
    office.all_done()
    handed = office.rows("select definition, cycle, lead_type from handoff order by definition")
    assert handed == [("Mid-market", 1, "demo_request"), ("Product", 1, "pql")]
    assert {d.version_id for d in office.desk.decided} == {1, 2}


def test_rolling_back_gives_the_earlier_scores_again(office: Office) -> None:
    first = office.publish()
    office.capture(told(), demo(), told("bob"), pricing("bob"))
    office.all_done()
    before = office.rows("select lead_id, fit, engagement, is_mql, lines from lead_score order by 1")
    second = office.publish(DEFINITION.replace("points: 40", "points: 12"), now=NOW - DAY)
    office.all_done()
    with office.database.transaction() as connection:
        roll_back(connection, "Mid-market", "mia", "too few", NOW)
    office.all_done()
    there = "select lead_id, fit, engagement, is_mql, lines from lead_score where version_id = :v order by 1"
    assert office.rows(there, v=first.id) == before
    assert office.rows(there, v=second.id) != before
    with office.database.transaction() as connection:
        assert [v.id for v in definitions.live_at(connection, NOW)] == [first.id]


def test_a_lead_captured_while_a_version_goes_live_is_scored_by_it(office: Office) -> None:
    version = office.publish(live=False)
    with office.database.transaction() as working:
        definitions.hold_rollouts(working)  # as a worker does that read what acts before
        with office.database.transaction() as connection:
            sign(connection, version.id, "marketing", "mia", NOW)
            sign(connection, version.id, "sales", "sam", NOW)
        with office.database.engine.connect() as connection:
            connection.execute(sa.text("set local lock_timeout = '50ms'"))
            with pytest.raises(sa.exc.OperationalError, match="lock timeout"):
                go_live(connection, version.id, "mia", NOW)


def test_a_score_of_the_past_is_by_what_was_known_and_live_then(office: Office) -> None:
    first = office.publish()
    early, late = NOW - 20 * DAY, NOW - 5 * DAY
    [root, *_] = office.capture(told(at=early, title="Intern"), demo(at=early), now=early)
    second = office.publish(DEFINITION.replace("points: 40", "points: 12"), now=NOW - 10 * DAY)
    office.capture(told(at=late), pricing(at=early, received_at=late), now=late)
    office.all_done()
    with office.database.transaction() as connection:
        evaluators = Evaluators()
        [[version, then]] = score_at(connection, root, early + HOUR, evaluators)
        [[version_now, now]] = score_at(connection, root, NOW, evaluators)
        [[_, told_otherwise]] = score_at(connection, root, early + HOUR, evaluators, version_id=second.id)
        [kept] = scores.scores(connection, [root], second.id).values()
    assert (version.id, version_now.id) == (first.id, second.id)
    assert (then.fit, round(then.engagement / 100)) == (0, 40)
    assert round(told_otherwise.engagement / 100) == 12
    assert now == kept


# ------------------------------------------------------------------------------------- families, accounts


def test_unmerging_gives_both_their_scores_again(office: Office) -> None:
    office.publish()
    ann, bob = office.capture(demo("ann"), pricing("bob"))
    office.all_done()
    before = office.rows("select lead_id, fit, engagement, lines from lead_score order by 1")
    with office.database.transaction() as connection:
        merge(connection, bob, ann, "member:1", "the same person", NOW)
    office.all_done()
    [joined] = office.rows("select engagement from lead_score where lead_id = :ann", ann=ann)
    assert joined.engagement == sum(row.engagement for row in before)
    with office.database.transaction() as connection:
        unmerge(connection, bob, "member:1", NOW)
    office.all_done()
    assert office.rows("select lead_id, fit, engagement, lines from lead_score order by 1") == before


def test_what_is_captured_of_a_merged_lead_is_scored_for_its_root(office: Office) -> None:
    office.publish()
    ann, bob = office.capture(pricing("ann"), pricing("bob", NOW - 3 * DAY))
    with office.database.transaction() as connection:
        merge(connection, bob, ann, "member:1", "the same person", NOW)
    office.all_done()
    office.capture(demo("bob"))
    assert office.all_done().leads == 1
    assert office.one("select engagement from lead_score where lead_id = :ann", ann=ann) > 4000


def test_colleagues_count_for_one_another_and_do_not_chase_each_other(office: Office) -> None:
    office.publish(
        DEFINITION.replace(
            "engagement:\n",
            "    - {rule: company, when: {account.leads_engaged: {at_least: 2}}, points: 7}\nengagement:\n",
            1,
        )
    )
    [ann, _] = dict.fromkeys(office.capture(told("ann"), told("bob")))
    office.capture(demo("ann"))
    office.all_done()
    assert office.one("select fit from lead_score where lead_id = :ann", ann=ann) == 2000
    office.capture(demo("bob"))
    office.all_done()
    assert office.rows("select fit from lead_score order by lead_id") == [(2700,), (2700,)]


# ------------------------------------------------------------------------------------------------ crashes


def lost_by_crashes(office: Office, work: Work) -> list[int]:
    """Leads without a score though something happened to them, after a crash at each point and restarts."""
    lost = []
    for n, point in enumerate(("claim", "score", "decide", "apply", "commit")):
        roots = office.capture(told(f"u{n}"), demo(f"u{n}"))
        with crashing(point) as crashes:  # type: ignore[arg-type]
            for _ in range(5):
                try:
                    work(office)
                except Crash:
                    continue
        assert len(crashes) <= 1
        while work(office):
            pass
        scored = office.rows("select lead_id from lead_score")
        lost += [root for root in set(roots) if (root,) not in scored]
    return lost


def test_a_worker_that_dies_anywhere_loses_nothing_and_does_nothing_twice(office: Office) -> None:
    office.publish()
    assert lost_by_crashes(office, lambda office: office.work()) == []
    assert office.marks() == 0
    assert office.rows("select lead_id, count(*) from handoff group by 1 having count(*) > 1") == []
    assert office.one("select count(*) from handoff") == 5
    assert office.one("select count(*) from score_change") == 5


def claim_first(office: Office) -> Worked:
    """A mutant: takes the marks out and commits, then works."""
    with office.database.transaction() as connection:
        claimed = dirty.claim(connection, NOW)
    failpoint("claim")
    with office.database.transaction() as connection:
        return scored(office, connection, [each.root for each in claimed])


def mark_before_commit(office: Office) -> Worked:
    """A mutant: takes the marks out in a transaction of their own before the work is committed."""
    with office.database.transaction() as connection:
        failpoint("claim")
        with office.database.transaction() as other:
            claimed = dirty.claim(other, NOW)
        return scored(office, connection, [each.root for each in claimed])


def scored(office: Office, connection: sa.Connection, roots: Sequence[int]) -> Worked:
    sitting = office.evaluators.sitting(connection)
    found = score_leads(connection, roots, sitting, NOW)
    failpoint("score")
    given = [Given(each.root, one, score, "event") for each in found for one, score in each.scores.items()]
    scores.write(connection, given)
    failpoint("commit")
    return Worked(len(roots))


@pytest.mark.parametrize("mutant", [claim_first, mark_before_commit])
def test_the_crash_test_finds_workers_that_clear_marks_before_their_work_is_done(
    office: Office, mutant: Work
) -> None:
    office.publish()
    assert lost_by_crashes(office, mutant) != []


# --------------------------------------------------------------------------------------------- many, poison


def test_four_workers_lose_no_mark_and_do_nothing_twice(office: Office) -> None:
    version = office.publish()
    stop, errors = Event(), []
    offices = [Office(office.database, desk=office.desk) for _ in range(4)]

    def run(one: Office) -> None:
        try:
            run_worker(office.database, one.evaluators, one.desk.apply, lambda: NOW, stop, limit=5, idle=0.05)
        except BaseException as error:
            errors.append(error)

    workers = [Thread(target=run, args=(one,)) for one in offices]
    for worker in workers:
        worker.start()
    roots: set[int] = set()
    try:
        for turn in range(12):
            users = [f"u{n}" for n in range(turn, turn + 8)]
            roots |= set(office.capture(*(told(user) for user in users), *(pricing(user) for user in users)))
            roots |= set(office.capture(*(demo(user, NOW - turn * MINUTE) for user in users)))
        wait_until(lambda: office.marks() == 0)
    finally:
        stop.set()
        for worker in workers:
            worker.join(30)
    assert errors == []
    for root in roots:
        kept, evaluated = kept_and_evaluated(office, root, version.id)
        assert kept == evaluated
    assert office.one("select count(*) from handoff") == len(roots)
    moves = [
        (one.lead_id, effect.to_stage)
        for one in office.desk.decided
        for effect in one.effects
        if isinstance(effect, MoveStage)
    ]
    assert len(moves) == len(set(moves))


def wait_until(holds: Callable[[], bool], seconds: float = 60) -> None:
    tick = Event()
    for _ in range(int(seconds / 0.02)):
        if holds():
            return
        tick.wait(0.02)
    raise AssertionError("it did not come to hold in time")


def test_a_worker_hears_at_once_of_what_is_captured(office: Office) -> None:
    office.publish()
    office.all_done()
    stop = Event()
    given = (office.database, office.evaluators, office.desk.apply, lambda: NOW, stop)
    worker = Thread(target=run_worker, args=given, kwargs={"idle": 30.0})  # does not look by itself in time
    worker.start()
    try:
        listening = (
            "select from pg_stat_activity where datname = current_database() and query like 'listen %'"
        )
        wait_until(lambda: bool(office.rows(listening)))
        office.capture(told(), demo())
        wait_until(lambda: office.one("select count(*) from handoff") == 1, 20)
    finally:
        stop.set()
        office.capture(pricing())  # wakes it, so that it sees that it is to stop
        worker.join(30)
    assert not worker.is_alive()


class Poisoned(Office):
    """An office at whose desk some leads cannot be dealt with."""

    poison: frozenset[int] = frozenset()

    def apply(self, connection: sa.Connection, decided: Sequence[Decided], now: datetime) -> None:
        if bad := self.poison & {one.lead_id for one in decided}:
            raise ValueError(f"cannot deal with {len(bad)}")
        self.desk.apply(connection, decided, now)

    def work(self, now: datetime = NOW, **options: Any) -> Worked:
        return work(self.database, self.evaluators, self.apply, now, **options)


def test_a_lead_that_cannot_be_dealt_with_blocks_no_other_and_is_tried_again(connected: Database) -> None:
    office = Poisoned(connected)
    office.publish()
    calls = [call for n in range(9) for call in (told(f"u{n}"), demo(f"u{n}"))]
    roots = list(dict.fromkeys(office.capture(*calls)))
    office.poison = frozenset([roots[4]])
    done = office.all_done()
    assert (done.leads, done.failed) == (8, 1)
    with connected.transaction() as connection:
        [[lead, mark, again]] = dirty.failures(connection)
    assert (lead, mark.cause and mark.cause["problem"]) == (roots[4], "ValueError: cannot deal with 1")
    assert again == NOW + MINUTE

    office.capture(pricing("u4"))
    assert not office.work(NOW)  # new events do not have it tried before its time
    assert office.work(NOW + MINUTE).failed == 1
    assert not office.work(NOW + 2 * MINUTE)  # each pause is twice the one before
    office.poison = frozenset()
    assert office.work(NOW + 3 * MINUTE) == Worked(1, 1, 1, office.desk.decided[-1].effects.__len__())
    assert office.marks() == 0
    assert office.one("select cause_kind from score_change where lead_id = :lead", lead=lead) == "event"


def test_a_database_that_is_away_sets_no_lead_aside(office: Office) -> None:
    office.publish()
    office.capture(told(), demo())

    def refuse(connection: sa.Connection, decided: Sequence[Decided], now: datetime) -> None:
        connection.execute(sa.text("select pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(sa.exc.OperationalError):
        work(office.database, office.evaluators, refuse, NOW)
    assert office.marks() == 1
    assert office.all_done() == Worked(1, 1, 1, len(office.desk.decided[0].effects))


def test_what_happened_to_one_lead_does_not_wait_for_all_to_be_scored_again(office: Office) -> None:
    office.capture(*(told(f"u{n}") for n in range(6)))
    office.all_done()
    office.publish()  # marks all
    [root] = office.capture(demo("u5"))
    office.work(limit=1)
    assert office.rows("select lead_id from lead_score") == [(root,)]


def test_without_a_definition_marks_are_cleared_and_nothing_is_scored(office: Office) -> None:
    office.capture(told(), demo())
    assert office.all_done() == Worked(leads=1, marks=1)
    assert office.one("select count(*) from lead_score") == 0
    with office.database.transaction() as connection:
        published(connection)
    office.all_done()
    assert office.one("select stage from lead") == "mql"
