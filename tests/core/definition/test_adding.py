"""What a form adds to a definition's text is read by the language."""

import pytest

from handraise.core.definition import read_definition
from handraise.core.definition.adding import Asked, with_fit_rule
from handraise.core.definition.asking import FORM_TESTS, TESTS

TEXT = "name: A\nfit: {rules: [{rule: a, when: {lead.age: 5}, points: 1}]}\nqualify: {mql: {fit: 1}}\n"
VALUES = {
    "between": "5, 9", "at_least": "5", "at_most": "5", "known": "true", "unknown": "true",
    "before": "2026-01-01", "after": "2026-01-01", "in_last": "30 days",
}  # fmt: skip


def test_forms_offer_every_test_but_patterns() -> None:
    assert {key.name for key, _ in TESTS} - set(FORM_TESTS) == {"matches"}


@pytest.mark.parametrize("test", FORM_TESTS)
def test_each_test_that_forms_offer_is_read_as_it_was_asked(test: str) -> None:
    value = VALUES.get(test, "blocked_countries" if test == "in_list" else "DE, AT")
    text = with_fit_rule(TEXT, "b", Asked("lead.signed_at", test, value), "10")
    lists = "lists: {blocked_countries: [DE]}\n" if test == "in_list" else ""
    rules = read_definition(text + lists).definition.rules
    assert [rule.rule for rule in rules] == ["a", "b"]
