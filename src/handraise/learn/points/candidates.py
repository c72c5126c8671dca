"""Questions that a rule may ask of a lead: bins of its facts, and what it did, how often, how lately.

They are found without looking at what became of the leads: a bin that was cut where it tells most would look
better than it is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations
from typing import Final

import numpy as np
import pyarrow as pa

from handraise.core.definition.conditions import (
    ALWAYS,
    AtLeast,
    AtMost,
    Behaviour,
    Between,
    Condition,
    Equals,
    FactTest,
    Has,
    Test,
    Unknown,
    leaves,
)
from handraise.core.definition.model import (
    Definition,
    Engagement,
    EngagementRule,
    Fit,
    FitRule,
    Qualify,
    Rule,
    Signal,
)
from handraise.core.duration import Duration
from handraise.core.words.behaviours import behaviour_words
from handraise.core.words.conditions import condition_words
from handraise.engine.columns import encoded
from handraise.engine.match import source_of
from handraise.facts import CATALOG, Kind
from handraise.learn.intervals import Floats
from handraise.learn.past import Bools, Ints, Past, judged, values_of
from handraise.learn.points.choosing import LEAST
from handraise.learn.subjects import NAMES

EDGES: Final = 20  # of a number: twentieths of the leads
COARSE: Final = 4  # edges between which a band may lie: every fourth
FEW_NUMBERS: Final = 20  # with no more values than this, each is an edge
MOST_VALUES: Final = 60  # of a fact of words: the most frequent
OWN_VALUE: Final = 0.5  # of the leads: from so many different values on, words are names
_SIZES: Final = tuple(map(Decimal, (10, 50, 200, 500, 1_000, 5_000, 10_000)))
_AT_ONCE: Final = 8_000_000  # leads times questions that are asked together: what fits into memory

MOST_TOGETHER: Final = 200  # a definition may ask for 512 behaviours
COUNTS: Final = (1, 2, 3, 5, 10)
CLOSE: Final = ((2, Duration(7, "day")), (3, Duration(7, "day")))
LATELY: Final = (Duration(7, "day"), Duration(30, "day"), Duration(90, "day"))
SILENCES: Final = (Duration(14, "day"), Duration(30, "day"), Duration(60, "day"))


@dataclass(frozen=True)
class Candidate:
    """A yes-or-no question about a lead.

    Attributes
    ----------
    name
        As the rule would be called.
    asks
        Facts, for a rule of fit; a behaviour, for one of engagement, with `when` beside it or not.
    about
        The fact or the signal: candidates about the same are a group.
    signals
        Signals that it needs.
    """

    name: str
    asks: Condition
    about: str
    signals: tuple[Signal, ...] = ()
    when: Condition | None = None

    @property
    def is_behaviour(self) -> bool:
        """Whether it is something a lead does: then its rule is one of engagement."""
        return isinstance(self.asks, Behaviour)

    @property
    def facts(self) -> tuple[str, ...]:
        """Facts that it looks at."""
        conditions = [self.asks, *([] if self.when is None else [self.when])]
        found = [leaf.fact for each in conditions for leaf in leaves(each) if isinstance(leaf, FactTest)]
        return tuple(dict.fromkeys(found))

    def rule(self, points: int, name: str | None = None) -> Rule:
        """The rule that gives so many hundredths for it."""
        name = self.name if name is None else name
        if isinstance(self.asks, Behaviour):
            return EngagementRule(name, self.asks, points, self.when)
        return FitRule(name, self.asks, points)


def answers(definition: Definition, asked: Sequence[Candidate], past: Past, moments: Ints) -> Bools:
    """(leads, candidates) what holds for each lead at its own moment, by the one evaluator.

    Parameters
    ----------
    definition
        Gives the time zone, signals and lists.
    """
    found = np.zeros((len(past), len(asked)), np.bool_)
    together = min(MOST_TOGETHER, max(20, _AT_ONCE // max(1, len(past))))
    for first in range(0, len(asked), together):
        part = asked[first : first + together]
        rules = [each.rule(100, str(place)) for place, each in enumerate(part)]
        asking = with_rules(definition, rules, [signal for each in part for signal in each.signals])
        names = [rule.rule for rule in asking.rules]
        order = [names.index(str(place)) for place in range(len(part))]
        found[:, first : first + len(part)] = judged(asking, past, moments).fired[:, order]
    return found


def with_rules(definition: Definition, rules: Sequence[Rule], signals: Sequence[Signal]) -> Definition:
    """The definition with these rules and signals, and nothing else that scores or decides."""
    return replace(
        definition,
        applies_to=ALWAYS,
        signals=tuple({signal.name: signal for signal in signals}.values()),
        fit=Fit(tuple(rule for rule in rules if isinstance(rule, FitRule))),
        engagement=Engagement(tuple(rule for rule in rules if isinstance(rule, EngagementRule))),
        patterns=(),
        qualify=Qualify(mql=ALWAYS),
        disqualify=(),
        requalify=(),
    )


def of_definition(definition: Definition) -> Iterator[Candidate]:
    """The rules of a definition, and counts of its signals; decay and points are left behind."""
    for rule in definition.rules:
        if isinstance(rule, FitRule):
            facts = [leaf.fact for leaf in leaves(rule.when) if isinstance(leaf, FactTest)]
            yield Candidate(rule.rule, rule.when, facts[0] if facts else rule.rule)
        elif rule.behaviour.each is None:
            about = ", ".join(rule.behaviour.signals)
            yield Candidate(rule.rule, rule.behaviour, about, _named(definition, rule.behaviour), rule.when)
    for signal in definition.signals:
        yield from of_signal(signal)


def _named(definition: Definition, behaviour: Behaviour) -> tuple[Signal, ...]:
    return tuple(definition.signal(name) for name in dict.fromkeys(behaviour.signals))


def of_signal(signal: Signal) -> Iterator[Candidate]:
    """How often, how close together and how lately."""
    asked = [
        *(Behaviour("signal", (signal.name,), Decimal(count)) for count in COUNTS),
        *(Behaviour("signal", (signal.name,), Decimal(count), within=span) for count, span in CLOSE),
        *(Behaviour("signal", (signal.name,), in_last=window) for window in LATELY),
    ]
    for behaviour in asked:
        yield Candidate(behaviour_words(behaviour), behaviour, signal.name, (signal,))


def of_silence(signal: Signal) -> Iterator[Candidate]:
    """Nothing of it for some time."""
    for window in SILENCES:
        behaviour = Behaviour("none_of", (signal.name,), in_last=window)
        yield Candidate(behaviour_words(behaviour), behaviour, signal.name, (signal,))


def unique(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Each question once; the first name stays, others of that name get theirs from what they are about."""
    by_question: dict[object, Candidate] = {}
    for each in candidates:
        by_question.setdefault((each.asks, each.when), each)
    named: dict[str, Candidate] = {}
    for each in by_question.values():
        name = each.name if each.name.casefold() not in named else f"{each.name} ({each.about})"
        while name.casefold() in named:
            name += " too"
        named[name.casefold()] = replace(each, name=name)
    return tuple(named.values())


