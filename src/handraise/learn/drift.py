"""Drift: whether lately leads score, answer and mean what they did before.

Two spans of time are held against each other: before `since`, and from then on. Leads count at the time
of their hand-over and as they were at the first contact of sales. The outcome is the answer of sales,
since it comes within days; what is won comes too late to warn of anything.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from scipy import stats

from handraise.core.definition.model import Definition
from handraise.engine.kernel import MISSING
from handraise.learn.accounts import fisher, odds_of, p_of, spread, widening
from handraise.learn.intervals import FEW, Estimate, Floats, Share, Z, difference, discoveries
from handraise.learn.past import DAY, Bools, Ints, Past, judged
from handraise.learn.subjects import LEAST_LEADS, Subject, held, subjects_of

QUARTER: Final = 91 * DAY
LEVEL: Final = 0.05
BINS: Final = 10
SHIFTS, MOVES = 0.25, 0.10  # of the stability index: has shifted, has moved; the usual lines
WORSE: Final = 0.05  # of the area under the curve
APART: Final = 0.05  # of the share accepted
SURE: Final = 2.5758293035489004  # the 99.5 % point of the normal distribution: an alarm is for what is sure
_PERIODS: Final = 12


class Change(StrEnum):
    """What became of a rule's relation to the answer of sales."""

    REVERSED = "reversed"
    LOST = "tells nothing any more"
    WEAKER = "weaker"
    STRONGER = "stronger"
    NEW = "tells now"
    SAME = "as before"
    FEW = "too few lately"


ALARMING: Final = (Change.REVERSED, Change.LOST)


@dataclass(frozen=True)
class Stability:
    """How far a score's distribution is from what it was.

    Attributes
    ----------
    index
        Population stability index: the sum of (new − old) · ln(new / old) over tenths of the old scores.
    chance
        What it exceeds in one of twenty cases when nothing has changed (B. Yurdakul and J. Naranjo,
        Journal of Risk Model Validation 14, 2020): the fewer the leads, the more.
    shares
        For each bin: from which hundredths on, share before, share lately.
    """

    name: str
    index: float
    chance: float
    shares: tuple[tuple[int, Share, Share], ...]

    @property
    def has_shifted(self) -> bool:
        """Whether it is far, and farther than chance."""
        return self.index >= SHIFTS and self.index > self.chance

    @property
    def has_moved(self) -> bool:
        """Whether it is noticeably away, and farther than chance."""
        return self.index >= MOVES and self.index > self.chance


@dataclass(frozen=True)
class RuleDrift:
    """One rule or pattern, before and lately.

    Attributes
    ----------
    fires_before, fires
        Of the leads that sales got, those for which it holds.
    fires_q
        q-value of the difference.
    before, lately
        Odds ratio of acceptance, with the rule against without.
    q
        q-value of the change of the odds ratio.
    """

    subject: Subject
    fires_before: Share
    fires: Share
    fires_q: float
    accepted_before: tuple[Share, Share]  # with, without
    accepted: tuple[Share, Share]
    before: Estimate
    lately: Estimate
    q: float
    change: Change


@dataclass(frozen=True)
class Period:
    """A quarter: leads that sales got, share accepted, stability of the total, how well it ranks."""

    start: int
    handed: int
    accepted: Share
    index: float | None
    auc: Estimate | None


@dataclass(frozen=True)
class DriftReport:
    """Everything held against before; `alarms` are sentences, empty when nothing is alarming."""

    since: int
    before: int
    lately: int
    accepted_before: Share
    accepted: Share
    accepted_apart: Estimate | None
    stability: tuple[Stability, ...]
    auc_before: Estimate | None
    auc: Estimate | None
    auc_apart: Estimate | None
    rules: tuple[RuleDrift, ...]
    periods: tuple[Period, ...]

    @property
    def is_known(self) -> bool:
        """Whether there are leads enough on both sides to say anything."""
        return min(self.accepted_before.n, self.accepted.n) >= FEW

    @property
    def ranks_worse(self) -> bool:
        """Whether the score ranks clearly worse than before."""
        apart = self.auc_apart
        return self.is_known and apart is not None and apart.value <= -WORSE and _is_sure(apart)

    @property
    def answers_differ(self) -> bool:
        """Whether sales accepts another share than before."""
        apart = self.accepted_apart
        return self.is_known and apart is not None and abs(apart.value) >= APART and _is_sure(apart)

    @property
    def lost(self) -> tuple[RuleDrift, ...]:
        """Rules that no longer tell accepted from rejected, or tell the contrary."""
        return tuple(rule for rule in self.rules if rule.change in ALARMING)

    @property
    def is_alarming(self) -> bool:
        """Whether anything has changed so far that somebody has to look."""
        shifted = self.is_known and any(each.has_shifted for each in self.stability)
        return shifted or self.ranks_worse or self.answers_differ or bool(self.lost)


