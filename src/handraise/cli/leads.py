"""`handraise leads …`: importing files of leads, accounts and events into the running product."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from handraise.cli import output
from handraise.cli.options import Encoding, Json, Map, Missing
from handraise.core.errors import InputInvalid

if TYPE_CHECKING:
    from handraise.flow.importing import Imported, Plan

SHOWN = 5  # rows that are wrong


def load(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A CSV file; its first line names the columns.")
    ],
    kind: Annotated[str, typer.Option(metavar="KIND", help="leads, accounts or events.")] = "leads",
    columns: Map = None,
    missing: Missing = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it would come to, and change nothing.")
    ] = False,
    errors: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the rows that cannot be taken, with why.")
    ] = None,
    encoding: Encoding = "utf-8",
    json: Json = False,
) -> None:
    """Import leads, accounts or events from a CSV file; exit code 1 when some rows could not be taken.

    Rows that can be taken are taken, all in one transaction. `leads undo` takes an import back.
    """
    from handraise.cli.inputs import mapping_of
    from handraise.cli.live import BY, opened
    from handraise.flow import importing, pipeline
    from handraise.wiring.services import clock

    if kind not in importing.KINDS:
        raise InputInvalid(f"`{kind}` is no kind of import; there is {', '.join(importing.KINDS)}")
    mapping = mapping_of(columns or [], missing or [])
    rows = importing.rows_of(_text(file, encoding), mapping.columns, mapping.missing)
    now = clock()  # to the microsecond: what is said then is this import's
    planned = importing.plan(kind, rows, now)
    with opened() as live, live.database.transaction() as connection, connection.begin_nested() as rehearsal:
        done = pipeline.import_rows(
            connection, planned, file_name=file.name, mapping=dict(mapping.columns), by=BY, now=now
        )
        if dry_run:
            rehearsal.rollback()
    if errors is not None:
        output.write_text(errors, importing.wrong_rows(planned.wrong))
    _tell(done, planned, json=json, dry_run=dry_run)
    raise typer.Exit(1 if planned.wrong else 0)


def undo(
    number: Annotated[int, typer.Argument(metavar="IMPORT", help="The import's number.")], json: Json = False
) -> None:
    """Take an import back: its facts, its events, and leads it made that nobody has touched since."""
    from handraise.cli.live import BY, connected
    from handraise.flow import audit, importing

    with connected() as (connection, now):
        done = importing.undo(connection, number, BY, now)
        audit.record(connection, BY, "import.undo", f"import:{number}", now)
    if json:
        output.document(done)
        return
    output.say(
        f"Import {number} is taken back: {done.facts:,} facts, {done.events:,} events and "
        f"{done.leads:,} leads are out; {done.leads_kept:,} leads stay without what it said of them."
    )


def imports(json: Json = False) -> None:
    """List the imports, the newest first."""
    from handraise.cli.live import connected
    from handraise.store.imports import imports as all_imports

    with connected() as (connection, _):
        found = all_imports(connection)
    if json:
        output.document(found)
        return
    rows = [
        [
            str(one.id), one.kind, one.file_name, f"{one.imported_at:%Y-%m-%d %H:%M}", _counts(one.counts),
            "taken back" if one.undone_at else "",
        ]
        for one in found
    ]  # fmt: skip
    output.table(["import", "kind", "file", "when", "counts", ""], rows)


def _text(file: Path, encoding: str) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding)
    except LookupError:
        raise InputInvalid(f"`{encoding}` is no encoding; try utf-8 or cp1252") from None
    except UnicodeDecodeError as error:
        raise InputInvalid(
            f"`{file}` is not {encoding} text (byte {error.start}); name its encoding, such as "
            "--encoding cp1252"
        ) from None
    except OSError as error:
        raise InputInvalid(f"`{file}` cannot be read: {error.strerror or error}") from None


def _tell(done: "Imported", planned: "Plan", *, json: bool, dry_run: bool) -> None:
    if json:
        wrong = [{"line": one.line, "problem": one.problem} for one in planned.wrong]
        number = None if dry_run else done.id
        output.document({"import": number, "kind": planned.kind, "counts": done.counts, "wrong": wrong})
        return
    began = "It would come to" if dry_run else f"Import {done.id}:"
    output.say(f"{began} {_counts(done.counts)}")
    for one in planned.wrong[:SHOWN]:
        output.notice(f"line {one.line}: {one.problem}")
    if len(planned.wrong) > SHOWN:
        output.notice(f"and {len(planned.wrong) - SHOWN:,} more; --errors FILE writes them all")


def _counts(counts: Any) -> str:
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items())
