"""Conditions on facts, sessions and times seen (decisions 9 and 21 to 28)."""

import pytest

from handraise.core.event import Event
from tests.builders import DAY, HOUR, MICRO, NOW, at, event, is_met, judged, lead, page, with_rules


def holds(condition: str, **facts: object) -> bool:
    """Whether a fit rule with this condition gives its points; facts are named `lead_x`, `account_x`."""
    text = f"fit: {{rules: [{{rule: r, when: {condition}, points: 1}}]}}\nqualify: {{mql: {{total: 100}}}}"
    named = {name.replace("_", ".", 1): value for name, value in facts.items()}
    return judged(text, lead(facts=named)).fit == 100


def table(test: str, *, true: tuple[object, ...], false: tuple[object, ...]) -> None:
    """Check one test on the free fact `lead.word` for several values."""
    for value in true:
        assert holds(f"{{lead.word: {test}}}", lead_word=value), value
    for value in false:
        assert not holds(f"{{lead.word: {test}}}", lead_word=value), value


# ---------------------------------------------------------------------------------------- tests


def test_a_value_is_equality() -> None:
    table("Chess", true=("chess", "CHESS", " Chess "), false=("chess club", "c", "", None))


def test_a_list_of_values_is_or() -> None:
    table("[chess, go]", true=("Chess", "GO"), false=("chess, go", "golf"))


def test_not_in_holds_for_what_is_known_and_is_none_of_these() -> None:
    table("{not_in: [chess, go]}", true=("golf",), false=("Chess", "GO ", "", None))


def test_between_includes_both_ends() -> None:
    table("{between: [50, 500]}", true=(50, 500, "50", "500.0", 99.5), false=(49.99, 500.01, "many", None))


def test_at_least_and_at_most_include_the_bound() -> None:
    table("{at_least: 10}", true=(10, "10", 10.5), false=(9.999999, "9", "ten", None))
    table("{at_most: 10}", true=(10, "10", -3), false=(10.000001, "11", "ten", None))


def test_starts_with_contains_and_their_lists() -> None:
    table("{starts_with: /vs/}", true=("/vs/acme", "/VS/"), false=("/a/vs/", "vs", None))
    table("{starts_with: [/vs/, /compare]}", true=("/compare-us", "/vs/x"), false=("/x/compare",))
    table("{contains: pric}", true=("/PRICING", "x pric y"), false=("price"[:3], None))
    table("{contains: [aa, bb]}", true=("xaax", "bb"), false=("a b",))


def test_matches_looks_for_the_pattern_somewhere_in_the_text() -> None:
    table("{matches: '^/vs/[a-z]+$'}", true=("/vs/acme",), false=("/vs/", "/a/vs/b", None))
    table("{matches: 'b+c'}", true=("abbcd",), false=("acb",))


def test_matches_does_not_regard_case_like_every_other_test_on_text() -> None:
    table("{matches: '^/vs/'}", true=("/VS/Acme",), false=("VS",))


def test_in_list_asks_a_managed_list() -> None:
    text = "lists: {rivals: [Acme, Globex]}\nqualify: {mql: {lead.company: {in_list: rivals}}}"
    assert judged(text, lead(facts={"lead.company": "ACME"})).is_mql
    assert not judged(text, lead(facts={"lead.company": "Acme Two"})).is_mql


def test_has_and_lacks_ask_a_list_of_things() -> None:
    tools = "Salesforce; Slack"
    assert holds("{account.technologies: {has: salesforce}}", account_technologies=tools)
    assert holds("{account.technologies: {has: [hubspot, slack]}}", account_technologies=tools)
    assert not holds("{account.technologies: {has: [hubspot]}}", account_technologies=tools)
    assert holds("{account.technologies: {lacks: [hubspot, sap]}}", account_technologies=tools)
    assert not holds("{account.technologies: {lacks: [hubspot, slack]}}", account_technologies=tools)


