"""What a score is: a pure function, exact points, lines that sum, caps and floors (decisions 1 to 3)."""

from dataclasses import replace
from itertools import permutations

import pytest

from handraise.engine.evaluate import evaluate
from tests.builders import (
    DAY,
    HOUR,
    MICRO,
    NOW,
    at,
    defined,
    earned,
    event,
    judged,
    lead,
    line_of,
    page,
    scored,
    with_rules,
)

VISITS = with_rules(
    "{signal: pricing, points: 15}",
    "{signal: pricing, at_least: 2, within: 7 days, points: 10, half_life: 10 days}",
    "{sequence: [guide, demo], points: 25}",
    qualify="{engagement: 20}",
)
HISTORY = (
    page(NOW - 9 * DAY, "/pricing"),
    event("Content Downloaded", NOW - 5 * DAY, "m1"),
    page(NOW - 4 * DAY, "/pricing"),
    event("Demo Requested", NOW - 2 * DAY, "m2"),
)


def test_the_order_of_arrival_does_not_matter() -> None:
    expected = judged(VISITS, lead(*HISTORY))
    assert expected.engagement == 1500 + 758 + 2500  # the second visit is 4 days old: 10 × 2^(−0.4) = 7.578…
    for order in permutations(HISTORY):
        assert evaluate(VISITS, [lead(*order)], NOW) == [expected]


def test_copies_of_an_event_count_once() -> None:
    copied = lead(*HISTORY, HISTORY[3], HISTORY[1], HISTORY[3])
    assert judged(VISITS, copied) == judged(VISITS, lead(*HISTORY))


def test_when_an_event_was_received_does_not_enter() -> None:
    late = [replace(one, received_at=NOW + 90 * DAY) for one in HISTORY]
    assert judged(VISITS, lead(*late)) == judged(VISITS, lead(*HISTORY))


def test_merging_two_leads_is_the_union_of_their_events() -> None:
    both = "{signal: pricing, at_least: 2, points: 10}"
    assert earned(both, HISTORY[0]) == 0
    assert earned(both, HISTORY[2]) == 0
    assert earned(both, HISTORY[0], HISTORY[2]) == 10


def test_unmerging_is_the_way_back() -> None:
    mine, merged = lead(*HISTORY[:2]), lead(*HISTORY)
    before = judged(VISITS, mine)
    assert judged(VISITS, merged) != before
    assert judged(VISITS, replace(merged, events=merged.events[:2])) == before


def test_scoring_an_unchanged_lead_again_changes_nothing() -> None:
    first, second = evaluate(VISITS, [lead(*HISTORY)], NOW), evaluate(VISITS, [lead(*HISTORY)], NOW)
    assert first == second


def test_a_score_can_be_asked_for_any_moment_of_the_past() -> None:
    assert judged(VISITS, lead(*HISTORY), NOW - 6 * DAY).engagement == 1500
    assert judged(VISITS, lead(*HISTORY), NOW - 10 * DAY).engagement == 0


def test_points_have_two_places() -> None:
    assert earned("{signal: visit, points: 0.01}", page(NOW)) == 0.01
    assert earned("{signal: visit, points: -12.34}", page(NOW)) == -12.34


def test_a_contribution_is_rounded_half_to_even() -> None:
    # halved: 0.01 → 0.005 → 0.00;  0.03 → 0.015 → 0.02;  0.05 → 0.025 → 0.02
    for points, left in (("0.01", 0), ("0.03", 0.02), ("0.05", 0.02), ("0.07", 0.04)):
        rule = f"{{signal: visit, points: {points}, half_life: 1 day}}"
        assert earned(rule, page(NOW - DAY)) == left


@pytest.mark.parametrize(
    ("points", "half_life", "microseconds", "left"),
    [
        ("50", "45 days", 2_664_234_417_371, 31.09),  # 31.0949999999999999978…
        ("100", "30 days", 440_609_208_935, 88.89),  # 88.88500000000000000531…
        ("12.25", "45 days", 160_240_532_073, 11.91),  # 11.90500000000000000063…
    ],
)
def test_a_contribution_next_to_a_half_is_rounded_to_its_own_side(
    points: str, half_life: str, microseconds: int, left: float
) -> None:
    rule = f"{{signal: visit, points: {points}, half_life: {half_life}}}"
    assert earned(rule, page(NOW - microseconds * MICRO)) == left


def test_a_contribution_is_rounded_once_after_its_decay() -> None:
    # 0.05 after three half-lives is 0.00625 → 0.01; rounded after each it would be 0.02, 0.01, 0.00
    rule = "{signal: visit, points: 0.05, half_life: 1 day}"
    assert earned(rule, page(NOW - 2 * DAY)) == 0.01
    assert earned(rule, page(NOW - 3 * DAY)) == 0.01


def test_every_counted_event_is_rounded_on_its_own() -> None:
    # two events of 0.015 each: 0.02 + 0.02, not 0.03
    rule = "{signal: visit, each: event, points: 0.03, half_life: 1 day}"
    assert earned(rule, page(NOW - DAY), page(NOW - DAY)) == 0.04


