"""Random draws over whole columns; every function takes the generator first and draws in a fixed order."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def chances(rng: np.random.Generator, log_odds: Floats) -> Bools:
    """One yes or no per row, yes with the probability that belongs to the log-odds."""
    return np.asarray(rng.random(len(log_odds)) < 1.0 / (1.0 + np.exp(-log_odds)), dtype=np.bool_)


def shares(rng: np.random.Generator, share: float | Floats, rows: int) -> Bools:
    """One yes or no per row, yes with probability `share` (one number, or one per row)."""
    return np.asarray(rng.random(rows) < share, dtype=np.bool_)


def picks(rng: np.random.Generator, weights: Sequence[float] | Floats, rows: int) -> Ints:
    """Positions in `weights`, drawn in proportion to them."""
    steps = np.cumsum(np.asarray(weights, dtype=np.float64))
    found = np.searchsorted(steps, rng.random(rows) * steps[-1], side="right")
    return np.asarray(np.minimum(found, len(steps) - 1), dtype=np.int64)


def row_picks(rng: np.random.Generator, log_weights: Floats) -> Ints:
    """One position per row of a (rows, choices) table of logarithmic weights."""
    steps = np.cumsum(np.exp(log_weights - log_weights.max(axis=1, keepdims=True)), axis=1)
    aim = rng.random(len(steps)) * steps[:, -1]
    found = (steps <= aim[:, None]).sum(axis=1)
    return np.asarray(np.minimum(found, log_weights.shape[1] - 1), dtype=np.int64)


def lags(rng: np.random.Generator, median: float | Floats, spread: float, rows: int) -> Floats:
    """Log-normal durations with this median; `spread` is the standard deviation of their logarithm."""
    return np.asarray(median * np.exp(spread * rng.standard_normal(rows)), dtype=np.float64)


def codes(rng: np.random.Generator, rows: int, letters: int) -> list[str]:
    """Text ids of so many letters from 32 signs, one per row.

    Examples
    --------
    >>> len(codes(np.random.Generator(np.random.PCG64(1)), 3, 12)[0])
    12
    """
    signs = np.frombuffer(b"0123456789abcdefghjkmnpqrstvwxyz", dtype=np.uint8)
    drawn = signs[rng.integers(0, 32, size=(rows, letters))]
    return [text.decode() for text in drawn.view(f"S{letters}").ravel().tolist()] if rows else []
