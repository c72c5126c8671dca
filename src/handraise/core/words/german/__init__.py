"""German: every phrase of the English ones, with its own order of words, cases and plurals."""

from handraise.core.words import english
from handraise.core.words.german.kept import Kept


class German(Kept, english.English):
    """German, from words up to whole lines. People are addressed with `Sie`."""
