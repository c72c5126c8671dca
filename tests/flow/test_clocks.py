"""Clocks that run out: who is warned, what is recorded, who gets it next, and how often it was kept."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from handraise.core.actor import CRM
from handraise.core.sla import BreachPolicy
from handraise.flow import handoff as verbs
from handraise.flow.clocks import due, tick
from handraise.flow.speed import compliance
from handraise.store import calendars, people
from handraise.store.session import Database
from tests.builders import DAY, HOUR, MINUTE, at
from tests.flow.selling import MONDAY, SELLING, Floor
from tests.flow.worked import demo, told

FRIDAY = at("2026-03-06 16:00")
WARN = MONDAY + 90 * MINUTE  # three quarters of two hours
DUE = MONDAY + 2 * HOUR


def clock_of(floor: Floor, handoff: int, turn: int = 0) -> object:
    return floor.office.rows("select * from sla_clock where handoff_id = :id order by id", id=handoff)[turn]


def test_nothing_is_due_before_its_time(floor: Floor) -> None:
    floor.qualified()
    assert floor.store(due, WARN - timedelta(seconds=1)) == []
    assert len(floor.store(due, WARN)) == 1


def test_the_owner_is_warned_once(floor: Floor) -> None:
    [one] = floor.qualified()
    assert floor.look(WARN) == ["warn"]
    assert floor.look(WARN + MINUTE) == []
    assert clock_of(floor, one).warned_at == WARN  # type: ignore[attr-defined]
    [note] = [note for note in floor.told.notifications if note.kind == "sla.warned"]
    assert (note.handoff_id, note.payload["due_at"]) == (one, DUE.isoformat())


def test_a_breach_is_recorded_at_its_instant_however_late_anybody_looks(floor: Floor) -> None:
    floor.rule(breach=BreachPolicy(reassign_after_breach=None))
    [one] = floor.qualified()
    assert floor.look(MONDAY + 6 * HOUR) == ["breach"]
    assert clock_of(floor, one).breached_at == DUE  # type: ignore[attr-defined]
    assert [entry.at for entry in floor.entries(one) if entry.kind == "breached"] == [DUE]
    assert floor.look(MONDAY + 7 * HOUR) == []


def test_a_breach_escalates_and_passes_the_hand_off_on_until_it_has_had_three_owners(floor: Floor) -> None:
    floor.rule(breach=BreachPolicy(escalate_to=("member:4",)))
    [one] = floor.qualified()
    owners = [floor.row(one).owner_id]
    for turn in (1, 2):
        assert floor.look(MONDAY + turn * 2 * HOUR) == ["breach", "escalate", "reassign"]
        owners.append(floor.row(one).owner_id)
    assert len(set(owners)) == 3
    assert floor.look(MONDAY + 6 * HOUR) == ["breach", "escalate"]
    assert floor.look(MONDAY + 9 * HOUR) == []
    escalated = [note for note in floor.told.notifications if note.kind == "sla.escalated"]
    assert [note.to for note in escalated] == [("member:4",)] * 3
    assert len({note.key for note in escalated}) == 3


def test_where_nobody_else_is_it_stays_with_its_owner_and_is_not_tried_again(floor: Floor) -> None:
    for person in (floor.ben, floor.cleo):
        floor.store(people.update_member, person, is_active=False)
    [one] = floor.qualified()
    assert floor.look(DUE) == ["breach"]
    assert floor.row(one).owner_id == floor.ada
    assert floor.kinds(one)[-2:] == ["breached", "kept"]
    assert floor.look(DUE + HOUR) == []
    assert clock_of(floor, one).next_at is None  # type: ignore[attr-defined]


def test_looking_from_many_workers_at_once_takes_each_step_once(floor: Floor) -> None:
    [one] = floor.qualified()
    [clock_id] = floor.store(due, DUE)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: floor.do(tick, clock_id, DUE), range(16)))
    assert max(found, key=len) == ("breach", "reassign")
    assert sum(map(len, found)) == 2
    assert floor.kinds(one).count("breached") == 1
    assert floor.kinds(one).count("assigned") == 2


def test_a_clock_is_looked_at_by_a_job_at_the_time_it_is_next_due(floor: Floor) -> None:
    watched = []
    floor.rule(watch=lambda _connection, clock_id, at: watched.append((clock_id, at)))
    [one] = floor.qualified()
    clock_id = clock_of(floor, one).id  # type: ignore[attr-defined]
    assert watched == [(clock_id, WARN)]
    floor.look(WARN)
    assert watched[-1] == (clock_id, DUE)


def test_the_queue_holds_a_job_for_the_clock(floor: Floor) -> None:
    floor.qualified()
    [job] = floor.office.rows(
        "select scheduled_at, queueing_lock from procrastinate_jobs where task_name = 'watch_clock'"
    )
    assert job.queueing_lock.endswith(WARN.isoformat()), "one look for each moment"
    assert job.scheduled_at >= WARN, "of a time that is past, a moment from now"


def test_a_clock_that_is_no_more_needs_nothing(floor: Floor) -> None:
    assert floor.do(tick, 404, MONDAY) == ()


# ------------------------------------------------------------------------------------ calendars, lateness


def test_friday_evening_is_followed_by_monday_morning(floor: Floor) -> None:
    [one] = floor.qualified(now=FRIDAY)
    assert clock_of(floor, one).due_at == at("2026-03-09 10:00")  # type: ignore[attr-defined]


def test_a_clock_that_started_keeps_its_calendar_whatever_is_changed_later(floor: Floor) -> None:
    [one] = floor.qualified(now=FRIDAY)
    floor.store(
        calendars.update_calendar, floor.calendar.id, closures=[{"from": "2026-03-09", "to": "2026-03-10"}]
    )
    floor.look(FRIDAY + HOUR)
    assert clock_of(floor, one).due_at == at("2026-03-09 10:00")  # type: ignore[attr-defined]
    floor.store(people.update_member, floor.ben, is_active=True)
    [other] = floor.qualified("bea", now=FRIDAY)
    assert clock_of(floor, other).due_at == at("2026-03-11 10:00")  # type: ignore[attr-defined]


def test_a_service_level_that_always_runs_does_not_wait_for_monday(connected: Database) -> None:
    floor = Floor(connected, SELLING.replace(", hours: business", ""))
    [one] = floor.qualified(now=FRIDAY)
    assert clock_of(floor, one).due_at == FRIDAY + 2 * HOUR  # type: ignore[attr-defined]


def test_a_late_event_breaches_nothing_in_retrospect(floor: Floor) -> None:
    happened = MONDAY - 3 * DAY
    floor.office.capture(told("ann", happened), demo("ann", happened), now=MONDAY)
    floor.office.all_done(MONDAY)
    [[one]] = floor.office.rows("select id from handoff")
    clock = clock_of(floor, one)
    assert (clock.started_at, clock.due_at) == (MONDAY, DUE)  # type: ignore[attr-defined]
    assert floor.look(MONDAY) == []
    [change] = floor.office.rows("select at, became_at from stage_change where to_stage = 'mql'")
    assert (change.at, change.became_at) == (MONDAY, happened)


# -------------------------------------------------------------------------------------- pauses, absences


def test_what_is_put_off_stands_still_and_runs_on_at_its_time(floor: Floor) -> None:
    [one] = floor.qualified()
    by = floor.owner(one)
    floor.do(verbs.accept, one, by, MONDAY)
    floor.do(verbs.snooze, one, by, MONDAY + DAY, MONDAY + HOUR)
    assert floor.look(MONDAY + 6 * HOUR) == []
    assert clock_of(floor, one).due_at is None  # type: ignore[attr-defined]
    assert floor.look(MONDAY + DAY + MINUTE) == []
    assert floor.kinds(one)[-1] == "resumed"
    assert clock_of(floor, one).due_at == MONDAY + DAY + HOUR  # type: ignore[attr-defined]
    assert floor.row(one).snoozed_until is None


def test_somebody_out_of_office_loses_what_they_have_not_accepted_to_a_colleague(floor: Floor) -> None:
    [one] = floor.qualified()
    floor.store(people.set_away, floor.ada, MONDAY + HOUR, MONDAY + 3 * DAY)
    assert floor.look(MONDAY + 30 * MINUTE) == []
    floor.look(MONDAY + HOUR)
    row = floor.row(one)
    assert row.owner_id in (floor.ben, floor.cleo)
    assert clock_of(floor, one, 1).due_at == MONDAY + 3 * HOUR  # type: ignore[attr-defined]


def test_what_they_have_accepted_waits_for_them(floor: Floor) -> None:
    [one] = floor.qualified()
    floor.do(verbs.accept, one, floor.owner(one), MONDAY)
    floor.store(people.set_away, floor.ada, MONDAY + HOUR, MONDAY + DAY)
    floor.look(MONDAY + HOUR + MINUTE)
    assert (floor.row(one).owner_id, floor.kinds(one)[-1]) == (floor.ada, "paused")
    assert floor.look(MONDAY + 7 * HOUR) == []
    floor.look(MONDAY + DAY)
    assert clock_of(floor, one).due_at == MONDAY + DAY + HOUR  # type: ignore[attr-defined]


def test_by_policy_clocks_pause_and_whoever_is_back_early_goes_on_early(floor: Floor) -> None:
    floor.rule(absent="pause")
    [one] = floor.qualified()
    floor.store(people.set_away, floor.ada, None, None)
    floor.store(people.set_away, floor.ada, MONDAY + HOUR, None)
    floor.look(MONDAY + HOUR)
    assert floor.row(one).owner_id == floor.ada
    floor.store(people.set_away, floor.ada, None, None)
    floor.look(MONDAY + 2 * HOUR)
    assert clock_of(floor, one).due_at == MONDAY + 3 * HOUR  # type: ignore[attr-defined]


# --------------------------------------------------------------------------------------------- compliance


def test_compliance_is_what_it_was_at_any_past_time(floor: Floor) -> None:
    in_time, late, never = floor.qualified("ann", "bea", "cem")
    floor.rule(breach=BreachPolicy(reassign_after_breach=None))
    floor.do(verbs.first_contact, in_time, floor.owner(in_time), MONDAY + HOUR, "call", MONDAY + HOUR)
    floor.do(verbs.first_contact, late, floor.owner(late), MONDAY + 3 * HOUR, "call", MONDAY + 3 * HOUR)

    def stood(as_of: timedelta) -> tuple[int, int, int]:
        found = floor.store(compliance, MONDAY - DAY, MONDAY + DAY, MONDAY + as_of)[None]
        return found.met, found.breached, found.running

    assert [stood(hours * HOUR) for hours in (0, 1, 2, 4)] == [(0, 0, 3), (1, 0, 2), (1, 2, 0), (1, 2, 0)]
    found = floor.store(compliance, MONDAY, MONDAY + DAY, MONDAY + 4 * HOUR)[None]
    assert (found.median, found.uncontacted) == (2 * HOUR, 1)
    by_owner = floor.store(compliance, MONDAY, MONDAY + DAY, MONDAY + 4 * HOUR, by="owner")
    assert {owner: each.share_met for owner, each in by_owner.items()} == {
        floor.row(in_time).owner_id: 1.0,
        floor.row(late).owner_id: 0.0,
        floor.row(never).owner_id: 0.0,
    }
    assert set(floor.store(compliance, MONDAY, MONDAY + DAY, DUE, by="lead_type")) == {"standard"}
    assert set(floor.store(compliance, MONDAY, MONDAY + DAY, DUE, by="definition")) == {"Mid-market"}
    assert set(floor.store(compliance, MONDAY, MONDAY + DAY, DUE, by="team")) == {floor.team}
    assert floor.store(compliance, MONDAY + DAY, MONDAY + 2 * DAY, MONDAY + 2 * DAY) == {}


def test_a_contact_that_the_crm_tells_of_late_counts_when_it_was_made(floor: Floor) -> None:
    [one] = floor.qualified()
    floor.look(DUE)
    assert floor.store(compliance, MONDAY, MONDAY + DAY, DUE)[None].breached == 1
    floor.do(verbs.first_contact, one, CRM, MONDAY + HOUR, "call", MONDAY + 4 * HOUR)
    found = floor.store(compliance, MONDAY, MONDAY + DAY, DUE)[None]
    assert (found.met, found.breached) == (1, 0)
