"""Columns of times as instants in UTC: whole columns at once, odd values one by one."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

INSTANT: Final = pa.timestamp("us", "UTC")
NAIVE: Final = pa.timestamp("us")
LATEST: Final = 253_402_300_800_000_000  # the end of the year 9999
SMALLEST_EPOCH: Final = 100_000_000  # seconds: March 1973; a smaller number is no time that anybody meant
_KNOWN_UNTIL: Final = datetime(2037, 1, 1)  # noqa: DTZ001  (a time without a zone is meant)
MISSING: Final = -(2**62)
_UNREAD, _BARE, _NUMBER, _CHANGE = 1, 2, 4, 8
_ZONED: Final = r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$"
_LOCAL: Final = r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,6})?$"
_ISO: Final = re.compile(
    r"(\d{4}-\d\d-\d\d|\d{8})([T ]\d\d(:?\d\d(:?\d\d([.,]\d{1,9})?)?)?( ?(Z|UTC|GMT|[+-]\d\d(:?\d\d)?))?)?"
)
_EPOCH: Final = re.compile(r"\d{9,19}(\.\d*)?")
_UNIX: Final = datetime(1970, 1, 1, tzinfo=UTC)
I64 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Times:
    """A column of times.

    Attributes
    ----------
    instants
        In UTC, to the microsecond; null where there was nothing or it could not be read.
    unread
        Where something stood that is no time, or no time from 1970 to 9999.
    without_zone, as_numbers, in_change
        How many had no zone; how many were seconds or milliseconds since 1970; and how many stood without a
        zone in an hour that clocks skip or repeat.
    """

    instants: pa.Array
    unread: Mask
    without_zone: int = 0
    as_numbers: int = 0
    in_change: int = 0


def times_of(column: pa.ChunkedArray | pa.Array, zone: str) -> Times:
    """Read a column of times.

    Parameters
    ----------
    column
        Text in ISO 8601, timestamps, dates, or numbers (seconds, milliseconds, microseconds or nanoseconds
        since 1970, told apart by their size).
    zone
        The zone of times that do not say theirs. Of an hour that comes twice the first is meant; in one that
        never comes, the clock as it ran before.

    Examples
    --------
    >>> texts = pa.array(["2026-10-01T00:00:00Z", "2026-10-01 02:00", "1790812800", "soon"])
    >>> found = times_of(texts, "Europe/Berlin")
    >>> found.instants.cast(pa.int64()).to_pylist()
    [1790812800000000, 1790812800000000, 1790812800000000, None]
    >>> found.without_zone, found.as_numbers, found.unread.tolist()
    (1, 1, [False, False, False, True])
    """
    array = column if isinstance(column, pa.Array) else _joined(column)
    kind = array.type
    if kind == INSTANT:
        return _bounded(array)
    if pa.types.is_dictionary(kind):
        return _from_distinct(array, zone)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _from_distinct(pc.dictionary_encode(array.cast(pa.string())), zone)
    if pa.types.is_timestamp(kind):
        if kind.tz is not None:
            return _bounded(array.cast(pa.timestamp("us", kind.tz), safe=False).cast(INSTANT))
        return _from_local(array.cast(NAIVE, safe=False), zone)
    if pa.types.is_date(kind):
        return _from_local(array.cast(NAIVE), zone)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return _from_numbers(array)
    return Times(pa.nulls(len(array), INSTANT), np.asarray(array.is_valid()))


def _joined(column: pa.ChunkedArray) -> pa.Array:
    if column.num_chunks == 1:
        return column.chunk(0)
    if pa.types.is_dictionary(column.type):
        column = column.unify_dictionaries()
    return column.combine_chunks() if column.num_chunks else pa.array([], column.type)


def _bounded(instants: pa.Array, without_zone: int = 0, in_change: int = 0) -> Times:
    """Times outside 1970 to 9999 are no times."""
    whole = instants.cast(pa.int64())
    ends = pc.min_max(whole)
    low, high = ends["min"].as_py(), ends["max"].as_py()
    if low is None or (low >= 0 and high < LATEST):
        return Times(instants, np.zeros(len(instants), bool), without_zone, 0, in_change)
    outside = pc.fill_null(pc.or_(pc.less(whole, 0), pc.greater_equal(whole, LATEST)), False)
    kept = pc.if_else(outside, pa.scalar(None, INSTANT), instants)
    return Times(kept, np.asarray(outside), without_zone, 0, in_change)


def _from_local(array: pa.Array, zone: str) -> Times:
    instants, changed = zoned(array, zone)
    return _bounded(instants, len(array) - array.null_count, int(changed.sum()))


def zoned(array: pa.Array, zone: str) -> tuple[pa.Array, Mask]:
    """Times without a zone (`timestamp[us]`) as instants, and which of them stand where clocks change."""
    first = pc.assume_timezone(array, zone, ambiguous="earliest", nonexistent="earliest").cast(INSTANT)
    last = pc.assume_timezone(array, zone, ambiguous="latest", nonexistent="latest").cast(INSTANT)
    # Arrow knows no clock changes after 2037; Python goes on by the zone's rule.
    odd = pc.or_(pc.not_equal(first, last), pc.greater_equal(array, pa.scalar(_KNOWN_UNTIL, NAIVE)))
    one_by_one = np.array(pc.fill_null(odd, False))
    changed = np.zeros(len(array), bool)
    if one_by_one.any():
        clock = ZoneInfo(zone)
        rows = np.flatnonzero(one_by_one)
        local = [moment.replace(tzinfo=clock) for moment in array.take(pa.array(rows)).to_pylist()]
        changed[rows] = [is_where_clocks_change(moment) for moment in local]
        exact = pa.array([_microseconds(moment) for moment in local], pa.int64()).cast(INSTANT)
        first = pc.replace_with_mask(first, pa.array(one_by_one), exact)
    return first, changed


def is_where_clocks_change(local: datetime) -> bool:
    """Whether the time of that clock comes twice or never."""
    return local.utcoffset() != local.replace(fold=1).utcoffset()


def _microseconds(moment: datetime) -> int:
    """Microseconds since 1970; the wall time less its offset, which also works at the end of the calendar."""
    offset = moment.utcoffset() or timedelta()
    return (moment.replace(tzinfo=UTC) - _UNIX - offset) // timedelta(microseconds=1)


def _from_numbers(array: pa.Array) -> Times:
    """Numbers since 1970; seconds reach to the year 5138, so larger ones are finer units."""
    numbers = array.cast(pa.float64(), safe=False)
    given = np.asarray(array.is_valid())
    seconds = np.nan_to_num(numbers.to_numpy(zero_copy_only=False), nan=-1.0, posinf=-1.0, neginf=-1.0)
    scale = np.select([seconds < 1e11, seconds < 1e14, seconds < 1e17], [1e6, 1e3, 1.0], 1e-3)
    exact = np.zeros(len(array), np.int64)
    if pa.types.is_integer(array.type):
        whole = pc.fill_null(array.cast(pa.int64(), safe=False), 0).to_numpy(zero_copy_only=False)
        for factor in (1e6, 1e3, 1.0):
            at = scale == factor
            exact[at] = whole[at] * int(factor)
        exact[scale == 1e-3] = whole[scale == 1e-3] // 1000
    else:
        usable = np.abs(seconds * scale) < 9e18
        exact[usable] = np.rint(seconds[usable] * scale[usable]).astype(np.int64)
    bad = given & ((seconds < SMALLEST_EPOCH) | (exact < 0) | (exact >= LATEST))
    instants = pa.array(exact, pa.int64(), mask=bad | ~given).cast(INSTANT)
    return Times(instants, bad, as_numbers=int((given & ~bad).sum()))


def _from_distinct(array: pa.DictionaryArray, zone: str) -> Times:
    """Text, read once per distinct value."""
    found, marks = _read(array.dictionary.cast(pa.string()), zone)
    codes = pc.fill_null(array.indices.cast(pa.int64()), len(found)).to_numpy(zero_copy_only=False)
    values = np.append(found, MISSING)[codes]
    flags = np.append(marks, np.uint8(0))[codes]
    instants = pa.array(values, pa.int64(), mask=values == MISSING).cast(INSTANT)
    unread, bare, number, change = ((flags & bit) != 0 for bit in (_UNREAD, _BARE, _NUMBER, _CHANGE))
    return Times(instants, unread, int(bare.sum()), int(number.sum()), int(change.sum()))


def _read(texts: pa.Array, zone: str) -> tuple[I64, U8]:
    found, marks = np.full(len(texts), MISSING, np.int64), np.zeros(len(texts), np.uint8)
    texts = pc.fill_null(pc.utf8_trim_whitespace(texts), "")
    left = np.asarray(pc.not_equal(texts, "")).copy()
    for shape, kind in ((_ZONED, INSTANT), (_LOCAL, NAIVE)):
        alike = np.asarray(pc.match_substring_regex(texts, shape)) & left
        rows = np.flatnonzero(alike)
        if not rows.size:
            continue
        try:
            read = texts.take(pa.array(rows)).cast(kind)
        except pa.ArrowInvalid:  # some day that does not exist: each by itself
            continue
        if kind == NAIVE:
            read, changed = zoned(read, zone)
            marks[rows] |= np.where(changed, _BARE | _CHANGE, _BARE).astype(np.uint8)
        found[rows] = read.cast(pa.int64()).to_numpy(zero_copy_only=False)
        left[rows] = False
    clock = ZoneInfo(zone)
    for row in np.flatnonzero(left):
        found[row], marks[row] = _one(texts[row].as_py(), clock)
    outside = (found != MISSING) & ((found < 0) | (found >= LATEST))
    found[outside], marks[outside] = MISSING, _UNREAD
    return found, marks


def _one(text: str, zone: ZoneInfo) -> tuple[int, int]:
    """One text as microseconds, and how it was read."""
    text = text.upper()
    if _EPOCH.fullmatch(text):
        column: Any = pa.array([int(text)] if text.isdigit() and int(text) < 2**63 else [float(text)])
        read = _from_numbers(column)
        value = read.instants.cast(pa.int64())[0].as_py()
        return (MISSING, _UNREAD) if value is None else (value, _NUMBER)
    if not _ISO.fullmatch(text):
        return MISSING, _UNREAD
    for name in (" UTC", " GMT", "UTC", "GMT"):
        text = text.removesuffix(name) + "Z" if text.endswith(name) else text
    try:
        moment = datetime.fromisoformat(text.replace(" +", "+").replace(" -", "-").replace(" Z", "Z"))
        mark = 0
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
            mark = _BARE | (_CHANGE if is_where_clocks_change(moment) else 0)
        return _microseconds(moment), mark
    except (ValueError, OverflowError):
        return MISSING, _UNREAD
