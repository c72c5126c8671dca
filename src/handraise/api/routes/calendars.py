"""Calendars: when people work, for clocks that run in business hours."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from handraise.http.callers import Call, needs, resource
from handraise.http.ids import Id
from handraise.http.paging import Page
from handraise.http.problems import Refusal
from handraise.store import calendars
from handraise.store.calendars import CalendarRow

router = resource("/calendars")
MayRead = Annotated[Call, needs("settings:read")]
MayWrite = Annotated[Call, needs("settings:write")]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Openings = Annotated[list[tuple[str, str]], Field(max_length=50)]
Hours = Annotated[dict[str, Openings], Field(min_length=1, max_length=7)]
Special = Annotated[dict[str, Openings], Field(max_length=2_000)]
Closure = Annotated[dict[str, str], Field(max_length=2)]
Closures = Annotated[list[Closure], Field(max_length=2_000)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Part = Annotated[str, Field(min_length=1, max_length=20)]


class Calendar(BaseModel):
    """Opening hours in local time. `opens_at` is when people work next; null: never."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    zone: str
    hours: dict[str, Any]
    holiday_country: str | None
    holiday_subdivision: str | None
    special_days: dict[str, Any]
    closures: list[dict[str, str]]
    opens_at: datetime | None


class NewCalendar(BaseModel, extra="forbid"):
    """A calendar to make; the first one is for everybody who has none of their own."""

    name: Name
    zone: Name
    hours: Hours
    holiday_country: Country | None = None
    holiday_subdivision: Part | None = None
    special_days: Special = {}
    closures: Closures = []


class CalendarChange(BaseModel, extra="forbid"):
    """What to change; what is left out stays."""

    name: Name = ""
    zone: Name = ""
    hours: Hours = {}
    holiday_country: Country | None = None
    holiday_subdivision: Part | None = None
    special_days: Special = {}
    closures: Closures = []


@router.get("")
def list_calendars(call: MayRead) -> Page[Calendar]:
    """Every calendar, in the order they were made."""
    return Page(items=[_shown(call, one) for one in calendars.calendars(call.connection)], next=None)


@router.get("/{calendar_id}")
def show_calendar(call: MayRead, calendar_id: Id) -> Calendar:
    """One calendar."""
    return _shown(call, calendars.calendar_by_id(call.connection, calendar_id))


@router.post("", status_code=201)
def add_calendar(call: MayWrite, given: NewCalendar) -> Calendar:
    """Make a calendar: hours by weekday, holidays of a country, days that are special, closures."""
    _refuse_taken(call, given.name)
    made = calendars.create_calendar(call.connection, **given.model_dump())
    call.record("calendar.add", f"calendar:{made.id}")
    return _shown(call, made)


@router.patch("/{calendar_id}")
def change_calendar(call: MayWrite, calendar_id: Id, given: CalendarChange) -> Calendar:
    """Change a calendar. Clocks that have started keep the calendar they started with."""
    before = calendars.calendar_by_id(call.connection, calendar_id)
    changes = given.model_dump(exclude_unset=True)
    if not changes:
        return _shown(call, before)
    if changes.get("name", before.name) != before.name:
        _refuse_taken(call, given.name)
    changed = calendars.update_calendar(call.connection, calendar_id, **changes)
    call.record("calendar.change", f"calendar:{calendar_id}", {"changed": sorted(changes)})
    return _shown(call, changed)


def _shown(call: Call, row: CalendarRow) -> Calendar:
    return Calendar(
        id=row.id,
        name=row.name,
        zone=row.zone,
        hours=dict(row.hours),
        holiday_country=row.holiday_country,
        holiday_subdivision=row.holiday_subdivision,
        special_days=dict(row.special_days or {}),
        closures=[dict(one) for one in row.closures],
        opens_at=row.opens_at(call.now),
    )


def _refuse_taken(call: Call, name: str) -> None:
    if any(one.name == name for one in calendars.calendars(call.connection)):
        raise Refusal(409, "name_taken", "There is a calendar of that name already.")
