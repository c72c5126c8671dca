"""What a lead lacks and the shortest ways there, found by scoring the lead as it would be.

There is no second arithmetic: a way is one because `Evaluator.scores` says so of the lead with those events.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import combinations_with_replacement, permutations, product
from typing import Any, Final, Literal

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
    Equals,
    FactTest,
    GradeIn,
    Has,
    InLast,
    InList,
    Known,
    Negation,
    PatternHolds,
    Scalar,
    ScoreAtLeast,
    StartsWith,
    Test,
    leaves,
)
from handraise.core.definition.model import (
    ANY_EVENT,
    Definition,
    Engagement,
    Fit,
    Pattern,
    Qualify,
    Signal,
    behaviours_of,
)
from handraise.core.duration import Duration
from handraise.core.event import Event, Lead
from handraise.core.score import Score
from handraise.core.words import ENGLISH, Tongue, capital
from handraise.core.words import outlook as words
from handraise.engine.asked import ListOf, holds, list_source, value_of
from handraise.engine.evaluate import Evaluator
from handraise.engine.match import own_value, source_of

LONGEST: Final = 3  # events in a way
ENOUGH: Final = 3  # once so many ways are found, longer ones are not looked for
MOST: Final = 6
EFFORT: Final = 400_000  # events of supposed leads that are scored in one search, about a second
SOON: Final = timedelta(minutes=30)
TICK: Final = timedelta(microseconds=1)
DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Gap:
    """A part of what an MQL must be that does not hold; `short` hundredths when it is a matter of points."""

    part: str
    short: int | None
    words: str


@dataclass(frozen=True)
class Way:
    """Events after which the lead is an MQL, at the moment of the last of them."""

    signals: tuple[str, ...]
    events: tuple[Event, ...]
    words: str


@dataclass(frozen=True)
class UnknownFact:
    """Facts that are not known and what answers would add, in hundredths by rule."""

    facts: tuple[str, ...]
    gains: tuple[tuple[str, int], ...]
    makes_mql: bool
    words: str


@dataclass(frozen=True)
class Outlook:
    """A score with what is missing, what would do, and what happens when nothing does.

    `drops_at` is when an MQL stops being one without new events; `disqualified_until` when a disqualifier
    ends by itself. `sentence` says the most important of it.
    """

    score: Score
    gaps: tuple[Gap, ...]
    ways: tuple[Way, ...]
    unknown: tuple[UnknownFact, ...]
    disqualified_until: datetime | None
    drops_at: datetime | None
    next_change_at: datetime | None
    next_change: str
    sentence: str


def outlook(evaluator: Evaluator, lead: Lead, as_of: datetime, tongue: Tongue = ENGLISH) -> Outlook:
    """What is missing for an MQL at `as_of` (a time with a zone), and the shortest ways there.

    Ways are made of events of the definition's signals, at most three; no way holds another; the fewest and
    lightest events come first. A signal that asks for a pattern only (`matches`) is left out, as is one that
    resets engagement.

    Examples
    --------
    >>> from datetime import UTC
    >>> from handraise.core.definition import read_definition
    >>> definition = read_definition('''
    ... name: Small
    ... signals: {comparison_visit: {event: page, where: {path: /vs}}, webinar: {event: Webinar Attended}}
    ... engagement: {bar: 10, rules: [{rule: comparison, signal: comparison_visit, points: 10},
    ...   {rule: webinar, signal: webinar, points: 20}]}
    ... qualify: {mql: engagement}
    ... ''').definition
    >>> outlook(Evaluator(definition), Lead("L1"), datetime(2026, 3, 1, tzinfo=UTC)).sentence
    '10 points short of MQL: one comparison visit or one webinar would do.'
    """
    definition = evaluator.plan.definition
    score = evaluator.scores([lead], as_of)[0]
    until = _disqualified_until(evaluator, lead, score)
    truth = _Truth(evaluator, lead, score, tongue)
    missing = not score.is_mql and score.applies
    gaps = tuple(truth.gaps(definition.qualify.mql)) if missing else ()
    is_open = missing and truth.may_qualify()
    ways = _Search(evaluator, lead, score, tongue).ways() if is_open else ()
    changed = evaluator.scores([lead], score.next_change_at, forward=False) if score.next_change_at else []
    clause = tongue.verdict(score, _shortage(gaps, tongue), until, definition.timezone)
    shortest = [way.words for way in ways if len(way.events) == len(ways[0].events)][:ENOUGH]
    return Outlook(
        score,
        gaps,
        ways,
        _unknown(evaluator, lead, score, tongue) if score.applies else (),
        until,
        score.ceases_at if score.is_mql else None,
        score.next_change_at,
        tongue.change_words(score, changed[0]) if changed else "",
        words.summed_up(clause, shortest, tongue, closed=not is_open, most=LONGEST)
        if missing
        else f"{capital(clause)}.",
    )


def _disqualified_until(evaluator: Evaluator, lead: Lead, score: Score) -> datetime | None:
    """When no disqualifier holds any more, if that comes by itself."""
    later = score
    for _ in range(8):
        if later.disqualified is None or later.next_change_at is None:
            break
        later = evaluator.scores([lead], later.next_change_at)[0]
    return later.as_of if score.disqualified is not None and later.disqualified is None else None


def _shortage(gaps: Sequence[Gap], tongue: Tongue) -> str:
    """`14 points short of MQL` when it is a matter of points alone, by the first way of qualifying."""
    first = [(gap.part, gap.short) for gap in gaps if not gap.part.startswith("or ")]
    parts = [(part, short) for part, short in first if short is not None]
    return tongue.short_of_mql(parts) if parts and len(parts) == len(first) else ""


# --------------------------------------------------------------------------------------- what is missing


class _Truth:
    """Which parts of the qualifying condition hold for the lead."""

    def __init__(self, evaluator: Evaluator, lead: Lead, score: Score, tongue: Tongue) -> None:
        self.definition, self.score, self.tongue = evaluator.plan.definition, score, tongue
        self.bars = {"fit": self.definition.fit.bar, "engagement": self.definition.engagement.bar}
        self.true = _asked(self.definition, lead, score.as_of)

    def holds(self, condition: Condition) -> bool:
        """Whether it holds now."""
        match condition:
            case AllOf(items):
                return all(self.holds(item) for item in items)
            case AnyOf(items):
                return any(self.holds(item) for item in items)
            case Negation(item):
                return not self.holds(item)
            case ScoreAtLeast():
                return self.short(condition) <= 0
            case GradeIn(grades):
                return self.score.grade in grades
            case PatternHolds(pattern):
                return pattern in self.score.patterns
            case _:
                return self.true.get(condition, False)

    def short(self, asked: ScoreAtLeast) -> int:
        """Hundredths that are missing; 0 or less when none are."""
        return self.needed(asked) - int(getattr(self.score, asked.dimension))

    def needed(self, asked: ScoreAtLeast) -> int:
        """Hundredths that are asked for."""
        return asked.hundredths if asked.hundredths is not None else self.bars.get(asked.dimension) or 0

    def may_qualify(self) -> bool:
        """Whether events alone could make it an MQL, as far as the facts and the fit say."""
        reason = next((d for d in self.definition.disqualify if d.reason == self.score.disqualified), None)
        if reason is not None and all(isinstance(leaf, FactTest) for leaf in leaves(reason.when)):
            return False
        tracks = (AllOf((track.when, track.needs)) for track in self.definition.qualify.fast_track)
        return any(self.may_hold(condition) for condition in (self.definition.qualify.mql, *tracks))

    def may_hold(self, condition: Condition) -> bool:
        """Whether more events could make this hold: no only where facts or fit stand against it."""
        match condition:
            case AllOf(items):
                return all(self.may_hold(item) for item in items)
            case AnyOf(items):
                return any(self.may_hold(item) for item in items)
            case PatternHolds(pattern):
                return self.may_hold(self.definition.pattern(pattern).condition)
            case ScoreAtLeast(dimension="fit") | FactTest():
                return self.holds(condition)
            case Negation(item) if all(isinstance(leaf, FactTest) for leaf in leaves(item)):
                return self.holds(condition)
            case _:
                return True

    def gaps(self, condition: Condition) -> Iterator[Gap]:
        """What keeps the condition from holding, in the order of the file."""
        if self.holds(condition):
            return
        match condition:
            case AllOf(items):
                for item in items:
                    yield from self.gaps(item)
            case AnyOf(items):
                for place, item in enumerate(items):
                    for gap in self.gaps(item):
                        other = place > 0
                        yield (
                            Gap(f"or {gap.part}", gap.short, self.tongue.or_else(gap.words)) if other else gap
                        )
            case ScoreAtLeast(dimension, hundredths):
                short, needed = self.short(condition), self.needed(condition)
                told = self.tongue.short_of_bar if hundredths is None else self.tongue.short_of
                yield Gap(dimension, short, told(short, dimension, needed))
            case GradeIn(grades):
                yield Gap("grade", None, self.tongue.grade_must_be(self.score.grade, grades))
            case PatternHolds(pattern):
                asked = self.definition.pattern(pattern).condition
                parts = asked.items if isinstance(asked, AllOf) else (asked,)
                lacks = [part for part in parts if not self.holds(part)]
                yield Gap("pattern", None, words.pattern_lacks(pattern, lacks, self.tongue))
            case _:
                yield Gap("condition", None, words.not_yet(condition, self.tongue))


def _asked(definition: Definition, lead: Lead, as_of: datetime) -> dict[Condition, bool]:
    """Which facts and behaviours of the qualifying conditions hold: asked of the evaluator as patterns."""
    conditions = [definition.qualify.mql, *(pattern.condition for pattern in definition.patterns)]
    conditions += [part for track in definition.qualify.fast_track for part in (track.when, track.needs)]
    unlike = ScoreAtLeast | GradeIn | PatternHolds
    asked = {leaf for each in conditions for leaf in leaves(each) if not isinstance(leaf, unlike)}
    listed = sorted(asked, key=repr)
    true: dict[Condition, bool] = {}
    for first in range(0, len(listed), 60):
        part = listed[first : first + 60]
        patterns = tuple(Pattern(f"{place}", leaf) for place, leaf in enumerate(part))
        plain = replace(
            definition, patterns=patterns, qualify=Qualify(AllOf(())), disqualify=(), applies_to=AllOf(()),
            fit=Fit(), engagement=Engagement(),
        )  # fmt: skip
        holding = Evaluator(plain).scores([lead], as_of, look_back=False, forward=False)[0].patterns
        true.update({leaf: f"{place}" in holding for place, leaf in enumerate(part)})
    return true


# ------------------------------------------------------------------------------------------- ways there


@dataclass(frozen=True)
class _Step:
    """One event that may come: what it is, what is said of it, and how it takes its counted property."""

    signal: str
    event: str
    properties: Mapping[str, object]
    bits: int
    place: int
    counted: str | None = None
    kind: Literal["plain", "another", "same"] = "plain"
    value: object = None

    def note(self, tongue: Tongue) -> str:
        """What is said of it beside its signal."""
        if self.counted is None:
            return ""
        said = tongue.with_another if self.kind == "another" else tongue.with_the_same
        return said(self.counted)

    def at(self, moment: datetime, session: str, position: int) -> Event:
        """The event as it would be recorded."""
        own: dict[str, object] = {}
        if self.counted is not None:
            value = f"{self.counted} to come {position + 1}" if self.kind == "another" else self.value
            own = {self.counted: value}
        return Event(self.event, moment, {**self.properties, **own}, session_id=session)


_Steps = tuple[_Step, ...]


class _Search:
    """Looks for the shortest ways by scoring the lead with events to come."""

    def __init__(self, evaluator: Evaluator, lead: Lead, score: Score, tongue: Tongue) -> None:
        self.evaluator, self.lead, self.score, self.tongue = evaluator, lead, score, tongue
        self.definition = evaluator.plan.definition
        self.steps = tuple(_steps(evaluator, lead, score.as_of))
        self.session = _session(lead, score.as_of)
        self.has_order = any(b.form == "sequence" for b in behaviours_of(self.definition))

    def ways(self) -> tuple[Way, ...]:
        """The ways found, the shortest and lightest first."""
        found: list[tuple[int, Way, _Steps]] = []
        for size in range(1, LONGEST + 1):
            together = list(combinations_with_replacement(self.steps, size))
            winners = self.winning(together, found, spread=False)
            self.keep(winners, found, in_order=False)
            if self.has_order and size > 1:
                ordered = list(product(self.steps, repeat=size))
                self.keep(self.winning(ordered, found, spread=True), found, in_order=True)
            if len(found) >= ENOUGH:
                break
        found.sort(key=lambda each: (len(each[2]), each[0], [step.place for step in each[2]]))
        return tuple(way for _, way, _ in found[:MOST])

    def winning(
        self, tried: list[_Steps], found: Sequence[tuple[int, Way, _Steps]], *, spread: bool
    ) -> list[tuple[int, _Steps, tuple[Event, ...]]]:
        """Those of the combinations that make the lead an MQL, with the hundredths they add."""
        tried = [steps for steps in tried if not _holds_a_way(steps, found)]
        tried = tried[: max(1, EFFORT // (len(self.lead.events) + len(tried[0])))] if tried else []
        supposed = [self.events(steps, spread=spread) for steps in tried]
        leads = [replace(self.lead, events=(*self.lead.events, *events)) for events in supposed]
        at = self.score.as_of + (len(tried[0]) - 1) * TICK * spread if tried else self.score.as_of
        scores = self.evaluator.scores(leads, at, look_back=False, forward=False) if leads else []
        return [
            (after.total - self.score.total, steps, events)
            for steps, events, after in zip(tried, supposed, scores, strict=True)
            if after.is_mql
        ]

    def events(self, steps: _Steps, *, spread: bool) -> tuple[Event, ...]:
        """The events of the steps: at once, or one after another."""
        start = self.score.as_of
        return tuple(
            step.at(start + place * TICK * spread, self.session, place) for place, step in enumerate(steps)
        )

    def keep(
        self,
        winners: list[tuple[int, _Steps, tuple[Event, ...]]],
        found: list[tuple[int, Way, _Steps]],
        *,
        in_order: bool,
    ) -> None:
        """Add the winners that hold no way already found, the least demanding first."""
        for gain, steps, events in sorted(winners, key=_demand):
            if not _holds_a_way(steps, found):
                signals = tuple(step.signal for step in steps)
                told = [(step.signal, step.note(self.tongue)) for step in steps]
                said = words.way_words(told, self.tongue, in_order=in_order)
                found.append((gain, Way(signals, events, said), steps))


def _demand(winner: tuple[int, _Steps, tuple[Event, ...]]) -> tuple[object, ...]:
    gain, steps, _ = winner
    asked = sum(step.bits.bit_count() for step in steps)
    return asked, sum(step.kind != "plain" for step in steps), gain, [step.place for step in steps]


def _holds_a_way(steps: _Steps, found: Iterable[tuple[int, Way, _Steps]]) -> bool:
    """Whether some way already found is among the steps (an event that is more than asked for counts)."""
    return any(
        any(
            all(less.bits & more.bits == less.bits for less, more in zip(way, chosen, strict=True))
            for chosen in permutations(steps, len(way))
        )
        for _, _, way in found
        if len(way) <= len(steps)
    )


def _session(lead: Lead, as_of: datetime) -> str:
    """The session a next event would belong to."""
    recent = [
        event for event in lead.events if as_of - SOON < event.occurred_at <= as_of and event.session_id
    ]
    latest = max(recent, key=lambda event: event.occurred_at, default=None)
    return latest.session_id if latest is not None and latest.session_id else "to come"


def _steps(evaluator: Evaluator, lead: Lead, as_of: datetime) -> Iterator[_Step]:
    """Events of every signal that can help, one for each way in which it can count."""
    definition = evaluator.plan.definition
    helpful = _helpful(definition)
    for place, signal in enumerate(definition.signals):
        if signal.name not in helpful:
            continue
        made = _event_of(evaluator, signal, as_of)
        if made is None:
            continue
        name, properties, bits = made
        yield _Step(signal.name, name, properties, bits, place)
        for behaviour in behaviours_of(definition):
            counted = behaviour.distinct or behaviour.same
            if counted is None or signal.name not in behaviour.signals or counted in properties:
                continue
            value = _usual(evaluator, lead, behaviour, counted)
            kind: Literal["another", "same"] = "another" if behaviour.distinct else "same"
            yield _Step(signal.name, name, properties, bits, place, counted, kind, value)


def _helpful(definition: Definition) -> set[str]:
    """Signals whose events can raise a score or make a condition hold."""
    rules = definition.engagement.rules
    asked = [rule.behaviour for rule in rules if (rule.points > 0) == (rule.behaviour.form != "none_of")]
    conditions = [definition.qualify.mql, *(track.when for track in definition.qualify.fast_track)]
    conditions += [pattern.condition for pattern in definition.patterns]
    asked += [leaf for each in conditions for leaf in leaves(each) if isinstance(leaf, Behaviour)]
    names = {name for behaviour in asked for name in behaviour.signals}
    return names - set(definition.engagement.reset_on)


def _usual(evaluator: Evaluator, lead: Lead, behaviour: Behaviour, counted: str) -> object:
    """The value of the property that the lead's matching events have most often."""
    wanted = [1 << evaluator.plan.signal_bit[name] for name in behaviour.signals]
    seen = Counter(
        event.properties[counted]
        for event in lead.events
        if event.properties.get(counted) not in (None, "")
        and any(evaluator.signals.bits(event.event, event.properties) & bit for bit in wanted)
    )
    return seen.most_common(1)[0][0] if seen else f"{counted} to come"


