"""The shared definition as a page that people sign, and the same as Markdown."""

import re
from dataclasses import fields, is_dataclass, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from handraise.core.definition.model import Definition
from handraise.rendering.sections import Shared, shared

if TYPE_CHECKING:
    from jinja2 import Environment

_UNSEEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]<>#|~&!$])")


def document_html(
    definition: Definition,
    *,
    version: str | int | None = None,
    content_hash: str | None = None,
    generated: date | None = None,
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

    Examples
    --------
    >>> from handraise.core.definition import read_definition
    >>> text = "{name: <Small>, engagement: {bar: 40}, qualify: {mql: engagement}}"
    >>> small = read_definition(text).definition
    >>> "<h1>&lt;Small&gt;</h1>" in document_html(small, version=3)
    True
    """
    return _laid_out("document.html.jinja", _page(definition, version, content_hash, generated))


def document_markdown(
    definition: Definition,
    *,
    version: str | int | None = None,
    content_hash: str | None = None,
    generated: date | None = None,
) -> str:
    r"""The same page as Markdown with tables, for wikis and pull requests.

    Examples
    --------
    >>> from handraise.core.definition import read_definition
    >>> small = read_definition("{name: a*b, engagement: {bar: 40}, qualify: {mql: engagement}}").definition
    >>> document_markdown(small).splitlines()[0]
    '# a\\*b'
    """
    page = _page(definition, version, content_hash, generated)
    told = _laid_out("document.md.jinja", _each_text(page, _as_markdown))
    return re.sub(r"\n{3,}", "\n\n", told).strip() + "\n"


def _page(
    definition: Definition, version: str | int | None, content_hash: str | None, generated: date | None
) -> Shared:
    said = shared(
        definition,
        version=None if version is None else str(version),
        content_hash=content_hash,
        generated=generated,
    )
    page: Shared = _each_text(said, lambda text: _UNSEEN.sub(" ", text))
    return page


def _as_markdown(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)


def _each_text(part: Any, change: Any) -> Any:
    """The same value with every text in it changed."""
    if isinstance(part, str):
        return change(part)
    if isinstance(part, tuple):
        return tuple(_each_text(each, change) for each in part)
    if is_dataclass(part) and not isinstance(part, type):
        return replace(
            part, **{each.name: _each_text(getattr(part, each.name), change) for each in fields(part)}
        )
    return part


def _laid_out(template: str, page: Shared) -> str:
    return _environment().get_template(template).render(page=page)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    return Environment(
        loader=PackageLoader("handraise.rendering", "."),
        autoescape=select_autoescape(enabled_extensions=("html.jinja",), default=False),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
