"""The shared definition of every template, in both languages, as it was read by people.

After a change of words, write `told/` anew (`scripts/told.py`), and read the difference.
"""

from pathlib import Path

import pytest

from handraise.core.definition import read_definition
from handraise.core.words import TONGUES
from handraise.rendering.document import document_html, document_markdown
from handraise.templates import TEMPLATES, template_text

TOLD = Path(__file__).parent / "told"


@pytest.mark.parametrize("language", TONGUES)
@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_is_told_as_it_was_read(name: str, language: str) -> None:
    definition = read_definition(template_text(name)).definition
    said = document_markdown(definition, version=3, tongue=TONGUES[language])
    assert said == (TOLD / f"{name}.{language}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_page_says_its_language(name: str) -> None:
    definition = read_definition(template_text(name)).definition
    page = document_html(definition, tongue=TONGUES["de"])
    assert '<html lang="de">' in page
    assert "Gemeinsame Definition eines Marketing Qualified Lead (MQL)" in page
