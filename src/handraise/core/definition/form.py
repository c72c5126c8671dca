"""A definition as a form: points, bars, windows, conditions, service levels; what of it can be changed.

It reads the text as far as it is YAML, so a definition that says something impossible can be mended in it.
What can be added is in `adding`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from handraise.core.definition.rewriting import Path, with_value, with_values, without_value
from handraise.core.definition.source import ListNode, MappingNode, Node, ScalarNode, parsed

Dimension = Literal["fit", "engagement"]
Kind = Literal["signals", "disqualify", "route", "sla"]
DIMENSIONS: Final[tuple[Dimension, ...]] = ("fit", "engagement")
PLACES: Final[Mapping[Kind, Path]] = {
    "signals": ("signals",),
    "disqualify": ("disqualify",),
    "route": ("handoff", "route"),
    "sla": ("handoff", "sla"),
}
"""The kinds of lines beside the rules, and where each stands."""
TRUTHS: Final = {"true": True, "false": False}
_COUNTED: Final = ("at_least", "within", "in_last", "each")
_OWN: Final[Mapping[Kind, tuple[str, ...]]] = {
    "signals": ("event",),
    "disqualify": ("reason",),
    "route": ("team",),
    "sla": ("within", "hours"),
}
_SCORES: Final = ("fit", "engagement", "total")
_COMBINED: Final = ("any", "all", "not")
_STAYS: Final = ("points", "event", "reason", "team")  # without them a line says nothing


@dataclass(frozen=True)
class Field:
    """A value that can be changed: where it stands, and what is written there ("" for nothing).

    Attributes
    ----------
    many
        Whether it may be several values, which commas separate.
    is_list
        Whether it is written as a list now.
    """

    path: Path
    value: str
    many: bool = False
    is_list: bool = False

    @property
    def id(self) -> str:
        """The place as one word, for forms: `fit/rules/0/points`."""
        return "/".join(str(step).replace("~", "~0").replace("/", "~1") for step in self.path)

    @property
    def name(self) -> str:
        """What it is, such as `points`, `half_life` or `bar`."""
        return str(self.path[-1])

    @property
    def asks(self) -> str:
        """Of a condition, what it asks: `account.employees between`; "" of anything else."""
        steps = [str(step) for step in self.path]
        place = next((n for n, step in enumerate(steps) if step in ("when", "where", *_COMBINED)), None)
        if not self.many or place is None:
            return ""
        return " ".join(step for step in steps[place + 1 :] if step not in _COMBINED and not step.isdecimal())


@dataclass(frozen=True)
class RuleFields:
    """A rule: what of it is said and can be changed, and what `more` could be said of it."""

    place: int
    name: str
    fields: tuple[Field, ...]
    more: tuple[Field, ...]


@dataclass(frozen=True)
class DimensionFields:
    """Fit or engagement: bar, cap, default half-life, and the rules."""

    name: Dimension
    fields: tuple[Field, ...]
    rules: tuple[RuleFields, ...]


@dataclass(frozen=True)
class LineFields:
    """A line of another list: its place (a name, of signals), the line as YAML, and what can be changed."""

    place: int | str
    text: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class LinesFields:
    """Signals, disqualifiers, routes or service levels."""

    kind: Kind
    lines: tuple[LineFields, ...]


@dataclass(frozen=True)
class Form:
    """Everything that can be changed without writing YAML. `signals` are the names that rules may count."""

    dimensions: tuple[DimensionFields, ...]
    thresholds: tuple[Field, ...]
    grades: tuple[Field, ...]
    lines: tuple[LinesFields, ...]
    stages: tuple[Field, ...]
    signals: tuple[str, ...]

    def fields(self) -> Iterator[Field]:
        """Every field, in the order of the form."""
        yield from self.thresholds
        for dimension in self.dimensions:
            yield from dimension.fields
            for rule in dimension.rules:
                yield from rule.fields
                yield from rule.more
        yield from self.grades
        for lines in self.lines:
            for line in lines.lines:
                yield from line.fields
        yield from self.stages


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
    [('fit/bar', '30'), ('fit/rules/0/when/account.employees', '50'), ('fit/rules/0/points', '10')]
    """
    root = parsed(text)
    return Form(
        dimensions=tuple(_dimension(root, name) for name in DIMENSIONS),
        thresholds=tuple(_thresholds(_get(root, "qualify", "mql"), ("qualify", "mql"))),
        grades=tuple(_grades(root)),
        lines=tuple(LinesFields(kind, tuple(_lines(root, kind))) for kind in PLACES),
        stages=tuple(
            Field(("stages", stage, "max_age"), _text(_get(root, "stages", stage, "max_age")))
            for stage in _keys(_get(root, "stages"))
        ),
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
        several = [part.strip() for part in wanted.split(",") if part.strip()] if field.many else []
        if field.many and (field.is_list or len(several) > 1):
            text = with_values(text, field.path, several) if several else text
        elif wanted:
            is_truth = field.many and wanted in TRUTHS
            text = with_value(text, field.path, TRUTHS[wanted] if is_truth else wanted)
        elif field.name not in _STAYS and not field.many:
            text = without_value(text, field.path)
    return text


# ----------------------------------------------------------------------------------------- what is there


def _dimension(root: Node, name: Dimension) -> DimensionFields:
    node = _get(root, name)
    own = ("bar", "cap") if name == "fit" else ("bar", "cap", "half_life")
    fields = tuple(Field((name, key), _text(_get(node, key))) for key in own)
    rules = _get(node, "rules")
    items = rules.items if isinstance(rules, ListNode) else ()
    return DimensionFields(name, fields, tuple(_rule(item, name, place) for place, item in enumerate(items)))


def _rule(item: Node, dimension: Dimension, place: int) -> RuleFields:
    there = _keys(item)
    path: Path = (dimension, "rules", place)
    names = [name for name in _COUNTED if name in there or (name != "each" and "signal" in there)]
    if "signal" in there and not {"each", "at_least"} & set(there):
        names.append("each")
    fades = not _text(_get(item, "points")).startswith("-") and "none_of" not in there
    if dimension == "engagement" and fades and "lose" not in there:
        names.append("half_life")
    fields = [Field((*path, name), _text(_get(item, name))) for name in names]
    return RuleFields(
        place,
        _text(_get(item, "rule")),
        (
            *_asked(_get(item, "when"), (*path, "when")),
            *(one for one in fields if one.value),
            Field((*path, "points"), _text(_get(item, "points"))),
        ),
        tuple(one for one in fields if not one.value),
    )


def _lines(root: Node, kind: Kind) -> Iterator[LineFields]:
    node, path = _get(root, *(str(step) for step in PLACES[kind])), PLACES[kind]
    places: list[tuple[int | str, Node]] = []
    if isinstance(node, ListNode):
        places = list(enumerate(node.items))
    elif isinstance(node, MappingNode) and kind == "signals":
        places = [(key.text, value) for key, value in node.entries]
    for place, item in places:
        own = [
            Field((*path, place, name), _text(_get(item, name)))
            for name in _OWN[kind]
            if kind == "sla" or name in _keys(item)
        ]
        asked = "where" if kind == "signals" else "when"
        yield LineFields(place, _written(item), (*own, *_asked(_get(item, asked), (*path, place, asked))))


def _asked(node: Node | None, path: Path) -> Iterator[Field]:
    """The values that a condition asks for, as far as they are values and lists on one line."""
    if isinstance(node, ListNode):
        for place, item in enumerate(node.items):
            yield from _asked(item, (*path, place))
    elif isinstance(node, MappingNode):
        for key, value in node.entries:
            here = (*path, key.text)
            if isinstance(value, ScalarNode):
                yield Field(here, value.text.strip(), many=True)
            elif isinstance(value, ListNode) and all(isinstance(each, ScalarNode) for each in value.items):
                if value.line == key.line:
                    yield Field(here, ", ".join(map(_text, value.items)), many=True, is_list=True)
            else:
                yield from _asked(value, here)


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


def _written(node: Node) -> str:
    """A line on one line, as YAML would have it."""
    if isinstance(node, MappingNode):
        return "{" + ", ".join(f"{key.text}: {_written(value)}" for key, value in node.entries) + "}"
    if isinstance(node, ListNode):
        return "[" + ", ".join(map(_written, node.items)) + "]"
    return _text(node)


__all__ = [
    "PLACES", "TRUTHS", "DimensionFields", "Field", "Form", "Kind", "LineFields", "LinesFields", "RuleFields",
    "form_of", "with_changes",
]  # fmt: skip
