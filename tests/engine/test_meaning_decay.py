"""Decay and resets: half-lives, steps, when they begin, what a reset takes (decisions 15, 18, 19, 20)."""

import pytest

from handraise.core.definition.reading import read_definition
from handraise.core.errors import DefinitionInvalid
from handraise.core.event import Event
from tests.builders import (
    DAY,
    HOUR,
    MICRO,
    MINUTE,
    NOW,
    earned,
    event,
    is_met,
    judged,
    lead,
    line_of,
    page,
    scored,
    with_rules,
)


def visited(days_ago: float, path: str = "/", seconds: int | None = None) -> Event:
    return page(NOW - days_ago * DAY, path, seconds=seconds)


def opened(days_ago: float, campaign: str = "a") -> Event:
    return event("Email Opened", NOW - days_ago * DAY, campaign=campaign)


# ---------------------------------------------------------------------------------------- half-lives


@pytest.mark.parametrize(
    ("days", "left"), [(0, 20), (10, 10), (20, 5), (30, 2.5), (5, 14.14), (15, 7.07), (200, 0)]
)
def test_a_half_life_halves_what_is_left(days: float, left: float) -> None:
    # 20 × 2^(−1/2) = 14.142…, 20 × 2^(−3/2) = 7.071…
    assert earned("{signal: visit, points: 20, half_life: 10 days}", visited(days)) == left


def test_the_half_life_of_the_dimension_is_the_default_of_its_positive_rules() -> None:
    assert earned("{signal: visit, points: 20}", visited(10), engagement="half_life: 10 days") == 10


def test_a_rule_may_say_its_own_half_life() -> None:
    rule = "{signal: visit, points: 20, half_life: 5 days}"
    assert earned(rule, visited(10), engagement="half_life: 10 days") == 5


def test_half_life_none_does_not_decay() -> None:
    rule = "{signal: visit, points: 20, half_life: none}"
    assert earned(rule, visited(900), engagement="half_life: 10 days") == 20


def test_without_a_half_life_nothing_decays() -> None:
    assert earned("{signal: visit, points: 20}", visited(900)) == 20


def test_a_negative_rule_does_not_decay() -> None:
    assert earned("{signal: visit, points: -20}", visited(900), engagement="half_life: 10 days") == -20
    assert earned("{signal: visit, points: -20}", visited(900), engagement="lose: 50 % every 10 days") == -20


@pytest.mark.parametrize("decay", ["half_life: 30 days", "lose: 50 % every 30 days"])
def test_a_half_life_on_a_negative_rule_is_an_error_that_suggests_in_last(decay: str) -> None:
    text = f"""
name: Test
signals: {{visit: {{event: page}}}}
engagement: {{rules: [{{rule: r, signal: visit, points: -5, {decay}}}]}}
qualify: {{mql: {{total: 1}}}}
"""
    with pytest.raises(DefinitionInvalid, match="in_last: 30 days"):
        read_definition(text)


def test_between_events_and_window_ends_engagement_never_rises() -> None:
    rules = ("{signal: visit, each: event, points: 9.99, half_life: 3 days}", "{signal: careers, points: -4}")
    definition = with_rules(*rules, "{signal: open, points: 7, lose: 30 % every 2 days}")
    one = lead(visited(3), visited(2, "/careers"), opened(1))
    scores = [judged(definition, one, NOW + hours * HOUR).engagement for hours in range(0, 480, 7)]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[-1]


# --------------------------------------------------------------------------------------------- steps


@pytest.mark.parametrize(
    ("days", "left"), [(0, 15), (89.9, 15), (90, 7.5), (179.9, 7.5), (180, 3.75), (270, 1.88), (360, 0.94)]
)
def test_steps_take_their_share_after_every_full_step(days: float, left: float) -> None:
    # 15 × 0.5³ = 1.875 → 1.88, 15 × 0.5⁴ = 0.9375 → 0.94
    assert earned("{signal: visit, points: 15, lose: 50 % every 3 months}", visited(days)) == left


def test_a_step_comes_exactly_when_it_is_full() -> None:
    rule = "{signal: visit, points: 10, lose: 20 % every 1 day}"
    assert earned(rule, page(NOW - DAY + MICRO)) == 10
    assert earned(rule, page(NOW - DAY)) == 8


def test_what_loses_everything_is_worth_nothing_after_a_step() -> None:
    assert earned("{signal: visit, points: 10, lose: 100 % every 1 day}", visited(1)) == 0


def test_small_steps_go_on_for_as_long_as_something_is_left() -> None:
    # 1000 × 0.9999^5000 = 606.515…
    assert earned("{signal: visit, points: 1000, lose: 0.01 % every 1 day}", visited(5000)) == 606.52


def test_steps_may_be_the_default_of_the_dimension() -> None:
    assert earned("{signal: visit, points: 10}", visited(20), engagement="lose: 10 % every 10 days") == 8.1


