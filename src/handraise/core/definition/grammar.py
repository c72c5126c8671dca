"""Readers: small objects that read a node, refuse it with a place and a suggestion, and describe themselves.

One table of keys per construct gives the parser, the JSON Schema and the reference page, so that the three
cannot disagree.
"""

import difflib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, Generic, TypeVar

from handraise.core.definition.source import ListNode, MappingNode, Node, ScalarNode
from handraise.core.duration import Duration
from handraise.core.errors import Problem
from handraise.core.points import hundredths

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
    return f"; did you mean `{close[0]}`?" if close else ""


def one_of(names: Iterable[str]) -> str:
    """The names as a choice in words."""
    listed = [f"`{name}`" for name in names]
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} or {listed[-1]}"


def described(node: Node) -> str:
    """What stands there, in words."""
    match node:
        case ScalarNode(value=None):
            return "nothing"
        case ScalarNode(text=text):
            return f"`{text}`" if len(text) <= 60 else f"`{text[:57]}…`"
        case ListNode():
            return "a list"
        case _:
            return "a group of keys"


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
            raise to.refuse(node, f"expected {self.what}, found {described(node)}")
        text = node.text.strip()
        if len(text) > 500 or any(ord(letter) < 32 for letter in text):
            raise to.refuse(node, f"expected {self.what} on one line, of at most 500 characters")
        return text

    def schema(self) -> Schema:
        return {"type": ["string", "number", "boolean"]}


class NameOf(Reader[str]):
    """A name that is given elsewhere in the file, such as that of a signal, a list or a group."""

    def __init__(self, kind: str, add: str) -> None:
        self.kind, self.add = kind, add

    def read(self, node: Node, to: Reading) -> str:
        name = Text(f"the name of a {self.kind}").read(node, to)
        known = to.known.get(self.kind, ())
        if name not in known:
            there = f"; there is {', '.join(f'`{other}`' for other in known[:8])}" if known else ""
            hint = nearest(name, known) or there
            raise to.refuse(
                node, f"there is no {self.kind} `{name}`{hint}; {self.add}".replace("?;", "?"), "unknown-name"
            )
        return name

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
        raise to.refuse(node, f"expected {one_of(self.words)}, found {described(node)}{hint}")

    def schema(self) -> Schema:
        return {"enum": list(self.words)}


class Flag(Reader[bool]):
    """true or false."""

    def read(self, node: Node, to: Reading) -> bool:
        if isinstance(node, ScalarNode) and isinstance(node.value, bool):
            return node.value
        raise to.refuse(node, f"expected true or false, found {described(node)}")

    def schema(self) -> Schema:
        return {"type": "boolean"}


class PointsReader(Reader[int]):
    """Points with at most two decimal places, as hundredths."""

    def __init__(self, *, positive: bool = False) -> None:
        self.positive = positive

    def read(self, node: Node, to: Reading) -> int:
        if not isinstance(node, ScalarNode) or not isinstance(node.value, Decimal):
            raise to.refuse(node, f"expected a number of points, found {described(node)}")
        try:
            points = hundredths(str(node.value))
        except ValueError as error:
            raise to.refuse(node, str(error)) from None
        if self.positive and points <= 0:
            raise to.refuse(node, f"expected more than 0, found {described(node)}")
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
            raise to.refuse(
                node, f"expected a whole number of at least {self.least}, found {described(node)}"
            )
        return int(value)

    def schema(self) -> Schema:
        return {"type": "integer", "minimum": self.least}


class Number(Reader[Decimal]):
    """Any number with at most six decimal places."""

    def read(self, node: Node, to: Reading) -> Decimal:
        value = node.value if isinstance(node, ScalarNode) else None
        if not isinstance(value, Decimal) or abs(value) > 10**12 or value != round(value, 6):
            raise to.refuse(
                node, f"expected a number with at most six decimal places, found {described(node)}"
            )
        return value

    def schema(self) -> Schema:
        return {"type": "number"}


class DurationReader(Reader[Duration]):
    """A duration such as `30 days`."""

    def read(self, node: Node, to: Reading) -> Duration:
        if not isinstance(node, ScalarNode):
            raise to.refuse(node, f"expected a duration such as `30 days`, found {described(node)}")
        try:
            return Duration.parse(node.text)
        except ValueError as error:
            raise to.refuse(node, str(error)) from None

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
        raise to.refuse(node, f"expected a number or a date such as 2026-01-31, found {described(node)}")

    def schema(self) -> Schema:
        return {"type": ["number", "string"]}


class Moment(Reader[datetime]):
    """A date (its start in UTC) or a time with its zone."""

    def read(self, node: Node, to: Reading) -> datetime:
        moment = moment_of(node.text) if isinstance(node, ScalarNode) else None
        if moment is None:
            raise to.refuse(node, f"expected a date such as 2026-01-31, found {described(node)}")
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
            raise to.refuse(node, f"expected {self.what}, found {described(node)}")
        if len(node.items) < self.least:
            raise to.refuse(node, f"expected {self.what} of at least {self.least}, found {len(node.items)}")
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
            raise to.refuse(node, f"expected {self.what}, found {described(node)}")
        found, refused = [], False
        for key, value in node.entries:
            if self.names is not None and key.text not in self.names:
                hint = nearest(key.text, self.names)
                to.refuse(key, f"`{key.text}` has no meaning here; use {one_of(self.names)}{hint}")
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
            raise to.refuse(node, f"expected {self.name} as a group of keys, found {described(node)}")
        return self.build(Fields(node, to, self.values(node, to)))

    def values(self, node: MappingNode, to: Reading) -> dict[str, Any]:
        """Read every key, noting all that is wrong before giving up."""
        readers = {key.name: key.reader for key in self.keys}
        values, refused = {}, False
        for key, value in node.entries:
            if key.text not in readers:
                hint = nearest(key.text, readers) or f"; it knows {one_of(readers)}"
                to.refuse(key, f"{self.name} has no key `{key.text}`{hint}", "unknown-key")
                refused = True
                continue
            try:
                values[key.text] = readers[key.text].read(value, to.at(key.text, key))
            except Refused:
                refused = True
        for required in self.keys:
            if required.required and node.get(required.name) is None:
                to.refuse(node, f"{self.name} needs `{required.name}`: {required.doc}", "missing-key")
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
