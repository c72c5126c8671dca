"""Months and weeks of reports. They are UTC's, so that everybody who looks has the same numbers."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

WEEK: Final = timedelta(days=7)


def month_of(at: datetime, later: int = 0) -> date:
    """The first day of the month so many months after that of `at`.

    Examples
    --------
    >>> month_of(datetime(2026, 1, 31, tzinfo=UTC), -2)
    datetime.date(2025, 11, 1)
    """
    utc = at.astimezone(UTC)
    year, month = divmod(utc.year * 12 + utc.month - 1 + later, 12)
    return date(year, month + 1, 1)


def week_of(at: datetime) -> date:
    """The Monday of the week of `at`.

    Examples
    --------
    >>> week_of(datetime(2026, 3, 8, 23, tzinfo=UTC))
    datetime.date(2026, 3, 2)
    """
    day = at.astimezone(UTC).date()
    return day - timedelta(days=day.weekday())


def start_of(day: date) -> datetime:
    """When a day begins.

    Examples
    --------
    >>> start_of(date(2026, 3, 2)).isoformat()
    '2026-03-02T00:00:00+00:00'
    """
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
