"""The parts of the shared definition as plain rows and sentences, the same for every kind of page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from handraise.core import words
from handraise.core.definition.conditions import ALWAYS, Behaviour, Condition, ScoreAtLeast, leaves
from handraise.core.definition.model import (
    Bounds,
    Decay,
    Definition,
    Engagement,
    EngagementRule,
    Fit,
    Rule,
)
from handraise.core.grade_cells import Cell, grade_cells
from handraise.core.lint.reach import Reach
from handraise.core.words import ENGLISH, Tongue, capital
from handraise.rendering.wording import Wording, wording_of


@dataclass(frozen=True)
class Scale:
    """A score from nothing to its most, with the height asked for. `share` is that height in [0, 1]."""

    name: str
    needed: str
    most: str | None
    share: Decimal
    sentence: str


@dataclass(frozen=True)
class Line:
    """One rule of a table."""

    name: str
    asked: str
    points: str
    takes: bool


@dataclass(frozen=True)
class Table:
    """One dimension: its rules, the most they give, and what else holds for them."""

    name: str
    title: str
    about: str
    lines: tuple[Line, ...]
    most: str | None
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Pair:
    """Two texts that belong together."""

    name: str
    text: str


@dataclass(frozen=True)
class Promise:
    """First contact: for whom, within what, on which clock."""

    whom: str
    within: str
    clock: str


@dataclass(frozen=True)
class Square:
    """The grades: one row for each fit label with its start, one column for each engagement label."""

    columns: tuple[Pair, ...]
    rows: tuple[tuple[Pair, tuple[Cell, ...]], ...]


@dataclass(frozen=True)
class Shared:
    """A shared definition, ready to be laid out. Empty parts are left out."""

    title: str
    subtitle: str
    summary: str
    judged: str | None
    scales: tuple[Scale, ...]
    tables: tuple[Table, ...]
    patterns: tuple[Pair, ...]
    tracks: tuple[Pair, ...]
    skip: str | None
    never: tuple[Pair, ...]
    back: str | None
    square: Square | None
    promises: tuple[Promise, ...]
    routes: tuple[Pair, ...]
    alert: str | None
    stages: tuple[str, ...]
    recycle: str | None
    nurture: tuple[Pair, ...]
    review: str | None
    signals: tuple[Pair, ...]
    lists: tuple[Pair, ...]
    version: str | None
    content_hash: str | None
    generated: str | None


def shared(
    definition: Definition,
    *,
    version: str | None,
    content_hash: str | None,
    generated: date | None,
    tongue: Tongue = ENGLISH,
) -> Shared:
    """Everything the page says, in the reader's language; names that people gave stay as they are."""
    reach, wording = Reach(definition), wording_of(tongue)
    return Shared(
        title=definition.name,
        subtitle=wording.subtitle(definition.motion, definition.timezone),
        summary=words.mql_words(definition, tongue),
        judged=None
        if definition.applies_to == ALWAYS
        else wording.judged(words.condition_words(definition.applies_to, tongue=tongue)),
        scales=tuple(_scales(definition, reach, wording)),
        tables=tuple(_tables(definition, reach, wording)),
        patterns=tuple(
            Pair(each.pattern, clause(each.condition, definition, wording)) for each in definition.patterns
        ),
        tracks=tuple(
            Pair(each.rule, capital(words.track_words(each, definition, tongue)))
            for each in definition.qualify.fast_track
        ),
        skip=_sentence(words.skip_words(definition.qualify.skip_to_sql, tongue=tongue))
        if definition.qualify.skip_to_sql
        else None,
        never=tuple(
            Pair(each.reason, clause(each.when, definition, wording)) for each in definition.disqualify
        ),
        back=_back(definition, wording),
        square=_square(definition, wording),
        promises=tuple(_promises(definition, wording)),
        routes=tuple(_routes(definition, wording)),
        alert=wording.told([tongue.CHANNELS[each] for each in definition.handoff.alert]),
        stages=tuple(_sentence(words.stage_words(each, tongue)) for each in definition.stages),
        recycle=_recycle(definition, wording),
        nurture=tuple(
            Pair(capital(tongue.NURTURE[kind]), tongue.named(stream)) for kind, stream in definition.nurture
        ),
        review=None if definition.review is None else wording.review(definition.review),
        signals=tuple(
            Pair(tongue.named(each.name), capital(words.signal_words(each, tongue)))
            for each in definition.signals
        ),
        lists=tuple(
            Pair(tongue.listed_name(name), ", ".join(entries) or wording.EMPTY)
            for name, entries in sorted(definition.lists.items())
        ),
        version=version,
        content_hash=content_hash,
        generated=None if generated is None else tongue.day(generated),
    )


def _sentence(text: str) -> str:
    return f"{capital(text)}."


def clause(condition: Condition, definition: Definition, wording: Wording) -> str:
    """A condition for a cell of a table."""
    if isinstance(condition, Behaviour):
        return capital(words.behaviour_words(condition, wording.tongue))
    return capital(words.condition_words(condition, definition, wording.tongue))


# ---------------------------------------------------------------------------------------------- scores


