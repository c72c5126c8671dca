"""Hashes of a definition: of all it says, and of what decides scores."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from handraise.core.definition.conditions import (
    AllOf,
    AnyOf,
    Condition,
    FactTest,
    InList,
    SessionCount,
    leaves,
)
from handraise.core.definition.model import Definition, conditions_of
from handraise.core.duration import Duration

_UNORDERED: Final = (AllOf, AnyOf)
_BY_NAME: Final = frozenset({"signals", "groups", "stages", "nurture", "reset_on"})


def content_hash(definition: Definition) -> str:
    """The SHA-256, in hexadecimal, of everything the definition says.

    Comments, layout and the order of keys do not matter; the order of rules, routes and reasons does.

    Examples
    --------
    >>> from handraise.core.definition import read_definition
    >>> one = read_definition("{name: Small, engagement: {bar: 40}, qualify: {mql: engagement}}").definition
    >>> other = read_definition('''qualify: {mql: engagement}   # the same
    ... name: Small
    ... engagement: {bar: 40.00}
    ... ''').definition
    >>> content_hash(one) == content_hash(other)
    True
    """
    return _digest(
        {each.name: _plain(getattr(definition, each.name), each.name) for each in fields(definition)}
    )


def scoring_hash(definition: Definition) -> str:
    """The SHA-256, in hexadecimal, of what changes scores, lines or verdicts, and of nothing else.

    Names of rules count, since every line of a score carries one; hand-off, stages, nurture, review and
    the definition's own name do not.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from handraise.core.definition import read_definition
    >>> one = read_definition("{name: Small, engagement: {bar: 40}, qualify: {mql: engagement}}").definition
    >>> scoring_hash(one) == scoring_hash(replace(one, name="Other"))
    True
    """
    qualify = definition.qualify
    listed = _lists_used(definition)
    parts: dict[str, Any] = {
        "timezone": definition.timezone,
        "applies_to": definition.applies_to,
        "signals": definition.signals,
        "fit": definition.fit,
        "engagement": definition.engagement,
        "patterns": definition.patterns,
        "mql": qualify.mql,
        "fast_track": qualify.fast_track,
        "grades": qualify.grades,
        "disqualify": definition.disqualify,
        "lists": {name: entries for name, entries in definition.lists.items() if name in listed},
    }
    if definition.resets_on_recycling:
        parts["reset_on_recycling"] = True
    return _digest({name: _plain(part, name, lengths=True) for name, part in parts.items()})


def _lists_used(definition: Definition) -> set[str]:
    conditions = [condition for _, condition in conditions_of(definition)]
    conditions += [signal.where for signal in definition.signals]
    return {name for condition in conditions for name in _lists_in(condition)}


def _lists_in(condition: Condition) -> Iterable[str]:
    for leaf in leaves(condition):
        if isinstance(leaf, FactTest | SessionCount):
            yield from (test.name for test in leaf.tests if isinstance(test, InList))


def _digest(plain: Mapping[str, Any]) -> str:
    text = json.dumps({"language": 1, **plain}, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any, name: str = "", *, lengths: bool = False) -> Any:
    """The value as plain JSON, in one spelling; with `lengths`, 7 days and 1 week are the same."""
    match value:
        case Decimal():
            return {"number": f"{value.normalize():f}"}
        case datetime():
            return {"moment": value.isoformat()}
        case Duration() if lengths:
            return {"microseconds": value.microseconds}
        case Mapping():
            return {key: _plain(part, lengths=lengths) for key, part in value.items()}
        case tuple():
            parts = [_plain(part, lengths=lengths) for part in value]
            return sorted(parts, key=_sortable) if name in _BY_NAME or name == "tests" else parts
    if is_dataclass(value):
        found: dict[str, Any] = {"is": type(value).__name__}
        for each in fields(value):
            part = _plain(getattr(value, each.name), each.name, lengths=lengths)
            is_set = isinstance(value, _UNORDERED) and each.name == "items"
            found[each.name] = sorted(part, key=_sortable) if is_set else part
        return found
    return value


def _sortable(part: Any) -> str:
    return json.dumps(part, sort_keys=True)