def test_known_and_unknown() -> None:
    table("{known: true}", true=("x", 0, False), false=("", "  ", None, []))
    table("{unknown: true}", true=("", "  ", None, []), false=("x", 0, False))


def test_true_and_false_are_values() -> None:
    assert holds("{account.target_account: true}", account_target_account="yes")
    assert holds("{account.target_account: false}", account_target_account="no")
    assert not holds("{account.target_account: true}", account_target_account="no")
    assert not holds("{account.target_account: false}", account_target_account="perhaps")


# ------------------------------------------------------------------------------------- missing facts


@pytest.mark.parametrize("missing", [None, "", "   "])
@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("x", False),
        ("[x, y]", False),
        ("{not_in: [x]}", False),
        ("{between: [0, 9]}", False),
        ("{at_least: 0}", False),
        ("{at_most: 9}", False),
        ("{starts_with: x}", False),
        ("{contains: x}", False),
        ("{matches: x}", False),
        ("{has: x}", False),
        ("{before: 1 day}", False),
        ("{after: 2020-01-01}", False),
        ("{in_last: 1 day}", False),
        ("{known: true}", False),
        ("{unknown: true}", True),
        ("{lacks: x}", True),
    ],
)
def test_no_test_on_a_missing_fact_is_true_except_unknown_and_lacks(
    missing: object, test: str, expected: bool
) -> None:
    assert holds(f"{{lead.word: {test}}}", lead_word=missing) is expected
    assert holds(f"{{lead.word: {test}}}") is expected


def test_not_is_plain_negation_of_a_missing_fact_too() -> None:
    assert holds("{not: {lead.word: x}}")
    assert holds("{not: {lead.word: {not_in: [x]}}}")
    assert holds("{not: {lead.word: x}}", lead_word="y")
    assert not holds("{not: {lead.word: x}}", lead_word="x")


# ------------------------------------------------------------------------------------------ combining


def test_several_keys_are_and() -> None:
    both = "{lead.word: x, lead.other: y}"
    assert holds(both, lead_word="x", lead_other="y")
    assert not holds(both, lead_word="x")
    table("{known: true, not_in: [x], contains: y}", true=("y", "zy"), false=("x", "z"))


def test_any_all_and_not_combine() -> None:
    tree = "{any: [{lead.word: x}, {all: [{lead.word: y}, {not: {lead.other: z}}]}]}"
    assert holds(tree, lead_word="x", lead_other="z")
    assert holds(tree, lead_word="y")
    assert not holds(tree, lead_word="y", lead_other="z")


def test_keys_beside_any_are_and() -> None:
    tree = "{lead.other: z, any: [{lead.word: x}, {lead.word: y}]}"
    assert holds(tree, lead_word="y", lead_other="z")
    assert not holds(tree, lead_word="y")


# ------------------------------------------------------------------------------- lists and ranges


@pytest.mark.parametrize(
    "test", ["slack", "[sap, slack]", "{starts_with: sla}", "{contains: lac}", "{matches: '^sl'}"]
)
def test_a_text_test_on_a_list_holds_when_it_holds_for_one_entry(test: str) -> None:
    assert holds(f"{{account.technologies: {test}}}", account_technologies="Salesforce; Slack")
    assert not holds(f"{{account.technologies: {test}}}", account_technologies="Salesforce; HubSpot")


@pytest.mark.parametrize("test", ["{not_in: [slack, sap]}", "{lacks: [slack, sap]}"])
def test_not_in_and_lacks_on_a_list_hold_when_no_entry_is_among_the_values(test: str) -> None:
    assert holds(f"{{account.technologies: {test}}}", account_technologies="Salesforce; HubSpot")
    assert not holds(f"{{account.technologies: {test}}}", account_technologies="Salesforce; Slack")


