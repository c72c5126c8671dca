"""The people of the example company who work with the product. None of them exists."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from handraise.core.roles import Role
from handraise.flow import access
from handraise.store import people
from handraise.store.calendars import create_calendar
from handraise.store.session import Database

DOMAIN: Final = "lumendesk.example"


@dataclass(frozen=True)
class Person:
    """Somebody invented: a name that says so, what they may, and the office they work in."""

    name: str
    role: Role
    office: str = "Berlin"
    is_dach: bool = False

    @property
    def email(self) -> str:
        """Their address, at a domain that belongs to nobody."""
        return f"{self.name.lower().replace(' ', '.')}@{DOMAIN}"


ADMIN: Final = Person("Ada Dummy", "admin")
MARKETER: Final = Person("Mia Mockup", "marketing")
HEAD_OF_SALES: Final = Person("Sven Stencil", "admin")
SELLERS: Final = (
    Person("Robin Placeholder", "sales", is_dach=True),
    Person("Kim Sample", "sales", is_dach=True),
    Person("Sam Specimen", "sales", is_dach=True),
    Person("Alex Stencil", "sales", "London"),
    Person("Jo Pattern", "sales", "London"),
    Person("Chris Mockup", "sales", "New York"),
)
EVERYBODY: Final = (ADMIN, MARKETER, HEAD_OF_SALES, *SELLERS)
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday")
_ALWAYS: Final = {day: [["00:00", "24:00"]] for day in (*_WEEKDAYS, "saturday", "sunday")}
_OFFICES: Final = {
    "Berlin": ("Europe/Berlin", "DE", "09:00", "17:30"),
    "London": ("Europe/London", "GB", "09:00", "17:30"),
    "New York": ("America/New_York", "US", "08:30", "17:00"),
}


@dataclass(frozen=True)
class LogIn:
    """How one of them logs in; `key` is one that acts for them over the API."""

    name: str
    role: str
    email: str
    password: str
    key: str


def hire(database: Database, now: datetime) -> tuple[LogIn, ...]:
    """Make the offices' calendars, everybody with a log-in, and the teams; the administrator first."""
    with database.transaction() as connection:
        calendars = {
            office: create_calendar(
                connection, office, zone, hours={day: [[opens, closes]] for day in _WEEKDAYS},
                holiday_country=country,
            ).id
            for office, (zone, country, opens, closes) in _OFFICES.items()
        }  # fmt: skip
    made = {person: _let_in(database, person, calendars, now) for person in EVERYBODY}
    numbers = {person: number for person, (number, _) in made.items()}
    with database.transaction() as connection:
        _teams(connection, numbers)
    return tuple(log_in for _, log_in in made.values())


def work_around_the_clock(database: Database) -> None:
    """Have the sellers work at any hour from now on: whoever watches may do so at night, or on a Sunday."""
    with database.transaction() as connection:
        always = create_calendar(connection, "Around the clock (while you watch)", "UTC", hours=_ALWAYS).id
        for one in people.members(connection):
            if one.role == "sales":
                people.update_member(connection, one.id, calendar_id=always)


def _let_in(
    database: Database, person: Person, calendars: Mapping[str, int], now: datetime
) -> tuple[int, LogIn]:
    with database.transaction() as connection:
        member, once = access.add_member(
            connection, email=person.email, name=person.name, role=person.role, by="system", now=now
        )
        people.update_member(
            connection, member.id, calendar_id=calendars[person.office], zone=_OFFICES[person.office][0]
        )
        scopes = ["handoffs:read", "handoffs:answer", "leads:read", "leads:write"]
        _, key = access.add_key(
            connection, name=f"Example: acts for {person.name}", scopes=scopes if person.role == "sales"
            else ["handoffs:read"], by="system", now=now, member_id=member.id,
        )  # fmt: skip
    # Nobody sits there who could choose a password of their own: the one that was made up stays.
    caller = access.Caller("member", member.id, person.role, member.id)
    access.change_password(database, caller, once, once, address="local", now=now)
    return member.id, LogIn(person.name, person.role, person.email, once, key)


def _teams(connection: sa.Connection, numbers: Mapping[Person, int]) -> None:
    dach = {numbers[person]: 1 for person in SELLERS if person.is_dach}
    people.create_team(connection, "dach", dach, email=f"dach@{DOMAIN}")
    everybody = {numbers[person]: 1 for person in SELLERS}
    people.create_team(connection, "inbound", everybody, is_fallback=True, email=f"inbound@{DOMAIN}")
