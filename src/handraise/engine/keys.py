"""Text keys without Python objects: lead ids to rows, and copies of messages, on Arrow's own buffers.

A million lead ids as a Python dictionary take 300 MB; the table here takes 16 MB and compares the bytes
themselves, so equal hashes of different ids do no harm.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from handraise.engine.compiling import door, inner

I64 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint8]


def bytes_of(texts: pa.Array) -> tuple[I64, U8]:
    """Offsets and bytes of an array of texts; a null is an empty text."""
    plain = texts.cast(pa.large_string())
    if plain.null_count:
        plain = pc.fill_null(plain, "")
    _, offsets, data = plain.buffers()
    places = np.frombuffer(offsets, np.int64)[plain.offset : plain.offset + len(plain) + 1]
    return places, np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, np.uint8)


@inner
def hash_of(data, start, end):
    """FNV-1a of some bytes, its bits mixed once more."""
    value = np.uint64(14_695_981_039_346_656_037)
    for i in range(start, end):
        value = (value ^ np.uint64(data[i])) * np.uint64(1_099_511_628_211)
    value ^= value >> np.uint64(29)
    return value


@inner
def same_bytes(data, start, end, other, other_start, other_end):
    """Whether two stretches of bytes are equal."""
    if end - start != other_end - other_start:
        return False
    for i in range(end - start):
        if data[start + i] != other[other_start + i]:
            return False
    return True


@door
def filled(offsets, data, slots, first_of):
    """Put every key into the table of slots; `first_of` gets the row that had the key first."""
    mask = np.uint64(slots.size - 1)
    for row in range(offsets.size - 1):
        at = hash_of(data, offsets[row], offsets[row + 1]) & mask
        first_of[row] = row
        while slots[at] >= 0:
            other = slots[at]
            if same_bytes(data, offsets[row], offsets[row + 1], data, offsets[other], offsets[other + 1]):
                first_of[row] = other
                break
            at = (at + np.uint64(1)) & mask
        if first_of[row] == row:
            slots[at] = row


@door
def looked_up(offsets, data, slots, known_offsets, known_data, found):
    """Row of every key in the table, -1 for keys that are not in it."""
    mask = np.uint64(slots.size - 1)
    for row in range(offsets.size - 1):
        start, end = offsets[row], offsets[row + 1]
        at = hash_of(data, start, end) & mask
        found[row] = -1
        while slots[at] >= 0:
            other = slots[at]
            if same_bytes(data, start, end, known_data, known_offsets[other], known_offsets[other + 1]):
                found[row] = other
                break
            at = (at + np.uint64(1)) & mask


@door
def copies(offsets, data, start, slots, stamp, copied):
    """Mark every event whose message id stood before among the events of its lead; returns how many.

    Empty ids are no ids.
    """
    mask = np.uint64(slots.size - 1)
    found = 0
    for lead in range(start.size - 1):
        for row in range(start[lead], start[lead + 1]):
            if offsets[row] == offsets[row + 1]:
                continue
            at = hash_of(data, offsets[row], offsets[row + 1]) & mask
            while stamp[at] == lead:
                other = slots[at]
                if same_bytes(data, offsets[row], offsets[row + 1], data, offsets[other], offsets[other + 1]):
                    copied[row] = True
                    found += 1
                    break
                at = (at + np.uint64(1)) & mask
            if not copied[row]:
                slots[at] = row
                stamp[at] = lead
    return found


@inner
def is_in_a_name(byte):
    """Whether the byte is a letter, a digit, a dot or a hyphen."""
    return (
        97 <= byte <= 122 or 65 <= byte <= 90 or 48 <= byte <= 57 or byte == 45 or byte == 46
    )  # a-z A-Z 0-9 - .


@door
def at_domains(offsets, data, someone, found_offsets, found):
    """Fill `found` with each address as `someone` and its domain; what is no plain address stays as it is.

    Plain are 1 to 64 letters, digits and `._+-`, an @, and a domain of letters, digits, dots and hyphens.
    """
    size = 0
    for row in range(offsets.size - 1):
        found_offsets[row] = size
        start, end = offsets[row], offsets[row + 1]
        at = start
        while at < end and (is_in_a_name(data[at]) or data[at] == 95 or data[at] == 43):  # _ +
            at += 1
        is_plain = start < at <= start + 64 and at + 1 < end and data[at] == 64  # @
        if is_plain:
            for place in range(at + 1, end):
                if not is_in_a_name(data[place]):
                    is_plain = False
                    break
        if is_plain:
            for place in range(someone.size):
                found[size + place] = someone[place]
            size += someone.size
            start = at
        for place in range(start, end):
            found[size] = data[place]
            size += 1
    found_offsets[offsets.size - 1] = size
    return size


def by_domain(addresses: pa.Array) -> pa.Array:
    """Addresses of one domain as one text, `someone@domain`; what is no plain address stays as it was typed.

    Examples
    --------
    >>> by_domain(pa.array(["ann@firm.example", "b+c@firm.example", "@firm.example"])).to_pylist()
    ['someone@firm.example', 'someone@firm.example', '@firm.example']
    """
    offsets, data = bytes_of(addresses)
    someone = np.frombuffer(b"someone", np.uint8)
    places = np.empty(offsets.size, np.int64)
    found = np.empty(int(offsets[-1] - offsets[0]) + someone.size * len(addresses), np.uint8)
    size = at_domains(offsets, data, someone, places, found)
    texts = pa.LargeStringArray.from_buffers(len(addresses), pa.py_buffer(places), pa.py_buffer(found[:size]))
    return texts.cast(pa.string())


def _slots(count: int) -> int:
    return 1 << max(4, (2 * count).bit_length())


class KeyIndex:
    """Rows by text key.

    Examples
    --------
    >>> index = KeyIndex(pa.array(["a", "b", "a"]))
    >>> index.repeated.tolist(), index.rows(pa.array(["b", "x", "a"])).tolist()
    ([2], [1, -1, 0])
    """

    def __init__(self, keys: pa.Array) -> None:
        self.offsets, self.data = bytes_of(keys)
        self.slots = np.full(_slots(len(keys)), -1, np.int32)
        first = np.empty(len(keys), np.int64)
        filled(self.offsets, self.data, self.slots, first)
        self.repeated: I64 = np.flatnonzero(first != np.arange(len(keys)))

    def rows(self, keys: pa.Array) -> I64:
        """Row of each key, -1 where there is none."""
        offsets, data = bytes_of(keys)
        found = np.empty(len(keys), np.int64)
        looked_up(offsets, data, self.slots, self.offsets, self.data, found)
        return found


def repeated_messages(ids: pa.Array, start: I64) -> npt.NDArray[np.bool_]:
    """Which events repeat a message id of an earlier event of their lead.

    Parameters
    ----------
    ids
        Message ids, in the order of the events; null or empty for none.
    start
        (leads + 1): where each lead's events start.

    Examples
    --------
    >>> repeated_messages(pa.array(["m", "n", "m", "m", None, None]), np.array([0, 3, 6])).tolist()
    [False, False, True, False, False, False]
    """
    offsets, data = bytes_of(ids)
    longest = int(np.diff(start).max(initial=0))
    slots = np.zeros(_slots(longest), np.int64)
    copied = np.zeros(len(ids), np.bool_)
    copies(offsets, data, start, slots, np.full(slots.size, -1, np.int64), copied)
    return copied
