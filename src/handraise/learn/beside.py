"""What a signal says beside all the others: one logistic model of all of them together."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from handraise.learn.intervals import Estimate, Floats, Z
from handraise.learn.past import Bools, Ints

LEAST: Final = 10  # cases with it and without it
LEAST_RESULTS: Final = 5  # of each kind, for each signal in the model (Vittinghoff and McCulloch 2007)
DOUBT: Final = 0.25  # precision of the prior on a log-odds: as if ± 2 were a usual size
_ROUNDS: Final = 50


def beside_the_others(held: Bools, reached: Bools, accounts: Ints | None = None) -> Sequence[Estimate | None]:
    """Odds ratio of each column when all the others are as they are, with its 95 % interval.

    A logistic regression with a weak normal prior on every log-odds (standard deviation 2), and the interval
    from the curvature at its maximum. Of columns that are equal one stands for all. None for a column that
    fewer than `LEAST` cases have or lack, and for all when there are fewer than `LEAST_RESULTS` results
    of each kind for each column: then nobody can tell them apart.

    Parameters
    ----------
    held
        (cases, columns).
    reached
        (cases,).
    accounts
        A number for each case that those of one account share; intervals are then the wider of the two,
        with and without regard to it. None when all are strangers.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> cause = rng.random(4_000) < 0.5
    >>> follower = np.where(rng.random(4_000) < 0.8, cause, rng.random(4_000) < 0.5)
    >>> reached = rng.random(4_000) < np.where(cause, 0.5, 0.2)
    >>> real, apparent = beside_the_others(np.column_stack((cause, follower)), reached)
    >>> real.excludes(1.0), apparent.excludes(1.0)
    (True, False)
    """
    n, columns = held.shape
    nothing: list[Estimate | None] = [None] * columns
    common = held.sum(axis=0)
    usable = np.flatnonzero((common >= LEAST) & (n - common >= LEAST))
    if not usable.size:
        return nothing
    _, first, group = np.unique(held[:, usable], axis=1, return_index=True, return_inverse=True)
    rarer = int(min(reached.sum(), n - reached.sum()))
    if rarer < LEAST_RESULTS * first.size:
        return nothing
    kept = held[:, usable[first]].astype(np.float64)
    mean, spread = _fitted(np.column_stack((np.ones(n), kept)), reached, accounts)
    group = group.reshape(-1)
    for place, column in enumerate(usable.tolist()):
        value, deviation = mean[1 + group[place]], spread[1 + group[place]]
        limits = np.exp(np.clip([value, value - Z * deviation, value + Z * deviation], -700, 700))
        nothing[column] = Estimate(*map(float, limits))
    return nothing


def _fitted(design: Floats, reached: Bools, accounts: Ints | None) -> tuple[Floats, Floats]:
    """Log-odds at the maximum and their standard deviations; the first column is the intercept."""
    prior = np.full(design.shape[1], DOUBT)
    prior[0] = 1e-9  # the base rate is what it is
    weights = np.zeros(design.shape[1])
    target = reached.astype(np.float64)
    curvature, chance = np.diag(prior), np.full(len(target), 0.5)
    for _ in range(_ROUNDS):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        curvature = (design * (chance * (1 - chance))[:, None]).T @ design + np.diag(prior)
        step = np.linalg.solve(curvature, design.T @ (target - chance) - prior * weights)
        weights = weights + step
        if np.abs(step).max() < 1e-8:
            break
    inverse = np.linalg.inv(curvature)
    spread = np.diag(inverse)
    if accounts is not None:
        # The sandwich: what leads of an account pull together (K.-Y. Liang, S. Zeger, Biometrika 73, 1986).
        _, places = np.unique(accounts, return_inverse=True)
        pulls = np.zeros((int(places.max(initial=-1)) + 1, design.shape[1]))
        np.add.at(pulls, places.reshape(-1), design * (target - chance)[:, None])
        spread = np.maximum(spread, np.diag(inverse @ (pulls.T @ pulls) @ inverse))
    return weights, np.sqrt(spread)
