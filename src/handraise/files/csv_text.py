"""CSV as people export it: any usual delimiter, line breaks in quotes, rows of a wrong length named."""

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from handraise.core.errors import InputInvalid
from handraise.files.mapping import Mapping
from handraise.files.problems import Problems
from handraise.files.rows import Rows

DELIMITERS: Final = (",", ";", "\t", "|")
LONGEST_CELL: Final = 1_000_000
_SAMPLE: Final = 1 << 20
_BLOCKS: Final = (1 << 22, 1 << 27, (1 << 31) - 1)


def read_csv(
    path: Path,
    *,
    mapping: Mapping,
    wanted: Callable[[str], bool],
    problems: Problems,
    encoding: str = "utf-8",
) -> Rows:
    """Read the wanted columns of a CSV file as text.

    Parameters
    ----------
    wanted
        Whether a column of this name (ours) is wanted.

    Raises
    ------
    InputInvalid
        When the file as a whole cannot be read: encoding, header, a quote that never closes.
    """
    data = _utf8(path, encoding)
    delimiter, header = _header(data, path)
    ours = mapping.ours(header)
    _check_names(header, path)
    unnamed = [place for place, name in enumerate(header) if not name]
    chosen = unnamed + [place for place, name in enumerate(ours) if name and wanted(name)]
    table, wrong = _parsed(data, path, delimiter, chosen or [0])
    numbers = np.delete(np.arange(1, len(table) + len(wrong) + 1), [row - 1 for row, _, _ in wrong])[1:]
    for row, cells, text in wrong:
        reason = f"the row has {'more' if cells > len(header) else 'fewer'} cells than the header"
        problems.add(path.name, row, "", text, reason)
    columns: dict[str, pa.Array] = {}
    for place in chosen:
        column = table[f"f{place}"].slice(1).combine_chunks()
        if place not in unnamed:
            columns[ours[place]] = column
        elif column.null_count < len(column):
            raise InputInvalid(f"{path}: column {place + 1} has no name in the header; name it or remove it")
    rows = Rows(path.name, columns, numbers, tuple(name for name in header if name))
    return _without_odd_cells(_without_blank(rows), data, problems)


def _utf8(path: Path, encoding: str) -> Any:
    """The file's bytes in UTF-8."""
    with pa.memory_map(str(path)) as file:
        data = file.read_buffer()
    start = bytes(data[:1000])
    if encoding.lower().replace("_", "-") in ("utf-8", "utf8", "utf-8-sig"):
        if start[:2] in (b"\xff\xfe", b"\xfe\xff") or start.count(b"\0") * 4 > len(start):
            raise InputInvalid(f"{path} is UTF-16, not UTF-8; add `--encoding utf-16`")
        _check_utf8(data, path)
        return data
    try:
        text = bytes(data).decode(encoding)
    except LookupError:
        raise InputInvalid(
            f"there is no encoding `{encoding}`; usual ones are utf-8, latin-1, utf-16"
        ) from None
    except UnicodeError as error:
        at = getattr(error, "start", 0)
        raise InputInvalid(f"{path} is not {encoding} at byte {at:,}") from None
    return pa.py_buffer(text.encode("utf-8", "replace"))


def _check_utf8(data: Any, path: Path) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(data)
    for first in range(0, len(view), _SAMPLE):
        chunk = bytes(view[first : first + _SAMPLE])
        before = first - len(decoder.getstate()[0])
        try:
            decoder.decode(chunk, final=first + _SAMPLE >= len(view))
        except UnicodeDecodeError as error:
            at = before + error.start
            line = _count(view[:at], b"\n") + 1
            raise InputInvalid(
                f"{path} is not UTF-8: byte {at:,} (line {line:,}) is no letter in it; "
                "if it comes from an older Windows program, add `--encoding latin-1`"
            ) from None


def _header(data: Any, path: Path) -> tuple[str, list[str]]:
    sample = bytes(data[:_SAMPLE]).decode("utf-8", "ignore").removeprefix("\ufeff")
    if not sample.strip("\r\n \0"):
        raise InputInvalid(f"{path} is empty")
    best: tuple[float, str, list[str]] | None = None
    for delimiter in DELIMITERS:
        rows = list(islice(_python_rows(sample, delimiter), 21))[:20]
        alike = sum(len(row) == len(rows[0]) for row in rows) / len(rows) if rows else 0.0
        worth = (len(rows[0]) > 1) * (1 + alike + len(rows[0]) / 10_000) if rows else 0.0
        if best is None or worth > best[0]:
            best = (worth, delimiter, rows[0] if rows else [])
    header = [name.strip() for name in (best[2] if best else [])]
    if not any(header):
        raise InputInvalid(f"{path} has no header: its first row must name the columns")
    return (best[1] if best else ","), header


