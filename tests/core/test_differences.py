"""What changed between two definitions, said so that nobody has to read two files side by side."""

import random
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest

from handraise.core.definition import Definition, read_definition
from handraise.core.differences import Difference, differences
from handraise.core.differences.parts import PARTS
from handraise.core.duration import Duration
from handraise.templates import TEMPLATES, template_text


def changed(*changes: tuple[str, str], template: str = "full") -> tuple[Difference, ...]:
    """The differences after these texts were replaced in a template."""
    before = after = template_text(template)
    for old, new in changes:
        assert old in after
        after = after.replace(old, new)
    return differences(read_definition(before).definition, read_definition(after).definition)


def sentences(*changes: tuple[str, str], template: str = "full") -> list[str]:
    return [each.sentence for each in changed(*changes, template=template)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([("bar: 40", "bar: 45")], ["bar for engagement 40 → 45"]),
        (
            [("signal: pricing_visit, points: 15", "signal: pricing_visit, points: 20")],
            ["pricing visit 15 → 20"],
        ),
        ([("points: -50", "points: -2.5")], ["student domain −50 → −2.5"]),
        ([("half_life: 45 days ", "half_life: 60 days ")], ["half-life of 12 rules 45 days → 60 days"]),
        (
            [("half_life: 45 days ", "half_life: none ")],
            ["fading of 12 rules: halves every 45 days → does not fade"],
        ),
        (
            [("signal: demo_request,  points: 50", "signal: demo_request, half_life: 9 days, points: 50")],
            ["half-life of demo request 45 days → 9 days"],
        ),
        (
            [("- {rule: second pricing visit,    signal: pricing_visit, at_least: 2, points: 10}\n    ", "")],
            ["rule “second pricing visit” dropped: +10 for 2 or more pricing visits, halves every 45 days"],
        ),
        (
            [
                (
                    "rules:\n    - {rule: demo req",
                    "rules:\n    - {rule: chat, signal: any_page, points: 1}\n    - {rule: demo req",
                )
            ],
            ["new rule “chat”: +1 for any page, halves every 45 days"],
        ),
        (
            [("rule: comparison page, ", "rule: compared us, ")],
            ["rule “comparison page” is now called “compared us”"],
        ),
        ([("pricing_visit", "price_visit")], ["signal “pricing_visit” is now called “price_visit”"]),
        (
            [("competitors:", "rivals:"), ("competitors}", "rivals}")],
            ["list “competitors” is now called “rivals”"],
        ),
        ([("keen director", "eager director")], ["pattern “keen director” is now called “eager director”"]),
        ([("reason: competitor,", "reason: rival,")], ["reason “competitor” is now called “rival”"]),
        (
            [
                (
                    "[rivaldesk.example, helpboard.example]",
                    "[rivaldesk.example, a.example, b.example, c.example]",
                )
            ],
            ["list competitors: 3 added, 1 removed"],
        ),
        (
            [("at_least: 3, within: 7 days, points: 15", "at_least: 4, within: 7 days, points: 15")],
            [
                "rule “pricing 3 times a week”: "
                "3 or more pricing visits within 7 days → 4 or more pricing visits within 7 days"
            ],
        ),
        (
            [("kind: buyers-guide", "kind: [buyers-guide, report]")],
            [
                "signal “guide_download”: “Content Downloaded” where kind is buyers-guide or report "
                "(before: “Content Downloaded” where kind is buyers-guide)"
            ],
        ),
        ([("A: 45", "A: 50")], ["fit grade A from 45 → from 50"]),
        ([("cap: 60", "floor: 0")], ["cap for fit dropped (was 60)", "floor for fit: 0 (new)"]),
        (
            [("reset_on: [unsubscribe]", "reset_on: [unsubscribe, careers_visit]")],
            ["engagement starts again after: unsubscribe → unsubscribe, careers visit"],
        ),
        ([("Europe/Berlin", "Europe/Paris")], ["time zone Europe/Berlin → Europe/Paris"]),
        ([("motion: inbound", "motion: outbound")], ["motion inbound → outbound"]),
        ([("name: Mid-market SaaS", "name: Mid")], ["name Mid-market SaaS → Mid"]),
        (
            [("applies_to: {not: {lead.country: [KP, IR]}} ", "# ")],
            ["who is judged: country is anything but KP or IR → everybody"],
        ),
        (
            [("{within: 24 hours}", "{within: 12 hours}")],
            ["promise “every other MQL”: first contact within 24 hours → first contact within 12 hours"],
        ),
        ([("alert: [slack, email]", "alert: slack")], ["alerts slack, email → slack"]),
        (
            [("{max_age: 14 days, then: review}", "{max_age: 21 days, then: review}")],
            [
                "stage “sal”: a lead that has been SAL (accepted by sales) for 21 days is reviewed "
                "(before: a lead that has been SAL (accepted by sales) for 14 days is reviewed)"
            ],
        ),
        ([("review:  {every: 3 months}", "")], ["review dropped (was every 3 months)"]),
        ([("retarget", "ads")], ["stream “high_fit_low_engagement” retarget → ads"]),
        (
            [("needs: fit}", "needs: {fit: 40}}")],
            [
                "fast track “asked for a demo”: there is a demo request, as long as fit reaches 40 points "
                "(before: there is a demo request, as long as fit reaches its bar)"
            ],
        ),
        (
            [("complete: true", "complete: false")],
            [
                "straight to SQL: a lead with part of BANT answered goes straight to SQL "
                "(before: a lead with every question of BANT answered goes straight to SQL)"
            ],
        ),
    ],
)
def test_a_change_is_one_sentence_in_words(changes: list[tuple[str, str]], said: list[str]) -> None:
    assert sentences(*changes) == said


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_definition_does_not_differ_from_itself(name: str) -> None:
    assert differences(*[read_definition(template_text(name)).definition] * 2) == ()


