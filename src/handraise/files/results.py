"""Scores as a file: Parquet, CSV or JSONL by its name, written piece by piece and put in place when whole."""

import json
import os
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from handraise.core.errors import InputInvalid
from handraise.files.guarding import guarded

SUFFIXES: Final = (".parquet", ".csv", ".jsonl")
_EMPTY: Final = "null"


class ResultWriter:
    """Writes score tables (`engine.results.SCHEMA`).

    CSV: decimals with two places, times in ISO 8601 ending in Z, `lines` as JSON text, and cells that a
    spreadsheet would calculate with `'` before them. JSONL: the same values, `lines` as objects. The file
    appears only when all is written; until then a hidden file stands beside it.

    Raises
    ------
    InputInvalid
        When the name ends in none of `.parquet`, `.csv`, `.jsonl`, or the folder cannot be written to.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.kind = path.suffix.lower()
        if self.kind not in SUFFIXES:
            raise InputInvalid(
                f"{path}: scores are written as {', '.join(SUFFIXES)}; give the name one of these endings"
            )
        self._partial = path.with_name(f".{path.name}.{os.getpid()}.part")
        self._parquet: Any = None
        self._file: IO[bytes] | None = None
        try:
            self._file = self._partial.open("wb")
        except OSError as error:
            raise InputInvalid(f"{path} cannot be written: {error.strerror}") from None

    def write(self, table: pa.Table) -> None:
        """Add a table of scores."""
        if self._file is None:
            raise ValueError("the writer is closed")
        if self.kind == ".parquet":
            if self._parquet is None:
                self._parquet = pq.ParquetWriter(self._file, _plain_schema(table.schema), compression="zstd")
            self._parquet.write_table(table.cast(self._parquet.schema))
            return
        if self.kind == ".csv":
            if self._file.tell() == 0:
                self._file.write((",".join(table.column_names) + "\n").encode())
            rows = csv_rows(table)
        else:
            rows = json_rows(table)
        for text in rows.to_pylist():
            self._file.write(text.encode("utf-8", "replace"))
            self._file.write(b"\n")

    def close(self) -> None:
        """Put the file in its place; without a table it has no rows."""
        if self._file is None:
            return
        if self._file.tell() == 0 and self._parquet is None:
            from handraise.engine.results import SCHEMA

            self.write(SCHEMA.empty_table())
        if self._parquet is not None:
            self._parquet.close()
        self._file.close()
        self._file = None
        self._partial.replace(self.path)

    def discard(self) -> None:
        """Leave nothing behind."""
        if self._file is not None:
            self._file.close()
            self._file = None
            self._partial.unlink(missing_ok=True)

    def __enter__(self) -> "ResultWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()


def _plain_schema(schema: pa.Schema) -> pa.Schema:
    """The schema without codes: readers of Parquet need not know them; the file keeps them anyway."""
    return pa.schema([pa.field(field.name, _plain_type(field.type)) for field in schema])


def _plain_type(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(kind):
        return kind.value_type
    if pa.types.is_list(kind):
        return pa.list_(_plain_type(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct(
            [(kind.field(n).name, _plain_type(kind.field(n).type)) for n in range(kind.num_fields)]
        )
    return kind


def csv_rows(table: pa.Table) -> pa.Array:
    r"""Each row as a line of CSV.

    Examples
    --------
    >>> csv_rows(pa.table({"lead_id": ["=1"], "note": ["a, b"], "ok": [True], "none": [None]})).to_pylist()
    ['\'=1,"a, b",true,']
    """
    cells = [_csv_cell(column.combine_chunks()) for column in table.columns]
    return _joined(cells, ",", len(table))


def _joined(columns: list[pa.Array], between: str, rows: int) -> pa.Array:
    if not rows:
        return pa.array([], pa.string())
    return pc.binary_join_element_wise(*columns, between).cast(pa.string())


def _csv_cell(column: pa.Array) -> pa.Array:
    column = _one(column)
    if pa.types.is_list(column.type):
        return _quoted(json_list(column))
    texts = as_text(column)
    if pa.types.is_dictionary(column.type) or pa.types.is_string(column.type):
        texts = _quoted(_safe(texts))
    return pc.fill_null(texts, "")


def _one(column: Any) -> pa.Array:
    if isinstance(column, pa.ChunkedArray):
        return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks)
    return column


def _safe(texts: pa.Array) -> pa.Array:
    """No cell that a spreadsheet calculates; only cells that start oddly are looked at one by one."""
    odd = np.asarray(pc.fill_null(pc.match_substring_regex(texts, "^[^0-9A-Za-z]"), False))
    if not odd.any():
        return texts
    places = pa.array(odd)
    made = pa.array([guarded(text) for text in texts.filter(places).to_pylist()], pa.string())
    return pc.replace_with_mask(texts, places, made)


def _quoted(texts: pa.Array) -> pa.Array:
    odd = pc.match_substring_regex(texts, '[",\r\n]')
    doubled = pc.replace_substring(texts, '"', '""')
    return pc.if_else(odd, pc.binary_join_element_wise('"', doubled, '"', ""), texts)


def as_text(column: pa.Array) -> pa.Array:
    """The column as people and programs read it."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return column.dictionary_decode().cast(pa.string())
    if pa.types.is_timestamp(kind):
        return times_as_text(column)
    return column.cast(pa.string())


