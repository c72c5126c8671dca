"""Whole points for chosen rules: log-odds rounded at several scales, then moved while the exact loss falls.

What a card says of a lead depends on its total alone: P = 1 / (1 + exp(-(slope · total + intercept))). For
each set of points, slope and intercept are the best there are: the search sees only what points lose.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from handraise.learn.intervals import Floats, Z
from handraise.learn.past import Ints
from handraise.learn.points.choosing import Fitted, Table, Wanted, chances

SCALES: Final = 8  # from the widest that the range allows down to a fifth of it
_MOVES: Final = (-3, -2, -1, 1, 2, 3)
_NEWTON: Final = 12
_ROUNDS: Final = 60
_RIDGE: Final = 1e-6


@dataclass(frozen=True)
class Scale:
    """What a total says: log-odds are `slope` · total + `intercept`.

    Attributes
    ----------
    covariance
        (2, 2) of intercept and slope.
    """

    slope: float
    intercept: float
    covariance: Floats = field(compare=False)

    def chance(self, totals: Floats | Ints) -> Floats:
        """The probability at each total."""
        return chances(self.slope * np.asarray(totals, np.float64) + self.intercept)

    def between(self, totals: Floats | Ints) -> tuple[Floats, Floats]:
        """Ends of the 95 % interval of the probability at each total."""
        given = np.asarray(totals, np.float64)
        design = np.column_stack((np.ones(len(given)), given))
        half = Z * np.sqrt(np.einsum("ij,jk,ik->i", design, self.covariance, design))
        middle = self.slope * given + self.intercept
        return chances(middle - half), chances(middle + half)


def scale_of(totals: Ints | Floats, reached: Floats, n: Floats | None = None) -> Scale:
    """What totals say, from leads (or from `n` leads each, of which `reached` reached the target)."""
    values, counts, hits = _by_total(np.asarray(totals, np.float64), reached, n)
    found = _scaled(values[None, :], counts, hits)
    slope, intercept = float(found.slope[0]), float(found.intercept[0])
    chance = chances(slope * values + intercept)
    design = np.column_stack((np.ones(len(values)), values))
    curvature = (design * (counts * chance * (1 - chance))[:, None]).T @ design
    return Scale(slope, intercept, np.asarray(np.linalg.pinv(curvature), np.float64))


def _by_total(totals: Floats, reached: Floats, n: Floats | None) -> tuple[Floats, Floats, Floats]:
    values, place = np.unique(totals, return_inverse=True)
    place = place.reshape(-1)
    counts, hits = (
        np.bincount(place, weights=weights).astype(np.float64)
        for weights in (np.ones(len(totals)) if n is None else n, reached)
    )
    return values, counts, hits


@dataclass(frozen=True)
class _Scaled:
    """Best slope and intercept of several rows of totals, and their losses."""

    slope: Floats
    intercept: Floats
    loss: Floats


def _scaled(totals: Floats, n: Floats, reached: Floats) -> _Scaled:
    """The best slope (above 0) and intercept for each row of (rows, patterns) totals."""
    unit = np.maximum(totals.std(axis=1), 1e-9)  # totals of any size are solved alike
    middle = totals.mean(axis=1)
    given = (totals - middle[:, None]) / unit[:, None]
    base = reached.sum() / n.sum()
    slope = np.full(len(totals), 0.5)
    intercept = np.full(len(totals), float(np.log(base / (1 - base))))
    for _ in range(_NEWTON):
        chance = chances(slope[:, None] * given + intercept[:, None])
        residual = reached - n * chance
        weight = n * chance * (1 - chance)
        a, b, c = weight.sum(axis=1), (weight * given).sum(axis=1), (weight * given**2).sum(axis=1) + _RIDGE
        g0, g1 = residual.sum(axis=1), (residual * given).sum(axis=1) - _RIDGE * slope
        spread = np.maximum(a * c - b * b, 1e-12)
        limit = 2.0  # a longer step is no better known than a short one
        intercept += np.clip((c * g0 - b * g1) / spread, -limit, limit)
        step = np.clip((a * g1 - b * g0) / spread, -limit, limit)
        slope = np.maximum(slope + step, 1e-6)
        if np.abs(step).max() < 1e-7:
            break
    log_odds = slope[:, None] * given + intercept[:, None]
    loss = (n * np.logaddexp(0, log_odds) - reached * log_odds).sum(axis=1)
    return _Scaled(slope / unit, intercept - slope * middle / unit, loss)


def rounded(table: Table, found: Fitted, wanted: Wanted) -> Ints:
    """Whole points for the rules of the table, within the range and in steps; each keeps its sign, none is 0.

    Where the range has no room on the side of a rule's sign, the rule gets 0: it says nothing on the card.
    """
    ups = found.weights > 0
    low = np.where(ups, 1, -(-wanted.low // wanted.step))  # in steps, towards 0
    high = np.where(ups, wanted.high // wanted.step, -1)
    fits = low <= high
    points = np.zeros(len(found.weights), np.int64)
    if fits.any():
        kept = Table(table.held[:, fits], table.n, table.reached)
        points[fits] = _best(kept, found.weights[fits], low[fits], high[fits]) * wanted.step
    return points


def _best(table: Table, weights: Floats, low: Ints, high: Ints) -> Ints:
    """The best of the descents from several scales, in steps."""
    best: tuple[float, Ints] | None = None
    for scale in np.geomspace(1.0, 0.2, SCALES) * _widest(weights, low, high):
        start = np.clip(np.rint(weights * scale), low, high).astype(np.int64)
        points, loss = _descended(table, start, low, high)
        if best is None or loss < best[0] - 1e-6:
            best = loss, points
    assert best is not None
    return best[1]


def _widest(weights: Floats, low: Ints, high: Ints) -> float:
    """Steps per unit of log-odds with which the largest just fits."""
    room = np.where(weights > 0, high, -low)
    return float(np.min(room / np.maximum(np.abs(weights), 1e-9)))


def _descended(table: Table, points: Ints, low: Ints, high: Ints) -> tuple[Ints, float]:
    """Move one rule's points at a time, always where the loss falls most, until no move helps."""
    loss = float(_scaled((table.held @ points)[None, :], table.n, table.reached).loss[0])
    places, moves = (part.reshape(-1) for part in np.meshgrid(np.arange(len(points)), _MOVES, indexing="ij"))
    for _ in range(_ROUNDS):
        after = points[places] + moves
        kept = (after >= low[places]) & (after <= high[places])
        if not kept.any():
            break
        totals = (table.held @ points)[None, :] + table.held[:, places[kept]].T * moves[kept][:, None]
        losses = _scaled(totals, table.n, table.reached).loss
        first = int(np.argmin(losses))
        if losses[first] >= loss - 1e-6:
            break
        loss = float(losses[first])
        points = points.copy()
        points[places[kept][first]] = after[kept][first]
    return points, loss
