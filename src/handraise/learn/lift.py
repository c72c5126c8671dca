"""Lift: working backwards from what sales accepted and won to what those leads were and did before.

A signal's lift is how many times as often leads with it reach a step as leads without it. It is
association: people who want to buy do several things, and what goes with buying need not cause it. Three
guards keep a lift from being oversold: behaviour counts only up to the first contact of sales, many lifts
at once are held to a corrected level, and each signal is also looked at beside all the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Literal

import numpy as np

from handraise.core.definition.model import Definition
from handraise.engine.kernel import MISSING
from handraise.learn.accounts import chance_of
from handraise.learn.beside import beside_the_others
from handraise.learn.intervals import Estimate, Share, discoveries, median, ratio
from handraise.learn.past import DAY, Bools, Ints, Past
from handraise.learn.subjects import LEAST_LEADS, Subject, discovered, first_held, held, subjects_of

Step = Literal["accepted", "sql", "won"]
LEVEL: Final = 0.05
RIPE: Final = 0.9  # share of those who got there that had got there within the window
ALIKE: Final = 0.98  # from this share of common leads on, two rules always fire together
HALF: Final = 0.5
LAST: Final = 30  # leads that got there last: what they had in common is worth reading together


class Verdict(StrEnum):
    """What may be said of a subject."""

    RAISES = "more often"
    LOWERS = "less often"
    ALONE = "by itself"
    SHARED = "with others"
    OF_SALES = "sales' work"
    UNCLEAR = "unclear"
    RARE = "too rare"


@dataclass(frozen=True)
class Lift:
    """One subject and one step.

    Attributes
    ----------
    having, without
        Share that reached the step, of leads with the subject by their first contact, and of those without.
    lift
        The first over the second; None where neither reached it.
    p, q
        p-value that it tells nothing, widened for accounts, and the Benjamini–Hochberg q-value among all
        subjects of the step.
    loose
        The lift if behaviour after the first contact counted too: what a count over the whole history says.
    loose_q
        Its q-value.
    later
        Of the leads that show the subject by the end, those that showed it only after the first contact.
    beside
        Odds ratio beside all the other subjects; None where it cannot be told.
    of_last
        Of the `LAST` leads that reached the step last, those with the subject.
    days
        Median days from the first time it held to the step, with how many leads it is of.
    """

    subject: Subject
    having: Share
    without: Share
    lift: Estimate | None
    p: float
    q: float
    loose: Estimate | None
    loose_q: float
    later: Share
    beside: Estimate | None
    of_last: Share
    days: Estimate | None = None
    days_n: int = 0

    @property
    def verdict(self) -> Verdict:
        """What may be said, by the corrected level and the guard."""
        if self._is_of_sales:
            return Verdict.OF_SALES
        if self.q > LEVEL or self.lift is None:
            is_rare = min(self.having.n, self.without.n) < LEAST_LEADS
            return Verdict.RARE if is_rare else Verdict.UNCLEAR
        rises = self.lift.value > 1
        if self.beside is None:
            return Verdict.ALONE
        if not (self.beside.low > 1 if rises else self.beside.high < 1):
            return Verdict.SHARED
        return Verdict.RAISES if rises else Verdict.LOWERS

    @property
    def _is_of_sales(self) -> bool:
        """Whether most of it comes after the first contact, and makes the lift look larger than it is."""
        return self.is_inflated and (self.later.low > HALF or self._is_nothing)

    @property
    def _is_nothing(self) -> bool:
        return self.q > LEVEL or self.lift is None or self.lift.value <= 1

    @property
    def is_inflated(self) -> bool:
        """Whether a count over the whole history shows a larger lift than there was before sales came."""
        if self.loose is None or self.loose_q > LEVEL or self.loose.value <= 1 or not self.later.count:
            return False
        return self.lift is None or self.loose.low > self.lift.high


@dataclass(frozen=True)
class Lifts:
    """All subjects of one step, those that say most first.

    Attributes
    ----------
    reached
        Share of the cases that reached the step.
    window
        Days from hand-over that each lead was given; leads handed over later than that before the end are
        left out. 0 for the answer of sales, where every answered lead counts.
    too_young
        How many leads were left out for that.
    """

    step: Step
    reached: Share
    window: float
    too_young: int
    lifts: tuple[Lift, ...]

    def of(self, name: str) -> Lift:
        """The lift of the subject of that name; KeyError when there is none."""
        for lift in self.lifts:
            if lift.subject.name == name:
                return lift
        raise KeyError(name)


@dataclass(frozen=True)
class Together:
    """Two rules that hold for nearly the same leads."""

    one: str
    other: str
    common: Share


@dataclass(frozen=True)
class LiftReport:
    """What history says of the signals of a definition.

    Attributes
    ----------
    leads, handed
        All leads, and those that sales got.
    never
        Rules that held for nobody, ever, among how many leads.
    together
        Pairs of rules that always fire together.
    """

    leads: int
    handed: int
    steps: tuple[Lifts, ...]
    never: tuple[str, ...]
    together: tuple[Together, ...]
    strangers: int


def lift_report(
    definition: Definition,
    past: Past,
    *,
    discover: bool = False,
    steps: Sequence[Step] = ("accepted", "won"),
) -> LiftReport:
    """Work backwards from the wins.

    Parameters
    ----------
    discover
        Whether event names, page paths and values of facts are looked at beside what the definition has.
    """
    subjects = subjects_of(definition)
    if discover:
        subjects = (*subjects, *discovered(definition, past, past.sold.is_known))
    guarded = held(definition, subjects, past, past.cut)
    everything = held(definition, subjects, past, np.full(len(past), past.until, np.int64))
    found = []
    for step in steps:
        if step != "accepted" and not past.sold.has(step).any():
            continue  # the files do not say, or nobody has got there
        cases, window, young = cases_of(past, step)
        reached = past.sold.has(step)[cases]
        last = np.argsort(past.sold.at(step)[cases], kind="stable")[::-1][: min(LAST, int(reached.sum()))]
        plain = lifts_of(subjects, guarded[cases], everything[cases], reached, last, past.accounts[cases])
        lifts = sorted(_with_days(definition, plain, past, cases, step), key=_by_weight)
        share = Share(int(reached.sum()), len(reached))
        found.append(Lifts(step, share, window, young, tuple(lifts)))
    rules = [place for place, subject in enumerate(subjects) if subject.kind == "rule"]
    return LiftReport(
        leads=len(past),
        handed=int(past.sold.is_known.sum()),
        steps=tuple(found),
        never=tuple(subjects[place].name for place in rules if not everything[:, place].any()),
        together=tuple(_together([subjects[place].name for place in rules], everything[:, rules])),
        strangers=past.strangers,
    )


def cases_of(past: Past, step: Step) -> tuple[Bools, float, int]:
    """The leads a step is judged by, the days each was given, and how many are too young for that.

    For `accepted` they are the leads that sales answered. For `sql` and `won` they are the leads that
    sales got at least so many days before the end as nine in ten of those who got there took: a lead of
    last week that has not won says nothing yet.
    """
    sold = past.sold
    if step == "accepted":
        return sold.is_answered, 0.0, 0
    if not (sold.mql != MISSING).any():
        return sold.is_known, 0.0, 0
    at = sold.at(step)
    taken = (at - sold.handed)[(at != MISSING) & (sold.handed != MISSING)]
    window = int(np.quantile(taken, RIPE)) if len(taken) else 0
    ripe = sold.is_known & (sold.handed != MISSING) & (sold.handed <= past.until - window)
    return ripe, window / DAY, int((sold.is_known & ~ripe).sum())


def lifts_of(
    subjects: Sequence[Subject],
    guarded: Bools,
    everything: Bools,
    reached: Bools,
    last: Ints,
    accounts: Ints | None = None,
) -> tuple[Lift, ...]:
    """The lift of every subject, in their order.

    Parameters
    ----------
    guarded, everything
        (cases, subjects) what held at the first contact, and at the end of the history.
    reached
        (cases,) who reached the step.
    last
        Which of the cases got there last, as rows of them.
    accounts
        A number for each case that those of one account share; None when all are strangers.
    """
    tables = [_table(guarded[:, place], reached) for place in range(len(subjects))]
    loose = [_table(everything[:, place], reached) for place in range(len(subjects))]
    accounts = np.arange(len(reached)) if accounts is None else accounts
    p = [chance_of(column, reached, accounts) for column in guarded.T]
    loose_p = [chance_of(column, reached, accounts) for column in everything.T]
    q, loose_q = discoveries(p), discoveries(loose_p)
    beside = _beside(guarded, reached, accounts, q <= LEVEL)
    found = []
    for place, subject in enumerate(subjects):
        having, without = tables[place]
        shown = everything[:, place] | guarded[:, place]
        found.append(
            Lift(
                subject=subject,
                having=having,
                without=without,
                lift=ratio(having, without),
                p=p[place],
                q=float(q[place]),
                loose=ratio(*loose[place]),
                loose_q=float(loose_q[place]),
                later=Share(int((shown & ~guarded[:, place]).sum()), int(shown.sum())),
                beside=beside[place],
                of_last=Share(int(guarded[last, place].sum()), len(last)),
            )
        )
    return tuple(found)


def _beside(guarded: Bools, reached: Bools, accounts: Ints, tells: Bools) -> Sequence[Estimate | None]:
    """Each subject beside all the others; where they are too many for the data, beside those that tell."""
    beside = beside_the_others(guarded, reached, accounts)
    if any(beside):
        return beside
    found: list[Estimate | None] = [None] * len(tells)
    kept = np.flatnonzero(tells)
    fewer = beside_the_others(guarded[:, kept], reached, accounts)
    for place, estimate in zip(kept.tolist(), fewer, strict=True):
        found[place] = estimate
    return found


def _table(held: Bools, reached: Bools) -> tuple[Share, Share]:
    """Share that reached it of those with, and of those without."""
    return (
        Share(int((held & reached).sum()), int(held.sum())),
        Share(int((~held & reached).sum()), int((~held).sum())),
    )


def _by_weight(lift: Lift) -> tuple[int, float]:
    """Sure ones first, in each group the strongest."""
    places = list(Verdict)
    strength = 0.0 if lift.lift is None or lift.lift.value <= 0 else abs(np.log(min(lift.lift.value, 1e6)))
    return places.index(lift.verdict), -strength


def _with_days(
    definition: Definition, lifts: Sequence[Lift], past: Past, cases: Bools, step: Step
) -> Sequence[Lift]:
    """The same, with the days from the first time to the step where a signal raises it."""
    at = past.sold.at(step)
    reached = np.flatnonzero(cases & (at != MISSING))
    winners = past.only(reached)
    found = []
    for lift in lifts:
        rises = lift.lift is not None and lift.lift.value > 1
        is_told = lift.verdict in (Verdict.RAISES, Verdict.ALONE, Verdict.SHARED)
        if is_told and rises and lift.subject.is_behaviour:
            first = first_held(definition, lift.subject, winners, winners.cut)
            days = ((at[reached] - first) / DAY)[first != MISSING]
            lift = replace(lift, days=median(days, seed=0), days_n=len(days))
        found.append(lift)
    return found


def _together(names: Sequence[str], held: Bools) -> Sequence[Together]:
    counts = held.sum(axis=0)
    both = held.T.astype(np.float64) @ held
    found = []
    for one in range(len(names)):
        for other in range(one + 1, len(names)):
            either = int(counts[one] + counts[other] - both[one, other])
            if either >= LEAST_LEADS and both[one, other] >= ALIKE * either:
                found.append(Together(names[one], names[other], Share(int(both[one, other]), either)))
    return found