# ------------------------------------------------------------------------------------------- facts


@dataclass(frozen=True)
class LeftOut:
    """A column that no rule may ask about, and why."""

    name: str
    why: str


def askable(past: Past, cases: Bools, without: Sequence[str]) -> tuple[tuple[str, ...], tuple[LeftOut, ...]]:
    """Facts that rules may ask about, also derived ones; and those that they may not, each with the reason.

    Parameters
    ----------
    without
        Facts that are not to be looked at, nor what is derived from them; they are not told again.
    """
    derived = [
        name for name, fact in CATALOG.items() if any(each in past.facts for each in fact.derived_from)
    ]
    kept, left = [], []
    for fact in sorted({*past.facts, *derived} - NAMES):
        if fact in without or source_of(fact) in without or not fact.startswith(("lead.", "account.")):
            continue
        why = _no_question(past, cases, fact)
        if why is None:
            kept.append(fact)
        elif why:
            left.append(LeftOut(fact, why))
    return tuple(kept), tuple(left)


def _no_question(past: Past, cases: Bools, fact: str) -> str | None:
    """Why a fact gives no question; None when it gives some, nothing when that goes without saying."""
    if len(fact.split(".")) != 2:
        plain = fact.partition(".")[2].replace(".", "_")
        return f'its name has dots, which a definition cannot name; read it as `--map "{fact}={plain}"`'
    kind = CATALOG[fact].kind if fact in CATALOG else None
    if kind in (Kind.DATE, Kind.DOMAIN):
        return ""
    column = past.facts.get(fact)
    if column is not None and str(column.type).startswith("timestamp"):
        return ""
    values = values_of(past, fact)
    codes = values.codes[cases]
    known = codes[codes < len(values.values)]
    if not known.size:
        return ""
    different = np.unique(known).size
    numbers = numbers_of(values.values)
    if different > OWN_VALUE * known.size and known.size >= LEAST and (numbers is None or _are_ids(numbers)):
        return "nearly every lead has a value of its own: it is a name, and says nothing of other leads"
    return None


