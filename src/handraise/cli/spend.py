"""`handraise spend …`: taking in files of what marketing spent."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from handraise.cli import output
from handraise.cli.options import DryRun, Encoding, Errors, Json, Map, Missing
from handraise.files.written import First, Mark

if TYPE_CHECKING:
    from handraise.files.spend import Read
    from handraise.flow.spending import Taken

SHOWN = 5  # sums


def load(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A CSV file: an export of a network, or a sheet of your own."),
    ],
    columns: Map = None,
    source: Annotated[
        str, typer.Option(metavar="NAME", help="The channel of rows that name none, as your leads name it.")
    ] = "",
    campaign: Annotated[str, typer.Option(metavar="NAME", help="The campaign of rows that name none.")] = "",
    month: Annotated[
        str, typer.Option(metavar="MONTH", help="The month of rows that name none, such as 2026-03.")
    ] = "",
    currency: Annotated[
        str, typer.Option(metavar="CODE", help="The currency of rows that name none, such as EUR.")
    ] = "",
    first: Annotated[
        First | None,
        typer.Option(
            "--dates-begin", help="What comes first in dates such as 3/1/2026. Default: as the file tells."
        ),
    ] = None,
    mark: Annotated[
        Mark | None,
        typer.Option("--decimal-mark", help="What stands before the cents. Default: as the file tells."),
    ] = None,
    adds_up: Annotated[
        bool,
        typer.Option(
            "--add-up",
            help="Add up rows of the same month, channel, campaign and currency: days, ad groups.",
        ),
    ] = False,
    missing: Missing = None,
    dry_run: DryRun = False,
    errors: Errors = None,
    encoding: Encoding = "utf-8",
    json: Json = False,
) -> None:
    """Take in what marketing spent from a CSV file; exit code 1 when some rows could not be taken.

    Columns are found by what they are often called; `--map` names others (month, source, campaign, amount,
    currency). Rows that can be taken are taken. A sum takes the place of the one for the same month, channel,
    campaign and currency; the same file again changes nothing. `spend undo` takes an import back.
    """
    from handraise.cli.inputs import mapping_of, text_of
    from handraise.cli.live import BY, connected
    from handraise.files.spend import Reading, read_spend
    from handraise.files.tables import wrong_rows
    from handraise.flow import spending

    mapping = mapping_of(columns or [], missing or [])
    given = {"source": source, "campaign": campaign, "month": month, "currency": currency}
    reading = Reading(mapping.columns, given, ("--", *mapping.missing), first, mark, adds_up)
    read = read_spend(text_of(file, encoding), reading)
    with connected() as (connection, now):
        if dry_run:
            done = spending.rehearse(connection, read)
        else:
            done = spending.take_in(connection, read, file_name=file.name, by=BY, now=now)
    if errors is not None:
        output.write_text(errors, wrong_rows(read.wrong))
    _tell(done, read, json=json, dry_run=dry_run)
    raise typer.Exit(1 if read.wrong else 0)


def undo(
    number: Annotated[int, typer.Argument(metavar="IMPORT", help="The import's number.")], json: Json = False
) -> None:
    """Take an import of spend back: what its sums had replaced stands there again."""
    from handraise.cli.live import BY, connected
    from handraise.flow import spending

    with connected() as (connection, now):
        done = spending.take_back(connection, number, BY, now)
    if json:
        output.document(done)
        return
    output.say(
        f"Import {number} is taken back: {done.out:,} sums are out, {done.back:,} came back in their place; "
        f"{done.stay:,} were changed since and stay."
    )


def imports(json: Json = False) -> None:
    """List the imports of spend, the newest first."""
    from handraise.cli.leads import tell_imports
    from handraise.cli.live import connected
    from handraise.flow import spending

    with connected() as (connection, _):
        found = spending.taken_in(connection)
    tell_imports(found, json=json)


def _tell(done: "Taken", read: "Read", *, json: bool, dry_run: bool) -> None:
    from handraise.cli.leads import counts_in_words, tell_wrong, wrong_in_json

    if json:
        output.document(
            {
                "import": done.id,
                "counts": done.counts,
                "columns": read.columns,
                "sums": [{**vars(one.spent), "was_cents": one.was} for one in done.changes],
                "wrong": wrong_in_json(read.wrong),
            }
        )
        return
    output.notice("read: " + ", ".join(f"`{theirs}` as {ours}" for theirs, ours in read.columns.items()))
    if done.is_known:
        output.say("Nothing changes: all of it stands there already.")
    else:
        began = f"Import {done.id}:" if done.id is not None else "It would come to" if dry_run else "Nothing:"
        output.say(f"{began} {counts_in_words(done.counts)}")
    if dry_run:
        output.table(["month", "channel", "campaign", "amount", "was"], _rows(done), right=(3, 4))
    tell_wrong(read.wrong)


def _rows(done: "Taken") -> list[list[str]]:
    """The first sums as they will be."""
    return [
        [
            f"{one.spent.month:%Y-%m}", one.spent.source, one.spent.campaign,
            f"{one.spent.amount_cents / 100:,.2f} {one.spent.currency}",
            "" if one.was is None else f"{one.was / 100:,.2f}",
        ]
        for one in done.changes[:SHOWN]
    ]  # fmt: skip
