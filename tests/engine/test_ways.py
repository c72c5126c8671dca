"""What is missing for an MQL, and the shortest ways there."""

from dataclasses import replace
from datetime import datetime
from functools import cache
from itertools import combinations

import pytest

from handraise.core.definition import read_definition
from handraise.core.event import Event, Lead
from handraise.engine.evaluate import Evaluator
from handraise.engine.ways import Outlook, Way, outlook
from handraise.templates import TEMPLATES, template_text
from tests.builders import DAY, HOUR, MINUTE, NOW, event, lead, page

SIGNALS = """
name: Test
signals:
  comparison_visit: {event: page, where: {path: {starts_with: [/vs/, /compare]}}}
  pricing_visit:    {event: page, where: {path: {starts_with: /pricing}}}
  any_page:         {event: page}
  webinar:          {event: Webinar Attended}
  case_study_visit: {event: page, where: {path: {starts_with: /customers/}}}
  demo:             {event: Demo Requested}
  email_click:      {event: Email Link Clicked}
  email_open:       {event: Email Opened}
  careers_visit:    {event: page, where: {path: {starts_with: /careers}}}
  odd_page:         {event: page, where: {path: {matches: '^/x[0-9]+$'}}}
  unsubscribe:      {event: Unsubscribed}
"""


TEN = "qualify: {mql: {total: 10}}"


@cache
def evaluator(text: str) -> Evaluator:
    return Evaluator(read_definition(text if "name:" in text else SIGNALS + text).definition)


def seen(text: str, one: Lead, as_of: datetime = NOW) -> Outlook:
    return outlook(evaluator(text), one, as_of)


def words(found: Outlook) -> list[str]:
    return [way.words for way in found.ways]


def is_mql_after(text: str, one: Lead, events: tuple[Event, ...]) -> bool:
    """What the evaluator itself says of the lead with these events, at the last of them."""
    moment = max((e.occurred_at for e in events), default=NOW)
    grown = replace(one, events=(*one.events, *events))
    return evaluator(text).scores([grown], max(moment, NOW))[0].is_mql


BARS = """
engagement:
  bar: 40
  rules:
    - {rule: comparison, signal: comparison_visit, points: 15}
    - {rule: pricing, signal: pricing_visit, points: 26}
    - {rule: webinar, signal: webinar, points: 20}
    - {rule: demo, signal: demo, points: 50}
    - {rule: careers, signal: careers_visit, points: -20}
qualify: {mql: engagement}
"""


def test_the_sentence_says_how_much_is_missing_and_what_would_do() -> None:
    found = seen(BARS, lead(page(NOW - HOUR, "/pricing")))
    assert found.sentence == (
        "14 points short of MQL: one comparison visit, one webinar or one demo would do."
    )
    assert [gap.words for gap in found.gaps] == ["14 points short of the engagement bar of 40"]
    assert found.gaps[0].short == 1400


def test_the_lightest_way_comes_first() -> None:
    assert words(seen(BARS, lead(page(NOW - HOUR, "/pricing"))))[:2] == [
        "one comparison visit",
        "one webinar",
    ]


def test_a_way_that_holds_another_is_not_told() -> None:
    found = seen(BARS, lead())
    assert words(found) == [
        "one demo",
        "one comparison visit and one pricing visit",
        "one pricing visit and one webinar",
    ]


def test_a_signal_that_only_takes_points_is_no_way() -> None:
    assert all("careers" not in way for way in words(seen(BARS, lead())))


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("visits", [0, 1, 2])
def test_every_way_of_a_template_makes_an_mql_and_nothing_less_does(name: str, visits: int) -> None:
    text = template_text(name)
    facts = {"lead.title": "VP Marketing", "account.employees": "100", "lead.country": "DE"}
    one = lead(*(page(NOW - (place + 1) * HOUR, "/pricing") for place in range(visits)), facts=facts)
    for way in seen(text, one).ways:
        assert is_mql_after(text, one, way.events)
        for size in range(len(way.events)):
            for fewer in combinations(way.events, size):
                assert not is_mql_after(text, one, fewer), way.words


def test_two_of_the_same_are_counted_in_words() -> None:
    text = f"engagement: {{rules: [{{rule: p, signal: pricing_visit, at_least: 2, points: 10}}]}}\n{TEN}"
    found = seen(text, lead())
    assert words(found) == ["two pricing visits"]
    assert found.sentence == "10 points short of MQL: two pricing visits would do."


def test_three_events_are_the_most() -> None:
    text = f"engagement: {{rules: [{{rule: p, signal: pricing_visit, at_least: 4, points: 10}}]}}\n{TEN}"
    assert words(seen(text, lead(page(NOW - DAY, "/pricing")))) == ["three pricing visits"]
    assert seen(text, lead()).sentence == "10 points short of MQL. No three events would be enough."


