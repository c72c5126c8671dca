"""Whatever is wrong in a file, it is told by line and column, and never by a stack trace."""

import json
import random
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from handraise.core.definition import read_definition
from handraise.core.definition.source import ListNode, MappingNode, Node, ScalarNode, parsed
from handraise.core.errors import DefinitionInvalid, Problem
from handraise.templates import TEMPLATES, template_text
from tests.core.definition.malformed import MALFORMED


def refused(text: str) -> tuple[Problem, ...]:
    """The problems of a definition that must not be readable."""
    with pytest.raises(DefinitionInvalid) as refusal:
        read_definition(text)
    return refusal.value.problems


@pytest.mark.parametrize(
    ("marked", "said"), MALFORMED, ids=[f"{n}: {said}" for n, (_, said) in enumerate(MALFORMED)]
)
def test_a_problem_is_told_where_it_stands_and_what_would_do(marked: str, said: str) -> None:
    before, _, after = marked.partition("§")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    problems = refused(before + after)
    assert [(each.line, each.column) for each in problems if said in each.message] == [(line, column)], (
        problems
    )


def test_every_problem_is_told_at_once() -> None:
    problems = refused(
        """
name: x
colour: red
signals: {demo: {event: Demo Requested}}
fit: {bar: high, rules: [{rule: r, when: {seniority: vp}, points: some}]}
engagement: {rules: [{rule: r, signal: dmeo, points: 1.234}]}
qualify: {mql: fit}
"""
    )
    assert [each.line for each in problems] == [3, 5, 5, 5, 6, 6, 6]


def test_problems_are_told_with_the_name_of_the_file() -> None:
    with pytest.raises(DefinitionInvalid, match="definition:1:1: error: the definition needs `qualify`"):
        read_definition("name: x")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("# only a comment\n", "the file is empty"),
        ("x" * 1_000_001, "larger than 1 MB"),
        ("name: " + "[" * 5_000, ""),
        (
            "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"
            + "".join(
                f"{chr(d + 1)}: &{chr(d + 1)} [*{chr(d)}, *{chr(d)}]\n" for d in range(ord("c"), ord("u"))
            ),
            "repeats too much",
        ),
        ("name: \x00", ""),
        ("name: \ud800", ""),
        ("name: 'a\x08b'", ""),
        ("- &a [*a]", ""),
        ("%YAML 9.9\n---\nname: x", ""),
        ("!!python/object/apply:os.system ['true']", "a group of keys"),
        ("name: !!binary aGk=\nqualify: {mql: {total: 1e400}}", "number of points"),
    ],
)
def test_a_file_that_is_no_definition_at_all_is_refused_in_words(text: str, said: str) -> None:
    assert any(said in each.message for each in refused(text))


# ------------------------------------------------------------------------------- mutated templates


def nodes(
    node: Node, path: tuple[object, ...] = ()
) -> Iterator[tuple[tuple[object, ...], Node, Node | None]]:
    """Every node of a file with the group it is a value of."""
    if isinstance(node, MappingNode):
        for key, value in node.entries:
            yield (*path, key.text), value, node
            yield from nodes(value, (*path, key.text))
    elif isinstance(node, ListNode):
        for index, item in enumerate(node.items):
            yield from nodes(item, (*path, index))


def spot(text: str, node: Node) -> int:
    """The offset of a node in its text."""
    lines = text.splitlines(keepends=True)
    return sum(map(len, lines[: node.line - 1])) + node.column - 1


def values_of(name: str) -> list[tuple[str, ScalarNode]]:
    """Some of the plain values of a template, each with its path."""
    found = [
        ("/".join(map(str, path)), value)
        for path, value, _ in nodes(parsed(template_text(name)))
        if isinstance(value, ScalarNode) and value.text
    ]
    return random.Random(name).sample(found, min(25, len(found)))


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_group_where_a_plain_value_belongs_is_refused_everywhere(name: str) -> None:
    text = template_text(name)
    for path, value in values_of(name):
        at = spot(text, value)
        if "/where/" in f"/{path}/" or "/when/" in f"/{path}/":
            continue  # a test on a fact may be a group
        broken = text[:at] + "{surely: {no: key}}" + text[at + len(value.text) :]
        problems = refused(broken)
        assert value.line in [each.line for each in problems], path


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_list_of_lists_where_a_value_belongs_is_refused_everywhere(name: str) -> None:
    text = template_text(name)
    for path, value in values_of(name):
        at = spot(text, value)
        problems = refused(text[:at] + "[[no]]" + text[at + len(value.text) :])
        assert all(each.line > 0 and each.column > 0 for each in problems), path


