"""What a lead lacks, and what would do, in words."""

from collections import Counter
from collections.abc import Sequence

from handraise.core.definition.conditions import (
    AtLeast,
    Between,
    Condition,
    Equals,
    FactTest,
    Has,
    InList,
    Known,
    Negation,
    Test,
)
from handraise.core.words.clause import capital
from handraise.core.words.conditions import condition_words, fact_words
from handraise.core.words.tongues import ENGLISH, Tongue


def way_words(steps: Sequence[tuple[str, str]], tongue: Tongue = ENGLISH, *, in_order: bool = False) -> str:
    """Events to come, as (signal, note) pairs, in words.

    Examples
    --------
    >>> way_words([("comparison_visit", ""), ("webinar", "")])
    'one comparison visit and one webinar'
    >>> way_words([("email_click", "in another campaign")] * 2)
    'two e-mail clicks in another campaign'
    >>> way_words([("webinar", ""), ("case_study_visit", "")], in_order=True)
    'one webinar, then one case study visit'
    """
    if in_order:
        return tongue.one_then([_step(1, *step, tongue) for step in steps])
    return tongue.both([_step(count, *step, tongue) for step, count in Counter(steps).items()])


def _step(count: int, signal: str, note: str, tongue: Tongue) -> str:
    return f"{tongue.so_many(count, signal)}{' ' if note else ''}{note}"


def pattern_lacks(pattern: str, missing: Sequence[Condition], tongue: Tongue = ENGLISH) -> str:
    """A pattern that is not true, with what it lacks."""
    parts = [condition_words(each, tongue=tongue) for each in missing]
    return tongue.lacking(tongue.clause(tongue.pattern_fails(pattern)), parts)


def not_yet(condition: Condition, tongue: Tongue = ENGLISH) -> str:
    """A condition that does not hold."""
    if isinstance(condition, Negation):
        return tongue.in_the_way(condition_words(condition.item, tongue=tongue))
    return tongue.not_yet(condition_words(condition, tongue=tongue))


def wanted_words(test: FactTest, tongue: Tongue = ENGLISH) -> str:
    """What a fact would have to be.

    Examples
    --------
    >>> wanted_words(FactTest("lead.seniority", (Equals(("vp", "director")),)))
    'VP or director'
    """
    if len(test.tests) == 1:
        said = _value_words(test.tests[0], tongue)
        if said:
            return said
    return fact_words(test.fact, test.tests, tongue)


def _value_words(test: Test, tongue: Tongue) -> str:
    match test:
        case Equals(values) | Has(values):
            return tongue.either([tongue.value(each) for each in values])
        case Between(low, high):
            return tongue.from_to(tongue.amount(low), tongue.amount(high))
        case AtLeast(bound):
            return tongue.or_more(tongue.amount(bound))
        case InList(name):
            return tongue.entry_of(name)
        case Known():
            return tongue.knowing_it()
        case _:
            return ""


def summed_up(clause: str, ways: Sequence[str], tongue: Tongue = ENGLISH, *, closed: bool, most: int) -> str:
    """The whole answer as one sentence.

    Examples
    --------
    >>> summed_up("14 points short of MQL", ["one comparison visit", "one webinar"], closed=False, most=3)
    '14 points short of MQL: one comparison visit or one webinar would do.'
    """
    clause = capital(clause)
    if ways:
        return tongue.would_do(clause, ways)
    return tongue.nothing_would(clause) if closed else tongue.too_far(clause, most)