def _is_sure(apart: Estimate) -> bool:
    """Whether a difference is none by chance, at 99 %."""
    half = (apart.high - apart.low) / 2
    return abs(apart.value) > half * SURE / Z


@dataclass(frozen=True)
class _Leads:
    """What is known of every lead: in which span it falls, what sales answered, whose account it is."""

    early: Bools
    late: Bools
    answered: Bools
    accepted: Bools
    accounts: Ints

    @property
    def spans(self) -> tuple[Bools, Bools]:
        """Answered leads of both spans."""
        return self.early & self.answered, self.late & self.answered

    def accepts(self, rows: Bools) -> Share:
        """Of some answered leads, those that were accepted."""
        return Share(int((self.accepted & rows).sum()), int(rows.sum()))


def drift_report(definition: Definition, past: Past, *, since: int | None = None) -> DriftReport:
    """Hold the leads handed over from `since` on against those before.

    Parameters
    ----------
    since
        Microseconds; None: the last quarter (91 days) before the end.
    """
    since = past.until - QUARTER if since is None else since
    at = past.sold.handed
    handed = past.sold.is_known & (at != MISSING)
    leads = _Leads(
        early=handed & (at < since),
        late=handed & (at >= since),
        answered=past.sold.is_answered,
        accepted=past.sold.has("accepted"),
        accounts=past.accounts,
    )
    moments = past.cut
    scores = judged(definition, past, moments)
    total = scores.fit + scores.engagement
    subjects = [each for each in subjects_of(definition) if each.kind in ("rule", "pattern")]
    before, now = (leads.accepts(rows) for rows in leads.spans)
    areas = [_area(leads, total, rows) for rows in leads.spans]
    counts = int(leads.early.sum()), int(leads.late.sum())
    return DriftReport(
        since=since,
        before=counts[0],
        lately=counts[1],
        accepted_before=before,
        accepted=now,
        accepted_apart=_accepted_apart(leads, before, now),
        stability=tuple(
            stability(name, column[leads.early], column[leads.late])
            for name, column in (("fit", scores.fit), ("engagement", scores.engagement), ("total", total))
            if min(counts) >= FEW
        ),
        auc_before=areas[0],
        auc=areas[1],
        auc_apart=_apart(areas[1], areas[0]),
        rules=_rules(subjects, held(definition, subjects, past, moments), leads),
        periods=tuple(_periods(past.until, at, total, leads)),
    )


def _accepted_apart(leads: _Leads, before: Share, now: Share) -> Estimate | None:
    apart = difference(now, before)
    if apart is None:
        return None
    wider = max(
        widening(leads.accepted[rows] - leads.accepted[rows].mean(), leads.accounts[rows])
        for rows in leads.spans
    )
    return _wider(apart, wider)


def _wider(estimate: Estimate, by: float) -> Estimate:
    value = estimate.value
    return Estimate(value, value - by * (value - estimate.low), value + by * (estimate.high - value))


def stability(name: str, before: Ints, lately: Ints) -> Stability:
    """The stability index of a score, in tenths of what it was; half a lead is added to each of them.

    Parameters
    ----------
    before, lately
        Hundredths, at least one of each.

    Examples
    --------
    >>> old = np.repeat([1000, 2000, 3000, 4000], 250)
    >>> stability("total", old, old[::5]).index < 0.001
    True
    >>> moved = stability("total", old, old[500:] + 500)
    >>> moved.has_shifted
    True
    """
    edges = np.unique(np.quantile(before, np.arange(1, BINS) / BINS, method="higher"))
    edges = edges[edges > before.min()]  # nobody was below the lowest
    bins = len(edges) + 1
    old, new = (
        np.bincount(np.searchsorted(edges, part, side="right"), minlength=bins) for part in (before, lately)
    )
    p, q = ((part + 0.5) / (part.sum() + 0.5 * bins) for part in (old, new))
    index = float(((q - p) * np.log(q / p)).sum())
    noise = 1 / len(before) + 1 / len(lately)
    chance = float(stats.chi2.ppf(1 - LEVEL, bins - 1)) * noise if bins > 1 else math.inf
    starts = [int(min(before.min(), lately.min())), *map(int, edges)]
    told = tuple(
        (start, Share(int(one), len(before)), Share(int(other), len(lately)))
        for start, one, other in zip(starts, old, new, strict=True)
    )
    return Stability(name, index, chance, told)


def auc(scores: Ints, reached: Bools) -> Estimate | None:
    """How often a lead that got there scores above one that did not; None with fewer than two of either.

    The area under the ROC curve with DeLong's interval (E. R. DeLong and others, Biometrics 44, 1988,
    837–845); ties count one half. 0.5 is as good as a coin.

    Examples
    --------
    >>> auc(np.array([1, 2, 3, 4]), np.array([False, False, True, True])).value
    1.0
    """
    return _area_of(*_parts(scores, reached), 1.0) if min(reached.sum(), (~reached).sum()) >= 2 else None


