"""`handraise replay`: read again what could not be read."""

from typing import Annotated

import typer

from handraise.cli import output
from handraise.cli.options import Json
from handraise.core.errors import InputInvalid


def replay(
    quarantine: Annotated[
        bool, typer.Option("--quarantine", help="Read everything in quarantine again.")
    ] = False,
    ids: Annotated[
        list[int] | None, typer.Option("--id", metavar="NUMBER", help="Only this call. Repeatable.")
    ] = None,
    json: Json = False,
) -> None:
    """Read calls in quarantine again with today's program; exit code 1 when some still cannot be read."""
    if not quarantine and not ids:
        raise InputInvalid("say what to read again: --quarantine for everything in it, or --id NUMBER")
    from handraise.cli.live import BY, connected
    from handraise.flow import audit
    from handraise.flow.pipeline import replay_quarantine

    with connected() as (connection, now):
        done = replay_quarantine(connection, ids or None, now)
        told = {"taken": done.taken, "still_wrong": done.still_wrong}
        audit.record(connection, BY, "quarantine.replay", "quarantine:all", now, told)
    if json:
        output.document(told)
    else:
        output.say(f"{done.taken:,} taken now, {done.still_wrong:,} still cannot be read.")
    raise typer.Exit(1 if done.still_wrong else 0)