# ----------------------------------------------------------------------- from when a rule decays

DECAY = "points: 16, half_life: 10 days"


def test_a_count_decays_from_the_latest_matching_event() -> None:
    found = scored(f"{{signal: visit, at_least: 2, {DECAY}}}", visited(40), visited(30), visited(10))
    assert (found.engagement, line_of(found).count, line_of(found).last_at) == (800, 3, NOW - 10 * DAY)


def test_within_decays_from_the_latest_event_that_closes_a_full_window() -> None:
    found = scored(
        f"{{signal: visit, at_least: 2, within: 7 days, {DECAY}}}", visited(25), visited(20), visited(1)
    )
    assert (found.engagement, line_of(found).last_at) == (400, NOW - 20 * DAY)


def test_same_decays_from_the_latest_event_whose_value_has_been_seen_often_enough() -> None:
    rule = f"{{signal: open, same: campaign, at_least: 2, {DECAY}}}"
    found = scored(rule, opened(30, "a"), opened(20, "a"), opened(15, "b"), opened(1, "c"))
    assert (found.engagement, line_of(found).last_at) == (400, NOW - 20 * DAY)
    found = scored(rule, opened(30, "a"), opened(20, "a"), opened(15, "b"), opened(10, "b"), opened(1, "c"))
    assert line_of(found).last_at == NOW - 10 * DAY


def test_distinct_decays_from_the_latest_event_that_has_a_value() -> None:
    rule = f"{{signal: open, distinct: campaign, at_least: 2, {DECAY}}}"
    found = scored(rule, opened(30, "a"), opened(20, "b"), opened(10, "b"), opened(0, ""))
    assert (found.engagement, line_of(found).last_at) == (800, NOW - 10 * DAY)


def test_same_session_decays_from_the_latest_of_its_events_in_a_session_that_has_them_all_by_then() -> None:
    rule = f"{{same_session: [guide, demo], {DECAY}}}"
    start = NOW - 10 * DAY
    whole = [event("Content Downloaded", start - 20 * MINUTE), event("Demo Requested", start - 10 * MINUTE)]
    more = [event("Content Downloaded", start), page(start + MINUTE), event("Demo Requested", NOW)]
    found = scored(rule, *whole, *more)
    assert (found.engagement, line_of(found).last_at) == (800, start)


def test_a_sequence_decays_from_the_latest_event_that_completes_one() -> None:
    rule = f"{{sequence: [guide, demo], within: 14 days, {DECAY}}}"
    guide = event("Content Downloaded", NOW - 24 * DAY)
    demos = [event("Demo Requested", NOW - days * DAY) for days in (20, 10, 9)]
    found = scored(rule, guide, *demos)
    assert (found.engagement, line_of(found).last_at) == (800, NOW - 10 * DAY)  # 14 days after the guide


def test_sum_decays_from_the_latest_event_that_adds_to_it() -> None:
    rule = f"{{signal: visit, sum: seconds, at_least: 10, {DECAY}}}"
    found = scored(rule, visited(30, seconds=10), visited(10, seconds=1), visited(1))
    assert (found.engagement, line_of(found).last_at) == (800, NOW - 10 * DAY)


# -------------------------------------------------------------------------------------------- resets

RESET = "reset_on: stop"
STOP = event("Unsubscribed", NOW - 10 * DAY)


def test_what_was_earned_before_the_last_reset_no_longer_counts() -> None:
    rule = "{signal: visit, each: event, points: 10}"
    events = [visited(20), STOP, visited(5)]
    assert earned(rule, *events, engagement=RESET) == 10
    assert earned(rule, *events, event("Unsubscribed", NOW - DAY), engagement=RESET) == 0


def test_an_event_at_the_instant_of_the_reset_is_not_counted() -> None:
    rule = "{signal: visit, points: 10}"
    assert earned(rule, page(STOP.occurred_at), STOP, engagement=RESET) == 0
    assert earned(rule, page(STOP.occurred_at + MICRO), STOP, engagement=RESET) == 10


def test_a_rule_does_not_count_its_own_reset_event() -> None:
    assert earned("{signal: stop, points: -10}", STOP, engagement=RESET) == 0


def test_several_events_must_all_lie_after_the_reset() -> None:
    assert earned("{sequence: [guide, demo], points: 9}", event("Content Downloaded", NOW - 11 * DAY), STOP,
                  event("Demo Requested", NOW), engagement=RESET) == 0  # fmt: skip
    assert (
        earned("{signal: visit, at_least: 2, points: 9}", visited(11), STOP, visited(1), engagement=RESET)
        == 0
    )


def test_silence_is_counted_from_the_reset_at_the_earliest() -> None:
    rule = "{none_of: open, each: 4 days, points: -1}"
    assert earned(rule, visited(100), STOP, engagement=RESET) == -2
    assert earned(rule, visited(100), engagement=RESET) == -25
    window = "{none_of: open, in_last: 30 days, points: -1}"
    assert earned(window, visited(100), STOP, engagement=RESET) == 0
    assert earned(window, visited(100), engagement=RESET) == -1


