"""Which few rules: from thousands of bins to the handful that together tell most.

An L1-penalised logistic path says in which order bins come in; from the supports along it, exchanges of one
rule for another are tried until none helps. Everything is judged by the exact logistic loss.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from handraise.learn.intervals import Floats
from handraise.learn.past import Bools, Ints

Singles = npt.NDArray[np.float32]

LEAST: Final = 20  # leads that have a bin, and that lack it: below, nothing can be told of it
LEAST_SHARE: Final = 0.02  # of the leads: a rule for fewer is not worth a line that everybody has to read
SCREENED: Final = 400  # bins that the search looks at: those that tell most by themselves
DOUBT: Final = 0.25  # precision of the prior on a log-odds, as if ± 2 were a usual size
TRIED: Final = 4  # bins whose exact loss is looked at when a place is free
_BLOCK: Final = 512
_PATH: Final = 40  # steps of the penalty, each a tenth smaller
_SHRINK: Final = 0.88
_NEWTON: Final = 25
_SWEEPS: Final = 6


@dataclass(frozen=True)
class Wanted:
    """What a card may look like.

    Attributes
    ----------
    rules
        At most so many.
    low, high
        Range of the points of a rule, low ≤ 0 ≤ high, in whole points.
    step
        Points are multiples of this.
    of_a_group
        At most so many rules on one fact or signal.
    """

    rules: int = 10
    low: int = -50
    high: int = 50
    step: int = 1
    of_a_group: int = 3


@dataclass(frozen=True)
class Table:
    """Leads counted by which of a few rules hold: all that a loss of these rules depends on.

    Attributes
    ----------
    held
        (patterns, rules) 0.0 or 1.0.
    n, reached
        Leads of each pattern, and those of them that reached the target.
    """

    held: Floats
    n: Floats
    reached: Floats

    @classmethod
    def of(cls, held: Singles, reached: Floats) -> "Table":
        """Count (leads, rules) and (leads,)."""
        if held.shape[1] == 0:
            whole = np.array([float(len(reached))])
            return cls(np.zeros((1, 0)), whole, np.array([reached.sum()]))
        places = 2.0 ** np.arange(held.shape[1])
        codes = (held @ places.astype(np.float32)).astype(np.int64)  # exact: single floats hold 24 bits
        n = np.bincount(codes)
        there = np.flatnonzero(n)
        return cls(
            ((there[:, None] >> np.arange(held.shape[1])) & 1).astype(np.float64),
            n[there].astype(np.float64),
            np.bincount(codes, weights=reached)[there].astype(np.float64),
        )


@dataclass(frozen=True)
class Fitted:
    """Log-odds of the rules (`weights`) above `intercept`, and the penalised loss in nats."""

    weights: Floats
    intercept: float
    loss: float


def fitted(table: Table, start: Floats | None = None) -> Fitted:
    """Logistic regression with a weak normal prior, by Newton's method on the counts."""
    design = np.column_stack((np.ones(len(table.n)), table.held))
    prior = np.full(design.shape[1], DOUBT)
    prior[0] = 1e-9  # the base rate is what it is
    weights = np.zeros(design.shape[1]) if start is None else start.copy()
    loss = _loss(table, design @ weights) + 0.5 * prior @ weights**2
    for _ in range(_NEWTON):
        chance = chances(design @ weights)
        gradient = design.T @ (table.reached - table.n * chance) - prior * weights
        curvature = (design * (table.n * chance * (1 - chance))[:, None]).T @ design
        step = np.linalg.solve(curvature + np.diag(prior), gradient)
        size = 1.0
        while True:
            after = weights + size * step
            new = _loss(table, design @ after) + 0.5 * prior @ after**2
            if new <= loss + 1e-12 or size < 1e-4:
                break
            size /= 2
        gained, weights, loss = loss - new, after, new
        if gained < 1e-7:
            break
    return Fitted(weights[1:], float(weights[0]), float(loss))


def chances(log_odds: Floats) -> Floats:
    """Probabilities from log-odds."""
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -30, 30))))


def _loss(table: Table, log_odds: Floats) -> float:
    return float((table.n * np.logaddexp(0, log_odds) - table.reached * log_odds).sum())