FREE = {("where",), ("lists",), ("signals",)}


@pytest.mark.parametrize("name", TEMPLATES)
def test_an_unknown_key_is_refused_in_every_group(name: str) -> None:
    text = template_text(name)
    groups = {id(group): (path, group) for path, _, group in nodes(parsed(text)) if group is not None}
    for path, group in random.Random(name).sample(list(groups.values()), min(25, len(groups))):
        at = spot(text, group)
        if text[at] != "{" or path[-2:-1] in FREE or "grades" in path:
            continue  # any name will do here
        problems = refused(text[: at + 1] + "surely_no_key: 1, " + text[at + 1 :])
        assert (group.line, group.column + 1) in [(each.line, each.column) for each in problems], path


REQUIRED = {
    "name",
    "qualify",
    "event",
    "rule",
    "points",
    "when",
    "mql",
    "reason",
    "within",
    "max_age",
    "then",
    "every",
    "pattern",
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_required_key_that_is_missing_is_refused(name: str) -> None:
    text = template_text(name)
    for path, value, group in nodes(parsed(text)):
        key = str(path[-1])
        optional = (
            ("sla" in path and key == "when")
            or "route" in path
            or "mql" in path
            or ("engagement" in path and key == "when")
        )
        if key not in REQUIRED or optional or group is None or not isinstance(value, ScalarNode):
            continue
        at = text.rindex(key, 0, spot(text, value))
        problems = refused(text[:at] + "x" + text[at:])
        assert any(f"`{key}`" in each.message or key in each.message for each in problems), path


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_file_that_ends_too_early_is_refused_or_still_a_definition(name: str) -> None:
    text = template_text(name)
    for end in random.Random(name).sample(range(len(text)), 25):
        assert_refused_or_read(text[:end])


@pytest.mark.parametrize("name", TEMPLATES)
def test_letters_changed_anywhere_are_refused_or_still_a_definition(name: str) -> None:
    draw = random.Random(name)
    text = template_text(name)
    for _ in range(25):
        at = draw.randrange(len(text))
        junk = draw.choice(
            [
                "",
                "{",
                "}",
                "[",
                "]",
                ":",
                ",",
                "'",
                '"',
                "&a ",
                "*a",
                "!",
                "%",
                "@",
                "\t",
                "\n",
                "- ",
                "#",
                "|",
                "0x",
                "1e9",
                "~",
                "\x07",
                "é",
            ]
        )
        assert_refused_or_read(text[:at] + junk + text[at + draw.randrange(3) :])


def assert_refused_or_read(text: str) -> None:
    problems: tuple[Problem, ...] = ()
    try:
        read_definition(text)
    except DefinitionInvalid as refusal:
        problems = refusal.problems
        told = bool(problems)
    else:
        told = True
    assert told
    assert all(each.line >= 0 and each.column >= 0 and each.message for each in problems)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200).map(lambda raw: raw.decode("latin-1")))
@example("\x85")
@example("a: !!timestamp 2026-99-99")
@example("? - a\n: b")
def test_any_bytes_are_refused_in_words(text: str) -> None:
    assert_refused_or_read(text)


_WORDS = """
name signals fit engagement rules rule when points qualify mql any all not lead.a signal event where at_least
each pattern patterns grade grades
"""
_KEYS = st.sampled_from(_WORDS.split())
_LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=5),
    st.sampled_from(["fit", "30 days", "1 per day"]),
)


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(
        _KEYS,
        st.recursive(
            _LEAVES,
            lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_KEYS, inner, max_size=4)),
            max_leaves=12,
        ),
        max_size=6,
    )
)
def test_any_tree_of_known_keys_is_refused_in_words(tree: dict[str, object]) -> None:
    assert_refused_or_read(json.dumps(tree))
