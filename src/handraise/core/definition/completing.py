"""What may stand at a place of a definition that somebody is writing: keys with their meaning, words, names.

It comes of the tables that reading itself uses, so nothing is offered that would be refused.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from handraise.core.definition.grammar import Schema
from handraise.core.definition.model import BUILT_IN_LISTS
from handraise.core.definition.schema import json_schema
from handraise.core.definition.source import ListNode, MappingNode, Node, ScalarNode, parsed
from handraise.core.errors import DefinitionInvalid
from handraise.core.fact_names import FACT_NAMES

_PLACE: Final = "plaCeHolder"
_WORD: Final = re.compile(r"[\w./*-]*$")
_OF_SIGNALS: Final = frozenset(("signal", "same_session", "sequence", "none_of", "reset_on", "requalify"))
MOST: Final = 60


@dataclass(frozen=True)
class Completion:
    """A word that may stand there, what to write for it, and what it means."""

    word: str
    insert: str
    meaning: str


@dataclass(frozen=True)
class Completions:
    """What may stand at the cursor, in place of the `typed` letters before it."""

    typed: str
    found: tuple[Completion, ...]


def completions(text: str, offset: int, lists: Mapping[str, object] = {}) -> Completions:
    r"""What may stand at `offset`, best first.

    Parameters
    ----------
    text
        The file, which need not be whole.
    lists
        Managed lists beside it, by name.

    Examples
    --------
    >>> text = "name: Small\nfit:\n  rules: [{rule: a, wh"
    >>> [one.word for one in completions(text, len(text)).found]
    ['when']
    >>> text = "signals: {demo: {event: D}}\nengagement: {rules: [{rule: a, signal: "
    >>> [one.word for one in completions(text, len(text)).found]
    ['demo']
    """
    before = text[:offset]
    typed = _WORD.search(before.rpartition("\n")[2])
    word = "" if typed is None else typed.group()
    head = before[: len(before) - len(word)]
    if _is_in_comment(head):
        return Completions(word, ())
    closing = _closing(head)
    found: list[Completion] = []
    root = None
    if closing is not None:
        for placed, as_key in ((f"{_PLACE}: 1", True), (_PLACE, False)):
            try:
                tree = parsed(head + placed + closing)
            except DefinitionInvalid:
                continue
            root = root or _whole(text) or tree
            for path, group in _places(tree, (), as_key):
                names = _names(root, lists)
                found += _keys(path, group) if as_key else _values(path, names)
    fitting = [one for one in dict.fromkeys(found) if _fits(one.word, word)]
    fitting.sort(key=lambda one: not one.word.casefold().startswith(word.casefold()))
    return Completions(word, tuple(fitting[:MOST]))


def _fits(word: str, typed: str) -> bool:
    return typed.casefold() in word.casefold() and word != typed


def _whole(text: str) -> Node | None:
    try:
        return parsed(text)
    except DefinitionInvalid:
        return None


def _is_in_comment(head: str) -> bool:
    line = head.rpartition("\n")[2]
    return bool(re.search(r"(^|\s)#", re.sub(r"\"[^\"]*\"|'[^']*'", "", line)))


def _closing(head: str) -> str | None:
    """The brackets that are open there, closed; None inside of quotes."""
    opened: list[str] = []
    quote = ""
    for line in head.split("\n"):
        place = 0
        while place < len(line):
            letter = line[place]
            if quote:
                quote = "" if letter == quote else quote
            elif letter in "\"'" and (place == 0 or line[place - 1] in " [{,:"):
                quote = letter
            elif letter == "#" and (place == 0 or line[place - 1].isspace()):
                break
            elif letter in "{[":
                opened.append("}" if letter == "{" else "]")
            elif letter in "}]" and opened:
                opened.pop()
            place += 1
    return None if quote else "".join(reversed(opened))


Path = tuple[str | int, ...]


def _places(node: Node, path: Path, as_key: bool) -> Iterator[tuple[Path, MappingNode | None]]:
    """Where the placeholder stands: as a key, the group it is in; as a value, its own place."""
    if isinstance(node, MappingNode):
        for key, value in node.entries:
            if key.text == _PLACE and as_key:
                yield path, node
            yield from _places(value, (*path, key.text), as_key)
    elif isinstance(node, ListNode):
        for place, item in enumerate(node.items):
            yield from _places(item, (*path, place), as_key)
    elif not as_key and isinstance(node, ScalarNode) and node.text == _PLACE:
        yield path, None


@cache
def _schema() -> Schema:
    return json_schema()


def _options(schema: Any) -> Iterator[Schema]:
    """The schema's alternatives, with references followed."""
    if not isinstance(schema, dict):
        return
    if "$ref" in schema:
        described = {key: value for key, value in schema.items() if key != "$ref"}
        target = _schema()["$defs"][schema["$ref"].rpartition("/")[2]]
        for option in _options(target):
            yield {**option, **described} if described else option
        return
    alternatives = schema.get("anyOf")
    if alternatives is None:
        yield schema
        return
    for one in alternatives:
        yield from _options(one)


