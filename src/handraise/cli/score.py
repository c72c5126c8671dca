"""`handraise score`: every lead of a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from handraise.cli import output
from handraise.cli.definitions import load
from handraise.cli.moments import moment_of
from handraise.cli.options import (
    Accounts,
    AllowMissing,
    AsOf,
    DefinitionFile,
    Encoding,
    Events,
    Json,
    Leads,
    Map,
    Missing,
)
from handraise.core.errors import InputInvalid

if TYPE_CHECKING:
    from datetime import datetime

    from handraise.core.definition.model import Definition
    from handraise.files.score import RunSummary

SUFFIXES = (".parquet", ".csv", ".jsonl")


def score(
    definition: DefinitionFile,
    leads: Leads,
    events: Events = None,
    accounts: Accounts = None,
    as_of: AsOf = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write the scores: .parquet, .csv or .jsonl.")
    ] = None,
    columns: Map = None,
    missing: Missing = None,
    allow_missing: AllowMissing = None,
    errors: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where rows that cannot be used go. Default: beside --out."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read and score everything, say what came out, write nothing.")
    ] = False,
    encoding: Encoding = "utf-8",
    json: Json = False,
) -> None:
    """Score every lead, with the lines that add up to its score, and write one row a lead."""
    if out is None and not dry_run:
        raise InputInvalid("name where to write with --out scores.parquet, or add --dry-run to write nothing")
    if out is not None and out.suffix.lower() not in SUFFIXES:
        raise InputInvalid(f"`{out}` must end in .parquet, .csv or .jsonl")
    loaded = load(definition)
    moment = moment_of(as_of, loaded.definition.timezone)
    import pyarrow as pa

    from handraise.cli.inputs import mapping_of
    from handraise.files.score import score_files

    # Arrow's default allocator asks for large pages and gives them back between row groups, which at five
    # million events cost half a second of kernel time; the system's allocator does not.
    pa.set_memory_pool(pa.system_memory_pool())
    with output.Progress("scoring", "events") as progress:
        summary = score_files(
            loaded.definition,
            leads,
            accounts,
            events,
            moment,
            None if dry_run else out,
            mapping=mapping_of(columns or [], missing or []),
            errors=None if dry_run else errors,
            progress=progress,
            allow_missing=allow_missing or [],
            encoding=encoding,
        )
    written = None if dry_run else out
    if json:
        output.document(as_json(summary, loaded.definition, moment, written))
    else:
        _show(summary, loaded.definition, moment, written)


def as_json(
    summary: "RunSummary", definition: "Definition", moment: "datetime", out: Path | None
) -> dict[str, Any]:
    """The run for machines."""
    from handraise.core.definition.hashing import content_hash, scoring_hash

    return {
        "as_of": moment,
        "definition": {
            "name": definition.name,
            "content_hash": content_hash(definition),
            "scoring_hash": scoring_hash(definition),
        },
        "out": out,
        **output.plain(summary),
    }


def _show(summary: "RunSummary", definition: "Definition", moment: "datetime", out: Path | None) -> None:
    from handraise.core.words import ENGLISH

    share = f" ({100 * summary.mqls / summary.leads:.1f} %)" if summary.leads else ""
    is_long = summary.seconds > 1 and summary.events
    rate = f", {summary.events / summary.seconds:,.0f} events a second" if is_long else ""
    leads, events = output.counted(summary.leads, "lead"), output.counted(summary.events, "event")
    output.say(
        f"{definition.name}, as of {ENGLISH.local(moment, definition.timezone)} ({definition.timezone})",
        f"{leads} from {events} in {summary.seconds:.1f} s{rate}",
        f"{output.counted(summary.mqls, 'MQL')}{share}",
    )
    _counts("Grades", summary.grades)
    _counts("Disqualified", summary.disqualified)
    _counts("Rows left out", summary.errors)
    for notice in summary.notices:
        output.notice(notice)
    output.say("", f"Wrote {out}." if out is not None else "Nothing was written (--dry-run).")


def _counts(title: str, counts: Any) -> None:
    """Names with their numbers, aligned."""
    if not counts:
        return
    output.say("")
    output.heading(title)
    wide = max(len(str(name)) for name in counts)
    most = max(len(f"{count:,}") for count in counts.values())
    output.say(*(f"  {name!s:<{wide}}   {count:>{most},}" for name, count in counts.items()))
