"""The bar: what each choice of it would have let through, what sales said of those, and which choice suits.

Everything here is of the past. What sales said is known only of the leads that it got; of a lead that a
lower bar would have let through in addition, and that sales never saw, nobody knows. Each figure says of
how many it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

import numpy as np

from handraise.core.calibration import LEAST_QUALIFIED, MOST_QUALIFIED, MOST_REJECTED
from handraise.core.definition.model import Definition
from handraise.learn.bars import COARSE, FINE, Bars, Crossings, Dimension, bars_of, crossings, steps_along
from handraise.learn.intervals import FEW, Estimate, Floats, Share, counted
from handraise.learn.lift import cases_of
from handraise.learn.past import DAY, Bools, Ints, Past, judged, values_of

WEEKS: Final = 13
DRAWS: Final = 200
SEGMENTS: Final = 12
LEAST_ANSWERED: Final = 100  # in a segment, before a bar of its own is looked for
LEAST_WON: Final = 10


@dataclass(frozen=True)
class Aims:
    """What a bar should do: the lines of the domain, and what the team can work."""

    most_rejected: float = MOST_REJECTED
    least_qualified: float = LEAST_QUALIFIED
    most_qualified: float = MOST_QUALIFIED
    capacity: float | None = None  # leads a week


@dataclass(frozen=True)
class Passing:
    """What one choice of bars lets through.

    Attributes
    ----------
    qualified
        Of all leads.
    a_week
        Qualifying leads a week, over the last `WEEKS`.
    accepted
        Of those that qualify and that sales answered: the precision. The rest was rejected.
    accepted_found, won_found
        Of the leads that sales accepted, and of those that were won, those that qualify: the recall.
    won
        Of those that qualify and that sales had long enough.
    unseen
        Of those that qualify, those that sales never got.
    """

    bars: Bars
    qualified: Share
    a_week: Estimate
    accepted: Share
    accepted_found: Share
    won_found: Share
    won: Share
    unseen: Share

    @property
    def rejected(self) -> Share:
        """Of those that qualify and that sales answered, those that it rejected."""
        return Share(self.accepted.n - self.accepted.count, self.accepted.n)


@dataclass(frozen=True)
class Choice:
    """A bar that suits, why, and how sure that is.

    Attributes
    ----------
    missed
        Aims that it does not meet, since no bar meets them all: of `rejected`, `qualified`, `capacity`.
    by
        What it finds most of among the bars that meet the aims: `won` or `accepted`.
    same
        Of so many redrawings of the leads, those in which the same bar was chosen.
    ranges
        For each dimension the bars between which nine in ten redrawings chose.
    held_out
        Share rejected, when the bar is chosen on redrawn leads and looked at on those not drawn.
    """

    passing: Passing
    missed: tuple[str, ...]
    by: str
    same: Share
    ranges: Mapping[Dimension, tuple[int, int]]
    held_out: Estimate | None


@dataclass(frozen=True)
class Segment:
    """Leads with one value of a fact, at the present bar, at the chosen one, and with a bar of their own."""

    name: str
    leads: int
    present: Passing
    chosen: Passing
    own: Bars | None


@dataclass(frozen=True)
class ThresholdReport:
    """Every bar looked at, the present one, and the one that suits.

    `seen` says of how many leads an answer is known; without enough of them there is no choice.
    """

    leads: int
    seen: Share
    aims: Aims
    present: Passing
    along: tuple[Passing, ...]
    choice: Choice | None
    by: str | None
    segments: tuple[Segment, ...]

    def at(self, bars: Bars) -> Passing:
        """What those bars let through; KeyError when they were not looked at."""
        for passing in self.along:
            if passing.bars == bars:
                return passing
        raise KeyError(dict(bars))


def threshold_report(
    definition: Definition, past: Past, aims: Aims, *, by: str | None = None, seed: int = 0
) -> ThresholdReport:
    """Look at every bar, and choose.

    Parameters
    ----------
    by
        A fact whose values are looked at one by one.

    Raises
    ------
    NoBar
        When the definition asks for no score.
    """
    present = bars_of(definition)
    moments = past.cut
    scores = judged(definition, past, moments)
    of: Mapping[Dimension, Ints] = {
        "fit": scores.fit,
        "engagement": scores.engagement,
        "total": scores.fit + scores.engagement,
    }
    most = FINE if len(present) == 1 else COARSE if len(present) == 2 else COARSE // 2
    axes = [[(name, bar) for bar in steps_along(of[name], own, most)] for name, own in present.items()]
    choices: list[Bars] = [dict(each) for each in product(*axes)]
    found = crossings(definition, choices, past, moments, since=past.until - WEEKS * 7 * DAY)
    answers = _Answers(past)
    along = tuple(answers.passing(found, place) for place in range(len(choices)))
    place = choices.index(present)
    choice = _choice(answers, found, along, aims, seed)
    chosen = place if choice is None else choices.index(choice.passing.bars)
    return ThresholdReport(
        leads=len(past),
        seen=Share(int(answers.answered.sum()), len(past)),
        aims=aims,
        present=along[place],
        along=along,
        choice=choice,
        by=by,
        segments=() if by is None else tuple(_segments(answers, found, past, by, place, chosen, aims)),
    )


class _Answers:
    """What is known of each lead: whether sales answered, accepted, won, and had long enough for that."""

    def __init__(self, past: Past) -> None:
        sold = past.sold
        self.answered: Bools = sold.is_answered
        self.accepted: Bools = sold.has("accepted")
        self.seen: Bools = sold.is_known
        self.ripe: Bools = cases_of(past, "won")[0]
        self.won: Bools = sold.has("won") & self.ripe
        created = past.created
        first = int(created[created > 0].min(initial=past.until))
        self.weeks = max(1.0, min(float(WEEKS), (past.until - first) / (7 * DAY)))

    def passing(self, found: Crossings, place: int, only: Bools | None = None) -> Passing:
        """What one choice lets through, of all leads or of some."""
        among = np.ones(len(self.seen), np.bool_) if only is None else only
        passes = found.qualifies[:, place] & among

        def share(of: Bools, among: Bools) -> Share:
            return Share(int((of & among).sum()), int(among.sum()))

        return Passing(
            bars=found.choices[place],
            qualified=share(passes, among),
            a_week=counted(int((found.recent[:, place] & among).sum()), per=self.weeks),
            accepted=share(self.accepted, passes & self.answered),
            accepted_found=share(passes, self.accepted & among),
            won_found=share(passes, self.won & among),
            won=share(self.won, passes & self.ripe),
            unseen=share(~self.seen, passes),
        )


@dataclass(frozen=True)
class _Totals:
    """Weighted counts of every choice (c,): what a choice is made by."""

    leads: float
    qualified: Floats
    recent: Floats
    answered: Floats
    accepted: Floats
    found: Floats  # of what is to be found

    @property
    def rejected(self) -> Floats:
        """Share rejected of those answered; 1 where nobody was."""
        return 1 - self.accepted / np.maximum(self.answered, 1e-9)


class _Kinds:
    """Leads put together that no choice and no answer tells apart: a hundred kinds for a million leads.

    Attributes
    ----------
    of
        (leads,) the kind of each lead.
    """

    def __init__(self, found: Crossings, answered: Bools, accepted: Bools, target: Bools) -> None:
        labels = np.column_stack((answered, accepted, target))
        rows = np.packbits(np.concatenate((labels, found.qualifies, found.recent), axis=1), axis=1)
        keys = np.ascontiguousarray(rows).view(np.dtype((np.void, rows.shape[1])))[:, 0]
        _, first, of = np.unique(keys, return_index=True, return_inverse=True)
        self.of: Ints = of.reshape(-1)
        self.passes, self.recent = (
            part[first].astype(np.float64) for part in (found.qualifies, found.recent)
        )
        self.answered = answered[first]
        columns = (np.ones(len(first)), answered[first], (answered & accepted)[first], target[first])
        self.labels: Floats = np.vstack(columns).astype(np.float64)

    def totals(self, weights: Floats) -> _Totals:
        """Counts when each lead counts `weights` times."""
        each: Floats = np.bincount(self.of, weights, minlength=len(self.answered)).astype(np.float64)
        qualified, answered, accepted, found = (self.labels * each) @ self.passes
        return _Totals(float(each.sum()), qualified, each @ self.recent, answered, accepted, found)


def _chosen(totals: _Totals, aims: Aims, weeks: float) -> tuple[int, tuple[str, ...]]:
    """The place of the bar that suits, and the aims that it misses.

    Of the bars that meet all aims, the one that finds most; of those that find as many, the one that lets
    fewest through. When none meets them all, the share that qualifies is given up first, then the
    rejections: what the team cannot work helps nobody.
    """
    enough = totals.answered >= FEW
    rejected = totals.rejected
    meets = {
        "capacity": np.ones(len(rejected), np.bool_)
        if aims.capacity is None
        else totals.recent / weeks <= aims.capacity,
        "rejected": rejected <= aims.most_rejected,
        "qualified": (totals.qualified >= aims.least_qualified * totals.leads)
        & (totals.qualified <= aims.most_qualified * totals.leads),
    }
    for given_up in ((), ("qualified",), ("qualified", "rejected"), ("qualified", "rejected", "capacity")):
        able = enough.copy() if enough.any() else np.ones(len(rejected), np.bool_)  # a redrawing may have few
        for name, holds in meets.items():
            if name not in given_up:
                able &= holds
        if able.any():
            break
    places = np.flatnonzero(able)
    if "rejected" in given_up:
        order = np.lexsort((-totals.found[places], rejected[places]))
    else:
        order = np.lexsort((totals.qualified[places], -totals.found[places]))
    best = int(places[order[0]])
    return best, tuple(name for name, holds in meets.items() if not holds[best])


def _choice(
    answers: _Answers, found: Crossings, along: Sequence[Passing], aims: Aims, seed: int
) -> Choice | None:
    """The bar that suits; None when no bar lets `FEW` answered leads through."""
    if not any(each.accepted.n >= FEW for each in along):
        return None
    by = "won" if int(answers.won.sum()) >= LEAST_WON else "accepted"
    kinds = _Kinds(found, answers.answered, answers.accepted, getattr(answers, by))
    n = len(answers.seen)
    best, missed = _chosen(kinds.totals(np.ones(n)), aims, answers.weeks)
    rng = np.random.default_rng(seed)
    drawn, held_out = [], []
    for _ in range(DRAWS):
        weights = np.bincount(rng.integers(0, n, n), minlength=n)
        place, _ = _chosen(kinds.totals(weights.astype(np.float64)), aims, answers.weeks)
        drawn.append(place)
        rest = kinds.totals((weights == 0).astype(np.float64))
        if rest.answered[place] >= FEW:
            held_out.append(float(rest.rejected[place]))
    return Choice(
        passing=along[best],
        missed=missed,
        by=by,
        same=Share(drawn.count(best), DRAWS),
        ranges={
            name: _range([found.choices[place][name] for place in drawn]) for name in found.choices[best]
        },
        held_out=Estimate(float(np.mean(held_out)), *map(float, np.quantile(held_out, [0.025, 0.975])))
        if len(held_out) > DRAWS // 2
        else None,
    )


def _range(bars: Sequence[int]) -> tuple[int, int]:
    """Between which bars nine in ten lie."""
    ordered = sorted(bars)
    return ordered[len(ordered) // 20], ordered[-1 - len(ordered) // 20]


def _segments(
    answers: _Answers, found: Crossings, past: Past, by: str, present: int, chosen: int, aims: Aims
) -> Sequence[Segment]:
    """The largest segments, in the order of their size."""
    values = values_of(past, by)
    counts = np.bincount(values.codes, minlength=len(values.values) + 1)
    names = [*values.values, "not known"]
    by_won, by_accepted = (
        _Kinds(found, answers.answered, answers.accepted, target)
        for target in (answers.won, answers.accepted)
    )
    part = replace(aims, capacity=None)  # the team is one: what it can work is not asked of a segment
    segments = []
    for code in np.argsort(-counts, kind="stable")[:SEGMENTS].tolist():
        if counts[code] < FEW:
            continue
        only = values.codes == code
        own: Bars | None = None
        if int((answers.answered & only).sum()) >= LEAST_ANSWERED:
            enough = int((answers.won & only).sum()) >= LEAST_WON
            totals = (by_won if enough else by_accepted).totals(only.astype(np.float64))
            own = found.choices[_chosen(totals, part, answers.weeks)[0]]
        segments.append(
            Segment(
                name=names[code],
                leads=int(counts[code]),
                present=answers.passing(found, present, only),
                chosen=answers.passing(found, chosen, only),
                own=own,
            )
        )
    return segments
