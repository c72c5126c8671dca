"""Teams, calendars, and who would get a lead: all that routing goes by."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final
from zoneinfo import available_timezones

from babel.dates import get_day_names
from fastapi import Form, Query
from starlette.responses import Response

from handraise.connect.holidays_of import countries
from handraise.core.errors import HandraiseError, InputInvalid
from handraise.core.event import Lead
from handraise.core.saying import Saying
from handraise.flow.rehearsing import NothingLive, Rehearsed, who_would_get
from handraise.http.callers import Call, needs
from handraise.http.ids import Id
from handraise.http.reaching import evaluators_of, root_of
from handraise.store import calendars, people
from handraise.store.aliases import Alias, leads_named
from handraise.store.calendars import CalendarRow
from handraise.store.people import TeamRow
from handraise.web.routes.settings.sections import Fields, show_section
from handraise.web.sites import site
from handraise.web.visits import go_to, visit_of

router = site("/settings")
MayRead = Annotated[Call, needs("settings:read")]
MayWrite = Annotated[Call, needs("settings:write")]
Text = Annotated[str, Form(max_length=255)]
Name = Annotated[str, Form(min_length=1, max_length=200)]
DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ATTRIBUTES: Final = ("territory", "segment", "skill", "language")
_FACTS: Final = ("email", "title", "country", "employees", "industry", "language")
_OWN: Final = frozenset({"email", "title", "country", "language"})


# --- teams --------------------------------------------------------------------------------------------------


@router.get("/teams")
def list_teams(call: MayRead) -> Response:
    """Every team, and a way to ask who would get a lead."""
    return _teams(call)


@router.post("/teams")
def add_team(call: MayWrite, name: Name) -> Response:
    """Make a team; who is in it is said on its own page."""
    if any(one.name == name.strip() for one in people.teams(call.connection)):
        wrong = visit_of(call).gettext("There is a team of that name already.")
        return _teams(call, status=422, wrong=wrong, name=name)
    made = people.create_team(call.connection, name.strip())
    call.record("team.add", f"team:{made.id}", {"members": []})
    return go_to(call, f"/settings/teams/{made.id}")


@router.get("/teams/{team_id}")
def show_team(call: MayRead, team_id: Id) -> Response:
    """One team: its people and their weights, and what it asks of them."""
    return _team(call, people.team_by_id(call.connection, team_id))


@router.post("/teams/{team_id}")
def change_team(call: MayWrite, team_id: Id, form: Fields) -> Response:
    """Change a team and its members."""
    before = people.team_by_id(call.connection, team_id)
    try:
        weights = _weights(call, form)
        people.lock_teams(call.connection, [before.name])
        people.update_team(
            call.connection,
            team_id,
            is_fallback="is_fallback" in form,
            requires={one: [] for one in ATTRIBUTES if f"requires_{one}" in form},
            slack_channel=form.get("slack_channel", "").strip()[:200] or None,
            email=form.get("email", "").strip()[:255] or None,
        )
        people.set_weights(call.connection, team_id, weights)
    except InputInvalid as error:
        return _team(call, before, status=422, wrong=visit_of(call).told(error))
    detail = {"members": {str(person): weight for person, weight in sorted(weights.items())}}
    call.record("team.members", f"team:{team_id}", detail)
    return go_to(call, f"/settings/teams/{team_id}", said=visit_of(call).gettext("Saved."))


def _teams(call: Call, status: int = 200, **values: object) -> Response:
    names = {one.id: one.name for one in people.members(call.connection)}
    teams = [(row, [(names[one], weight) for one, weight in row.weights.items()]) for row in _all_teams(call)]
    return show_section(call, "teams", status=status, teams=teams, **{"wrong": "", "name": "", **values})


def _team(call: Call, row: TeamRow, status: int = 200, wrong: str = "") -> Response:
    sellers = [one for one in people.members(call.connection) if one.is_active or one.id in row.weights]
    return show_section(
        call, "team", status=status, team=row, people=sellers, attributes=ATTRIBUTES, wrong=wrong
    )


def _all_teams(call: Call) -> list[TeamRow]:
    return people.teams(call.connection)


def _weights(call: Call, form: Mapping[str, str]) -> dict[int, int]:
    found = {}
    for one in people.members(call.connection):
        given = form.get(f"weight_{one.id}", "").strip()
        if not given:
            continue
        if not given.isdecimal() or int(given) > 1_000:
            raise InputInvalid(
                Saying("`{given}` is no weight; give a whole number, 0 for no turns", given=given[:20])
            )
        found[one.id] = int(given)
    return found


# --- who would get it ---------------------------------------------------------------------------------------


@router.get("/teams/-/rehearse")
def rehearse(
    call: MayRead,
    known: Annotated[str, Query(max_length=255)] = "",
    email: Annotated[str, Query(max_length=255)] = "",
    title: Annotated[str, Query(max_length=255)] = "",
    country: Annotated[str, Query(max_length=100)] = "",
    employees: Annotated[str, Query(max_length=20)] = "",
    industry: Annotated[str, Query(max_length=100)] = "",
    language: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Who would get a lead that is there, or one made up of facts; nothing is changed."""
    values = (email, title, country, employees, industry, language)
    given = {name: value.strip() for name, value in zip(_FACTS, values, strict=True)}
    found, wrong = None, ""
    if known.strip() or any(given.values()):
        try:
            found = _rehearsed(call, known.strip(), given)
        except (NothingLive, InputInvalid) as error:
            wrong = visit_of(call).told(error)
    names = {one.id: one.name for one in people.members(call.connection)}
    return show_section(
        call,
        "rehearse",
        known=known,
        given=given,
        found=found,
        wrong=wrong,
        names=names,
        places=_places(found),
    )