def _scales(definition: Definition, reach: Reach, wording: Wording) -> Iterator[Scale]:
    bars = {"fit": definition.fit.bar, "engagement": definition.engagement.bar}
    seen: set[tuple[str, int]] = set()
    for leaf in leaves(definition.qualify.mql):
        if not isinstance(leaf, ScoreAtLeast):
            continue
        needed = bars.get(leaf.dimension) if leaf.hundredths is None else leaf.hundredths
        if needed is None or needed <= 0 or (leaf.dimension, needed) in seen:
            continue
        seen.add((leaf.dimension, needed))
        yield _scale(leaf.dimension, needed, reach.of(leaf.dimension), wording)


def _scale(dimension: str, needed: int, most: int | None, wording: Wording) -> Scale:
    top = needed * 2 if most is None else max(most, needed)
    share = (Decimal(needed) / Decimal(top)).quantize(Decimal("0.001"))
    tongue = wording.tongue
    name, asked = capital(tongue.DIMENSIONS[dimension]), tongue.written(needed)
    highest = None if most is None else tongue.written(most)
    return Scale(name, asked, highest, share, wording.passes(asked, highest))


def _tables(definition: Definition, reach: Reach, wording: Wording) -> Iterator[Table]:
    for name, dimension in (("fit", definition.fit), ("engagement", definition.engagement)):
        if not dimension.rules:
            continue
        usual = _usual_decay(dimension)
        lines = tuple(_line(rule, usual, wording) for rule in dimension.rules)
        most = reach.of(name)
        title, about = wording.DIMENSIONS[name]
        notes = tuple(_notes(name, dimension, usual, wording))
        yield Table(name, title, about, lines, None if most is None else wording.tongue.written(most), notes)


def _usual_decay(dimension: Fit | Engagement) -> Decay | None:
    decays = [
        rule.decay
        for rule in dimension.rules
        if isinstance(rule, EngagementRule) and rule.points > 0 and rule.behaviour.form != "none_of"
    ]
    return max(decays, key=decays.count) if decays else None


def _line(rule: Rule, usual: Decay | None, wording: Wording) -> Line:
    asked = capital(words.asked_words(rule, wording.tongue))
    notes = []
    fades = isinstance(rule, EngagementRule) and rule.points > 0 and rule.behaviour.form != "none_of"
    if isinstance(rule, EngagementRule) and fades and rule.decay != usual:
        notes.append(words.decay_words(rule.decay, wording.tongue))
    if rule.group is not None:
        notes.append(wording.in_group(rule.group))
    points = wording.tongue.written(rule.points, sign=True)
    return Line(rule.rule, "; ".join([asked, *notes]), points, rule.points < 0)


def _notes(name: str, dimension: Fit | Engagement, usual: Decay | None, wording: Wording) -> Iterator[str]:
    if usual is not None:
        penalties = any(rule.points < 0 for rule in dimension.rules)
        yield wording.fading(words.decay_words(usual, wording.tongue), penalties=penalties)
    elif name == "engagement" and any(rule.points > 0 for rule in dimension.rules):
        yield wording.NOT_FADING
    if isinstance(dimension, Engagement) and dimension.reset_on:
        yield wording.resets(dimension.reset_on)
    if dimension.bounds != Bounds():
        yield wording.held(name, words.bounds_words(dimension.bounds, wording.tongue))
    for group, bounds in dimension.groups:
        yield wording.group_held(group, words.bounds_words(bounds, wording.tongue))


def _square(definition: Definition, wording: Wording) -> Square | None:
    cells = grade_cells(definition)
    grades = definition.qualify.grades
    if not cells or grades is None:
        return None
    columns = tuple(_label(levels) for levels in _starts(grades.engagement, wording))
    rows = tuple(_label(levels) for levels in _starts(grades.fit, wording))
    return Square(columns, tuple(zip(rows, cells, strict=True)))


def _starts(levels: tuple[tuple[str, int], ...], wording: Wording) -> list[tuple[str, str]]:
    if not levels:
        return [("", "")]
    said = [(label, wording.starts(wording.tongue.written(start))) for label, start in levels]
    return said if len(said) == 1 else [*said[:-1], (said[-1][0], wording.BELOW)]


def _label(level: tuple[str, str]) -> Pair:
    return Pair(*level)


# ---------------------------------------------------------------------------------------------- acting


def _back(definition: Definition, wording: Wording) -> str | None:
    if not definition.requalify:
        return None
    ways = (
        words.behaviour_words(each.when, wording.tongue)
        if isinstance(each.when, Behaviour)
        else words.trigger_words(each, wording.tongue)
        for each in definition.requalify
    )
    return wording.back(tuple(ways))


def _promises(definition: Definition, wording: Wording) -> Iterator[Promise]:
    levels = definition.handoff.sla
    for level in levels:
        whom = clause(level.when, definition, wording)
        if level.when == ALWAYS:
            whom = wording.EVERY_OTHER if len(levels) > 1 else wording.EVERY
        yield Promise(whom, wording.tongue.duration(level.within), wording.CLOCKS[level.hours])


def _routes(definition: Definition, wording: Wording) -> Iterator[Pair]:
    routes = definition.handoff.route
    for route in routes:
        whom = clause(route.when, definition, wording)
        if route.when == ALWAYS:
            whom = wording.with_owner(route.to) or (wording.EVERY_OTHER if len(routes) > 1 else wording.EVERY)
        yield Pair(whom, capital(words.route_words(route, wording.tongue)))


def _recycle(definition: Definition, wording: Wording) -> str | None:
    said = words.recycle_words(definition.recycle, wording.tongue) if definition.recycle else ""
    return _sentence(said) if said else None
