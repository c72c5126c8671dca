"""What a contribution is worth at an age, and what caps and floors do (decisions 2, 14, 18, 19)."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from fractions import Fraction
from functools import cache

from handraise.core.definition.model import Bounds, Decay, DimensionName, HalfLife
from handraise.core.score import Line, LineKind


def worth(points: int, decay: Decay | None, age: int) -> int:
    """Hundredths left after `age` microseconds, rounded once, half to even."""
    if decay is None or points < 0:
        return points
    if isinstance(decay, HalfLife):
        return _halved(points, decay.duration.microseconds, age)
    return _stepped(points, decay.lose, age // decay.every.microseconds)


def _halved(points: int, half_life: int, age: int) -> int:
    halvings, rest = divmod(age, half_life)
    if halvings > 60:  # a million points are below a thousandth of a hundredth by then
        return 0
    with localcontext(Context(prec=50)):
        left = Decimal(points) / 2**halvings
        if rest:
            left *= Decimal(2) ** (-Decimal(rest) / Decimal(half_life))
        return int(left.quantize(Decimal(1), ROUND_HALF_EVEN))


@cache
def _stepped(points: int, lose: Decimal, steps: int) -> int:
    if points * float(1 - lose) ** steps < 0.001:  # spares fractions with thousands of digits
        return 0
    return round(points * (1 - Fraction(lose)) ** steps)  # of a Fraction: exact, half to even


def bounding(
    lines: Sequence[tuple[Line, str | None]],
    groups: Sequence[tuple[str, Bounds]],
    own: Bounds,
    dimension: DimensionName,
) -> list[Line]:
    """The lines that groups and then the dimension add to the rules' lines (each with its rule's group)."""
    added: list[Line] = []
    for name, bounds in groups:
        total = sum(line.points for line, group in lines if group == name)
        added += _bounded(total, bounds, dimension, name, name, ("group_cap", "group_floor"))
    total = sum(line.points for line, _ in lines) + sum(line.points for line in added)
    return added + _bounded(total, own, dimension, "cap", "floor", ("cap", "floor"))


def _bounded(
    total: int,
    bounds: Bounds,
    dimension: DimensionName,
    cap: str,
    floor: str,
    kinds: tuple[LineKind, LineKind],
) -> list[Line]:
    if bounds.cap is not None and total > bounds.cap:
        return [Line(cap, dimension, bounds.cap - total, 0, kind=kinds[0])]
    if bounds.floor is not None and total < bounds.floor:
        return [Line(floor, dimension, bounds.floor - total, 0, kind=kinds[1])]
    return []
