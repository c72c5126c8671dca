"""What was decided is done: the lead moves, somebody gets it with a brief and a clock, people are told."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event
from typing import Any

import pytest
import sqlalchemy as sa

from handraise.core.decided import Decided
from handraise.core.effects import OpenHandoff
from handraise.flow import handoff as verbs
from handraise.flow.apply import apply
from handraise.flow.work import work
from handraise.store import clocks, people
from handraise.store.session import Database
from handraise.store.stages import StageMoved
from tests.builders import DAY, HOUR, MINUTE
from tests.flow.selling import MONDAY, Floor
from tests.flow.worked import demo, pricing, told


def test_a_demo_request_becomes_an_mql_with_an_owner_a_brief_and_a_clock(floor: Floor) -> None:
    [handoff] = floor.qualified("ann")
    row = floor.row(handoff)
    assert (row.state, row.lead_type, row.temperature, row.cycle) == ("open", "standard", "hot", 1)
    assert row.owner_id == floor.ada
    assert row.team_id == floor.team
    assert [one["words"] for one in row.why_owner if one["outcome"] == "chosen"]
    assert floor.moves(handoff) == [("subscriber", "lead"), ("lead", "mql")]
    assert floor.kinds(handoff) == ["opened", "assigned"]
    [clock] = floor.office.rows("select * from sla_clock")
    assert (clock.owner_id, clock.due_at) == (floor.ada, MONDAY + 2 * HOUR)


def test_the_clock_that_starts_is_the_one_that_its_entries_tell(floor: Floor) -> None:
    [handoff] = floor.qualified("ann")
    begun = floor.store(clocks.clock_rows, handoff)
    assert floor.store(clocks.refresh, handoff, floor.desk.breach, MONDAY) == begun
    assert begun[0].next_at is not None


def test_the_brief_says_why_now_in_lines_that_sum_to_the_score(floor: Floor) -> None:
    floor.office.capture(told("bob", MONDAY), pricing("bob", MONDAY), demo("bob", MONDAY), now=MONDAY)
    [handoff] = floor.qualified("bob")
    brief = floor.row(handoff).brief
    assert sum(line["points"] for line in brief["why_now"]) == brief["total"] == 5000
    assert brief["name"] == "bob@acme.com"
    assert brief["due_at"] == (MONDAY + 2 * HOUR).isoformat()
    assert {one["criterion"] for one in brief["missing"]}


def test_the_brief_names_colleagues_and_what_came_of_earlier_hand_offs(floor: Floor) -> None:
    [first] = floor.qualified("ann")
    floor.do(verbs.reject, first, by=floor.owner(first), reason="no_budget", now=MONDAY, note="ask in May")
    [other] = floor.qualified("bea", now=MONDAY + HOUR)
    assert [one["name"] for one in floor.row(other).brief["people"]] == ["ann@acme.com"]
    later = MONDAY + 40 * DAY
    [again] = floor.qualified("ann", now=later)
    [said] = floor.row(again).brief["conversations"]
    assert (said["owner"], said["kind"], said["summary"]) == ("Ada", "rejected", "no_budget: ask in May")


def test_the_record_of_the_move_keeps_version_score_and_reason(floor: Floor) -> None:
    floor.qualified("ann")
    [move] = floor.office.rows("select * from stage_change where to_stage = 'mql'")
    assert (move.version_id, move.cause_kind, move.cycle) == (floor.version.id, "rule", 1)
    assert move.score["engagement"] == 4000
    assert move.cause.startswith("Mid-market: ")


def test_owner_subscribers_and_lead_are_told_each_once(floor: Floor) -> None:
    [handoff] = floor.qualified("ann")
    opened = [one for one in floor.told.notifications if one.kind == "handoff.opened"]
    assert {one.channels for one in opened} == {("email",), ("webhook",)}
    assert {(one.key, one.handoff_id) for one in opened} == {(str(handoff), handoff)}
    assert floor.told.kinds().count("demo.confirmed") == 1
    assert "lead.qualified" in floor.told.kinds("webhook")


def test_deciding_again_opens_nothing_more(floor: Floor) -> None:
    floor.qualified("ann")
    before = len(floor.told.notifications)
    floor.office.capture(pricing("ann", MONDAY + MINUTE), now=MONDAY + MINUTE)
    floor.office.all_done(MONDAY + MINUTE)
    assert floor.office.one("select count(*) from handoff") == 1
    assert len(floor.told.notifications) == before


def test_fifty_who_open_the_same_hand_off_at_once_open_one_and_take_one_turn(floor: Floor) -> None:
    floor.asked("ann")
    caught: list[Any] = []
    work(floor.database, floor.office.evaluators, lambda _c, decided, _n: caught.extend(decided), MONDAY)
    [decided] = caught
    opening = tuple(one for one in decided.effects if isinstance(one, OpenHandoff))
    opened = replace(decided, effects=opening)

    def open_it(_: int) -> None:
        with floor.database.transaction() as connection:
            apply(connection, [opened], MONDAY, floor.desk)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(open_it, range(50)))
    assert floor.office.one("select count(*) from handoff") == 1
    assert floor.office.one("select count(*) from sla_clock") == 1
    assert floor.office.one("select count(*) from handoff_entry where kind = 'assigned'") == 1
    [[ledger]] = floor.office.rows("select ledger from team")
    assert [person for person, owed in ledger.items() if owed < 0] == [str(floor.ada)]


def test_a_lead_that_moved_meanwhile_is_not_moved(floor: Floor) -> None:
    floor.asked("ann")
    caught: list[Any] = []
    work(floor.database, floor.office.evaluators, lambda _c, decided, _n: caught.extend(decided), MONDAY)
    floor.store(apply, caught, MONDAY, floor.desk)
    with pytest.raises(StageMoved):
        floor.store(apply, caught, MONDAY, floor.desk)
    assert floor.office.one("select count(*) from stage_change") == 2


def test_turns_stay_fair_with_eight_workers_at_once(floor: Floor) -> None:
    users = [f"user{number}" for number in range(48)]
    floor.asked(*users)

    def slow(connection: sa.Connection, decided: Sequence[Decided], now: datetime) -> None:
        floor.apply(connection, decided, now)
        Event().wait(0.01)  # the turns are taken, and nobody else can see it yet

    def go(_: int) -> None:
        while work(floor.database, floor.office.evaluators, slow, MONDAY, limit=1):
            pass

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(go, range(8)))
    floor.office.all_done(MONDAY)
    got = Counter(one.owner_id for one in floor.office.rows("select owner_id from handoff"))
    assert got == {floor.ada: 16, floor.ben: 16, floor.cleo: 16}


def test_nobody_gets_more_than_they_take_through_two_workers_at_once(floor: Floor) -> None:
    for person in (floor.ada, floor.ben):
        floor.store(people.update_member, person, capacity=2)
    floor.store(people.update_member, floor.cleo, is_active=False)
    floor.asked(*(f"user{number}" for number in range(12)))

    def go(_: int) -> None:
        while work(floor.database, floor.office.evaluators, floor.apply, MONDAY, limit=2):
            pass

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(go, range(4)))
    floor.office.all_done(MONDAY)
    got = Counter(one.owner_id for one in floor.office.rows("select owner_id from handoff"))
    assert got == {floor.ada: 2, floor.ben: 2, None: 8}
    assert floor.told.kinds().count("handoff.unassigned") == 8


def test_the_owner_of_the_account_comes_first(floor: Floor) -> None:
    floor.qualified("ann")
    floor.office.rows("update account set owner_id = :cleo returning id", cleo=floor.cleo)
    [handoff] = floor.qualified("bea", now=MONDAY + MINUTE)
    assert floor.row(handoff).owner_id == floor.cleo
    assert floor.row(handoff).team_id is None


def test_a_disqualifier_takes_back_the_open_hand_off_and_stops_its_clock(floor: Floor) -> None:
    [handoff] = floor.qualified("ann")
    later = MONDAY + MINUTE
    floor.office.capture(told("ann", later, title="Student"), now=later)
    floor.office.all_done(later)
    assert floor.row(handoff).state == "cancelled"
    assert floor.stage(handoff) == "disqualified"
    assert floor.lead(handoff).disqualified_reason == "student"
    assert floor.office.one("select stopped_by from sla_clock") == "cancelled"
    assert floor.look(MONDAY + 9 * HOUR) == []


def test_an_mql_that_stays_too_long_is_recycled_and_its_engagement_starts_anew(floor: Floor) -> None:
    [handoff] = floor.qualified("ann")
    late = MONDAY + 30 * DAY
    floor.office.all_done(late)
    assert floor.stage(handoff) == "recycled"
    assert floor.row(handoff).state == "cancelled"
    assert floor.lead(handoff).cool_down_until == late + 30 * DAY
    assert floor.office.one("select count(*) from event where kind = 'system'") == 1
    floor.office.all_done(late + MINUTE)
    assert floor.office.one("select engagement from lead_score") == 0


def test_an_mql_again_gets_a_hand_off_of_the_next_cycle(floor: Floor) -> None:
    [first] = floor.qualified("ann")
    floor.do(verbs.reject, first, by=floor.owner(first), reason="no_need", now=MONDAY + MINUTE)
    [same] = floor.qualified("ann", now=MONDAY + DAY)
    assert same == first, "it cools down"
    [second] = floor.qualified("ann", now=MONDAY + 31 * DAY)
    assert (floor.row(second).cycle, floor.row(second).lead_type) == (2, "re_engaged")
    assert floor.row(second).state == "open"


def test_a_lead_that_cools_down_is_decided_again_when_it_ends(floor: Floor) -> None:
    [first] = floor.qualified("ann")
    floor.do(verbs.reject, first, by=floor.owner(first), reason="no_need", now=MONDAY + MINUTE)
    floor.qualified("ann", now=MONDAY + DAY)
    end = MONDAY + MINUTE + 30 * DAY
    floor.office.all_done(end - timedelta(seconds=1))
    assert floor.stage(first) == "recycled"
    floor.office.all_done(end)
    assert floor.stage(first) == "mql"
    assert floor.office.one("select count(*) from handoff where cycle = 2") == 1


def test_without_a_route_to_anybody_it_waits_in_the_fallback_queue(connected: Database) -> None:
    floor = Floor(connected)
    for person in (floor.ada, floor.ben, floor.cleo):
        floor.store(people.set_away, person, None, MONDAY + 5 * DAY)
    [handoff] = floor.qualified("ann")
    assert (floor.row(handoff).owner_id, floor.row(handoff).team_id) == (None, floor.team)
    [alert] = [one for one in floor.told.notifications if one.kind == "handoff.unassigned"]
    assert alert.payload["subject"] == "nobody can take it (3 out of office): it waits in the fallback queue"
