"""German: every phrase that English has, and none of its words."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random

import pytest

from handraise.core import words
from handraise.core.definition import Definition, read_definition
from handraise.core.definition.conditions import FactTest, leaves
from handraise.core.definition.model import Recycle, conditions_of
from handraise.core.differences import differences
from handraise.core.words import ENGLISH, GERMAN, Tongue
from handraise.core.words.english import English
from handraise.core.words.outlook import not_yet, summed_up, wanted_words
from handraise.templates import TEMPLATES, template_text
from tests.cases import Author, written

SEEDS = range(60)
# Said in the same way everywhere, out of other phrases.
SHARED = {"amount", "language", "local", "moment"}
FUNCTION_WORDS = frozenset(
    {
        "the", "and", "or", "of", "is", "are", "to", "on", "at", "with", "without", "for", "from", "by",
        "than", "that", "when", "where", "which", "whose", "it", "its", "be", "been", "not", "no", "any",
        "most", "least", "only", "once", "each", "every", "last", "first", "within", "ago", "while", "until",
        "has", "have", "there", "does",
    }
)  # fmt: skip
WORD = re.compile(r"(?<![/\w.*-])[a-z]+(?![\w*@-])")


def plain(said: str, definition: Definition) -> str:
    """Without what its author wrote: quoted names, and values of conditions."""
    bare = re.sub(r"„[^“]*“", "", said)
    for text in re.findall(r"[\w/.*^$\[\]-]*[/*^$\[\].][\w/.*^$\[\]-]*", bare):
        bare = bare.replace(text, "")
    return bare


def sentences(definition: Definition, tongue: Tongue) -> Iterator[str]:
    """Everything that is said of a definition."""
    yield words.mql_words(definition, tongue)
    for rule in definition.rules:
        yield words.rule_words(rule, tongue)
        yield words.asked_words(rule, tongue)
    for _, condition in conditions_of(definition):
        yield words.condition_words(condition, definition, tongue)
        yield words.when_words(condition, definition, tongue)
        yield not_yet(condition, tongue)
    for track in definition.qualify.fast_track:
        yield words.fast_track_words(track, definition, tongue)
    if definition.qualify.skip_to_sql is not None:
        yield words.skip_words(definition.qualify.skip_to_sql, tongue)
    for level in definition.handoff.sla:
        yield words.sla_words(level, definition, tongue)
    for route in definition.handoff.route:
        yield words.route_words(route, tongue)
    for limit in definition.stages:
        yield words.stage_words(limit, tongue)
    for trigger in definition.requalify:
        yield words.trigger_words(trigger, tongue)
    if definition.recycle is not None and definition.recycle != Recycle():
        yield words.recycle_words(definition.recycle, tongue)
    for bounds in (definition.fit.bounds, definition.engagement.bounds):
        if bounds.cap is not None or bounds.floor is not None:
            yield words.bounds_words(bounds, tongue)


def random_definition(seed: int) -> Definition:
    return read_definition(written(Author(Random(seed)).definition())).definition


def template(name: str) -> Definition:
    return read_definition(template_text(name)).definition


def test_german_has_a_phrase_for_everything_that_english_says() -> None:
    said = {name for part in English.__mro__[:-1] for name in vars(part) if not name.startswith("_")}
    own = {
        name
        for part in type(GERMAN).__mro__
        if part.__module__.startswith("handraise.core.words.german")
        for name in vars(part)
    }
    assert said - own == SHARED - own


@pytest.mark.parametrize("seed", SEEDS)
def test_no_word_of_english_is_in_what_german_says_of_any_definition(seed: int) -> None:
    definition = random_definition(seed)
    told = list(zip(sentences(definition, ENGLISH), sentences(definition, GERMAN), strict=True))
    assert told
    for english, german in told:
        assert not FUNCTION_WORDS & set(WORD.findall(plain(german, definition))), german
        assert german != english


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_word_of_english_is_in_what_german_says_of_our_templates(name: str) -> None:
    definition = template(name)
    for german in sentences(definition, GERMAN):
        assert not FUNCTION_WORDS & set(WORD.findall(plain(german, definition))), german


@pytest.mark.parametrize("seed", range(0, 60, 2))
def test_what_changed_is_told_in_german_for_any_two_definitions(seed: int) -> None:
    old, new = random_definition(seed), random_definition(seed + 1)
    english = differences(old, new)
    german = differences(old, new, tongue=GERMAN)
    assert [(each.kind, each.changes_scores) for each in german] == [
        (each.kind, each.changes_scores) for each in english
    ]
    for each in german:
        found = FUNCTION_WORDS & set(WORD.findall(plain(each.sentence, new)))
        assert not found - set(WORD.findall(" ".join(_names(old, new)))), each.sentence


def _names(*definitions: Definition) -> Iterator[str]:
    """What rules and the like are called: changes name them without quotes."""
    for each in definitions:
        yield each.name
        yield from (rule.rule for rule in each.rules)


def test_the_two_orders_of_a_clause_have_the_same_words() -> None:
    for name in TEMPLATES:
        definition = template(name)
        for _, condition in conditions_of(definition):
            first = words.condition_words(condition, definition, GERMAN)
            last = words.when_words(condition, definition, GERMAN)
            letters = [sorted(re.sub(r"[\s,;]|und|oder", "", said)) for said in (first, last)]
            assert letters[0] == letters[1] or "immer" in first


@pytest.mark.parametrize("name", TEMPLATES)
def test_english_is_what_it_was_without_a_language(name: str) -> None:
    definition = template(name)
    assert words.mql_words(definition) == words.mql_words(definition, ENGLISH)
    assert words.mql_words(definition, words.tongue_of("xx")) == words.mql_words(definition)


def test_what_is_missing_is_told_with_its_verb_in_the_right_number() -> None:
    short = GERMAN.short_of_mql([("engagement", 1400)])
    one = summed_up(short, [GERMAN.so_many(1, "comparison_visit")], GERMAN, closed=False, most=3)
    two = summed_up(short, [GERMAN.so_many(2, "pricing_visit")], GERMAN, closed=False, most=3)
    assert one == "Zum MQL fehlen 14 Punkte: Ein Besuch der Vergleichsseite würde genügen."
    assert two == "Zum MQL fehlen 14 Punkte: Zwei Besuche der Preisseite würden genügen."
    assert summed_up(short, [], GERMAN, closed=False, most=3) == (
        "Zum MQL fehlen 14 Punkte. Auch drei Ereignisse würden nicht genügen."
    )


def test_a_moment_and_a_wanted_value_are_said_in_german() -> None:
    at = datetime(2026, 3, 1, 14, 5, tzinfo=UTC)
    assert GERMAN.local(at, "Europe/Berlin") == "1. März 2026, 15:05"
    rule = template("b2b-saas").fit.rules[0]
    leaf = next(leaf for leaf in leaves(rule.when) if isinstance(leaf, FactTest))
    assert wanted_words(leaf, GERMAN) == "VP, Director oder Manager"
