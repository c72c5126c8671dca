"""The clock: the command line alone reads it, and says what it read."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from handraise.core.errors import InputInvalid


def now() -> datetime:
    """The present moment, to the second, in UTC."""
    return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - the door reads the clock


def moment_of(text: str | None, zone: str, *, option: str = "--as-of") -> datetime:
    """What `--as-of` or another option names: a time with its zone, a date (its start in `zone`), or now.

    Raises
    ------
    InputInvalid
        When it is neither, or a time without a zone.

    Examples
    --------
    >>> moment_of("2026-10-01", "Europe/Berlin").isoformat()
    '2026-09-30T22:00:00+00:00'
    >>> moment_of("2026-10-01T12:00Z", "Europe/Berlin").isoformat()
    '2026-10-01T12:00:00+00:00'
    """
    if text is None:
        return now()
    example = "write a date such as 2026-10-01 or a time with its zone such as 2026-10-01T00:00Z"
    try:
        if len(text) <= 10:
            return datetime.combine(date.fromisoformat(text), time(), ZoneInfo(zone)).astimezone(UTC)
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise InputInvalid(f"`{option} {text}` has no time zone; {example}")
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InputInvalid(f"`{option} {text}` is no date or time; {example}") from None
    if not 1970 <= moment.year <= 9000:
        raise InputInvalid(f"`{option} {text}` is outside 1970 to 9000; {example}")
    return moment
