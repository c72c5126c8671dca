"""The numbers of a definition as a form: points, bars, thresholds, half-lives, windows; and rules to add.

It reads the text as far as it is YAML, so a definition that says something impossible can be mended in it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from handraise.core.definition.rewriting import Path, with_item, with_value, without_value
from handraise.core.definition.source import ListNode, MappingNode, Node, ScalarNode, parsed

DIMENSIONS: Final[tuple[Literal["fit", "engagement"], ...]] = ("fit", "engagement")
_WINDOWS: Final = ("at_least", "within", "in_last")
_SCORES: Final = ("fit", "engagement", "total")


@dataclass(frozen=True)
class Field:
    """A value that can be changed: where it stands, and what is written there ("" for nothing)."""

    path: Path
    value: str

    @property
    def id(self) -> str:
        """The place as one word, for forms: `fit/rules/0/points`."""
        return "/".join(str(step).replace("~", "~0").replace("/", "~1") for step in self.path)

    @property
    def name(self) -> str:
        """What it is, such as `points`, `half_life` or `bar`."""
        return str(self.path[-1])


@dataclass(frozen=True)
class RuleFields:
    """A rule, with what of it can be changed."""

    place: int
    name: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class DimensionFields:
    """Fit or engagement: bar, cap, default half-life, and the rules."""

    name: Literal["fit", "engagement"]
    fields: tuple[Field, ...]
    rules: tuple[RuleFields, ...]


@dataclass(frozen=True)
class Form:
    """Everything that can be changed without writing YAML. `signals` are the names that rules may count."""

    dimensions: tuple[DimensionFields, ...]
    thresholds: tuple[Field, ...]
    grades: tuple[Field, ...]
    signals: tuple[str, ...]

    def fields(self) -> Iterator[Field]:
        """Every field, in the order of the form."""
        yield from self.thresholds
        for dimension in self.dimensions:
            yield from dimension.fields
            for rule in dimension.rules:
                yield from rule.fields
        yield from self.grades


def form_of(text: str) -> Form:
    """The form of a text.

    Raises
    ------
    DefinitionInvalid
        When it is no YAML.

    Examples
    --------
    >>> form = form_of("fit: {bar: 30, rules: [{rule: big, when: {account.employees: 50}, points: 10}]}")
    >>> [(field.id, field.value) for field in form.fields() if field.value]
    [('fit/bar', '30'), ('fit/rules/0/points', '10')]
    """
    root = parsed(text)
    return Form(
        dimensions=tuple(_dimension(root, name) for name in DIMENSIONS),
        thresholds=tuple(_thresholds(_get(root, "qualify", "mql"), ("qualify", "mql"))),
        grades=tuple(_grades(root)),
        signals=_keys(_get(root, "signals")),
    )


def with_changes(text: str, changes: Mapping[str, str]) -> str:
    """The text with these fields changed; others, and ids that are of no field, are left alone.

    Parameters
    ----------
    changes
        Values by the fields' ids; an empty one takes an optional key out.

    Raises
    ------
    CannotRewrite
        When one stands where only a person can change it.
    """
    for field in form_of(text).fields():
        value = changes.get(field.id)
        if value is None or value.strip() == field.value:
            continue
        wanted = value.strip()
        if wanted:
            text = with_value(text, field.path, wanted)
        elif field.name != "points":
            text = without_value(text, field.path)
    return text


def with_fit_rule(text: str, rule: str, fact: str, test: str, value: str, points: str) -> str:
    r"""The text with a rule on one fact; several values are separated by commas.

    Examples
    --------
    >>> text = "fit: {rules: [{rule: a, when: {lead.age: 5}, points: 1}]}\n"
    >>> with_fit_rule(text, "b", "account.employees", "at_least", "50", "10").count("at_least: 50")
    1
    """
    values = [part.strip() for part in value.split(",") if part.strip()]
    wanted: object = values[0] if len(values) == 1 else values
    when = {fact: wanted if test == "is" else {test: wanted}}
    return with_item(text, ("fit", "rules"), {"rule": rule, "when": when, "points": points})


def with_engagement_rule(text: str, rule: str, signal: str, points: str, at_least: str, within: str) -> str:
    """The text with a rule that counts a signal."""
    more = {"at_least": at_least, "within": within}
    item = {"rule": rule, "signal": signal, **{name: value for name, value in more.items() if value}}
    return with_item(text, ("engagement", "rules"), {**item, "points": points})


def _dimension(root: Node, name: Literal["fit", "engagement"]) -> DimensionFields:
    node = _get(root, name)
    own = ("bar", "cap") if name == "fit" else ("bar", "cap", "half_life")
    fields = tuple(Field((name, key), _text(_get(node, key))) for key in own)
    rules = _get(node, "rules")
    items = rules.items if isinstance(rules, ListNode) else ()
    return DimensionFields(name, fields, tuple(_rule(item, name, place) for place, item in enumerate(items)))


def _rule(item: Node, dimension: str, place: int) -> RuleFields:
    there = _keys(item)
    names = ["points", *(name for name in _WINDOWS if name in there)]
    fades = not _text(_get(item, "points")).startswith("-") and "none_of" not in there
    if dimension == "engagement" and fades and "lose" not in there:
        names.append("half_life")
    fields = tuple(Field((dimension, "rules", place, name), _text(_get(item, name))) for name in names)
    return RuleFields(place, _text(_get(item, "rule")), fields)


def _thresholds(node: Node | None, path: Path) -> Iterator[Field]:
    """Heights that `qualify: mql` asks of a score by itself."""
    if isinstance(node, MappingNode):
        for key, value in node.entries:
            if key.text in _SCORES and isinstance(value, ScalarNode):
                yield Field((*path, key.text), value.text)
            else:
                yield from _thresholds(value, (*path, key.text))
    elif isinstance(node, ListNode):
        for place, item in enumerate(node.items):
            yield from _thresholds(item, (*path, place))


def _grades(root: Node) -> Iterator[Field]:
    for dimension in DIMENSIONS:
        node = _get(root, "qualify", "grades", dimension)
        if isinstance(node, MappingNode):
            for key, value in node.entries:
                yield Field(("qualify", "grades", dimension, key.text), _text(value))


def _get(node: Node | None, *path: str) -> Node | None:
    for step in path:
        node = node.get(step) if isinstance(node, MappingNode) else None
    return node


def _keys(node: Node | None) -> tuple[str, ...]:
    return node.keys() if isinstance(node, MappingNode) else ()


def _text(node: Node | None) -> str:
    return node.text.strip() if isinstance(node, ScalarNode) else ""


__all__ = [
    "DimensionFields", "Field", "Form", "RuleFields", "form_of", "with_changes", "with_engagement_rule",
    "with_fit_rule",
]  # fmt: skip
