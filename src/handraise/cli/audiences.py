"""`handraise audiences …`: audiences counted and taken out at the command line."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from handraise.cli import output
from handraise.cli.options import Json
from handraise.core.errors import InputInvalid

if TYPE_CHECKING:
    import sqlalchemy as sa

    from handraise.cli.live import Live
    from handraise.flow.audiences import Member, Ready
    from handraise.store.audiences import AudienceRow

Name = Annotated[str, typer.Argument(metavar="AUDIENCE", help="Its name, or its number.")]


def listed(json: Json = False) -> None:
    """List the audiences, with what each means."""
    from handraise.cli.live import opened
    from handraise.core.errors import HandraiseError
    from handraise.core.words import audience_words
    from handraise.store.audiences import audiences

    told = []
    with opened() as live, live.database.transaction() as connection:
        for row in audiences(connection, limit=10_000):
            try:
                ready = _ready(connection, row, live)
                words = audience_words(ready.audience.who, ready.definition)
            except HandraiseError as error:
                words = f"cannot be asked: {error}"
            told.append((row, words))
    if json:
        output.document([_as_json(row) | {"words": words} for row, words in told])
        return
    output.table(["number", "audience", ""], [[str(row.id), row.name, words] for row, words in told])


def count(audience: Name, json: Json = False) -> None:
    """Count who is in an audience, by asking every lead as it is now."""
    from handraise.flow.audiences import MAILABLE

    with _asked(audience, only_mailable=False) as (_, row, members):
        mails = [one.mail for some in members for one in some]
    mailable = sum(mail in MAILABLE for mail in mails)
    if json:
        output.document({**_as_json(row), "people": len(mails), "mailable": mailable})
        return
    output.say(f"{row.name}: {output.counted(len(mails), 'lead')}, {mailable:,} of them may be written to.")


def export(
    audience: Name,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new CSV file.")],
    everybody: Annotated[
        bool, typer.Option("--everybody", help="Also those who must not be written to; a column says so.")
    ] = False,
    json: Json = False,
) -> None:
    """Write who is in an audience into a CSV file: without --everybody those who may be written to."""
    from handraise.cli.live import BY
    from handraise.files.guarding import guarded
    from handraise.flow import audit
    from handraise.flow.audiences import COLUMNS, cells_of

    if file.exists():
        raise InputInvalid(f"`{file}` is there already; name a file that is not")
    draft, people = file.with_name(file.name + ".partial"), 0
    with _asked(audience, only_mailable=not everybody) as (live, row, members):
        draft.touch(0o600)
        with draft.open("w", newline="", encoding="utf-8") as out:
            lines = csv.writer(out)
            lines.writerow(COLUMNS)
            for some in members:
                rows = [
                    ["" if cell is None else guarded(str(cell)) for cell in cells_of(one)] for one in some
                ]
                lines.writerows(rows)
                people += len(rows)
        with live.database.transaction() as connection:
            detail = {"name": row.name, "only_mailable": not everybody}
            audit.record(connection, BY, "audience.export", f"audience:{row.id}", live.now, detail)
        draft.rename(file)
    if json:
        output.document({**_as_json(row), "file": str(file), "people": people})
        return
    output.say(f"{file}: {output.counted(people, 'lead')}.")


@contextmanager
def _asked(
    audience: str, *, only_mailable: bool
) -> "Iterator[tuple[Live, AudienceRow, Iterator[tuple[Member, ...]]]]":
    """The product, the audience, and everybody in it, some at a time."""
    from handraise.cli.live import opened
    from handraise.flow.audiences import gone_through

    with opened() as live:
        with live.database.transaction() as connection:
            row = _row(connection, audience)
            ready = _ready(connection, row, live)
        yield live, row, gone_through(live.database, ready, live.now, only_mailable=only_mailable)


def _row(connection: "sa.Connection", audience: str) -> "AudienceRow":
    from handraise.store.audiences import audiences

    wanted = audience.strip().casefold()
    for row in audiences(connection, limit=10_000):
        if wanted in (row.name.casefold(), str(row.id)):
            return row
    raise InputInvalid(f"there is no audience `{audience}`; `handraise audiences list` shows which there are")


def _ready(connection: "sa.Connection", row: "AudienceRow", live: "Live") -> "Ready":
    from handraise.flow.audiences import Audiences

    return Audiences().ready(connection, row.text, row.definition, live.now)


def _as_json(row: "AudienceRow") -> dict[str, object]:
    return {"id": row.id, "name": row.name, "definition": row.definition}
