"""When a lead is an MQL, since when, until when, with which grade (decisions 29 to 33)."""

import pytest

from handraise.core.event import Event
from tests.builders import DAY, HOUR, MICRO, NOW, SECOND, event, judged, lead, page, with_rules

FIT = "fit: {bar: 10, rules: [{rule: titled, when: {lead.title: {known: true}}, points: 10}]}\n"
ENGAGED = "engagement: {bar: 10, rules: [{rule: visit, signal: visit, points: 10}]}\n"
CHIEF = {"lead.title": "CEO"}


def visited(days_ago: float, path: str = "/") -> Event:
    return page(NOW - days_ago * DAY, path)


# ----------------------------------------------------------------------------------------- satisfied


def test_a_dimension_passes_at_its_bar() -> None:
    for points, passes in ((9.99, False), (10, True), (10.01, True)):
        rule = f"{{signal: visit, points: {points}}}"
        assert (
            judged(with_rules(rule, engagement="bar: 10", qualify="engagement"), lead(visited(0))).is_mql
            is passes
        )


@pytest.mark.parametrize(
    ("qualify", "with_fit", "with_visit", "with_both"),
    [
        ("fit", True, False, True),
        ("engagement", False, True, True),
        ("{all: [fit, engagement]}", False, False, True),
        ("{any: [fit, engagement]}", True, True, True),
        ("{total: 20}", False, False, True),
        ("{fit: 10}", True, False, True),
        ("{engagement: 0.01}", False, True, True),
        ("{not: {fit: 0.01}}", False, True, False),
        ("{signal: visit}", False, True, True),
        ("{lead.seniority: c_suite}", True, False, True),
    ],
)
def test_a_definition_is_satisfied_when_qualify_mql_holds(
    qualify: str, with_fit: bool, with_visit: bool, with_both: bool
) -> None:
    text = f"{FIT}{ENGAGED}qualify: {{mql: {qualify}}}"
    assert judged(text, lead(facts=CHIEF)).is_mql is with_fit
    assert judged(text, lead(visited(0))).is_mql is with_visit
    assert judged(text, lead(visited(0), facts=CHIEF)).is_mql is with_both


def test_a_pattern_is_true_or_not_and_has_no_points() -> None:
    text = """
patterns:
  - {pattern: keen, all: [{lead.seniority: c_suite}, {signal: pricing, at_least: 2, within: 7 days}]}
  - {pattern: quiet, none_of: demo, in_last: 1 day}
qualify: {mql: {pattern: keen}}
"""
    found = judged(text, lead(visited(3, "/pricing"), visited(1, "/pricing"), facts=CHIEF))
    assert (found.patterns, found.total, found.lines, found.is_mql) == (("keen", "quiet"), 0, (), True)


FAST = (
    FIT
    + """
qualify:
  mql: {total: 1000}
  fast_track: [{rule: asked, when: {signal: demo}, needs: fit}, {rule: called, when: {signal: guide}}]
"""
)
DEMO, GUIDE = event("Demo Requested", NOW), event("Content Downloaded", NOW)


def test_a_fast_track_qualifies_at_once() -> None:
    found = judged(FAST, lead(GUIDE))
    assert (found.is_mql, found.fast_tracks, found.became_mql_at) == (True, ("called",), NOW)


def test_a_fast_track_needs_what_it_needs() -> None:
    assert not judged(FAST, lead(DEMO)).is_mql
    assert judged(FAST, lead(DEMO)).fast_tracks == ()
    assert judged(FAST, lead(DEMO, facts=CHIEF)).is_mql
    assert judged(FAST, lead(DEMO, GUIDE, facts=CHIEF)).fast_tracks == ("asked", "called")


DISQUALIFYING = f"""
{ENGAGED}
qualify: {{mql: engagement, grades: {{engagement: {{1: 10, 2: 0}}}}}}
disqualify:
  - {{reason: competitor, when: {{lead.company: Acme}}}}
  - {{reason: geography, when: {{lead.country: {{not_in: [DE, FR]}}}}}}
  - {{reason: job seeker, when: {{signal: careers, in_last: 30 days}}}}
"""


def test_a_disqualifier_unmakes_a_satisfied_definition() -> None:
    found = judged(DISQUALIFYING, lead(visited(0), facts={"lead.company": "ACME"}))
    assert (found.is_mql, found.disqualified, found.engagement) == (False, "competitor", 1000)


