"""People, teams and calendars as routing takes them."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from handraise.core.calendar import CalendarInvalid
from handraise.core.errors import InputInvalid
from handraise.core.reasons import REASONS
from handraise.core.routing import Requirement, TeamLedger
from handraise.store import calendars, handoffs, people, reasons
from handraise.store.leads import make_leads
from handraise.store.people import MemberUnknown
from handraise.store.session import Database
from tests.builders import DAY, HOUR, at
from tests.databases import Database as Fresh

MONDAY = at("2026-03-02 09:30")
WEEK = {"monday": [["09:00", "17:00"]], "tuesday": [["09:00", "17:00"]], "friday": [["09:00", "17:00"]]}


@pytest.fixture
def connection(database: Fresh) -> Iterator[sa.Connection]:
    store = Database(database.url)
    with store.transaction() as opened:
        yield opened
    store.close()


def somebody(connection: sa.Connection, name: str = "ada", **given: Any) -> int:
    return people.create_member(connection, f"{name}@us.com", name.title(), "sales", MONDAY, **given).id


def handed(connection: sa.Connection, owner: int, *, at_: Any = MONDAY, cycle: int = 1) -> int:
    lead = make_leads(connection, [True], MONDAY)[0]
    number = handoffs.begin(connection, lead, "D", 1, cycle, "standard", "hot", at_)
    assert number is not None
    handoffs.change(connection, number, owner_id=owner)
    handoffs.enter(connection, number, "assigned", "rule", at_, {"owner": owner})
    return number


def person(connection: sa.Connection, member: int, now: Any = MONDAY) -> Any:
    return next(one for one in people.routable(connection, now)[0] if one.id == member)


def test_open_and_accepted_hand_offs_fill_somebodys_hands_finished_ones_do_not(
    connection: sa.Connection,
) -> None:
    ada = somebody(connection, capacity=3)
    ones = [handed(connection, ada) for _ in range(3)]
    handoffs.change(connection, ones[0], state="accepted")
    handoffs.change(connection, ones[1], state="done")
    assert (person(connection, ada).open_handoffs, person(connection, ada).capacity) == (2, 3)


def test_what_came_after_hours_counts_for_the_next_working_day(connection: sa.Connection) -> None:
    week = calendars.create_calendar(connection, "Office", "UTC", hours=WEEK)
    ada = somebody(connection, calendar_id=week.id, attributes={"per_day": 5})
    handed(connection, ada, at_=at("2026-02-27 16:00"))  # Friday, at work
    handed(connection, ada, at_=at("2026-02-27 18:00"))  # Friday night
    handed(connection, ada, at_=at("2026-03-02 09:10"))
    assert (person(connection, ada).per_day, person(connection, ada).handoffs_today) == (5, 2)
    evening = person(connection, ada, at("2026-03-02 20:00"))
    assert (evening.is_open, evening.opens_at, evening.handoffs_today) == (False, at("2026-03-03 09:00"), 0)


def test_without_a_calendar_people_work_nine_to_five_where_they_live(connection: sa.Connection) -> None:
    ada = somebody(connection, zone="America/New_York")
    assert person(connection, ada).opens_at == at("2026-03-02 14:00")


def test_without_one_of_their_own_the_first_calendar_is_theirs(connection: sa.Connection) -> None:
    calendars.create_calendar(connection, "Office", "UTC", hours=WEEK)
    calendars.create_calendar(connection, "Night", "UTC", hours={"sunday": [["00:00", "24:00"]]})
    assert person(connection, somebody(connection)).is_open


def test_who_never_works_is_open_at_no_time(connection: sa.Connection) -> None:
    never = calendars.create_calendar(connection, "Never", "UTC", hours={})
    ada = person(connection, somebody(connection, calendar_id=never.id))
    assert (ada.is_open, ada.opens_at) == (False, None)


def test_public_holidays_are_in_the_calendar_a_clock_takes(connection: sa.Connection) -> None:
    row = calendars.create_calendar(connection, "Berlin", "Europe/Berlin", hours=WEEK, holiday_country="DE")
    assert not row.on(MONDAY.date()).is_open(at("2026-04-06 10:00"))  # Easter Monday
    assert row.on(MONDAY.date()).is_open(at("2026-04-07 10:00"))


def test_a_calendar_that_cannot_be_read_is_not_kept(connection: sa.Connection) -> None:
    with pytest.raises(CalendarInvalid, match=r"zone: `Europe/Berlyn` is no time zone"):
        calendars.create_calendar(connection, "Berlin", "Europe/Berlyn", hours=WEEK)
    with pytest.raises(InputInvalid, match="no holidays are known of `XX`"):
        calendars.create_calendar(connection, "Nowhere", "UTC", hours=WEEK, holiday_country="XX")
    assert calendars.calendars(connection) == []


def test_territories_and_skills_are_what_routing_asks_for(connection: sa.Connection) -> None:
    ada = somebody(connection, attributes={"territories": ["DE", "AT"], "languages": ["de"]})
    serves = person(connection, ada).serves
    assert (serves["territory"], serves["language"], serves["skill"]) == (("DE", "AT"), ("de",), ())


def test_only_sales_and_administrators_take_hand_offs(connection: sa.Connection) -> None:
    ada = somebody(connection)
    people.create_member(connection, "mia@us.com", "Mia", "marketing", MONDAY)
    assert [one.id for one in people.routable(connection, MONDAY)[0]] == [ada]


def test_a_team_keeps_its_members_requirements_and_turns(connection: sa.Connection) -> None:
    ada, ben = somebody(connection), somebody(connection, "ben")
    made = people.create_team(connection, "dach", {ada: 2, ben: 1}, requires={"language": ["de"]})
    assert made.as_team.requires == (Requirement("language", ("de",)),)
    people.keep_ledger(connection, "dach", TeamLedger({ada: -5, ben: 5}))
    people.set_weights(connection, made.id, {ben: 3})
    [team] = people.teams(connection)
    assert (team.weights, TeamLedger.from_json(team.ledger).of(ada)) == ({ben: 3}, -5)
    with pytest.raises(InputInvalid, match="cannot require `colour`"):
        people.update_team(connection, made.id, requires={"colour": ["red"]})


def test_somebody_is_found_by_what_slack_calls_them_unless_they_left(connection: sa.Connection) -> None:
    ada = somebody(connection, slack_id="U1")
    assert people.member_by(connection, slack_id="U1").id == ada
    people.update_member(connection, ada, is_active=False)
    with pytest.raises(MemberUnknown, match="Nobody here has the slack id U1"):
        people.member_by(connection, slack_id="U1")


def test_what_a_member_does_not_have_is_refused(connection: sa.Connection) -> None:
    ada = somebody(connection)
    with pytest.raises(InputInvalid, match="has no `password_hash`"):
        people.update_member(connection, ada, password_hash="x")
    with pytest.raises(InputInvalid, match="`boss` is no role"):
        people.update_member(connection, ada, role="boss")
    with pytest.raises(InputInvalid, match="ends after it starts"):
        people.set_away(connection, ada, MONDAY + HOUR, MONDAY)
    with pytest.raises(MemberUnknown):
        people.set_away(connection, 404, None, MONDAY + DAY)


def test_the_lists_of_reasons_are_there_from_the_start_and_can_be_changed(connection: sa.Connection) -> None:
    assert reasons.reasons(connection) == list(REASONS)
    reasons.put_reason(connection, "reject", "too_far", "Too far away", "disqualify")
    reasons.retire_reason(connection, "reject", "spam")
    codes = [one.code for one in reasons.reasons(connection, "reject")]
    assert "too_far" in codes
    assert "spam" not in codes
    assert reasons.reason(connection, "reject", "too_far").then == "disqualify"
    assert reasons.reason(connection, "reject", "competitor").then == "disqualify"
    assert reasons.seed(connection) == 0