def _python_rows(text: str, delimiter: str) -> Iterator[list[str]]:
    limit = csv.field_size_limit(2**31 - 1)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error:
        return
    finally:
        csv.field_size_limit(limit)


def _check_names(header: list[str], path: Path) -> None:
    named = [name for name in header if name]
    for name in named:
        if named.count(name) > 1:
            raise InputInvalid(f"{path} has two columns named `{name}`; rename or remove one")


def _parsed(
    data: Any, path: Path, delimiter: str, chosen: list[int]
) -> tuple[pa.Table, list[tuple[int, int, str]]]:
    _check_quotes(data, path, delimiter)
    if _count(data, b"\n") + _count(data, b"\r") == 0:  # Arrow takes a header alone for an empty file
        data = pa.py_buffer(bytes(data) + b"\n")
    names = [f"f{place}" for place in chosen]
    for block in _BLOCKS:
        wrong: list[tuple[int, int, str]] = []

        def note(row: Any, wrong: list[tuple[int, int, str]] = wrong) -> str:
            wrong.append((row.number, row.actual_columns, row.text[:300]))
            return "skip"

        try:
            table = arrow_csv.read_csv(
                pa.BufferReader(data),
                arrow_csv.ReadOptions(use_threads=False, autogenerate_column_names=True, block_size=block),
                arrow_csv.ParseOptions(
                    delimiter=delimiter,
                    newlines_in_values=True,
                    ignore_empty_lines=False,
                    invalid_row_handler=note,
                ),
                arrow_csv.ConvertOptions(
                    column_types={name: pa.string() for name in names},
                    include_columns=names,
                    null_values=[""],
                    strings_can_be_null=True,
                ),
            )
        except pa.ArrowInvalid as error:
            if "straddling" in str(error) and block != _BLOCKS[-1]:
                continue
            raise InputInvalid(f"{path} cannot be read as CSV: {str(error).splitlines()[0]}") from None
        return table, wrong
    raise AssertionError(path)


def _count(data: Any, byte: bytes) -> int:
    view = memoryview(data)
    return sum(bytes(view[n : n + _SAMPLE]).count(byte) for n in range(0, len(view), _SAMPLE))


def _check_quotes(data: Any, path: Path, delimiter: str) -> None:
    """A quote that is opened and never closed would swallow the rest of the file."""
    if _count(data, b'"') % 2 == 0:
        return
    reader = csv.reader(
        io.StringIO(bytes(data).decode("utf-8"), newline=""), delimiter=delimiter, strict=True
    )
    limit = csv.field_size_limit(2**31 - 1)
    row = line = 0
    try:
        for _ in reader:
            row, line = row + 1, reader.line_num
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise InputInvalid(
                f"{path}: a quote opened in row {row + 1:,} (line {line + 1:,}) is never closed; "
                'close it, or double it ("") if it belongs to the text'
            ) from None
    finally:
        csv.field_size_limit(limit)


def _without_blank(rows: Rows) -> Rows:
    """Leave out rows in which nothing stands."""
    if not len(rows):
        return rows
    some = np.zeros(len(rows), bool)
    for column in rows.columns.values():
        some |= np.asarray(column.is_valid())
    return rows.kept(some)


def _without_odd_cells(rows: Rows, data: Any, problems: Problems) -> Rows:
    has_nul = _count(data, b"\0") > 0
    for name, column in list(rows.columns.items()):
        if has_nul and name in rows.columns:
            rows = _leaving(
                rows,
                name,
                pc.match_substring(rows.columns[name], "\0"),
                problems,
                "the row has a NUL character",
            )
        longest = pc.max(pc.binary_length(column)).as_py()
        if longest is not None and longest > LONGEST_CELL:
            long = pc.greater(pc.binary_length(rows.columns[name]), LONGEST_CELL)
            rows = _leaving(rows, name, long, problems, f"a cell is longer than {LONGEST_CELL:,} bytes")
    return rows


def _leaving(rows: Rows, name: str, bad: pa.Array, problems: Problems, reason: str) -> Rows:
    mask = np.asarray(pc.fill_null(bad, False))
    rows.report(problems, mask, name, reason)
    return rows.kept(~mask)
