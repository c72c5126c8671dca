"""Options that several commands share, each with one meaning."""

from pathlib import Path
from typing import Annotated, Final

import typer

DefinitionFile = Annotated[Path, typer.Argument(metavar="DEFINITION", help="The definition, a YAML file.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output, for machines.")]
Leads = Annotated[
    Path, typer.Option(metavar="FILE", help="Leads: CSV, JSONL or Parquet with a column `lead_id`.")
]
Accounts = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="Accounts, joined by `account_id` or by domain. Needed only if you have them."
    ),
]
Events = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Events: CSV, JSONL, Parquet, or a folder of Parquet (larger than memory is fine). "
        "Without any, nobody did anything.",
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="TIME",
        help="The moment asked about: a time with its zone, or a date (its start in the definition's zone). "
        "Default: now.",
    ),
]
Map = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="THEIRS=OURS|FILE",
        help="Read a column under another name, such as `Prospect ID=lead_id`, or a saved mapping file. "
        "Repeatable.",
    ),
]
Missing = Annotated[
    list[str] | None,
    typer.Option(
        "--missing", metavar="TEXT", help="A text that means `not known`, such as Select. Repeatable."
    ),
]
AllowMissing = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-missing",
        metavar="COLUMN",
        help="A column the definition looks at that the files need not have; it counts as not known. "
        "Repeatable.",
    ),
]
Encoding = Annotated[str, typer.Option(metavar="NAME", help="The encoding of text files.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what it would come to, and change nothing.")]
Errors = Annotated[
    Path | None,
    typer.Option("--errors", metavar="FILE", help="Write the rows that cannot be taken, with why."),
]
EXAMPLE_FILES: Final = "--leads leads.csv --accounts accounts.csv --events events.parquet"
