"""Figures as people read them and as machines do: every one with its n and its interval."""

import math
from typing import Any

from handraise.cli import output
from handraise.learn.shares import Estimate, Share, percent
from handraise.learn.telling import as_figures


def times(estimate: Estimate | None) -> str:
    """A ratio with its interval.

    Examples
    --------
    >>> times(Estimate(2.531, 2.32, 2.75)), times(Estimate(math.inf, 1.7, math.inf)), times(None)
    ('2.5 × (2.3–2.8)', 'more than 1.7 ×', '–')
    """
    if estimate is None:
        return "–"
    if math.isinf(estimate.value):
        return f"more than {_short(estimate.low)} ×"
    high = "…" if math.isinf(estimate.high) else _short(estimate.high)
    return f"{_short(estimate.value)} × ({_short(estimate.low)}–{high})"


def days(estimate: Estimate | None, n: int) -> str:
    """A median of days with its interval and n.

    Examples
    --------
    >>> days(Estimate(16.66, 15.1, 17.95), 1067), days(None, 0)
    ('17 (15–18), n = 1,067', '–')
    """
    if estimate is None:
        return "–"
    return f"{_short(estimate.value)} ({_short(estimate.low)}–{_short(estimate.high)}), n = {n:,}"


def points(estimate: Estimate | None) -> str:
    """A difference of two shares in percentage points.

    Examples
    --------
    >>> points(Estimate(-0.124, -0.18, -0.07))
    '−12 points (−18 to −7)'
    """
    if estimate is None:
        return "–"
    told = [f"{100 * part:+.0f}".replace("-", "−") for part in (estimate.value, estimate.low, estimate.high)]
    return f"{told[0]} points ({told[1]} to {told[2]})"


def told(of: Share, what: str) -> str:
    """A share in a sentence: of what it is stands before the interval.

    Examples
    --------
    >>> told(Share(64, 212), "leads that sales answered")
    '30 % of 212 leads that sales answered (24–37 %)'
    >>> told(Share(3, 7), "leads"), told(Share(0, 0), "leads")
    ('3 of 7 leads, too few for a rate', 'none, as there are no leads')
    """
    if of.n == 0:
        return f"none, as there are no {what}"
    if of.is_few:
        return f"{of.count:,} of {of.n:,} {what}, too few for a rate"
    low, high = percent(of.low), percent(of.high)
    return f"{percent(of.count / of.n)} % of {of.n:,} {what} ({low}–{high} %)"


def share(of: Share) -> str:
    """A share in a table: its percentage, interval and n, or a count of few.

    Examples
    --------
    >>> share(Share(64, 212)), share(Share(3, 7)), share(Share(0, 0))
    ('30 % (24–37) of 212', '3 of 7', '–')
    """
    if of.n == 0:
        return "–"
    if of.is_few:
        return f"{of.count} of {of.n}"
    return f"{percent(of.count / of.n)} % ({percent(of.low)}–{percent(of.high)}) of {of.n:,}"


def _short(number: float) -> str:
    """Two figures that count, no more."""
    return f"{number:,.0f}" if number >= 9.95 else f"{number:.1f}" if number >= 0.995 else f"{number:.2f}"


def for_machines(value: Any) -> Any:
    """The value as JSON knows it: shares with count, n and interval; what has no limit is null."""
    return output.plain(as_figures(value))
