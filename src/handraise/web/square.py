"""Geometry of the pictures on a lead's page: the fit × engagement square, and the score over time.

Coordinates are in the units of an SVG's view box; points are hundredths, as everywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

SIDE = 280
"""The square's side."""
WIDTH, HEIGHT = 560, 96
"""Of the picture over time."""
_ROOM = 1.12  # so that nothing lies on the edge


@dataclass(frozen=True)
class Dot:
    """A score as the lead once had it."""

    x: float
    y: float
    at: datetime
    fit: int
    engagement: int
    is_mql: bool


@dataclass(frozen=True)
class Square:
    """Engagement to the right, fit upwards; bars as lines, None where the definition has none.

    `total_bar`: the two ends of the line on which both together reach what is asked.
    """

    dots: tuple[Dot, ...]
    fit_bar: float | None
    engagement_bar: float | None
    most_fit: int
    most_engagement: int
    total: int | None = None
    total_bar: tuple[tuple[float, float], tuple[float, float]] | None = None

    @property
    def path(self) -> str:
        """The way through it, as the `d` of a path."""
        return "M" + "L".join(f"{dot.x} {dot.y}" for dot in self.dots) if self.dots else ""

    @property
    def crossing(self) -> Dot | None:
        """Where it became an MQL for the first time."""
        return next((dot for dot in self.dots if dot.is_mql), None)

    @property
    def now(self) -> Dot | None:
        """Where it stands."""
        return self.dots[-1] if self.dots else None


@dataclass(frozen=True)
class Course:
    """The total over time as steps; marks are where it became an MQL."""

    path: str
    marks: tuple[Dot, ...]
    most: int
    start: datetime
    end: datetime


Moment = tuple[datetime, int, int, bool]


def square(
    moments: Sequence[Moment], fit_bar: int | None, engagement_bar: int | None, total: int | None = None
) -> Square:
    """The square of scores in order of time: when, fit, engagement, whether an MQL.

    Examples
    --------
    >>> at = datetime(2026, 3, 2)
    >>> drawn = square([(at, 0, 0, False), (at, 3000, 4000, True)], 2000, 4000)
    >>> drawn.path, drawn.fit_bar
    ('M0.0 280.0L250.0 30.0', 113.3)
    >>> square([(at, 0, 0, False)], None, None, total=5000).total_bar
    ((0.0, 30.0), (250.0, 280.0))
    """
    most_fit = _most([one[1] for one in moments], fit_bar if total is None else total)
    most_engagement = _most([one[2] for one in moments], engagement_bar if total is None else total)

    def right(points: int) -> float:
        return round(SIDE * _share(points, most_engagement), 1)

    def up(points: int) -> float:
        return round(SIDE * (1 - _share(points, most_fit)), 1)

    dots = tuple(
        Dot(right(engagement), up(fit), at, fit, engagement, is_mql)
        for at, fit, engagement, is_mql in _distinct(moments)
    )
    return Square(
        dots,
        None if fit_bar is None else up(fit_bar),
        None if engagement_bar is None else right(engagement_bar),
        most_fit,
        most_engagement,
        total,
        None if total is None else ((0.0, up(total)), (right(total), float(SIDE))),
    )


def course(moments: Sequence[Moment], end: datetime) -> Course | None:
    """The total over time up to `end`; None of fewer than two moments."""
    if len(moments) < 2 or moments[0][0] >= end:
        return None
    start = moments[0][0]
    most = _most([fit + engagement for _, fit, engagement, _ in moments], None)

    def right(at: datetime) -> float:
        return round(WIDTH * ((at - start) / (end - start)), 1)

    def up(total: int) -> float:
        return round(HEIGHT * (1 - _share(total, most)), 1)

    steps = [f"M0 {up(moments[0][1] + moments[0][2])}"]
    steps += [f"H{right(at)}V{up(fit + engagement)}" for at, fit, engagement, _ in moments[1:]]
    marks = [
        Dot(right(later[0]), up(later[1] + later[2]), later[0], later[1], later[2], later[3])
        for before, later in pairwise(moments)
        if later[3] and not before[3]
    ]
    return Course("".join([*steps, f"H{WIDTH}"]), tuple(marks), most, start, end)


def _most(values: Sequence[int], bar: int | None) -> int:
    return max(round(max([*values, bar or 0, 0]) * _ROOM), 1000)


def _share(points: int, most: int) -> float:
    return max(0.0, min(1.0, points / most))


def _distinct(moments: Sequence[Moment]) -> Sequence[Moment]:
    """Without those where nothing moved; the last one always."""
    found: list[Moment] = []
    for one in moments:
        if found and found[-1][1:] == one[1:]:
            continue
        found.append(one)
    return found
