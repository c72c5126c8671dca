"""The English of the page itself: headings and the sentences between the tables."""

from collections.abc import Sequence
from typing import Final

from handraise.core.words import english as say

EMPTY: Final = "(empty)"
BELOW: Final = "below"
EVERY: Final = "Every MQL"
EVERY_OTHER: Final = "Every other MQL"
NOT_FADING: Final = "Points do not fade."
CLOCKS: Final = {"business": "business hours", "always": "round the clock"}
DIMENSIONS: Final = {
    "fit": ("Fit", "Who they are."),
    "engagement": ("Engagement", "What they did."),
}
_MOTIONS: Final = {
    "inbound": "Inbound leads",
    "outbound": "Outbound leads",
    "product": "Product sign-ups",
}
_OWNED: Final = {
    "account_owner": "A lead whose account has an owner",
    "lead_owner": "A lead that has an owner",
    "queue": "",
}


def subtitle(motion: str, timezone: str) -> str:
    """Which leads, and whose clock."""
    return f"{_MOTIONS[motion]}. Days and business hours as in {timezone}."


def judged(condition: str) -> str:
    """Whom the definition judges."""
    return f"It judges only leads for whom this holds: {condition}."


def passes(needed: str, most: str | None) -> str:
    """What a scale shows."""
    return f"passes at {needed}" + (f", out of at most {most}" if most is not None else "")


def fading(decay: str, *, penalties: bool) -> str:
    """How the points of a dimension fade."""
    return f"What a line gives {decay} unless it says otherwise." + (
        " Deductions do not fade." if penalties else ""
    )


def resets(signals: Sequence[str]) -> str:
    """What takes engagement back to nothing."""
    return f"After {say.either(signals)}, engagement starts again from nothing."


def held(name: str, bounds: str) -> str:
    """What a dimension is held between."""
    return f"All {name} together is {bounds}."


def group_held(group: str, bounds: str) -> str:
    """What a group of lines is held between."""
    return f"The lines of the group {say.quoted(group)} together are {bounds or 'not limited'}."


def in_group(group: str) -> str:
    """A line that counts with others."""
    return f"in the group {say.quoted(group)}"


def starts(points: str) -> str:
    """Where a grade starts."""
    return f"{points} or more"


def told(channels: Sequence[str]) -> str | None:
    """How people are told."""
    return f"Whoever gets a lead is told by {say.both(channels)}." if channels else None


def back(ways: Sequence[str]) -> str:
    """What brings somebody back."""
    return f"They come back with {say.either(ways)}."


def with_owner(role: str | None) -> str:
    """A route that depends on an owner."""
    return _OWNED.get(role or "", "")


def review(length: str) -> str:
    """When both read it again."""
    return f"Both teams read this definition again every {length}, and {length} after any change."