def test_a_window_of_silence_is_full_when_it_is_full_since_the_reset() -> None:
    rule = "{none_of: open, in_last: 30 days, points: -1}"
    definition = with_rules(rule, engagement=RESET, qualify="{engagement: 0}")
    assert judged(definition, lead(visited(100), STOP)).ceases_at == STOP.occurred_at + 30 * DAY


def test_right_after_a_reset_engagement_is_0_or_its_floor() -> None:
    rules = (
        "{signal: visit, points: 10}",
        "{none_of: open, each: 4 days, points: -1}",
        "{signal: stop, points: -3}",
    )
    one = lead(visited(100), visited(11), STOP)
    assert judged(with_rules(*rules, engagement=RESET), one, STOP.occurred_at).engagement == 0
    assert (
        judged(with_rules(*rules, engagement=f"{RESET}, floor: 2"), one, STOP.occurred_at).engagement == 200
    )


def test_patterns_disqualifiers_fast_tracks_and_sessions_still_see_everything() -> None:
    text = """
engagement: {reset_on: stop, rules: [{rule: visit, signal: visit, points: 10}]}
patterns: [{pattern: came, signal: visit}, {pattern: twice, sessions: 2}]
qualify: {mql: {total: 1000}, fast_track: [{rule: visited, when: {signal: visit}}]}
disqualify: [{reason: visited, when: {signal: visit}}]
"""
    found = judged(text, lead(visited(20), STOP))
    assert (found.engagement, found.lines) == (0, ())
    assert (found.patterns, found.fast_tracks, found.disqualified) == (
        ("came", "twice"),
        ("visited",),
        "visited",
    )


def test_several_signals_can_reset() -> None:
    both = "reset_on: [stop, demo]"
    rule = "{signal: visit, points: 10}"
    assert earned(rule, visited(20), event("Demo Requested", NOW - DAY), engagement=both) == 0


def test_fit_is_not_reset() -> None:
    text = """
fit: {rules: [{rule: titled, when: {lead.title: {known: true}}, points: 10}]}
engagement: {reset_on: stop}
qualify: {mql: {fit: 10}}
"""
    assert judged(text, lead(STOP, facts={"lead.title": "CEO"})).fit == 1000


def test_a_condition_is_blind_to_resets() -> None:
    assert is_met("{signal: visit}", visited(20), STOP)


# ---------------------------------------------------------------------------- given back by sales (34)

RECYCLING = "recycle: {reset: engagement}"
RECYCLED = event("Lead Recycled", NOW - 10 * DAY)


def test_a_recycling_takes_engagement_back_where_the_definition_says_so() -> None:
    rule, events = "{signal: visit, each: event, points: 10}", [visited(20), RECYCLED, visited(5)]
    assert earned(rule, *events, more=RECYCLING) == 10
    assert earned(rule, *events) == 20
    assert earned(rule, *events, more="recycle: {cool_down: 30 days}") == 20


def test_a_recycling_and_the_signals_of_reset_on_both_reset() -> None:
    rule = "{signal: visit, each: event, points: 10}"
    before, later = [visited(20), RECYCLED, visited(5)], event("Unsubscribed", NOW - 2 * DAY)
    assert earned(rule, *before, engagement=RESET, more=RECYCLING) == 10
    assert earned(rule, *before, later, visited(1), engagement=RESET, more=RECYCLING) == 10


def test_silence_is_counted_from_a_recycling_that_resets() -> None:
    rule = "{none_of: open, each: 4 days, points: -1}"
    assert earned(rule, visited(100), RECYCLED, more=RECYCLING) == -2


def test_a_recycling_is_nothing_that_the_lead_did() -> None:
    recycled = event("lead recycled ", NOW - HOUR)
    assert not is_met("{last_seen: {in_last: 1 days}}", visited(20), recycled)
    assert is_met("{first_seen: {in_last: 1 days}}", recycled, page(NOW - MINUTE))
    assert is_met("{last_seen: {unknown: true}}", recycled)
    assert is_met("{sessions: 1}", visited(20), recycled)
    assert is_met("{sessions: 2}", recycled, page(NOW - 50 * MINUTE), recycled, page(NOW - MINUTE))
    assert is_met("{sessions: 0}", recycled)
    assert not is_met("{signal: anything}", recycled)


def test_a_signal_that_names_the_recycling_counts_it() -> None:
    text = """
signals: {given_back: {event: Lead Recycled}}
patterns: [{pattern: twice, signal: given_back, at_least: 2}]
qualify: {mql: {total: 1}}
"""
    again = event("Lead Recycled", NOW - DAY)
    assert judged(text, lead(RECYCLED)).patterns == ()
    assert judged(text, lead(RECYCLED, again)).patterns == ("twice",)
