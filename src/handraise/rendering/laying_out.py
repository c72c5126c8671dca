"""Templates of pages: one environment, and texts made fit to be shown."""

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from jinja2 import Environment

_UNSEEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")


def laid_out(template: str, page: object, **more: object) -> str:
    """The template of `handraise.rendering` filled with the page; all texts are escaped in HTML."""
    return _environment().get_template(template).render(page=page, **more)


def seen(text: str) -> str:
    r"""The text without letters that show nothing.

    Examples
    --------
    >>> seen("a\u202eb\x00c")
    'a b c'
    """
    return _UNSEEN.sub(" ", text)


def each_text(part: Any, change: Callable[[str], str]) -> Any:
    """The same value with every text in it changed: in tuples, and in fields of data classes."""
    if isinstance(part, str):
        return change(part)
    if isinstance(part, tuple):
        return tuple(each_text(each, change) for each in part)
    if is_dataclass(part) and not isinstance(part, type):
        return replace(
            part, **{each.name: each_text(getattr(part, each.name), change) for each in fields(part)}
        )
    return part


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    return Environment(
        loader=PackageLoader("handraise.rendering", "."),
        autoescape=select_autoescape(enabled_extensions=("html.jinja",), default=False),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
