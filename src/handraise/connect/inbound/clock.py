"""Whose clock: times as senders write them, and when something really happened."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from handraise.connect.inbound.refusing import Unfit
from handraise.core.message import Clock

EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
"""Nothing that qualifies a lead happened before; such a time is a clock that was never set."""
_UNIX: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST: Final = 40
_NUMBER: Final = re.compile(r"\d{1,19}(\.\d{0,9})?", re.ASCII)
_LATEST_SECONDS: Final = 1e11
"""Larger numbers count finer units: seconds reach to the year 5138."""
_WRITTEN: Final = re.compile(r"\d{4}-?\d\d-?\d\d([T ][\d:.,]+)?\s?(Z|[+-][\d:]+)?", re.ASCII | re.IGNORECASE)


def moment(value: object, name: str) -> datetime | None:
    """Read a time: ISO 8601, or seconds, milli-, micro- or nanoseconds since 1970; None when there is none.

    A time without a zone is UTC. What is there and cannot be read is refused: a wrong time is worse than a
    held-back event, and the event can be sent in again.

    Examples
    --------
    >>> moment("2026-01-02T10:00:00+01:00", "timestamp").isoformat()
    '2026-01-02T09:00:00+00:00'
    >>> moment(1767344400000, "dtm") == moment("1767344400", "dtm")
    True
    >>> moment("", "timestamp") is None
    True
    """
    if value is None or value == "":
        return None
    try:
        if isinstance(value, str):
            return _from_text(value.strip())
        if isinstance(value, int | float) and not isinstance(value, bool):
            return _from_number(value)
    except (ValueError, OverflowError):
        pass
    raise unreadable(name)


def unreadable(name: str) -> Unfit:
    """The refusal of a time."""
    return Unfit("bad_time", f"{name} is no time from 1990 to 9999: write it as 2026-01-31T12:00:00Z")


def _from_text(text: str) -> datetime:
    if len(text) > _LONGEST:
        raise ValueError("too long for a time")
    if len(text) != 8 and "-" not in text and _NUMBER.fullmatch(text):
        return _from_number(float(text) if "." in text else int(text))
    if not _WRITTEN.fullmatch(text):
        raise ValueError("not ISO 8601")
    if " " in text or "z" in text:
        text = text.replace("z", "Z").replace(" Z", "Z").replace(" +", "+")
    found = datetime.fromisoformat(text)
    if found.tzinfo is UTC:
        return found
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _from_number(value: float) -> datetime:
    if not 0 <= value < 1e20:
        raise ValueError("no number of seconds")
    scale = 1
    while value / scale >= _LATEST_SECONDS:
        scale *= 1000
    if isinstance(value, int):
        return _UNIX + timedelta(microseconds=value * 1_000_000 // scale)
    return _UNIX + timedelta(seconds=value / scale)


def occurred(
    original: datetime | None, sent: datetime | None, received_at: datetime
) -> tuple[datetime, Clock]:
    """When it happened by the server's clock.

    The sender's clock may be wrong, but it is wrong by the same when the event happens and when it is sent:
    what lies between the two is right, and is taken from the time of arrival. So a clock that is days, or
    decades, off does no harm as long as both times come from it.

    Examples
    --------
    >>> at = datetime(2026, 1, 10, 12, tzinfo=UTC)
    >>> wrong = at - timedelta(days=7)
    >>> occurred(wrong - timedelta(minutes=5), wrong, at)
    (datetime.datetime(2026, 1, 10, 11, 55, tzinfo=datetime.timezone.utc), 'corrected')
    >>> occurred(at + timedelta(days=1), None, at)[1], occurred(None, None, at)[1]
    ('clamped', 'missing')
    """
    if original is None:
        return received_at, "missing"
    at = original
    clock: Clock = "given"
    if sent is not None:
        clock = "corrected"
        try:
            at = received_at - (sent - original)
        except OverflowError:
            raise unreadable("the time of the event") from None
    if at > received_at:
        return received_at, "clamped"
    if at < EARLIEST:
        raise unreadable("the time of the event")
    return at, clock
