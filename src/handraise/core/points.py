"""Points: exact decimals with two places, carried as integer hundredths."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Final

from handraise.core.saying import Saying, Speech

MOST: Final = 1_000_000 * 100
SMALLEST_STEP: Final = Decimal("0.0001")


def hundredths(text: str) -> int:
    """Read points such as `15`, `-2.5` or `0.01` as integer hundredths.

    Raises
    ------
    ValueError
        When the text is no number, has more than two places, or is beyond a million.

    Examples
    --------
    >>> hundredths("15"), hundredths("-2.5")
    (1500, -250)
    """
    try:
        scaled = Decimal(text) * 100
    except InvalidOperation:
        raise ValueError(Saying("`{text}` is not a number of points", text=text)) from None
    if not scaled.is_finite() or abs(scaled) > MOST:
        raise ValueError(Saying("`{text}` is beyond a million points", text=text))
    if scaled != scaled.to_integral_value():
        raise ValueError(Saying("`{text}` has more than two decimal places", text=text))
    return int(scaled)


def written(value: int, *, sign: bool = False) -> str:
    """Hundredths as people read them: no places when there are none.

    Examples
    --------
    >>> written(1500), written(-250), written(1500, sign=True), written(1237), written(-5, sign=True)
    ('15', '−2.5', '+15', '12.37', '−0.05')
    """
    whole, part = divmod(abs(value), 100)
    digits = f"{whole:,}" + (f".{part:02d}".rstrip("0") if part else "")
    if value < 0:
        return f"−{digits}"
    return f"+{digits}" if sign else digits


@dataclass(frozen=True)
class Points:
    """Hundredths in a saying."""

    hundredths: int

    def __str__(self) -> str:
        return written(self.hundredths)

    def told(self, speech: Speech) -> str:
        """With the digits of the language."""
        return speech.written(self.hundredths)


def lost_in_steps(points: int, lose: Decimal) -> tuple[int, ...]:
    """What is left of `points` (hundredths) after 0, 1, 2 … steps that each take the share `lose`.

    `lose` is from `SMALLEST_STEP` to 1, so there are at most some 200,000 steps.

    Each entry is the exact product rounded half even once; the last entry repeats for ever.

    Examples
    --------
    >>> lost_in_steps(1500, Decimal("0.5"))[:4]
    (1500, 750, 375, 188)
    """
    kept, left = 1 - lose, Decimal(points)
    table = [points]
    while table[-1] != 0:
        left *= kept
        table.append(int(left.to_integral_value(rounding=ROUND_HALF_EVEN)))
    return tuple(table)
