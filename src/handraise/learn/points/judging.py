"""What a card is worth on leads that it has not seen, beside models that nobody could sign."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import thread_time
from typing import Final, Protocol

import numpy as np
from threadpoolctl import threadpool_limits

from handraise.learn.intervals import Estimate, Floats
from handraise.learn.past import Bools, Ints
from handraise.learn.points.card import Learner, Points
from handraise.learn.points.choosing import SCREENED, screened
from handraise.learn.points.measures import (
    Auc,
    Bin,
    auc,
    bins,
    calibration,
    gain,
    mean_auc,
    stratified,
)
from handraise.learn.points.trees import Features, trees

FOLDS: Final = 5
EARLIER: Final = 0.7  # of the leads are learned from when the later ones are the test
LEAST_TEST: Final = 10  # of each kind in a test, else it says nothing

Learned = Callable[[Ints], Floats]
"""Probabilities of some cases, given as rows."""


class Model(Protocol):
    """Something that learns from some of the cases and says probabilities of others."""

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    def learned(self, rows: Ints) -> Learned:
        """Learn from these rows."""
        ...


@dataclass(frozen=True)
class CardModel:
    """Cards, learned anew from whatever rows there are."""

    name: str
    learner: Learner

    def learned(self, rows: Ints) -> Learned:
        """A card of these rows."""
        points: Points = self.learner.points(rows)
        return lambda others: points.chance(self.learner.held[others])


@dataclass(frozen=True)
class LogisticModel:
    """Logistic regression on all bins that tell anything: what points lose by being few and whole."""

    name: str
    held: Bools
    reached: Floats

    def learned(self, rows: Ints) -> Learned:
        """A regression with a weak penalty, on the bins that tell most in these rows."""
        from sklearn.linear_model import LogisticRegression

        places = screened(self.held[rows], self.reached[rows], np.zeros(self.held.shape[1], np.int64))
        places = places[:SCREENED]
        if not places.size:
            base = float(self.reached[rows].mean())
            return lambda others: np.full(len(others), base)
        model = LogisticRegression(C=0.1, max_iter=500)
        model.fit(self.held[np.ix_(rows, places)].astype(np.float64), self.reached[rows])
        return lambda others: np.asarray(
            model.predict_proba(self.held[np.ix_(others, places)].astype(np.float64))[:, 1]
        )


@dataclass(frozen=True)
class TreesModel:
    """LightGBM on the facts as they are and on what leads did: what anybody could know."""

    name: str
    features: Features
    reached: Floats
    seed: int

    def learned(self, rows: Ints) -> Learned:
        """Trees of these rows."""
        booster = trees(self.features, self.reached, rows, self.seed)
        return lambda others: np.asarray(booster.predict(self.features.matrix[others]))


@dataclass(frozen=True)
class Judged:
    """One model on leads that it has not seen.

    Attributes
    ----------
    auc
        Mean over the folds, with its interval.
    calibration
        Expected calibration error with its interval.
    gain
        Nats of log-loss saved for each lead against the base rate.
    bins
        What was said and what was seen, in tenths of the leads.
    seconds
        Of one processor, for learning one fold.
    """

    name: str
    auc: Estimate
    calibration: Estimate
    gain: Estimate
    bins: tuple[Bin, ...]
    seconds: float

    @property
    def says_something(self) -> bool:
        """Whether it beats the base rate by more than the interval."""
        return self.auc.low > 0.5 and self.gain.low > 0


@dataclass(frozen=True)
class Trial:
    """All models on the same test.

    Attributes
    ----------
    learned, tested
        Cases learned from and tested on (in folds: each case is tested once).
    base_learned, base_tested
        Share that reached the target, of either.
    """

    learned: int
    tested: int
    base_learned: float
    base_tested: float
    models: tuple[Judged, ...]

    def of(self, name: str) -> Judged:
        """The model of that name."""
        return next(each for each in self.models if each.name == name)


def in_folds(
    models: Sequence[Model],
    reached: Floats,
    *,
    seed: int,
    told: Callable[[int, int], None] = lambda _done, _whole: None,
) -> Trial:
    """Every model on five folds at random, the same for all; `told` hears how many learnings are done."""
    fold = stratified(reached, FOLDS, seed)
    splits = [(np.flatnonzero(fold != each), np.flatnonzero(fold == each)) for each in range(FOLDS)]
    return _trial(models, reached, splits, seed, told)


def out_of_time(
    models: Sequence[Model],
    reached: Floats,
    when: Ints,
    *,
    seed: int,
    told: Callable[[int, int], None] = lambda _done, _whole: None,
) -> Trial | None:
    """Every model learned from the earlier leads and tested on the later; None when either are too few."""
    order = np.argsort(when, kind="stable")
    cut = int(len(order) * EARLIER)
    before, after = np.sort(order[:cut]), np.sort(order[cut:])
    for rows in (before, after):
        hits = reached[rows].sum()
        if min(hits, len(rows) - hits) < LEAST_TEST:
            return None
    return _trial(models, reached, [(before, after)], seed, told)


def _trial(
    models: Sequence[Model],
    reached: Floats,
    splits: Sequence[tuple[Ints, Ints]],
    seed: int,
    told: Callable[[int, int], None],
) -> Trial:
    with threadpool_limits(limits=1, user_api="blas"):  # as cards are learned: seconds can be compared
        judged = list(_judged(models, reached, splits, seed, told))
    learned_rows, tested_rows = splits[0]
    whole = len(splits) > 1
    return Trial(
        len(reached) if whole else len(learned_rows),
        len(reached) if whole else len(tested_rows),
        float((reached if whole else reached[learned_rows]).mean()),
        float((reached if whole else reached[tested_rows]).mean()),
        tuple(judged),
    )


def _judged(
    models: Sequence[Model],
    reached: Floats,
    splits: Sequence[tuple[Ints, Ints]],
    seed: int,
    told: Callable[[int, int], None],
) -> Iterator[Judged]:
    done = 0
    for model in models:
        chances = np.full(len(reached), np.nan)
        base = np.full(len(reached), np.nan)
        parts: list[Auc] = []
        spent = 0.0
        for rows, others in splits:
            start = thread_time()
            learned = model.learned(rows)
            spent += thread_time() - start
            chances[others] = learned(others)
            base[others] = reached[rows].mean()
            parts.append(auc(chances[others], reached[others]))
            done += 1
            told(done, len(models) * len(splits))
        tested = np.flatnonzero(~np.isnan(chances))
        yield Judged(
            model.name,
            mean_auc(parts),
            calibration(chances[tested], reached[tested], seed=seed),
            gain(chances[tested], reached[tested], base[tested]),
            bins(chances[tested], reached[tested]),
            spent / len(splits),
        )