def test_a_new_group_and_who_is_in_it_are_said() -> None:
    assert sentences(
        ("  cap: 60", "  cap: 60\n  groups: {people: {cap: 20}}"),
        ("{rule: C-suite, ", "{rule: C-suite, group: people, "),
    ) == ["new group “people”: never more than 20 points", "group of C-suite: people (new)"]


def test_a_renamed_and_changed_rule_is_one_dropped_and_one_new() -> None:
    found = changed(
        ("rule: C-suite,                 when", "rule: chiefs, when"), ("points: 20}", "points: 25}")
    )
    assert sorted(each.kind for each in found) == ["added", "removed"]


def test_the_order_of_disqualifiers_is_a_change_because_the_first_is_the_reason() -> None:
    first = "  - {reason: competitor,  when: {lead.email_domain: {in_list: competitors}}}\n"
    (only,) = changed((first, ""), ("requalify:", first + "requalify:"))
    assert only.sentence == "who never is an MQL: the order changed"
    assert only.changes_scores


@pytest.mark.parametrize(
    ("before", "after", "changes_scores"),
    [
        ("bar: 40", "bar: 45", True),
        ("name: Mid-market SaaS", "name: Mid", False),
        ("retarget", "ads", False),
        ("{within: 24 hours}", "{within: 12 hours}", False),
        ("team: dach, when: {lead.country: [DE,", "team: dach, when: {lead.country: [FR,", False),
        ("[rivaldesk.example, helpboard.example]", "[rivaldesk.example]", True),
        ("Europe/Berlin", "Europe/Paris", True),
        ("event: Email Opened", "event: Email Read", True),
    ],
)
def test_it_is_said_whether_scores_may_differ(before: str, after: str, changes_scores: bool) -> None:
    assert {each.changes_scores for each in changed((before, after))} == {changes_scores}


def test_the_time_zone_changes_no_score_where_no_calendar_is_asked_for() -> None:
    (only,) = changed(("Europe/Berlin", "Europe/Paris"), template="classic")
    assert not only.changes_scores


def test_a_difference_says_where_it_is() -> None:
    (only,) = changed(("signal: pricing_visit, points: 15", "signal: pricing_visit, points: 20"))
    assert only.path == ("engagement", "rules", "pricing visit", "points")
    assert (only.kind, only.old, only.new) == ("changed", "15", "20")


def test_every_part_of_a_definition_is_compared() -> None:
    assert set(PARTS) == {each.name for each in fields(Definition)}


def test_two_templates_differ_in_both_directions() -> None:
    old, new = (read_definition(template_text(name)).definition for name in ("classic", "b2b-saas"))
    there, back = differences(old, new), differences(new, old)
    assert sum(each.kind == "added" for each in there) == sum(each.kind == "removed" for each in back)


# ------------------------------------------------------------------------- no change goes unnoticed

PAIRS = {"groups", "fit", "engagement", "nurture"}  # fields that hold a name with a value
FIXED = {"form", "which", "dimension", "unit", "motion", "hours", "by", "reset", "stage", "bounds"}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to every leaf and every tuple inside a definition."""
    if is_dataclass(value):
        for each in fields(value):
            if each.name not in FIXED:
                yield from places(getattr(value, each.name), (*path, each.name))
    elif isinstance(value, tuple):
        if not PAIRS.intersection(path[-2:-1]):
            yield path
        for index, item in enumerate(value):
            yield from places(item, (*path, index))
    elif isinstance(value, MappingProxyType):
        for key, item in value.items():
            yield from places(item, (*path, key))
    else:
        yield path


def with_change(value: Any, path: tuple[Any, ...], draw: random.Random) -> Any:
    """The definition with what stands at the path changed somehow."""
    if not path:
        return other(value, draw)
    step, rest = path[0], path[1:]
    if isinstance(value, tuple):
        return (*value[:step], with_change(value[step], rest, draw), *value[step + 1 :])
    if isinstance(value, MappingProxyType):
        return MappingProxyType({**value, step: with_change(value[step], rest, draw)})
    return replace(value, **{step: with_change(getattr(value, step), rest, draw)})


def other(value: Any, draw: random.Random) -> Any:
    match value:
        case bool():
            return not value
        case int() | Decimal():
            return value + draw.choice((1, 700))
        case str():
            return draw.choice((value + "x", "y" + value))
        case Duration():
            return Duration(value.amount + 1, value.unit)
        case tuple() if value:
            gone = draw.randrange(len(value))
            return draw.choice((value[:gone] + value[gone + 1 :], (*value[1:], value[0])))
        case _:
            return value


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_single_change_of_a_template_goes_unnoticed(name: str) -> None:
    draw = random.Random(name)
    original = read_definition(template_text(name)).definition
    for path in places(original):
        mutant = with_change(original, path, draw)
        found = differences(original, mutant)
        assert bool(found) == (mutant != original), path
        assert all(each.sentence and each.path for each in found), path
        assert bool(differences(mutant, original)) == (mutant != original), path


@pytest.mark.parametrize("old", TEMPLATES)
def test_changes_on_top_of_changes_are_noticed_too(old: str) -> None:
    draw = random.Random(old)
    original = read_definition(template_text(old)).definition
    spots = list(places(original))
    for _ in range(60):
        mutant = original
        for path in sorted(draw.sample(spots, 3), key=len, reverse=True):
            mutant = with_change(mutant, path, draw)
        assert bool(differences(original, mutant)) == (mutant != original)