def times_as_text(column: pa.Array) -> pa.Array:
    """Instants in UTC in ISO 8601 ending in Z, with a fraction of a second only where there is one.

    Examples
    --------
    >>> times_as_text(pa.array([0, 1_500_000], pa.timestamp("us", "UTC"))).to_pylist()
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:01.500000Z']
    """
    texts = pc.strftime(column.cast(pa.timestamp("us")), "%Y-%m-%dT%H:%M:%SZ")
    return pc.replace_substring(texts, ".000000Z", "Z")


def json_rows(table: pa.Table) -> pa.Array:
    """Each row as a JSON object."""
    named = {name: _one(column) for name, column in zip(table.column_names, table.columns, strict=True)}
    return _object(named, len(table))


def _object(columns: dict[str, pa.Array], rows: int) -> pa.Array:
    if not rows:
        return pa.array([], pa.string())
    parts: list[Any] = []
    for name, column in columns.items():
        parts += [("," if parts else "{") + json.dumps(name) + ":", _json_value(column)]
    return pc.binary_join_element_wise(*parts, "}", "").cast(pa.string())


def _json_value(column: pa.Array) -> pa.Array:
    kind = column.type
    if pa.types.is_list(kind):
        return json_list(column)
    if pa.types.is_dictionary(kind):
        known = [json.dumps(text, ensure_ascii=False) for text in column.dictionary.to_pylist()]
        return pc.fill_null(pa.array(known, pa.string()).take(column.indices), _EMPTY)
    if pa.types.is_string(kind):
        return pc.fill_null(_json_text(column), _EMPTY)
    if pa.types.is_timestamp(kind):
        return pc.fill_null(pc.binary_join_element_wise('"', times_as_text(column), '"', ""), _EMPTY)
    return pc.fill_null(column.cast(pa.string()), _EMPTY)


def _json_text(texts: pa.Array) -> pa.Array:
    odd = np.asarray(pc.fill_null(pc.match_substring_regex(texts, r'[\x00-\x1f"\\\x7f]'), False))
    found = pc.binary_join_element_wise('"', texts, '"', "")
    if odd.any():
        places = pa.array(odd)
        made = [json.dumps(text, ensure_ascii=False) for text in texts.filter(places).to_pylist()]
        found = pc.replace_with_mask(found, places, pa.array(made, pa.string()))
    return found


def json_list(column: pa.Array) -> pa.Array:
    """A list of objects, for each row, as JSON text."""
    inside = column.flatten()
    columns = {inside.type.field(n).name: inside.field(n) for n in range(inside.type.num_fields)}
    objects = _object(columns, len(inside))
    lengths = pc.fill_null(pc.list_value_length(column), 0).to_numpy(zero_copy_only=False)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    lists = pa.ListArray.from_arrays(pa.array(offsets), objects)
    return pc.binary_join_element_wise("[", pc.binary_join(lists, ","), "]", "")