def _are_ids(numbers: Floats) -> bool:
    """Whether they look like numbers that were given out: whole, and each about once."""
    known = numbers[~np.isnan(numbers)]
    return bool(np.all(known == np.rint(known))) and len(known) > 1_000


def numbers_of(values: Sequence[str]) -> Floats | None:
    """The values as numbers, with NaN last for an absent one; None when any is no number."""
    try:
        return np.array([*map(float, values), np.nan])
    except ValueError:
        return None


def of_facts(past: Past, cases: Bools, facts: Sequence[str]) -> Iterator[Candidate]:
    """Bins of each fact: values, thresholds and bands of numbers, and that nothing is known."""
    for fact in facts:
        for test in _tests(past, cases, fact):
            condition = FactTest(fact, (test,))
            yield Candidate(condition_words(condition), condition, fact)


def _tests(past: Past, cases: Bools, fact: str) -> Iterator[Test]:
    kind = CATALOG[fact].kind if fact in CATALOG else None
    values = values_of(past, fact)
    codes = values.codes[cases]
    counts = np.bincount(codes, minlength=len(values.values) + 1)
    if counts[-1] >= LEAST:
        yield Unknown()
    numbers = numbers_of(values.values) if kind in (None, Kind.NUMBER, Kind.RANGE) else None
    if numbers is not None:
        yield from bands(numbers[codes])
    elif kind is Kind.RANGE:
        yield from _sizes()
    elif kind is Kind.LIST:
        yield from _entries(values.values, counts)
    else:
        spelt = _spellings(past, fact)
        frequent = np.argsort(-counts[:-1], kind="stable")[:MOST_VALUES]
        for place in np.sort(frequent[counts[frequent] >= LEAST]).tolist():
            text = values.values[place]
            yield Equals((text == "true" if kind is Kind.BOOLEAN else spelt.get(text, text),))


def _spellings(past: Past, fact: str) -> dict[str, str]:
    """How the file writes each value: they are compared without case, and read better as they are."""
    column = past.facts.get(fact)
    if column is None:
        return {}
    texts = encoded(column.cast(pa.string()) if not pa.types.is_dictionary(column.type) else column)
    return {str(text).strip().casefold(): str(text).strip() for text in texts.dictionary.to_pylist()}


def _entries(values: Sequence[str], counts: Ints) -> Iterator[Test]:
    found: dict[str, int] = {}
    for value, count in zip(values, counts[:-1].tolist(), strict=True):
        for entry in value.split(", "):
            found[entry] = found.get(entry, 0) + count
    for entry, count in sorted(found.items()):
        if count >= LEAST:
            yield Has((entry,))


def _sizes() -> Iterator[Test]:
    """Bands of sizes, for facts that are ranges: a range holds only if all of it lies in the band."""
    for low, high in combinations((Decimal(0), *_SIZES), 2):
        yield Between(low + 1, high)
    for low in _SIZES:
        yield AtLeast(low + 1)


def bands(numbers: Floats) -> Iterator[Test]:
    """Thresholds at round numbers near the twentieths of the leads, and bands between some of them.

    Examples
    --------
    >>> [str(test.bound) for test in bands(np.repeat([0.0, 1.0], 20)) if isinstance(test, AtLeast)]
    ['1']
    """
    known = np.sort(numbers[~np.isnan(numbers)])
    if known.size < LEAST:
        return
    distinct = np.unique(known)
    if distinct.size <= FEW_NUMBERS:
        edges = [_plain(float(value)) for value in distinct]
    else:
        places = (known.size - 1) * np.arange(1, EDGES) // EDGES
        edges = sorted({_round(float(value)) for value in known[places]})
    for edge in edges:
        if known[0] < edge <= known[-1]:
            yield AtLeast(edge)
        if known[0] <= edge < known[-1]:
            yield AtMost(edge)
    inner = edges[::COARSE] if len(edges) > FEW_NUMBERS // 2 else edges[1:-1]
    for low, high in combinations(inner, 2):
        yield Between(low, high)


def _plain(number: float) -> Decimal:
    return Decimal(repr(number)).normalize() + 0 if number % 1 else Decimal(int(number))


def _round(number: float) -> Decimal:
    """The number to two figures: what people write on a card."""
    return _plain(float(f"{number:.2g}"))