def test_the_reason_is_the_first_that_holds_in_the_order_of_the_file() -> None:
    both = {"lead.company": "ACME", "lead.country": "US"}
    assert judged(DISQUALIFYING, lead(visited(0), facts=both)).disqualified == "competitor"
    assert judged(DISQUALIFYING, lead(visited(0), facts={"lead.country": "US"})).disqualified == "geography"


def test_a_reason_stands_without_a_satisfied_definition_too() -> None:
    assert judged(DISQUALIFYING, lead(facts={"lead.company": "ACME"})).disqualified == "competitor"


def test_a_disqualified_lead_keeps_its_grade() -> None:
    assert judged(DISQUALIFYING, lead(visited(0), facts={"lead.company": "ACME"})).grade == "1"


OUTSIDE = f"applies_to: {{not: {{lead.country: KP}}}}\n{DISQUALIFYING}"


def test_a_lead_outside_applies_to_is_not_judged() -> None:
    found = judged(
        OUTSIDE, lead(visited(0, "/careers"), facts={"lead.country": "KP", "lead.company": "Acme"})
    )
    assert (found.applies, found.is_mql, found.disqualified, found.grade) == (False, False, None, None)
    assert (found.became_mql_at, found.ceases_at) == (None, None)


def test_by_default_a_definition_judges_everybody() -> None:
    assert judged(ENGAGED + "qualify: {mql: engagement}", lead()).applies


def test_a_lead_that_comes_under_a_definition_with_time_changes_its_verdict_then() -> None:
    text = f"applies_to: {{first_seen: {{before: 7 days}}}}\n{ENGAGED}qualify: {{mql: engagement}}"
    found = judged(text, lead(visited(1)))
    assert (found.applies, found.next_change_at) == (False, NOW + 6 * DAY)
    later = judged(text, lead(visited(1)), NOW + 6 * DAY)
    assert (later.applies, later.is_mql, later.became_mql_at) == (True, True, NOW + 6 * DAY)


def test_a_lead_that_leaves_a_definition_with_time_loses_its_grade_then() -> None:
    text = f"applies_to: {{last_seen: {{in_last: 7 days}}}}\n{ENGAGED}"
    text += "qualify: {mql: {total: 99}, grades: {engagement: {1: 50, 2: 0}}}"
    found = judged(text, lead(visited(1)))
    assert (found.grade, found.next_change_at) == ("2", NOW + 6 * DAY)


# --------------------------------------------------------------------------------------- became when


def test_a_lead_becomes_an_mql_at_the_event_that_satisfies_its_definition() -> None:
    text = "qualify: {mql: {signal: visit, at_least: 2}}"
    assert judged(text, lead(visited(9), visited(5), visited(1))).became_mql_at == NOW - 5 * DAY


def test_a_lead_can_become_an_mql_at_the_end_of_a_window() -> None:
    rules = ("{signal: pricing, points: 15}", "{signal: careers, points: -20, in_last: 30 days}")
    definition = with_rules(*rules, qualify="{engagement: 10}")
    one = lead(page(NOW - 40 * DAY, "/careers"), visited(35, "/pricing"))
    assert judged(definition, one).became_mql_at == NOW - 10 * DAY
    before = judged(definition, one, NOW - 10 * DAY - MICRO)
    assert (before.became_mql_at, before.next_change_at) == (None, NOW - 10 * DAY)


def test_a_lead_can_become_an_mql_when_a_fact_comes_of_age() -> None:
    text = "qualify: {mql: {lead.created_at: {before: 30 days}}}"
    one = lead(facts={"lead.created_at": (NOW - 40 * DAY).isoformat()})
    assert judged(text, one).became_mql_at == NOW - 10 * DAY


def test_a_lead_can_become_an_mql_by_silence() -> None:
    text = "qualify: {mql: {none_of: demo, in_last: 30 days}}"
    assert judged(text, lead(visited(40))).became_mql_at == NOW - 10 * DAY


def test_became_is_the_first_instant_and_stays_when_a_window_has_passed() -> None:
    text = "qualify: {mql: {signal: visit, in_last: 7 days}}"
    found = judged(text, lead(visited(40), visited(20)))
    assert (found.is_mql, found.became_mql_at, found.ceases_at) == (False, NOW - 40 * DAY, None)


