"""YAML with positions: a tree of nodes that remember their line and column."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from handraise.core.errors import DefinitionInvalid, Problem
from handraise.core.saying import Saying

LARGEST: Final = 1_000_000
MOST_NODES: Final = 50_000
DEEPEST: Final = 40


@dataclass(frozen=True)
class Node:
    """One value of the file and where it stands (from 1)."""

    line: int
    column: int


@dataclass(frozen=True)
class ScalarNode(Node):
    """A plain value: text, Decimal, bool or None. `text` is what was written."""

    value: str | Decimal | bool | None
    text: str


@dataclass(frozen=True)
class ListNode(Node):
    """A list."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class MappingNode(Node):
    """Keys (scalars) with their values, in the order written; no key stands twice."""

    entries: tuple[tuple[ScalarNode, Node], ...]

    def get(self, key: str) -> Node | None:
        """The value under that key, if it is there."""
        for found, value in self.entries:
            if found.text == key:
                return value
        return None

    def keys(self) -> tuple[str, ...]:
        """The keys as written."""
        return tuple(key.text for key, _ in self.entries)


def parsed(text: str) -> Node:
    """Parse YAML 1.2 text into nodes.

    Raises
    ------
    DefinitionInvalid
        When it is no YAML, has a key twice, or is larger or deeper than any definition needs.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    if len(text) > LARGEST:
        raise _invalid(0, 0, Saying("the file is larger than 1 MB; a definition is a few pages"))
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        what = _Complaint(" ".join(str(part) for part in (error.context, error.problem) if part))
        raise _invalid(line, column, Saying("this is not valid YAML: {what}", what=what)) from None
    except YAMLError as error:
        position = getattr(error, "position", None)
        line = text.count("\n", 0, position) + 1 if isinstance(position, int) else 0
        what = _Complaint(str(error).split("\n")[0])
        raise _invalid(line, 1, Saying("this is not valid YAML: {what}", what=what)) from None
    except (RecursionError, ValueError):
        raise _invalid(0, 0, Saying("this is not valid YAML: it is nested too deeply")) from None
    if root is None:
        raise _invalid(0, 0, Saying("the file is empty; `handraise init` writes one to start from"))
    return _Converter().node(root, 0)


@dataclass(frozen=True)
class _Complaint:
    """What the library says of text that it cannot parse."""

    text: str

    def __str__(self) -> str:
        return self.text

    def told(self, tongue: Any) -> str:
        return str(tongue.complaint(self.text))


def _invalid(line: int, column: int, message: str) -> DefinitionInvalid:
    return DefinitionInvalid([Problem(line, column, message)])


class _Converter:
    """Turns the library's nodes into ours, refusing what a definition has no use for."""

    def __init__(self) -> None:
        self.count = 0

    def node(self, node: object, depth: int) -> Node:
        from ruamel.yaml import nodes

        self.count += 1
        mark = node.start_mark  # type: ignore[attr-defined]
        line, column = mark.line + 1, mark.column + 1
        if depth > DEEPEST or self.count > MOST_NODES:
            raise _invalid(line, column, Saying("the file is nested too deeply or repeats too much"))
        if isinstance(node, nodes.MappingNode):
            return MappingNode(line, column, tuple(self.entries(node.value, depth)))
        if isinstance(node, nodes.SequenceNode):
            return ListNode(line, column, tuple(self.node(item, depth + 1) for item in node.value))
        return ScalarNode(line, column, _value(node), str(node.value))  # type: ignore[attr-defined]

    def entries(self, pairs: list[tuple[object, object]], depth: int) -> Iterator[tuple[ScalarNode, Node]]:
        seen: set[str] = set()
        for raw_key, raw_value in pairs:
            key = self.node(raw_key, depth + 1)
            if not isinstance(key, ScalarNode):
                raise _invalid(key.line, key.column, Saying("a key must be plain text"))
            if key.text in seen:
                raise _invalid(
                    key.line, key.column, Saying("`{name}` stands twice here; keep one", name=key.text)
                )
            seen.add(key.text)
            value = self.node(raw_value, depth + 1)
            if isinstance(value, ScalarNode) and not value.text and value.value is None:
                value = ScalarNode(key.line, key.column, None, "")  # nothing stands nowhere: point at its key
            yield key, value


def _value(node: object) -> str | Decimal | bool | None:
    tag, text = str(node.tag), str(node.value)  # type: ignore[attr-defined]
    kind = tag.rsplit(":", 1)[-1]
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    if kind in ("int", "float"):
        return _number(text)
    return text


def _number(text: str) -> str | Decimal:
    plain = text.replace("_", "")
    try:
        if plain[:2].lower() in ("0x", "0o"):
            return Decimal(int(plain, 0))
        number = Decimal(plain)
    except (InvalidOperation, ValueError):
        return text
    return number if number.is_finite() and abs(number.adjusted()) < 30 else text
