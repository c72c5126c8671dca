"""Changing one place of a definition's text and no other: comments, order and alignment stay as they are.

A value is exchanged where it stands, a line is added or taken out whole. Whatever comes of it is parsed
again; a file written in a way that this cannot follow is refused, and is changed by hand.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from handraise.core.errors import HandraiseError
from handraise.core.saying import Saying

Path = tuple[str | int, ...]
_PLAIN: Final = re.compile(r"[A-Za-z/][A-Za-z0-9 _./-]*[A-Za-z0-9/]|[A-Za-z/]|-?[0-9]+(\.[0-9]+)?")
_DURATION: Final = re.compile(r"[0-9]+ [a-z]+|[0-9.]+ ?% every [0-9]+ [a-z]+")
_SPECIAL: Final = frozenset(("true", "false", "null", "yes", "no", "on", "off"))


class CannotRewrite(HandraiseError):
    """The place is not there, or is written in a way that can only be changed by hand."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            Saying(
                "`{place}` cannot be changed here; change it in the text of the definition.",
                place=".".join(map(str, path)),
            )
        )


def with_value(text: str, path: Path, value: str | bool) -> str:
    r"""The text with one value exchanged; a key that is not there is added to its group.

    Parameters
    ----------
    path
        Keys and places from the root: `("engagement", "rules", 2, "points")`.
    value
        As a person writes it: `15`, `30 days`, `pricing visit`; or a truth.

    Raises
    ------
    CannotRewrite
        When there is no such place.

    Examples
    --------
    >>> with_value("fit: {bar: 30}  # as agreed\n", ("fit", "bar"), "25")
    'fit: {bar: 25}  # as agreed\n'
    >>> with_value("fit:\n  bar: 30\n  rules: []\n", ("fit", "cap"), "60")
    'fit:\n  bar: 30\n  cap: 60\n  rules: []\n'
    """
    return _with_made(text, path, flow(value))


def with_values(text: str, path: Path, values: Sequence[str]) -> str:
    r"""The text with a value, or a list on one line, exchanged for a list.

    Raises
    ------
    CannotRewrite
        When there is no such place, or its list is written over several lines.

    Examples
    --------
    >>> with_values("when: {lead.country: DE}\n", ("when", "lead.country"), ["DE", "AT"])
    'when: {lead.country: [DE, AT]}\n'
    """
    return _with_written(text, path, flow(values), is_list=True)


def with_value_made(text: str, path: Path, value: Any) -> str:
    """The text with a new key at that place, its value on one line; groups around it are made.

    Raises
    ------
    CannotRewrite
        When something else than a group is in the way.
    """
    return _with_made(text, path, flow(value))


def item_count(text: str, path: Path) -> int:
    """How many items the list at that place has; 0 when there is none."""
    there = _at(_root(text), path)
    return len(there.value) if _is_list(there) else 0


def keys_of(text: str, path: Path) -> tuple[str, ...]:
    """The keys of the group at that place; none when there is none."""
    there = _at(_root(text), path)
    return tuple(key.value for key, _ in there.value) if _is_mapping(there) else ()


def without_value(text: str, path: Path) -> str:
    r"""The text without a key and its value; unchanged when it is not there.

    Raises
    ------
    CannotRewrite
        When the group around it is not there.

    Examples
    --------
    >>> without_value("fit: {bar: 30, cap: 60}\n", ("fit", "cap"))
    'fit: {bar: 30}\n'
    """
    group = _at(_root(text), path[:-1])
    if not _is_mapping(group):
        raise CannotRewrite(path)
    keys = [key.value for key, _ in group.value]
    if path[-1] not in keys:
        return text
    return _parsed(_without_entry(text, group, keys.index(path[-1])), path)


