"""Leads of one account are no strangers: how much wider that makes an interval, and odds that know of it."""

import math
from typing import Final

import numpy as np
from scipy import stats

from handraise.learn.intervals import Estimate, Floats, Share, Z
from handraise.learn.past import Bools, Ints

FEW_LEADS: Final = 20


def widening(influence: Floats, accounts: Ints) -> float:
    """By how much an interval is wider than if the leads of an account were strangers; at least 1.

    The square root of the design effect: the variance of the figure's influences summed by account, over
    that of the influences themselves (L. Kish, Survey Sampling, 1965; for areas under the curve N. A.
    Obuchowski, Biometrics 53, 1997).

    Parameters
    ----------
    influence
        What each lead adds to the figure; they sum to about 0.
    accounts
        A number for each lead, the same for those of one account.

    Examples
    --------
    >>> answers = np.repeat([1.0, -1.0, 1.0, -1.0], 4)
    >>> widening(answers, np.arange(16)), widening(answers, np.repeat(np.arange(4), 4))
    (1.0, 2.0)
    """
    alone = float((influence**2).sum())
    if not alone:
        return 1.0
    _, places = np.unique(accounts, return_inverse=True)
    together = float((np.bincount(places.reshape(-1), influence) ** 2).sum())
    return math.sqrt(max(1.0, together / alone))


def odds_of(held: Bools, reached: Bools, accounts: Ints) -> Estimate:
    """Odds ratio of reaching it, with the signal against without, for some leads.

    Woolf's interval with half a lead added to each field (Haldane, Anscombe), widened for accounts.
    """
    fields = held & reached, held & ~reached, ~held & reached, ~held & ~reached
    a, b, c, d = (float(field.sum()) + 0.5 for field in fields)
    log, deviation = math.log(a * d / (b * c)), math.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    # What each lead adds to the log-odds of its side.
    inside, outside = (reached - a / (a + b)) * (a + b) / (a * b), (c / (c + d) - reached) * (c + d) / (c * d)
    deviation *= widening(np.where(held, inside, outside), accounts)
    return Estimate(math.exp(log), math.exp(log - Z * deviation), math.exp(log + Z * deviation))


def spread(odds: Estimate) -> float:
    """Standard deviation of the log of an odds ratio with a symmetric interval."""
    return math.log(odds.high / odds.low) / (2 * Z)


def p_of(odds: Estimate) -> float:
    """p-value that an odds ratio is 1: that the signal tells nothing."""
    return float(2 * stats.norm.sf(abs(math.log(odds.value)) / spread(odds)))


def chance_of(held: Bools, reached: Bools, accounts: Ints) -> float:
    """p-value that those with the signal and those without get there equally often.

    Fisher's exact one, or that of the odds widened for accounts where it is larger. The odds are left out
    with fewer than `FEW_LEADS` on either side, where only the exact test holds.
    """
    having = Share(int((held & reached).sum()), int(held.sum()))
    without = Share(int((~held & reached).sum()), int((~held).sum()))
    exact = fisher(having, without)
    if min(having.n, without.n) < FEW_LEADS:
        return exact
    return max(exact, p_of(odds_of(held, reached, accounts)))


def fisher(one: Share, other: Share) -> float:
    """Fisher's exact p-value that two shares are the same; 1 when either has no case."""
    if one.n == 0 or other.n == 0:
        return 1.0
    table = [[one.count, one.n - one.count], [other.count, other.n - other.count]]
    return min(1.0, float(stats.fisher_exact(table).pvalue))
