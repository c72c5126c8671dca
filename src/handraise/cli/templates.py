"""`handraise templates` and `handraise init`: ready definitions to start from."""

from pathlib import Path
from typing import Annotated

import typer

from handraise.cli import output
from handraise.cli.options import Json
from handraise.core.errors import InputInvalid
from handraise.templates import TEMPLATES, template_text


def templates(json: Json = False) -> None:
    """List the ready definitions."""
    if json:
        output.document([{"name": t.name, "title": t.title, "for": t.for_whom} for t in TEMPLATES.values()])
        return
    wide = max(map(len, TEMPLATES))
    title = max(len(each.title) for each in TEMPLATES.values())
    for each in TEMPLATES.values():
        output.say(f"{each.name:<{wide}}   {each.title:<{title}}   {each.for_whom}")
    output.say("", "`handraise init my.yaml --template b2b-saas` writes one for you to edit.")


def init(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write, such as my.yaml.")],
    template: Annotated[
        str, typer.Option(metavar="NAME", help="Which one; `handraise templates` lists them.")
    ] = "b2b-saas",
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
    json: Json = False,
) -> None:
    """Write a ready definition to edit, with its schema beside it so that editors complete and validate."""
    from handraise.cli.schema import schema_text

    if template not in TEMPLATES:
        raise InputInvalid(f"there is no template `{template}`; there is {', '.join(TEMPLATES)}")
    if file.exists() and not force:
        raise InputInvalid(f"`{file}` is there already; choose another name, or add --force to replace it")
    written = {file: template_text(template)}
    schema = file.parent / "definition.schema.json"
    if not schema.exists():
        written[schema] = schema_text()
    for path, text in written.items():
        output.write_text(path, text)
    if json:
        output.document({"template": template, "written": list(written)})
        return
    output.say(f"Wrote {file} from the template {template}.", f"Next: handraise check {file}")
