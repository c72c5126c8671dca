"""What changes the hash of a definition, and what does not."""

from dataclasses import replace

import pytest

from handraise.core.definition import Definition, read_definition
from handraise.core.definition.hashing import content_hash, scoring_hash
from handraise.core.definition.model import Recycle
from handraise.core.differences import differences
from handraise.core.duration import Duration
from handraise.templates import TEMPLATES, template_text

TEXT = """
name: Small
signals:
  demo: {event: Demo Requested}
  pricing: {event: page, where: {path: {starts_with: /pr}}}
fit: {bar: 10, rules: [{rule: vp, when: {lead.seniority: vp, lead.country: {in_list: near}}, points: 10}]}
engagement:
  half_life: 7 days
  rules: [{rule: demo, signal: demo, points: 50}, {rule: p, signal: pricing, points: 5}]
qualify: {mql: {all: [fit, {total: 50}]}}
disqualify: [{reason: rival, when: {lead.email_domain: rivaldesk.example}}]
nurture: {recycled: stay-in-touch}
review: {every: 3 months}
lists: {near: [DE, AT], idle: [x]}
"""


def read(text: str) -> Definition:
    return read_definition(text).definition


def edited(old: str, new: str) -> Definition:
    assert old in TEXT
    return read(TEXT.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: Small", "# a remark\n\nname:   'Small'"),
        ("points: 50", "points: 50.00"),
        ("seniority: vp, lead.country: {in_list: near}", "country: {in_list: near}, lead.seniority: vp"),
        ("{recycled: stay-in-touch}", "\n  recycled: stay-in-touch"),
        ("[DE, AT]", "[at, de, DE]"),
        (
            "  demo: {event: Demo Requested}\n  pricing: {event: page, where: {path: {starts_with: /pr}}}",
            "  pricing: {where: {path: {starts_with: /pr}}, event: page}\n  demo: {event: Demo Requested}",
        ),
        ("{all: [fit, {total: 50}]}", "{all: [{total: 50}, fit]}"),
    ],
)  # fmt: skip
def test_layout_and_the_order_of_keys_change_no_hash(old: str, new: str) -> None:
    assert content_hash(edited(old, new)) == content_hash(read(TEXT))
    assert scoring_hash(edited(old, new)) == scoring_hash(read(TEXT))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("points: 50", "points: 50.01"),
        ("rule: vp", "rule: VP"),
        ("half_life: 7 days", "half_life: 8 days"),
        ("bar: 10", "bar: 11"),
        ("total: 50", "total: 51"),
        ("reason: rival", "reason: competitor"),
        ("[DE, AT]", "[DE]"),
        ("name: Small", "name: Small\ntimezone: Europe/Berlin"),
        ("starts_with: /pr", "is: /pr"),
        ("name: Small", "name: Small\napplies_to: {lead.country: DE}"),
    ],
)
def test_what_decides_scores_changes_both_hashes(old: str, new: str) -> None:
    assert content_hash(edited(old, new)) != content_hash(read(TEXT))
    assert scoring_hash(edited(old, new)) != scoring_hash(read(TEXT))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: Small", "name: Smaller"),
        ("stay-in-touch", "educate"),
        ("3 months", "6 months"),
        ("idle: [x]", "idle: [x, y]"),
        ("half_life: 7 days", "half_life: 1 week"),
        ("name: Small", "name: Small\nmotion: product"),
        ("name: Small", "name: Small\nhandoff: {route: [{team: inbound}]}"),
        ("name: Small", "name: Small\nstages: {mql: {max_age: 30 days, then: recycle}}"),
    ],
)
def test_what_decides_no_score_changes_the_content_hash_alone(old: str, new: str) -> None:
    assert content_hash(edited(old, new)) != content_hash(read(TEXT))
    assert scoring_hash(edited(old, new)) == scoring_hash(read(TEXT))


def test_recycling_is_content_but_no_score() -> None:
    recycling = replace(read(TEXT), recycle=Recycle(None, Duration(1, "day")))
    assert content_hash(recycling) != content_hash(read(TEXT))
    assert scoring_hash(recycling) == scoring_hash(read(TEXT))


def test_a_hash_is_the_same_on_every_machine() -> None:
    small = read("{name: Small, engagement: {bar: 40}, qualify: {mql: engagement}}")
    assert content_hash(small).startswith("4b01afd8632abfe3")
    assert scoring_hash(small).startswith("277a9b7dd5ab630a")


def test_templates_differ_from_each_other() -> None:
    assert len({content_hash(read(template_text(name))) for name in TEMPLATES}) == len(TEMPLATES)


@pytest.mark.parametrize("name", TEMPLATES)
def test_definitions_of_different_hashes_differ_in_words(name: str) -> None:
    one = read(template_text(name))
    other = replace(one, name="Other")
    assert content_hash(one) != content_hash(other)
    assert differences(one, other)
