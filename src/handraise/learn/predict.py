"""A predictive score beside the card: gradient-boosted trees, calibrated, each probability with its reasons.

It never decides: what an MQL is stands in the definition. It shows what the definition leaves unsaid.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import logit

from handraise.core.errors import InputInvalid
from handraise.learn.intervals import Floats, Share
from handraise.learn.points.evidence import Evidence
from handraise.learn.points.judging import FOLDS
from handraise.learn.points.measures import stratified
from handraise.learn.points.rounding import Scale, scale_of
from handraise.learn.points.trees import Features, features_of, trees

REASONS: Final = 3  # of each probability
LEAST: Final = 50  # leads that reached the target, and that did not
_EDGE: Final = 1e-6
_ALL_THE_SAME: Final = 1e-6


@dataclass(frozen=True)
class Reason:
    """What moved a probability: in words, by how much of log-odds."""

    words: str
    log_odds: float


@dataclass(frozen=True)
class Predicted:
    """Probabilities of all leads.

    Attributes
    ----------
    chances
        (leads,) calibrated on leads that the trees had not seen.
    reasons
        The `REASONS` strongest of each lead, strongest first.
    scale
        What calibration made of the trees' log-odds.
    cases
        Share of the cases that reached the target.
    """

    chances: Floats
    reasons: tuple[tuple[Reason, ...], ...]
    scale: Scale
    cases: Share


def predicted(evidence: Evidence, *, seed: int) -> Predicted:
    """Learn from the cases, and say of every lead how likely it is and why.

    Raises
    ------
    InputInvalid
        When LightGBM is not installed, or fewer than `LEAST` leads reached the target, or did not.
    """
    features, reached = features_of(evidence), evidence.reached
    hits = int(reached.sum())
    if min(hits, len(reached) - hits) < LEAST:
        raise InputInvalid(
            f"a predictive score needs {LEAST} leads that reached the target and {LEAST} that did not; "
            f"there are {hits:,} and {len(reached) - hits:,}"
        )
    mine = features.only(evidence.cases)
    fold = stratified(reached, FOLDS, seed)
    unseen = np.empty(len(reached))
    for each in range(FOLDS):
        booster = trees(mine, reached, np.flatnonzero(fold != each), seed)
        unseen[fold == each] = booster.predict(mine.matrix[fold == each])
    scale = scale_of(_log_odds(unseen), reached)
    booster = trees(mine, reached, np.arange(len(reached)), seed)
    parts = np.asarray(booster.predict(features.matrix, pred_contrib=True))
    chances = scale.chance(parts.sum(axis=1))
    return Predicted(
        chances,
        tuple(_reasons(features, row, part * scale.slope) for row, part in enumerate(parts[:, :-1])),
        scale,
        Share(hits, len(reached)),
    )


def _log_odds(chances: Floats) -> Floats:
    return np.asarray(logit(np.clip(chances, _EDGE, 1 - _EDGE)))


def _reasons(features: Features, row: int, parts: Floats) -> tuple[Reason, ...]:
    order = np.argsort(-np.abs(parts), kind="stable")[:REASONS]
    return tuple(
        Reason(features.names[place].words(features.matrix[row, place]), float(parts[place]))
        for place in order.tolist()
        if abs(parts[place]) > _ALL_THE_SAME
    )
