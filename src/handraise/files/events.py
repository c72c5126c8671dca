"""Events from files: small ones as one table in memory, large Parquet as a stream of row groups."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import pyarrow as pa

from handraise.core.errors import InputInvalid
from handraise.files.csv_text import read_csv
from handraise.files.formats import Format, format_of, parquet_files
from handraise.files.jsonl import read_jsonl
from handraise.files.mapping import Mapping, without_column
from handraise.files.parquet import opened, read_group
from handraise.files.problems import Problems
from handraise.files.rows import Rows, one_piece, plain, text_column
from handraise.files.tidying import (
    ALWAYS,
    LEAD,
    MESSAGE,
    PROPERTIES,
    REQUIRED,
    SESSION,
    empty_events,
    table_of,
    tidied,
)
from handraise.files.times import INSTANT

IN_MEMORY: Final = 2_000_000
Progress = Callable[[int, int | None], None]


def no_progress(done: int, total: int | None) -> None:
    """Tell nobody."""


class EventSource(Protocol):
    """Events as tables with `lead_id`, `event`, `occurred_at` (timestamp[us, UTC]) and the wanted columns.

    Attributes
    ----------
    names
        Columns that there are, by our names.
    rows
        How many rows there are in all, if that is known.
    theirs
        Columns as the files call them.
    is_open
        Whether events may have properties that `names` does not tell (JSON).
    is_streamed
        Whether the tables come one after the other from a file, in the order of the file.
    """

    names: tuple[str, ...]
    rows: int | None
    theirs: tuple[str, ...]
    is_open: bool
    is_streamed: bool

    def tables(self) -> Iterator[pa.Table]:
        """The events, from the start at every call."""
        ...


class InMemory:
    """One table."""

    is_streamed = False

    def __init__(
        self,
        table: pa.Table,
        names: Sequence[str],
        theirs: Sequence[str],
        *,
        is_open: bool,
        progress: Progress,
    ) -> None:
        self.table, self.names, self.theirs = table, tuple(names), tuple(theirs)
        self.rows: int | None = table.num_rows
        self.is_open = is_open
        self._progress = progress

    def tables(self) -> Iterator[pa.Table]:
        """The table."""
        yield self.table
        self._progress(self.table.num_rows, self.table.num_rows)


class ParquetFiles:
    """Row groups of Parquet files, in the order of the files."""

    is_streamed = True

    def __init__(
        self,
        path: Path,
        *,
        mapping: Mapping,
        wanted: Sequence[str] | None,
        zone: str,
        problems: Problems,
        progress: Progress,
        only: str | None = None,
    ) -> None:
        self.path, self.mapping, self.wanted, self.zone, self.only = path, mapping, wanted, zone, only
        self._problems, self._progress = problems, progress
        self._told = 0
        self.files = parquet_files(path, problems)
        for file in self.files:
            _check_once(opened(file).schema_arrow.names, file)
        schemas = [opened(file).schema_arrow for file in self.files]
        self.rows: int | None = sum(opened(file).metadata.num_rows for file in self.files)
        self.theirs = tuple(dict.fromkeys(name for schema in schemas for name in schema.names))
        self.columns = self._chosen(schemas)
        self.names = tuple(dict.fromkeys(mapping.ours(self.theirs)))
        self.is_open = PROPERTIES in self.names
        for file, schema in zip(self.files, schemas, strict=True):
            _check_required(tuple(mapping.ours(schema.names)), schema.names, file)

    def _chosen(self, schemas: Sequence[pa.Schema]) -> dict[str, pa.DataType]:
        """The columns to read, with the type they get in every table."""
        kinds: dict[str, list[pa.DataType]] = {}
        for schema in schemas:
            for theirs, name in zip(schema.names, self.mapping.ours(schema.names), strict=True):
                if name and (self.wanted is None or name in (*ALWAYS, PROPERTIES, *self.wanted)):
                    kinds.setdefault(name, []).append(schema.field(theirs).type)
        return {name: _common(found) for name, found in kinds.items()}

    def tables(self) -> Iterator[pa.Table]:
        """The events, a row group at a time."""
        part = done = 0
        for file in self.files:
            source = opened(file, self._encoded(file))
            first = 1
            for group in range(source.num_row_groups):
                if self.only is not None and not _may_hold(
                    source, group, self._lead_column(source), self.only
                ):
                    first, part = first + source.metadata.row_group(group).num_rows, part + 1
                    continue
                table = self._read(source, group, file)
                rows = Rows(file.name, self._named(table), first, tuple(table.column_names))
                problems = self._problems if part >= self._told else Problems()
                found = tidied(
                    rows,
                    zone=self.zone,
                    missing=self.mapping.missing_words,
                    problems=problems,
                    wanted=self.wanted,
                )
                first, part, done = first + table.num_rows, part + 1, done + table.num_rows
                self._told = max(self._told, part)
                yield table_of(found)
                self._progress(done, self.rows)

    def _lead_column(self, source: Any) -> int:
        """Place of the column of lead ids among the leaves of the file."""
        names = source.schema_arrow.names
        theirs = names[self.mapping.ours(names).index(LEAD)]
        leaves = [source.schema.column(place).path for place in range(len(source.schema))]
        return leaves.index(theirs) if theirs in leaves else -1

    def _encoded(self, file: Path) -> list[str]:
        """Text columns to be read as codes; message ids are all different, so codes would only cost."""
        schema = opened(file).schema_arrow
        ours = self.mapping.ours(schema.names)
        return [
            theirs
            for theirs, name in zip(schema.names, ours, strict=True)
            if name in self.columns
            and name not in (MESSAGE, PROPERTIES)
            and (
                pa.types.is_string(schema.field(theirs).type)
                or pa.types.is_large_string(schema.field(theirs).type)
            )
        ]

    def _read(self, source: Any, group: int, file: Path) -> pa.Table:
        names = source.schema_arrow.names
        ours = self.mapping.ours(names)
        chosen = [theirs for theirs, name in zip(names, ours, strict=True) if name in self.columns]
        return read_group(source, group, chosen, file)

    def _named(self, table: pa.Table) -> dict[str, pa.Array]:
        """Columns by our names and of the common types; absent ones are null."""
        found = {
            name: one_piece(table[theirs])
            for theirs, name in zip(table.column_names, self.mapping.ours(table.column_names), strict=True)
            if name in self.columns
        }
        for name, kind in self.columns.items():
            if name not in found:
                found[name] = pa.nulls(table.num_rows, kind)
            elif kind != found[name].type and not pa.types.is_dictionary(found[name].type):
                found[name] = _as(found[name], kind)
        return found


def _may_hold(source: Any, group: int, column: int, lead_id: str) -> bool:
    """Whether a row group may have events of the lead, by the least and greatest id it tells of."""
    if column < 0:
        return True
    told = source.metadata.row_group(group).column(column).statistics
    if told is None or not told.has_min_max or not isinstance(told.min, str):
        return True
    return told.min <= lead_id <= told.max or told.min[:1].isspace() or told.max[-1:].isspace()


def _common(kinds: Sequence[pa.DataType]) -> pa.DataType:
    """One type for a column of several files."""
    first = kinds[0]
    if all(kind == first for kind in kinds):
        nested = pa.types.is_nested(first) or pa.types.is_dictionary(first) or pa.types.is_large_string(first)
        return pa.string() if nested or pa.types.is_null(first) else first
    if all(pa.types.is_timestamp(kind) and kind.tz for kind in kinds):
        return INSTANT
    if all(pa.types.is_integer(kind) or pa.types.is_floating(kind) for kind in kinds):
        return pa.float64()
    return pa.string()


def _as(column: pa.Array, kind: pa.DataType) -> pa.Array:
    return text_column(column) if pa.types.is_string(kind) else column.cast(kind, safe=False)


def _check_once(names: Sequence[str], path: Path) -> None:
    for name in names:
        if names.count(name) > 1:
            raise InputInvalid(f"{path} has two columns named `{name}`; rename or remove one")


def _check_required(names: Sequence[str], theirs: Sequence[str], path: Path) -> None:
    for name in REQUIRED:
        if name not in names:
            raise without_column(path, name, theirs)


def open_events(
    path: Path,
    *,
    mapping: Mapping | None = None,
    wanted: Sequence[str] | None = None,
    zone: str = "UTC",
    problems: Problems | None = None,
    progress: Progress = no_progress,
    encoding: str = "utf-8",
    in_memory: int = IN_MEMORY,
) -> EventSource:
    """Open events in CSV, JSONL, Parquet or a folder of Parquet.

    Parameters
    ----------
    wanted
        Properties to read beside `lead_id`, `event`, `occurred_at`, `message_id` and `is_bot`; None for all.
    zone
        The zone of times without one, unless the mapping says another.
    problems
        Where bad rows are written down.
    in_memory
        Parquet with more rows than this is streamed by row group.

    Raises
    ------
    InputInvalid
        When the path cannot be read or a needed column is not there.
    """
    mapping = Mapping() if mapping is None else mapping
    problems = Problems() if problems is None else problems
    zone = mapping.zone or zone
    found = format_of(path)
    if found is Format.PARQUET:
        source = ParquetFiles(
            path, mapping=mapping, wanted=wanted, zone=zone, problems=problems, progress=progress
        )
        return source if (source.rows or 0) > in_memory else _in_memory(source, progress)

    def is_wanted(name: str) -> bool:
        return wanted is None or name in (*ALWAYS, PROPERTIES, *wanted)

    if found is Format.CSV:
        rows = read_csv(path, mapping=mapping, wanted=is_wanted, problems=problems, encoding=encoding)
        _check_required(mapping.ours(rows.theirs), rows.theirs, path)
    else:
        rows = read_jsonl(
            path, mapping=mapping, wanted=is_wanted, problems=problems, encoding=encoding, of_events=True
        )
        if len(rows):
            _check_required(list(rows.columns), rows.theirs, path)
    names = [name for name in mapping.ours(rows.theirs) if name]
    if len(rows):
        rows = tidied(rows, zone=zone, missing=mapping.missing_words, problems=problems, wanted=wanted)
        table = table_of(rows)
    else:
        table = empty_events()
    is_open = rows.is_open or PROPERTIES in names
    return InMemory(table, (*names, *rows.columns), rows.theirs, is_open=is_open, progress=progress)


def _in_memory(source: ParquetFiles, progress: Progress) -> InMemory:
    """All row groups as one table."""
    quiet, source._progress = source._progress, no_progress
    tables = [decoded(table) for table in source.tables()]
    source._progress = quiet
    table = pa.concat_tables(tables, promote_options="permissive") if tables else empty_events()
    names = (*source.names, *table.column_names)
    return InMemory(table, names, source.theirs, is_open=source.is_open, progress=progress)


def decoded(table: pa.Table) -> pa.Table:
    """The table without codes, so that several fit together."""
    return pa.table({name: plain(one_piece(table[name])) for name in table.column_names})


def is_clustered(source: EventSource) -> bool:
    """Whether every lead's events stand together in the stream."""
    from handraise.engine.keys import KeyIndex
    from handraise.engine.passes import indices_of, run_starts

    firsts: list[pa.Array] = []
    last: str | None = None
    for table in source.tables():
        if not table.num_rows:
            continue
        lead = one_piece(table["lead_id"])
        lead = lead if pa.types.is_dictionary(lead.type) else lead.dictionary_encode()
        codes, _, _ = indices_of(lead)
        places = np.empty(len(codes) + 1, np.int64)
        count = run_starts(codes, places)
        runs = lead.dictionary.take(pa.array(codes[places[:count]]))
        firsts.append(runs.slice(1) if runs[0].as_py() == last else runs)
        last = runs[-1].as_py()
    if not firsts:
        return True
    return not KeyIndex(pa.concat_arrays(firsts)).repeated.size


__all__ = ["SESSION", "EventSource", "InMemory", "ParquetFiles", "is_clustered", "open_events"]
