"""What a lead lacks, and what would do, in words."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

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
from handraise.core.score import Score
from handraise.core.words import conditions as clauses
from handraise.core.words import english as say
from handraise.core.words import phrases
from handraise.core.words.conditions import condition_words

_COUNTS: Final = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five"}


def counted(count: int, noun: str) -> str:
    """So many of a thing.

    Examples
    --------
    >>> counted(1, "pricing visit"), counted(2, "pricing visit"), counted(1, "any page")
    ('one pricing visit', 'two pricing visits', 'one page')
    """
    word = _COUNTS.get(count, str(count))
    if count == 1:
        return f"{word} {noun[4:] if noun.lower().startswith('any ') else noun}"
    return f"{word} {say.many(noun)}"


def way_words(steps: Sequence[tuple[str, str]], *, in_order: bool = False) -> str:
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
        return ", then ".join(_step(1, *step) for step in steps)
    return say.both([_step(count, *step) for step, count in Counter(steps).items()])


def _step(count: int, signal: str, note: str) -> str:
    return f"{counted(count, say.named(signal))}{' ' if note else ''}{note}"


def with_another(name: str) -> str:
    """A step whose property has a value not seen before."""
    return f"with another {name.replace('_', ' ')}"


def with_the_same(name: str) -> str:
    """A step whose property has the value seen most."""
    return f"with the same {name.replace('_', ' ')}"


def short_of_bar(hundredths: int, dimension: str, bar: int) -> str:
    """How far a dimension is from its bar.

    Examples
    --------
    >>> short_of_bar(1400, "engagement", 4000)
    '14 points short of the engagement bar of 40'
    """
    return f"{say.points(hundredths)} short of the {dimension} bar of {say.points(bar).split()[0]}"


def short_of(hundredths: int, dimension: str, needed: int) -> str:
    """How far a score is from what is asked.

    Examples
    --------
    >>> short_of(1400, "total", 5000)
    '14 points short of the 50 points that fit and engagement together must reach'
    """
    asked = f"the {say.points(needed)} that {say.DIMENSIONS[dimension]} must reach"
    return f"{say.points(hundredths)} short of {asked}"


def grade_must_be(grade: str | None, wanted: Sequence[str]) -> str:
    """Which grade there is and which there must be."""
    return f"the grade is {grade or 'not given'} and must be {say.either(wanted)}"


def pattern_lacks(pattern: str, missing: Sequence[Condition]) -> str:
    """A pattern that is not true, with what it lacks."""
    parts = "; ".join(condition_words(each) for each in missing)
    return phrases.pattern_fails(pattern) + (f" (it lacks: {parts})" if parts else "")


def not_yet(condition: Condition) -> str:
    """A condition that does not hold."""
    if isinstance(condition, Negation):
        return f"what stands against it: {condition_words(condition.item)}"
    return f"not so yet: {condition_words(condition)}"


def or_else(words: str) -> str:
    """Another way in which the same could be met."""
    return f"or else: {words}"


# ------------------------------------------------------------------------------------ unknown facts


def wanted_words(test: FactTest) -> str:
    """What a fact would have to be.

    Examples
    --------
    >>> wanted_words(FactTest("lead.seniority", (Equals(("vp", "director")),)))
    'VP or director'
    """
    if len(test.tests) == 1:
        said = _value_words(test.tests[0])
        if said:
            return said
    return clauses.tests_words(test.fact, test.tests)


def _value_words(test: Test) -> str:
    match test:
        case Equals(values) | Has(values):
            return say.either([say.value(each) for each in values])
        case Between(low, high):
            return f"{say.amount(low)} to {say.amount(high)}"
        case AtLeast(bound):
            return f"{say.amount(bound)} or more"
        case InList(name):
            return f"an entry of the list {say.quoted(say.listed_name(name))}"
        case Known():
            return "knowing it"
        case _:
            return ""


def unknown_words(facts: Sequence[str], gains: Sequence[tuple[str, int]]) -> str:
    """Facts that are not known, and what each answer would add.

    Examples
    --------
    >>> unknown_words(["lead.title"], [("VP, director or manager", 1500), ("C-suite", 2000)])
    'the job title is unknown: VP, director or manager would add 15; C-suite would add 20'
    """
    labels = say.both([f"the {say.fact(name).label}" for name in facts])
    added = "; ".join(f"{what} would add {say.points(points).split()[0]}" for what, points in gains)
    return f"{labels} {'is' if len(facts) == 1 else 'are'} unknown: {added}"


# ------------------------------------------------------------------------------------- the whole


def local(moment: datetime, zone: str) -> str:
    """A moment as the clocks of the zone show it.

    Examples
    --------
    >>> from datetime import UTC
    >>> local(datetime(2026, 1, 31, 14, 5, tzinfo=UTC), "Europe/Berlin")
    '31 January 2026, 15:05'
    """
    here = moment.astimezone(ZoneInfo(zone))
    return f"{say.day(here)}, {here:%H:%M}"


def verdict(score: Score, shortage: str, until: datetime | None, zone: str) -> str:
    """The verdict as a clause, without what would do."""
    if not score.applies:
        return "not judged: this definition does not apply to the lead"
    if score.disqualified is not None:
        end = f" until {local(until, zone)}" if until else ""
        return f"not an MQL: disqualified as {say.quoted(score.disqualified)}{end}"
    if score.is_mql:
        since = score.became_mql_at
        return "an MQL" + (f"; the first time it became one was {local(since, zone)}" if since else "")
    return shortage or "not an MQL"


def short_of_mql(parts: Sequence[tuple[str, int]]) -> str:
    """How far from an MQL, when only points are missing.

    Examples
    --------
    >>> short_of_mql([("engagement", 1400)]), short_of_mql([("fit", 500), ("engagement", 1400)])
    ('14 points short of MQL', '5 points of fit and 14 points of engagement short of MQL')
    """
    if len(parts) == 1:
        return f"{say.points(parts[0][1])} short of MQL"
    return f"{say.both([f'{say.points(short)} of {dimension}' for dimension, short in parts])} short of MQL"


def summed_up(clause: str, ways: Sequence[str], *, closed: bool, most: int) -> str:
    """The whole answer as one sentence.

    Examples
    --------
    >>> summed_up("14 points short of MQL", ["one comparison visit", "one webinar"], closed=False, most=3)
    '14 points short of MQL: one comparison visit or one webinar would do.'
    """
    clause = clause[:1].upper() + clause[1:]
    if ways:
        plain = not any(" and " in way or ", " in way for way in ways)
        listed = say.either(list(ways)) if plain else "; or ".join(ways)
        return f"{clause}: {listed} would do."
    if closed:
        return f"{clause}. Nothing it does can change that; the facts about it would have to."
    return f"{clause}. No {_COUNTS[most]} events would be enough."


def change_words(before: Score, after: Score) -> str:
    """What differs between two verdicts."""
    parts = []
    if before.disqualified != after.disqualified:
        parts.append(
            f"disqualified as {say.quoted(after.disqualified)}"
            if after.disqualified is not None
            else f"no longer disqualified as {say.quoted(before.disqualified or '')}"
        )
    if before.is_mql != after.is_mql:
        parts.append("becomes an MQL" if after.is_mql else "is no longer an MQL")
    if before.grade != after.grade:
        parts.append(f"grade {before.grade or 'none'} → {after.grade or 'none'}")
    return ", ".join(parts)
