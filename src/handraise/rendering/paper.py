"""The shared definition on paper, for both teams to sign."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from handraise.rendering.pdf import pdf
from handraise.rendering.review import Signatory
from handraise.rendering.sections import Shared

HEADINGS: Final = (
    "shared definition", "Shared definition of a marketing qualified lead (MQL)", "version", "written",
    "Nobody is an MQL for whom one of the reasons under “Never an MQL” holds.",
    "Rule", "When", "For", "Points", "The most a lead can have",
    "Patterns", "True or not, without points.", "Pattern", "True when",
    "Fast tracks", "An MQL at once, whatever the score.", "Fast track",
    "Never an MQL", "Archived with the reason, never deleted.", "Reason",
    "Grades", "Fit in letters, engagement in numbers. A cell says whether its points alone make an MQL.",
    "Engagement", "Fit", "MQL", "MQL in part", "no",
    "Hand-off", "What sales promises. In each table the first line that fits applies.",
    "Lead", "Clock", "First contact within", "Who gets the lead", "Goes",
    "Not yet", "What happens to leads that are not ready, or wait too long.", "Stream",
    "Agreed", "Content", "Name", "Date", "Signature", "For marketing", "For sales",
    "Appendix", "Signals", "Signal", "Is", "Lists", "List", "Entries",
)  # fmt: skip
"""What stands on the paper besides what `Shared` says."""


@dataclass(frozen=True)
class _Paper:
    """The definition, who signed it, and the paper's own words."""

    said: Shared
    signed: tuple[Signatory, ...]
    words: Mapping[str, str]


def document_pdf(
    said: Shared,
    *,
    signed: Mapping[str, tuple[str, str]] = {},
    language: str = "en",
    say: Callable[[str], str] = str,
    made: datetime | None = None,
) -> bytes:
    """The definition as PDF, A4, with who signed it or lines to sign on.

    Parameters
    ----------
    signed
        Name and day of those who did, by side (`marketing`, `sales`).
    language, say
        The language that `said` is in, and what a heading of `HEADINGS` is called in it.
    made
        As for `pdf`.

    Raises
    ------
    InputInvalid
        When it is longer than anybody reads, as with lists of tens of thousands of entries.

    Examples
    --------
    >>> from handraise.core.definition import read_definition
    >>> from handraise.rendering.sections import shared
    >>> small = read_definition("{name: Small, engagement: {bar: 40}, qualify: {mql: engagement}}").definition
    >>> document_pdf(shared(small, version="3", content_hash=None, generated=None))[:5]
    b'%PDF-'
    """
    words = {english: say(english) for english in HEADINGS}
    sides = [(words["For marketing"], "marketing"), (words["For sales"], "sales")]
    lines = tuple(Signatory(word, *signed.get(side, ("", ""))) for word, side in sides)
    return pdf("document.typ", _Paper(said, lines, words), language=language, made=made)
