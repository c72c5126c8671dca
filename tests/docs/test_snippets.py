"""Every YAML snippet of the documentation is read by the program it is about."""

import json
from pathlib import Path

import pytest

from handraise.core.audiences import read_audience
from handraise.core.audiences.lines import lines_of
from handraise.core.definition import Read, read_definition
from handraise.core.lint import lint
from tests.docs.pages import Block, blocks

KINDS = ("yaml recipe", "yaml definition", "yaml mapping", "yaml audience")
SNIPPETS = [block for block in blocks() if block.info.split(" ")[0] in ("yaml", "json")]
DEFINITIONS = [block for block in SNIPPETS if block.info in ("yaml recipe", "yaml definition")]


def kind(block: Block) -> str:
    """What the fence says, or what the text shows by itself: a mapping begins with its columns."""
    return "yaml mapping" if block.info == "yaml" and block.text.startswith("columns:") else block.info


def whole(block: Block) -> str:
    """A recipe made into a definition: it is a part of one and leaves out what it is not about."""
    if block.info == "yaml definition":
        return block.text
    missing = "" if "\nqualify:" in f"\n{block.text}" else "qualify: {mql: {lead.email: {known: true}}}\n"
    return f"name: Recipe\n{block.text}{missing}"


def read(block: Block) -> Read:
    return read_definition(whole(block))


def test_there_are_recipes_to_read() -> None:
    assert len(DEFINITIONS) >= 15


@pytest.mark.parametrize("block", SNIPPETS, ids=str)
def test_each_snippet_says_what_it_is_so_that_none_escapes(block: Block) -> None:
    if block.info == "json":
        assert json.loads(block.text) is not None
    else:
        assert kind(block) in KINDS


@pytest.mark.parametrize("block", DEFINITIONS, ids=str)
def test_a_definition_in_the_documentation_is_read(block: Block) -> None:
    assert read(block).definition.name


@pytest.mark.parametrize("block", DEFINITIONS, ids=str)
def test_a_definition_in_the_documentation_has_no_error(block: Block) -> None:
    assert [problem for problem in lint(read(block)) if problem.severity == "error"] == []


@pytest.mark.parametrize("block", [b for b in SNIPPETS if kind(b) == "yaml mapping"], ids=str)
def test_a_mapping_in_the_documentation_is_read(block: Block, tmp_path: Path) -> None:
    from handraise.files.mapping import Mapping

    path = tmp_path / "mapping.yaml"
    path.write_text(block.text, encoding="utf-8")
    assert Mapping.read(path).columns


@pytest.mark.parametrize("block", [b for b in SNIPPETS if kind(b) == "yaml audience"], ids=str)
def test_an_audience_in_the_documentation_is_read_and_its_lines_write_it_so(block: Block) -> None:
    definition = read_definition(
        "{name: Small, signals: {pricing_visit: {event: page}}, qualify: {mql: {total: 1}}}"
    ).definition
    assert read_audience(block.text, definition).who is not None
    assert lines_of(block.text).text == block.text
