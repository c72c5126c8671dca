"""A definition read aloud: what every word of the language sounds like."""

import pytest

from handraise.core import words
from handraise.core.definition import Definition, read_definition
from handraise.core.definition.asking import FORMS, TESTS
from handraise.core.fact_names import FACT_NAMES
from handraise.core.words import ENGLISH
from handraise.templates import TEMPLATES, template_text

SIGNALS = """
name: Read aloud
signals:
  pricing_visit: {event: page, where: {path: {starts_with: /pricing}}}
  demo_request: {event: Demo Requested}
  email_open: {event: Email Opened}
  email_click: {event: Email Link Clicked}
  any_page: {event: page}
  webinar_attended: {event: Webinar Attended}
lists: {competitors: [rivaldesk.example], icp_industries: [software]}
fit: {bar: 30}
engagement: {bar: 40}
patterns: [{pattern: keen, all: [{signal: demo_request}]}, {pattern: calm, all: [{signal: email_open}]}]
"""


def definition(rest: str = "qualify: {mql: fit}") -> Definition:
    return read_definition(SIGNALS + rest).definition


def rule(keys: str) -> str:
    """An engagement rule of 15 points, in words."""
    text = SIGNALS.replace(
        "engagement: {bar: 40}", f"engagement: {{bar: 40, rules: [{{rule: r, {keys}, points: 15}}]}}"
    )
    (only,) = read_definition(text + "qualify: {mql: fit}").definition.engagement.rules
    return words.rule_words(only)


def when(condition: str) -> str:
    """What an MQL asks for, in words."""
    whole = definition(
        f"qualify: {{mql: {condition}, grades: {{fit: {{A: 40, B: 0}}, engagement: {{1: 40, 2: 0}}}}}}"
    )
    return words.condition_words(whole.qualify.mql, whole)


BEHAVIOURS = [
    ("signal: pricing_visit", "a pricing visit"),
    ("signal: [demo_request, email_click]", "a demo request or an e-mail click"),
    ("signal: webinar_attended", "an attended webinar"),
    ("signal: pricing_visit, in_last: 30 days", "a pricing visit in the last 30 days"),
    ("signal: pricing_visit, at_least: 3, within: 7 days", "3 or more pricing visits within 7 days"),
    (
        "signal: pricing_visit, at_least: 3, within: 7 days, in_last: 60 days",
        "3 or more pricing visits within 7 days, in the last 60 days",
    ),
    (
        "signal: email_click, distinct: campaign, at_least: 3, in_last: 60 days",
        "e-mail clicks with 3 or more different campaigns in the last 60 days",
    ),
    ("signal: email_click, distinct: campaign", "e-mail clicks with a known campaign"),
    ("signal: email_open, same: campaign, at_least: 3", "3 or more e-mail opens with the same campaign"),
    ("signal: any_page, sum: seconds, at_least: 600", "pages that add up to 10 minutes or more"),
    ("signal: any_page, sum: seats, at_least: 12.5", "pages whose seats adds up to 12.5 or more"),
    ("signal: pricing_visit, each: event", "each pricing visit"),
    (
        "signal: pricing_visit, each: 1 per week, at_most: 3",
        "each pricing visit (once a week, the latest 3 count)",
    ),
    ("signal: pricing_visit, each: 2 per day", "each pricing visit (up to 2 a day)"),
    ("signal: pricing_visit, each: 1 per session", "each pricing visit (once a session)"),
    (
        "signal: pricing_visit, each: 30 days, at_most: 1",
        "each pricing visit (once every 30 days, only the latest counts)",
    ),
    ("same_session: [demo_request, pricing_visit]", "a demo request and a pricing visit in one session"),
    (
        "sequence: [webinar_attended, pricing_visit], within: 14 days",
        "an attended webinar, then a pricing visit, within 14 days",
    ),
    ("none_of: email_open, in_last: 30 days", "no e-mail open for 30 days"),
    (
        "none_of: [email_open, email_click], in_last: 2 weeks",
        "no e-mail open or e-mail click for 2 weeks",
    ),
]


@pytest.mark.parametrize(
    ("keys", "said"),
    BEHAVIOURS,
)
def test_a_behaviour_reads_as_people_say_it(keys: str, said: str) -> None:
    assert rule(keys) == f"+15 for {said}"


def test_silence_again_and_again_names_its_stretch() -> None:
    text = SIGNALS.replace(
        "engagement: {bar: 40}",
        "engagement: {rules: [{rule: r, none_of: email_open, each: 30 days, at_most: 3, points: -5}]}",
    ).replace("fit: {bar: 30}", "fit: {bar: 30}")
    (silent,) = read_definition(text + "qualify: {mql: fit}").definition.engagement.rules
    assert words.rule_words(silent) == "−5 for every full 30 days without an e-mail open, at most 3 times"


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("half_life: 45 days", "halves every 45 days"),
        ("lose: 50 % every 3 months", "loses 50 % every 3 months"),
        ("lose: 12.5 % every 1 month", "loses 12.5 % every 1 month"),
        ("when: {lead.email_kind: business}", "only when kind of e-mail address is business"),
    ],
)
def test_a_rule_says_how_it_fades_and_for_whom_it_counts(keys: str, said: str) -> None:
    assert rule(f"signal: demo_request, {keys}") == f"+15 for a demo request, {said}"


