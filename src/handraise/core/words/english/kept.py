"""Sentences that are kept in English."""

from handraise.core.words.english.handoff import Handoff


class Kept(Handoff):
    """What was written down when it happened."""

    def retold(self, text: str) -> str:
        """A saying, or a sentence that was kept, in the language of whoever reads."""
        return text

    def complaint(self, text: str) -> str:
        """What the YAML library says of a text that it cannot parse; its English is the library's."""
        return text
