"""English for the brief of a hand-off."""

from datetime import datetime

from handraise.core.words.english.changes import Changes


class Handoff(Changes):
    """What is said to a salesperson, and what they may say first."""

    def hello(self, name: str | None) -> str:
        """How somebody is addressed whose last name is not to be guessed at."""
        return f"Hello {name}" if name else "Hello"

    def opening(self, name: str | None) -> str:
        """A first sentence to somebody who did nothing openly."""
        asked = "which part of this are you working on at the moment, and what gets in the way?"
        return f"{self.hello(name)}, {asked}"

    def opening_on_demo(self, name: str | None) -> str:
        """A first sentence to somebody who asked for a demo."""
        return f"{self.hello(name)}, you asked us for a demo. What would you like to see first?"

    def opening_on_deed(self, name: str | None, deed: str) -> str:
        """A first sentence to somebody who did something towards us."""
        return f"{self.hello(name)}, thank you for getting in touch ({deed}). What made you look into it now?"

    def opening_on_talk(self, name: str | None, owner: str, at: datetime) -> str:
        """A first sentence to somebody whom one of us knows."""
        return f"{self.hello(name)}, you last spoke with {owner} in {self.month(at)}. What has changed since?"

    def month(self, at: datetime) -> str:
        """A month of a year."""
        return f"{self._MONTHS[at.month - 1]} {at.year}"

    def counted_times(self, count: int) -> str:
        """How often a rule gave its points."""
        return f"counted {count} times"

    def held_back(self, bound: str, whose: str, hundredths: int) -> str:
        """What a cap took or a floor gave; `whose`: a dimension, or the name of a group."""
        return f"what the {bound} of {whose} {'took' if hundredths < 0 else 'gave'}"
