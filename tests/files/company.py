"""The example company in every kind of file, and scores as values to compare."""

import csv
import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from handraise.core.definition.model import Definition
from handraise.core.definition.reading import read_definition
from handraise.example import ExampleCompany, generate
from handraise.files.mapping import Mapping
from handraise.files.results import as_text
from handraise.files.score import RunSummary, iter_scored, score_files
from handraise.templates import template_text

AS_OF: Final = datetime(2026, 10, 1, tzinfo=UTC)
SMALL: Final = """
name: Small
timezone: Europe/Berlin
signals:
  pricing: {event: page, where: {path: {starts_with: /pricing}}}
  demo: {event: Demo Requested}
fit: {rules: [{rule: boss, when: {lead.seniority: c_suite}, points: 20}]}
engagement: {rules: [{rule: pricing visit, signal: pricing, points: 10, each: event},
                     {rule: demo, signal: demo, points: 50}]}
qualify: {mql: {total: 50}}
"""


@cache
def example(leads: int = 300) -> ExampleCompany:
    """The example company."""
    return generate(leads=leads)


@cache
def template(name: str) -> Definition:
    """A template's definition."""
    return read_definition(template_text(name)).definition


@cache
def small() -> Definition:
    """A definition that looks at titles, pricing pages and demo requests."""
    return read_definition(SMALL).definition


def as_csv(table: pa.Table, path: Path, delimiter: str = ",") -> Path:
    """The table as CSV, times in ISO 8601, lists with `;`."""
    columns = [_texts(column) for column in table.columns]
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        rows.writerow(table.column_names)
        rows.writerows(zip(*columns, strict=True))
    return path


def _texts(column: pa.ChunkedArray) -> list[str | None]:
    if pa.types.is_list(column.type):
        return [None if value is None else ";".join(value) for value in column.to_pylist()]
    return list(as_text(column.combine_chunks()).to_pylist())


def as_jsonl(table: pa.Table, path: Path) -> Path:
    """The table as JSON lines, times in ISO 8601, absent values left out."""
    with path.open("w", encoding="utf-8") as file:
        for row in table.to_pylist():
            kept = {name: _json(value) for name, value in row.items() if value is not None}
            file.write(json.dumps(kept) + "\n")
    return path


def _json(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def as_parquet(table: pa.Table, path: Path, rows: int = 1_000_000) -> Path:
    """The table as Parquet with row groups of so many rows."""
    pq.write_table(table, path, row_group_size=rows)
    return path


def as_folder(table: pa.Table, path: Path, *, files: int = 4, rows: int = 97) -> Path:
    """The table cut into files of tiny row groups, with the markers that clusters leave."""
    path.mkdir()
    size = -(-table.num_rows // files)
    for n in range(files):
        pq.write_table(table.slice(n * size, size), path / f"part-{n:04}.parquet", row_group_size=rows)
    (path / "_SUCCESS").write_bytes(b"")
    (path / ".part-0000.parquet.crc").write_bytes(b"crc")
    return path


def shuffled(table: pa.Table, seed: int = 7) -> pa.Table:
    """The same rows in another order."""
    import numpy as np

    return table.take(pa.array(np.random.Generator(np.random.PCG64(seed)).permutation(table.num_rows)))


WRITERS: Final[dict[str, tuple[str, Callable[[pa.Table, Path], Path]]]] = {
    "csv": (".csv", as_csv),
    "jsonl": (".jsonl", as_jsonl),
    "parquet": (".parquet", as_parquet),
}


def scores(
    definition: Definition, leads: Path, accounts: Path | None, events: Path | None, **more: Any
) -> dict[str, dict[str, Any]]:
    """The scores by lead, without evidence, which may name another of several events at one instant."""
    found = {}
    for table in iter_scored(definition, leads, accounts, events, AS_OF, **more):
        for row in table.to_pylist():
            for line in row["lines"]:
                del line["evidence"]
            found[row["lead_id"]] = row
    return found


def run(
    definition: Definition, leads: Path, events: Path | None, out: Path | None = None, **more: Any
) -> RunSummary:
    """Score files at the usual instant."""
    return score_files(definition, leads, more.pop("accounts", None), events, AS_OF, out, **more)


def written(path: Path, text: str | bytes) -> Path:
    """A file with that content."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def mapped(*entries: str, missing: Iterable[str] = ()) -> Mapping:
    """A mapping of `THEIRS=OURS`."""
    return Mapping.parse(entries, missing=tuple(missing))


def column(table: pa.Table, name: str) -> list[Any]:
    """Values of a column."""
    return list(pc.cast(table[name], table[name].type).to_pylist())
