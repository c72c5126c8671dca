"""Parquet tables read whole: leads and accounts."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from handraise.core.errors import InputInvalid
from handraise.files.formats import parquet_files
from handraise.files.mapping import Mapping
from handraise.files.problems import Problems
from handraise.files.rows import Rows, one_piece, plain, text_column


def opened(file: Path, encoded: Sequence[str] = ()) -> Any:
    """The file, with some text columns to be read as codes.

    Raises
    ------
    InputInvalid
        When it is no Parquet, or a damaged one.
    """
    try:
        found = pq.ParquetFile(file, read_dictionary=list(encoded) or None, memory_map=False)
        _ = found.schema_arrow.names  # a name that is no text shows only when it is asked for
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        reason = (str(error).splitlines() or [""])[0]
        raise InputInvalid(f"{file} cannot be read as Parquet: {reason}") from None
    return found


def read_group(file: Any, group: int, columns: Sequence[str], path: Path) -> pa.Table:
    """Some columns of a row group.

    Raises
    ------
    InputInvalid
        When the file is damaged.
    """
    try:
        table = file.read_row_group(group, columns=list(columns), use_threads=False)
        table.validate(full=True)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        reason = (str(error).splitlines() or [""])[0]
        raise InputInvalid(f"{path} is damaged: row group {group + 1} cannot be read ({reason})") from None
    return table


def read_whole(path: Path, mapping: Mapping, wanted: Callable[[str], bool], problems: Problems) -> Rows:
    """The wanted columns of a file or folder as rows."""
    tables, theirs, columns = [], dict[str, None](), dict[str, None]()
    for file in parquet_files(path, problems):
        source = opened(file)
        names = source.schema_arrow.names
        theirs |= dict.fromkeys(names)
        ours = dict(zip(names, mapping.ours(names), strict=True))
        chosen = [name for name in names if ours[name] and wanted(ours[name])]
        columns |= {ours[name]: None for name in chosen}
        for group in range(source.num_row_groups):
            table = read_group(source, group, chosen, file)
            count = source.metadata.row_group(group).num_rows
            tables.append((count, {ours[name]: one_piece(table[name]) for name in table.column_names}))
    whole = {name: _concatenated([(count, table.get(name)) for count, table in tables]) for name in columns}
    rows = sum(count for count, _ in tables)
    return Rows(path.name, whole, np.arange(1, rows + 1), tuple(theirs))


def _concatenated(parts: list[tuple[int, pa.Array | None]]) -> pa.Array:
    kinds = {part.type for _, part in parts if part is not None}
    if not parts:
        return pa.array([], pa.string())
    if len(kinds) > 1:
        parts = [(count, None if part is None else plain(text_column(part))) for count, part in parts]
    kind = next(part.type for _, part in parts if part is not None)
    return one_piece(pa.chunked_array([pa.nulls(n, kind) if part is None else part for n, part in parts]))