def worth(bins: int) -> float:
    """How many nats of loss a rule has to take away: more where there were more bins to choose from.

    The best of many bins that say nothing takes about their logarithm away (the risk inflation criterion: D.
    Foster and E. George, Annals of Statistics 22, 1994). Ours overlap, as thresholds on one number do, so
    they count as fewer: at three quarters of the logarithm, shuffled labels mostly leave a card empty. That a
    card beats the base rate is shown on leads that it has not seen, not by this.

    Examples
    --------
    >>> round(worth(500), 2)
    4.66
    """
    return 0.75 * float(np.log(max(bins, 2)))


def screened(held: Bools, reached: Floats, signs: Ints) -> Ints:
    """Places of the bins worth a search: common enough, each once, those that tell most by themselves.

    Bins whose sign by themselves is not the allowed one are left out; beside others it turns too rarely.

    Parameters
    ----------
    held
        (leads, bins).
    signs
        (bins,) 1 or -1 where only that sign is allowed, else 0.
    """
    n, bins = held.shape
    excess, common = np.empty(bins), np.empty(bins)
    residual = (reached - reached.mean()).astype(np.float32)
    for first in range(0, bins, _BLOCK):
        block = held[:, first : first + _BLOCK].astype(np.float32)
        excess[first : first + _BLOCK] = residual @ block
        common[first : first + _BLOCK] = block.sum(axis=0)
    least = max(LEAST, LEAST_SHARE * n)
    usable = (common >= least) & (n - common >= least) & ((signs == 0) | (np.sign(excess) == signs))
    share = np.clip(common / n, 1e-9, 1 - 1e-9)
    tells = np.where(usable, excess**2 / (share * (1 - share)), -1.0)
    order = np.argsort(-tells, kind="stable")[: min(2 * SCREENED, int(usable.sum()))]
    _, first_ones = np.unique(np.packbits(held[:, order], axis=0), axis=1, return_index=True)
    return np.asarray(order[np.sort(first_ones)][:SCREENED], np.int64)


