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
from handraise.core.points import written
from handraise.core.words import english as say
from handraise.rendering import wording


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
    definition: Definition, *, version: str | None, content_hash: str | None, generated: date | None
) -> Shared:
    """Everything the page says."""
    reach = Reach(definition)
    return Shared(
        title=definition.name,
        subtitle=wording.subtitle(definition.motion, definition.timezone),
        summary=words.mql_words(definition),
        judged=None
        if definition.applies_to == ALWAYS
        else wording.judged(words.condition_words(definition.applies_to)),
        scales=tuple(_scales(definition, reach)),
        tables=tuple(_tables(definition, reach)),
        patterns=tuple(
            Pair(each.pattern, clause(each.condition, definition)) for each in definition.patterns
        ),
        tracks=tuple(
            Pair(each.rule, capital(words.track_words(each, definition)))
            for each in definition.qualify.fast_track
        ),
        skip=_sentence(words.skip_words(definition.qualify.skip_to_sql))
        if definition.qualify.skip_to_sql
        else None,
        never=tuple(Pair(each.reason, clause(each.when, definition)) for each in definition.disqualify),
        back=_back(definition),
        square=_square(definition),
        promises=tuple(_promises(definition)),
        routes=tuple(_routes(definition)),
        alert=wording.told([say.CHANNELS[each] for each in definition.handoff.alert]),
        stages=tuple(_sentence(words.stage_words(each)) for each in definition.stages),
        recycle=_recycle(definition),
        nurture=tuple(
            Pair(capital(say.NURTURE[kind]), words.named(stream)) for kind, stream in definition.nurture
        ),
        review=None if definition.review is None else wording.review(say.duration(definition.review)),
        signals=tuple(
            Pair(words.named(each.name), capital(words.signal_words(each))) for each in definition.signals
        ),
        lists=tuple(
            Pair(say.listed_name(name), ", ".join(entries) or wording.EMPTY)
            for name, entries in sorted(definition.lists.items())
        ),
        version=version,
        content_hash=content_hash,
        generated=None if generated is None else say.day(generated),
    )


def capital(text: str) -> str:
    """The text with a capital letter at its start.

    Examples
    --------
    >>> capital("e-mail domain is on the list"), capital("“x”")
    ('E-mail domain is on the list', '“x”')
    """
    return text[:1].upper() + text[1:]


def _sentence(text: str) -> str:
    return f"{capital(text)}."


def clause(condition: Condition, definition: Definition) -> str:
    """A condition for a cell of a table."""
    if isinstance(condition, Behaviour):
        return capital(words.behaviour_words(condition))
    return capital(words.condition_words(condition, definition))


# ---------------------------------------------------------------------------------------------- scores


def _scales(definition: Definition, reach: Reach) -> Iterator[Scale]:
    bars = {"fit": definition.fit.bar, "engagement": definition.engagement.bar}
    seen: set[tuple[str, int]] = set()
    for leaf in leaves(definition.qualify.mql):
        if not isinstance(leaf, ScoreAtLeast):
            continue
        needed = bars.get(leaf.dimension) if leaf.hundredths is None else leaf.hundredths
        if needed is None or needed <= 0 or (leaf.dimension, needed) in seen:
            continue
        seen.add((leaf.dimension, needed))
        yield _scale(leaf.dimension, needed, reach.of(leaf.dimension))


def _scale(dimension: str, needed: int, most: int | None) -> Scale:
    top = needed * 2 if most is None else max(most, needed)
    share = (Decimal(needed) / Decimal(top)).quantize(Decimal("0.001"))
    name = capital(say.DIMENSIONS[dimension])
    highest = None if most is None else written(most)
    return Scale(name, written(needed), highest, share, wording.passes(written(needed), highest))


