"""People: who works with the product, in which role, and how they work."""

from collections.abc import Sequence
from typing import Annotated, Final
from zoneinfo import available_timezones

from fastapi import Form, Path
from starlette.responses import Response

from handraise.core.errors import InputInvalid
from handraise.core.roles import ROLES, Role
from handraise.core.saying import Saying
from handraise.flow import access
from handraise.http.callers import Call, needs
from handraise.http.ids import Id
from handraise.store import calendars, people
from handraise.store.people import MemberRow
from handraise.web.routes.settings.sections import show_section
from handraise.web.sites import site
from handraise.web.visits import go_to, local_moment, visit_of
from handraise.web.wording import LANGUAGES, to_translate

router = site("/settings/people")
MayRead = Annotated[Call, needs("settings:read")]
MayInvite = Annotated[Call, needs("users:write")]
Text = Annotated[str, Form(max_length=255)]
Short = Annotated[str, Form(max_length=2_000)]

ROLE_WORDS: Final[dict[Role, str]] = {
    "admin": to_translate("Administrator"),
    "marketing": to_translate("Marketing"),
    "sales": to_translate("Sales"),
    "viewer": to_translate("Viewer"),
}
_TAKES: Final = ("territories", "segments", "skills", "languages")


@router.get("")
def list_people(call: MayRead) -> Response:
    """Everybody, those who have left last."""
    return _list(call)


@router.post("")
def invite(
    call: MayInvite, email: Text, name: Annotated[str, Form(min_length=1, max_length=200)], role: Text
) -> Response:
    """Invite somebody; the password for the first log-in is shown on the answer, and nowhere else."""
    try:
        made, password = access.add_member(
            call.connection, email=email, name=name.strip(), role=role, by=call.by, now=call.now
        )
    except InputInvalid as error:
        return _list(
            call,
            status=422,
            wrong=visit_of(call).told(error),
            given={"email": email, "name": name, "role": role},
        )
    return _list(call, status=201, invited=made, password=password)


@router.get("/{member_id}")
def show_person(call: MayRead, member_id: Id) -> Response:
    """One person and how they work."""
    return _one(call, people.member_of(call.connection, member_id))


@router.post("/{member_id}")
def change_person(
    call: MayInvite, member_id: Id, name: Annotated[str, Form(min_length=1, max_length=200)], role: Text
) -> Response:
    """Change a name or a role."""
    access.change_member(call.connection, member_id, call.by, call.now, name=name.strip(), role=role)
    return go_to(call, f"/settings/people/{member_id}", said=visit_of(call).gettext("Saved."))


@router.post("/{member_id}/work")
def change_work(
    call: MayInvite,
    member_id: Id,
    zone: Text,
    language: Text,
    calendar_id: Text = "",
    capacity: Text = "",
    per_day: Text = "",
    territories: Short = "",
    segments: Short = "",
    skills: Short = "",
    languages: Short = "",
    slack_id: Text = "",
) -> Response:
    """Change how somebody works: hours, zone, how much they take, and which leads."""
    before = people.member_of(call.connection, member_id)
    try:
        if zone not in available_timezones() or language not in LANGUAGES:
            raise InputInvalid(Saying("Choose a language and a time zone of the lists."))
        lists = dict(zip(_TAKES, map(_words, (territories, segments, skills, languages)), strict=True))
        most = _number(per_day)
        attributes = {name: words for name, words in lists.items() if words}
        people.update_member(
            call.connection,
            member_id,
            zone=zone,
            language=language,
            calendar_id=_calendar(call, calendar_id),
            capacity=_number(capacity),
            attributes=attributes | ({} if most is None else {"per_day": most}),
            slack_id=_slack(call, slack_id, member_id),
        )
    except InputInvalid as error:
        return _one(call, before, status=422, wrong=visit_of(call).told(error))
    call.record("member.work", f"member:{member_id}", {"changed": ["work"]})
    return go_to(call, f"/settings/people/{member_id}", said=visit_of(call).gettext("Saved."))