@pytest.mark.parametrize(
    ("test", "true", "false"),
    [
        ("{at_least: 51}", "51-200", "50-200"),
        ("{at_most: 200}", "51-200", "51-201"),
        ("{between: [50, 500]}", "51-200", "51-1000"),
        ("{between: [50, 500]}", "50-500", "10,001+"),
        ("{at_least: 10001}", "10,001+", "1,001-5,000"),
        ("{not_in: [300]}", "51-200", "251-350"),
        ("250", "250", "51-200"),
    ],
)
def test_a_comparison_on_a_range_holds_only_if_it_holds_for_every_number_of_it(
    test: str, true: str, false: str
) -> None:
    assert holds(f"{{account.employees: {test}}}", account_employees=true)
    assert not holds(f"{{account.employees: {test}}}", account_employees=false)


def test_an_open_range_is_never_at_most_a_number() -> None:
    assert not holds("{account.employees: {at_most: 1000000}}", account_employees="10,001+")


# -------------------------------------------------------------------------------- domains, numbers


@pytest.mark.parametrize("fact", ["lead.email_domain", "account.domain"])
def test_in_list_on_a_domain_holds_for_an_entry_and_for_its_subdomains(fact: str) -> None:
    text = f"lists: {{rivals: [Rival.com]}}\nqualify: {{mql: {{{fact}: {{in_list: rivals}}}}}}"
    for domain, expected in (
        ("rival.com", True),
        ("mail.RIVAL.com", True),
        ("notrival.com", False),
        ("com", False),
    ):
        assert judged(text, lead(facts={fact: domain})).is_mql is expected, domain


def test_the_domain_of_an_address_is_asked_like_a_typed_one() -> None:
    text = "lists: {rivals: [rival.com]}\nqualify: {mql: {lead.email_domain: {in_list: rivals}}}"
    assert judged(text, lead(facts={"lead.email": "Ann@mail.rival.com"})).is_mql


def test_in_list_on_anything_else_takes_whole_entries() -> None:
    text = "lists: {rivals: [rival.com]}\nqualify: {mql: {lead.word: {in_list: rivals}}}"
    assert not judged(text, lead(facts={"lead.word": "mail.rival.com"})).is_mql


def test_built_in_lists_need_not_be_written() -> None:
    text = "qualify: {mql: {lead.email_domain: {in_list: personal_domains}}}"
    assert judged(text, lead(facts={"lead.email": "ann@gmail.com"})).is_mql
    assert not judged(text, lead(facts={"lead.email": "ann@handraise.example"})).is_mql


def test_numbers_typed_as_text_compare_as_numbers_where_the_test_is_about_a_number() -> None:
    table("1200", true=("1,200", "1200.0"), false=("1.200",))  # one way of writing them: 1,200.50
    table("10", true=(10, "10", "10.0", " 10 "), false=("010x", "ten", 9))
    table("'10'", true=("10", 10), false=("10.0",))  # the quotes say text
    table("{at_least: 9}", true=("10",), false=("8",))  # as text, "10" would come before "9"


# ------------------------------------------------------------------------------------------- times


def created(condition: str, when: object) -> bool:
    return holds(f"{{lead.created_at: {condition}}}", lead_created_at=when)


def test_before_a_length_of_time_means_at_least_that_long_ago() -> None:
    assert created("{before: 30 days}", NOW - 30 * DAY)
    assert not created("{before: 30 days}", NOW - 30 * DAY + MICRO)


def test_in_last_means_less_than_that_long_ago_and_not_in_the_future() -> None:
    assert created("{in_last: 30 days}", NOW - 30 * DAY + MICRO)
    assert not created("{in_last: 30 days}", NOW - 30 * DAY)
    assert created("{in_last: 30 days}", NOW)
    assert not created("{in_last: 30 days}", NOW + MICRO)


def test_before_a_date_means_earlier_and_after_means_at_or_later() -> None:
    midnight = at("2026-01-31 00:00")
    assert created("{before: 2026-01-31}", midnight - MICRO)
    assert not created("{before: 2026-01-31}", midnight)
    assert created("{after: 2026-01-31}", midnight)
    assert not created("{after: 2026-01-31}", midnight - MICRO)


