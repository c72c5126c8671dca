"""`handraise leads …`: importing files of leads, accounts and events into the running product."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from handraise.cli import output
from handraise.cli.options import DryRun, Encoding, Errors, Json, Map, Missing
from handraise.core.errors import InputInvalid

if TYPE_CHECKING:
    from handraise.files.tables import Wrong
    from handraise.flow.importing import Imported, Plan
    from handraise.store.imports import ImportRow

SHOWN = 5  # rows that are wrong


def load(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A CSV file; its first line names the columns.")
    ],
    kind: Annotated[str, typer.Option(metavar="KIND", help="leads, accounts or events.")] = "leads",
    columns: Map = None,
    missing: Missing = None,
    dry_run: DryRun = False,
    errors: Errors = None,
    encoding: Encoding = "utf-8",
    json: Json = False,
) -> None:
    """Import leads, accounts or events from a CSV file; exit code 1 when some rows could not be taken.

    Rows that can be taken are taken, all in one transaction. `leads undo` takes an import back.
    """
    from handraise.cli.inputs import mapping_of, text_of
    from handraise.cli.live import BY, opened
    from handraise.flow import importing, pipeline
    from handraise.wiring.services import clock

    if kind not in importing.KINDS:
        raise InputInvalid(f"`{kind}` is no kind of import; there is {', '.join(importing.KINDS)}")
    mapping = mapping_of(columns or [], missing or [])
    rows = importing.rows_of(text_of(file, encoding), mapping.columns, mapping.missing)
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
    tell_imports(found, json=json)


def tell_imports(found: "Sequence[ImportRow]", *, json: bool) -> None:
    """Print imports as a table, or as JSON."""
    if json:
        output.document(found)
        return
    rows = [
        [
            str(one.id), one.kind, one.file_name, f"{one.imported_at:%Y-%m-%d %H:%M}",
            counts_in_words(one.counts), "taken back" if one.undone_at else "",
        ]
        for one in found
    ]  # fmt: skip
    output.table(["import", "kind", "file", "when", "counts", ""], rows)


def tell_wrong(wrong: "Sequence[Wrong]") -> None:
    """Print the first rows that cannot be taken, beside the answer."""
    for one in wrong[:SHOWN]:
        output.notice(f"line {one.line}: {one.problem}")
    if len(wrong) > SHOWN:
        output.notice(f"and {len(wrong) - SHOWN:,} more; --errors FILE writes them all")


def wrong_in_json(wrong: "Sequence[Wrong]") -> list[dict[str, object]]:
    """Rows that cannot be taken, for `--json`: which, and why."""
    return [{"line": one.line, "problem": one.problem} for one in wrong]


def counts_in_words(counts: "Mapping[str, int]") -> str:
    """Counts by what was counted, as one line."""
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items())


def _tell(done: "Imported", planned: "Plan", *, json: bool, dry_run: bool) -> None:
    if json:
        told = {"import": None if dry_run else done.id, "kind": planned.kind, "counts": done.counts}
        output.document({**told, "wrong": wrong_in_json(planned.wrong)})
        return
    began = "It would come to" if dry_run else f"Import {done.id}:"
    output.say(f"{began} {counts_in_words(done.counts)}")
    tell_wrong(planned.wrong)