def test_the_lines_sum_to_the_score() -> None:
    found = judged(
        """
fit: {cap: 10, rules: [{rule: title, when: {lead.title: {known: true}}, points: 15}]}
engagement:
  cap: 20
  groups: {web: {cap: 12}}
  rules:
    - {rule: visit, signal: visit, points: 9.99, group: web, half_life: 3 days}
    - {rule: prices, signal: pricing, points: 15, group: web}
    - {rule: demo, signal: demo, points: 11}
qualify: {mql: {total: 30}}
""",
        lead(page(NOW - DAY, "/pricing"), event("Demo Requested", NOW), facts={"lead.title": "CEO"}),
    )
    assert sum(line.points for line in found.lines if line.dimension == "fit") == found.fit == 1000
    assert (
        sum(line.points for line in found.lines if line.dimension == "engagement") == found.engagement == 2000
    )
    assert found.total == 3000


def test_what_a_cap_took_is_a_line() -> None:
    found = scored(
        "{signal: visit, each: event, points: 15}", page(NOW), page(NOW - DAY), engagement="cap: 20"
    )
    assert found.engagement == 2000
    cap = line_of(found, "cap")
    assert (cap.kind, cap.points, cap.count, cap.last_at) == ("cap", -1000, 0, None)


def test_what_a_floor_gave_is_a_line() -> None:
    found = scored("{signal: careers, points: -20}", page(NOW, "/careers"), engagement="floor: -5")
    assert found.engagement == -500
    assert (line_of(found, "floor").kind, line_of(found, "floor").points) == ("floor", 1500)


def test_without_a_cap_and_a_floor_a_sum_is_not_bounded() -> None:
    assert earned("{signal: visit, each: event, points: 999999}", page(NOW), page(NOW - HOUR)) == 1_999_998
    assert earned("{signal: visit, points: -999999}", page(NOW)) == -999_999


def test_a_cap_that_takes_nothing_has_no_line() -> None:
    found = scored("{signal: visit, points: 20}", page(NOW), engagement="cap: 20, floor: 20")
    assert [line.kind for line in found.lines] == ["rule"]


def test_a_floor_holds_a_lead_that_did_nothing_too() -> None:
    assert scored("{signal: visit, points: 20}", engagement="floor: 3").engagement == 300


GROUPED = """
engagement:
  cap: 25
  groups: {mail: {cap: 10}, web: {floor: -5}}
  rules:
    - {rule: opened, signal: open, each: event, points: 6, group: mail}
    - {rule: careers, signal: careers, points: -20, group: web}
    - {rule: demo, signal: demo, points: 30}
qualify: {mql: {total: 1000}}
"""


def test_a_group_bounds_its_rules_before_the_dimension_does() -> None:
    opened = [event("Email Opened", NOW - n * HOUR) for n in range(3)]
    found = judged(GROUPED, lead(*opened, page(NOW, "/careers"), event("Demo Requested", NOW)))
    # mail 18 → 10, web −20 → −5, demo 30: 35 → 25
    assert found.engagement == 2500
    kinds = {(line.rule, line.kind): line.points for line in found.lines if line.kind != "rule"}
    assert kinds == {("mail", "group_cap"): -800, ("web", "group_floor"): 1500, ("cap", "cap"): -1000}


def test_a_group_holds_only_its_own_rules() -> None:
    assert judged(GROUPED, lead(event("Demo Requested", NOW))).engagement == 2500
    assert (
        judged(GROUPED, lead(event("Email Opened", NOW), event("Email Opened", NOW - DAY))).engagement == 1000
    )


def test_a_rule_whose_condition_holds_has_a_line_even_when_nothing_is_left() -> None:
    found = scored("{signal: visit, points: 10, half_life: 1 hour}", page(NOW - 30 * DAY))
    line = line_of(found)
    assert (line.points, line.count, line.last_at) == (0, 1, NOW - 30 * DAY)


def test_a_rule_whose_condition_does_not_hold_has_no_line() -> None:
    assert scored("{signal: visit, at_least: 2, points: 10}", page(NOW)).lines == ()


def test_a_fit_rule_has_a_line_without_a_time() -> None:
    definition = (
        "fit: {rules: [{rule: chief, when: {lead.seniority: c_suite}, points: 20}]}\nqualify: {mql: {fit: 5}}"
    )
    found = judged(definition, lead(facts={"lead.title": "CEO"}))
    assert found.fit == 2000
    assert (line_of(found, "chief").count, line_of(found, "chief").last_at) == (1, None)


def test_total_is_fit_and_engagement_together() -> None:
    text = """
fit: {rules: [{rule: known, when: {lead.title: {known: true}}, points: 12.5}]}
engagement: {rules: [{rule: visit, signal: visit, points: 7.5}]}
qualify: {mql: {total: 20}}
"""
    whole = judged(text, lead(page(NOW), facts={"lead.title": "CEO"}))
    assert (whole.total, whole.is_mql) == (2000, True)
    assert not judged(text, lead(page(NOW))).is_mql


def test_the_time_of_an_answer_is_in_utc() -> None:
    berlin = at("2026-03-01 13:00", "Europe/Berlin")
    found = judged(defined("qualify: {mql: {signal: visit}}"), lead(page(berlin - MICRO)), berlin)
    assert found.became_mql_at is not None
    assert found.became_mql_at.utcoffset() == NOW.utcoffset()
    assert found.became_mql_at == NOW - MICRO
