"""A form changes what it shows and nothing else: the rest of the file stays letter by letter."""

import difflib
import re

import pytest

from handraise.core.definition.adding import (
    Asked,
    with_disqualifier,
    with_engagement_rule,
    with_fit_rule,
    with_route,
    with_service_level,
    with_signal,
)
from handraise.core.definition.form import form_of, with_changes
from handraise.core.definition.reading import read_definition
from handraise.core.definition.rewriting import (
    CannotRewrite,
    with_item,
    with_value,
    without_item,
    without_value,
)
from handraise.core.differences import differences
from handraise.core.errors import InputInvalid
from handraise.templates import TEMPLATES, template_text

LISTS = {
    name: ["a.example"]
    for name in ("icp_industries", "competitors", "universities", "personal_domains", "target_accounts")
}
BLOCK = """\
# ours
name: Small   # of everybody
signals:
  demo: {event: Demo Requested}
engagement:
  # agreed in March
  bar: 40
  rules:
    # the strong one
    - rule: demo request   # at once
      signal: demo
      points: 50
    - {rule: "two: demos",  signal: demo, at_least: 2, within: 7 days,   points: 5}
    # the end
qualify: {mql: {any: [engagement, {total: 90}]}, grades: {engagement: {1: 60, 2: 0}}}
"""


def read(text: str):  # type: ignore[no-untyped-def]
    return read_definition(text, LISTS.get, LISTS).definition


@pytest.mark.parametrize("template", ["full", "two-bars", "b2c"])
def test_every_number_of_every_template_can_be_changed_alone(template: str) -> None:
    text = template_text(template)
    for field in form_of(text).fields():
        if not re.fullmatch(r"\d+", field.value):
            continue
        changed = with_changes(text, {field.id: str(int(field.value) + 1)})
        told = [line for line in difflib.ndiff(text.splitlines(), changed.splitlines()) if line[0] in "+-"]
        assert len(told) == 2, "one line, and no other"
        assert len(changed) - len(text) in (0, 1)


def test_a_changed_number_is_the_only_difference() -> None:
    text = template_text("full")
    changed = with_changes(text, {"engagement/rules/0/points": "26", "fit/bar": "31"})
    told = [each.sentence for each in differences(read(text), read(changed))]
    assert len(told) == 2, told


@pytest.mark.parametrize("template", TEMPLATES)
def test_what_is_not_changed_stays_letter_by_letter(template: str) -> None:
    text = template_text(template)
    assert with_changes(text, {field.id: field.value for field in form_of(text).fields()}) == text
    assert with_changes(text, {"handoff/sla/999/within": "1 minute", "name": "Other"}) == text


def test_a_form_knows_what_can_be_changed() -> None:
    form = form_of(BLOCK)
    assert {field.id: field.value for field in form.fields() if field.value} == {
        "qualify/mql/any/1/total": "90",
        "signals/demo/event": "Demo Requested",
        "engagement/bar": "40",
        "engagement/rules/0/points": "50",
        "engagement/rules/1/points": "5",
        "engagement/rules/1/at_least": "2",
        "engagement/rules/1/within": "7 days",
        "qualify/grades/engagement/1": "60",
        "qualify/grades/engagement/2": "0",
    }
    assert form.signals == ("demo",)


def test_keys_are_added_and_taken_out_where_they_belong() -> None:
    changed = with_changes(
        BLOCK,
        {
            "engagement/cap": "100",
            "engagement/rules/0/half_life": "30 days",
            "engagement/rules/1/half_life": "none",
            "engagement/rules/1/within": "",
            "fit/bar": "10",
        },
    )
    definition = read(changed)
    assert definition.engagement.bounds.cap == 10_000
    assert [str(rule.decay) for rule in definition.engagement.rules] == ["halves every 30 days", "None"]
    assert definition.engagement.rules[1].behaviour.within is None
    assert definition.fit.bar == 1_000
    for comment in (
        "# ours",
        "# of everybody",
        "# agreed in March",
        "# the strong one",
        "# at once",
        "# the end",
    ):
        assert comment in changed
    assert "  bar: 40\n  cap: 100\n  rules:" in changed


