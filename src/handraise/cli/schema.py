"""`handraise schema`: the language for editors."""

import json as json_module
from pathlib import Path
from typing import Annotated

import typer

from handraise.cli import output
from handraise.cli.options import Json


def schema_text() -> str:
    """The JSON Schema as the text of a file."""
    from handraise.core.definition.schema import json_schema

    return json_module.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"


def schema(
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write here instead of standard output.")
    ] = None,
    json: Json = False,
) -> None:
    """Print the JSON Schema of the language, with which editors complete and validate definitions."""
    if out is None:
        output.say(schema_text().rstrip("\n"))
        return
    output.write_text(out, schema_text())
    if json:
        output.document({"written": [out]})
    else:
        output.say(f"Wrote {out}.")
