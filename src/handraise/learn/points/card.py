"""A card: a few rules with whole points, what each total says, and the definition that it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from threadpoolctl import threadpool_limits

from handraise.core.definition.conditions import FactTest, InList, ScoreAtLeast, leaves
from handraise.core.definition.model import Definition, EngagementRule, FitRule, Qualify
from handraise.learn.intervals import Estimate, Floats, Share
from handraise.learn.past import Bools, Ints
from handraise.learn.points.candidates import Candidate, with_rules
from handraise.learn.points.choosing import Search, Singles, Table, Wanted, screened, worth
from handraise.learn.points.rounding import Scale, rounded, scale_of

STEPS: Final = 12  # of a card's totals, in tables and pictures
FEWEST: Final = 30  # leads in each of them


@dataclass(frozen=True)
class Learner:
    """What learns a card from some of the cases: the questions, what held, and what a card may look like.

    Attributes
    ----------
    held
        (cases, candidates).
    reached
        (cases,) 1.0 or 0.0.
    signs, groups, alike
        Of each candidate: the allowed sign or 0; what it is about, as a number; whether all rules about that
        must have one sign.
    """

    held: Bools
    reached: Floats
    signs: Ints
    groups: Ints
    alike: Bools
    wanted: Wanted

    def points(self, rows: Ints) -> "Points":
        """The best card of these cases; the same cases give the same card.

        On one core: for matrices of this size, several wait for each other more than they help.
        """
        with threadpool_limits(limits=1, user_api="blas"):
            return self._points(rows)

    def _points(self, rows: Ints) -> "Points":
        held, reached = self.held[rows], self.reached[rows]
        places = screened(held, reached, self.signs)
        search = Search(
            held=np.ascontiguousarray(held[:, places].astype(np.float32)),
            reached=reached,
            signs=self.signs[places],
            groups=self.groups[places],
            alike=self.alike[places],
            wanted=self.wanted,
            worth=worth(held.shape[1]),
        )
        chosen = search.chosen()
        table = Table.of(search.held[:, chosen], reached)
        points = rounded(table, search.fit(chosen), self.wanted)
        scale = scale_of(_totals(search.held[:, chosen], points), reached)
        return Points(places[chosen], points, scale, float(reached.mean()))


def _totals(held: Singles, points: Ints) -> Floats:
    return held.astype(np.float64) @ points


@dataclass(frozen=True)
class Points:
    """Which candidates have points, how many, and what their total says.

    Attributes
    ----------
    places
        Candidates, as their places.
    points
        Whole points of each.
    scale
        From total to probability.
    base
        Share of the cases that reached the target.
    """

    places: Ints
    points: Ints
    scale: Scale
    base: float

    def totals(self, held: Bools) -> Ints:
        """The total of each lead, from (leads, candidates)."""
        return np.asarray(held[:, self.places].astype(np.int64) @ self.points)

    def chance(self, held: Bools) -> Floats:
        """The probability of each lead; the base rate for a card without rules."""
        if not len(self.places):
            return np.full(len(held), self.base)
        return self.scale.chance(self.totals(held))


@dataclass(frozen=True)
class CardRule:
    """One line of a card.

    Attributes
    ----------
    points
        Whole points.
    having, without
        Share that reached the target, of the cases that have it, and of those that have not.
    """

    candidate: Candidate
    points: int
    having: Share
    without: Share


@dataclass(frozen=True)
class Step:
    """Totals from `low` to `high`, and what they say.

    Attributes
    ----------
    leads
        How many of all leads have such a total.
    chance
        Probability to reach the target, with the interval of the card's fit.
    seen
        Of the cases with such a total, those that reached it.
    """

    low: int
    high: int
    leads: int
    chance: Estimate
    seen: Share


@dataclass(frozen=True)
class Bar:
    """The suggested bar.

    Attributes
    ----------
    total
        Leads with this total or more qualify.
    qualified
        Share of all leads that do.
    chance
        Probability at the bar itself.
    precision, recall
        Of the cases at or above it, those that reached the target; of those that did, those at or above it.
    """

    total: int
    qualified: Share
    chance: Estimate
    precision: Share
    recall: Share


@dataclass(frozen=True)
class Card:
    """What people can sign: rules in both dimensions, strongest first in each."""

    rules: tuple[CardRule, ...]
    scale: Scale
    steps: tuple[Step, ...]
    bar: Bar

    def definition(self, of: Definition, name: str) -> Definition:
        """The card as a definition that scores exactly its totals; `of` gives time zone and lists."""
        rules = [each.candidate.rule(each.points * 100) for each in self.rules]
        signals = [signal for each in self.rules for signal in each.candidate.signals]
        found = with_rules(of, rules, signals)
        return Definition(
            name=name,
            timezone=found.timezone,
            motion=of.motion,
            signals=found.signals,
            fit=found.fit,
            engagement=found.engagement,
            qualify=Qualify(mql=ScoreAtLeast("total", self.bar.total * 100)),
            lists=_lists_of(found),
        )


def _lists_of(definition: Definition) -> dict[str, tuple[str, ...]]:
    """The lists that its rules and signals look things up in."""
    conditions = [signal.where for signal in definition.signals]
    for rule in definition.rules:
        conditions += [rule.when] if isinstance(rule, FitRule) else []
        conditions += [rule.when] if isinstance(rule, EngagementRule) and rule.when is not None else []
    named = {
        test.name
        for condition in conditions
        for leaf in leaves(condition)
        if isinstance(leaf, FactTest)
        for test in leaf.tests
        if isinstance(test, InList)
    }
    return {name: entries for name, entries in definition.lists.items() if name in named}


def card_of(
    found: Points,
    candidates: Sequence[Candidate],
    held: Bools,
    cases: Bools,
    reached: Floats,
    qualified: float,
) -> Card:
    """The card of these points.

    Parameters
    ----------
    held
        (leads, candidates) of all leads.
    cases, reached
        (leads,) which of them the card was learned from, and (cases,) what became of those.
    qualified
        The share of all leads that the bar is to let through.
    """
    rules = []
    for place, points in zip(found.places.tolist(), found.points.tolist(), strict=True):
        has = held[cases, place]
        rules.append(CardRule(candidates[place], points, _share(reached, has), _share(reached, ~has)))
    rules.sort(key=lambda each: (each.candidate.is_behaviour, -each.points, each.candidate.name))
    totals = found.totals(held)
    return Card(
        tuple(rules),
        found.scale,
        tuple(_steps(found.scale, totals, totals[cases], reached)),
        _bar(found.scale, totals, totals[cases], reached, qualified),
    )


def _share(reached: Floats, among: Bools) -> Share:
    return Share(int(reached[among].sum()), int(among.sum()))


def _steps(scale: Scale, totals: Ints, of_cases: Ints, reached: Floats) -> list[Step]:
    """Totals in steps of about equally many cases, none of fewer than `FEWEST` but for want of more."""
    least = max(FEWEST, len(of_cases) // STEPS)
    found: list[Step] = []
    low: int | None = None
    values = np.unique(np.concatenate((totals, of_cases)))
    waiting = 0
    cuts: list[tuple[int, int]] = []
    for value in values.tolist():
        low = value if low is None else low
        waiting += int((of_cases == value).sum())
        if waiting >= least:
            cuts.append((low, value))
            low, waiting = None, 0
    if low is not None:
        first = cuts.pop()[0] if cuts else low
        cuts.append((first, int(values[-1])))
    for low, high in cuts:
        inside = (of_cases >= low) & (of_cases <= high)
        middle = of_cases[inside].mean() if inside.any() else (low + high) / 2
        leads = int(((totals >= low) & (totals <= high)).sum())
        found.append(Step(low, high, leads, chance_at(scale, float(middle)), _share(reached, inside)))
    return found


def chance_at(scale: Scale, total: float) -> Estimate:
    """The probability at a total, with its interval."""
    at = np.array([total])
    low, high = scale.between(at)
    return Estimate(float(scale.chance(at)[0]), float(low[0]), float(high[0]))


def _bar(scale: Scale, totals: Ints, of_cases: Ints, reached: Floats, qualified: float) -> Bar:
    """The total that lets through the share of all leads nearest to what was asked for."""
    values = np.unique(totals)
    shares = np.array([(totals >= value).mean() for value in values])
    total = int(values[int(np.argmin(np.abs(shares - qualified)))])
    above = of_cases >= total
    return Bar(
        total=total,
        qualified=Share(int((totals >= total).sum()), len(totals)),
        chance=chance_at(scale, float(total)),
        precision=_share(reached, above),
        recall=Share(int(reached[above].sum()), int(reached.sum())),
    )
