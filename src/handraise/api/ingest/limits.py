"""How much a source may send: `events_per_second` in its settings, else the usual; ten seconds' at once."""

import math
import time
from collections.abc import Callable
from typing import Final

from handraise.api.ingest.requests import RequestRefused
from handraise.store.sources import Source

_AT_ONCE: Final = 10.0


class RateLimits:
    """What is left to each source in this process; `usual` holds for those without a limit of their own."""

    def __init__(self, usual: float | None = None, *, ticks: Callable[[], float] = time.monotonic) -> None:
        self._usual = usual
        self._ticks = ticks
        self._left: dict[int, tuple[float, float]] = {}

    def take(self, source: Source, calls: int) -> None:
        """Count these calls; 429 when the source is beyond its limit, with the time until it is not.

        A request larger than what is left is taken whole and the source waits the longer after it.
        """
        rate = source.settings.get("events_per_second", self._usual)
        if not isinstance(rate, int | float) or rate <= 0:
            return
        now, most = self._ticks(), max(rate * _AT_ONCE, 1.0)
        then, left = self._left.get(source.id, (now, most))
        left = min(most, left + (now - then) * rate)
        if left <= 0:
            wait = math.ceil(-left / rate) or 1
            raise RequestRefused(
                429,
                "too_many",
                f"this source may send {rate:g} events a second",
                {"retry-after": str(wait)},
            )
        self._left[source.id] = (now, left - calls)
