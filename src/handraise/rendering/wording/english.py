"""The English of the page itself: headings and the sentences between the tables."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from handraise.core.duration import Duration
from handraise.core.words import ENGLISH, Tongue


class Wording:
    """English."""

    tongue: ClassVar[Tongue] = ENGLISH

    EMPTY: ClassVar = "(empty)"
    BELOW: ClassVar = "below"
    EVERY: ClassVar = "Every MQL"
    EVERY_OTHER: ClassVar = "Every other MQL"
    NOT_FADING: ClassVar = "Points do not fade."
    CLOCKS: ClassVar[Mapping[str, str]] = {"business": "business hours", "always": "round the clock"}
    DIMENSIONS: ClassVar[Mapping[str, tuple[str, str]]] = {
        "fit": ("Fit", "Who they are."),
        "engagement": ("Engagement", "What they did."),
    }
    MOTIONS: ClassVar[Mapping[str, str]] = {
        "inbound": "Inbound leads",
        "outbound": "Outbound leads",
        "product": "Product sign-ups",
    }
    OWNED: ClassVar[Mapping[str, str]] = {
        "account_owner": "A lead whose account has an owner",
        "lead_owner": "A lead that has an owner",
        "queue": "",
    }

    def heading(self, text: str) -> str:
        """A fixed text of the template, which is written there in English."""
        return text

    def subtitle(self, motion: str, timezone: str) -> str:
        """Which leads, and whose clock."""
        return f"{self.MOTIONS[motion]}. Days and business hours as in {timezone}."

    def judged(self, condition: str) -> str:
        """Whom the definition judges."""
        return f"It judges only leads for whom this holds: {condition}."

    def passes(self, needed: str, most: str | None) -> str:
        """What a scale shows."""
        return f"passes at {needed}" + (f", out of at most {most}" if most is not None else "")

    def fading(self, decay: str, *, penalties: bool) -> str:
        """How the points of a dimension fade."""
        return f"What a line gives {decay} unless it says otherwise." + (
            " Deductions do not fade." if penalties else ""
        )

    def resets(self, signals: Sequence[str]) -> str:
        """What takes engagement back to nothing."""
        said = self.tongue.either([self.tongue.one(each) for each in signals])
        return f"After {said}, engagement starts again from nothing."

    def held(self, name: str, bounds: str) -> str:
        """What a dimension is held between."""
        return f"All {name} together is {bounds}."

    def group_held(self, group: str, bounds: str) -> str:
        """What a group of lines is held between."""
        return f"The lines of the group {self.tongue.quoted(group)} together are {bounds or 'not limited'}."

    def in_group(self, group: str) -> str:
        """A line that counts with others."""
        return f"in the group {self.tongue.quoted(group)}"

    def starts(self, points: str) -> str:
        """Where a grade starts."""
        return f"{points} or more"

    def told(self, channels: Sequence[str]) -> str | None:
        """How people are told."""
        return f"Whoever gets a lead is told by {self.tongue.both(channels)}." if channels else None

    def back(self, ways: Sequence[str]) -> str:
        """What brings somebody back."""
        return f"They come back with {self.tongue.either(ways)}."

    def with_owner(self, role: str | None) -> str:
        """A route that depends on an owner."""
        return self.OWNED.get(role or "", "")

    def review(self, length: Duration) -> str:
        """When both read it again."""
        again, once = self.tongue.again_every(length), self.tongue.duration(length)
        return f"Both teams read this definition again {again}, and {once} after any change."
