"""`handraise audit verify`: whether anybody changed what was written down."""

import typer

from handraise.cli import output
from handraise.cli.options import Json


def verify(json: Json = False) -> None:
    """Check the audit log from its first entry to its last; exit code 1 when it was changed."""
    from handraise.cli.live import connected
    from handraise.flow.audit import verify as check

    with connected() as (connection, _):
        found = check(connection)
    if json:
        output.document({"holds": found.holds, "entries": found.head.seq, "broken": found.broken})
    elif found.holds:
        output.say(
            f"The audit log holds: {output.counted(found.head.seq, 'entry').replace('entrys', 'entries')}."
        )
    else:
        output.say("The audit log was changed:", *(f"  entry {each}" for each in found.broken))
    raise typer.Exit(0 if found.holds else 1)
