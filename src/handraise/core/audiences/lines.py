"""An audience as lines that can be changed without writing YAML: groups of lines, and what each asks.

It reads the text as far as it is YAML, so that something impossible can be mended in it. What comes before
`who:` (comments, signals) stays as it was written; the condition itself is written anew.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from handraise.core.definition.asking import FORM_TESTS
from handraise.core.definition.rewriting import scalar, with_value
from handraise.core.definition.source import ListNode, MappingNode, Node, ScalarNode, parsed
from handraise.core.errors import HandraiseError
from handraise.core.saying import Saying

Kind = Literal["fact", "score", "label", "moment", "flag", "count"]
Place = tuple[int, ...]
TESTS: Final[Mapping[Kind, tuple[str, ...]]] = {
    "fact": FORM_TESTS,
    "score": ("at_least",),
    "label": ("is", "not_in", "contains", "known", "unknown"),
    "moment": ("in_last", "before", "after", "known", "unknown"),
    "flag": ("is",),
    "count": ("at_least", "at_most", "between", "is"),
}
"""What can be asked of each kind of subject."""
SCORES: Final = ("fit", "engagement", "total")
KINDS: Final[Mapping[str, Kind]] = {
    **dict.fromkeys(SCORES, "score"),
    "grade": "label", "pattern": "label", "stage": "label", "owner": "label", "reject_reason": "label",
    "nurture": "label", "stage_since": "moment", "rejected": "moment", "first_seen": "moment",
    "last_seen": "moment", "stalled": "flag", "sessions": "count",
}  # fmt: skip
"""Every subject that is no fact."""
ONLY_IS: Final = ("grade", "pattern", "stage")
_VALUELESS: Final = ("known", "unknown")
_SEVERAL: Final = ("is", "not_in", "between", "starts_with", "contains", "has", "lacks")
_LONGEST: Final = 200
_DEEPEST: Final = 6
_WHO: Final = "who"


class CannotChange(HandraiseError):
    """The text is written in a way that only a person can change."""

    def __init__(self) -> None:
        super().__init__(Saying("This cannot be changed here; change it in the text."))


@dataclass(frozen=True)
class Question:
    """Something asked of a fact, a score or the standing; values as somebody writes them, commas between."""

    subject: str
    test: str = "is"
    value: str = ""
    is_denied: bool = False

    @property
    def kind(self) -> Kind:
        """What sort of subject it is."""
        return KINDS.get(self.subject, "fact")

    @property
    def tests(self) -> tuple[str, ...]:
        """What can be asked of it."""
        return ("is",) if self.subject in ONLY_IS else TESTS[self.kind]


@dataclass(frozen=True)
class Deed:
    """Something they did (`signal`), or did not do for a time (`none_of`)."""

    form: Literal["signal", "none_of"]
    signals: str
    at_least: str = ""
    in_last: str = ""
    within: str = ""
    is_denied: bool = False


@dataclass(frozen=True)
class Other:
    """What only the text can change; `written` is on one line."""

    written: str
    is_denied: bool = False


@dataclass(frozen=True)
class Group:
    """Lines of which all hold, or any."""

    how: Literal["all", "any"]
    lines: tuple["Line", ...]
    is_denied: bool = False


Line = Question | Deed | Other | Group


@dataclass(frozen=True)
class Lines:
    """The lines of a text; `head` is what stands above the condition."""

    head: str
    root: Group

    @property
    def text(self) -> str:
        """The whole text again."""
        return f"{self.head}{_WHO}:\n" + "".join(_written_group(self.root, "  "))


def lines_of(text: str) -> Lines:
    r"""The lines of a text.

    Raises
    ------
    DefinitionInvalid
        When it is no YAML.
    CannotChange
        When the condition does not stand at its end, or on lines of its own.

    Examples
    --------
    >>> lines = lines_of("# Mine\nwho: {stage: mql, not: {fit: 30}}\n")
    >>> [(line.subject, line.value, line.is_denied) for line in lines.root.lines]
    [('stage', 'mql', False), ('fit', '30', True)]
    >>> print(lines.text, end="")
    # Mine
    who:
      all:
        - stage: mql
        - not: {fit: 30}
    """
    if not text.strip():
        return Lines("", Group("all", ()))
    root = parsed(text)
    if not isinstance(root, MappingNode):
        raise CannotChange
    who = next((key for key, _ in root.entries if key.text == _WHO), None)
    if who is None:
        head = text if text.endswith("\n") else text + "\n"
        return Lines(head, Group("all", ()))
    if root.entries[-1][0] is not who or who.column != 1:
        raise CannotChange
    head = "".join(text.splitlines(keepends=True)[: who.line - 1])
    line = _line(root.get(_WHO))
    is_plain = isinstance(line, Group) and not line.is_denied
    return Lines(head, line if is_plain else Group("all", () if line is None else (line,)))  # type: ignore[arg-type]


def with_values(lines: Lines, values: Mapping[str, str]) -> Lines:
    """The lines with what a form says of them: `0.2/value`, `0/how`; what it does not name stays.

    Examples
    --------
    >>> with_values(lines_of("who: {fit: 30}"), {"0/value": "40", "0/denied": "yes"}).root.lines
    (Question(subject='fit', test='at_least', value='40', is_denied=True),)
    """

    def changed(line: Line, place: Place) -> Line:
        def said(name: str, otherwise: str) -> str:
            return values.get(f"{named(place)}/{name}", otherwise).strip()[:_LONGEST]

        is_denied = said("denied", "yes" if line.is_denied else "") == "yes"
        match line:
            case Group(how, inner):
                asked: Literal["all", "any"] = "any" if said("how", how) == "any" else "all"
                of = tuple(changed(one, (*place, n)) for n, one in enumerate(inner))
                return Group(asked, of, is_denied and bool(place))
            case Question(_, test, value):
                subject = said("subject", line.subject)
                if line.kind == "fact" and re.fullmatch(r"(lead|account)\.\w+", subject):
                    line = replace(line, subject=subject)
                wanted = said("test", test)
                wanted = wanted if wanted in line.tests else test
                return replace(line, test=wanted, value=said("value", value), is_denied=is_denied)
            case Deed():
                return Deed(
                    line.form,
                    said("signals", line.signals) or line.signals,
                    at_least=said("at_least", line.at_least),
                    in_last=said("in_last", line.in_last),
                    within=said("within", line.within),
                    is_denied=is_denied,
                )
            case Other():
                return replace(line, is_denied=is_denied)

    root = changed(lines.root, ())
    return replace(lines, root=root)  # type: ignore[arg-type]


def with_line(lines: Lines, place: Place, line: Line) -> Lines:
    """The lines with one more at the end of the group at that place.

    Raises
    ------
    CannotChange
        When no group is there, or it is too deep already.
    """
    if len(place) >= _DEEPEST:
        raise CannotChange

    def grown(there: Line) -> Line:
        if not isinstance(there, Group):
            raise CannotChange
        return replace(there, lines=(*there.lines, line))

    return _at(lines, place, grown)


def without_line(lines: Lines, place: Place) -> Lines:
    """The lines without the one at that place.

    Raises
    ------
    CannotChange
        When there is none.
    """
    if not place:
        raise CannotChange

    def shrunk(there: Line) -> Line:
        if not isinstance(there, Group) or not 0 <= place[-1] < len(there.lines):
            raise CannotChange
        return replace(there, lines=there.lines[: place[-1]] + there.lines[place[-1] + 1 :])

    return _at(lines, place[:-1], shrunk)


def with_event(lines: Lines, place: Place, event: str, taken: Collection[str] = ()) -> Lines:
    r"""The lines with one that asks for an event by its name, which becomes a signal of the audience.

    Parameters
    ----------
    taken
        Names of signals that the definition has.

    Examples
    --------
    >>> print(with_event(lines_of("who: {stage: mql}"), (), "Webinar Watched").text, end="")
    signals:
      webinar_watched: {event: Webinar Watched}
    who:
      all:
        - stage: mql
        - {signal: webinar_watched}
    """
    root = parsed(lines.head) if _has_keys(lines.head) else None
    there = root.get("signals") if isinstance(root, MappingNode) else None
    names = {*taken, *(there.keys() if isinstance(there, MappingNode) else ())}
    name = "_".join(re.findall(r"\w+", event.casefold())) or "event"
    while name in names:
        name += "_"
    if isinstance(there, MappingNode):
        head = with_value(lines.head, ("signals", name, "event"), event)
    else:
        head = f"{lines.head}signals:\n  {scalar(name)}: {{event: {scalar(event)}}}\n"
    return with_line(replace(lines, head=head), place, Deed("signal", name))


def named(place: Place) -> str:
    """A place as one word, for forms.

    Examples
    --------
    >>> named((0, 2)), placed("0.2"), named(())
    ('0.2', (0, 2), '')
    """
    return ".".join(map(str, place))


def placed(name: str) -> Place:
    """The place that a word of a form names.

    Raises
    ------
    CannotChange
        When it names none.
    """
    steps = name.split(".") if name else []
    if len(steps) > _DEEPEST + 1 or not all(step.isdecimal() and len(step) < 5 for step in steps):
        raise CannotChange
    return tuple(map(int, steps))


def walked(group: Group, place: Place = ()) -> Iterator[tuple[Place, Line]]:
    """Every line below a group with its place, top to bottom."""
    for n, line in enumerate(group.lines):
        yield (*place, n), line
        if isinstance(line, Group):
            yield from walked(line, (*place, n))


# ------------------------------------------------------------------------------------------------ reading


def _line(node: Node | None) -> Line | None:
    if isinstance(node, ScalarNode) and node.text in ("fit", "engagement"):
        return Question(node.text, "at_least")
    if not isinstance(node, MappingNode) or not node.entries:
        return None if node is None else Other(_flow(node))
    deed = _deed(node)
    if deed is not None:
        return deed
    found = [_entry(key.text, value) for key, value in node.entries]
    if any(one is None for one in found):
        return Other(_flow(node))
    lines = tuple(one for one in found if one is not None)
    return lines[0] if len(lines) == 1 else Group("all", lines)


def _deed(node: MappingNode) -> Deed | None:
    """A behaviour of the plain kinds."""
    keys = node.keys()
    form = next((one for one in ("signal", "none_of") if one in keys), None)
    if form is None or not {*keys} <= {form, "at_least", "in_last", "within"}:
        return None
    values = {key: _plain(node.get(key)) for key in keys}
    if any(value is None for value in values.values()):
        return None
    signals = values.pop(form)
    return Deed(form, signals or "", **{key: value or "" for key, value in values.items()})  # type: ignore[arg-type]


def _entry(key: str, value: Node) -> Line | None:
    """One key that is a question by itself."""
    match key:
        case "any" | "all":
            if not isinstance(value, ListNode):
                return None
            items = [_line(item) for item in value.items]
            return Group(key, tuple(one for one in items if one is not None))
        case "not":
            line = _line(value)
            return None if line is None or line.is_denied else replace(line, is_denied=True)
    if key not in KINDS and not (key.startswith(("lead.", "account."))):
        return None
    return _question(key, value)


def _question(subject: str, value: Node) -> Question | None:
    test = "at_least" if KINDS.get(subject) == "score" else "is"
    if isinstance(value, MappingNode):
        if len(value.entries) != 1:
            return None
        [(key, value)] = value.entries
        test = key.text
    said = "" if test in _VALUELESS else _plain(value)
    found = Question(subject, test, said or "")
    return None if said is None or test not in found.tests else found


def _plain(node: Node | None) -> str | None:
    """A value, or several with commas between; None when it has a comma of its own or is no plain value."""
    items = node.items if isinstance(node, ListNode) else (node,)
    texts = [item.text.strip() for item in items if isinstance(item, ScalarNode)]
    if len(texts) != len(items) or any("," in text or not text for text in texts):
        return None
    return ", ".join(texts)


# ------------------------------------------------------------------------------------------------ writing


def _written_group(group: Group, indent: str) -> Iterator[str]:
    """The group's key and its lines; a group of nothing asks for nothing and is left out by who checks."""
    if not group.lines:
        yield f"{indent}{group.how}: []\n"
        return
    yield f"{indent}{group.how}:\n"
    for line in group.lines:
        yield from _written_line(line, indent + "  ")