def _at(path: Path) -> list[Schema]:
    """What the schema says of a place."""
    here = list(_options(_schema()))
    for step in path:
        here = [option for one in here for option in _options(_inside(one, step))]
    return here


def _inside(schema: Schema, step: str | int) -> Any:
    if isinstance(step, int):
        return schema.get("items")
    properties = schema.get("properties", {})
    if step in properties:
        return properties[step]
    for pattern, inner in schema.get("patternProperties", {}).items():
        if re.search(pattern, step):
            return inner
    return schema.get("additionalProperties")


def _keys(path: Path, group: MappingNode | None) -> Iterator[Completion]:
    there = set() if group is None else set(group.keys())
    for schema in _at(path):
        for name, inner in schema.get("properties", {}).items():
            if name not in there:
                yield Completion(name, f"{name}: ", str(inner.get("description", "")))
        if "patternProperties" in schema:
            for fact in FACT_NAMES:
                if fact not in there:
                    yield Completion(fact, f"{fact}: ", "")


def _values(path: Path, names: Mapping[str, tuple[str, ...]]) -> Iterator[Completion]:
    keys = [step for step in path if isinstance(step, str)]
    last = keys[-1] if keys else ""
    for schema in _at(path):
        for word in [*schema.get("enum", ()), *([schema["const"]] if "const" in schema else ())]:
            text = "true" if word is True else str(word)
            yield Completion(text, text, "")
    if last in _OF_SIGNALS and keys[0] != "signals":
        yield from (Completion(name, name, "signal") for name in names["signal"])
    if last == "in_list":
        yield from (Completion(name, name, "list") for name in names["list"])
    if last == "pattern" and keys[0] != "patterns":
        yield from (Completion(name, name, "pattern") for name in names["pattern"])
    if last == "group":
        yield from (Completion(name, name, "group") for name in names[f"{keys[0]} group"])
    if path == ("timezone",):
        yield from (Completion(name, name, "") for name in ("UTC", "Europe/Berlin", "Europe/London"))


def _names(root: Node | None, lists: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    """Names that the file gives."""

    def keys(node: Node | None, *path: str) -> tuple[str, ...]:
        for step in path:
            node = node.get(step) if isinstance(node, MappingNode) else None
        given = node.keys() if isinstance(node, MappingNode) else ()
        return tuple(name for name in given if name != _PLACE)

    patterns = root.get("patterns") if isinstance(root, MappingNode) else None
    named = [item.get("pattern") for item in getattr(patterns, "items", ()) if isinstance(item, MappingNode)]
    return {
        "signal": keys(root, "signals"),
        "list": tuple(dict.fromkeys((*keys(root, "lists"), *lists, *BUILT_IN_LISTS))),
        "pattern": tuple(one.text for one in named if isinstance(one, ScalarNode)),
        "fit group": keys(root, "fit", "groups"),
        "engagement group": keys(root, "engagement", "groups"),
    }
