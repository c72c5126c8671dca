"""Turns by weight are fair, whatever comes between: laws, with the arithmetic beside the stories."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handraise.core.definition.model import Route
from handraise.core.errors import InputInvalid
from handraise.core.routing import (
    Member,
    Person,
    RoutingPolicy,
    RoutingSituation,
    Team,
    TeamLedger,
    owner_for,
)
from handraise.core.routing.turns import TURN, charged, next_in_turn

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WEIGHTS = st.dictionaries(st.integers(1, 12), st.integers(1, 40), min_size=1, max_size=8)


def given_out(weights: dict[int, int], turns: int, ledger: TeamLedger) -> tuple[list[int], TeamLedger]:
    order = []
    for _ in range(turns):
        order.append(next_in_turn(ledger, weights))
        ledger = charged(ledger, weights, order[-1])
    return order, ledger


@given(WEIGHTS, st.integers(1, 150))
def test_at_every_turn_everybody_is_less_than_one_from_their_share(
    weights: dict[int, int], turns: int
) -> None:
    order, _ = given_out(weights, turns, TeamLedger())
    total, had = sum(weights.values()), Counter[int]()
    for turn, person in enumerate(order, start=1):
        had[person] += 1
        for each, weight in weights.items():
            assert abs(had[each] - Fraction(turn * weight, total)) < 1


@given(WEIGHTS, st.integers(0, 30), st.integers(0, 30))
def test_a_restart_between_turns_changes_nothing(weights: dict[int, int], before: int, after: int) -> None:
    through, end = given_out(weights, before + after, TeamLedger())
    first, kept = given_out(weights, before, TeamLedger())
    second, end_after_restart = given_out(weights, after, TeamLedger.from_json(kept.as_json()))
    assert first + second == through
    assert end_after_restart == end


@given(WEIGHTS, st.integers(0, 200), st.integers(1, 40))
def test_a_newcomer_gets_no_more_than_their_share_and_one_however_late(
    weights: dict[int, int], before: int, weight: int
) -> None:
    _, ledger = given_out(weights, before, TeamLedger())
    joined = {**weights, 99: weight}
    order, _ = given_out(joined, 30, ledger)
    for turn in range(1, 31):
        share = Fraction(turn * weight, sum(joined.values()))
        assert order[:turn].count(99) < share + 1


@given(
    st.lists(st.sets(st.integers(1, 6), min_size=1), min_size=1, max_size=80),
    st.lists(st.integers(1, 9), min_size=6, max_size=6),
)
def test_whoever_comes_and_goes_nobody_is_owed_or_owes_more_than_a_turn(
    free_at_each: list[set[int]], weights: list[int]
) -> None:
    ledger = TeamLedger()
    for free in free_at_each:
        these = {person: weights[person - 1] for person in free}
        chosen = next_in_turn(ledger, these)
        assert chosen in free
        ledger = charged(ledger, these, chosen)
        assert all(-TURN <= units <= TURN for units in ledger.owed.values())


def test_what_meetings_of_the_unlucky_add_up_to_is_cut_at_one_turn() -> None:
    """Those owed most meet each other: a half turn, then a whole, then it would be one and a half."""
    ledger = TeamLedger()
    meetings = [{1, 2}, {3, 4}, {5, 6}, {7, 8}, {2, 4}, {6, 8}, {4, 8}]
    for free in meetings:
        weights = dict.fromkeys(free, 1)
        ledger = charged(ledger, weights, next_in_turn(ledger, weights))
    assert ledger.of(8) == TURN


def test_somebody_who_was_away_is_not_flooded_on_return() -> None:
    _, ledger = given_out({1: 1, 2: 1, 3: 1}, 2, TeamLedger())  # 3 is owed two thirds
    _, ledger = given_out({1: 1, 2: 1}, 100, ledger)
    order, _ = given_out({1: 1, 2: 1, 3: 1}, 6, ledger)
    assert order.count(3) <= 3


def test_by_weight_three_to_one_is_three_to_one_and_in_turn_is_one_to_one() -> None:
    team = Team("inbound", (Member(1, 3), Member(2, 1)))
    for by, expected in (("weight", {1: 6, 2: 2}), ("round_robin", {1: 4, 2: 4})):
        had, ledgers = Counter[int](), dict[str, TeamLedger]()
        for _ in range(8):
            found = owner_for(
                [Route(team="inbound", by=by)],
                [True],
                [Person(1, "Ada"), Person(2, "Ben")],
                [team],
                RoutingSituation(),
                ledgers,
                NOW,
            )
            assert found.owner is not None
            assert found.ledger is not None
            had[found.owner] += 1
            ledgers["inbound"] = found.ledger
        assert had == expected


def test_whoever_leaves_the_team_is_forgotten() -> None:
    ledger = charged(TeamLedger({1: 5, 2: 7}), {1: 1}, 1, {1})
    assert ledger.as_json() == {"1": 5}


def test_whoever_opens_first_pays_by_day_for_what_they_had_at_night() -> None:
    """Two at night for Ada, the only one to open by seven; by day Ben comes first."""
    team = Team("inbound", (Member(1), Member(2)))
    night = [
        Person(1, "Ada", is_open=False, opens_at=NOW + timedelta(hours=7)),
        Person(2, "Ben", is_open=False, opens_at=NOW + timedelta(hours=8)),
    ]
    ledgers = dict[str, TeamLedger]()
    owners = []
    for staff in (night, night, [Person(1, "Ada"), Person(2, "Ben")], [Person(1, "Ada"), Person(2, "Ben")]):
        found = owner_for(
            [Route(team="inbound")], [True], staff, [team], RoutingSituation(), ledgers, NOW, RoutingPolicy()
        )
        assert found.ledger is not None
        owners.append(found.owner)
        ledgers["inbound"] = found.ledger
    assert owners == [1, 1, 2, 2]


@pytest.mark.parametrize("kept", [{"1": "2"}, {"x": 1}, {"1": True}, {"-1": 1}, {"1": 0.5}])
def test_a_ledger_that_cannot_be_is_refused(kept: dict[str, object]) -> None:
    with pytest.raises(InputInvalid, match="ledger"):
        TeamLedger.from_json(kept)


# Laws of the whole


def moments(hours: int) -> st.SearchStrategy[datetime]:
    return st.integers(-hours, hours).map(lambda hour: NOW + timedelta(hours=hour))


@st.composite
def staff(draw: st.DrawFn) -> list[Person]:
    limits = st.none() | st.integers(0, 4)
    return [
        Person(
            person,
            f"P{person}",
            is_active=draw(st.booleans()),
            away_from=draw(st.none() | moments(40)),
            away_until=draw(st.none() | moments(40)),
            capacity=draw(limits),
            per_day=draw(limits),
            open_handoffs=draw(st.integers(0, 4)),
            handoffs_today=draw(st.integers(0, 4)),
            is_open=draw(st.booleans()),
            opens_at=draw(st.none() | moments(40)),
        )
        for person in range(1, draw(st.integers(1, 6)) + 1)
    ]


ROUTES = st.lists(
    st.sampled_from(
        [
            Route(to="account_owner"),
            Route(to="lead_owner"),
            Route(to="queue"),
            *(Route(team=team, by=by) for team in "ab" for by in ("round_robin", "weight", "capacity")),
        ]
    ),
    max_size=4,
)
MEMBERS = st.dictionaries(st.integers(1, 6), st.integers(0, 5)).map(
    lambda weights: tuple(Member(person, weight) for person, weight in weights.items())
)
SITUATIONS = st.builds(
    RoutingSituation,
    account_owner=st.none() | st.integers(1, 7),
    lead_owner=st.none() | st.integers(1, 7),
    previous_owners=st.frozensets(st.integers(1, 6), max_size=2),
)
LEDGERS = st.dictionaries(
    st.sampled_from("ab"),
    st.dictionaries(st.integers(1, 6), st.integers(-TURN, TURN)).map(TeamLedger),
)


@given(ROUTES, staff(), MEMBERS, MEMBERS, SITUATIONS, LEDGERS, st.randoms(use_true_random=False), st.data())
def test_the_owner_can_take_it_and_the_order_of_people_and_teams_does_not_matter(
    routes: list[Route],
    people: list[Person],
    some: tuple[Member, ...],
    others: tuple[Member, ...],
    situation: RoutingSituation,
    ledgers: dict[str, TeamLedger],
    shuffles: Random,
    data: st.DataObject,
) -> None:
    answers = data.draw(st.lists(st.booleans(), min_size=len(routes), max_size=len(routes)))
    teams = [Team("a", some), Team("b", others, is_fallback=True)]
    found = owner_for(routes, answers, people, teams, situation, ledgers, NOW)

    if found.owner is not None:
        assert found.route is not None
        assert answers[found.route]
        assert found.starts_at is not None
        owner = next(person for person in people if person.id == found.owner)
        assert owner.is_active
        assert not owner.is_away(NOW)
        assert not owner.is_away(found.starts_at)
        assert owner.capacity is None or owner.open_handoffs < owner.capacity
        assert owner.per_day is None or owner.handoffs_today < owner.per_day
        assert owner.id not in situation.previous_owners
        assert owner.is_open or found.starts_at == owner.opens_at
        chosen = [line.person for line in found.why if line.outcome == "chosen"]
        assert chosen == [found.owner]
    assert found.fallback == (found.alert is not None)
    assert (found.ledger is not None) == (found.owner is not None and found.team is not None)

    shuffles.shuffle(people)
    shuffled = [
        Team(team.name, tuple(reversed(team.members)), (), team.is_fallback) for team in reversed(teams)
    ]
    assert owner_for(routes, answers, people, shuffled, situation, ledgers, NOW) == found
