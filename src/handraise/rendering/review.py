"""The quarterly review as something to read, on a page and as PDF: all words and numbers are made already."""

from dataclasses import dataclass
from datetime import datetime

from handraise.rendering.pdf import pdf


@dataclass(frozen=True)
class Strip:
    """A value drawn in its row: a bar, a thin line over what it may be, a mark to hold it against.

    All in [0, 1] of the width.
    """

    value: float
    low: float | None = None
    high: float | None = None
    mark: float | None = None


@dataclass(frozen=True)
class Row:
    """Cells as text; the first names the row. `link` leads to what it is about, on the page."""

    cells: tuple[str, ...]
    strip: Strip | None = None
    link: str | None = None


@dataclass(frozen=True)
class Table:
    """Figures.

    Attributes
    ----------
    name
        What it shows, for those who do not see it.
    columns, right
        Heads, and the places of those over numbers.
    drawn
        The head of the drawing at the end of each row; empty when nothing is drawn.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    right: tuple[int, ...] = ()
    drawn: str = ""

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise ValueError(f"{len(row.cells)} cells under {len(self.columns)} heads: {row.cells}")


@dataclass(frozen=True)
class Section:
    """One question of the agenda.

    Attributes
    ----------
    minutes
        What it is given, in words.
    answer
        What the figures say, in words.
    changes
        What a version changed, in words.
    decision, decided
        What both teams wrote down, and who did when; empty while nothing is.
    """

    topic: str
    question: str
    minutes: str
    answer: str
    tables: tuple[Table, ...] = ()
    changes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    decision: str = ""
    decided: str = ""


@dataclass(frozen=True)
class Signatory:
    """A side, who agreed for it and when; empty where nobody has."""

    side: str
    name: str
    when: str


@dataclass(frozen=True)
class Labels:
    """The words that stand on every review."""

    decision: str
    nothing_decided: str
    agreed: str
    name: str
    date: str
    signature: str


@dataclass(frozen=True)
class Page:
    """A review.

    Attributes
    ----------
    kind, title, subtitle
        What it is, of when, and of which definition.
    summary
        The quarter in a few sentences.
    footer
        What stands at the foot of each sheet.
    """

    kind: str
    title: str
    subtitle: str
    summary: str
    sections: tuple[Section, ...]
    agreed: tuple[Signatory, ...]
    labels: Labels
    footer: str


def review_pdf(page: Page, *, language: str, made: datetime | None = None) -> bytes:
    """The review as PDF.

    Raises
    ------
    InputInvalid
        When people wrote more than a page for people to read has.
    """
    return pdf("review.typ", page, language=language, made=made)
