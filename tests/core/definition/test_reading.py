"""What a definition becomes when it can be read."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from handraise.core.definition import Definition, read_definition
from handraise.core.definition.conditions import (
    After,
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Before,
    Behaviour,
    Between,
    Condition,
    Contains,
    Each,
    Equals,
    FactTest,
    FromStage,
    GradeIn,
    Has,
    InLast,
    InList,
    Known,
    Lacks,
    Matches,
    Negation,
    NotIn,
    PatternHolds,
    ScoreAtLeast,
    Seen,
    SessionCount,
    StartsWith,
    Unknown,
)
from handraise.core.definition.model import Bounds, EngagementRule, HalfLife, Steps
from handraise.core.duration import Duration
from handraise.core.errors import DefinitionInvalid
from handraise.templates import TEMPLATES, template_text

DAYS_30 = Duration(30, "day")
HEAD = "name: Read\nsignals: {demo: {event: Demo Requested}, view: {event: page}}\n"


def definition(rest: str) -> Definition:
    return read_definition(HEAD + rest).definition


def when(condition: str) -> Condition:
    rest = f"fit: {{rules: [{{rule: r, when: {condition}, points: 1}}]}}\nqualify: {{mql: {{total: 1}}}}"
    return definition(rest).fit.rules[0].when


def behaviour(keys: str) -> Behaviour:
    return rule(keys).behaviour


def rule(keys: str, dimension: str = "") -> EngagementRule:
    rest = f"engagement: {{{dimension} rules: [{{rule: r, {keys}}}]}}\nqualify: {{mql: {{total: 1}}}}"
    return definition(rest).engagement.rules[0]


def mql(condition: str) -> Condition:
    rest = f"""
