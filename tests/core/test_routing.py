"""Who gets a hand-off: routes, owners, what teams ask for, working hours, the fallback queue."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handraise.core.definition.model import Route
from handraise.core.errors import InputInvalid
from handraise.core.routing import (
    ATTRIBUTES,
    Assignment,
    Member,
    Outcome,
    Person,
    Requirement,
    RoutingPolicy,
    RoutingSituation,
    Team,
    TeamLedger,
    owner_for,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ADA, BEN, CLEO = 1, 2, 3
ALL = (ADA, BEN, CLEO)
NAMES = {ADA: "Ada", BEN: "Ben", CLEO: "Cleo"}
OWNER, LEAD_OWNER, INBOUND, DACH = (
    Route(to="account_owner"),
    Route(to="lead_owner"),
    Route(team="inbound"),
    Route(team="dach"),
)


def people(**changes: Mapping[str, Any]) -> list[Person]:
    """Ada, Ben and Cleo, each with the changes given under their name."""
    return [Person(person, name, **changes.get(name.lower(), {})) for person, name in NAMES.items()]


def team(name: str = "inbound", *members: int, **rest: Any) -> Team:
    return Team(name, tuple(Member(person) for person in members or ALL), **rest)


def routed(
    routes: Sequence[Route],
    staff: Sequence[Person],
    *teams: Team,
    situation: RoutingSituation | None = None,
    answers: Sequence[bool] | None = None,
    ledgers: Mapping[str, TeamLedger] | None = None,
    policy: RoutingPolicy | None = None,
) -> Assignment:
    return owner_for(
        routes,
        [True] * len(routes) if answers is None else answers,
        staff,
        teams or (team(),),
        situation or RoutingSituation(),
        ledgers or {},
        NOW,
        policy or RoutingPolicy(),
    )


def outcomes(found: Assignment) -> list[tuple[int, int | None, Outcome]]:
    return [(line.route, line.person, line.outcome) for line in found.why]


def words(found: Assignment) -> list[str]:
    return [line.words for line in found.why]


# Owners


def test_the_owner_of_the_account_comes_before_the_team() -> None:
    found = routed([OWNER, INBOUND], people(), situation=RoutingSituation(account_owner=CLEO))
    assert (found.owner, found.route, found.team, found.starts_at) == (CLEO, 0, None, NOW)
    assert words(found) == ["Cleo owns the account"]


def test_a_handoff_that_goes_to_an_owner_leaves_the_turns_as_they_were() -> None:
    assert routed([OWNER], people(), situation=RoutingSituation(account_owner=CLEO)).ledger is None


def test_the_owner_of_the_lead_is_another_owner_than_that_of_the_account() -> None:
    situation = RoutingSituation(account_owner=ADA, lead_owner=BEN)
    assert routed([LEAD_OWNER, OWNER], people(), situation=situation).owner == BEN


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({"is_active": False}, "inactive"),
        ({"away_until": NOW + HOUR}, "away"),
        ({"away_from": NOW - HOUR}, "away"),
        ({"capacity": 5, "open_handoffs": 5}, "full"),
        ({"per_day": 2, "handoffs_today": 2}, "full_today"),
        ({"is_open": False, "opens_at": NOW + 73 * HOUR}, "closed"),
        ({"is_open": False}, "closed"),
    ],
)
def test_an_owner_who_cannot_take_it_leaves_it_to_the_next_route(
    change: Mapping[str, Any], outcome: Outcome
) -> None:
    found = routed(
        [OWNER, INBOUND],
        people(ada=change),
        team("inbound", BEN),
        situation=RoutingSituation(account_owner=ADA),
    )
    assert outcomes(found) == [(0, ADA, outcome), (1, BEN, "chosen")]


def test_an_owner_out_of_working_hours_is_waited_for_over_the_weekend() -> None:
    opens = NOW + 60 * HOUR
    found = routed(
        [OWNER, INBOUND],
        people(ada={"is_open": False, "opens_at": opens}),
        situation=RoutingSituation(account_owner=ADA),
    )
    assert (found.owner, found.starts_at) == (ADA, opens)
    assert words(found) == ["Ada owns the account; waited for until 2026-03-04 21:00 UTC"]


def test_an_account_without_an_owner_says_so_and_goes_on() -> None:
    found = routed([OWNER, LEAD_OWNER, INBOUND], people(), situation=RoutingSituation(lead_owner=99))
    assert found.route == 2
    assert words(found)[:2] == ["the account has no owner", "the owner of the lead does not get hand-offs"]


# Routes and teams


def test_a_route_whose_condition_does_not_hold_is_passed_by() -> None:
    found = routed([DACH, INBOUND], people(), team("dach", ADA), team("inbound", BEN), answers=[False, True])
    assert outcomes(found) == [(0, None, "route_skipped"), (1, BEN, "chosen")]


def test_routes_below_the_one_that_decided_are_not_looked_at() -> None:
    found = routed([DACH, INBOUND], people(), team("dach", ADA), team("inbound", BEN))
    assert outcomes(found) == [(0, ADA, "chosen")]


def test_a_team_that_is_gone_or_empty_says_so_and_goes_on() -> None:
    found = routed(
        [Route(team="gone"), DACH, INBOUND], people(), Team("dach", (Member(99),)), team("inbound", BEN)
    )
    assert words(found) == [
        "there is no team gone",
        "nobody is in the team dach",
        "Ben is the only one free in inbound",
    ]


def test_a_route_can_lead_to_the_queue_and_that_is_no_alarm() -> None:
    found = routed([Route(to="queue"), INBOUND], people())
    assert (found.owner, found.route, found.fallback, found.alert) == (None, 0, False, None)
    assert words(found) == ["the route leads to the queue"]


def test_a_queue_route_that_does_not_hold_is_passed_by() -> None:
    assert routed([Route(to="queue"), INBOUND], people(), answers=[False, True]).route == 1


def test_there_is_one_answer_for_each_route() -> None:
    with pytest.raises(ValueError, match="shorter"):
        routed([OWNER, INBOUND], people(), answers=[True])


def test_the_reasons_name_the_chosen_and_say_why_each_other_person_is_not() -> None:
    found = routed(
        [INBOUND],
        people(ada={"away_until": NOW + HOUR}, ben={"capacity": 4, "open_handoffs": 4}),
    )
    assert words(found) == [
        "Ada is out of office until 2026-03-02 10:00 UTC",
        "Ben has 4 open of 4",
        "Cleo is the only one free in inbound",
    ]


# What a team asks for


@pytest.mark.parametrize("attribute", ["territory", "segment", "skill", "language"])
def test_a_member_must_serve_what_the_lead_is(attribute: Any) -> None:
    staff = people(ada={"serves": {attribute: ("x",)}}, ben={"serves": {attribute: ("Y", "z")}})
    found = routed(
        [INBOUND],
        staff,
        team(requires=(Requirement(attribute),)),
        situation=RoutingSituation(needs={attribute: ("y",)}),
    )
    assert outcomes(found) == [(0, ADA, "unfit"), (0, BEN, "chosen"), (0, CLEO, "unfit")]
    assert words(found)[0] == f"Ada does not serve the {attribute} y"


def test_a_territory_may_be_the_country_or_its_region() -> None:
    staff = people(ada={"serves": {"territory": ("DE-BY",)}})
    found = routed(
        [INBOUND],
        staff,
        team(requires=(Requirement("territory"),)),
        situation=RoutingSituation(needs={"territory": ("DE", "DE-BY")}),
    )
    assert found.owner == ADA
    assert words(found)[1] == "Ben does not serve the territory DE or DE-BY"


def test_of_skills_all_that_the_lead_needs_must_be_there() -> None:
    staff = people(
        ada={"serves": {"skill": ("security",)}}, ben={"serves": {"skill": ("security", "procurement")}}
    )
    found = routed(
        [INBOUND],
        staff,
        team("inbound", ADA, BEN, requires=(Requirement("skill"),)),
        situation=RoutingSituation(needs={"skill": ("security", "procurement")}),
    )
    assert found.owner == BEN
    assert words(found)[0] == "Ada does not serve the skill procurement"


def test_a_team_can_ask_for_one_of_some_values_whatever_the_lead_is() -> None:
    staff = people(cleo={"serves": {"segment": ("enterprise",)}})
    requires = (Requirement("segment", ("enterprise", "public")),)
    assert routed([INBOUND], staff, team(requires=requires)).owner == CLEO


def test_what_is_unknown_of_the_lead_keeps_nobody_from_it() -> None:
    assert routed([INBOUND], people(), team(requires=(Requirement("language"),))).owner == ADA


def test_a_star_serves_everything() -> None:
    staff = people(ben={"serves": {"language": ("*",)}})
    situation = RoutingSituation(needs={"language": ("fr",)})
    assert (
        routed([INBOUND], staff, team(requires=(Requirement("language"),)), situation=situation).owner == BEN
    )


def test_territory_is_missed_before_segment_before_skill_before_language_in_any_order_of_the_team() -> None:
    asked = reversed(ATTRIBUTES)
    found = routed(
        [INBOUND],
        people(),
        team("inbound", ADA, requires=tuple(Requirement(attribute, ("x",)) for attribute in asked)),
    )
    assert words(found) == ["Ada does not serve the territory x"]


# Weights, room


def test_a_member_of_weight_zero_takes_no_turns_whatever_the_order() -> None:
    staff = people()
    for by in ("round_robin", "weight", "capacity"):
        found = routed([Route(team="inbound", by=by)], staff, Team("inbound", (Member(ADA, 0), Member(BEN))))
        assert outcomes(found) == [(0, ADA, "no_turns"), (0, BEN, "chosen")]


def test_a_weight_below_zero_is_refused() -> None:
    with pytest.raises(InputInvalid, match="0 is the smallest"):
        Member(ADA, -1)


def test_by_capacity_whoever_has_most_room_gets_it() -> None:
    staff = people(
        ada={"capacity": 10, "open_handoffs": 7},
        ben={"capacity": 6, "open_handoffs": 2},
        cleo={"open_handoffs": 8},  # no limit: as much room as the roomiest limit, 10, gives
    )
    found = routed([Route(team="inbound", by="capacity")], staff)
    assert words(found) == [
        "Ada is free too, and Ben has more room",
        "Ben has most room in inbound",
        "Cleo is free too, and Ben has more room",
    ]


def test_by_capacity_without_any_limits_whoever_has_fewest_open_gets_it() -> None:
    staff = people(ada={"open_handoffs": 3}, ben={"open_handoffs": 2}, cleo={"open_handoffs": 1})
    assert routed([Route(team="inbound", by="capacity")], staff).owner == CLEO


def test_by_capacity_equal_room_is_settled_by_turn() -> None:
    first = routed([Route(team="inbound", by="capacity")], people())
    assert first.ledger is not None
    second = routed([Route(team="inbound", by="capacity")], people(), ledgers={"inbound": first.ledger})
    assert (first.owner, second.owner) == (ADA, BEN)


# Working hours and absences


def closed(hours: float) -> dict[str, Any]:
    return {"is_open": False, "opens_at": NOW + hours * HOUR}


def test_somebody_open_now_comes_before_somebody_who_opens_soon() -> None:
    found = routed([INBOUND], people(ada=closed(0.1), ben=closed(0.2)))
    assert outcomes(found) == [(0, ADA, "closed"), (0, BEN, "closed"), (0, CLEO, "chosen")]


def test_a_later_route_with_somebody_open_comes_before_waiting() -> None:
    found = routed([DACH, INBOUND], people(ada=closed(1)), team("dach", ADA), team("inbound", BEN))
    assert found.owner == BEN


def test_a_team_may_keep_a_lead_for_whoever_opens_soon() -> None:
    found = routed(
        [DACH, INBOUND],
        people(ada=closed(0.5)),
        team("dach", ADA),
        team("inbound", BEN),
        policy=RoutingPolicy(keep_in_team=HOUR),
    )
    assert (found.owner, found.starts_at) == (ADA, NOW + 0.5 * HOUR)


def test_with_nobody_open_the_first_to_open_gets_it() -> None:
    found = routed([INBOUND], people(ada=closed(3), ben=closed(2), cleo=closed(5)))
    assert (found.owner, found.starts_at, found.fallback) == (BEN, NOW + 2 * HOUR, False)
    assert words(found) == [
        "Ada is out of working hours until 2026-03-02 12:00 UTC",
        "Ben opens first in inbound; waited for until 2026-03-02 11:00 UTC",
        "Cleo is out of working hours until 2026-03-02 14:00 UTC",
    ]


def test_those_who_open_together_take_turns() -> None:
    staff = people(ada=closed(2), ben=closed(2), cleo=closed(5))
    first = routed([INBOUND], staff)
    assert first.ledger is not None
    second = routed([INBOUND], staff, ledgers={"inbound": first.ledger})
    assert (first.owner, second.owner) == (ADA, BEN)
    assert words(first)[1] == "Ben opens at the same time, and Ada is next in turn"


def test_the_order_of_the_routes_counts_among_those_who_are_waited_for() -> None:
    found = routed(
        [DACH, INBOUND], people(ada=closed(9), ben=closed(1)), team("dach", ADA), team("inbound", BEN)
    )
    assert found.owner == ADA


def test_nobody_is_waited_for_longer_than_the_policy_says() -> None:
    at_most = RoutingPolicy(wait_for_next_open=2 * HOUR)
    staff = people(ada=closed(2.01), ben=closed(2.01), cleo=closed(2))
    assert routed([INBOUND], staff, policy=at_most).owner == CLEO
    assert routed([INBOUND], staff, team("inbound", ADA, BEN), policy=at_most).fallback


def test_nobody_is_waited_for_who_is_away_when_they_would_open() -> None:
    staff = people(ada={**closed(1), "away_from": NOW + HOUR, "away_until": NOW + 48 * HOUR}, ben=closed(2))
    found = routed([INBOUND], staff, team("inbound", ADA, BEN))
    assert outcomes(found) == [(0, ADA, "away"), (0, BEN, "chosen")]


def test_nobody_is_waited_for_whose_opening_has_passed_without_their_being_open() -> None:
    found = routed([INBOUND], people(ada=closed(-1), ben=closed(2)), team("inbound", ADA, BEN))
    assert outcomes(found) == [(0, ADA, "closed"), (0, BEN, "chosen")]


def test_somebody_is_back_at_the_instant_their_absence_ends() -> None:
    assert routed([INBOUND], people(ada={"away_from": NOW - HOUR, "away_until": NOW})).owner == ADA


def test_an_absence_that_is_still_to_come_keeps_nobody_from_it() -> None:
    assert routed([INBOUND], people(ada={"away_from": NOW + HOUR})).owner == ADA


# Reassignment and the fallback queue


def test_reassignment_follows_the_routes_again_without_the_previous_owner() -> None:
    situation = RoutingSituation(account_owner=ADA, previous_owners=frozenset({ADA}))
    found = routed([OWNER, INBOUND], people(), situation=situation)
    assert outcomes(found) == [
        (0, ADA, "had_it_before"),
        (1, ADA, "had_it_before"),
        (1, BEN, "chosen"),
        (1, CLEO, "not_their_turn"),
    ]


def test_nobody_available_falls_into_the_queue_of_the_fallback_team_with_an_alert() -> None:
    staff = people(
        ada={"away_until": NOW + HOUR}, ben={"capacity": 1, "open_handoffs": 1}, cleo={"is_active": False}
    )
    found = routed(
        [OWNER, INBOUND], staff, team(), team("night", is_fallback=True), situation=RoutingSituation(ADA)
    )
    assert (found.owner, found.route, found.team, found.fallback) == (None, None, "night", True)
    assert found.alert == (
        "nobody can take it (1 out of office, 1 full, 1 inactive): it waits in the fallback queue"
    )
    assert found.ledger is None
    assert found.starts_at is None


def test_no_route_at_all_falls_into_the_queue_with_an_alert() -> None:
    for routes in ([], [OWNER]):
        found = routed(routes, people())
        assert found.fallback
        assert found.alert == "no route leads to anybody: it waits in the fallback queue"
