"""How well probabilities tell and whether they keep their word: AUC, calibration, gain over the base rate."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import expit, logit
from scipy.stats import rankdata

from handraise.learn.intervals import Estimate, Floats, Share, Z
from handraise.learn.past import Ints

BINS: Final = 10  # of calibration: tenths of the leads by what was said of them
_EDGE: Final = 1e-6
_REPEATS: Final = 200


@dataclass(frozen=True)
class Auc:
    """How often a lead that got there was ranked above one that did not; `variance` by DeLong's method.

    E. DeLong, D. DeLong and D. Clarke-Pearson, Biometrics 44, 1988, 837–845.
    """

    value: float
    variance: float

    @property
    def estimate(self) -> Estimate:
        """With its 95 % interval, which is taken on the scale of log-odds and so stays within 0 and 1."""
        inside = float(np.clip(self.value, _EDGE, 1 - _EDGE))
        half = Z * float(np.sqrt(self.variance)) / (inside * (1 - inside))
        return Estimate(self.value, float(expit(logit(inside) - half)), float(expit(logit(inside) + half)))


def auc(scores: Floats, reached: Floats) -> Auc:
    """The AUC of scores; leads of equal score count half.

    Raises
    ------
    ValueError
        When all reached it, or none.

    Examples
    --------
    >>> auc(np.array([1.0, 2.0, 3.0, 4.0]), np.array([0.0, 1.0, 0.0, 1.0])).value
    0.75
    """
    hits = reached > 0.5
    m, n = int(hits.sum()), int((~hits).sum())
    if not m or not n:
        raise ValueError("an AUC needs leads that reached the target and leads that did not")
    ranks = rankdata(scores)
    above = (ranks[hits] - rankdata(scores[hits])) / n  # of each that got there: the others ranked below it
    below = 1 - (ranks[~hits] - rankdata(scores[~hits])) / m
    spread = (above.var(ddof=1) / m if m > 1 else 0.25) + (below.var(ddof=1) / n if n > 1 else 0.25)
    return Auc(float(above.mean()), float(spread))


def mean_auc(parts: list[Auc]) -> Estimate:
    """The mean over folds, whose leads are different ones."""
    value = float(np.mean([each.value for each in parts]))
    return Auc(value, float(np.sum([each.variance for each in parts])) / len(parts) ** 2).estimate


@dataclass(frozen=True)
class Bin:
    """Leads of whom much the same was said: the mean of what was said, and what was seen."""

    said: float
    seen: Share


def bins(chances: Floats, reached: Floats) -> tuple[Bin, ...]:
    """Tenths of the leads by what was said of them; equal chances stay together."""
    order = np.argsort(chances, kind="stable")
    edges = [chances[order[len(order) * part // BINS]] for part in range(1, BINS)]
    place = np.searchsorted(np.unique(edges), chances, side="right")
    found = []
    for each in np.unique(place):
        inside = place == each
        found.append(Bin(float(chances[inside].mean()), Share(int(reached[inside].sum()), int(inside.sum()))))
    return tuple(found)


def calibration_error(chances: Floats, reached: Floats) -> float:
    """Mean difference of said and seen over the bins, weighted by their leads (ECE).

    Examples
    --------
    >>> round(calibration_error(np.full(100, 0.3), np.repeat([1.0, 0.0], [25, 75])), 3)
    0.05
    """
    total = sum(abs(each.said - (each.seen.value or 0.0)) * each.seen.n for each in bins(chances, reached))
    return float(total / len(chances))


def calibration(chances: Floats, reached: Floats, *, seed: int) -> Estimate:
    """The calibration error with its bootstrap interval.

    Drawing leads anew adds noise, and noise is an error too: the errors drawn lie too high. They are brought
    down by the distance of their median from the error of the leads as they are.
    """
    value = calibration_error(chances, reached)
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(_REPEATS):
        rows = rng.integers(0, len(reached), len(reached))
        drawn.append(calibration_error(chances[rows], reached[rows]))
    low, high = np.quantile(drawn, [0.025, 0.975]) - (np.median(drawn) - value)
    return Estimate(value, max(0.0, float(low)), float(high))


def gain(chances: Floats, reached: Floats, base: Floats) -> Estimate:
    """How much better than the base rate alone, in nats of log-loss for each lead.

    Parameters
    ----------
    base
        What the share of the leads that were learned from says of each.
    """
    saved = _losses(base, reached) - _losses(chances, reached)
    half = Z * float(saved.std(ddof=1)) / float(np.sqrt(len(saved)))
    return Estimate(float(saved.mean()), float(saved.mean()) - half, float(saved.mean()) + half)


def _losses(chances: Floats, reached: Floats) -> Floats:
    inside = np.clip(chances, _EDGE, 1 - _EDGE)
    return np.asarray(-(reached * np.log(inside) + (1 - reached) * np.log(1 - inside)))


def stratified(reached: Floats, parts: int, seed: int) -> Ints:
    """Which fold each lead is in: at random, with the same share of those that got there in each."""
    rng = np.random.default_rng(seed)
    fold = np.empty(len(reached), np.int64)
    for value in (0.0, 1.0):
        rows = rng.permutation(np.flatnonzero(reached == value))
        fold[rows] = np.arange(len(rows)) % parts
    return fold
