"""Service levels by route and week, and whose turn each of them was."""

from datetime import timedelta

from handraise.flow import handoff
from handraise.flow.speed import QUEUE, by_week, compliance, grouped, routes, turns
from handraise.store import clocks, people
from tests.flow.selling import MONDAY, Floor
from tests.flow.worked import DAY, HOUR

WEEK = timedelta(days=7)


def test_the_route_is_that_by_which_it_came_whoever_has_it_now(floor: Floor) -> None:
    [row] = floor.qualified()
    floor.do(handoff.reassign, row, floor.owner(row), MONDAY + HOUR, to=floor.another(row).member)
    found = floor.store(compliance, MONDAY, MONDAY + DAY, MONDAY + DAY, by="route")
    assert set(found) == {"inbound"}
    assert found["inbound"].reassigned == 1


def test_what_nobody_could_take_came_by_no_route(floor: Floor) -> None:
    for member in (floor.ada, floor.ben, floor.cleo):
        floor.store(people.update_member, member, is_active=False)
    floor.qualified()
    assert set(floor.store(compliance, MONDAY, MONDAY + DAY, MONDAY + DAY, by="route")) == {QUEUE}


def test_weeks_begin_on_monday_and_those_without_a_hand_off_are_there(floor: Floor) -> None:
    [first] = floor.qualified()
    floor.do(handoff.first_contact, first, floor.owner(first), MONDAY + HOUR, "call", MONDAY + HOUR)
    floor.qualified("ben", now=MONDAY + 2 * WEEK)
    as_of = MONDAY + 2 * WEEK + 9 * HOUR
    found = floor.store(clocks.measured, MONDAY - HOUR, as_of)
    told = turns(found, as_of)
    weeks = by_week(told, MONDAY - HOUR, as_of)
    assert [(day.day, kept.met, kept.breached) for day, kept in weeks] == [(2, 1, 0), (9, 0, 0), (16, 0, 1)]
    assert grouped(told, "week")[weeks[0][0]] == weeks[0][1]


def test_every_number_is_of_turns_and_a_turn_says_how_long_the_contact_took(floor: Floor) -> None:
    first, second = floor.qualified("ann", "ben")
    floor.do(handoff.first_contact, first, floor.owner(first), MONDAY + HOUR, "call", MONDAY + HOUR)
    floor.do(handoff.reassign, second, floor.owner(second), MONDAY + HOUR, to=floor.another(second).member)
    found = floor.store(clocks.measured, MONDAY, MONDAY + DAY)
    told = turns(found, MONDAY + 8 * HOUR)
    assert [(one.handed.handoff_id, one.state, one.took) for one in told] == [
        (first, "met", HOUR), (second, "reassigned", None), (second, "breached", None),
    ]  # fmt: skip
    whole = grouped(told)[None]
    assert (whole.met, whole.breached, whole.reassigned) == (1, 1, 1)
    assert [one.state for one in turns(found, MONDAY + HOUR / 2)] == ["running", "running"]
    assert [one.took for one in turns(found, MONDAY + HOUR / 2)] == [None, None]
    assert set(floor.store(routes, found).values()) == {"inbound"}


def test_what_is_told_later_counts_although_the_report_was_looked_at_before(floor: Floor) -> None:
    [first] = floor.qualified()

    def states() -> list[str]:
        return [one.state for one in turns(floor.store(clocks.measured, MONDAY, MONDAY + DAY), MONDAY + DAY)]

    assert states() == states() == ["breached"]
    floor.do(handoff.first_contact, first, floor.owner(first), MONDAY + HOUR, "call", MONDAY + HOUR)
    assert states() == ["met"]