def _event_of(
    evaluator: Evaluator, signal: Signal, as_of: datetime
) -> tuple[str, Mapping[str, object], int] | None:
    """An event that is this signal: its name, properties and signal bits; None when none can be made up."""
    plan = evaluator.plan
    lists = list_source(plan.definition.lists)
    own = plan.signal_bit[signal.name]
    members = dict(plan.unions).get(own, (own,))
    name = "page" if ANY_EVENT in signal.events else signal.events[0]
    for atom in (plan.atoms[member] for member in members):
        properties = {}
        for key, groups in atom.where:
            value = _value_for(groups, lists, as_of)
            if value is not None:
                properties[key] = value
        bits = evaluator.signals.bits(name, properties)
        if bits >> own & 1:
            return name, properties, bits
    return None


_Groups = Sequence[tuple[tuple[Test, ...], bool]]


def _value_for(groups: _Groups, lists: ListOf, as_of: datetime) -> object | None:
    """A value that passes (or, where not wanted, fails) the tests; None when absent is best."""
    asked = [test for tests, wanted in groups if wanted for test in tests]
    proposals: list[object] = [value for test in asked for value in _proposed(test, lists, as_of)]
    for value in (*proposals, "something else"):
        own = value_of(value)
        if all(all(holds(test, own, lists) for test in tests) is wanted for tests, wanted in groups):
            return value
    return None