def test_rules_are_added_at_the_end_and_taken_out_whole() -> None:
    added = with_engagement_rule(BLOCK, "three: demos", Asked(signal="demo", at_least="3"), "7")
    added = with_fit_rule(added, "DACH", Asked("lead.country", "is", "DE, AT"), "5")
    definition = read(added)
    assert [rule.rule for rule in definition.engagement.rules] == [
        "demo request",
        "two: demos",
        "three: demos",
    ]
    assert definition.fit.rules[0].rule == "DACH"
    assert '    - {rule: "three: demos", signal: demo, at_least: 3, points: 7}\n    # the end' in added
    gone = without_item(without_item(added, ("engagement", "rules", 2)), ("engagement", "rules", 0))
    assert [rule.rule for rule in read(gone).engagement.rules] == ["two: demos"]
    assert "demo request" not in gone
    assert "# the strong one" in gone, "whose comment that is nobody knows"
    last = without_item(gone, ("engagement", "rules", 0))
    assert form_of(last).dimensions[1].rules == ()
    assert "rules:" not in last.partition("engagement:")[2].partition("fit")[0]


def test_flow_lists_and_the_end_of_the_file() -> None:
    text = (
        "fit: {rules: [{rule: a, when: {lead.age: 1}, points: 1}, {rule: b, when: {lead.age: 2}, points: 2}]}"
    )
    assert without_item(text, ("fit", "rules", 0)).startswith("fit: {rules: [{rule: b,")
    assert without_item(text, ("fit", "rules", 1)).endswith("points: 1}]}")
    assert with_item(text, ("fit", "rules"), {"rule": "c"}).endswith("points: 2}, {rule: c}]}")
    assert without_value("a: 1\nb: 2", ("b",)) == "a: 1\n"
    assert without_value("l:\n  - a: 1\n    b: 2\n", ("l", 0, "a")) == "l:\n  - b: 2\n"
    assert with_value("a: 1", ("b",), "2") == "a: 1\nb: 2\n"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("a: {b: 1}", ("a",)),
        ("a: [1]", ("a", 3)),
        ("a: 1", ("a", "c")),
        ("a: |\n  long\n", ("a",)),
        ("a: [", ("a",)),
    ],
)
def test_what_cannot_be_followed_is_refused(text: str, path: tuple[str | int, ...]) -> None:
    with pytest.raises(CannotRewrite):
        with_value(text, path, "2")


@pytest.mark.parametrize(
    "name", ["a: b", "no", "# x", "'", '"', "[x]", "ü", "1.5.2", "é, ö", "- a", "{", "&x", "*y", " "]
)
def test_names_are_written_so_that_they_are_read_again(name: str) -> None:
    text = with_engagement_rule(BLOCK, name, Asked(signal="demo"), "7")
    assert form_of(text).dimensions[1].rules[2].name == name.strip()


SOLD = """\
name: Sold
signals:
  demo: {event: Demo Requested}   # the strong one
engagement: {bar: 40, rules: [{rule: demo, signal: demo, points: 50}]}
qualify: {mql: engagement}
disqualify:
  - {reason: geography, when: {lead.country: {not_in: [DE, AT]}}}
handoff:
  route: [{to: account_owner}, {team: inbound}]
  sla:
    - {within: 5 minutes, hours: business, when: {signal: demo}}
    # everybody else
    - {within: 24 hours}
stages: {mql: {max_age: 30 days, then: recycle}}
"""


def test_lines_beside_the_rules_can_be_changed() -> None:
    form = form_of(SOLD)
    assert [(lines.kind, [line.text for line in lines.lines]) for lines in form.lines[1:]] == [
        ("disqualify", ["{reason: geography, when: {lead.country: {not_in: [DE, AT]}}}"]),
        ("route", ["{to: account_owner}", "{team: inbound}"]),
        ("sla", ["{within: 5 minutes, hours: business, when: {signal: demo}}", "{within: 24 hours}"]),
    ]
    changed = with_changes(
        SOLD,
        {
            "signals/demo/event": "Demo Asked For",
            "disqualify/0/when/lead.country/not_in": "DE, AT, CH",
            "handoff/route/1/team": "sdr",
            "handoff/sla/0/hours": "",
            "handoff/sla/1/within": "1 day",
            "handoff/sla/1/hours": "business",
            "stages/mql/max_age": "14 days",
        },
    )
    assert changed == (
        SOLD.replace("Demo Requested", "Demo Asked For")
        .replace("[DE, AT]", "[DE, AT, CH]")
        .replace("team: inbound", "team: sdr")
        .replace(", hours: business", "")
        .replace("{within: 24 hours}", "{within: 1 day, hours: business}")
        .replace("30 days", "14 days")
    )


