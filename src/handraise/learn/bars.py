"""The bars of a definition, and every lead's first crossing of many of them at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from handraise.core.definition.conditions import AllOf, AnyOf, Condition, Negation, ScoreAtLeast, leaves
from handraise.core.definition.model import Definition
from handraise.core.errors import HandraiseError
from handraise.engine.kernel import MISSING, History
from handraise.engine.moments import AtOwnMoments, run_each
from handraise.engine.plan import Plan, compiled
from handraise.engine.run import Moment, Output
from handraise.learn.past import Bools, Ints, Past, judged_by

Dimension = Literal["fit", "engagement", "total"]
Bars = Mapping[Dimension, int]
"""Hundredths by dimension."""

STEPS: Final = (100, 200, 500, 1_000, 2_000, 2_500, 5_000, 10_000)
FINE, COARSE = 25, 13  # bars along one dimension, and along each of two


class NoBar(HandraiseError):
    """The definition has no bar to move: it qualifies by patterns or grades alone."""

    def __init__(self) -> None:
        super().__init__(
            "this definition has no bar to choose: `qualify.mql` asks for no score. Give it one, such as "
            "`mql: {total: 50}` or `mql: {all: [fit, engagement]}`"
        )


def bars_of(definition: Definition) -> Bars:
    """The bars at which the definition qualifies a lead now.

    Raises
    ------
    NoBar
        When it asks for no score.

    Examples
    --------
    >>> from handraise.core.definition import read_definition
    >>> bars_of(read_definition("{name: Small, qualify: {mql: {total: 50}}}").definition)
    {'total': 5000}
    """
    found: dict[Dimension, int] = {}
    for leaf in leaves(definition.qualify.mql):
        if isinstance(leaf, ScoreAtLeast):
            own = leaf.hundredths
            if own is None:
                own = (definition.fit if leaf.dimension == "fit" else definition.engagement).bar or 0
            found[leaf.dimension] = max(own, found.get(leaf.dimension, own))
    if not found:
        raise NoBar
    return {name: found[name] for name in ("fit", "engagement", "total") if name in found}


def with_bars(definition: Definition, bars: Bars) -> Definition:
    """The definition with other bars, in `mql` and wherever else it speaks of its bar."""

    def moved(condition: Condition) -> Condition:
        match condition:
            case ScoreAtLeast(dimension) if dimension in bars:
                return ScoreAtLeast(dimension, bars[dimension])
            case AllOf(items):
                return AllOf(tuple(map(moved, items)))
            case AnyOf(items):
                return AnyOf(tuple(map(moved, items)))
            case Negation(item):
                return Negation(moved(item))
            case _:
                return condition

    fit = replace(definition.fit, bar=bars.get("fit", definition.fit.bar))
    engagement = replace(definition.engagement, bar=bars.get("engagement", definition.engagement.bar))
    qualify = replace(definition.qualify, mql=moved(definition.qualify.mql))
    return replace(definition, fit=fit, engagement=engagement, qualify=qualify)


def steps_along(scores: Ints, current: int, most: int) -> tuple[int, ...]:
    """Round bars from where nearly all leads pass to where nearly none does, the present one among them.

    Examples
    --------
    >>> steps_along(np.arange(0, 6000, 7), 4_200, 8)
    (1000, 2000, 3000, 4000, 4200, 5000)
    """
    low, high = (int(part) for part in np.quantile(scores, [0.02, 0.995])) if len(scores) else (0, 0)
    low = max(low, 0)  # a bar below nothing lets everybody pass
    step = next((step for step in STEPS if (high - low) // step < most - 1), STEPS[-1])
    round_ones = range((low // step + 1) * step, high + 1, step)
    return tuple(sorted({*round_ones, current}))


@dataclass(frozen=True)
class Crossings:
    """Who qualifies under every choice of bars.

    Attributes
    ----------
    choices
        The bars, lowest first in each dimension.
    qualifies, recent
        (leads, choices) whether the lead qualified up to its moment, and whether that was at or after
        `since`.
    """

    choices: tuple[Bars, ...]
    qualifies: Bools
    recent: Bools


def crossings(
    definition: Definition, choices: Sequence[Bars], past: Past, moments: Ints, *, since: int
) -> Crossings:
    """Judge every lead at its own moment under every choice of bars; histories are laid out once."""
    evaluator = _ManyBars(definition, choices, moments, since)
    judged_by(evaluator, past, look_back=True)
    return Crossings(tuple(choices), evaluator.qualifies, evaluator.recent)


class _ManyBars(AtOwnMoments):
    """Definitions that differ in their bars only: one reading of facts and events serves them all."""

    def __init__(self, definition: Definition, choices: Sequence[Bars], moments: Ints, since: int) -> None:
        super().__init__(definition, moments)
        self.plans: list[Plan] = [compiled(with_bars(definition, bars)) for bars in choices]
        self.lower = _lower(choices) if not any(_denies_a_score(definition.qualify.mql)) else {}
        self.since = since
        self.qualifies = np.zeros((len(moments), len(choices)), np.bool_)
        self.recent = np.zeros((len(moments), len(choices)), np.bool_)

    def evaluated(self, history: History, rows: Ints, moment: Moment) -> Output:
        """What the last choice says; the columns are filled for all."""
        output: Output | None = None
        for place, plan in enumerate(self.plans):
            # Who does not qualify at lower bars does not at higher ones.
            able = np.ones(len(rows), np.bool_)
            for before in self.lower.get(place, ()):
                able &= self.qualifies[rows, before]
            output = run_each(plan, history, self.moments[rows], moment, able)
            became = np.where(able, output.became, MISSING)
            self.qualifies[rows, place] = became != MISSING
            self.recent[rows, place] = became >= self.since
        return output if output is not None else super().evaluated(history, rows, moment)


def _lower(choices: Sequence[Bars]) -> dict[int, list[int]]:
    """For each choice the last two of the earlier ones whose bars are nowhere higher."""
    found = {}
    for place, bars in enumerate(choices):
        below = [
            before
            for before in range(place)
            if all(choices[before][name] <= bar for name, bar in bars.items())
        ]
        found[place] = below[-2:]
    return found


def _denies_a_score(condition: Condition, *, denied: bool = False) -> Iterator[bool]:
    match condition:
        case ScoreAtLeast():
            yield denied
        case Negation(item):
            yield from _denies_a_score(item, denied=not denied)
        case AllOf(items) | AnyOf(items):
            for item in items:
                yield from _denies_a_score(item, denied=denied)
        case _:
            yield False
