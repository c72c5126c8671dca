"""Rows of one file under our names, with where each stands in the file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from handraise.engine.columns import one_array
from handraise.files.problems import Problems

I64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Rows:
    """Some rows of a file.

    Attributes
    ----------
    file
        The name of the file, for messages.
    columns
        Columns by our names, all of one length.
    number
        The row (CSV, Parquet) or line (JSONL) of each; or of the first, when the others follow it.
    theirs
        Every column name of the file, also of columns that were not read.
    is_open
        Whether rows may have names of their own (JSONL), so that an absent name says nothing.
    """

    file: str
    columns: dict[str, pa.Array]
    number: I64 | int
    theirs: tuple[str, ...]
    is_open: bool = False

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()))) if self.columns else 0

    def numbers(self, places: I64) -> I64:
        """Row numbers at these places."""
        return self.number + places if isinstance(self.number, int) else self.number[places]

    def kept(self, keep: Mask) -> "Rows":
        """Only some of the rows."""
        if keep.all():
            return self
        mask = pa.array(keep)
        columns = {name: column.filter(mask) for name, column in self.columns.items()}
        return Rows(self.file, columns, self.numbers(np.flatnonzero(keep)), self.theirs, self.is_open)

    def report(self, problems: Problems, bad: Mask, column: str, reason: str) -> None:
        """Write the bad rows down with what stood in the column."""
        places = np.flatnonzero(bad)
        if not places.size:
            return
        values: Sequence[Any] = [None] * places.size
        if column in self.columns:
            values = self.columns[column].take(pa.array(places)).to_pylist()
        problems.add_all(self.file, self.numbers(places).tolist(), column, values, reason)


def one_piece(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """The column in one piece; nested values as JSON text; large text as text."""
    return flat(one_array(column))


def flat(column: pa.Array) -> pa.Array:
    """The column as a type that the engine takes."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        if kind.value_type == pa.string() and kind.index_type == pa.int32():
            return column
        decoded = column.dictionary_decode()
        return flat(decoded)
    if pa.types.is_nested(kind):
        return pa.array([_json(value) for value in column.to_pylist()], pa.string())
    if pa.types.is_large_string(kind) or kind == pa.string_view():
        return column.cast(pa.string())
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        texts = [None if value is None else value.decode("utf-8", "replace") for value in column.to_pylist()]
        return pa.array(texts, pa.string())
    if pa.types.is_time(kind) or pa.types.is_duration(kind) or pa.types.is_interval(kind):
        return pa.array([None if value is None else str(value) for value in column.to_pylist()], pa.string())
    if kind == pa.float16():
        return column.cast(pa.float64())
    if pa.types.is_null(kind):
        return pa.nulls(len(column), pa.string())
    return column


def _json(value: object) -> str | None:
    import json

    if value is None:
        return None
    return json.dumps(_without_pairs(value), ensure_ascii=False, default=str)


def _without_pairs(value: object) -> object:
    """What Arrow calls a map, as an object."""
    if isinstance(value, list) and value and all(isinstance(one, tuple) and len(one) == 2 for one in value):
        return {str(name): inside for name, inside in value}
    return value


def text_column(column: pa.Array) -> pa.Array:
    """The column as text (or as codes into text)."""
    if pa.types.is_dictionary(column.type) or pa.types.is_string(column.type):
        return column
    if pa.types.is_floating(column.type):
        numbers = column.cast(pa.float64())
        whole = pc.fill_null(
            pc.and_(pc.equal(numbers, pc.floor(numbers)), pc.less(pc.abs(numbers), 2.0**53)), False
        )
        if pc.all(pc.or_(whole, pc.is_null(numbers))).as_py():
            column = numbers.cast(pa.int64())
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        return pa.array(
            [None if value is None else value.isoformat() for value in column.to_pylist()], pa.string()
        )
    return column.cast(pa.string())


def plain(column: pa.Array) -> pa.Array:
    """The column without codes."""
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def trimmed(column: pa.Array, missing: frozenset[str]) -> pa.Array:
    """A text column without space around its values; blank ones and words for missing become null."""
    texts = column.dictionary if pa.types.is_dictionary(column.type) else column
    clean = pc.utf8_trim_whitespace(texts)
    gone = pc.equal(clean, "")
    if missing:
        gone = pc.or_(gone, pc.is_in(pc.utf8_lower(clean), pa.array(sorted(missing), pa.string())))
    if not pc.any(gone).as_py() and not pc.any(pc.not_equal(clean, texts)).as_py():
        return column
    clean = pc.if_else(pc.fill_null(gone, True), pa.scalar(None, pa.string()), clean)
    if pa.types.is_dictionary(column.type):
        return clean.take(column.indices)
    return clean


def without_missing(column: pa.Array, missing: frozenset[str]) -> pa.Array:
    """The column with words for missing as null; anything but text is left alone."""
    is_text = pa.types.is_dictionary(column.type) or pa.types.is_string(column.type)
    return trimmed(column, missing) if missing and is_text else column


def column_of(values: Sequence[object]) -> pa.Array:
    """Values from JSON as a column: of one type when they are of one, else as text.

    Examples
    --------
    >>> column_of([1, None, 2]).type, column_of([1, 2.5]).type, column_of([1, "a", True]).to_pylist()
    (DataType(int64), DataType(double), ['1', 'a', 'true'])
    """
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {str}:
        return pa.array(values, pa.string())
    if kinds == {bool}:
        return pa.array(values, pa.bool_())
    if kinds <= {int, float} and all(abs(v) < 2**53 for v in values if isinstance(v, int)):
        return pa.array(values, pa.int64() if kinds == {int} else pa.float64())
    return pa.array([plain_text(value) for value in values], pa.string())


def plain_text(value: object) -> str | None:
    """A JSON value as the text that says the same."""
    import json

    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case float():
            return repr(value)
        case int():
            return str(value)
        case _:
            return json.dumps(value, ensure_ascii=False)