def _written_line(line: Line, indent: str) -> Iterator[str]:
    if isinstance(line, Group):
        inner = [*_written_group(line, indent + ("    " if line.is_denied else "  "))]
        if line.is_denied:
            yield f"{indent}- not:\n"
            yield from inner
        else:
            yield f"{indent}- {inner[0].lstrip()}"
            yield from inner[1:]
        return
    said = _one_line(line)
    yield f"{indent}- " + (
        f"not: {said if not said.count(': ') else _braced(said)}" if line.is_denied else said
    )
    yield "\n"


def _braced(said: str) -> str:
    return said if said.startswith("{") else f"{{{said}}}"


def _one_line(line: Question | Deed | Other) -> str:
    match line:
        case Other(written):
            return written
        case Deed():
            parts = [f"{line.form}: {_values(line.signals)}"]
            parts += [
                f"{name}: {scalar(value)}"
                for name in ("at_least", "in_last", "within")
                if (value := getattr(line, name))
            ]
            return "{" + ", ".join(parts) + "}"
        case Question(subject, test, value):
            if line.kind == "score":
                return f"{subject}: {scalar(value)}" if value else subject
            if test in _VALUELESS:
                return f"{scalar(subject)}: {{{test}: true}}"
            if line.kind == "flag":
                return f"{subject}: {'false' if value.lower() in ('no', 'false') else 'true'}"
            said = _values(value) if test in _SEVERAL else scalar(value)
            return f"{scalar(subject)}: {said if test == 'is' else f'{{{test}: {said}}}'}"