def with_item(text: str, path: Path, item: Mapping[str, Any], place: int | None = None) -> str:
    r"""The text with an item at the end of a list, or before the one at `place`; a missing list is made.

    Raises
    ------
    CannotRewrite
        When something else stands there.

    Examples
    --------
    >>> text = "fit:\n  rules:\n    - {rule: a, points: 5}  # small\n"
    >>> print(with_item(text, ("fit", "rules"), {"rule": "b", "points": "10"}), end="")
    fit:
      rules:
        - {rule: a, points: 5}  # small
        - {rule: b, points: 10}
    """
    written = flow(item)
    root = _root(text)
    there = _at(root, path)
    if there is None:
        return _with_made(text, path, f"[{written}]")
    if not _is_list(there):
        raise CannotRewrite(path)
    if there.flow_style and place is not None:
        start = there.value[place].start_mark.index
        return _parsed(f"{text[:start]}{written}, {text[start:]}", path)
    if there.flow_style:
        close = there.end_mark.index - 1
        before = text[:close].rstrip()
        return _parsed(f"{before}{', ' if there.value else ''}{written}{text[close:]}", path)
    indent = " " * there.start_mark.column
    if place is not None:
        start = _line_start(text, there.value[place].start_mark.index)
        return _parsed(f"{text[:start]}{indent}- {written}\n{text[start:]}", path)
    end = _line_end(text, _last(there.value[-1]))
    lead = "" if text[:end].endswith("\n") else "\n"
    return _parsed(f"{text[:end]}{lead}{indent}- {written}\n{text[end:]}", path)


def without_item(text: str, path: Path) -> str:
    r"""The text without one item of a list, with the list when it was the last; its own comments go with it.

    Raises
    ------
    CannotRewrite
        When there is no such item.

    Examples
    --------
    >>> without_item("rules:\n  - {rule: a}\n  # the second\n  - {rule: b}\n", ("rules", 0))
    'rules:\n  # the second\n  - {rule: b}\n'
    """
    around, place = path[:-1], path[-1]
    items = _at(_root(text), around)
    if not _is_list(items) or not isinstance(place, int) or not 0 <= place < len(items.value):
        raise CannotRewrite(path)
    if len(items.value) == 1:
        return without_value(text, around)
    item = items.value[place]
    if items.flow_style:
        return _parsed(_cut(text, items.value, place, item.start_mark.index, item.end_mark.index), path)
    start = _line_start(text, item.start_mark.index)
    return _parsed(text[:start] + text[_line_end(text, _last(item)) :], path)


def scalar(value: str) -> str:
    """A value as YAML writes it, in quotes where it must.

    Examples
    --------
    >>> scalar("30 days"), scalar("no"), scalar("C-suite"), scalar("a: b"), scalar("-20")
    ('30 days', '"no"', 'C-suite', '"a: b"', '-20')
    """
    plain = _PLAIN.fullmatch(value) or _DURATION.fullmatch(value)
    if plain and value.lower() not in _SPECIAL:
        return value
    return json.dumps(value, ensure_ascii=False)