@dataclass(frozen=True)
class Search:
    """The bins that a card of some leads may be made of.

    Attributes
    ----------
    held
        (leads, bins), screened.
    reached
        (leads,) 0.0 or 1.0.
    signs, groups, alike
        Of each bin: the allowed sign or 0; which group it belongs to; whether all rules of its group must
        have one sign (more of what somebody does never says the opposite of less).
    worth
        Nats that each rule has to take away.
    known
        Fits so far: the search comes back to the same rules again and again.
    """

    held: Singles
    reached: Floats
    signs: Ints
    groups: Ints
    alike: Bools
    wanted: Wanted
    worth: float
    known: dict[tuple[int, ...], Fitted] = field(default_factory=dict)

    def chosen(self) -> Ints:
        """The best rules found, as places of bins; none when no bin is worth its place."""
        starts = [self._forward(np.zeros(0, np.int64))]
        starts += [self._forward(support) for support in self._along_the_path()]
        best = min(starts, key=lambda found: (self._cost(found), found.tolist()))
        return self._exchanged(best)

    def fit(self, places: Ints) -> Fitted:
        """The exact fit of some bins, weights in their order."""
        order = np.argsort(places)
        key = tuple(places[order].tolist())
        found = self.known.get(key)
        if found is None:
            found = fitted(Table.of(self.held[:, places[order]], self.reached))
            self.known[key] = found
        weights = np.empty(len(places))
        weights[order] = found.weights
        return Fitted(weights, found.intercept, found.loss)

    def _cost(self, places: Ints) -> float:
        return self.fit(places).loss + self.worth * len(places)

    def _has_wrong_sign(self, places: Ints, found: Fitted) -> Bools:
        """Rules of a sign that is not allowed, or weaker than one of their group that says the opposite."""
        signs = np.sign(found.weights)
        wrong = np.asarray((self.signs[places] != 0) & (signs != self.signs[places]))
        for group in np.unique(self.groups[places][self.alike[places]]):
            mine = np.flatnonzero(self.groups[places] == group)
            strongest = mine[np.argmax(np.abs(found.weights[mine]))]
            wrong[mine] |= signs[mine] != signs[strongest]
        return wrong

    def _forward(self, places: Ints) -> Ints:
        """Add the best bin as long as one is worth it; first drop what is not."""
        places = self._pruned(places)
        while len(places) < self.wanted.rules:
            added = self._best_addition(places)
            if added is None:
                break
            places = np.append(places, added)
        return places

    def _pruned(self, places: Ints) -> Ints:
        """Without rules that are not worth their place or have a sign that is not allowed."""
        while len(places):
            found = self.fit(places)
            without = [np.delete(places, at) for at in range(len(places))]
            losses = np.array([self.fit(each).loss for each in without])
            losses[self._has_wrong_sign(places, found)] = -np.inf
            weakest = int(np.argmin(losses))
            if losses[weakest] - found.loss >= self.worth:
                break
            places = without[weakest]
        return places

    def _best_addition(self, places: Ints, gain: float | None = None) -> int | None:
        """The bin that takes most loss away, if that is more than `gain` (default: what a rule is worth)."""
        gain = self.worth if gain is None else gain
        found = self.fit(places)
        best: tuple[float, int] | None = None
        for place in self._promising(places, found):
            widened = np.append(places, place)
            exact = self.fit(widened)
            is_better = best is None or exact.loss < best[0] - 1e-9
            if is_better and not self._has_wrong_sign(widened, exact).any():
                best = exact.loss, place
        return best[1] if best is not None and found.loss - best[0] > gain else None

    def _promising(self, places: Ints, found: Fitted) -> list[int]:
        """Bins that would take most loss away by the score test, those allowed beside the others."""
        design = np.column_stack((np.ones(len(self.reached), np.float32), self.held[:, places]))
        weights = np.concatenate(([found.intercept], found.weights))
        chance = chances(design.astype(np.float64) @ weights)
        weight = (chance * (1 - chance)).astype(np.float32)
        excess = self.held.T @ (self.reached - chance).astype(np.float32)
        weighted = design * weight[:, None]
        shared = (self.held.T @ weighted).astype(np.float64)
        inner = np.linalg.inv((design.T @ weighted).astype(np.float64) + 1e-6 * np.eye(design.shape[1]))
        spread = self.held.T @ weight - ((shared @ inner) * shared).sum(axis=1)
        own = self.held.T @ weight
        gains = np.where(spread > 0.02 * own, excess**2 / (2 * np.maximum(spread, 1e-9)), -1.0)
        gains[places] = -1.0
        gains[(self.signs != 0) & (np.sign(excess) != self.signs)] = -1.0
        full = np.bincount(self.groups[places], minlength=int(self.groups.max(initial=0)) + 1)
        gains[full[self.groups] >= self.wanted.of_a_group] = -1.0
        order = np.argsort(-gains, kind="stable")[:TRIED]
        return [int(place) for place in order if gains[place] > 0]

    def _exchanged(self, places: Ints) -> Ints:
        """Exchange one rule for another, or drop one, as long as that helps."""
        for _ in range(_SWEEPS):
            before = places
            for rule in before.tolist():
                if rule not in places:
                    continue
                without = places[places != rule]
                needed = self.fit(without).loss - self.fit(places).loss
                better = self._best_addition(without, gain=needed + 1e-6)
                if better is not None:
                    places = np.append(without, better)
            places = self._forward(places)
            if set(places.tolist()) == set(before.tolist()):
                break
        return np.sort(places)

    def _along_the_path(self) -> Iterator[Ints]:
        """Supports along the L1 path: the last of at most as many rules as wanted, and the end's largest."""
        most = self.wanted.rules + self.wanted.rules // 2
        supports = l1_path(self.held, self.reached, self.signs, most)
        fitting = [places for places, _ in supports if len(places) <= self.wanted.rules]
        if fitting:
            yield self._in_groups(fitting[-1])
        larger = [(places, sizes) for places, sizes in supports if len(places) > self.wanted.rules]
        if larger:
            places, sizes = larger[-1]
            yield self._in_groups(places[np.argsort(-sizes, kind="stable")])

    def _in_groups(self, places: Ints) -> Ints:
        """The first of them that keep to the number of rules, of each group and of all."""
        kept: list[int] = []
        for place in places.tolist():
            beside = sum(self.groups[other] == self.groups[place] for other in kept)
            if beside < self.wanted.of_a_group and len(kept) < self.wanted.rules:
                kept.append(place)
        return np.array(kept, np.int64)