def _has_keys(head: str) -> bool:
    return any(line.strip() and not line.lstrip().startswith("#") for line in head.splitlines())


def _values(given: str) -> str:
    """One value, or a list of several."""
    values = [scalar(part.strip()) for part in given.split(",") if part.strip()]
    return values[0] if len(values) == 1 else f"[{', '.join(values)}]"


def _flow(node: Node) -> str:
    """A node on one line."""
    match node:
        case MappingNode(entries=entries):
            return "{" + ", ".join(f"{scalar(key.text)}: {_flow(value)}" for key, value in entries) + "}"
        case ListNode(items=items):
            return "[" + ", ".join(map(_flow, items)) + "]"
        case ScalarNode(value=value, text=text):
            return text if isinstance(value, bool) or value is None else scalar(text)
        case _:
            raise TypeError(node)


def _at(lines: Lines, place: Place, change: Callable[[Line], Line]) -> Lines:
    def inside(there: Line, rest: Place) -> Line:
        if not rest:
            return change(there)
        if not isinstance(there, Group) or not 0 <= rest[0] < len(there.lines):
            raise CannotChange
        grown = inside(there.lines[rest[0]], rest[1:])
        return replace(there, lines=(*there.lines[: rest[0]], grown, *there.lines[rest[0] + 1 :]))

    return replace(lines, root=inside(lines.root, place))  # type: ignore[arg-type]
