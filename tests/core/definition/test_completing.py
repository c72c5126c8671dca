"""What is offered while somebody writes: what reading would take at that place, and nothing else."""

import pytest

from handraise.core.definition.completing import completions
from handraise.templates import template_text

TEXT = """\
name: Small
signals:
  demo: {event: Demo Requested}
  pricing_visit: {event: page, where: {path: {starts_with: /pricing}}}
lists: {rivals: [a.example]}
patterns: [{pattern: keen, signal: demo}]
fit:
  groups: {firm: {cap: 5}}
  rules:
    - {rule: a, when: {lead.email_domain: {in_list: rivals}}, points: 5}
"""


def words(more: str, text: str = TEXT, **lists: object) -> list[str]:
    return [one.word for one in completions(text + more, len(text + more), lists).found]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("eng", ["engagement"]),
        ("    - {rule: b, poi", ["points"]),
        ("    - {rule: b, when: {lead.sen", ["lead.seniority"]),
        ("    - {rule: b, when: {lead.age: {at_l", ["at_least"]),
        ("    - {rule: b, when: {lead.email_domain: {in_list: riv", ["rivals"]),
        ("    - {rule: b, group: f", ["firm"]),
        ("engagement:\n  rules:\n    - {rule: x, signal: pri", ["pricing_visit"]),
        ("engagement:\n  rules:\n    - rule: x\n      signal: d", ["demo"]),
        ("engagement:\n  rules:\n    - rule: x\n      half", ["half_life"]),
        ("engagement:\n  rules:\n    - {rule: x, same_session: [demo, pri", ["pricing_visit"]),
        ("motion: prod", ["product"]),
        ("qualify: {mql: {pattern: k", ["keen"]),
        ("qualify: {mql: {all: [fi", ["first_seen", "fit"]),
        ("handoff: {sla: [{within: 5 minutes, hours: bus", ["business"]),
        ("nurture:\n  recy", ["recycled"]),
    ],
)
def test_what_may_stand_there(more: str, expected: list[str]) -> None:
    assert words(more)[: len(expected)] == expected


def test_a_key_that_is_there_is_not_offered_again() -> None:
    assert "points" not in words("    - {rule: b, points: 5, ")
    assert "name" not in words("na")


def test_nothing_in_comments_and_quotes() -> None:
    assert words("# eng") == []
    assert words('    - {rule: "eng') == []


def test_lists_beside_the_file_are_names_too() -> None:
    assert words("    - {rule: b, when: {lead.email_domain: {in_list: tar", targets=[]) == ["targets"]


def test_keys_say_what_they_mean() -> None:
    [one] = completions(TEXT + "engagement:\n  half", len(TEXT) + len("engagement:\n  half")).found
    assert (one.insert, "halve" in one.meaning) == ("half_life: ", True)


def test_wherever_the_cursor_is_it_answers() -> None:
    text = template_text("full")
    for offset in range(0, len(text), 211):
        completions(text, offset)
