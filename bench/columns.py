"""Arrow columns of many short texts, made without a Python object a row."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ints = npt.NDArray[np.int64]
Rng = np.random.Generator

MICROSECONDS = pa.timestamp("us", tz="UTC")
_LETTERS = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", dtype=np.uint8)


def worded(numbers: npt.NDArray[np.int32], words: pa.Array) -> pa.DictionaryArray:
    """Dictionary column from word numbers, null where the number is negative."""
    return pa.DictionaryArray.from_arrays(pa.array(numbers, mask=numbers < 0), words)


def _texts(letters: npt.NDArray[np.uint8]) -> pa.Array:
    """Text column from a matrix of ASCII letters, one row a value."""
    rows, width = letters.shape
    offsets = np.arange(0, (rows + 1) * width, width, dtype=np.int32)
    data = np.ascontiguousarray(letters)
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(data))


def numbered(prefix: str, numbers: Ints, digits: int) -> pa.Array:
    """Text column of a prefix and each number with leading zeros."""
    powers = 10 ** np.arange(digits - 1, -1, -1, dtype=np.int64)
    letters = np.empty((numbers.size, 1 + digits), dtype=np.uint8)
    letters[:, 0] = ord(prefix)
    letters[:, 1:] = (numbers[:, None] // powers) % 10 + ord("0")
    return _texts(letters)


def random_texts(rng: Rng, rows: int, width: int) -> pa.Array:
    """Text column of random letters, `width` a row."""
    return _texts(_LETTERS[rng.integers(0, 64, (rows, width), dtype=np.uint8)])


def instants(time_ms: Ints) -> pa.Array:
    """Timestamp column (microseconds, UTC) from milliseconds since 1970."""
    return pa.array(time_ms * 1000, pa.int64()).view(MICROSECONDS)