def _rehearsed(call: Call, known: str, given: Mapping[str, str]) -> Rehearsed:
    lead: Lead | int
    if known:
        named = leads_named(call.connection, [Alias("email", known.lower())])
        if not named:
            raise InputInvalid(visit_of(call).gettext("Nobody with this address is known."))
        lead = root_of(call, next(iter(named.values())))
    else:
        facts = {
            f"{'lead' if name in _OWN else 'account'}.{name}": value for name, value in given.items() if value
        }
        lead = Lead("0", facts)
    return who_would_get(call.connection, lead, evaluators_of(call.request.app), call.now, call.services.desk)


def _places(found: Rehearsed | None) -> list[tuple[int, str]]:
    """The routes of the definition, as people read them."""
    if found is None:
        return []
    return [
        (place, route.team or {"account_owner": "account owner"}.get(str(route.to), str(route.to)))
        for place, route in enumerate(found.definition.handoff.route)
    ]


# --- calendars ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Written:
    """A calendar as its form writes it."""

    name: str
    zone: str
    country: str
    part: str
    hours: Mapping[str, str]
    special: str
    closures: str


@router.get("/calendars")
def list_calendars(call: MayRead) -> Response:
    """Every calendar, with when it opens next."""
    rows = [(row, row.opens_at(call.now)) for row in calendars.calendars(call.connection)]
    return show_section(call, "calendars", rows=rows)


@router.get("/calendars/new")
def new_calendar(call: MayWrite) -> Response:
    """An empty form."""
    zone = visit_of(call).zone.key
    hours = {day: "" if day in DAYS[5:] else "09:00–17:00" for day in DAYS}
    return _calendar(call, None, _Written("", zone, "", "", hours, "", ""))


@router.get("/calendars/{calendar_id}")
def show_calendar(call: MayRead, calendar_id: Id) -> Response:
    """One calendar."""
    row = calendars.calendar_by_id(call.connection, calendar_id)
    return _calendar(call, row, _written(row))