def _proposed(test: Test, lists: ListOf, as_of: datetime) -> Sequence[Any]:
    """Values that may pass the test."""
    match test:
        case Equals(values) | Has(values):
            return values
        case StartsWith(texts) | Contains(texts):
            return texts
        case Between(bound, _) | AtLeast(bound) | AtMost(bound):
            return [_plain(bound)]
        case InList(name):
            return sorted(lists(name))[:1]
        case Before(Duration() as age):
            return [_plain(as_of - timedelta(microseconds=age.microseconds) - DAY)]
        case Before(datetime() as moment):
            return [_plain(moment - DAY)]
        case After(moment):
            return [_plain(moment)]
        case InLast():
            return [_plain(as_of)]
        case Known():
            return [Decimal(1)]
        case _:
            return []


def _plain(bound: Decimal | datetime) -> Scalar:
    return bound.isoformat() if isinstance(bound, datetime) else bound


# -------------------------------------------------------------------------------------- unknown facts


def _unknown(evaluator: Evaluator, lead: Lead, score: Score, tongue: Tongue) -> tuple[UnknownFact, ...]:
    """Fit rules that would give points if facts that are not known were as they ask."""
    found: dict[tuple[str, ...], list[tuple[str, str, int, bool]]] = {}
    supposed = list(_supposed(evaluator, lead, score.as_of, tongue))
    leads = [replace(lead, facts={**lead.facts, **facts}) for _, _, _, facts in supposed]
    scores = evaluator.scores(leads, score.as_of, look_back=False, forward=False) if leads else []
    for (rule, sources, wanted, _), after in zip(supposed, scores, strict=True):
        gain = after.fit - score.fit
        if gain > 0:
            found.setdefault(sources, []).append((rule, wanted, gain, after.is_mql and not score.is_mql))
    return tuple(
        UnknownFact(
            sources,
            tuple((rule, gain) for rule, _, gain, _ in gains),
            any(makes for *_, makes in gains),
            tongue.would_add(sources, [(wanted, gain) for _, wanted, gain, _ in gains]),
        )
        for sources, gains in found.items()
    )


def _supposed(
    evaluator: Evaluator, lead: Lead, as_of: datetime, tongue: Tongue
) -> Iterator[tuple[str, tuple[str, ...], str, dict[str, object]]]:
    """For each fit rule that asks for unknown facts: its name, those facts, what they must be, and values."""
    definition = evaluator.plan.definition
    lists = list_source(definition.lists)
    for rule in definition.fit.rules:
        if rule.points <= 0:
            continue
        items = rule.when.items if isinstance(rule.when, AllOf) else (rule.when,)
        open_ = [leaf for leaf in items if isinstance(leaf, FactTest) and _is_unknown(lead, leaf.fact)]
        facts = {leaf.fact: _value_for([(leaf.tests, True)], lists, as_of) for leaf in open_}
        if not facts or None in facts.values():
            continue
        sources = dict.fromkeys(source_of(leaf.fact) or leaf.fact for leaf in open_)
        yield rule.rule, tuple(sources), ", ".join(words.wanted_words(leaf, tongue) for leaf in open_), facts


def _is_unknown(lead: Lead, fact: str) -> bool:
    source = source_of(fact)
    derived = lead.facts.get(source) if source else None
    return own_value(fact, lead.facts.get(fact)) is None and value_of(derived) is None
