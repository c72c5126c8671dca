"""Records with names of their own as columns: only what is there takes room."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import compress
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from handraise.core.properties import flattened
from handraise.engine.columns import one_array
from handraise.files.rows import plain_text

I64 = npt.NDArray[np.int64]
GONE: Final = -1
_EXACT: Final = 2**53
_TEXT: Final = pa.dictionary(pa.int32(), pa.string())
_KINDS: Final[Mapping[type, pa.DataType]] = {
    bool: pa.bool_(), int: pa.int64(), float: pa.float64(), datetime: pa.timestamp("us", "UTC"),
}  # fmt: skip


@dataclass(frozen=True)
class Sparse:
    """A column of which only some rows say something: `values[i]` stands in row `rows[i]`."""

    rows: I64
    values: pa.Array = field(repr=False)

    def whole(self, length: int) -> pa.Array:
        """The column with all its rows, null where nothing is said."""
        places = np.full(length, GONE, np.int64)
        places[self.rows] = np.arange(self.rows.size)
        return self.values.take(pa.array(places, mask=places == GONE))


class Columns:
    """Columns that grow by records; one name may have values of several kinds.

    Numbers of both kinds are one kind. What else is not of one kind becomes text that says the same.
    """

    def __init__(self) -> None:
        self.length = 0
        self._said: dict[str, dict[type, list[tuple[I64, pa.Array]]]] = {}

    def add(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Add rows; nested objects are names with dots, lists are JSON text."""
        rows: dict[str, list[int]] = {}
        values: dict[str, list[Any]] = {}
        for places, names, columns in _alike(range(len(records)), records):
            for name, column in zip(names, columns, strict=True):
                rows.setdefault(name, []).extend(places)
                values.setdefault(name, []).extend(column)
        for name, said in values.items():
            self._note(name, np.array(rows[name], np.int64), said)
        self.length += len(records)

    def put(self, columns: Mapping[str, Sequence[Any] | I64]) -> None:
        """Add rows by their columns, which are of one length. In an array a zero says nothing."""
        for name, column in columns.items():
            if isinstance(column, np.ndarray):
                rows = np.flatnonzero(column)
                self._keep(name, int, pa.array(column[rows]), rows)
            else:
                self._note(name, np.arange(len(column)), column)
        self.length += len(next(iter(columns.values())))

    def sealed(self, places: I64 | None = None) -> dict[str, Sparse]:
        """Every column; row `i` of them is row `places[i]` from now on, and left out where that is `GONE`."""
        return {name: _joined(kinds, places) for name, kinds in self._said.items()}

    def _note(self, name: str, rows: I64, column: Sequence[Any]) -> None:
        for kind in set(map(type, column)) - {type(None)}:
            mine = [type(value) is kind for value in column]
            some, at = (column, rows) if all(mine) else ([*compress(column, mine)], rows[np.array(mine)])
            self._keep(name, *_array(kind, some), at)

    def _keep(self, name: str, kind: type, array: pa.Array, rows: I64) -> None:
        self._said.setdefault(name, {}).setdefault(kind, []).append((rows + self.length, array))


def _alike(
    places: Sequence[int], records: Sequence[Mapping[str, Any]]
) -> Iterable[tuple[Sequence[int], tuple[str, ...], Sequence[tuple[Any, ...]]]]:
    """Records of the same names together: which they are, their names, and the values of each."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for at, record in enumerate(records):
        groups.setdefault(tuple(record), []).append(at)
    for names, members in groups.items():
        if not names:
            continue
        columns = [*zip(*(records[at].values() for at in members), strict=True)]
        mine = [places[at] for at in members]
        if any(not {dict, list}.isdisjoint(map(type, column)) for column in columns):
            yield from _alike(mine, [dict(flattened(records[at])) for at in members])
        else:
            yield mine, names, columns


def _array(kind: type, values: Sequence[Any]) -> tuple[type, pa.Array]:
    """Values of one kind, and the kind they count as; text as codes, which takes a fraction of the room."""
    is_exact = kind is not int or all(-_EXACT < value < _EXACT for value in values)
    if kind in _KINDS and is_exact:
        return kind, pa.array(values, _KINDS[kind])
    return str, _codes(values if kind is str else [plain_text(value) for value in values])


def _codes(texts: Sequence[str | None]) -> pa.DictionaryArray:
    return pa.array(texts, pa.string()).dictionary_encode()


def _joined(kinds: Mapping[type, Sequence[tuple[I64, pa.Array]]], places: I64 | None) -> Sparse:
    """Every value that a column has, of one type."""
    if set(kinds) == {int, float}:
        wanted = pa.float64()
    else:
        wanted = _KINDS.get(next(iter(kinds)), _TEXT) if len(kinds) == 1 else _TEXT
    pieces = [piece for of_kind in kinds.values() for piece in of_kind]
    rows = np.concatenate([rows for rows, _ in pieces])
    values = pa.chunked_array([_cast(array, wanted) for _, array in pieces], wanted)
    whole = one_array(values)
    if places is None:
        return Sparse(rows, whole)
    rows = places[rows]
    kept = rows != GONE
    return Sparse(rows, whole) if kept.all() else Sparse(rows[kept], whole.filter(pa.array(kept)))


def _cast(array: pa.Array, wanted: pa.DataType) -> pa.Array:
    if array.type == wanted or wanted != _TEXT:
        return array.cast(wanted)
    return _codes([_text(value) for value in array.to_pylist()])


def _text(value: object) -> str | None:
    """The text that passes the tests that the value passes."""
    match value:
        case datetime():
            return value.isoformat()
        case float():
            return f"{Decimal(repr(value)).normalize():f}"
        case _:
            return plain_text(value)


__all__ = ["GONE", "Columns", "Sparse"]