fit: {{bar: 10}}
patterns: [{{pattern: keen, signal: demo}}]
qualify: {{mql: {condition}, grades: {{fit: {{A: 1, B: 0}}, engagement: {{1: 1, 2: 0}}}}}}
"""
    return definition(rest).qualify.mql


@pytest.mark.parametrize(
    ("written", "tests"),
    [
        ("vp", (Equals(("vp",)),)),
        ("[vp, 3, true]", (Equals(("vp", Decimal(3), True)),)),
        ("{is: vp}", (Equals(("vp",)),)),
        ("{not_in: [DE, AT]}", (NotIn(("DE", "AT")),)),
        ("{between: [50, 500]}", (Between(Decimal(50), Decimal(500)),)),
        ("{at_least: 1.5, at_most: 3}", (AtLeast(Decimal("1.5")), AtMost(Decimal(3)))),
        ("{at_least: 2026-01-31}", (AtLeast(datetime(2026, 1, 31, tzinfo=UTC)),)),
        ("{starts_with: [Head, VP]}", (StartsWith(("Head", "VP")),)),
        ("{contains: sales}", (Contains(("sales",)),)),
        ("{matches: '^V.P'}", (Matches("^V.P"),)),
        ("{in_list: universities}", (InList("universities"),)),
        ("{has: crm}", (Has(("crm",)),)),
        ("{lacks: [crm]}", (Lacks(("crm",)),)),
        ("{known: true}", (Known(),)),
        ("{unknown: true}", (Unknown(),)),
        ("{before: 30 days}", (Before(DAYS_30),)),
        ("{before: 2026-01-31T12:00:00+01:00}", (Before(datetime(2026, 1, 31, 11, tzinfo=UTC)),)),
        ("{after: 2026-01-31}", (After(datetime(2026, 1, 31, tzinfo=UTC)),)),
        ("{in_last: 30 days}", (InLast(DAYS_30),)),
    ],
)
def test_each_test_on_a_fact_becomes_its_value(written: str, tests: tuple[object, ...]) -> None:
    assert when(f"{{lead.a: {written}}}") == FactTest("lead.a", tests)  # type: ignore[arg-type]


def test_several_keys_are_and() -> None:
    one, other = FactTest("lead.a", (Equals(("x",)),)), FactTest("account.b", (Equals(("y",)),))
    assert when("{lead.a: x, account.b: y}") == AllOf((one, other))
    assert when("{all: [{lead.a: x}, {account.b: y}]}") == AllOf((one, other))
    assert when("{any: [{lead.a: x}, {account.b: y}]}") == AnyOf((one, other))
    assert when("{not: {lead.a: x}}") == Negation(one)


def test_country_codes_that_look_like_other_things_stay_text() -> None:
    assert when("{lead.country: [NO, YES, ON, DE]}") == FactTest(
        "lead.country", (Equals(("NO", "YES", "ON", "DE")),)
    )


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("signal: demo", Behaviour("signal", ("demo",))),
        ("signal: [demo, view], in_last: 30 days", Behaviour("signal", ("demo", "view"), in_last=DAYS_30)),
        (
            "signal: view, at_least: 3, within: 30 days",
            Behaviour("signal", ("view",), Decimal(3), within=DAYS_30),
        ),
        (
            "signal: view, distinct: path, at_least: 2",
            Behaviour("signal", ("view",), Decimal(2), distinct="path"),
        ),
        (
            "signal: view, sum: seconds, at_least: 0.5",
            Behaviour("signal", ("view",), Decimal("0.5"), sum="seconds"),
        ),
        (
            "signal: view, same: campaign, at_least: 2",
            Behaviour("signal", ("view",), Decimal(2), same="campaign"),
        ),
        ("same_session: [demo, view]", Behaviour("same_session", ("demo", "view"))),
        ("sequence: [demo, view], within: 30 days", Behaviour("sequence", ("demo", "view"), within=DAYS_30)),
        ("none_of: view, in_last: 30 days", Behaviour("none_of", ("view",), in_last=DAYS_30)),
        ("signal: view, each: event", Behaviour("signal", ("view",), each=Each("event"))),
        ("signal: view, each: true", Behaviour("signal", ("view",), each=Each("event"))),
        (
            "signal: view, each: 1 per week, at_most: 3",
            Behaviour("signal", ("view",), each=Each("week"), at_most=3),
        ),
        ("signal: view, each: 2 per month", Behaviour("signal", ("view",), each=Each("month", 2))),
        ("signal: view, each: 1 per session", Behaviour("signal", ("view",), each=Each("session"))),
        (
            "signal: view, each: 1 per 30 days",
            Behaviour("signal", ("view",), each=Each("duration", 1, DAYS_30)),
        ),
        ("signal: view, each: 30 days", Behaviour("signal", ("view",), each=Each("duration", 1, DAYS_30))),
    ],
)
def test_each_behaviour_becomes_its_value(keys: str, expected: Behaviour) -> None:
    assert behaviour(f"{keys}, points: 1") == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("fit", ScoreAtLeast("fit", None)),
        ("{fit: 30}", ScoreAtLeast("fit", 3000)),
        ("{engagement: 0.01}", ScoreAtLeast("engagement", 1)),
        ("{total: 50}", ScoreAtLeast("total", 5000)),
        ("{grade: [A1, B2]}", GradeIn(("A1", "B2"))),
        ("{pattern: keen}", PatternHolds("keen")),
        ("{sessions: {at_most: 1}}", SessionCount((AtMost(Decimal(1)),))),
        ("{sessions: 2}", SessionCount((Equals((Decimal(2),)),))),
        ("{last_seen: {before: 30 days}}", Seen("last_seen", (Before(DAYS_30),))),
        ("{first_seen: {in_last: 30 days}}", Seen("first_seen", (InLast(DAYS_30),))),
        (
            "{signal: demo, lead.a: x}",
            AllOf((Behaviour("signal", ("demo",)), FactTest("lead.a", (Equals(("x",)),)))),
        ),
    ],
)
def test_each_way_to_qualify_becomes_its_value(condition: str, expected: Condition) -> None:
    assert mql(condition) == expected


def test_the_default_decay_is_taken_by_rules_that_earn_and_say_none_of_their_own() -> None:
    default, own = HalfLife(Duration(45, "day")), HalfLife(Duration(9, "day"))
    assert rule("signal: demo, points: 1", "half_life: 45 days,").decay == default
    assert rule("signal: demo, points: 1, half_life: 9 days", "half_life: 45 days,").decay == own
    assert rule("signal: demo, points: 1, half_life: none", "half_life: 45 days,").decay is None
    assert rule("signal: demo, points: 1", "lose: 50 % every 3 months,").decay == Steps(
        Decimal("0.5"), Duration(3, "month")
    )


def test_deductions_and_silence_do_not_decay() -> None:
    assert rule("signal: demo, points: -1", "half_life: 45 days,").decay is None
    assert rule("none_of: view, in_last: 9 days, points: 1", "half_life: 45 days,").decay is None


def test_points_are_exact_hundredths() -> None:
    assert [rule(f"signal: demo, points: {points}").points for points in ("15", "-2.5", "0.01", "1_000")] == [
        1500,
        -250,
        1,
        100_000,
    ]


def test_bars_caps_floors_and_groups_are_kept() -> None:
    fit = definition(
        "fit: {bar: 10, cap: 60, floor: -5, groups: {who: {cap: 20}}, "
        "rules: [{rule: r, when: {lead.a: x}, points: 1, group: who}]}\nqualify: {mql: fit}"
    ).fit
    assert (fit.bar, fit.bounds, fit.groups) == (1000, Bounds(6000, -500), (("who", Bounds(2000, None)),))
    assert fit.rules[0].group == "who"


def test_what_is_left_out_has_its_default() -> None:
    small = definition("qualify: {mql: {total: 1}}")
    assert (small.timezone, small.motion, small.applies_to) == ("UTC", "inbound", AllOf(()))
    assert (small.rules, small.patterns, small.disqualify, small.review) == ((), (), (), None)


def test_list_entries_are_folded_sorted_and_taken_once() -> None:
    lists = definition("lists: {a: [' B.example ', a.EXAMPLE, b.example]}\nqualify: {mql: {total: 1}}").lists
    assert lists["a"] == ("a.example", "b.example")


def test_a_list_may_stand_in_a_file() -> None:
    files = {"rivals.txt": ["Rivaldesk.example", "", " helpboard.example"]}
    text = HEAD + "lists: {rivals: {file: rivals.txt}}\nqualify: {mql: {total: 1}}"
    assert read_definition(text, files.get).definition.lists["rivals"] == (
        "helpboard.example",
        "rivaldesk.example",
    )


def test_lists_beside_the_file_are_taken_where_they_are_used() -> None:
    text = (
        HEAD + "disqualify: [{reason: rival, when: {lead.x: {in_list: rivals}}}]\nqualify: {mql: {total: 1}}"
    )
    read = read_definition(text, beside={"rivals": ["a.example"], "unused": ["b.example"]})
    assert dict(read.definition.lists) == {"rivals": ("a.example",)}


def test_lists_beside_the_file_that_only_a_route_uses_are_taken_too() -> None:
    text = HEAD + (
        "handoff: {route: [{team: a, when: {lead.email_domain: {in_list: targets}}}, {team: b}]}\n"
        "requalify: [{lead.email_domain: {in_list: friends}}]\nqualify: {mql: {total: 1}}"
    )
    read = read_definition(text, beside={"targets": ["a.example"], "friends": ["b.example"]})
    assert dict(read.definition.lists) == {"targets": ("a.example",), "friends": ("b.example",)}


def test_a_list_in_the_file_comes_before_one_beside_it() -> None:
    text = HEAD + (
        "lists: {rivals: [here.example]}\n"
        "disqualify: [{reason: rival, when: {lead.x: {in_list: rivals}}}]\nqualify: {mql: {total: 1}}"
    )
    assert read_definition(text, beside={"rivals": ["there.example"]}).definition.lists["rivals"] == (
        "here.example",
    )


def test_the_hand_off_is_kept() -> None:
    handoff = definition(
        "handoff: {route: [{to: account_owner}, {team: a, by: weight, when: {from_stage: recycled}}], "
        "sla: [{within: 5 minutes, hours: business}], alert: slack}\nqualify: {mql: {total: 1}}"
    ).handoff
    assert [(each.to, each.team, each.by) for each in handoff.route] == [
        ("account_owner", None, "round_robin"),
        (None, "a", "weight"),
    ]
    assert handoff.route[1].when == FromStage(("recycled",))
    assert (handoff.sla[0].within, handoff.sla[0].hours) == (Duration(5, "minute"), "business")
    assert handoff.alert == ("slack",)


def test_every_part_knows_where_it_stands() -> None:
    read = read_definition(
        HEAD
        + "fit:\n  rules:\n    - rule: r\n      when: {lead.a: x}\n      points: 1\nqualify: {mql: {fit: 1}}"
    )
    assert read.place("fit", "rules", 0) == (5, 7)
    assert read.place("fit", "rules", 0, "points") == (7, 7)
    assert read.place("fit", "rules", 0, "when", "lead.a") == (6, 14)


def test_a_part_that_is_not_there_stands_where_the_part_around_it_does() -> None:
    read = read_definition(HEAD + "qualify: {mql: {total: 1}}")
    assert read.place("qualify", "grades", "fit") == read.place("qualify") == (3, 1)
    assert read.place("review") == (0, 0)


@pytest.mark.parametrize("name", TEMPLATES)
def test_reading_twice_gives_the_same_definition(name: str) -> None:
    text = template_text(name)
    assert read_definition(text).definition == read_definition(text.replace("\n", "\r\n")).definition


def test_a_definition_can_be_asked_for_a_signal_or_pattern_by_name() -> None:
    full = read_definition(template_text("full")).definition
    assert full.signal("demo_request").events == ("Demo Requested",)
    assert full.pattern("keen director").pattern == "keen director"
    with pytest.raises(KeyError):
        full.signal("nothing")
    with pytest.raises(KeyError):
        full.pattern("nothing")


def small(rule: str, where: str = "{}") -> str:
    """A definition of one signal and one rule."""
    signal = f"{{event: page, where: {where}}}" if where != "{}" else "{event: page}"
    return (
        f"name: Small\nsignals: {{visit: {signal}}}\nengagement: {{rules: [{rule}]}}\n"
        "qualify: {mql: {total: 1}}\n"
    )


@pytest.mark.parametrize("test", ["{in_last: 30 days}", "{before: 30 days}"])
def test_a_property_has_no_age(test: str) -> None:
    with pytest.raises(DefinitionInvalid, match="a property has no age"):
        read_definition(small("{rule: r, signal: visit, points: 5}", f"{{due: {test}}}"))


def test_a_step_is_not_smaller_than_a_hundredth_of_a_per_cent() -> None:
    with pytest.raises(DefinitionInvalid, match=r"a step takes at least 0\.01 %"):
        read_definition(small("{rule: r, signal: visit, points: 5, lose: 0.001 % every 1 day}"))
