"""Times as whole microseconds since 1970 in UTC."""

from datetime import UTC, datetime, timedelta
from typing import Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
CENTURY: Final = 100 * 365 * 86_400 * SECOND


def instant(moment: datetime) -> int:
    """The moment in microseconds."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def moment(at: int) -> datetime:
    """The microseconds as a moment in UTC."""
    return EPOCH + timedelta(microseconds=at)
