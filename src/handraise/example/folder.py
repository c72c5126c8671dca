"""The example company as a folder of files that any tool opens."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from handraise.example.company import NAME, ExampleCompany

SAMPLE_ROWS = 200

_README = """# {name}

**This is an example. Everything here is invented by a program: the company, its customers, its people, their
mail addresses and telephone numbers, what they did and what they bought. No real person or firm is meant.**
Business addresses end in `.example`, which belongs to nobody; the made-up private addresses carry the word
`example` and a number; telephone numbers come from blocks kept free for films.

| file | rows | one row is |
|---|---|---|
| accounts.csv | {accounts} | a company; `technologies` are separated by `;` |
| leads.csv | {leads} | a person who became known |
| events.parquet | {events} | an event as received, sorted by lead and time |
| events_sample.csv | {sample} | the first rows of events.parquet |
| outcomes.csv | {outcomes} | a lead that the old rule handed to sales, with what came of it |
| spend.csv | {spend} | a month of one campaign, in EUR |

Instants are ISO 8601 in UTC. An empty field is not known; some forms left the word `Select` instead.
About one event in 200 came twice (same `message_id`), one in 100 came days late (`received_at`), and clicks
of mail scanners are marked `is_bot`.

What people did after `first_contact_at` is partly the work of sales (`source` is `sales`). A method that
learns from it learns the result, not the reason: look at a lead as it was before its first contact.
"""


def write(company: ExampleCompany, folder: Path | str) -> list[Path]:
    """Write the tables and a README into `folder` (made if absent); returns the seven paths.

    The same company gives the same bytes. Files of these names are overwritten, others are left alone.
    `truth` is not written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from handraise.example import generate
    >>> with TemporaryDirectory() as place:
    ...     [path.name for path in write(generate(leads=10), place)][:3]
    ['accounts.csv', 'leads.csv', 'events.parquet']
    """
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    sample = company.events.slice(0, SAMPLE_ROWS)
    readme = _README.format(
        name=NAME,
        accounts=company.accounts.num_rows,
        leads=company.leads.num_rows,
        events=company.events.num_rows,
        sample=sample.num_rows,
        outcomes=company.outcomes.num_rows,
        spend=company.spend.num_rows,
    )
    writers: dict[str, Callable[[Path], object]] = {
        "accounts.csv": lambda path: _write_csv(company.accounts, path),
        "leads.csv": lambda path: _write_csv(company.leads, path),
        "events.parquet": lambda path: pq.write_table(company.events, path),
        "events_sample.csv": lambda path: _write_csv(sample, path),
        "outcomes.csv": lambda path: _write_csv(company.outcomes, path),
        "spend.csv": lambda path: _write_csv(company.spend, path),
        "README.md": lambda path: path.write_text(readme, encoding="utf-8", newline="\n"),
    }
    for name, writer in writers.items():
        writer(place / name)
    return [place / name for name in writers]


def _write_csv(table: pa.Table, path: Path) -> None:
    columns = [[_field(value) for value in column.to_pylist()] for column in table.columns]
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(table.column_names)
        rows.writerows(zip(*columns, strict=True))


def _field(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        case list():
            return ";".join(str(part) for part in value)
        case _:
            return str(value)
