"""Documentation that cannot fall behind: what the program knows is written down, and links lead somewhere."""

import re
from pathlib import Path

import pytest

from handraise import cli
from handraise.core.definition.asking import EACH_KEYS, FORM_KEYS, MODIFIER_KEYS, TESTS
from handraise.core.definition.model import BUILT_IN_LISTS
from handraise.core.definition.reading import CONSTRUCTS, NURTURE, TRIGGERS
from handraise.core.stage import STAGES
from handraise.facts import CATALOG
from handraise.templates import TEMPLATES
from tests.docs.pages import DOCS, ROOT, anchors, links, pages

LOOKED_UP = "\n".join(
    page.read_text(encoding="utf-8")
    for folder in ("reference", "how-to")
    for page in sorted((DOCS / folder).glob("*.md"))
)
WRITTEN_BY_HAND = "\n".join(
    page.read_text(encoding="utf-8") for page in sorted((DOCS / "how-to").glob("*.md"))
)
KEYS = sorted({key.name for construct in CONSTRUCTS for key in construct.keys})
EXIT_CODES = ("FINE", "NO", "WRONG_INPUT", "OUR_FAULT", "INTERRUPTED")


def stands_in(word: str, text: str) -> bool:
    """Whether the word stands there as a word of its own."""
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None


@pytest.mark.parametrize("name", sorted(cli.COMMANDS))
def test_each_command_is_documented(name: str) -> None:
    assert stands_in(f"handraise {name}", LOOKED_UP)


@pytest.mark.parametrize("name", EXIT_CODES)
def test_each_exit_code_is_documented(name: str) -> None:
    commands = (DOCS / "reference" / "commands.md").read_text(encoding="utf-8")
    assert re.search(rf"^\|\s*`?{getattr(cli, name)}`?\s*\|", commands, re.MULTILINE)


@pytest.mark.parametrize("name", KEYS)
def test_each_key_of_the_language_is_documented(name: str) -> None:
    assert stands_in(name, LOOKED_UP)


@pytest.mark.parametrize("name", [key.name for key in (*FORM_KEYS, *MODIFIER_KEYS, *EACH_KEYS)])
def test_each_form_of_a_rule_and_each_modifier_has_a_recipe(name: str) -> None:
    assert stands_in(f"{name}:", WRITTEN_BY_HAND)


@pytest.mark.parametrize("name", [key.name for key, _ in TESTS])
def test_each_test_on_a_fact_has_a_recipe(name: str) -> None:
    assert stands_in(f"{name}:", WRITTEN_BY_HAND)


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_each_template_is_documented(name: str) -> None:
    assert f"`{name}`" in LOOKED_UP


@pytest.mark.parametrize("name", sorted(CATALOG))
def test_each_standard_fact_is_documented_with_its_sentence(name: str) -> None:
    fact = CATALOG[name]
    page = (DOCS / "reference" / "facts.md").read_text(encoding="utf-8")
    assert f"| `{name}` | {fact.kind} | {fact.doc} |" in page


@pytest.mark.parametrize("name", sorted(BUILT_IN_LISTS))
def test_each_built_in_list_is_documented(name: str) -> None:
    assert stands_in(name, LOOKED_UP)


@pytest.mark.parametrize("name", [*STAGES, *TRIGGERS, *NURTURE])
def test_each_named_stage_trigger_and_stream_is_documented(name: str) -> None:
    assert stands_in(name, LOOKED_UP)


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_each_link_inside_the_repository_leads_somewhere(page: Path) -> None:
    broken = []
    for target in links(page):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        there = (page.parent / name).resolve() if name else page
        if not there.exists() or (anchor and anchor not in anchors(there)):
            broken.append(target)
    assert broken == []


def test_each_page_is_listed_in_the_index() -> None:
    listed = {(DOCS / target.partition("#")[0]).resolve() for target in links(DOCS / "index.md")}
    assert [
        page for page in sorted(DOCS.rglob("*.md")) if page not in listed and page.name != "index.md"
    ] == []


def test_the_documentation_does_not_shout() -> None:
    marks = {page.name for page in pages() if re.search(r"\w!(\s|$)", page.read_text(encoding="utf-8"))}
    assert marks == set()