def test_any_page_is_told_rather_than_a_special_one_that_would_do_too() -> None:
    text = """
engagement: {rules: [{rule: any, signal: any_page, points: 10}, {rule: p, signal: pricing_visit, points: 10}]}
qualify: {mql: {total: 10}}"""
    assert words(seen(text, lead())) == ["one page"]


def test_a_sequence_is_told_in_its_order() -> None:
    text = """
engagement: {rules: [{rule: s, sequence: [webinar, case_study_visit], within: 14 days, points: 10}]}
qualify: {mql: {total: 10}}"""
    assert words(seen(text, lead())) == ["one webinar, then one case study visit"]
    begun = lead(event("Webinar Attended", NOW - DAY))
    assert words(seen(text, begun)) == ["one case study visit"]


def test_different_values_are_asked_for_where_they_count() -> None:
    text = """
engagement: {rules: [{rule: s, signal: email_click, distinct: campaign, at_least: 3, points: 10}]}
qualify: {mql: {total: 10}}"""
    one = lead(
        event("Email Link Clicked", NOW - DAY, campaign="a"),
        event("Email Link Clicked", NOW - HOUR, campaign="b"),
    )
    assert words(seen(text, one)) == ["one e-mail click with another campaign"]


def test_the_same_value_is_asked_for_where_it_counts() -> None:
    text = """
engagement: {rules: [{rule: s, signal: email_open, same: campaign, at_least: 2, points: 10}]}
qualify: {mql: {total: 10}}"""
    one = lead(event("Email Opened", NOW - DAY, campaign="a"))
    found = seen(text, one)
    assert words(found) == ["one e-mail open with the same campaign"]
    assert found.ways[0].events[0].properties["campaign"] == "a"


def test_breaking_a_silence_is_a_way() -> None:
    text = """
engagement:
  rules:
    - {rule: d, signal: demo, points: 10}
    - {rule: quiet, none_of: email_open, in_last: 30 days, points: -5}
qualify: {mql: {total: 10}}"""
    one = lead(event("Demo Requested", NOW - 40 * DAY))
    assert words(seen(text, one)) == ["one e-mail open"]


def test_a_signal_that_asks_only_for_a_pattern_is_left_out() -> None:
    text = "engagement: {rules: [{rule: o, signal: odd_page, points: 10}]}\nqualify: {mql: {total: 10}}"
    assert seen(text, lead()).ways == ()


def test_what_resets_engagement_is_no_way() -> None:
    text = """
engagement: {reset_on: unsubscribe, rules: [{rule: u, signal: unsubscribe, points: 10}]}
patterns: [{pattern: gone, signal: unsubscribe}]
qualify: {mql: {pattern: gone}}"""
    assert seen(text, lead()).ways == ()


def test_a_visit_that_goes_on_belongs_to_its_session() -> None:
    text = "patterns: [{pattern: both, same_session: [webinar, demo]}]\nqualify: {mql: {pattern: both}}"
    one = lead(event("Webinar Attended", NOW - 5 * MINUTE, session="s1"))
    assert words(seen(text, one)) == ["one demo"]
    assert words(seen(text, lead(event("Webinar Attended", NOW - 2 * HOUR, session="s1")))) == [
        "one webinar and one demo"
    ]


def test_events_cannot_make_up_for_fit() -> None:
    text = """
fit: {bar: 10, rules: [{rule: vp, when: {lead.seniority: vp}, points: 10}]}
engagement: {bar: 10, rules: [{rule: d, signal: demo, points: 10}]}
qualify: {mql: {all: [fit, engagement]}}"""
    found = seen(text, lead())
    assert found.ways == ()
    assert found.sentence == (
        "10 points of fit and 10 points of engagement short of MQL. "
        "Nothing it does can change that; the facts about it would have to."
    )
    assert words(seen(text, lead(facts={"lead.title": "VP Sales"}))) == ["one demo"]


def test_a_fast_track_is_a_way_without_points() -> None:
    text = """
fit: {bar: 0, rules: [{rule: vp, when: {lead.seniority: vp}, points: 10}]}
qualify: {mql: {total: 100}, fast_track: [{rule: asked, when: {signal: demo}, needs: fit}]}"""
    assert words(seen(text, lead())) == ["one demo"]


def test_unknown_facts_are_told_with_what_they_would_add() -> None:
    text = """
fit:
  rules:
    - {rule: leads, when: {lead.seniority: [vp, director, manager]}, points: 15}
    - {rule: chief, when: {lead.seniority: c_suite}, points: 20}
    - {rule: size, when: {account.employees: {between: [50, 500]}}, points: 10}
qualify: {mql: {total: 20}}"""
    found = seen(text, lead(facts={"account.employees": "7"})).unknown
    assert [each.words for each in found] == [
        "the job title is unknown: VP, director or manager would add 15; C-suite would add 20"
    ]
    assert found[0].makes_mql
    assert found[0].gains == (("leads", 1500), ("chief", 2000))


