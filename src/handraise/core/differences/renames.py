"""What was only given another name between two definitions."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from types import MappingProxyType
from typing import Any, TypeVar

from handraise.core.definition.conditions import Behaviour, InList, PatternHolds
from handraise.core.definition.model import Definition, Engagement, EngagementRule, Fit, FitRule, Trigger

Names = Mapping[str, str]


@dataclass(frozen=True)
class Renames:
    """Old names with their new ones, by what they name."""

    signals: Names = field(default_factory=dict)
    lists: Names = field(default_factory=dict)
    patterns: Names = field(default_factory=dict)
    fit_groups: Names = field(default_factory=dict)
    engagement_groups: Names = field(default_factory=dict)


def renamed(old: Mapping[str, object], new: Mapping[str, object]) -> dict[str, str]:
    """Names that went with names that came, where everything but the name is equal.

    Examples
    --------
    >>> renamed({"pricing": 1, "demo": 2}, {"prices": 1, "trial": 3})
    {'pricing': 'prices'}
    """
    came = [name for name in new if name not in old]
    found: dict[str, str] = {}
    for name, value in old.items():
        match = next((other for other in came if new[other] == value), None) if name not in new else None
        if match is not None:
            came.remove(match)
            found[name] = match
    return found


def renames(old: Definition, new: Definition) -> Renames:
    """Every signal, list, pattern and group that only changed its name."""
    lists = Renames(lists=renamed(old.lists, new.lists))
    signals = replace(
        lists,
        signals=renamed(
            {each.name: (each.events, _told(each.where, lists)) for each in old.signals},
            {each.name: (each.events, each.where) for each in new.signals},
        ),
    )
    return replace(
        signals,
        patterns=renamed(
            {each.pattern: _told(each.condition, signals) for each in old.patterns},
            {each.pattern: each.condition for each in new.patterns},
        ),
        fit_groups=renamed(_groups(old.fit), _groups(new.fit)),
        engagement_groups=renamed(_groups(old.engagement), _groups(new.engagement)),
    )


def _groups(dimension: Fit | Engagement) -> dict[str, object]:
    return {
        name: (bounds, frozenset(rule.rule for rule in dimension.rules if rule.group == name))
        for name, bounds in dimension.groups
    }


def in_new_names(old: Definition, names: Renames) -> Definition:
    """The old definition told in the new names, so that only what really changed differs."""
    again: Definition = _told(old, names)
    return replace(
        again,
        signals=tuple(replace(each, name=names.signals.get(each.name, each.name)) for each in again.signals),
        patterns=tuple(
            replace(each, pattern=names.patterns.get(each.pattern, each.pattern)) for each in again.patterns
        ),
        lists=MappingProxyType({names.lists.get(name, name): each for name, each in again.lists.items()}),
        fit=_grouped(again.fit, names.fit_groups),
        engagement=_grouped(
            replace(
                again.engagement,
                reset_on=tuple(names.signals.get(name, name) for name in again.engagement.reset_on),
            ),
            names.engagement_groups,
        ),
    )


Dimension = TypeVar("Dimension", Fit, Engagement)


def _grouped(dimension: Dimension, names: Names) -> Dimension:
    groups = tuple((names.get(name, name), bounds) for name, bounds in dimension.groups)
    rules: Any = tuple(_regrouped(rule, names) for rule in dimension.rules)
    return replace(dimension, groups=groups, rules=rules)


def _regrouped(rule: FitRule | EngagementRule, names: Names) -> FitRule | EngagementRule:
    return rule if rule.group is None else replace(rule, group=names.get(rule.group, rule.group))


def _told(part: Any, names: Renames) -> Any:
    """The value with every reference to a renamed signal, list or pattern made to the new name."""
    if isinstance(part, tuple):
        return tuple(_told(each, names) for each in part)
    if not is_dataclass(part) or isinstance(part, type):
        return part
    inner = {each.name: _told(getattr(part, each.name), names) for each in fields(part)}
    return _referring(replace(part, **inner), names)


def _referring(part: Any, names: Renames) -> Any:
    match part:
        case Behaviour(signals=mine):
            return replace(part, signals=tuple(names.signals.get(name, name) for name in mine))
        case InList(name):
            return InList(names.lists.get(name, name))
        case PatternHolds(name):
            return PatternHolds(names.patterns.get(name, name))
        case Trigger(name, None):
            return Trigger(names.signals.get(name, name))
        case _:
            return part
