"""What was learned, as JSON keeps it: every figure with its n and its interval."""

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from handraise.learn.shares import Share


def as_figures(value: Any) -> Any:
    """The value as JSON knows it: shares with count, n and interval; what has no limit is null.

    What is neither a figure nor holds any (a time) is left as it is.

    Examples
    --------
    >>> from handraise.learn.shares import Estimate
    >>> as_figures(Share(0, 0))
    {'count': 0, 'n': 0, 'share': None, 'low': 0.0, 'high': 1.0}
    >>> as_figures(Estimate(math.inf, 1.7, math.inf))
    {'value': None, 'low': 1.7, 'high': None}
    """
    match value:
        case Share():
            return {
                "count": value.count,
                "n": value.n,
                "share": value.value,
                "low": value.low,
                "high": value.high,
            }
        case Enum():
            return value.value
        case float():
            return value if math.isfinite(value) else None
        case Mapping():
            return {str(key): as_figures(part) for key, part in value.items()}
        case list() | tuple():
            return [as_figures(part) for part in value]
    if is_dataclass(value):
        return {each.name: as_figures(getattr(value, each.name)) for each in fields(value)}
    return value
