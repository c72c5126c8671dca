"""`handraise example`: the example company as files."""

from pathlib import Path
from typing import Annotated

import typer

from handraise.cli import output
from handraise.cli.options import Json
from handraise.core.errors import InputInvalid


def example(
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="The folder to write into; made if absent.")],
    leads: Annotated[
        int, typer.Option(metavar="NUMBER", min=1, max=1_000_000, help="How many leads.")
    ] = 2000,
    seed: Annotated[
        int, typer.Option(metavar="NUMBER", min=0, help="The same seed gives the same files.")
    ] = 1,
    json: Json = False,
) -> None:
    """Write an invented company: accounts, leads, two years of events, and what became of the leads."""
    from handraise.example import generate, write

    if out.exists() and not out.is_dir():
        raise InputInvalid(f"`{out}` is a file; name a folder")
    company = generate(leads, seed)
    try:
        written = write(company, out)
    except OSError as error:
        raise InputInvalid(f"cannot write to `{out}`: {error.strerror or error}") from None
    if json:
        output.document(
            {
                "leads": company.leads.num_rows,
                "events": company.events.num_rows,
                "seed": seed,
                "written": written,
            }
        )
        return
    output.say(
        f"Wrote an invented company to {out}: {company.leads.num_rows:,} leads, "
        f"{company.accounts.num_rows:,} accounts, {company.events.num_rows:,} events, with outcomes.",
        f"Next: handraise init my.yaml, then handraise score my.yaml --leads {out}/leads.csv "
        f"--accounts {out}/accounts.csv --events {out}/events.parquet --as-of 2026-10-01 "
        "--out scores.parquet",
    )
