"""English: the source. Every other language says each of these phrases in its own way."""

from handraise.core.words.english.changes import Changes
from handraise.core.words.english.grammar import Grammar
from handraise.core.words.english.handoff import Handoff
from handraise.core.words.english.kept import Kept
from handraise.core.words.english.outlook import Outlook
from handraise.core.words.english.phrases import Phrases

__all__ = ["Changes", "English", "Grammar", "Handoff", "Kept", "Outlook", "Phrases"]


class English(Kept):
    """English, from words up to whole lines."""
