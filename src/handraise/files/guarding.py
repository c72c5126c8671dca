"""Cells that a spreadsheet would take for a formula, made harmless."""

import re
import unicodedata
from typing import Final

_PLAIN: Final = re.compile(r"[+-]?\d+([.,]\d+)*([eE][+-]?\d+)?|\+\d[\d ()./-]*")
_STARTS: Final = ("=", "+", "-", "@")


def guarded(text: str) -> str:
    """The cell with `'` before it when a spreadsheet would calculate it; numbers and telephone numbers stay.

    Examples
    --------
    >>> guarded("=1+1"), guarded("-5"), guarded("+49 170 123"), guarded(" ＝cmd"), guarded("Ann")
    ("'=1+1", '-5', '+49 170 123', "' ＝cmd", 'Ann')
    """
    if not text or (text[0].isascii() and text[0].isalnum()):
        return text
    bare = unicodedata.normalize("NFKC", text)
    start = next(
        (n for n, letter in enumerate(bare) if unicodedata.category(letter)[0] not in "ZC"), len(bare)
    )
    if not bare.startswith(_STARTS, start) or _PLAIN.fullmatch(text.strip()):
        return text
    return "'" + text


def unguarded(text: str) -> str:
    """What a guarded cell was before.

    Examples
    --------
    >>> unguarded("'=1+1"), unguarded("'tis"), unguarded("Ann")
    ('=1+1', "'tis", 'Ann')
    """
    return text[1:] if text.startswith("'") and guarded(text[1:]) == text else text
