"""Single passes over columns, compiled: cheaper than chains of array operations, and without their copies."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from handraise.engine.compiling import door

I32 = npt.NDArray[np.int32]
U8 = npt.NDArray[np.uint8]


@door
def and_bits(signals, codes, valid, offset, table, first):
    """Signals &= table[code]; rows that are no signal any more are left alone.

    Absent values have the last entry of the table. With `first`, the signals are set instead.
    """
    absent = table[table.size - 1]
    for row in range(signals.size):
        if first or signals[row]:
            bits = absent
            if valid.size == 0 or (valid[(offset + row) >> 3] >> ((offset + row) & 7)) & 1:
                bits = table[codes[row]]
            signals[row] = bits if first else signals[row] & bits


@door
def with_absent(codes, valid, offset, absent, found):
    """Codes, with `absent` where there is no value."""
    for row in range(codes.size):
        if (valid[(offset + row) >> 3] >> ((offset + row) & 7)) & 1:
            found[row] = codes[row]
        else:
            found[row] = absent


@door
def out_of_order(start, time):
    """2 when some lead's events are not in time order, 1 when some share an instant, else 0."""
    found = 0
    for lead in range(start.size - 1):
        for row in range(start[lead] + 1, start[lead + 1]):
            if time[row] <= time[row - 1]:
                if time[row] < time[row - 1]:
                    return 2
                found = 1
    return found


@door
def run_starts(codes, starts):
    """Where a new code begins; returns how many runs there are."""
    count = 0
    for row in range(codes.size):
        if row == 0 or codes[row] != codes[row - 1]:
            starts[count] = row
            count += 1
    return count


def indices_of(column: pa.DictionaryArray) -> tuple[I32, U8, int]:
    """Codes of an encoded column, its validity bits (empty when nothing is absent), and where they begin."""
    indices = column.indices
    if indices.type != pa.int32():
        indices = indices.cast(pa.int32())
    validity, data = indices.buffers()
    codes = np.zeros(0, np.int32)
    if len(indices):
        codes = np.frombuffer(data, np.int32, len(indices), 4 * indices.offset)
    if validity is None or not indices.null_count:
        return codes, np.zeros(0, np.uint8), 0
    return codes, np.frombuffer(validity, np.uint8), indices.offset