@router.post("/calendars/{calendar_id}")
def keep_calendar(call: MayWrite, calendar_id: str, form: Fields) -> Response:
    """Make a calendar (`new`), or change one: clocks that have started keep the one they started with."""
    number = int(calendar_id[:18]) if calendar_id.isdecimal() else 0
    row = None if calendar_id == "new" else calendars.calendar_by_id(call.connection, number)
    written = _Written(
        form.get("name", "").strip(),
        form.get("zone", ""),
        form.get("country", ""),
        form.get("part", "").strip(),
        {day: form.get(day, "") for day in DAYS},
        form.get("special", ""),
        form.get("closures", ""),
    )
    try:
        values = _values(call, written, row)
        if row is None:
            row = calendars.create_calendar(call.connection, **values)
        else:
            row = calendars.update_calendar(call.connection, row.id, **values)
    except HandraiseError as error:
        return _calendar(call, row, written, status=422, wrong=visit_of(call).told(error))
    call.record("calendar.change", f"calendar:{row.id}")
    return go_to(call, f"/settings/calendars/{row.id}", said=visit_of(call).gettext("Saved."))


def _calendar(
    call: Call, row: CalendarRow | None, written: _Written, status: int = 200, wrong: str = ""
) -> Response:
    names = get_day_names("wide", locale=visit_of(call).language)
    return show_section(
        call,
        "calendar",
        status=status,
        row=row,
        written=written,
        wrong=wrong,
        days=[(day, names[place]) for place, day in enumerate(DAYS)],
        zones=[(zone, zone) for zone in sorted(available_timezones())],
        countries=[(code, code) for code in countries()],
        opens_at=None if row is None else row.opens_at(call.now),
    )


def _values(call: Call, written: _Written, row: CalendarRow | None) -> dict[str, Any]:
    if not written.name:
        raise InputInvalid(Saying("Give the calendar a name."))
    if any(one.name == written.name and one != row for one in calendars.calendars(call.connection)):
        raise InputInvalid(Saying("There is a calendar of that name already."))
    if written.zone not in available_timezones():
        raise InputInvalid(Saying("Choose a time zone of the list."))
    return {
        "name": written.name[:200],
        "zone": written.zone,
        "hours": {day: _spans(text) for day, text in written.hours.items()},
        "holiday_country": written.country or None,
        "holiday_subdivision": written.part or None,
        "special_days": dict(_special(line) for line in written.special.splitlines() if line.strip()),
        "closures": [_closure(line) for line in written.closures.splitlines() if line.strip()],
    }


def _spans(text: str) -> list[list[str]]:
    """`09:00–12:30, 13:30–18:00` as pairs; nothing is closed."""
    found = []
    for part in text.replace("–", "-").split(","):
        if not part.strip():
            continue
        start, dash, end = part.partition("-")
        if not dash:
            raise InputInvalid(
                Saying("`{part}` are no hours; write 09:00–17:00, comma between", part=part.strip()[:40])
            )
        found.append([start.strip(), end.strip()])
    return found


def _special(line: str) -> tuple[str, list[list[str]]]:
    day, _, hours = line.strip().partition(" ")
    return day, _spans(hours)


def _closure(line: str) -> dict[str, str]:
    start, dash, end = line.strip().replace("–", " to ").partition(" to ")
    return {"from": start.strip(), "to": (end if dash else start).strip()}


def _written(row: CalendarRow) -> _Written:
    return _Written(
        row.name,
        row.zone,
        row.holiday_country or "",
        row.holiday_subdivision or "",
        {day: _as_text(row.hours.get(day, [])) for day in DAYS},
        "\n".join(
            f"{day} {_as_text(spans)}".strip() for day, spans in sorted((row.special_days or {}).items())
        ),
        "\n".join(f"{one['from']} to {one['to']}" for one in row.closures),
    )


def _as_text(spans: Any) -> str:
    return ", ".join(f"{start}–{end}" for start, end in spans)
