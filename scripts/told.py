"""Writes what `tests/rendering/test_told.py` holds the words of the templates against; read what changed."""

from pathlib import Path

from handraise.core.definition import read_definition
from handraise.core.words import TONGUES
from handraise.rendering.document import document_markdown
from handraise.templates import TEMPLATES, template_text

if __name__ == "__main__":
    for name in TEMPLATES:
        definition = read_definition(template_text(name)).definition
        for language, tongue in TONGUES.items():
            kept = Path("tests/rendering/told") / f"{name}.{language}.md"
            kept.write_text(document_markdown(definition, version=3, tongue=tongue), encoding="utf-8")