def l1_path(held: Singles, reached: Floats, signs: Ints, most: int) -> Sequence[tuple[Ints, Floats]]:
    """Supports of the L1-penalised logistic regression as the penalty falls, with the sizes of their weights.

    Bins count by their spread, so that a rare one is not penalised for being rare. Solved by coordinate
    descent on the quadratic of Newton's method, over the bins that the gradient lets in (J. Friedman and
    others, Journal of Statistical Software 33, 2010).

    Parameters
    ----------
    most
        The path ends where more bins than this are in.
    """
    if not held.shape[1]:
        return []
    share = held.mean(axis=0, dtype=np.float64)
    spread = np.sqrt(share * (1 - share))
    weights = np.zeros(held.shape[1])
    base = reached.mean()
    intercept = float(np.log(base / (1 - base)))
    penalty = float(np.abs(_pull(held, share, spread, reached - base)).max())
    found = []
    for _ in range(_PATH):
        penalty *= _SHRINK
        intercept = _descended(held, share, spread, reached, signs, weights, intercept, penalty)
        support = np.flatnonzero(weights)
        found.append((support, np.abs(weights[support])))
        if len(support) > most or penalty < 1e-4:
            break
    return found


def _pull(held: Singles, share: Floats, spread: Floats, residual: Floats) -> Floats:
    """The gradient of each standardised bin, per lead."""
    pulled = held.T @ residual.astype(np.float32) - share * residual.sum()
    return np.asarray(pulled / spread / len(residual), np.float64)


def _descended(
    held: Singles,
    share: Floats,
    spread: Floats,
    reached: Floats,
    signs: Ints,
    weights: Floats,
    intercept: float,
    penalty: float,
) -> float:
    """Bring the weights (in place) to the minimum at this penalty; returns the intercept."""
    n = len(reached)
    for _ in range(8):
        active = np.flatnonzero(weights)
        design = (held[:, active] - share[active]) / spread[active]
        chance = chances(design @ weights[active] + intercept)
        pull = _pull(held, share, spread, reached - chance)
        pull[(signs != 0) & (np.sign(pull) != signs)] = 0.0
        entering = np.flatnonzero((np.abs(pull) > penalty * 1.0001) & (weights == 0))
        entering = entering[np.argsort(-np.abs(pull[entering]), kind="stable")[:10]]
        working = np.concatenate((active, entering))
        if not working.size:
            return intercept
        before = weights[working].copy()
        columns = np.column_stack((np.ones(n), (held[:, working] - share[working]) / spread[working]))
        curve = chance * (1 - chance)
        gram = (columns * curve[:, None]).T @ columns / n
        gradient = columns.T @ (reached - chance) / n
        inner = np.concatenate(([intercept], before))
        _coordinates(gram, gradient, inner, signs[working], penalty)
        weights[working], intercept = inner[1:], float(inner[0])
        if not entering.size and np.abs(weights[working] - before).max() < 1e-4:
            break
    return intercept


def _coordinates(gram: Floats, gradient: Floats, inner: Floats, signs: Ints, penalty: float) -> None:
    """Minimise the penalised quadratic around `inner`, in place; the first is the free intercept."""
    for _ in range(50):
        largest = 0.0
        for at in range(len(inner)):
            curve = gram[at, at] + 1e-9
            aim = inner[at] + gradient[at] / curve
            if at:
                aim = np.sign(aim) * max(0.0, abs(aim) - penalty / curve)
                if signs[at - 1] * aim < 0:
                    aim = 0.0
            moved = aim - inner[at]
            if moved:
                gradient -= gram[:, at] * moved
                inner[at] = aim
                largest = max(largest, abs(moved))
        if largest < 1e-5:
            return
