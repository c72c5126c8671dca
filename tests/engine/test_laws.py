"""Laws that hold for every definition, every lead and every moment."""

from dataclasses import replace
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handraise.core.definition.model import Definition, Engagement
from handraise.core.event import Event, Lead
from handraise.core.score import Score
from handraise.engine.evaluate import evaluate
from tests.builders import DAY, NOW, with_rules
from tests.cases import Case, case

# One case serves several leads: reading a definition costs more than scoring a lead.
CASES = st.integers(min_value=1_000_000, max_value=2_000_000).map(lambda seed: case(seed, leads=4))
SHUFFLES = st.integers(min_value=0, max_value=2**32).map(Random)
law = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def scored(one: Case, leads: list[Lead] | tuple[Lead, ...]) -> list[Score]:
    return evaluate(one.definition, leads, one.as_of)


def altered(lead: Lead, events: list[Event]) -> Lead:
    return replace(lead, events=tuple(events))


@law
@given(CASES)
def test_the_lines_sum_to_fit_and_to_engagement(one: Case) -> None:
    for score in scored(one, one.leads):
        sums = {"fit": 0, "engagement": 0}
        for line in score.lines:
            sums[line.dimension] += line.points
        assert (sums["fit"], sums["engagement"]) == (score.fit, score.engagement)


@law
@given(CASES, SHUFFLES)
def test_the_order_of_arrival_does_not_matter(one: Case, random: Random) -> None:
    shuffled = [altered(lead, random.sample(lead.events, len(lead.events))) for lead in one.leads]
    assert scored(one, shuffled) == scored(one, one.leads)


@law
@given(CASES, SHUFFLES)
def test_copies_with_the_same_message_id_change_nothing(one: Case, random: Random) -> None:
    copied = []
    for lead in one.leads:
        named = [event for event in lead.events if event.message_id]
        copies = [random.choice(named) for _ in range(3)] if named else []
        copied.append(altered(lead, [*copies, *lead.events]))
    assert scored(one, copied) == scored(one, one.leads)


@law
@given(CASES, SHUFFLES)
def test_late_arrival_changes_nothing(one: Case, random: Random) -> None:
    late = [
        altered(
            lead,
            [
                replace(event, received_at=event.occurred_at + random.randint(0, 90) * DAY)
                for event in lead.events
            ],
        )
        for lead in one.leads
    ]
    assert scored(one, late) == scored(one, one.leads)


@law
@given(CASES, SHUFFLES)
def test_the_union_of_two_halves_is_the_merged_lead(one: Case, random: Random) -> None:
    merged = []
    for lead in one.leads:
        mine = [event for event in lead.events if random.random() < 0.5]
        yours = [event for event in lead.events if all(event is not other for other in mine)]
        both = [event for event in lead.events if event.message_id and random.random() < 0.3]  # known to both
        merged.append(altered(lead, [*yours, *both, *mine]))
    assert scored(one, merged) == scored(one, one.leads)


@law
@given(CASES)
def test_a_bot_marked_event_is_an_absent_event(one: Case) -> None:
    marked, absent = [], []
    for lead in one.leads:
        odd = lead.events[::2]
        marked.append(
            altered(lead, [replace(event, is_bot=True) if event in odd else event for event in lead.events])
        )
        absent.append(altered(lead, [event for event in lead.events if event not in odd]))
    assert scored(one, marked) == scored(one, absent)


@law
@given(CASES)
def test_events_to_come_are_absent_events(one: Case) -> None:
    past = [altered(lead, [e for e in lead.events if e.occurred_at <= one.as_of]) for lead in one.leads]
    assert scored(one, past) == scored(one, one.leads)


@law
@given(CASES)
def test_scoring_again_changes_nothing(one: Case) -> None:
    assert scored(one, one.leads) == scored(one, one.leads)


@law
@given(CASES)
def test_many_leads_are_scored_like_one_by_one(one: Case) -> None:
    assert scored(one, one.leads) == [score for lead in one.leads for score in scored(one, [lead])]


@law
@given(CASES, st.integers(min_value=-1_000, max_value=5_000))
def test_a_cap_never_raises_a_score_and_a_floor_never_lowers_one(one: Case, bound: int) -> None:
    capped, floored = bounded(one, cap=bound), bounded(one, floor=bound)
    for free, low, high in zip(
        scored(bounded(one), one.leads), scored(capped, one.leads), scored(floored, one.leads), strict=True
    ):
        assert low.engagement == min(free.engagement, bound)
        assert high.engagement == max(free.engagement, bound)
        assert low.fit == high.fit == free.fit


def bounded(one: Case, cap: int | None = None, floor: int | None = None) -> Case:
    engagement = one.definition.engagement
    bounds = replace(engagement.bounds, cap=cap, floor=floor)
    return replace(one, definition=replace(one.definition, engagement=replace(engagement, bounds=bounds)))


@law
@given(CASES)
def test_decay_never_raises_a_positive_line_and_leaves_a_negative_one(one: Case) -> None:
    kept = rule_points(scored(undecayed(one), one.leads))
    left = rule_points(scored(one, one.leads))
    assert left.keys() == kept.keys()
    for key, points in left.items():
        assert 0 <= points <= kept[key] or points == kept[key]


def undecayed(one: Case) -> Case:
    engagement: Engagement = one.definition.engagement
    rules = tuple(replace(rule, decay=None) for rule in engagement.rules)
    definition: Definition = replace(one.definition, engagement=replace(engagement, rules=rules))
    return replace(one, definition=definition)


def rule_points(scores: list[Score]) -> dict[tuple[str, str], int]:
    lines = [(score.lead_id, line) for score in scores for line in score.lines]
    return {(lead, line.rule): line.points for lead, line in lines if line.kind == "rule"}


@law
@given(CASES)
def test_the_verdict_changes_when_it_is_said_to(one: Case) -> None:
    """When the verdict is said to change it has changed, and no lead became an MQL later than now."""
    for lead, score in zip(one.leads, scored(one, one.leads), strict=True):
        past = altered(lead, [event for event in lead.events if event.occurred_at <= one.as_of])
        if score.is_mql:
            assert score.became_mql_at is not None
            assert score.became_mql_at <= one.as_of
        if score.next_change_at is not None:
            later = evaluate(one.definition, [past], score.next_change_at)[0]
            assert verdict(later) != verdict(score)
        if score.ceases_at is not None:
            assert score.is_mql
            assert not evaluate(one.definition, [past], score.ceases_at)[0].is_mql


def verdict(score: Score) -> tuple[object, ...]:
    return score.is_mql, score.disqualified, score.grade


@law
@given(CASES)
def test_became_does_not_move_while_time_goes_on(one: Case) -> None:
    for lead, score in zip(one.leads, scored(one, one.leads), strict=True):
        past = altered(lead, [event for event in lead.events if event.occurred_at <= one.as_of])
        is_known = any(not event.is_bot for event in past.events) and "lead.created_at" not in lead.facts
        if score.became_mql_at is None or not is_known:
            continue
        assert evaluate(one.definition, [past], one.as_of + 40 * DAY)[0].became_mql_at == score.became_mql_at


def test_a_score_that_nobody_touches_only_falls() -> None:
    definition = with_rules("{signal: visit, each: event, points: 9.99, half_life: 3 days}")
    lead = Lead("ann", {}, tuple(Event("page", NOW - days * DAY) for days in range(9)))
    scores = [evaluate(definition, [lead], NOW + days * DAY)[0].engagement for days in range(60)]
    assert scores == sorted(scores, reverse=True)
