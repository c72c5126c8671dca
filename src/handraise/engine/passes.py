"""Single passes over columns, compiled: cheaper than chains of array operations, and without their copies."""

import math
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from handraise.engine.compiling import door
from handraise.engine.layout import MILLIONTHS, NOT_FIRED, OUTPUT_COLUMNS

I32 = npt.NDArray[np.int32]
U8 = npt.NDArray[np.uint8]
ROUGH: Final = (
    1e6  # a fraction above this, in millionths as a double, may be off by more than a ten-thousandth
)


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
def in_table(codes, valid, offset, table, found):
    """The entry of a table for each code; absent values have the last."""
    absent = table[table.size - 1]
    for row in range(codes.size):
        if valid.size == 0 or (valid[(offset + row) >> 3] >> ((offset + row) & 7)) & 1:
            found[row] = table[codes[row]]
        else:
            found[row] = absent


@door
def nearest_millionths(numbers, most, missing, found, doubtful):
    """Numbers in millionths; `missing` where one is none, or larger than `most` either way.

    Fills the rows of those that are a tie, or so near to one that a binary fraction may hide it, or so large
    that their millionths are rough, and returns how many there are.
    """
    count = 0
    for row in range(numbers.size):
        number = numbers[row]
        if not abs(number) <= most:
            found[row] = missing
            continue
        whole = math.floor(number)
        if number == whole:
            found[row] = np.int64(whole) * MILLIONTHS
            continue
        scaled = number * 1e6
        found[row] = np.int64(np.rint(scaled))
        if abs(number) > ROUGH or abs(abs(scaled - math.floor(scaled)) - 0.5) < 1e-3:
            doubtful[count] = row
            count += 1
    return count


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
def sharing_an_instant(start, time, rows, lead_of):
    """Fill the rows that share their instant with another of their lead, and the lead; returns how many."""
    found = 0
    for lead in range(start.size - 1):
        first, end = start[lead], start[lead + 1]
        for row in range(first, end):
            if (row > first and time[row] == time[row - 1]) or (row + 1 < end and time[row] == time[row + 1]):
                rows[found], lead_of[found] = row, lead
                found += 1
    return found


@door
def count_lines(output, rules):
    """How many lines all leads have; see `lines_of`."""
    found = 0
    for lead in range(output.shape[0]):
        for rule in range(rules):
            if output[lead, OUTPUT_COLUMNS + 3 * rule + 2] != NOT_FIRED:
                found += 1
        for column in range(OUTPUT_COLUMNS + 3 * rules, output.shape[1]):
            if output[lead, column] != 0:
                found += 1
    return found


@door
def lines_of(output, rules, start, lead_of, place_of, points, count, last):
    """Fill the lines of each lead: the rules that hold, then what groups, caps and floors took or gave.

    `place_of` is the place of the rule, and after the rules that of the group, then of fit's and engagement's
    caps, then of their floors. `points` are two words each, as a decimal of 128 bits has them; `start` is
    where the lines of each lead start.
    """
    groups = output.shape[1] - OUTPUT_COLUMNS - 3 * rules - 2
    found = 0
    for lead in range(output.shape[0]):
        start[lead] = found
        for rule in range(rules):
            at = OUTPUT_COLUMNS + 3 * rule
            if output[lead, at + 2] != NOT_FIRED:
                lead_of[found], place_of[found] = lead, rule
                points[found, 0], points[found, 1] = output[lead, at], output[lead, at] >> 63
                count[found], last[found] = output[lead, at + 1], output[lead, at + 2]
                found += 1
        for place in range(groups + 4):
            is_floor = place >= groups + 2
            took = output[lead, OUTPUT_COLUMNS + 3 * rules + place - 2 * is_floor]
            if took == 0 or (place >= groups and (took > 0) != is_floor):
                continue
            lead_of[found], place_of[found] = lead, rules + place
            points[found, 0], points[found, 1] = took, took >> 63
            count[found], last[found] = 0, -1
            found += 1
    start[output.shape[0]] = found


@door
def late_receptions(start, time, seen, gone, begin, until, is_ordered, lead_of, from_of):
    """The pieces of time in which a lead's events become known in the order in which they occurred.

    A piece begins at `begin`, and wherever an event becomes known that occurred before, or together with, one
    that was known already. `gone` is the instant at which an event stops to count (a copy of it, known later,
    came first). Marks the leads whose whole history is in order, which need no pieces; fills the lead and the
    beginning of each piece of the others, and returns how many there are.
    """
    count = 0
    for lead in range(start.size - 1):
        first, end = start[lead], start[lead + 1]
        is_ordered[lead] = 1
        for row in range(first, end):
            if gone[row] <= until or (
                row > first
                and (seen[row] < seen[row - 1] or (time[row] == time[row - 1] and seen[row] > seen[row - 1]))
            ):
                is_ordered[lead] = 0
                break
        if is_ordered[lead] or until < begin[lead]:
            continue
        lead_of[count], from_of[count] = lead, begin[lead]
        count += 1
        by_reception = first + np.argsort(seen[first:end], kind="mergesort")
        latest = np.int64(-(2**62))
        at = 0
        while at < by_reception.size:
            known = seen[by_reception[at]]
            if known > until:
                break
            earliest, last = time[by_reception[at]], latest
            while at < by_reception.size and seen[by_reception[at]] == known:
                earliest = min(earliest, time[by_reception[at]])
                last = max(last, time[by_reception[at]])
                at += 1
            if earliest <= latest and known > from_of[count - 1]:
                lead_of[count], from_of[count] = lead, known
                count += 1
            latest = last
    return count


@door
def events_of_pieces(start, seen, gone, lead_of, from_of, until_of, piece_start, rows, counts_from):
    """Fill the events of each piece in their order, with the instant from which each counts."""
    found = 0
    for piece in range(lead_of.size):
        lead = lead_of[piece]
        for row in range(start[lead], start[lead + 1]):
            if seen[row] <= until_of[piece] and gone[row] > from_of[piece]:
                rows[found] = row
                counts_from[found] = max(seen[row], from_of[piece])
                found += 1
        piece_start[piece + 1] = found
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