def _parts(scores: Ints, reached: Bools) -> tuple[Floats, Floats]:
    """Of each lead that got there, the share of the others it is above; of each other, those below."""
    yes, no = scores[reached], scores[~reached]
    ranks = stats.rankdata(np.concatenate((yes, no)))
    above = (ranks[: len(yes)] - stats.rankdata(yes)) / len(no)
    below = 1 - (ranks[len(yes) :] - stats.rankdata(no)) / len(yes)
    return above, below


def _area_of(above: Floats, below: Floats, wider: float) -> Estimate:
    value = float(above.mean())
    deviation = math.sqrt(above.var(ddof=1) / len(above) + below.var(ddof=1) / len(below)) * wider
    return Estimate(value, max(0.0, value - Z * deviation), min(1.0, value + Z * deviation))


def _area(leads: _Leads, scores: Ints, rows: Bools) -> Estimate | None:
    """The area of some answered leads, its interval widened for accounts."""
    reached = leads.accepted[rows]
    if min(reached.sum(), (~reached).sum()) < 2:
        return None
    above, below = _parts(scores[rows], reached)
    influence = np.empty(len(reached))
    influence[reached] = (above - above.mean()) / len(above)
    influence[~reached] = (below - below.mean()) / len(below)
    return _area_of(above, below, widening(influence, leads.accounts[rows]))


def _apart(now: Estimate | None, before: Estimate | None) -> Estimate | None:
    """Now minus before, two independent estimates."""
    if now is None or before is None:
        return None
    value = now.value - before.value
    below = math.hypot(now.value - now.low, before.high - before.value)
    above = math.hypot(now.high - now.value, before.value - before.low)
    return Estimate(value, value - below, value + above)


def _rules(subjects: Sequence[Subject], holds: Bools, leads: _Leads) -> tuple[RuleDrift, ...]:
    """All rules, those that changed most first."""
    columns = [holds[:, place] for place in range(len(subjects))]
    fired = [
        tuple(Share(int((holds_ & rows).sum()), int(rows.sum())) for rows in (leads.early, leads.late))
        for holds_ in columns
    ]
    answers = [
        tuple((leads.accepts(rows & holds_), leads.accepts(rows & ~holds_)) for rows in leads.spans)
        for holds_ in columns
    ]
    odds = [
        tuple(odds_of(holds_[rows], leads.accepted[rows], leads.accounts[rows]) for rows in leads.spans)
        for holds_ in columns
    ]
    told, tells = (discoveries([p_of(pair[span]) for pair in odds]) for span in (0, 1))
    q = discoveries([_same(before, now) for before, now in odds])
    fires_q = discoveries([fisher(now, before) for before, now in fired])
    found = [
        RuleDrift(
            subject=subject,
            fires_before=fired[place][0],
            fires=fired[place][1],
            fires_q=float(fires_q[place]),
            accepted_before=answers[place][0],
            accepted=answers[place][1],
            before=odds[place][0],
            lately=odds[place][1],
            q=float(q[place]),
            change=_change(
                answers[place][1],
                *odds[place],
                told=told[place] <= LEVEL,
                tells=tells[place] <= LEVEL,
                changed=q[place] <= LEVEL,
            ),
        )
        for place, subject in enumerate(subjects)
    ]
    order = list(Change)
    return tuple(sorted(found, key=lambda each: (order.index(each.change), each.q)))


def _same(before: Estimate, now: Estimate) -> float:
    """p-value that both odds ratios are the same."""
    deviation = math.hypot(spread(before), spread(now))
    return float(2 * stats.norm.sf(abs(math.log(now.value / before.value)) / deviation))


def _change(
    answers: tuple[Share, Share], before: Estimate, now: Estimate, *, told: bool, tells: bool, changed: bool
) -> Change:
    if min(each.n for each in answers) < LEAST_LEADS:
        return Change.FEW
    if not changed:
        return Change.SAME
    is_turned = (before.value > 1) is not (now.value > 1)
    if told and tells and is_turned:
        return Change.REVERSED
    if told and not tells:
        return Change.LOST
    if not told:
        return Change.NEW if tells else Change.SAME
    return Change.WEAKER if abs(math.log(now.value)) < abs(math.log(before.value)) else Change.STRONGER


def _periods(until: int, at: Ints, total: Ints, leads: _Leads) -> Iterator[Period]:
    """Quarters back from the end, oldest first; the stability index is towards the leads before `since`."""
    handed = leads.early | leads.late
    for back in reversed(range(_PERIODS)):
        start = until - (back + 1) * QUARTER
        rows = handed & (at >= start) & (at < start + QUARTER + (back == 0))
        if rows.sum() < FEW:
            continue
        known = leads.early.sum() >= FEW
        yield Period(
            start=start,
            handed=int(rows.sum()),
            accepted=leads.accepts(rows & leads.answered),
            index=stability("total", total[leads.early], total[rows]).index if known else None,
            auc=_area(leads, total, rows & leads.answered),
        )