def test_a_rule_that_does_not_fade_says_so_when_asked() -> None:
    assert words.decay_words(None) == "does not fade"


CONDITIONS = [
    ("{lead.seniority: [vp, director, manager]}", "title level is VP, director or manager"),
    ("{lead.seniority: c_suite}", "title level is C-suite"),
    ("{account.employees: {between: [50, 500]}}", "company has 50 to 500 employees"),
    ("{account.employees: {at_least: 5000}}", "company has 5,000 or more employees"),
    ("{account.employees: {at_most: 10}}", "company has at most 10 employees"),
    ("{account.employees: {at_most: 1}}", "company has at most 1 employee"),
    ("{account.employees: 7}", "company has 7 employees"),
    ("{account.revenue: {at_least: 1000000}}", "company revenue is 1,000,000 or more"),
    ("{lead.country: {not_in: [DE, AT]}}", "country is known and none of DE, AT"),
    ("{not: {lead.country: [DE, AT]}}", "country is anything but DE or AT"),
    ("{lead.title: {starts_with: [Head, Chief]}}", "job title starts with Head or Chief"),
    ("{lead.title: {contains: sales}}", "job title contains “sales”"),
    ("{lead.title: {matches: '^VP'}}", "job title matches the pattern ^VP"),
    ("{lead.email_domain: {in_list: competitors}}", "e-mail domain is on the list “competitors”"),
    (
        "{not: {account.industry: {in_list: icp_industries}}}",
        "industry is not on the list “ICP industries”",
    ),
    (
        "{account.technologies: {has: [salesforce, hubspot]}}",
        "technology in use includes salesforce or hubspot",
    ),
    ("{account.technologies: {lacks: salesforce}}", "technology in use does not include salesforce"),
    ("{lead.phone: {known: true}}", "phone number is known"),
    ("{lead.phone: {unknown: true}}", "phone number is not known"),
    ("{not: {lead.phone: {known: true}}}", "phone number is not known"),
    ("{not: {lead.phone: {unknown: true}}}", "phone number is known"),
    ("{account.target_account: true}", "target account is yes"),
    ("{lead.created_at: {before: 30 days}}", "date of the first record is at least 30 days ago"),
    ("{lead.created_at: {in_last: 30 days}}", "date of the first record is less than 30 days ago"),
    ("{lead.created_at: {before: 2026-01-31}}", "date of the first record is before 31 January 2026"),
    ("{lead.created_at: {after: 2026-01-31}}", "date of the first record is 31 January 2026 or later"),
    ("{lead.created_at: {at_least: 2026-01-31}}", "date of the first record is 31 January 2026 or later"),
    (
        "{lead.created_at: {at_most: 2026-01-31}}",
        "date of the first record is 31 January 2026 or earlier",
    ),
    ("{lead.nps_score: {at_least: 8.5}}", "nps score is 8.5 or more"),
    ("{lead.age: {at_least: 18, at_most: 29}}", "age is 18 or more and age is at most 29"),
    ("{sessions: {at_most: 1}}", "there is at most 1 session"),
    ("{sessions: {at_least: 2}}", "there are 2 or more sessions"),
    ("{sessions: 0}", "there are 0 sessions"),
    ("{last_seen: {before: 30 days}}", "the lead was last seen at least 30 days ago"),
    ("{first_seen: {in_last: 7 days}}", "the lead was first seen less than 7 days ago"),
    ("{first_seen: {after: 2026-01-31}}", "the lead was first seen on 31 January 2026 or later"),
    ("{last_seen: {unknown: true}}", "the lead has done nothing yet"),
    ("fit", "fit reaches its bar of 30 points"),
    ("{engagement: 0.01}", "engagement reaches 0.01 points"),
    ("{total: 1}", "fit and engagement together reach 1 point"),
    ("{grade: [A1, A2, B1]}", "grade is A1, A2 or B1"),
    ("{pattern: keen}", "the pattern “keen” is true"),
    ("{not: {pattern: keen}}", "the pattern “keen” is not true"),
    ("{any: [{pattern: keen}, {pattern: calm}]}", "one of the patterns “keen” or “calm” is true"),
    ("{signal: demo_request}", "there is a demo request"),
    ("{not: {signal: demo_request}}", "there is no demo request"),
    ("{signal: pricing_visit, at_least: 3}", "there are 3 or more pricing visits"),
    ("{not: {total: 50}}", "fit and engagement together stay below 50 points"),
    ("{not: {not: {total: 50}}}", "fit and engagement together reach 50 points"),
]


