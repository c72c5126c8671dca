"""The words of the page itself, in each language. English is the source."""

from collections.abc import Mapping
from typing import Final

from handraise.core.words import Tongue
from handraise.rendering.wording.english import Wording
from handraise.rendering.wording.german import German

__all__ = ["Wording", "wording_of"]

_WORDINGS: Final[Mapping[str, Wording]] = {each.tongue.language: each for each in (Wording(), German())}


def wording_of(tongue: Tongue) -> Wording:
    """The page's words in that language."""
    return _WORDINGS[tongue.language]
