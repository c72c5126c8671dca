"""`handraise review`: what both teams look at together at the end of a quarter, as PDF."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from handraise.cli import output
from handraise.cli.options import Json
from handraise.core.errors import InputInvalid
from handraise.core.quarter import Quarter

if TYPE_CHECKING:
    from handraise.cli.live import Live
    from handraise.rendering.review import Page


def review(
    quarter: Annotated[
        str | None,
        typer.Option(metavar="QUARTER", help="Such as 2026-Q3. Default: the last one that is over."),
    ] = None,
    name: Annotated[
        str, typer.Option(metavar="NAME", help="The definition, where several were live in the quarter.")
    ] = "",
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to write it, a .pdf.")] = None,
    language: Annotated[str, typer.Option(metavar="CODE", help="The language of the page: en or de.")] = "en",
    look: Annotated[
        bool,
        typer.Option("--look", help="Look at history first: what it says of the rules. Can take minutes."),
    ] = False,
    json: Json = False,
) -> None:
    """Write the quarterly review of the running product's definition."""
    from handraise.cli.live import opened
    from handraise.web.wording import LANGUAGES

    if out is not None and out.suffix.lower() != ".pdf":
        raise InputInvalid(f"`{out}` must end in .pdf")
    if language not in LANGUAGES:
        raise InputInvalid(f"`--language {language}` is none of {', '.join(LANGUAGES)}")
    with opened() as live:
        asked = Quarter.at(live.now).before if quarter is None else Quarter.of(quarter)
        page = _page(live, asked, name, language, look=look)
        made = live.now
    if out is not None:
        from handraise.rendering.review import review_pdf

        output.write_bytes(out, review_pdf(page, language=language, made=made))
    if json:
        output.document({"written": [out] if out else [], "quarter": str(asked), "review": asdict(page)})
    elif out is not None:
        output.say(f"Wrote {out} ({page.title}, {page.subtitle}).")
    else:
        _show(page)


def _page(live: "Live", quarter: Quarter, name: str, language: str, *, look: bool) -> "Page":
    from handraise.core.words import TONGUES
    from handraise.flow.review import review as looked_back
    from handraise.store.definitions import read_text
    from handraise.web.reviewing import Speaking, page_of, people_of

    if look:
        _look(live, quarter, name)
    with live.database.transaction() as connection:
        found = looked_back(connection, quarter, live.now, name, TONGUES[language])
        if found is None:
            raise InputInvalid(f"No definition was live in {quarter}, so there is nothing to look back at.")
        zone = read_text(found.version.text, found.version.lists).definition.timezone
        return page_of(found, Speaking(language, ZoneInfo(zone)), people_of(connection, found))


def _look(live: "Live", quarter: Quarter, name: str) -> None:
    from handraise.cli.live import BY
    from handraise.cli.moments import now
    from handraise.cli.past import working
    from handraise.flow import studying
    from handraise.flow.review import version_of
    from handraise.store import reviews

    with live.database.transaction() as connection:
        version = version_of(connection, quarter, live.now, name)
        if version is None:
            return
        asked, is_new = reviews.begin(connection, quarter, version, BY, live.now)
    if is_new:
        with working("looking at history"):
            studying.run(live.database, asked.id, now)


def _show(page: "Page") -> None:
    output.heading(page.title)
    output.say(page.subtitle, page.summary)
    for section in page.sections:
        output.say("")
        output.heading(section.question)
        output.say(f"  {section.answer}")
        for table in section.tables:
            output.table(table.columns, [row.cells for row in table.rows])
        if section.decision:
            output.say(f"  {page.labels.decision}: {section.decision} ({section.decided})")
