"""The shared definition as a page that people sign, and the same as Markdown."""

import re
from datetime import date
from typing import Final

from handraise.core.definition.model import Definition
from handraise.core.words import ENGLISH, Tongue
from handraise.rendering.laying_out import each_text, laid_out, seen
from handraise.rendering.sections import Shared, shared
from handraise.rendering.wording import wording_of

_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]<>#|~&!$])")


def document_html(
    definition: Definition,
    *,
    version: str | int | None = None,
    content_hash: str | None = None,
    generated: date | None = None,
    tongue: Tongue = ENGLISH,
) -> str:
    """The definition as one self-contained HTML file: no script, nothing loaded from anywhere.

    Parameters
    ----------
    definition
        Its texts may come from anybody; all of them are escaped, and letters that show nothing are taken out.
    version, content_hash
        What the footer names, where they are known.
    generated
        The day that stands in the footer; without one the text depends on the definition only.
    tongue
        The language of whoever signs; names that people gave stay as they are.

    Examples
    --------
    >>> from handraise.core.definition import read_definition
    >>> text = "{name: <Small>, engagement: {bar: 40}, qualify: {mql: engagement}}"
    >>> small = read_definition(text).definition
    >>> "<h1>&lt;Small&gt;</h1>" in document_html(small, version=3)
    True
    """
    return _laid_out(
        "document.html.jinja", _page(definition, version, content_hash, generated, tongue), tongue
    )


def document_markdown(
    definition: Definition,
    *,
    version: str | int | None = None,
    content_hash: str | None = None,
    generated: date | None = None,
    tongue: Tongue = ENGLISH,
) -> str:
    r"""The same page as Markdown with tables, for wikis and pull requests.

    Examples
    --------
    >>> from handraise.core.definition import read_definition
    >>> small = read_definition("{name: a*b, engagement: {bar: 40}, qualify: {mql: engagement}}").definition
    >>> document_markdown(small).splitlines()[0]
    '# a\\*b'
    """
    page = _page(definition, version, content_hash, generated, tongue)
    told = _laid_out("document.md.jinja", each_text(page, _as_markdown), tongue)
    return re.sub(r"\n{3,}", "\n\n", told).strip() + "\n"


def _laid_out(template: str, page: Shared, tongue: Tongue) -> str:
    return laid_out(template, page, say=wording_of(tongue).heading, language=tongue.language)


def _page(
    definition: Definition,
    version: str | int | None,
    content_hash: str | None,
    generated: date | None,
    tongue: Tongue,
) -> Shared:
    said = shared(
        definition,
        version=None if version is None else str(version),
        content_hash=content_hash,
        generated=generated,
        tongue=tongue,
    )
    page: Shared = each_text(said, seen)
    return page


def _as_markdown(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)