@pytest.mark.parametrize(
    ("condition", "said"),
    CONDITIONS,
)
def test_a_condition_reads_as_people_say_it(condition: str, said: str) -> None:
    assert when(condition) == said


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (
            "{all: [fit, engagement]}",
            "fit reaches its bar of 30 points and engagement reaches its bar of 40 points",
        ),
        (
            "{all: [fit, {lead.country: [DE, AT]}]}",
            "fit reaches its bar of 30 points, and country is DE or AT",
        ),
        (
            "{any: [{all: [fit, engagement]}, {pattern: keen}]}",
            "fit reaches its bar of 30 points and engagement reaches its bar of 40 points, "
            "or the pattern “keen” is true",
        ),
        (
            "{all: [{any: [fit, engagement]}, {pattern: keen}]}",
            "either fit reaches its bar of 30 points or engagement reaches its bar of 40 points, "
            "and the pattern “keen” is true",
        ),
        (
            "{all: [{any: [fit, engagement, {total: 90}]}, {pattern: keen}]}",
            "one of (fit reaches its bar of 30 points; engagement reaches its bar of 40 points; "
            "fit and engagement together reach 90 points), and the pattern “keen” is true",
        ),
        (
            "{any: [fit, {any: [engagement, {total: 90}]}]}",
            "fit reaches its bar of 30 points, or engagement reaches its bar of 40 points, or "
            "fit and engagement together reach 90 points",
        ),
    ],
)
def test_it_stays_clear_what_belongs_together(condition: str, said: str) -> None:
    assert when(condition) == said


def test_promises_routes_stages_and_ways_back_are_sentences() -> None:
    whole = definition(
        """
qualify:
  mql: fit
  fast_track: [{rule: asked, when: {signal: demo_request}, needs: fit}]
  skip_to_sql: {framework: bant, complete: false}
requalify: [job_change, demo_request, {sessions: {at_least: 2}}]
stages: {mql: {max_age: 30 days, then: recycle}}
recycle: {reset: engagement, cool_down: 90 days}
handoff:
  route: [{to: account_owner}, {team: dach, by: weight}]
  sla: [{within: 5 minutes, hours: business, when: {from_stage: recycled}}, {within: 1 day}]
"""
    )
    assert words.mql_words(whole) == "A lead is an MQL when fit reaches its bar of 30 points."
    assert words.fast_track_words(whole.qualify.fast_track[0], whole) == (
        "“asked”: an MQL at once when there is a demo request, as long as fit reaches its bar of 30 points"
    )
    assert whole.qualify.skip_to_sql is not None
    assert (
        words.skip_words(whole.qualify.skip_to_sql)
        == "a lead with part of BANT answered goes straight to SQL"
    )
    assert [words.trigger_words(each) for each in whole.requalify] == [
        "a change of job",
        "a demo request",
        "there are 2 or more sessions",
    ]
    assert words.stage_words(whole.stages[0]) == "a lead that has been MQL for 30 days goes back to nurture"
    assert whole.recycle is not None
    assert words.recycle_words(whole.recycle) == (
        "when sales gives a lead back, engagement starts again from zero and "
        "it cannot become an MQL again for 90 days"
    )
    assert [words.route_words(each) for each in whole.handoff.route] == [
        "to the account's owner",
        "to the team “dach”, by weight",
    ]
    assert [words.sla_words(each, whole) for each in whole.handoff.sla] == [
        "when the lead had been given back by sales: first contact within 5 minutes, in business hours",
        "first contact within 1 day",
    ]


def test_a_signal_says_which_events_it_is() -> None:
    whole = definition()
    assert words.signal_words(whole.signal("pricing_visit")) == "a page view where path starts with /pricing"
    assert words.signal_words(whole.signal("demo_request")) == "“Demo Requested”"


def test_every_standard_fact_has_a_name_that_people_use() -> None:
    assert set(ENGLISH.FACTS) == set(FACT_NAMES)


def test_every_test_and_every_form_of_the_language_has_words() -> None:
    told = " ".join(case for case, _ in (*BEHAVIOURS, *CONDITIONS))
    missing = [key.name for key, _ in TESTS if key.name not in ("is", "known") and f"{key.name}:" not in told]
    assert missing == []
    assert [form for form in FORMS if f"{form}:" not in told] == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_code_words_are_left_in_what_a_template_says(name: str) -> None:
    whole = read_definition(template_text(name)).definition
    said = [words.mql_words(whole), *(words.rule_words(each) for each in whole.rules)]
    said += [words.condition_words(each.when, whole) for each in whole.disqualify]
    said += [words.sla_words(each, whole) for each in whole.handoff.sla]
    assert not [text for text in said if "_" in text or "lead." in text or "account." in text]
