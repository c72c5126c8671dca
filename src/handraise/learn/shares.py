"""How sure a share is, a difference or ratio of two, a count: with 95 % intervals, and without arrays."""

import math
from dataclasses import dataclass
from typing import Final

from handraise.core.saying import Digits, Saying

Z: Final = 1.959963984540054
"""The 97.5 % point of the normal distribution."""

FEW: Final = 30
"""Below so many cases a share is told as a count, and called uncertain."""


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval; `low` and `high` are infinite where the data set no limit."""

    value: float
    low: float
    high: float

    def excludes(self, figure: float) -> bool:
        """Whether the figure lies outside the interval.

        Examples
        --------
        >>> Estimate(2.1, 1.2, 3.4).excludes(1.0)
        True
        """
        return figure < self.low or figure > self.high


@dataclass(frozen=True)
class Share:
    """`count` of `n` cases, with Wilson's 95 % interval.

    Wilson's interval (E. B. Wilson, JASA 22, 1927, 209–212) stays within 0 and 1 and keeps its promise when n
    is small or the share is near 0 or 1, where the textbook's ± 1.96 standard errors does not.

    Raises
    ------
    ValueError
        Unless 0 ≤ count ≤ n.

    Examples
    --------
    >>> share = Share(12, 40)
    >>> share.value, round(share.low, 3), round(share.high, 3)
    (0.3, 0.181, 0.454)
    >>> Share(0, 0).value, Share(0, 0).low, Share(0, 0).high
    (None, 0.0, 1.0)
    """

    count: int
    n: int

    def __post_init__(self) -> None:
        if not 0 <= self.count <= self.n:
            raise ValueError(f"{self.count} of {self.n} is no share")

    @property
    def value(self) -> float | None:
        """The share in [0, 1], None when there is no case."""
        return self.count / self.n if self.n else None

    @property
    def is_few(self) -> bool:
        """Whether the cases are too few for a rate."""
        return self.n < FEW

    @property
    def low(self) -> float:
        """Lower end of the interval; 0 when there is no case."""
        return self._limits()[0]

    @property
    def high(self) -> float:
        """Upper end of the interval; 1 when there is no case."""
        return self._limits()[1]

    def _limits(self) -> tuple[float, float]:
        if self.n == 0:
            return 0.0, 1.0
        p, square = self.count / self.n, Z * Z
        middle = (p + square / (2 * self.n)) / (1 + square / self.n)
        half = Z / (1 + square / self.n) * math.sqrt(p * (1 - p) / self.n + square / (4 * self.n * self.n))
        # At the ends the formula gives 0 and 1 but for the last bits.
        low = 0.0 if self.count == 0 else max(0.0, middle - half)
        high = 1.0 if self.count == self.n else min(1.0, middle + half)
        return low, high

    @property
    def words(self) -> Saying:
        """The share as people may repeat it: with its n and interval, as a count when n is below `FEW`.

        Examples
        --------
        >>> Share(64, 212).words
        '30 % of 212 (24–37 %)'
        >>> Share(3, 7).words
        '3 of 7, too few for a rate (anything from 16 to 75 %)'
        >>> Share(0, 0).words
        'no case yet'
        """
        if self.n == 0:
            return Saying("no case yet")
        ends = {"low": Digits(percent(self.low)), "high": Digits(percent(self.high))}
        if self.is_few:
            few = "{count} of {n}, too few for a rate (anything from {low} to {high} %)"
            return Saying(few, count=self.count, n=self.n, **ends)
        share, n = Digits(percent(self.count / self.n)), Digits(f"{self.n:,}")
        return Saying("{share} % of {n} ({low}–{high} %)", share=share, n=n, **ends)


def percent(share: float) -> str:
    """A share in hundredths without the sign: whole from 10 on, one place below, none where it is 0 or 100.

    Examples
    --------
    >>> percent(0.304), percent(0.0312), percent(0.0), percent(1.0), percent(0.9997), percent(0.0002)
    ('30', '3.1', '0', '100', '>99.9', '<0.1')
    """
    hundred = share * 100
    if hundred in (0.0, 100.0):
        return f"{hundred:.0f}"
    if hundred < 0.05:
        return "<0.1"
    if hundred > 99.95:
        return ">99.9"
    return f"{hundred:.1f}" if hundred < 9.95 or hundred > 99.5 else f"{hundred:.0f}"


def difference(one: Share, other: Share) -> Estimate | None:
    """`one` minus `other`, two independent shares; None when either has no case.

    The interval is Newcombe's, from the two Wilson intervals (R. G. Newcombe, Statistics in Medicine 17,
    1998, 873–890, method 10).

    Examples
    --------
    >>> found = difference(Share(56, 70), Share(48, 80))
    >>> round(found.value, 4), round(found.low, 4), round(found.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    if one.value is None or other.value is None:
        return None
    p, q = one.value, other.value
    below = math.hypot(p - one.low, other.high - q)
    above = math.hypot(one.high - p, q - other.low)
    return Estimate(p - q, max(-1.0, p - q - below), min(1.0, p - q + above))


def ratio(one: Share, other: Share) -> Estimate | None:
    """How many times as large `one` is as `other`, two independent shares; None when it has no meaning.

    It has none when either has no case or both counts are 0; it is infinite when only `other` is 0. The
    interval comes from the two Wilson intervals (R. G. Newcombe, Statistical Methods in Medical Research 25,
    2016, 1774–1778, MOVER-R), so it exists where a count is 0, which logarithms do not allow.

    Examples
    --------
    >>> found = ratio(Share(30, 100), Share(15, 100))
    >>> found.value, round(found.low, 2), round(found.high, 2)
    (2.0, 1.16, 3.46)
    >>> ratio(Share(4, 20), Share(0, 30)).high
    inf
    """
    if one.value is None or other.value is None or one.count + other.count == 0:
        return None
    p, q = one.value, other.value
    low = _low_ratio(p, one.low, q, other.high)
    if other.low == 0:
        return Estimate(p / q if q else math.inf, low, math.inf)
    return Estimate(p / q, low, 1 / _low_ratio(q, other.low, p, one.high))


def _low_ratio(p: float, low: float, q: float, high: float) -> float:
    """Lower limit of p / q from the lower limit of p and the upper limit of q."""
    over, under = low * (2 * p - low), high * (2 * q - high)
    product = p * q
    return over / (product + math.sqrt(max(0.0, product * product - over * under))) if over else 0.0


def counted(count: int, per: float = 1.0) -> Estimate:
    """A count of what happens by itself, for each of `per` units (weeks, say), with its exact interval.

    The interval is Garwood's for a Poisson count (F. Garwood, Biometrika 28, 1936, 437–442).

    Examples
    --------
    >>> found = counted(26, per=13)
    >>> found.value, round(found.low, 2), round(found.high, 2)
    (2.0, 1.31, 2.93)
    >>> counted(0).low
    0.0
    """
    from scipy.special import gammaincinv

    low = float(gammaincinv(count, 0.025)) if count else 0.0
    return Estimate(count / per, low / per, float(gammaincinv(count + 1, 0.975)) / per)