def test_what_a_condition_asks_for_can_be_changed_and_says_what_it_is() -> None:
    text = (
        "fit:\n  rules:\n"
        "    - {rule: size, when: {account.employees: {between: [50, 500]}, lead.country: DE}, points: 5}\n"
        "    - {rule: named, when: {any: [{account.name: {known: true}}, {lead.title: CTO}]}, points: 1}\n"
    )
    asked = {field.id: (field.asks, field.value) for field in form_of(text).fields() if field.many}
    assert asked == {
        "fit/rules/0/when/account.employees/between": ("account.employees between", "50, 500"),
        "fit/rules/0/when/lead.country": ("lead.country", "DE"),
        "fit/rules/1/when/any/0/account.name/known": ("account.name known", "true"),
        "fit/rules/1/when/any/1/lead.title": ("lead.title", "CTO"),
    }
    wanted = dict.fromkeys(asked, "")
    assert with_changes(text, wanted) == text, "a condition without a value would be none"
    changed = with_changes(text, dict(zip(asked, ("10, 99", "DE, AT", "true", "CTO, CEO"), strict=True)))
    assert "between: [10, 99]}, lead.country: [DE, AT]}" in changed
    assert "{known: true}}, {lead.title: [CTO, CEO]}" in changed
    assert read(f"name: X\n{changed}qualify: {{mql: {{total: 1}}}}\n")


def test_windows_are_offered_where_a_signal_is_counted() -> None:
    [rule] = form_of(SOLD).dimensions[1].rules
    assert [field.name for field in rule.more] == ["at_least", "within", "in_last", "each", "half_life"]
    changed = with_changes(
        SOLD, {"engagement/rules/0/in_last": "30 days", "engagement/rules/0/at_least": "2"}
    )
    assert "{rule: demo, signal: demo, points: 50, at_least: 2, in_last: 30 days}" in changed
    assert read(changed).engagement.rules[0].behaviour.in_last is not None


def test_lines_are_added_before_the_one_that_always_applies() -> None:
    text = with_signal(SOLD, "pricing", "page", Asked("path", "starts_with", "/pricing, /prices"))
    text = with_disqualifier(text, "competitor", Asked("lead.email_domain", "is", "rival.example"))
    text = with_route(text, "", "dach", Asked("lead.country", "is", "DE, AT"))
    text = with_service_level(text, "2 hours", "", Asked("total", "is", "80"))
    prices = Asked("lead.country", "is", "DE", signal="pricing")
    text = with_engagement_rule(text, "prices", prices, "5", "1 per week")
    pricing = "pricing: {event: page, where: {path: {starts_with: [/pricing, /prices]}}}"
    assert f"# the strong one\n  {pricing}" in text
    assert "owner}, {team: dach, when: {lead.country: [DE, AT]}}, {team: inbound}]" in text
    assert "    - {within: 2 hours, when: {total: 80}}\n    - {within: 24 hours}" in text
    definition = read(text)
    assert [one.reason for one in definition.disqualify] == ["geography", "competitor"]
    assert [one.rule for one in definition.engagement.rules] == ["demo", "prices"]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: with_signal(SOLD, "demo", "page", Asked()),
        lambda: with_disqualifier(SOLD, "none", Asked()),
        lambda: with_route(SOLD, "", "", Asked()),
        lambda: with_engagement_rule(SOLD, "none", Asked("lead.country", "is", "DE"), "5"),
        lambda: with_fit_rule(SOLD, "half", Asked("lead.country"), "5"),
        lambda: with_fit_rule(SOLD, "other half", Asked(value="DE"), "5"),
    ],
    ids=["taken", "no condition", "to nobody", "no signal", "no value", "no fact"],
)
def test_half_a_line_is_refused_with_what_is_missing(wrong) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputInvalid):
        wrong()
