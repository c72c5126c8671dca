"""The point tables that the templates must reproduce, written out here again, and leads worked by hand."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from handraise.core.definition import Definition, read_definition
from handraise.core.definition.conditions import (
    AllOf,
    AnyOf,
    AtLeast,
    Behaviour,
    Between,
    Condition,
    Equals,
    FactTest,
    InList,
    Known,
    Negation,
    PatternHolds,
    ScoreAtLeast,
    SessionCount,
    StartsWith,
)
from handraise.core.definition.model import FitRule
from handraise.core.duration import Duration
from handraise.core.event import Event, Lead
from handraise.templates import TEMPLATES, template_text

NOW = datetime(2026, 10, 1, tzinfo=UTC)


def template(name: str) -> Definition:
    return read_definition(template_text(name)).definition


def fact(name: str, *values: str) -> FactTest:
    return FactTest(name, (Equals(values),))


def listed(name: str, entries: str) -> FactTest:
    return FactTest(name, (InList(entries),))


def employees(low: int, high: int) -> FactTest:
    return FactTest("account.employees", (Between(Decimal(low), Decimal(high)),))


ICP_INDUSTRY = listed("account.industry", "icp_industries")
OTHER_INDUSTRY = AllOf((Negation(ICP_INDUSTRY), FactTest("account.industry", (Known(),))))
TARGET_FUNCTION = fact("lead.function", "marketing", "sales")

PRICING = (("page",), FactTest("path", (StartsWith(("/pricing",)),)))
COMPARISON = (("page",), FactTest("path", (StartsWith(("/vs/", "/compare")),)))
CAREERS = (("page",), FactTest("path", (StartsWith(("/careers",)),)))


def only(event: str) -> tuple[tuple[str, ...], Condition]:
    return (event,), AllOf(())


def of_kind(event: str, kind: str) -> tuple[tuple[str, ...], Condition]:
    return (event,), fact("kind", kind)


Kind = tuple[tuple[str, ...], Condition]
Row = tuple[Condition | tuple[Kind, int], int]

CLASSIC: list[Row] = [
    ((only("Demo Requested"), 1), 50),
    ((PRICING, 1), 30),
    ((COMPARISON, 1), 25),
    ((only("Webinar Attended"), 1), 15),
    ((of_kind("Content Downloaded", "whitepaper"), 1), 10),
    (employees(50, 500), 20),
    (ICP_INDUSTRY, 20),
    (listed("lead.email_domain", "competitors"), -30),
]
HUNDRED_POINT: list[Row] = [
    ((only("Trial Started"), 1), 30),
    ((only("Demo Requested"), 1), 25),
    ((PRICING, 3), 15),
    ((of_kind("Content Downloaded", "case-study"), 1), 10),
    ((only("Webinar Attended"), 1), 10),
    ((only("Newsletter Subscribed"), 1), 5),
    (fact("lead.seniority", "c_suite", "vp", "director"), 15),
    (employees(50, 250), 10),
    ((CAREERS, 1), -20),
    ((only("Unsubscribed"), 1), -25),
    (listed("lead.email_domain", "universities"), -50),
]
B2B_SAAS: list[Row] = [
    (AllOf((fact("lead.seniority", "vp", "director", "manager"), TARGET_FUNCTION)), 15),
    (fact("lead.seniority", "c_suite"), 20),
    (AllOf((fact("lead.seniority", "individual_contributor"), TARGET_FUNCTION)), 5),
    (employees(50, 500), 10),
    (employees(501, 5000), 5),
    (ICP_INDUSTRY, 10),
    ((only("Demo Requested"), 1), 50),
    ((PRICING, 1), 15),
    ((PRICING, 2), 10),
    ((COMPARISON, 1), 10),
    ((of_kind("Webinar Attended", "product"), 1), 20),
    ((of_kind("Webinar Attended", "educational"), 1), 10),
    ((of_kind("Email Link Clicked", "cta"), 1), 5),
    ((of_kind("Email Link Clicked", "content"), 1), 2),
    ((of_kind("Content Downloaded", "roi-calculator"), 1), 15),
    ((of_kind("Content Downloaded", "ebook"), 1), 5),
    ((only("Newsletter Subscribed"), 1), 3),
    (fact("lead.seniority", "student", "freelancer"), -20),
    (employees(1, 10), -15),
    (OTHER_INDUSTRY, -10),
    (listed("lead.email_domain", "personal_domains"), -5),
]
TWO_BARS: list[Row] = [
    ((PRICING, 1), 20),
    ((only("Demo Video Watched"), 1), 15),
    ((of_kind("Content Downloaded", "whitepaper"), 1), 10),
]


def rows_of(definition: Definition) -> list[Row]:
    """The plain rows of a definition, in the shape of the tables above."""
    found: list[Row] = []
    for rule in definition.rules:
        if isinstance(rule, FitRule):
            found.append((rule.when, rule.points // 100))
        elif rule.behaviour == Behaviour(
            "signal", rule.behaviour.signals, at_least=rule.behaviour.at_least
        ) and (rule.when, rule.decay) == (None, None):
            signal = definition.signal(rule.behaviour.signals[0])
            found.append((((signal.events, signal.where), int(rule.behaviour.at_least)), rule.points // 100))
    return found


def same_rows(found: list[Row], expected: list[Row]) -> bool:
    return sorted(map(repr, found)) == sorted(map(repr, expected))


def test_classic_has_each_row_of_its_table_and_no_other() -> None:
    assert same_rows(rows_of(template("classic")), CLASSIC)


def test_hundred_point_has_each_row_of_its_table_and_no_other() -> None:
    assert same_rows(rows_of(template("hundred-point")), HUNDRED_POINT)


def test_b2b_saas_has_each_row_of_its_table_and_silence_for_30_days() -> None:
    saas = template("b2b-saas")
    assert same_rows(rows_of(saas), B2B_SAAS)
    (silent,) = [rule for rule in saas.engagement.rules if rule.behaviour.form == "none_of"]
    assert saas.signal(silent.behaviour.signals[0]).events == ("Email Opened",)
    assert (silent.behaviour.in_last, silent.points) == (Duration(30, "day"), -500)
    assert len(saas.rules) == len(B2B_SAAS) + 1 == 22


def test_two_bars_has_each_row_of_its_table() -> None:
    behaviours = [row for row in rows_of(template("two-bars")) if isinstance(row[0], tuple)]
    assert same_rows(behaviours, TWO_BARS)


def test_two_bars_takes_points_from_traffic_outside_the_profile() -> None:
    (outside,) = [rule for rule in template("two-bars").fit.rules if rule.points < 0]
    assert isinstance(outside.when, AnyOf)
    assert OTHER_INDUSTRY in outside.when.items


def test_two_bars_asks_for_both_bars_and_nothing_else() -> None:
    definition = template("two-bars")
    assert definition.qualify.mql == AllOf((ScoreAtLeast("fit", None), ScoreAtLeast("engagement", None)))
    assert definition.fit.bar is not None
    assert definition.engagement.bar is not None


def test_two_bars_has_a_stream_for_each_half_and_none_for_low_and_low() -> None:
    assert {kind for kind, _ in template("two-bars").nurture} == {
        "high_fit_low_engagement",
        "low_fit_high_engagement",
        "recycled",
    }


@pytest.mark.parametrize(
    ("name", "lowest", "highest"), [("classic", 50, 75), ("hundred-point", 100, 100), ("b2b-saas", 50, 80)]
)
def test_the_threshold_is_the_one_of_the_table(name: str, lowest: int, highest: int) -> None:
    mql = template(name).qualify.mql
    assert isinstance(mql, ScoreAtLeast)
    assert mql.dimension == "total"
    assert lowest * 100 <= (mql.hundredths or 0) <= highest * 100


@pytest.mark.parametrize("name", ["classic", "hundred-point", "b2b-saas", "two-bars"])
def test_a_table_without_decay_stays_without_decay(name: str) -> None:
    rules = template(name).engagement.rules
    assert [rule.rule for rule in rules if rule.decay is not None] == []


def test_patterns_have_no_points_at_all() -> None:
    definition = template("patterns")
    assert definition.rules == ()
    assert definition.qualify.mql == AnyOf(tuple(PatternHolds(p.pattern) for p in definition.patterns))


def test_a_keen_director_is_director_or_higher_at_100_people_with_three_pricing_visits_in_a_week() -> None:
    definition = template("patterns")
    assert definition.pattern("keen director").condition == AllOf(
        (
            fact("lead.seniority", "c_suite", "vp", "director"),
            FactTest("account.employees", (AtLeast(Decimal(100)),)),
            Behaviour("signal", ("pricing_visit",), Decimal(3), within=Duration(7, "day")),
        )
    )


def test_the_other_patterns_are_the_stories_of_the_table() -> None:
    definition = template("patterns")
    stories = {pattern.pattern: pattern.condition for pattern in definition.patterns}
    assert stories["guide and demo in one sitting"] == Behaviour(
        "same_session", ("guide_download", "demo_booking")
    )
    assert stories["back for the product"] == AllOf(
        (
            ICP_INDUSTRY,
            SessionCount((AtLeast(Decimal(2)),)),
            Behaviour("signal", ("product_page_visit",), Decimal(5)),
        )
    )
    assert stories["from the webinar to the case studies"] == AllOf(
        (
            listed("account.domain", "target_accounts"),
            Behaviour("sequence", ("attended_webinar", "case_study_visit")),
        )
    )
    assert len(stories) == 4


@pytest.mark.parametrize("name", [name for name in TEMPLATES if name != "b2c"])
def test_promises_are_the_service_levels_of_the_template(name: str) -> None:
    levels = template(name).handoff.sla
    assert [(str(level.within), level.hours) for level in levels] == [
        ("5 minutes", "business"),
        ("2 hours", "always"),
        ("48 hours", "always"),
        ("24 hours", "always"),
    ]


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_says_what_it_is_and_what_to_change_first(name: str) -> None:
    text = template_text(name)
    assert text.startswith("# yaml-language-server: $schema=definition.schema.json\n")
    assert all(f"# {heading}" in text for heading in ("What it is", "The numbers", "Change first"))


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_title_of_a_template_is_the_name_of_its_definition(name: str) -> None:
    assert template(name).name == TEMPLATES[name].title


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_names_who_is_never_an_mql_and_when_it_is_read_again(name: str) -> None:
    assert template(name).disqualify
    assert template(name).review == Duration(3, "month")


# ------------------------------------------------------------------------------ leads worked by hand


def did(*events: tuple[str, dict[str, object]], days_ago: float = 1) -> tuple[Event, ...]:
    """Events one minute apart, in one session, the last of them so many days ago."""
    last = NOW - timedelta(days=days_ago)
    return tuple(
        Event(name, last - timedelta(minutes=len(events) - 1 - index), properties, session_id="s1")
        for index, (name, properties) in enumerate(events)
    )


def page(path: str) -> tuple[str, dict[str, object]]:
    return "page", {"path": path}


def known_lead(facts: dict[str, object], events: tuple[Event, ...]) -> Lead:
    return Lead("L1", {"lead.created_at": (NOW - timedelta(days=90)).isoformat()} | facts, events)


GOOD_COMPANY: dict[str, object] = {
    "lead.email": "ada@quayside.example",
    "lead.country": "DE",
    "lead.title": "VP Marketing",
    "account.name": "Quayside",
    "account.employees": "200",
    "account.industry": "software",
    "account.domain": "northwind-freight.example",
}

WORKED = [
    # company 20 + industry 20; pricing 30 + comparison 25 + webinar 15 = 70
    (
        "classic",
        GOOD_COMPANY,
        did(page("/pricing"), page("/vs/rivaldesk"), ("Webinar Attended", {})),
        40,
        70,
        True,
    ),
    # director or higher 15 + size 10; trial 30 + demo 25 + 3 × pricing 15 + case study 10 = 80 (together 105)
    (
        "hundred-point",
        GOOD_COMPANY,
        did(
            ("Trial Started", {}),
            page("/pricing"),
            page("/pricing"),
            page("/pricing/teams"),
            ("Content Downloaded", {"kind": "case-study"}),
            ("Demo Requested", {}),
        ),
        25,
        80,
        True,
    ),
    # VP of marketing 15 + size 10 + industry 10; pricing 15 + again 10 + click 2 − no mail opened 5 = 22: 57
    (
        "b2b-saas",
        GOOD_COMPANY,
        did(page("/pricing"), page("/pricing"), ("Email Link Clicked", {"kind": "content"})),
        35,
        22,
        True,
    ),
    # size 20 + industry 20 + title 15; pricing 20 and nothing else stays under the engagement bar of 30
    ("two-bars", GOOD_COMPANY, did(page("/pricing")), 55, 20, False),
    # the same with the video: 20 + 15 = 35
    ("two-bars", GOOD_COMPANY, did(page("/pricing"), ("Demo Video Watched", {})), 55, 35, True),
    # no points; VP at 200 people with three visits in one sitting
    ("patterns", GOOD_COMPANY, did(page("/pricing"), page("/pricing"), page("/pricing")), 0, 0, True),
    # two visits are not three
    ("patterns", GOOD_COMPANY, did(page("/pricing"), page("/pricing")), 0, 0, False),
    # age 15 + place 15 + middle income 5 + desktop 5; contact form 14 days ago: 40 / 2 = 20, under its bar
    (
        "b2c",
        {
            "lead.age": "41",
            "lead.location": "Berlin",
            "lead.income_level": "middle",
            "lead.device": "desktop",
            "lead.country": "DE",
        },
        did(("Contact Form Submitted", {}), days_ago=14),
        40,
        20,
        False,
    ),
    # VP 15 + size 10 + industry 10 + no CRM known 5; no opens for 30 days −5; pricing 15 / 2 after 45 days
    ("full", GOOD_COMPANY, did(page("/pricing"), days_ago=45), 40, Decimal("2.5"), False),
]


@pytest.mark.parametrize(("name", "facts", "events", "fit", "engagement", "is_mql"), WORKED)
def test_a_lead_worked_by_hand_scores_what_the_arithmetic_says(
    name: str,
    facts: dict[str, object],
    events: tuple[Event, ...],
    fit: int,
    engagement: Decimal | int,
    is_mql: bool,
) -> None:
    from handraise.engine.evaluate import evaluate

    (score,) = evaluate(template(name), [known_lead(facts, events)], NOW)
    assert score.fit == fit * 100
    assert score.engagement == engagement * 100
    assert score.is_mql is is_mql
