"""Readers: small objects that read a node, refuse it with a place and a suggestion, and describe themselves.

One table of keys per construct gives the parser, the JSON Schema and the reference page, so that the three
cannot disagree.
"""

import difflib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, Generic, TypeVar

from handraise.core.definition.source import ListNode, MappingNode, Node, ScalarNode
from handraise.core.duration import Duration
from handraise.core.errors import Problem
from handraise.core.points import hundredths
from handraise.core.saying import Saying, Speech

T = TypeVar("T")
Schema = dict[str, Any]


class Refused(Exception):
    """A node was refused; the reason is already noted."""


@dataclass
class Reading:
    """What is noted while a file is read: problems, and where everything stands."""

    problems: list[Problem] = field(default_factory=list)
    positions: dict[tuple[str | int, ...], tuple[int, int]] = field(default_factory=dict)
    known: dict[str, tuple[str, ...]] = field(default_factory=dict)
    path: tuple[str | int, ...] = ()

    def refuse(self, node: Node, message: str, code: str = "") -> Refused:
        """Note what is wrong at this node."""
        self.problems.append(Problem(node.line, node.column, message, "error", code))
        return Refused()

    def at(self, step: str | int, node: Node) -> "Reading":
        """The reading one step further into the file."""
        inner = Reading(self.problems, self.positions, self.known, (*self.path, step))
        self.positions[inner.path] = (node.line, node.column)
        return inner


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean x?` for the known word nearest to this one, else nothing."""
    names = list(known)
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.55)
    if not close:
        lowered = {name.lower(): name for name in names}
        close = [lowered[word.lower()]] if word.lower() in lowered else []
    return Saying("; did you mean `{name}`?", name=close[0]) if close else ""


@dataclass(frozen=True)
class OneOf:
    """Names as a choice.

    Examples
    --------
    >>> str(OneOf(("a", "b", "c")))
    '`a`, `b` or `c`'
    """

    names: Iterable[str]

    def __str__(self) -> str:
        *first, last = (f"`{name}`" for name in self.names)
        return f"{', '.join(first)} or {last}" if first else last

    def told(self, speech: Speech) -> str:
        """With the `or` of the language."""
        return speech.either([f"`{name}`" for name in self.names])


def described(node: Node) -> str:
    """What stands there, in words."""
    match node:
        case ScalarNode(value=None):
            return Saying("nothing")
        case ScalarNode(text=text):
            return f"`{text}`" if len(text) <= 60 else f"`{text[:57]}…`"
        case ListNode():
            return Saying("a list")
        case _:
            return Saying("a group of keys")


def expected(what: object, node: Node, hint: str = "") -> Saying:
    """What is to be written, and what stands there."""
    told = Saying(what) if isinstance(what, str) and not isinstance(what, Saying) else what
    return Saying("expected {what}, found {found}{hint}", what=told, found=described(node), hint=hint)


class Reader(ABC, Generic[T]):
    """Reads one node into a T or refuses it."""

    @abstractmethod
    def read(self, node: Node, to: Reading) -> T:
        """Read, or note what is wrong and raise Refused."""

    @abstractmethod
    def schema(self) -> Schema:
        """The same rule as JSON Schema."""


class Text(Reader[str]):
    """A text that is not empty, at most 500 characters."""

    def __init__(self, what: str = "a text") -> None:
        self.what = what

    def read(self, node: Node, to: Reading) -> str:
        if not isinstance(node, ScalarNode) or node.value is None or not node.text.strip():
            raise to.refuse(node, expected(self.what, node))
        text = node.text.strip()
        if len(text) > 500 or any(ord(letter) < 32 for letter in text):
            raise to.refuse(
                node,
                Saying("expected {what} on one line, of at most 500 characters", what=Saying(self.what)),
            )
        return text

    def schema(self) -> Schema:
        return {"type": ["string", "number", "boolean"]}


class NameOf(Reader[str]):
    """A name that is given elsewhere in the file, such as that of a signal, a list or a group."""

    def __init__(self, kind: str, add: str) -> None:
        self.kind, self.add = kind, add

    def read(self, node: Node, to: Reading) -> str:
        name = Text(self.what).read(node, to)
        known = to.known.get(self.kind, ())
        if name not in known:
            raise to.refuse(node, self._not_there(name, known), "unknown-name")
        return name

    @property
    def what(self) -> str:
        """What is to be written."""
        return f"the name of a {self.kind}"

    def _not_there(self, name: str, known: Sequence[str]) -> Saying:
        told = {"kind": Saying(self.kind), "name": name, "add": Saying(self.add)}
        hint = nearest(name, known)
        if hint:
            return Saying("there is no {kind} `{name}`{hint} {add}", hint=hint, **told)
        if known:
            listed = ", ".join(f"`{other}`" for other in known[:8])
            return Saying("there is no {kind} `{name}`; there is {listed}; {add}", listed=listed, **told)
        return Saying("there is no {kind} `{name}`; {add}", **told)

    def schema(self) -> Schema:
        return {"type": "string"}


class Choice(Reader[str]):
    """One of a few words."""

    def __init__(self, *words: str) -> None:
        self.words = words

    def read(self, node: Node, to: Reading) -> str:
        if isinstance(node, ScalarNode) and node.text in self.words:
            return node.text
        hint = nearest(node.text, self.words) if isinstance(node, ScalarNode) else ""
        raise to.refuse(node, expected(OneOf(self.words), node, hint))

    def schema(self) -> Schema:
        return {"enum": list(self.words)}


class Flag(Reader[bool]):
    """true or false."""

    def read(self, node: Node, to: Reading) -> bool:
        if isinstance(node, ScalarNode) and isinstance(node.value, bool):
            return node.value
        raise to.refuse(node, expected("true or false", node))

    def schema(self) -> Schema:
        return {"type": "boolean"}


class PointsReader(Reader[int]):
    """Points with at most two decimal places, as hundredths."""

    def __init__(self, *, positive: bool = False) -> None:
        self.positive = positive

    def read(self, node: Node, to: Reading) -> int:
        if not isinstance(node, ScalarNode) or not isinstance(node.value, Decimal):
            raise to.refuse(node, expected("a number of points", node))
        try:
            points = hundredths(str(node.value))
        except ValueError as error:
            raise to.refuse(node, error.args[0]) from None
        if self.positive and points <= 0:
            raise to.refuse(node, expected("more than 0", node))
        return points

    def schema(self) -> Schema:
        return {"type": "number", "multipleOf": 0.01} | ({"exclusiveMinimum": 0} if self.positive else {})


class Whole(Reader[int]):
    """A whole number of at least `least`."""

    def __init__(self, least: int = 1) -> None:
        self.least = least

    def read(self, node: Node, to: Reading) -> int:
        value = node.value if isinstance(node, ScalarNode) else None
        if (
            not isinstance(value, Decimal)
            or value != value.to_integral_value()
            or not self.least <= value < 10**9
        ):
            what = Saying("a whole number of at least {least}", least=self.least)
            raise to.refuse(node, expected(what, node))
        return int(value)

    def schema(self) -> Schema:
        return {"type": "integer", "minimum": self.least}


class Number(Reader[Decimal]):
    """Any number with at most six decimal places."""

    def read(self, node: Node, to: Reading) -> Decimal:
        value = node.value if isinstance(node, ScalarNode) else None
        if not isinstance(value, Decimal) or abs(value) > 10**12 or value != round(value, 6):
            raise to.refuse(node, expected("a number with at most six decimal places", node))
        return value

    def schema(self) -> Schema:
        return {"type": "number"}


class DurationReader(Reader[Duration]):
    """A duration such as `30 days`."""

    def read(self, node: Node, to: Reading) -> Duration:
        if not isinstance(node, ScalarNode):
            raise to.refuse(node, expected("a duration such as `30 days`", node))
        try:
            return Duration.parse(node.text)
        except ValueError as error:
            raise to.refuse(node, error.args[0]) from None

    def schema(self) -> Schema:
        return {"type": "string", "pattern": DURATION_PATTERN}


DURATION_PATTERN: Final = (
    r"^\s*[0-9]{1,9}\s*([Ss]econd|[Mm]inute|[Hh]our|[Dd]ay|[Ww]eek|[Mm]onth|[Yy]ear)s?\s*$"
)


class Comparable(Reader["Decimal | datetime"]):
    """A number or a date (`2026-01-31`, or a time with its zone)."""

    def read(self, node: Node, to: Reading) -> Decimal | datetime:
        if isinstance(node, ScalarNode):
            if isinstance(node.value, Decimal):
                return Number().read(node, to)
            moment = moment_of(node.text)
            if moment is not None:
                return moment
        raise to.refuse(node, expected("a number or a date such as 2026-01-31", node))

    def schema(self) -> Schema:
        return {"type": ["number", "string"]}


class Moment(Reader[datetime]):
    """A date (its start in UTC) or a time with its zone."""

    def read(self, node: Node, to: Reading) -> datetime:
        moment = moment_of(node.text) if isinstance(node, ScalarNode) else None
        if moment is None:
            raise to.refuse(node, expected("a date such as 2026-01-31", node))
        return moment

    def schema(self) -> Schema:
        return {"type": "string"}


def moment_of(text: str) -> datetime | None:
    """Read an ISO date or time; a date is its first instant in UTC, and so is a time without a zone.

    Examples
    --------
    >>> moment_of("2026-01-31").isoformat()
    '2026-01-31T00:00:00+00:00'
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return None


class ListOf(Reader[tuple[T, ...]]):
    """A list of at least `least` items; with `single`, one item may stand without brackets."""

    def __init__(
        self, item: Reader[T], *, least: int = 1, single: bool = False, what: str = "a list"
    ) -> None:
        self.item, self.least, self.single, self.what = item, least, single, what

    def read(self, node: Node, to: Reading) -> tuple[T, ...]:
        if isinstance(node, ScalarNode | MappingNode) and self.single:
            return (self.item.read(node, to),)
        if not isinstance(node, ListNode):
            raise to.refuse(node, expected(self.what, node))
        if len(node.items) < self.least:
            told = {"what": Saying(self.what), "least": self.least, "found": len(node.items)}
            raise to.refuse(node, Saying("expected {what} of at least {least}, found {found}", **told))
        found, refused = [], False
        for index, item in enumerate(node.items):
            try:
                found.append(self.item.read(item, to.at(index, item)))
            except Refused:
                refused = True
        if refused:
            raise Refused
        return tuple(found)

    def schema(self) -> Schema:
        array: Schema = {"type": "array", "items": self.item.schema(), "minItems": self.least}
        return {"anyOf": [self.item.schema(), array]} if self.single else array


class MappingOf(Reader[tuple[tuple[str, T], ...]]):
    """Free keys with values of one kind, in their order."""

    def __init__(
        self, value: Reader[T], *, keys: Iterable[str] | None = None, what: str = "names with values"
    ) -> None:
        self.value, self.names, self.what = value, tuple(keys) if keys is not None else None, what

    def read(self, node: Node, to: Reading) -> tuple[tuple[str, T], ...]:
        if not isinstance(node, MappingNode):
            raise to.refuse(node, expected(self.what, node))
        found, refused = [], False
        for key, value in node.entries:
            if self.names is not None and key.text not in self.names:
                told = {"use": OneOf(self.names), "hint": nearest(key.text, self.names)}
                to.refuse(key, Saying("`{name}` has no meaning here; use {use}{hint}", name=key.text, **told))
                refused = True
                continue
            try:
                found.append((Text().read(key, to), self.value.read(value, to.at(key.text, key))))
            except Refused:
                refused = True
        if refused:
            raise Refused
        return tuple(found)

    def schema(self) -> Schema:
        if self.names is not None:
            properties = {name: self.value.schema() for name in self.names}
            return {"type": "object", "properties": properties, "additionalProperties": False}
        return {"type": "object", "additionalProperties": self.value.schema()}


@dataclass(frozen=True)
class Key:
    """One key of a construct: how its value is read, and what it means in one sentence."""

    name: str
    reader: Reader[Any]
    doc: str
    required: bool = False


class Record(Reader[T]):
    """A group of known keys made into one value by `build`; unknown keys are refused with a suggestion."""

    def __init__(self, name: str, keys: Iterable[Key], build: Callable[["Fields"], T], doc: str = "") -> None:
        self.name, self.keys, self.build, self.doc = name, tuple(keys), build, doc

    def read(self, node: Node, to: Reading) -> T:
        if not isinstance(node, MappingNode):
            raise to.refuse(
                node,
                Saying(
                    "expected {what} as a group of keys, found {found}",
                    what=Saying(self.name),
                    found=described(node),
                ),
            )
        return self.build(Fields(node, to, self.values(node, to)))

    def values(self, node: MappingNode, to: Reading) -> dict[str, Any]:
        """Read every key, noting all that is wrong before giving up."""
        readers = {key.name: key.reader for key in self.keys}
        values, refused = {}, False
        for key, value in node.entries:
            if key.text not in readers:
                told = {"what": Saying(self.name), "name": key.text}
                hint = nearest(key.text, readers) or Saying("; it knows {known}", known=OneOf(tuple(readers)))
                to.refuse(key, Saying("{what} has no key `{name}`{hint}", hint=hint, **told), "unknown-key")
                refused = True
                continue
            try:
                values[key.text] = readers[key.text].read(value, to.at(key.text, key))
            except Refused:
                refused = True
        for required in self.keys:
            if required.required and node.get(required.name) is None:
                told = {"what": Saying(self.name), "name": required.name, "doc": Saying(required.doc)}
                to.refuse(node, Saying("{what} needs `{name}`: {doc}", **told), "missing-key")
                refused = True
        if refused:
            raise Refused
        return values

    def schema(self) -> Schema:
        return {"$ref": f"#/$defs/{self.name.replace(' ', '_')}"}

    def definition(self) -> Schema:
        """The construct's own schema, for `$defs`."""
        properties = {key.name: key.reader.schema() | {"description": key.doc} for key in self.keys}
        required = [key.name for key in self.keys if key.required]
        body: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
        return (
            body
            | ({"required": required} if required else {})
            | ({"description": self.doc} if self.doc else {})
        )


@dataclass(frozen=True)
class Fields:
    """The values of a record while it is built, with where they stand."""

    node: MappingNode
    to: Reading
    values: Mapping[str, Any]

    def get(self, name: str, default: Any = None) -> Any:
        """The value of that key, or the default."""
        return self.values.get(name, default)

    def has(self, name: str) -> bool:
        """Whether the key was given."""
        return name in self.values

    def refuse(self, message: str, at: str | None = None) -> Refused:
        """Note what is wrong, at one key's value or at the whole group."""
        place = self.node.get(at) if at else None
        return self.to.refuse(place or self.node, message)