@router.post("/{member_id}/absence")
def set_absence(
    call: MayInvite,
    member_id: Id,
    away_from: Text = "",
    away_until: Text = "",
    back: Annotated[bool, Form()] = False,
) -> Response:
    """Say that somebody is away, from now or a time on, until one or nobody knows; or that they are back."""
    visit = visit_of(call)
    start = None if back else (local_moment(visit, away_from) if away_from else call.now)
    end = local_moment(visit, away_until) if away_until and not back else None
    people.set_away(call.connection, member_id, start, end)
    action = "member.back" if back else "member.away"
    detail = {} if back else {"from": start and start.isoformat(), "until": end and end.isoformat()}
    call.record(action, f"member:{member_id}", detail)
    return go_to(call, f"/settings/people/{member_id}", said=visit.gettext("Saved."))


@router.post("/{member_id}/password")
def reset_password(call: MayInvite, member_id: Id) -> Response:
    """A new first password, shown on the answer and nowhere else; their sessions end."""
    password = access.reset_password(call.connection, member_id, call.by, call.now)
    return _one(call, people.member_of(call.connection, member_id), status=201, password=password)


@router.post("/{member_id}/{leaving}")
def leave_or_return(
    call: MayInvite, member_id: Id, leaving: Annotated[str, Path(pattern="^(leave|return)$")]
) -> Response:
    """Let somebody leave, or come back: whoever has left cannot log in, and gets no hand-offs."""
    access.change_member(call.connection, member_id, call.by, call.now, is_active=leaving == "return")
    return go_to(call, f"/settings/people/{member_id}", said=visit_of(call).gettext("Saved."))


def _list(call: Call, status: int = 200, **values: object) -> Response:
    found = sorted(people.members(call.connection), key=lambda one: (not one.is_active, one.name.casefold()))
    return show_section(
        call,
        "people",
        status=status,
        people=found,
        teams=_teams(call),
        roles=_roles(call),
        **{"wrong": "", "given": {"email": "", "name": "", "role": "sales"}, "invited": None, **values},
    )


def _one(call: Call, row: MemberRow, status: int = 200, **values: object) -> Response:
    return show_section(
        call,
        "person",
        status=status,
        person=row,
        teams=_teams(call).get(row.id, ()),
        roles=_roles(call),
        zones=[(zone, zone) for zone in sorted(available_timezones())],
        languages=list(LANGUAGES.items()),
        calendars=[(str(one.id), one.name) for one in calendars.calendars(call.connection)],
        is_away=row.is_away(call.now),
        **{"wrong": "", "password": None, **values},
    )


def _teams(call: Call) -> dict[int, Sequence[str]]:
    found: dict[int, list[str]] = {}
    for team in people.teams(call.connection):
        for member in team.weights:
            found.setdefault(member, []).append(team.name)
    return {member: sorted(names) for member, names in found.items()}


def _roles(call: Call) -> list[tuple[str, str]]:
    return [(role, visit_of(call).gettext(ROLE_WORDS[role])) for role in ROLES]


def _words(given: str) -> list[str]:
    """The values of a line, comma between."""
    return list(dict.fromkeys(word.strip() for word in given.split(",") if word.strip()))[:200]


def _number(given: str) -> int | None:
    if not given.strip():
        return None
    if not given.strip().isdecimal() or int(given) > 10_000:
        raise InputInvalid(
            Saying("`{given}` is no number of hand-offs; leave it empty for no limit", given=given[:20])
        )
    return int(given)


def _calendar(call: Call, given: str) -> int | None:
    if not given:
        return None
    known = {str(one.id): one.id for one in calendars.calendars(call.connection)}
    if given not in known:
        raise InputInvalid(Saying("There is no such calendar."))
    return known[given]


def _slack(call: Call, given: str, member_id: int) -> str | None:
    given = given.strip()
    if not given:
        return None
    if not (given[:1] in "UW" and given.isalnum() and given.isupper() and len(given) <= 31):
        raise InputInvalid(
            Saying("`{given}` is no member ID of Slack; it looks like U012ABCDEF", given=given[:40])
        )
    if people.holder_of(call.connection, slack_id=given, but=member_id) is not None:
        raise InputInvalid(Saying("Somebody else has this Slack ID."))
    return given


__all__ = ["ROLE_WORDS", "router"]
