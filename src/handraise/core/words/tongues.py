"""The languages there are. English is the source, and each of the others says every phrase of it."""

from collections.abc import Mapping
from typing import Final

from handraise.core.words.english import English
from handraise.core.words.german import German

Tongue = English
"""A language: words, small grammar, and phrases with places for names and numbers."""

ENGLISH: Final = English()
GERMAN: Final = German()
TONGUES: Final[Mapping[str, Tongue]] = {each.language: each for each in (ENGLISH, GERMAN)}


def tongue_of(language: str | None) -> Tongue:
    """The language of that code; English where there is none of it.

    Examples
    --------
    >>> tongue_of("de-AT").language, tongue_of("fr").language, tongue_of(None).language
    ('de', 'en', 'en')
    """
    return TONGUES.get((language or "").partition("-")[0].lower(), ENGLISH)