def test_became_looks_no_further_back_than_the_lead_is_known() -> None:
    text = "qualify: {mql: {signal: visit}}"
    known = {"lead.created_at": (NOW - 10 * DAY).isoformat()}
    assert judged(text, lead(visited(40), facts=known)).became_mql_at == NOW - 10 * DAY
    assert judged(text, lead(visited(5), facts=known)).became_mql_at == NOW - 5 * DAY


def test_facts_are_taken_as_they_are_at_as_of() -> None:
    text = f"{FIT}qualify: {{mql: {{all: [fit, {{signal: visit}}]}}}}"
    assert judged(text, lead(visited(40), facts=CHIEF)).became_mql_at == NOW - 40 * DAY


def test_a_lead_without_events_that_is_not_known_becomes_an_mql_at_as_of() -> None:
    assert judged(f"{FIT}qualify: {{mql: fit}}", lead(facts=CHIEF)).became_mql_at == NOW


def test_while_a_disqualifier_held_a_lead_was_no_mql() -> None:
    text = "qualify: {mql: {signal: visit}}\n"
    text += "disqualify: [{reason: jobs, when: {signal: careers, in_last: 30 days}}]"
    assert judged(text, lead(visited(40, "/careers"))).became_mql_at == NOW - 10 * DAY


def test_decay_can_satisfy_a_definition_that_asks_for_less() -> None:
    definition = with_rules(
        "{signal: visit, points: 20, half_life: 1 day}",
        qualify="{all: [{signal: visit}, {not: {engagement: 10}}]}",
    )
    found = judged(definition, lead(visited(9)))
    assert found.became_mql_at is not None
    # under 9.995 rounds to less than 10: 1 day × log2(20 / 9.995) is 86,462.3 s
    assert found.became_mql_at == NOW - 9 * DAY + 86_463 * SECOND


# ------------------------------------------------------------------------------- ceases, next change

HALVED = with_rules(
    "{signal: visit, points: 20, half_life: 1 day}", engagement="bar: 10", qualify="engagement"
)


def test_when_a_half_life_ends_it_the_instant_is_the_first_whole_second_at_which_it_no_longer_holds() -> None:
    found = judged(HALVED, lead(visited(0)))
    ends = found.ceases_at
    assert ends == NOW + 86_463 * SECOND
    assert not judged(HALVED, lead(visited(0)), ends).is_mql
    assert judged(HALVED, lead(visited(0)), ends - SECOND).is_mql


def test_a_whole_second_is_one_of_the_clock_and_not_of_the_event() -> None:
    late = page(NOW + 400_000 * MICRO)
    assert judged(HALVED, lead(late), NOW + SECOND).ceases_at == NOW + 86_463 * SECOND  # 86,462.7 s after NOW


def test_the_end_of_a_step_ends_it_to_the_microsecond() -> None:
    definition = with_rules("{signal: visit, points: 20, lose: 60 % every 1 day}", qualify="{engagement: 10}")
    for past in (0 * MICRO, MICRO, SECOND - MICRO):
        assert judged(definition, lead(page(NOW - past))).ceases_at == NOW + DAY - past


def test_the_end_of_a_stretch_of_silence_ends_it_to_the_microsecond() -> None:
    rules = ("{signal: visit, points: 12}", "{none_of: visit, each: 1 day, points: -5}")
    found = judged(with_rules(*rules, qualify="{engagement: 5}"), lead(page(NOW - MICRO)))
    assert found.ceases_at == NOW + 2 * DAY - MICRO


def test_the_end_of_a_window_ends_it_to_the_microsecond() -> None:
    text = "qualify: {mql: {signal: visit, in_last: 30 days}}"
    found = judged(text, lead(page(NOW - DAY + MICRO)))
    assert found.ceases_at == found.next_change_at == NOW + 29 * DAY + MICRO


def test_what_is_no_mql_does_not_cease() -> None:
    found = judged("qualify: {mql: {signal: visit}}", lead())
    assert (found.ceases_at, found.next_change_at) == (None, None)


def test_what_never_changes_has_no_next_change() -> None:
    found = judged("qualify: {mql: {signal: visit}}", lead(visited(1)))
    assert (found.is_mql, found.ceases_at, found.next_change_at) == (True, None, None)