def flow(value: Any) -> str:
    """A value on one line.

    Examples
    --------
    >>> flow({"rule": "big", "when": {"account.employees": {"between": ["50", "500"]}}})
    '{rule: big, when: {account.employees: {between: [50, 500]}}}'
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(flow(each) for each in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return scalar(str(value))


# ------------------------------------------------------------------------------------------- in the text


def _with_made(text: str, path: Path, written: str) -> str:
    """With the value written at that place, and the groups around it that are not there yet."""
    root = _root(text)
    depth = next((n for n in range(len(path) - 1, -1, -1) if _at(root, path[:n]) is not None), 0)
    for step in reversed(path[depth + 1 :]):
        if not isinstance(step, str):
            raise CannotRewrite(path)
        written = f"{{{scalar(step)}: {written}}}"
    return _with_written(text, path[: depth + 1], written)


def _with_written(text: str, path: Path, written: str, *, is_list: bool = False) -> str:
    group = _at(_root(text), path[:-1])
    if not path or group is None:
        raise CannotRewrite(path)
    found = _at(group, path[-1:])
    if found is not None:
        is_in_way = _is_list(found) and not (is_list and found.flow_style)
        if _is_mapping(found) or is_in_way or getattr(found, "style", None) in ("|", ">"):
            raise CannotRewrite(path)
        return _parsed(text[: found.start_mark.index] + written + text[found.end_mark.index :], path)
    if not _is_mapping(group) or not isinstance(path[-1], str):
        raise CannotRewrite(path)
    entry = f"{scalar(path[-1])}: {written}"
    if group.flow_style:
        close = group.end_mark.index - 1
        before = text[:close].rstrip()
        return _parsed(f"{before}{', ' if group.value else ''}{entry}{text[close:]}", path)
    place = _above_comments(text, group.value[-1][0].start_mark.index) if len(group.value) > 1 else None
    if place is not None:
        return _parsed(f"{text[:place]}{' ' * group.start_mark.column}{entry}\n{text[place:]}", path)
    end = _line_end(text, _last(group))
    lead = "" if text[:end].endswith("\n") else "\n"
    return _parsed(f"{text[:end]}{lead}{' ' * group.start_mark.column}{entry}\n{text[end:]}", path)


def _without_entry(text: str, group: Any, place: int) -> str:
    key, value = group.value[place]
    if group.flow_style:
        keys = [each for each, _ in group.value]
        return _cut(text, keys, place, key.start_mark.index, value.end_mark.index)
    if place == 0 and len(group.value) > 1:  # what follows takes its place, also behind the dash of an item
        return text[: key.start_mark.index] + text[group.value[1][0].start_mark.index :]
    return text[: _line_start(text, key.start_mark.index)] + text[_line_end(text, _last(value)) :]


def _cut(text: str, starts: Sequence[Any], place: int, start: int, end: int) -> str:
    """Without one of several things that commas separate."""
    if place + 1 < len(starts):
        return text[:start] + text[starts[place + 1].start_mark.index :]
    before = text[:start].rstrip()
    return (
        before.removesuffix(",").rstrip() + text[end:] if before.endswith(",") else text[:start] + text[end:]
    )


def _above_comments(text: str, index: int) -> int | None:
    """The start of the line, or of the comments of its indentation above; None when it is behind a dash."""
    start = _line_start(text, index)
    if text[start:index].strip():
        return None
    while start > 0:
        above = _line_start(text, start - 1)
        if not text[above:start].startswith(" " * (index - _line_start(text, index)) + "#"):
            break
        start = above
    return start


def _line_start(text: str, index: int) -> int:
    return text.rfind("\n", 0, index) + 1


def _line_end(text: str, index: int) -> int:
    end = text.find("\n", index)
    return len(text) if end < 0 else end + 1


def _last(node: Any) -> int:
    """The end of what a node really has; a group's own mark is behind the comments that follow it."""
    if (_is_mapping(node) or _is_list(node)) and not node.flow_style and node.value:
        last = node.value[-1]
        return _last(last[1] if isinstance(last, tuple) else last)
    return int(node.end_mark.index)


def _root(text: str) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe", pure=True).compose(text)
    except YAMLError:
        raise CannotRewrite(()) from None


def _parsed(text: str, path: Path) -> str:
    """The text, once it is known to be YAML still."""
    try:
        _root(text)
    except CannotRewrite:
        raise CannotRewrite(path) from None
    return text


def _at(node: Any, path: Path) -> Any:
    for step in path:
        if isinstance(step, int) and _is_list(node):
            node = node.value[step] if 0 <= step < len(node.value) else None
        elif _is_mapping(node):
            node = next((value for key, value in node.value if key.value == step), None)
        else:
            return None
    return node


def _is_mapping(node: Any) -> bool:
    from ruamel.yaml.nodes import MappingNode

    return isinstance(node, MappingNode)


def _is_list(node: Any) -> bool:
    from ruamel.yaml.nodes import SequenceNode

    return isinstance(node, SequenceNode)


__all__ = [
    "CannotRewrite", "flow", "item_count", "keys_of", "scalar", "with_item", "with_value", "with_value_made",
    "with_values", "without_item", "without_value",
]  # fmt: skip
