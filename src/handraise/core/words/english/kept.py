"""Sentences that are kept in English."""

from handraise.core.words.english.handoff import Handoff


class Kept(Handoff):
    """What was written down when it happened."""

    def retold(self, text: str) -> str:
        """A sentence that was kept, in the language of whoever reads."""
        return text
