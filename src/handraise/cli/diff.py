"""`handraise diff`: what changed between two definitions, in words."""

from pathlib import Path
from typing import Annotated

import typer

from handraise.cli import output
from handraise.cli.definitions import load
from handraise.cli.options import Json


def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="The definition as it was.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The definition as it would be.")],
    json: Json = False,
) -> None:
    """Say in words what changed. Exit code 0: they say the same; 1: they differ."""
    from handraise.core.definition.hashing import content_hash, scoring_hash
    from handraise.core.differences import differences

    before, after = load(old).definition, load(new).definition
    found = () if content_hash(before) == content_hash(after) else differences(before, after)
    rescores = scoring_hash(before) != scoring_hash(after)
    if json:
        output.document(
            {
                "equal": not found,
                "changes_scores": rescores,
                "differences": [
                    {
                        "path": each.path,
                        "kind": each.kind,
                        "changes_scores": each.changes_scores,
                        "sentence": each.sentence,
                    }
                    for each in found
                ],
            }
        )
    elif not found:
        output.say("The two definitions say the same.")
    else:
        _told("Changes scores", [each.sentence for each in found if each.changes_scores])
        _told("Does not change scores", [each.sentence for each in found if not each.changes_scores])
    raise typer.Exit(1 if found else 0)


def _told(title: str, sentences: list[str]) -> None:
    if sentences:
        output.heading(title)
        output.say(*(f"  {sentence}" for sentence in sentences))
