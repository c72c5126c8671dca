"""When a failed delivery is tried again, and when an endpoint is given up."""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

WAITS: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""The wait after the first, second … failed attempt: ten attempts over 75 hours and 35 minutes."""

LONGEST_WAIT: Final = timedelta(hours=24)
GIVEN_UP_AFTER: Final = timedelta(days=5)
_JITTER: Final = 0.1
_SECONDS: Final = re.compile(r"[0-9]{1,9}")


def next_attempt(
    attempt: int, failed_at: datetime, retry_after: timedelta | None, delivery_id: str
) -> datetime | None:
    """When to try again after the `attempt`-th failure (counted from 1); None when it was the last.

    Every wait is its place in `WAITS`, or what the receiver asked for when that is longer (at most a day),
    plus up to a tenth. The tenth comes from the delivery's id and the attempt, so deliveries that failed
    together do not come back together, and the same question has the same answer after a restart.

    Examples
    --------
    >>> at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    >>> again = next_attempt(2, at, None, "d-1")
    >>> timedelta(minutes=5) <= again - at <= timedelta(minutes=5.5)
    True
    >>> next_attempt(2, at, timedelta(hours=1), "d-1") >= at + timedelta(hours=1)
    True
    >>> next_attempt(10, at, None, "d-1") is None
    True
    """
    if attempt < 1:
        raise ValueError("attempts are counted from 1")
    if attempt > len(WAITS):
        return None
    asked = min(retry_after or timedelta(0), LONGEST_WAIT)
    wait = max(WAITS[attempt - 1], asked)
    return failed_at + wait + wait * _JITTER * _share(delivery_id, attempt)


def should_disable(failing_since: datetime | None, now: datetime) -> bool:
    """Whether an endpoint that has only failed since then is switched off; five times 24 hours do it.

    Examples
    --------
    >>> since = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    >>> should_disable(since, since + timedelta(days=4)), should_disable(since, since + timedelta(days=5))
    (False, True)
    """
    return failing_since is not None and now - failing_since >= GIVEN_UP_AFTER


def retry_after_of(header: str | None, now: datetime) -> timedelta | None:
    """What a `Retry-After` header asks for, in seconds or as a date; None when it says nothing readable.

    Examples
    --------
    >>> at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    >>> retry_after_of("120", at) == retry_after_of("Mon, 02 Mar 2026 09:02:00 GMT", at)
    True
    >>> retry_after_of("soon", at) is None
    True
    """
    text = (header or "").strip()
    if _SECONDS.fullmatch(text):
        return min(timedelta(seconds=int(text)), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(text)
        wait = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return min(max(wait, timedelta(0)), LONGEST_WAIT)


def _share(delivery_id: str, attempt: int) -> float:
    """A number in [0, 1) that looks random and is always the same for one attempt of one delivery."""
    digest = hashlib.blake2b(f"{attempt}:{delivery_id}".encode(errors="replace"), digest_size=4).digest()
    return int.from_bytes(digest, "big") / 2**32