def test_none_within_100_years_is_none() -> None:
    for years, expected in ((99, NOW + 99 * 365 * DAY), (100, NOW + 100 * 365 * DAY)):
        found = judged(f"qualify: {{mql: {{signal: visit, in_last: {years} years}}}}", lead(visited(0)))
        assert found.ceases_at == expected
    slow = with_rules("{signal: visit, points: 20, half_life: 90 years}", qualify="{engagement: 5}")
    assert judged(slow, lead(visited(0))).ceases_at is None


def test_a_disqualifier_to_come_ends_it() -> None:
    text = (
        "qualify: {mql: {signal: visit}}\ndisqualify: [{reason: gone, when: {last_seen: {before: 30 days}}}]"
    )
    found = judged(text, lead(visited(10)))
    assert found.ceases_at == found.next_change_at == NOW + 20 * DAY
    later = judged(text, lead(visited(10)), NOW + 20 * DAY)
    assert (later.is_mql, later.disqualified, later.became_mql_at) == (False, "gone", NOW - 10 * DAY)


def test_the_next_change_may_be_of_the_reason() -> None:
    text = """
qualify: {mql: {total: 99}}
disqualify:
  - {reason: jobs, when: {signal: careers, in_last: 7 days}}
  - {reason: old, when: {first_seen: {before: 3 days}}}
"""
    found = judged(text, lead(visited(1, "/careers")))
    assert (found.disqualified, found.next_change_at) == ("jobs", NOW + 6 * DAY)
    assert judged(text, lead(visited(1, "/careers")), NOW + 6 * DAY).disqualified == "old"


def test_the_next_change_may_be_of_the_grade() -> None:
    rule = "{signal: visit, points: 20, half_life: 1 day}"
    definition = with_rules(rule, qualify="{engagement: 1}, grades: {engagement: {1: 10, 2: 0}}")
    found = judged(definition, lead(visited(0)))
    assert (found.grade, found.next_change_at) == ("1", NOW + 86_463 * SECOND)
    assert found.ceases_at is not None
    assert found.ceases_at > NOW + 4 * DAY


def test_a_verdict_may_change_back_and_forth() -> None:
    text = "qualify: {mql: {all: [{signal: visit, in_last: 30 days}, {not: {signal: demo, in_last: 1 day}}]}}"
    one = lead(visited(1), event("Demo Requested", NOW - HOUR))
    first = judged(text, one)
    assert (first.is_mql, first.became_mql_at, first.next_change_at) == (False, NOW - DAY, NOW + 23 * HOUR)
    second = judged(text, one, NOW + 23 * HOUR)
    assert (second.is_mql, second.became_mql_at, second.ceases_at) == (True, NOW - DAY, NOW + 29 * DAY)


# -------------------------------------------------------------------------------------------- grades


@pytest.mark.parametrize(("visits", "grade"), [(5, "1"), (4, "1"), (3, "2"), (2, "2"), (1, "3"), (0, "3")])
def test_a_grade_is_the_best_label_whose_start_is_reached_and_below_the_last_the_last(
    visits: int, grade: str
) -> None:
    rule = "{signal: visit, each: event, points: 10}"
    definition = with_rules(rule, qualify="{total: 999}, grades: {engagement: {1: 40, 2: 20, 3: 5}}")
    assert judged(definition, lead(*(visited(n) for n in range(visits)))).grade == grade


def test_a_grade_is_the_label_of_fit_and_then_of_engagement() -> None:
    grades = "grades: {fit: {A: 10, B: 0}, engagement: {1: 10, 2: 0}}"
    text = f"{FIT}{ENGAGED}qualify: {{mql: {{grade: [A1, A2]}}, {grades}}}"
    assert judged(text, lead(visited(0), facts=CHIEF)).grade == "A1"
    assert judged(text, lead(facts=CHIEF)).grade == "A2"
    assert judged(text, lead(visited(0))).grade == "B1"
    assert [judged(text, one).is_mql for one in (lead(facts=CHIEF), lead(visited(0)))] == [True, False]


def test_without_grades_there_is_no_grade() -> None:
    assert judged("qualify: {mql: {signal: visit}}", lead()).grade is None