def _tables(definition: Definition, reach: Reach) -> Iterator[Table]:
    for name, dimension in (("fit", definition.fit), ("engagement", definition.engagement)):
        if not dimension.rules:
            continue
        usual = _usual_decay(dimension)
        lines = tuple(_line(rule, usual) for rule in dimension.rules)
        most = reach.of(name)
        title, about = wording.DIMENSIONS[name]
        notes = tuple(_notes(name, dimension, usual))
        yield Table(name, title, about, lines, None if most is None else written(most), notes)


def _usual_decay(dimension: Fit | Engagement) -> Decay | None:
    decays = [
        rule.decay
        for rule in dimension.rules
        if isinstance(rule, EngagementRule) and rule.points > 0 and rule.behaviour.form != "none_of"
    ]
    return max(decays, key=decays.count) if decays else None


def _line(rule: Rule, usual: Decay | None) -> Line:
    asked = capital(words.asked_words(rule))
    notes = []
    fades = isinstance(rule, EngagementRule) and rule.points > 0 and rule.behaviour.form != "none_of"
    if isinstance(rule, EngagementRule) and fades and rule.decay != usual:
        notes.append(words.decay_words(rule.decay))
    if rule.group is not None:
        notes.append(wording.in_group(rule.group))
    return Line(rule.rule, "; ".join([asked, *notes]), written(rule.points, sign=True), rule.points < 0)


def _notes(name: str, dimension: Fit | Engagement, usual: Decay | None) -> Iterator[str]:
    if usual is not None:
        yield wording.fading(words.decay_words(usual), penalties=any(r.points < 0 for r in dimension.rules))
    elif name == "engagement" and any(rule.points > 0 for rule in dimension.rules):
        yield wording.NOT_FADING
    if isinstance(dimension, Engagement) and dimension.reset_on:
        yield wording.resets([say.one(words.named(each)) for each in dimension.reset_on])
    if dimension.bounds != Bounds():
        yield wording.held(name, words.bounds_words(dimension.bounds))
    for group, bounds in dimension.groups:
        yield wording.group_held(group, words.bounds_words(bounds))


def _square(definition: Definition) -> Square | None:
    cells = grade_cells(definition)
    grades = definition.qualify.grades
    if not cells or grades is None:
        return None
    columns = tuple(_label(levels) for levels in _starts(grades.engagement))
    rows = tuple(_label(levels) for levels in _starts(grades.fit))
    return Square(columns, tuple(zip(rows, cells, strict=True)))


def _starts(levels: tuple[tuple[str, int], ...]) -> list[tuple[str, str]]:
    if not levels:
        return [("", "")]
    return [
        (
            label,
            wording.starts(written(start)) if label != levels[-1][0] or len(levels) == 1 else wording.BELOW,
        )
        for label, start in levels
    ]


def _label(level: tuple[str, str]) -> Pair:
    return Pair(*level)


# ---------------------------------------------------------------------------------------------- acting


def _back(definition: Definition) -> str | None:
    if not definition.requalify:
        return None
    return wording.back([
        words.behaviour_words(each.when) if isinstance(each.when, Behaviour) else words.trigger_words(each)
        for each in definition.requalify
    ])  # fmt: skip


def _promises(definition: Definition) -> Iterator[Promise]:
    levels = definition.handoff.sla
    for level in levels:
        whom = clause(level.when, definition)
        if level.when == ALWAYS:
            whom = wording.EVERY_OTHER if len(levels) > 1 else wording.EVERY
        yield Promise(whom, say.duration(level.within), wording.CLOCKS[level.hours])


def _routes(definition: Definition) -> Iterator[Pair]:
    routes = definition.handoff.route
    for route in routes:
        whom = clause(route.when, definition)
        if route.when == ALWAYS:
            whom = wording.with_owner(route.to) or (wording.EVERY_OTHER if len(routes) > 1 else wording.EVERY)
        yield Pair(whom, capital(words.route_words(route)))


def _recycle(definition: Definition) -> str | None:
    said = words.recycle_words(definition.recycle) if definition.recycle else ""
    return _sentence(said) if said else None