def test_at_least_at_most_and_between_take_dates() -> None:
    midnight = at("2026-01-31 00:00")
    assert created("{at_least: 2026-01-31}", midnight)
    assert created("{at_most: 2026-01-31}", midnight)
    assert not created("{at_least: 2026-01-31}", midnight - MICRO)
    assert not created("{at_most: 2026-01-31}", midnight + MICRO)
    assert created("{between: [2026-01-01, 2026-01-31]}", "2026-01-31")
    assert not created("{between: [2026-01-01, 2026-01-31]}", "2026-02-01")


def test_a_free_fact_may_be_a_time() -> None:
    table("{before: 1 day}", true=("2026-02-28", NOW - DAY), false=("2026-03-01", "soon"))


VISITS = (page(NOW - 40 * DAY), page(NOW - 10 * DAY))


def test_first_seen_and_last_seen_are_the_first_and_the_last_event() -> None:
    assert is_met("{first_seen: {before: 40 days}, last_seen: {in_last: 11 days}}", *VISITS)
    assert not is_met("{last_seen: {before: 30 days}}", *VISITS)
    assert is_met("{last_seen: {before: 30 days}}", VISITS[0])
    assert is_met("{first_seen: {after: 2026-01-20}}", *VISITS)


def test_last_seen_before_30_days_begins_exactly_30_days_after_the_last_event() -> None:
    assert is_met("{last_seen: {before: 30 days}}", page(NOW - 30 * DAY))
    assert not is_met("{last_seen: {before: 30 days}}", page(NOW - 30 * DAY + MICRO))


def test_without_events_first_seen_and_last_seen_are_unknown() -> None:
    assert is_met("{last_seen: {unknown: true}}")
    assert not is_met("{last_seen: {before: 1 day}}")
    assert not is_met("{first_seen: {in_last: 1 day}}")
    assert is_met("{last_seen: {known: true}, first_seen: {known: true}}", page(NOW))


# ---------------------------------------------------------------------------------------- sessions


def test_sessions_counts_the_leads_sessions() -> None:
    two = [page(NOW - 9 * HOUR), page(NOW - HOUR, session="s1"), page(NOW, session="s1")]
    assert is_met("{sessions: 2}", *two)
    assert is_met("{sessions: {between: [2, 3]}}", *two)
    assert not is_met("{sessions: {at_most: 1}}", *two)
    assert is_met("{sessions: {not_in: [1, 3]}}", *two)


def test_without_events_there_are_0_sessions() -> None:
    assert is_met("{sessions: 0}")
    assert is_met("{sessions: {at_most: 1}}")


# -------------------------------------------------------------------------- facts beside behaviour


def test_conditions_on_facts_stand_beside_conditions_on_behaviour() -> None:
    keen = "{lead.seniority: [vp, director], signal: pricing, at_least: 2, within: 7 days}"
    visits = [page(NOW - DAY, "/pricing"), page(NOW, "/pricing")]
    assert is_met(keen, *visits, facts={"lead.title": "VP of Sales"})
    assert not is_met(keen, *visits, facts={"lead.title": "Intern"})
    assert not is_met(keen, visits[0], facts={"lead.title": "VP of Sales"})


def test_an_engagement_rule_with_when_gives_its_points_only_to_leads_whose_facts_satisfy_it() -> None:
    definition = with_rules("{signal: demo, points: 10, when: {lead.email_kind: business}}")
    demo: Event = event("Demo Requested", NOW)
    assert judged(definition, lead(demo, facts={"lead.email": "ann@handraise.example"})).engagement == 1000
    assert judged(definition, lead(demo, facts={"lead.email": "ann@gmail.com"})).engagement == 0
    assert judged(definition, lead(demo)).engagement == 0


def test_an_own_value_comes_before_a_derived_one() -> None:
    assert holds("{lead.seniority: vp}", lead_title="VP of Sales")
    assert holds("{lead.seniority: director}", lead_title="VP of Sales", lead_seniority="Director")
    assert holds("{lead.seniority: vp}", lead_title="VP of Sales", lead_seniority=" ")
