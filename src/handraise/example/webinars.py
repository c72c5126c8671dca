"""Webinars on dates that exist: product ones on second Tuesdays, educational ones on fourth Thursdays."""

import numpy as np

from handraise.example.draw import Ints, chances
from handraise.example.ledger import Batch, Coded, batch
from handraise.example.people import People
from handraise.example.seasons import DAY, HOUR, SECOND, SPAN, Seasons

_TITLES = {"product": "Lumen Desk live", "educational": "Better answers"}
_DAYS = {
    "product": (1, 8, 15),
    "educational": (3, 22, 14),
}  # weekday, first day of its week of the month, UTC hour
_QUIET_MONTHS = {"product": (8,), "educational": (8, 12)}


def webinar_dates(calendar: Seasons, kind: str) -> Ints:
    """Starts of all webinars of the kind (product or educational), milliseconds since 1970.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from handraise.example.seasons import seasons
    >>> starts = webinar_dates(seasons(datetime(2026, 10, 1, tzinfo=UTC)), "product")
    >>> str(starts[:1].astype("datetime64[ms]")[0])
    '2024-10-08T15:00:00.000'
    """
    weekday, earliest, hour = _DAYS[kind]
    days = calendar.first_day + np.arange(SPAN + 60, dtype=np.int64)
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    of_month = (dates - months.astype("datetime64[D]")).astype(np.int64) + 1
    month = months.astype(np.int64) % 12 + 1
    held = ((days + 3) % 7 == weekday) & (of_month >= earliest) & (of_month < earliest + 7)
    held &= ~np.isin(month, _QUIET_MONTHS[kind])
    return np.asarray(days[held] * DAY + hour * HOUR, dtype=np.int64)


def attendance(
    rng: np.random.Generator, calendar: Seasons, people: People, kind: str, lead: Ints, registered: Ints
) -> Batch:
    """Who came to the next webinar of the kind after registering, half of them or so."""
    starts = webinar_dates(calendar, kind)
    next_one = np.searchsorted(starts, registered + HOUR)
    came = chances(rng, -0.1 + 0.35 * people.intent[lead]) & (next_one < len(starts))
    joined = starts[np.minimum(next_one, len(starts) - 1)] + rng.integers(-240, 600, len(lead)) * SECOND
    # one person registers twice, attends once
    order = np.lexsort((registered, next_one, lead))
    again = np.zeros(len(lead), dtype=np.bool_)
    same = (lead[order][1:] == lead[order][:-1]) & (next_one[order][1:] == next_one[order][:-1])
    again[order[1:]] = same
    came &= ~again
    names = tuple(f"webinar-{kind}-{str(start)[:10]}" for start in starts.astype("datetime64[ms]"))
    return batch(
        lead[came],
        joined[came],
        "Webinar Attended",
        kind=kind,
        title=_TITLES[kind],
        campaign=Coded(np.minimum(next_one, len(starts) - 1)[came], names),
        source="webinar",
    )
