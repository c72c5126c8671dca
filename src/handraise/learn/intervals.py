"""How sure a figure is: shares (see `shares`), other statistics, and many tests at once.

All intervals are at 95 %.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from handraise.learn.shares import FEW, Estimate, Share, Z, counted, difference, percent, ratio

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def bootstrap(
    statistic: Callable[[Ints], float], n: int, *, seed: int, repeats: int = 1_000
) -> Estimate | None:
    """A statistic with the percentile interval of its bootstrap; None when there is no case.

    Parameters
    ----------
    statistic
        Takes the rows drawn (n indices in [0, n), repeats among them) and returns the figure, NaN where these
        rows give none.
    n
        Number of cases.
    seed
        The same seed gives the same interval.

    Returns
    -------
    Estimate or None
        `value` is the statistic of all rows as they are. None too when fewer than nine in ten of the drawings
        give a figure: too little is known to say anything.

    Examples
    --------
    >>> days = np.array([1.0, 2.0, 2.0, 3.0, 5.0, 8.0, 13.0, 21.0])
    >>> found = bootstrap(lambda rows: float(np.median(days[rows])), len(days), seed=1)
    >>> found.value, found.low, found.high
    (4.0, 2.0, 13.0)
    """
    if n == 0:
        return None
    value = statistic(np.arange(n, dtype=np.int64))
    rng = np.random.default_rng(seed)
    drawn = np.array([statistic(rng.integers(0, n, n)) for _ in range(repeats)])
    drawn = drawn[~np.isnan(drawn)]
    if math.isnan(value) or drawn.size < 0.9 * repeats:
        return None
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Estimate(value, float(low), float(high))


def median(values: Sequence[float] | Floats, *, seed: int, repeats: int = 1_000) -> Estimate | None:
    """The median with its bootstrap interval; None when there is no value.

    Examples
    --------
    >>> median([], seed=1) is None
    True
    """
    given = np.asarray(values, np.float64)
    return bootstrap(lambda rows: float(np.median(given[rows])), len(given), seed=seed, repeats=repeats)


def discoveries(p_values: Sequence[float] | Floats) -> Floats:
    """Benjamini–Hochberg q-values: the share of false alarms if everything up to this one is believed.

    Y. Benjamini and Y. Hochberg, Journal of the Royal Statistical Society B 57, 1995, 289–300. With twenty
    signals that do nothing, one is below p = 0.05 by chance; of those with q ≤ 0.05, one in twenty is wrong.

    Parameters
    ----------
    p_values
        One for each thing looked at, also for those that came to nothing.

    Examples
    --------
    >>> discoveries([0.01, 0.04, 0.03, 0.20]).round(4).tolist()
    [0.04, 0.0533, 0.0533, 0.2]
    """
    given = np.asarray(p_values, np.float64)
    order = np.argsort(given)[::-1]
    ranks = np.arange(len(given), 0, -1)
    found = np.empty(len(given))
    found[order] = np.minimum.accumulate(given[order] * len(given) / ranks)
    return np.minimum(found, 1.0)


__all__ = [
    "FEW", "Estimate", "Floats", "Ints", "Share", "Z", "bootstrap", "counted", "difference", "discoveries",
    "median", "percent", "ratio",
]  # fmt: skip
