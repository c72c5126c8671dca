"""Columns as codes: every distinct value once, every row a small integer."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from handraise.engine.kernel import MISSING
from handraise.engine.match import counted_value, millionths
from handraise.engine.passes import in_table, indices_of, nearest_millionths, with_absent

I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
EXACT: Final = 1e11


class Distinct(Sequence[Any]):
    """Distinct values in Arrow's memory: a million texts become Python objects only when asked for."""

    def __init__(self, array: pa.Array) -> None:
        self.array = array

    def __len__(self) -> int:
        return len(self.array)

    def __getitem__(self, place: Any) -> Any:
        return self.array[place].as_py()

    def __iter__(self) -> Iterator[Any]:
        return iter(self.array.to_pylist())


@dataclass(frozen=True)
class Coded:
    """A column as codes into its distinct values; the code `len(values)` means absent."""

    codes: I32
    values: Sequence[Any]

    def table(self, answer: Callable[[Any], Any], kind: Any) -> npt.NDArray[Any]:
        """The answer for every distinct value, and last for an absent one."""
        return np.array([*map(answer, self.values), answer(None)], kind)

    def picked(self, codes: Sequence[int]) -> Sequence[Any]:
        """The values of some codes, none of which is the absent one."""
        if isinstance(self.values, Distinct):
            return Distinct(self.values.array.take(pa.array(codes, pa.int64())))
        return [self.values[code] for code in codes]


def encoded(column: pa.ChunkedArray | pa.Array) -> pa.DictionaryArray:
    """The column in one piece as codes and distinct values; what Parquet keeps so is taken as it is."""
    array = one_array(column)
    return array if pa.types.is_dictionary(array.type) else pc.dictionary_encode(array)


def coded(column: pa.ChunkedArray | pa.Array) -> Coded:
    """Encode a column.

    Examples
    --------
    >>> found = coded(pa.array(["b", None, "b", "a"]))
    >>> found.codes.tolist(), list(found.values)
    ([0, 2, 0, 1], ['b', 'a'])
    """
    array = encoded(column)
    return Coded(codes_of(array), array.dictionary.to_pylist())


def codes_of(array: pa.DictionaryArray) -> I32:
    """Codes of an encoded column; absent values have the code after the last value."""
    codes, valid, offset = indices_of(array)
    if not valid.size:
        return codes
    filled = np.empty(codes.size, np.int32)
    with_absent(codes, valid, offset, len(array.dictionary), filled)
    return filled


def codes_at(array: pa.DictionaryArray, rows: I64) -> I32:
    """Codes of some rows of an encoded column; absent values have the code after the last value."""
    codes, valid, offset = indices_of(array)
    found = codes[rows]
    if valid.size:
        place = rows + offset
        found[(valid[place >> 3] >> (place & 7).astype(np.uint8)) & 1 == 0] = len(array.dictionary)
    return found


def one_array(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """The column in one piece, its dictionaries made one."""
    if isinstance(column, pa.Array):
        return column
    if column.num_chunks == 1:
        return column.chunk(0)
    if pa.types.is_dictionary(column.type):
        column = column.unify_dictionaries()
    return column.combine_chunks() if column.num_chunks else pa.array([], column.type)


def counted_codes(column: pa.ChunkedArray | pa.Array) -> I32:
    """Codes by which values are told apart (text without case), -1 for absent."""
    seen: dict[object, int] = {}

    def code(raw: object) -> int:
        value = counted_value(raw)
        return -1 if value is None else seen.setdefault((value.__class__, value), len(seen))

    array = encoded(column)
    codes, valid, offset = indices_of(array)
    table = np.array([*map(code, array.dictionary.to_pylist()), -1], np.int32)
    found = np.empty(codes.size, np.int32)
    in_table(codes, valid, offset, table, found)
    return found


def summed_millionths(column: pa.ChunkedArray | pa.Array) -> I64:
    """A numeric column in millionths, rounded half to even; MISSING where it is no number.

    Examples
    --------
    >>> found = summed_millionths(pa.array([1.5, None, float("nan"), 0.0000005]))
    >>> found.tolist() == [1500000, MISSING, MISSING, 0]
    True
    """
    array = one_array(column)
    if pa.types.is_integer(array.type) or pa.types.is_floating(array.type):
        numbers = array.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        found = np.empty(numbers.size, np.int64)
        doubtful = np.empty(numbers.size, np.int64)
        count = nearest_millionths(numbers, EXACT, MISSING, found, doubtful)
        for row in doubtful[:count].tolist():
            found[row] = millionths(float(numbers[row]))
        return found
    column_codes = coded(array)
    return np.take(column_codes.table(millionths, np.int64), column_codes.codes)


def microseconds(column: pa.ChunkedArray | pa.Array) -> I64:
    """A time column as microseconds since 1970 in UTC, MISSING where null."""
    array = one_array(column)
    whole = array.cast(pa.timestamp("us", array.type.tz)).cast(pa.int64())
    if whole.null_count:
        whole = pc.fill_null(whole, MISSING)
    found: I64 = whole.to_numpy(zero_copy_only=False)
    return found
