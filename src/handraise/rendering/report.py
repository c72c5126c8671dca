"""A report as a page: each section one question, its answer in words, a picture, and the numbers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from handraise.rendering.charts import TOKENS, svg
from handraise.rendering.laying_out import each_text, laid_out, seen

_LONG: Final = 14  # rows: a longer table may break over pages


@dataclass(frozen=True)
class Table:
    """Numbers as people read them.

    Attributes
    ----------
    columns
        The heads.
    rows
        Cells as text, as many as heads; the first names its row.
    right
        Places of columns that hold numbers.
    caption
        What the numbers are, where the question above does not say it.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()
    caption: str = ""

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"a row of {len(row)} cells under {len(self.columns)} heads: {row}")

    @property
    def is_long(self) -> bool:
        """Whether it may break over printed pages."""
        return len(self.rows) > _LONG


@dataclass(frozen=True)
class Figure:
    """A picture: a Vega-Lite specification in the tokens of `charts`, and what it shows in one sentence."""

    specification: Mapping[str, Any]
    shows: str


@dataclass(frozen=True)
class Section:
    """One question. A figure needs its table: nobody has to read a number off a picture."""

    question: str
    answer: str
    table: Table | None = None
    figure: Figure | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.figure is not None and self.table is None:
            raise ValueError(f"the figure of {self.question!r} has no table beside it")


@dataclass(frozen=True)
class Report:
    """A page that explains itself.

    Attributes
    ----------
    kind
        What kind of report it is: "Backtest of a definition".
    title
        Of what.
    subtitle
        From where, of when.
    answer
        The whole in one paragraph.
    sections
        In the order in which somebody would ask.
    reading
        "How to read this": words and what they mean here.
    generated
        The day in the footer; without one the page depends on its content only.
    """

    kind: str
    title: str
    answer: str
    sections: tuple[Section, ...]
    subtitle: str = ""
    reading: tuple[tuple[str, str], ...] = ()
    generated: date | None = None


@dataclass(frozen=True)
class _Drawn:
    """A section with its picture as markup."""

    name: str
    section: Section
    picture: Any = field(default=None)


def report_html(report: Report) -> str:
    """The report as one self-contained HTML file: no script, nothing loaded from anywhere.

    Texts may come from anybody; all are escaped, and letters that show nothing are taken out.

    Examples
    --------
    >>> section = Section("Who is <new>?", "Two.", Table(("lead", "points"), (("L1", "40"),), right=(1,)))
    >>> page = report_html(Report("Backtest", "Small", "Two more.", (section,)))
    >>> '<h2 id="q1">Who is &lt;new&gt;?</h2>' in page
    True
    """
    from markupsafe import Markup

    clean: Report = each_text(report, seen)
    drawn = [
        _Drawn(
            name=f"q{place}",
            section=section,
            # the one markup that is not escaped is our own drawing, in which the renderer has escaped texts
            picture=None
            if section.figure is None
            else Markup(svg(section.figure.specification, name=f"q{place}")),  # noqa: S704
        )
        for place, section in enumerate(clean.sections, 1)
    ]
    page = {"report": clean, "drawn": drawn, "light": _colours(0), "dark": _colours(1)}
    return re.sub(r"\n{3,}", "\n\n", laid_out("report.html.jinja", page))


def _colours(of: int) -> Sequence[tuple[str, str]]:
    return [(name, pair[of]) for name, pair in TOKENS.items()]
