"""`handraise document`: the shared definition as a page to read, print and sign."""

from datetime import date
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from handraise.cli import output
from handraise.cli.definitions import load
from handraise.cli.moments import now
from handraise.cli.options import DefinitionFile, Json
from handraise.core.errors import InputInvalid


def document(
    definition: DefinitionFile,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Where to write: .pdf, .html (to print and sign) or .md. Default: Markdown on the terminal.",
        ),
    ] = None,
    version: Annotated[
        str | None, typer.Option(metavar="TEXT", help="The version to name in the footer.")
    ] = None,
    day: Annotated[
        str | None, typer.Option("--date", metavar="DATE", help="The date in the footer. Default: today.")
    ] = None,
    language: Annotated[str, typer.Option(metavar="CODE", help="The language of the page: en or de.")] = "en",
    json: Json = False,
) -> None:
    """Write the shared definition as a page for both teams, in words and tables."""
    from handraise.core.definition.hashing import content_hash
    from handraise.core.words import TONGUES
    from handraise.rendering.document import document_html, document_markdown
    from handraise.rendering.paper import document_pdf
    from handraise.rendering.sections import shared
    from handraise.rendering.wording import wording_of

    read = load(definition).definition
    kind = out.suffix.lower() if out is not None else ".md"
    if kind not in (".pdf", ".html", ".htm", ".md"):
        raise InputInvalid(f"`{out}` must end in .pdf, .html or .md")
    if language not in TONGUES:
        raise InputInvalid(f"`--language {language}` is none of {', '.join(TONGUES)}")
    tongue, known, generated = TONGUES[language], content_hash(read), _day(day, read.timezone)
    text = ""
    if out is not None and kind == ".pdf":
        said = shared(read, version=version, content_hash=known[:12], generated=generated, tongue=tongue)
        output.write_bytes(out, document_pdf(said, language=language, say=wording_of(tongue).heading))
    else:
        render = document_markdown if kind == ".md" else document_html
        text = render(read, version=version, content_hash=known[:12], generated=generated, tongue=tongue)
        if out is not None:
            output.write_text(out, text)
    if json:
        output.document(
            {"written": [out] if out else [], "content_hash": known, **({} if out else {"text": text})}
        )
    elif out is None:
        output.say(text.rstrip("\n"))
    else:
        output.say(f"Wrote {out} ({read.name}, content {known[:12]}).")


def _day(text: str | None, zone: str) -> date:
    if text is None:
        return now().astimezone(ZoneInfo(zone)).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputInvalid(f"`--date {text}` is no date; write one such as 2026-10-01") from None
