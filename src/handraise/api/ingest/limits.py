"""How much a source may send: `events_per_second` in its settings, else the usual; ten seconds' at once."""

import fcntl
import math
import os
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from handraise.api.ingest.requests import RequestRefused
from handraise.store.sources import Source

_AT_ONCE: Final = 10.0
Left = tuple[float, float]
"""When something was last taken, and how much was left then."""


class RateLimits:
    """What is left to each source; `usual` holds for those without a limit of their own.

    Parameters
    ----------
    shared
        A file in which the processes of one machine count together; without it, this one counts by itself.
    ticks
        Seconds of a clock that is the same for them all.
    """

    def __init__(
        self,
        usual: float | None = None,
        *,
        shared: Path | None = None,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._usual = usual
        self._shared = shared
        self._ticks = ticks
        self._kept: _Alone | _Together | None = None

    def take(self, source: Source, calls: int) -> None:
        """Count these calls; 429 when the source is beyond its limit, with the time until it is not.

        A request larger than what is left is taken whole and the source waits the longer after it.
        """
        rate = source.settings.get("events_per_second", self._usual)
        if not isinstance(rate, int | float) or rate <= 0:
            return
        now, most = self._ticks(), max(rate * _AT_ONCE, 1.0)

        def taken(found: Left | None) -> Left:
            then, left = found or (now, most)
            left = min(most, left + max(now - then, 0.0) * rate)
            if left <= 0:
                wait = math.ceil(-left / rate) or 1
                raise RequestRefused(
                    429,
                    "too_many",
                    f"this source may send {rate:g} events a second",
                    {"retry-after": str(wait)},
                )
            return now, left - calls

        if self._kept is None:  # most products limit nobody
            self._kept = _Alone() if self._shared is None else _opened(self._shared)
        self._kept.change(source.id, taken)


class _Alone:
    def __init__(self) -> None:
        self._left: dict[int, Left] = {}

    def change(self, source: int, taken: Callable[[Left | None], Left]) -> None:
        self._left[source] = taken(self._left.get(source))


class _Together:
    """Two numbers for each source, at a place of its own; who changes them has locked them."""

    _PAIR: Final = struct.Struct("dd")

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def change(self, source: int, taken: Callable[[Left | None], Left]) -> None:
        size = self._PAIR.size
        place = source * size
        fcntl.lockf(self._file, fcntl.LOCK_EX, size, place)
        try:
            kept = os.pread(self._file, size, place)
            found = self._PAIR.unpack(kept) if any(kept) and len(kept) == size else None
            os.pwrite(self._file, self._PAIR.pack(*taken(found)), place)
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN, size, place)


def _opened(path: Path) -> _Alone | _Together:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return _Together(path)
    except OSError:  # a machine without a place to write to has one process, or counts as if it had
        return _Alone()
