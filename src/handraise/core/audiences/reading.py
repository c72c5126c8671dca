"""Reading an audience: its condition in the words of the definition that is live, and what it asks as one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from handraise.core.audiences.standing import STANDING, standing_fact
from handraise.core.definition.asking import PLACES, ConditionReader
from handraise.core.definition.conditions import (
    ALWAYS,
    AllOf,
    AnyOf,
    Behaviour,
    Condition,
    FactTest,
    InList,
    Leaf,
    Negation,
    leaves,
)
from handraise.core.definition.grammar import Key, MappingOf, Reading, Record, Refused
from handraise.core.definition.model import BUILT_IN_LISTS, Definition, FastTrack, Qualify, Signal
from handraise.core.definition.reading import SIGNAL
from handraise.core.definition.source import MappingNode, Node, ScalarNode, parsed
from handraise.core.errors import DefinitionInvalid, Problem
from handraise.core.saying import Saying

NOBODY: Final = Definition("", Qualify(AnyOf(())))
"""Whom an audience asks when no definition is meant: no signals, no scores."""
_NO_LISTS: Final[Mapping[str, Sequence[str]]] = MappingProxyType({})


@dataclass(frozen=True)
class Audience:
    """Whom it means; `signals` are kinds of events that the definition has no name for."""

    who: Condition
    signals: tuple[Signal, ...] = ()
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))


class AudienceReader(ConditionReader):
    """A condition that may also ask where a lead stands."""

    def leaf(self, key: ScalarNode, value: Node, to: Reading) -> Condition:
        """One key that is a question by itself."""
        if key.text in STANDING:
            return FactTest(standing_fact(key.text), STANDING[key.text](value, to))
        return super().leaf(key, value, to)

    def words(self) -> list[str]:
        """What may be asked here."""
        return [*super().words(), *STANDING]


WHO: Final = AudienceReader(PLACES["qualify"], "a condition on people")
AUDIENCE: Final = Record(
    "an audience",
    [
        Key("signals", MappingOf(SIGNAL, what="signals by name"), "kinds of events the definition has not"),
        Key("who", WHO, "what must hold of whoever is in it", required=True),
    ],
    lambda f: Audience(
        f.get("who"),
        tuple(Signal(name, signal.events, signal.where) for name, signal in f.get("signals", ())),
    ),
)  # fmt: skip


def read_audience(
    text: str, definition: Definition = NOBODY, lists: Mapping[str, Sequence[str]] = _NO_LISTS
) -> Audience:
    """Read an audience from YAML text.

    Parameters
    ----------
    definition
        Whose signals, patterns, bars and grades it may name.
    lists
        Managed lists as they are now, by name. The definition's own, as they were signed, come first.

    Raises
    ------
    DefinitionInvalid
        With every problem found, each at its line and column.

    Examples
    --------
    >>> read_audience("who: {stage: [mql, sal]}").who
    FactTest(fact='standing.stage', tests=(Equals(values=('mql', 'sal')),))
    >>> read_audience("who: {stage: won}")
    Traceback (most recent call last):
    handraise.core.errors.DefinitionInvalid: audience:1:14: error: expected `subscriber`, `lead`, `mql`, ...
    """
    root = parsed(text) if text.strip() else None
    if not isinstance(root, MappingNode):
        raise DefinitionInvalid(
            [Problem(1, 1, Saying("write `who:` and what must hold of them"))], "audience"
        )
    beside = {name: tuple(entries) for name, entries in lists.items()} | dict(definition.lists)
    to = Reading(known=_names(root, definition, beside))
    found: Audience | None = None
    with suppress(Refused):  # what was refused is among the problems
        found = AUDIENCE.read(root, to)
    to.problems.extend(_repeated(root, definition))
    if to.problems or found is None:
        raise DefinitionInvalid(sorted(set(to.problems)), "audience")
    used = _lists_of(found)
    return replace(
        found, lists=MappingProxyType({name: beside[name] for name in sorted(used) if name in beside})
    )


def asked(definition: Definition, audiences: Sequence[Audience]) -> Definition:
    """A definition whose fast tracks are these audiences, in their order, and that scores as this one does.

    So the one evaluator says of every lead which audiences it is in.
    """
    signals: list[Signal] = [*definition.signals]
    lists: dict[str, tuple[str, ...]] = {}
    tracks = []
    for place, audience in enumerate(audiences):
        # Two audiences may call different things by one name.
        own = {signal.name: f"{place}: {signal.name}" for signal in audience.signals}
        signals += [replace(signal, name=own[signal.name]) for signal in audience.signals]
        lists |= audience.lists
        tracks.append(FastTrack(str(place), ALWAYS, _renamed(audience.who, own)))
    return replace(
        definition,
        signals=tuple(signals),
        lists=MappingProxyType(lists | dict(definition.lists)),
        qualify=replace(definition.qualify, mql=AnyOf(()), fast_track=tuple(tracks)),
        applies_to=ALWAYS,
        disqualify=(),
    )


def _names(
    root: MappingNode, definition: Definition, lists: Mapping[str, object]
) -> dict[str, tuple[str, ...]]:
    """The names that may be used: the definition's, and what the audience itself names."""
    own = root.get("signals")
    grades = definition.qualify.grades
    letters = [name for name, _ in grades.fit] if grades else []
    numbers = [name for name, _ in grades.engagement] if grades else []
    bars = {"fit": definition.fit.bar, "engagement": definition.engagement.bar}
    return {
        "signal": (
            *(signal.name for signal in definition.signals),
            *(own.keys() if isinstance(own, MappingNode) else ()),
        ),
        "list": (*lists, *BUILT_IN_LISTS),
        "pattern": tuple(pattern.pattern for pattern in definition.patterns),
        "bar": tuple(name for name, bar in bars.items() if bar is not None),
        "grade": tuple(a + b for a in letters or ("",) for b in numbers or ("",) if a + b),
    }


def _repeated(root: MappingNode, definition: Definition) -> Iterable[Problem]:
    own = root.get("signals")
    there = {signal.name for signal in definition.signals}
    for key, _ in own.entries if isinstance(own, MappingNode) else ():
        if key.text in there:
            there_is = "the definition has a signal `{name}` already; choose another name"
            yield Problem(key.line, key.column, Saying(there_is, name=key.text))


def _lists_of(audience: Audience) -> set[str]:
    return {
        test.name
        for condition in (audience.who, *(signal.where for signal in audience.signals))
        for leaf in leaves(condition)
        if isinstance(leaf, FactTest)
        for test in leaf.tests
        if isinstance(test, InList)
    }


def _renamed(condition: Condition, names: Mapping[str, str]) -> Condition:
    """The condition with its signals called otherwise."""
    if not names:
        return condition

    def renamed(leaf: Leaf) -> Leaf:
        if not isinstance(leaf, Behaviour):
            return leaf
        return replace(leaf, signals=tuple(names.get(name, name) for name in leaf.signals))

    return _mapped(condition, renamed)


def _mapped(condition: Condition, change: Callable[[Leaf], Leaf]) -> Condition:
    match condition:
        case AllOf(items):
            return AllOf(tuple(_mapped(item, change) for item in items))
        case AnyOf(items):
            return AnyOf(tuple(_mapped(item, change) for item in items))
        case Negation(item):
            return Negation(_mapped(item, change))
        case _:
            return change(condition)


__all__ = ["AUDIENCE", "NOBODY", "WHO", "Audience", "asked", "read_audience"]
