"""Invented histories for the benchmark: Parquet folders of any number of events, written in bounded memory.

A data set is a folder with ``events/part-000.parquet …`` and ``leads.parquet`` beside it. Events are in
order of lead and time, as a warehouse writes a clustered table. Row groups (1 M rows) and files (5 M rows)
are cut without regard to leads, so some leads lie across a cut. Snappy, as most writers do by default.
"""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench.catalogue import actions
from bench.columns import Ints, Rng, numbered
from bench.histories import ActionTables, events_of
from bench.people import accounts_for, lead_schema, leads_of
from bench.period import DAY_MS, SPAN_MS, START_MS

ROWS_PER_GROUP = 1_000_000
ROWS_PER_FILE = 5_000_000
LEADS_PER_CHUNK = 20_000
MOST_EVENTS_OF_A_LEAD = 1_000
ID_DIGITS = 8

_DATA_VERSION = 1


@dataclass(frozen=True)
class Dataset:
    """Where one data set lies and how large it is."""

    folder: Path
    events: int
    leads: int
    message_ids: bool = False

    @property
    def events_glob(self) -> str:
        """Pattern of all event files."""
        return str(self.folder / "events" / "*.parquet")

    @property
    def event_files(self) -> list[Path]:
        """All event files, in the order they were written."""
        return sorted((self.folder / "events").glob("*.parquet"))

    @property
    def leads_file(self) -> Path:
        """The one file of leads."""
        return self.folder / "leads.parquet"

    @property
    def bytes_of_events(self) -> int:
        """Size of the event files on disk, in bytes."""
        return sum(path.stat().st_size for path in self.event_files)


def make(folder: Path, events: int, seed: int = 1, *, message_ids: bool = False) -> Dataset:
    """Write a data set of exactly `events` events, unless the same one is already in `folder`.

    Parameters
    ----------
    folder
        Where to write; whatever else is there is removed first.
    events
        Number of events; there is about one lead for every 50.
    seed
        The same seed and size give the same rows.
    message_ids
        Whether events also have a `message_id` of 22 characters.

    Returns
    -------
    Dataset
        Events have lead_id, event, path, kind, campaign (text), seconds (float), session_id, occurred_at
        (microseconds, UTC, in the 400 days up to :data:`bench.period.AS_OF`); leads have lead_id, title,
        employees, industry, email, country, created_at. Every event is of one of them; some have no events.
    """
    wanted = {"version": _DATA_VERSION, "events": events, "seed": seed, "message_ids": message_ids}
    if (ready := opened(folder)) is not None and _described(folder)["made_of"] == wanted:
        return ready
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "events").mkdir(parents=True)
    leads = 0
    cutter = _Cutter(folder / "events")
    schema = lead_schema()
    with pq.ParquetWriter(folder / "leads.parquet", schema, compression="snappy", store_schema=False) as out:
        for lead_table, event_table in _chunks(events, seed, message_ids=message_ids):
            out.write_table(lead_table.cast(schema))
            cutter.add(event_table)
            leads += lead_table.num_rows
    cutter.close()
    (folder / "dataset.json").write_text(json.dumps({"made_of": wanted, "leads": leads}))
    return Dataset(folder, events, leads, message_ids)


def opened(folder: Path) -> Dataset | None:
    """The complete data set in `folder`, or None where there is none."""
    if not (folder / "dataset.json").exists():
        return None
    described = _described(folder)
    made_of = described["made_of"]
    return Dataset(folder, made_of["events"], described["leads"], made_of["message_ids"])


def _described(folder: Path) -> dict[str, Any]:
    described: dict[str, Any] = json.loads((folder / "dataset.json").read_text())
    return described


@dataclass
class _Cutter:
    """Writes tables of any length as row groups and files of fixed length."""

    folder: Path
    waiting: list[pa.Table] = field(default_factory=list)
    rows_waiting: int = 0
    rows_in_file: int = 0
    files: int = 0
    writer: pq.ParquetWriter | None = None

    def add(self, table: pa.Table) -> None:
        self.waiting.append(table)
        self.rows_waiting += table.num_rows
        while self.rows_waiting >= ROWS_PER_GROUP:
            self._write_group(ROWS_PER_GROUP)

    def close(self) -> None:
        if self.rows_waiting:
            self._write_group(self.rows_waiting)
        if self.writer is not None:
            self.writer.close()

    def _write_group(self, rows: int) -> None:
        whole = pa.concat_tables(self.waiting)
        group, rest = whole.slice(0, rows), whole.slice(rows)
        self.waiting, self.rows_waiting = [rest], rest.num_rows
        if self.writer is None:
            path = self.folder / f"part-{self.files:03}.parquet"
            # without the stored Arrow schema readers see plain text columns, as other writers leave them
            self.writer = pq.ParquetWriter(path, group.schema, compression="snappy", store_schema=False)
            self.files += 1
        self.writer.write_table(group.unify_dictionaries().combine_chunks(), row_group_size=rows)
        self.rows_in_file += rows
        if self.rows_in_file >= ROWS_PER_FILE:
            self.writer.close()
            self.writer, self.rows_in_file = None, 0


def _chunks(events: int, seed: int, *, message_ids: bool) -> Iterator[tuple[pa.Table, pa.Table]]:
    """Leads and their events, chunk by chunk, until exactly `events` events are there."""
    rng = np.random.Generator(np.random.PCG64(seed))
    accounts = accounts_for(rng, max(20, events // 200))
    makers = ActionTables.of(actions())
    last_number, left = 0, events
    while left > 0:
        counts = _event_counts(rng, left)
        numbers = last_number + np.cumsum(rng.integers(1, 6, counts.size))
        last_number = int(numbers[-1])
        first_seen = START_MS + (rng.random(counts.size) * (SPAN_MS - DAY_MS)).astype(np.int64)
        lead_ids = numbered("L", numbers, ID_DIGITS)
        yield (
            leads_of(rng, lead_ids, numbers, first_seen, accounts),
            events_of(rng, lead_ids, counts, first_seen, makers, message_ids=message_ids),
        )
        left -= int(counts.sum())


def _event_counts(rng: Rng, left: int) -> Ints:
    """Events of each lead of a chunk: a median of about 20, a mean of about 50, a few with 1,000."""
    size = min(LEADS_PER_CHUNK, left // 25 + 10)
    drawn = np.floor(rng.lognormal(np.log(20.5), 1.4, size)).astype(np.int64)
    counts = np.minimum(drawn, MOST_EVENTS_OF_A_LEAD)
    total = np.cumsum(counts)
    if total[-1] < left:
        return counts
    last = int(np.searchsorted(total, left))
    counts = counts[: last + 1]
    counts[last] -= int(total[last]) - left
    return counts
