"""Pages as PDF: A4, tagged for screen readers, in the type of the pages, without a network.

A template is typst, and is ours; what people wrote reaches it as data (JSON) alone, and is text
there, whatever it says. Setting it takes some milliseconds and lets other threads go on.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from handraise.core.errors import InputInvalid
from handraise.rendering.charts import TOKENS
from handraise.rendering.laying_out import each_text, seen

if TYPE_CHECKING:
    from typst import Fonts

HERE: Final = Path(__file__).parent
MOST: Final = 600_000
"""Bytes of data a page may have: some 3,000 rows, a second, 300 MB."""
_STANDARD: Final = "ua-1"  # accessible by ISO 14289: what a screen reader needs is there, or it is no PDF


def pdf(template: str, page: Any, *, language: str, made: datetime | None = None) -> bytes:
    """The template of `handraise.rendering` filled with a page.

    Parameters
    ----------
    template
        Such as `document.typ`.
    page
        A data class of texts, numbers and tuples; its texts may come from anybody.
    made
        When, for the file's own data; without one they depend on the content only.

    Raises
    ------
    InputInvalid
        When there is more on it than a page for people to read has.
    """
    import typst

    data = json.dumps(asdict(each_text(page, seen)), ensure_ascii=False, default=float)
    if len(data.encode()) > MOST:
        raise InputInvalid("That is too long for a PDF; read it on its page.")
    asked: dict[str, Any] = {
        "input": HERE / template,
        "root": HERE,
        "font_paths": _fonts(),
        "sys_inputs": {"page": data, "language": language, "colours": json.dumps(_colours())},
        "timestamp": 0 if made is None else int(made.timestamp()),
    }
    try:
        found: bytes = typst.compile(**asked, pdf_standards=[_STANDARD])
    except typst.TypstError as error:
        if not str(error).startswith("PDF/UA-1"):
            raise
        # A letter that no font here has (a name in a rare script) is drawn as a box: such a page cannot be
        # read out, but it can be read.
        found = typst.compile(**asked)
    return found


@cache
def _fonts() -> "Fonts":
    """Ours; what they lack is looked for among the machine's."""
    import typst

    return typst.Fonts(font_paths=[HERE / "fonts"])


def _colours() -> Mapping[str, str]:
    """On paper."""
    return {name: light for name, (light, _) in TOKENS.items()}
