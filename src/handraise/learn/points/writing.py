"""A learned definition as the YAML file that people read, check, compare and sign."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from handraise.core.definition import read_definition
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
    Has,
    InLast,
    InList,
    Known,
    Lacks,
    Matches,
    Negation,
    NotIn,
    ScoreAtLeast,
    StartsWith,
    Test,
    Unknown,
)
from handraise.core.definition.model import Definition, EngagementRule, FitRule, Rule, Signal
from handraise.core.duration import Duration

_PLAIN: Final = re.compile(r"[A-Za-z/][A-Za-z0-9_./ -]*[A-Za-z0-9_/]|[A-Za-z/]")
_WORDS_OF_YAML: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def written(definition: Definition, notes: Sequence[str] = ()) -> str:
    """The definition as YAML, with notes as comments above it.

    Parameters
    ----------
    definition
        With rules, signals, lists and `qualify: {mql: {total: …}}`: what a card has.

    Raises
    ------
    ValueError
        When reading the text back would not give the same definition.

    Examples
    --------
    >>> small = read_definition('''
    ... name: Small
    ... fit: {rules: [{rule: far, when: {lead.country: "NO"}, points: 5}]}
    ... qualify: {mql: {total: 5}}
    ... ''').definition
    >>> print(written(small))
    name: Small
    timezone: UTC
    <BLANKLINE>
    fit:
      rules:
        - {rule: far, when: {lead.country: "NO"}, points: 5}
    <BLANKLINE>
    qualify:
      mql: {total: 5}
    <BLANKLINE>
    """
    text = "\n".join(
        [*(f"# {note}".rstrip() for note in notes), *([""] if notes else []), *_lines(definition)]
    )
    if read_definition(text).definition != definition:
        raise ValueError("the definition as written is not the definition that was learned")
    return text


def _lines(definition: Definition) -> Iterator[str]:
    yield f"name: {_flow(definition.name)}"
    yield f"timezone: {_flow(definition.timezone)}"
    if definition.motion != "inbound":
        yield f"motion: {definition.motion}"
    yield ""
    if definition.signals:
        yield "signals:"
        yield from (f"  {_flow(signal.name)}: {_flow(_signal(signal))}" for signal in definition.signals)
        yield ""
    if definition.lists:
        yield "lists:"
        yield from (f"  {_flow(name)}: {_flow(list(entries))}" for name, entries in definition.lists.items())
        yield ""
    for dimension, rules in (("fit", definition.fit.rules), ("engagement", definition.engagement.rules)):
        if rules:
            yield f"{dimension}:"
            yield "  rules:"
            yield from (f"    - {_flow(_rule(rule))}" for rule in rules)
            yield ""
    yield "qualify:"
    yield f"  mql: {_flow(_condition(definition.qualify.mql))}"
    yield ""


def _flow(value: Any) -> str:
    """A value in YAML's flow style."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return f"{value:f}" if isinstance(value, Decimal) else str(value)
        case str():
            is_plain = _PLAIN.fullmatch(value) and value.casefold() not in _WORDS_OF_YAML
            return value if is_plain else json.dumps(value, ensure_ascii=False)
        case datetime():
            return json.dumps(value.isoformat())
        case Mapping():
            return "{" + ", ".join(f"{_flow(key)}: {_flow(part)}" for key, part in value.items()) + "}"
        case _:
            return "[" + ", ".join(_flow(part) for part in value) + "]"


def _signal(signal: Signal) -> dict[str, Any]:
    found: dict[str, Any] = {"event": _one(signal.events)}
    return found if signal.where == AllOf(()) else found | {"where": _condition(signal.where)}


def _rule(rule: Rule) -> dict[str, Any]:
    points = Decimal(rule.points) / 100
    if isinstance(rule, FitRule):
        return {"rule": rule.rule, "when": _condition(rule.when), "points": points}
    return {"rule": rule.rule, **_engagement(rule), "points": points}


def _engagement(rule: EngagementRule) -> dict[str, Any]:
    found = _behaviour(rule.behaviour)
    return found if rule.when is None else found | {"when": _condition(rule.when)}


def _behaviour(asked: Behaviour) -> dict[str, Any]:
    found: dict[str, Any] = {asked.form: _one(asked.signals)}
    if asked.at_least != 1:
        found["at_least"] = asked.at_least
    for name in ("in_last", "within"):
        if (window := getattr(asked, name)) is not None:
            found[name] = str(window)
    for name in ("distinct", "sum", "same"):
        if (measure := getattr(asked, name)) is not None:
            found[name] = measure
    return found


def _condition(condition: Condition) -> dict[str, Any]:
    match condition:
        case AllOf(items):
            return {"all": [_condition(each) for each in items]}
        case AnyOf(items):
            return {"any": [_condition(each) for each in items]}
        case Negation(item):
            return {"not": _condition(item)}
        case FactTest(fact, (Equals(values),)):
            return {fact: _one(values)}
        case FactTest(fact, tests):
            return {fact: {name: part for test in tests for name, part in [_test(test)]}}
        case ScoreAtLeast("total", hundredths) if hundredths is not None:
            return {"total": Decimal(hundredths) / 100}
        case Behaviour():
            return _behaviour(condition)
        case _:
            raise ValueError(f"no card has a {type(condition).__name__}")


def _test(test: Test) -> tuple[str, Any]:
    name = _NAMES[type(test)]
    match test:
        case Between(low, high):
            return name, [low, high]
        case Known() | Unknown():
            return name, True
        case Before(moment) | After(moment) | InLast(moment):
            return name, str(moment) if isinstance(moment, Duration) else moment
        case InList(listed):
            return name, listed
        case Matches(pattern):
            return name, pattern
        case AtLeast(bound) | AtMost(bound):
            return name, bound
        case Equals(given) | NotIn(given) | Has(given) | Lacks(given) | StartsWith(given) | Contains(given):
            return name, _one(given)


_NAMES: Final[dict[type[Test], str]] = {
    Equals: "is", NotIn: "not_in", Between: "between", AtLeast: "at_least", AtMost: "at_most",
    StartsWith: "starts_with", Contains: "contains", Matches: "matches", InList: "in_list", Has: "has",
    Lacks: "lacks", Known: "known", Unknown: "unknown", Before: "before", After: "after", InLast: "in_last",
}  # fmt: skip


def _one(values: Sequence[Any]) -> Any:
    return values[0] if len(values) == 1 else list(values)
