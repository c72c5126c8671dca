"""Calendars as they are kept, and the one that a person's clocks run in."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa

from handraise.connect.holidays_of import holidays_of
from handraise.core.calendar import WORKWEEK, Calendar, NeverOpen, calendar_from
from handraise.core.errors import HandraiseError
from handraise.store.tables.handoffs import calendar, member

_CHANGEABLE: Final = frozenset(
    ("name", "zone", "hours", "holiday_country", "holiday_subdivision", "special_days", "closures")
)


class CalendarUnknown(HandraiseError):
    """There is no such calendar."""


@dataclass(frozen=True)
class CalendarRow:
    """A calendar as people set it; holidays are named by country and resolved when a clock starts."""

    id: int
    name: str
    zone: str
    hours: Mapping[str, Any]
    holiday_country: str | None = None
    holiday_subdivision: str | None = None
    special_days: Mapping[str, Any] | None = None
    closures: Sequence[Mapping[str, str]] = ()

    def on(self, day: date) -> Calendar:
        """The calendar as clocks take it, with the holidays of the year before to the two after `day`."""
        given = {
            "name": self.name,
            "zone": self.zone,
            "hours": self.hours,
            "special_days": self.special_days or {},
            "closures": self.closures,
        }
        return _resolved(
            json.dumps(given, sort_keys=True), self.holiday_country, self.holiday_subdivision, day.year
        )

    def opens_at(self, now: datetime) -> datetime | None:
        """When people work next, `now` when they do; None when they never will."""
        try:
            return self.on(now.date()).opens_after(now)
        except (NeverOpen, OverflowError):
            return None


def create_calendar(connection: sa.Connection, name: str, zone: str, **given: Any) -> CalendarRow:
    """A new calendar. `given`: hours, holiday_country, holiday_subdivision, special_days, closures.

    Raises
    ------
    CalendarInvalid
        With everything that is wrong, each named by its place.
    InputInvalid
        When nothing is known of the holidays of that country.
    """
    row = CalendarRow(0, name, zone, **{"hours": {}, **given})
    row.on(date(2026, 1, 1))
    values = {column: getattr(row, column) for column in _CHANGEABLE}
    values["special_days"] = values["special_days"] or {}
    made = connection.execute(calendar.insert().values(**values).returning(*calendar.c)).one()
    return CalendarRow(**made._mapping)


def update_calendar(connection: sa.Connection, calendar_id: int, **changes: Any) -> CalendarRow:
    """Change a calendar. Clocks that have started keep the calendar they started with.

    Raises
    ------
    CalendarUnknown
        When there is none of that id.
    CalendarInvalid, InputInvalid
        As for `create_calendar`.
    """
    unknown = sorted(set(changes) - _CHANGEABLE)
    if unknown:
        raise CalendarUnknown(f"A calendar has no `{unknown[0]}`; it has {', '.join(sorted(_CHANGEABLE))}.")
    found = connection.execute(
        calendar.update().where(calendar.c.id == calendar_id).values(**changes).returning(*calendar.c)
    ).one_or_none()
    if found is None:
        raise CalendarUnknown(f"There is no calendar {calendar_id}.")
    row = CalendarRow(**found._mapping)
    row.on(date(2026, 1, 1))
    return row


def calendars(connection: sa.Connection) -> list[CalendarRow]:
    """Every calendar, in the order they were made; the first is for those who have none of their own."""
    rows = connection.execute(sa.select(calendar).order_by(calendar.c.id))
    return [CalendarRow(**row._mapping) for row in rows]


def calendar_by_id(connection: sa.Connection, calendar_id: int) -> CalendarRow:
    """One calendar.

    Raises
    ------
    CalendarUnknown
    """
    row = connection.execute(sa.select(calendar).where(calendar.c.id == calendar_id)).one_or_none()
    if row is None:
        raise CalendarUnknown(f"There is no calendar {calendar_id}.")
    return CalendarRow(**row._mapping)


def calendars_of(
    connection: sa.Connection, member_ids: Sequence[int] | None, now: datetime
) -> dict[int | None, Calendar]:
    """The calendar of each of these members (None: of all), and under None that of whoever has none.

    Without any calendar, people work Monday to Friday from nine to five, in their own time zone.
    """
    statement = sa.select(member.c.id, member.c.calendar_id, member.c.zone)
    if member_ids is not None:
        statement = statement.where(member.c.id.in_(member_ids))
    return resolved(connection, [(row[0], row[1], row[2]) for row in connection.execute(statement)], now)


def resolved(
    connection: sa.Connection, chosen: Iterable[tuple[int, int | None, str]], now: datetime
) -> dict[int | None, Calendar]:
    """As `calendars_of`, for members who are known already: their ids, calendars and time zones."""
    known: dict[int | None, CalendarRow] = {row.id: row for row in calendars(connection)}
    first = next(iter(known.values()), None)
    found: dict[int | None, Calendar] = {None: _standard("UTC") if first is None else first.on(now.date())}
    for member_id, calendar_id, zone in chosen:
        row = known.get(calendar_id, first)
        found[member_id] = _standard(zone) if row is None else row.on(now.date())
    return found


@lru_cache(maxsize=64)
def _standard(zone: str) -> Calendar:
    return Calendar("Monday to Friday", zone, WORKWEEK)


# Kept, so that calendars remember which days they have worked out.
@lru_cache(maxsize=256)
def _resolved(text: str, country: str | None, subdivision: str | None, year: int) -> Calendar:
    given: dict[str, Any] = json.loads(text)
    if country is not None:
        days = holidays_of(country, range(year - 1, year + 3), subdivision)
        given["holidays"] = [day.isoformat() for day in days]
    return calendar_from(given)


@lru_cache(maxsize=1024)
def _snapshot(text: str) -> Calendar:
    return calendar_from(json.loads(text))


def snapshot_from(kept: Mapping[str, Any]) -> Calendar:
    """A calendar as a clock kept it; equal ones are one value, which is what makes reports quick."""
    return _snapshot(json.dumps(kept, sort_keys=True))