def test_a_known_fact_that_says_no_is_not_unknown() -> None:
    text = "fit: {rules: [{rule: v, when: {lead.seniority: vp}, points: 15}]}\nqualify: {mql: {total: 15}}"
    assert seen(text, lead(facts={"lead.title": "Intern"})).unknown == ()


def test_what_a_cap_would_take_is_not_promised() -> None:
    text = """
fit: {cap: 5, rules: [{rule: v, when: {lead.seniority: vp}, points: 15}]}
qualify: {mql: {total: 15}}"""
    assert seen(text, lead()).unknown[0].gains == (("v", 500),)


LEFT = """
engagement: {rules: [{rule: d, signal: demo, points: 10}]}
disqualify:
  - {reason: job seeker, when: {signal: careers_visit, in_last: 30 days}}
  - {reason: rival, when: {lead.email_domain: rivaldesk.example}}
qualify: {mql: {total: 10}}"""


def test_a_disqualifier_that_ends_by_itself_says_when() -> None:
    one = lead(event("Demo Requested", NOW - 40 * DAY), page(NOW - DAY, "/careers"))
    found = seen(LEFT, one)
    assert found.disqualified_until == NOW + 29 * DAY
    assert found.sentence.startswith("Not an MQL: disqualified as “job seeker” until 30 March 2026, 12:00")
    assert found.next_change == "no longer disqualified as “job seeker”, becomes an MQL"


def test_a_disqualifier_on_facts_stays() -> None:
    found = seen(LEFT, lead(event("Demo Requested", NOW), facts={"lead.email": "a@rivaldesk.example"}))
    assert (found.disqualified_until, found.ways, found.gaps) == (None, (), ())
    assert "disqualified as “rival”" in found.sentence


FADING = """
engagement: {half_life: 30 days, rules: [{rule: d, signal: demo, points: 20}]}
qualify: {mql: {total: 10}}"""


def test_an_mql_is_told_since_when_and_until_when() -> None:
    found = seen(FADING, lead(event("Demo Requested", NOW - DAY)))
    assert found.sentence == "An MQL; the first time it became one was 28 February 2026, 12:00."
    assert found.drops_at == found.next_change_at
    assert found.drops_at is not None
    assert NOW + 29 * DAY <= found.drops_at <= NOW + 29 * DAY + HOUR
    assert found.next_change == "is no longer an MQL"
    assert not found.ways
    assert not found.gaps


def test_no_mql_has_no_moment_at_which_it_drops() -> None:
    assert seen(FADING, lead()).drops_at is None


def test_a_lead_outside_the_definition_is_not_judged() -> None:
    found = seen(
        "applies_to: {lead.country: DE}\nqualify: {mql: {total: 1}}", lead(facts={"lead.country": "FR"})
    )
    assert found.sentence == "Not judged: this definition does not apply to the lead."
    assert (found.ways, found.unknown, found.gaps) == ((), (), ())


def test_each_other_way_of_qualifying_is_told_as_another_way() -> None:
    text = """
engagement: {bar: 10, rules: [{rule: d, signal: demo, points: 10}]}
patterns: [{pattern: keen, all: [{lead.seniority: vp}, {signal: pricing_visit, at_least: 3}]}]
qualify: {mql: {any: [engagement, {pattern: keen}]}}"""
    assert [gap.words for gap in seen(text, lead(facts={"lead.title": "VP"})).gaps] == [
        "10 points short of the engagement bar of 10",
        "or else: the pattern “keen” is not true (it lacks: there are 3 or more pricing visits)",
    ]


def test_a_grade_that_must_be_better_is_named() -> None:
    text = """
engagement: {rules: [{rule: d, signal: demo, points: 10}]}
qualify: {mql: {grade: ['1', '2']}, grades: {engagement: {1: 20, 2: 10, 3: 0}}}"""
    found = seen(text, lead())
    assert [gap.words for gap in found.gaps] == ["the grade is 3 and must be 1 or 2"]
    assert words(found) == ["one demo"]


def test_a_long_history_is_searched_in_reasonable_time() -> None:
    text = template_text("full")
    facts = {"lead.title": "VP Marketing", "account.employees": "100", "lead.country": "DE"}
    one = lead(*(page(NOW - 100 * DAY + place * HOUR, "/blog") for place in range(2000)), facts=facts)
    way: Way = seen(text, one).ways[0]
    assert is_mql_after(text, one, way.events)
