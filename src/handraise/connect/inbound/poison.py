"""What no database and no reader can hold: found in values that are decoded already."""

from math import isfinite
from typing import Final

DEEPEST: Final = 32
"""Levels of lists and objects inside one call."""
LONGEST_KEY: Final = 1_000
LARGEST: Final = 2**63

Problem = tuple[str, str]


def problem_of(value: object, depth: int = 0) -> Problem | None:
    r"""The code and the words of the first thing in the value that cannot be stored, or None.

    Examples
    --------
    >>> problem_of({"a": ["ok", 1, None]}) is None
    True
    >>> problem_of({"a": "x\x00"})[0], problem_of("\ud800")[0], problem_of(10**30)[0]
    ('nul', 'not_unicode', 'number_out_of_range')
    """
    if isinstance(value, str):
        return _of_text(value)
    if isinstance(value, int):
        return None if -LARGEST <= value < LARGEST else OUT_OF_RANGE
    if isinstance(value, float):
        return None if isfinite(value) else OUT_OF_RANGE
    if isinstance(value, dict | list):
        if depth >= DEEPEST:
            return TOO_DEEP
        return _of_parts(value, depth + 1)
    return None


def _of_parts(value: dict[str, object] | list[object], depth: int) -> Problem | None:
    if isinstance(value, dict):
        for key in value:
            if len(key) > LONGEST_KEY:
                return "key_too_long", f"a name has {len(key)} characters: at most {LONGEST_KEY} are taken"
            if found := _of_text(key):
                return found
        parts = list(value.values())
    else:
        parts = value
    return next((found for part in parts if (found := problem_of(part, depth))), None)


def _of_text(text: str) -> Problem | None:
    if "\x00" in text:
        return "nul", "a text holds the character NUL (\\u0000), which cannot be stored: leave it out"
    try:
        text.encode()
    except UnicodeEncodeError:
        return NOT_UNICODE
    return None


TOO_DEEP: Final = ("too_deep", f"lists and objects lie in one another: at most {DEEPEST} levels are taken")
NOT_UNICODE: Final = ("not_unicode", "a text is no valid Unicode (half of a surrogate pair, or not UTF-8)")
OUT_OF_RANGE: Final = ("number_out_of_range", "a number is infinite or has over 63 bits: send it as text")
