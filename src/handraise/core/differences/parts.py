"""How each part of a definition is compared."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from handraise.core import words
from handraise.core.definition.conditions import ALWAYS, Condition, FactTest, InList, leaves
from handraise.core.definition.model import (
    Bounds,
    Decay,
    Definition,
    Engagement,
    EngagementRule,
    Fit,
    HalfLife,
    Rule,
    behaviours_of,
    conditions_of,
)
from handraise.core.differences.shapes import Difference, Path, named, numbered, together, value
from handraise.core.words import Tongue


def _in(say: Tongue, words_of: Callable[..., str]) -> Callable[[Any], str]:
    """Words of one thing in that language."""
    return partial(words_of, tongue=say)


def _timezone(old: Definition, new: Definition, say: Tongue) -> Iterator[Difference]:
    calendar = any(
        asked.each and asked.each.unit in ("day", "week", "month")
        for definition in (old, new)
        for asked in behaviours_of(definition)
    )
    yield from value(
        say, ("timezone",), say.WHAT["timezone"], old.timezone, new.timezone, scores=bool(calendar)
    )


def _applies_to(old: Definition, new: Definition, say: Tongue) -> Iterator[Difference]:
    def said(condition: Condition) -> str:
        return say.EVERYBODY if condition == ALWAYS else words.condition_words(condition, tongue=say)

    yield from value(say, ("applies_to",), say.WHAT["applies_to"], old.applies_to, new.applies_to, said)


def _signals(old: Definition, new: Definition, say: Tongue) -> Iterator[Difference]:
    scoring = _scoring_signals(old) | _scoring_signals(new)
    yield from named(
        say,
        ("signals",),
        "signal",
        {each.name: replace(each, name="") for each in old.signals},
        {each.name: replace(each, name="") for each in new.signals},
        _in(say, words.signal_words),
        scores=lambda name: name in scoring,
    )


def _scoring_signals(definition: Definition) -> set[str]:
    used = {name for behaviour in behaviours_of(definition) for name in behaviour.signals}
    return used | set(definition.engagement.reset_on)


def _lists(old: Definition, new: Definition, say: Tongue) -> Iterator[Difference]:
    scoring = _scoring_lists(old) | _scoring_lists(new)

    def inner(path: Path, name: str, before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[Difference]:
        came, went = len(set(after) - set(before)), len(set(before) - set(after))
        sizes = say.entries(len(before)), say.entries(len(after))
        if came or went:
            yield Difference(path, "changed", *sizes, name in scoring, say.list_counts(name, came, went))

    def said(entries: tuple[str, ...]) -> str:
        return say.entries(len(entries))

    yield from named(
        say,
        ("lists",),
        "list",
        dict(sorted(old.lists.items())),
        dict(sorted(new.lists.items())),
        said,
        inner=inner,
        scores=lambda name: name in scoring,
    )


def _scoring_lists(definition: Definition) -> set[str]:
    conditions = [condition for _, condition in conditions_of(definition)]
    conditions += [signal.where for signal in definition.signals]
    tested = [leaf for condition in conditions for leaf in leaves(condition) if isinstance(leaf, FactTest)]
    return {test.name for leaf in tested for test in leaf.tests if isinstance(test, InList)}


def _fit(old: Definition, new: Definition, say: Tongue) -> Iterator[Difference]:
    yield from _dimension(say, "fit", old.fit, new.fit)


def _engagement(old: Definition, new: Definition, say: Tongue) -> Iterator[Difference]:
    yield from _dimension(say, "engagement", old.engagement, new.engagement)
    resets, new_resets = [
        ", ".join(say.named(name) for name in each.engagement.reset_on) or None for each in (old, new)
    ]
    yield from value(say, ("engagement", "reset_on"), say.resets(), resets, new_resets)


def _dimension(say: Tongue, name: str, old: Fit | Engagement, new: Fit | Engagement) -> Iterator[Difference]:
    yield from value(say, (name, "bar"), say.bar_of(name), old.bar, new.bar, say.written)
    yield from _bounds(say, (name,), name, old.bounds, new.bounds)

    def group(path: Path, label: str, before: Bounds, after: Bounds) -> Iterator[Difference]:
        yield from _bounds(say, path, say.group_named(label), before, after)

    yield from named(
        say,
        (name, "groups"),
        "group",
        dict(old.groups),
        dict(new.groups),
        _in(say, words.bounds_words),
        inner=group,
    )
    rules = named(
        say,
        (name, "rules"),
        "rule",
        {each.rule: replace(each, rule="") for each in old.rules},
        {each.rule: replace(each, rule="") for each in new.rules},
        _in(say, words.rule_words),
        inner=partial(_rule, say),
    )
    yield from _fading_together(list(rules), say)


def _bounds(say: Tongue, path: Path, whose: str, old: Bounds, new: Bounds) -> Iterator[Difference]:
    for bound in ("cap", "floor"):
        before, after = getattr(old, bound), getattr(new, bound)
        yield from value(say, (*path, bound), say.bound_of(bound, whose), before, after, say.written)


def _rule(say: Tongue, path: Path, name: str, old: Rule, new: Rule) -> Iterator[Difference]:
    if old.points != new.points:
        points = say.written(old.points), say.written(new.points)
        yield Difference((*path, "points"), "changed", *points, True, say.points_of(name, *points))
    if isinstance(old, EngagementRule) and isinstance(new, EngagementRule):
        what = say.asked_by("rule", name)
        yield from value(
            say,
            (*path, "asks"),
            what,
            old.behaviour,
            new.behaviour,
            _in(say, words.behaviour_words),
        )
        yield from value(
            say,
            (*path, "when"),
            say.only_for(name),
            old.when,
            new.when,
            _in(say, words.when_words),
        )
        yield from _decay(say, (*path, "decay"), name, old.decay, new.decay)
    else:
        yield from value(
            say,
            (*path, "when"),
            say.asked_by("rule", name),
            old.when,
            new.when,
            _in(say, words.condition_words),
        )
    yield from value(say, (*path, "group"), say.group_of(name), old.group, new.group)


def _decay(say: Tongue, path: Path, whose: str, old: Decay | None, new: Decay | None) -> Iterator[Difference]:
    if old == new:
        return
    if isinstance(old, HalfLife) and isinstance(new, HalfLife):
        said = say.duration(old.duration), say.duration(new.duration)
        what = say.half_life_of(whose)
    else:
        said = words.decay_words(old, tongue=say), words.decay_words(new, tongue=say)
        what = say.fading_of(whose)
    yield Difference(path, "changed", *said, True, say.changed(what, *said))


def _fading_together(found: list[Difference], say: Tongue) -> Iterator[Difference]:
    """The same change of decay on three rules or more is one change: the default was edited."""
    alike = Counter((each.old, each.new) for each in found if each.path[-1] == "decay")
    told: set[tuple[str | None, str | None]] = set()
    for each in found:
        key = each.old, each.new
        if each.path[-1] != "decay" or alike[key] < 3:
            yield each
        elif key not in told:
            told.add(key)
            sentence = each.sentence.replace(each.path[-2], say.so_many_rules(alike[key]), 1)
            yield replace(each, path=(each.path[0], "decay"), sentence=sentence)


def _patterns(old: Definition, new: Definition, say: Tongue) -> Iterator[Difference]:
    yield from named(
        say,
        ("patterns",),
        "pattern",
        {each.pattern: each.condition for each in old.patterns},
        {each.pattern: each.condition for each in new.patterns},
        _in(say, words.condition_words),
    )


def _qualify(old: Definition, new: Definition, say: Tongue) -> Iterator[Difference]:
    yield from value(
        say,
        ("qualify", "mql"),
        say.WHAT["qualify"],
        old.qualify.mql,
        new.qualify.mql,
        _in(say, words.condition_words),
    )
    yield from named(
        say,
        ("qualify", "fast_track"),
        "fast track",
        {each.rule: replace(each, rule="") for each in old.qualify.fast_track},
        {each.rule: replace(each, rule="") for each in new.qualify.fast_track},
        _in(say, words.track_words),
    )
    skips = old.qualify.skip_to_sql, new.qualify.skip_to_sql
    yield from value(
        say, ("qualify", "skip_to_sql"), say.SKIP, *skips, _in(say, words.skip_words), scores=False
    )
    for dimension in ("fit", "engagement"):
        before, after = (
            dict(getattr(each.qualify.grades, dimension)) if each.qualify.grades else {}
            for each in (old, new)
        )
        for label in together(before, after):
            yield from value(
                say,
                ("qualify", "grades", dimension, label),
                say.grade_of(dimension, label),
                before.get(label),
                after.get(label),
                lambda start: say.starts_at(say.written(start)),
            )


def _disqualify(old: Definition, new: Definition, say: Tongue) -> Iterator[Difference]:
    yield from named(
        say,
        ("disqualify",),
        "reason",
        {each.reason: each.when for each in old.disqualify},
        {each.reason: each.when for each in new.disqualify},
        _in(say, words.condition_words),
        names_score=True,
    )


def _never(_: str) -> bool:
    return False


def _requalify(old: Definition, new: Definition, say: Tongue) -> Iterator[Difference]:
    before, after = (
        numbered((words.trigger_words(each, tongue=say), each) for each in given.requalify)
        for given in (old, new)
    )
    yield from named(
        say, ("requalify",), "trigger", before, after, _in(say, words.trigger_words), scores=_never
    )


def _stages(old: Definition, new: Definition, say: Tongue) -> Iterator[Difference]:
    before, after = ({each.stage: each for each in given.stages} for given in (old, new))
    yield from named(say, ("stages",), "stage", before, after, _in(say, words.stage_words), scores=_never)


def _whom(condition: Condition, definition: Definition, say: Tongue) -> str:
    return (
        say.EVERY_OTHER if condition == ALWAYS else words.condition_words(condition, definition, tongue=say)
    )


def _handoff(old: Definition, new: Definition, say: Tongue) -> Iterator[Difference]:
    routes, new_routes = [
        numbered((_whom(each.when, given, say), each) for each in given.handoff.route) for given in (old, new)
    ]
    yield from named(
        say,
        ("handoff", "route"),
        "route",
        routes,
        new_routes,
        _in(say, words.route_words),
        scores=_never,
    )
    levels, new_levels = [
        numbered((_whom(each.when, given, say), each) for each in given.handoff.sla) for given in (old, new)
    ]
    yield from named(
        say,
        ("handoff", "sla"),
        "promise",
        levels,
        new_levels,
        _in(say, words.contact_words),
        scores=_never,
    )
    alerts, new_alerts = [", ".join(each.handoff.alert) or None for each in (old, new)]
    yield from value(say, ("handoff", "alert"), say.ALERTS, alerts, new_alerts, scores=False)


def _recycle(old: Definition, new: Definition, say: Tongue) -> Iterator[Difference]:
    def said(recycle: Any) -> str:
        return words.recycle_words(recycle, tongue=say) or say.NOTHING

    scores = old.resets_on_recycling != new.resets_on_recycling
    yield from value(say, ("recycle",), say.WHAT["recycle"], old.recycle, new.recycle, said, scores=scores)


def _nurture(old: Definition, new: Definition, say: Tongue) -> Iterator[Difference]:
    yield from named(say, ("nurture",), "stream", dict(old.nurture), dict(new.nurture), str, scores=_never)


def _review(old: Definition, new: Definition, say: Tongue) -> Iterator[Difference]:
    def said(length: Any) -> str:
        return say.again_every(length)

    yield from value(say, ("review",), say.WHAT["review"], old.review, new.review, said, scores=False)


def _plain(name: str) -> Callable[[Definition, Definition, Tongue], Iterator[Difference]]:
    def compared(old: Definition, new: Definition, say: Tongue) -> Iterator[Difference]:
        yield from value(say, (name,), say.WHAT[name], getattr(old, name), getattr(new, name), scores=False)

    return compared


PARTS: Final[Mapping[str, Callable[[Definition, Definition, Tongue], Iterator[Difference]]]] = {
    "name": _plain("name"),
    "motion": _plain("motion"),
    "timezone": _timezone,
    "applies_to": _applies_to,
    "signals": _signals,
    "lists": _lists,
    "fit": _fit,
    "engagement": _engagement,
    "patterns": _patterns,
    "qualify": _qualify,
    "disqualify": _disqualify,
    "requalify": _requalify,
    "stages": _stages,
    "handoff": _handoff,
    "recycle": _recycle,
    "nurture": _nurture,
    "review": _review,
}
