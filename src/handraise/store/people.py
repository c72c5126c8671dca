"""Members and teams as they are kept, and as routing takes them."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from handraise.core.calendar import Calendar, NeverOpen
from handraise.core.errors import HandraiseError, InputInvalid
from handraise.core.roles import ROLES
from handraise.core.routing import ATTRIBUTES, Attribute, Member, Person, Requirement, Team, TeamLedger
from handraise.core.saying import Saying
from handraise.store.calendars import resolved
from handraise.store.tables.handoffs import member, team, team_member

# Who takes hand-offs: marketing and viewers may not answer one.
_TAKE: Final = ("sales", "admin")
_KEYS: Final[dict[Attribute, str]] = {
    "territory": "territories", "segment": "segments", "skill": "skills", "language": "languages",
}  # fmt: skip
_PER_DAY: Final = "per_day"
_SECRET: Final = "password_hash"  # noqa: S105
_DAYS_BACK: Final = timedelta(days=10)  # no working day is longer ago than that, holidays and all
_COLUMNS: Final = tuple(column for column in member.c if column.name != _SECRET)
_CHANGEABLE: Final = frozenset(
    column.name for column in _COLUMNS if column.name not in ("id", "created_at", "password_hash")
)
_STANDING: Final = """
select m.id, m.name, m.is_active, m.away_from, m.away_until, m.capacity, m.attributes,
    m.calendar_id, m.zone, (select count(*) from handraise.handoff h
    where h.owner_id = m.id and h.state in ('open', 'accepted')) as open
from handraise.member m
where m.role = any(%(roles)s::text[]) order by m.id
"""
_LATELY: Final = """
select (detail->>'owner')::bigint, at from handraise.handoff_entry
where kind = 'assigned' and at > %(since)s and (detail->>'owner')::bigint = any(%(people)s::bigint[])
"""
_TEAMS: Final = """
select t.id, t.name, t.is_fallback, t.requires, t.ledger, t.slack_channel, t.email,
    (select coalesce(jsonb_object_agg(m.member_id, m.weight), '{}') from handraise.team_member m
    where m.team_id = t.id) as weights
from handraise.team t order by t.name
"""
_KEEP_LEDGER: Final = "update handraise.team set ledger = %(ledger)s::jsonb where name = %(name)s"
# Teams first, then people with a limit of their own, both by id: two decisions never wait for each other
# crosswise, and nobody gets more than they take through two teams at once.
_LOCK_TEAMS: Final = (
    "select id from handraise.team where name = any(%(names)s::text[]) order by id for update"
)
_LOCK_LIMITED: Final = """
select m.id from handraise.member m
where (m.capacity is not null or m.attributes ? 'per_day') and m.id in (
    select tm.member_id from handraise.team_member tm where tm.team_id = any(%(teams)s::bigint[]))
order by m.id for no key update of m
"""


class MemberUnknown(HandraiseError):
    """There is no such member."""


class TeamUnknown(HandraiseError):
    """There is no such team."""


@dataclass(frozen=True)
class MemberRow:
    """Somebody who works with the product. `attributes`: territories, skills, per_day and such."""

    id: int
    email: str
    name: str
    role: str
    zone: str
    language: str
    calendar_id: int | None
    is_active: bool
    away_from: datetime | None
    away_until: datetime | None
    capacity: int | None
    attributes: Mapping[str, Any]
    slack_id: str | None
    crm_id: str | None
    created_at: datetime

    def is_away(self, at: datetime) -> bool:
        """Whether they are out of office at that instant."""
        person = Person(self.id, self.name, away_from=self.away_from, away_until=self.away_until)
        return person.is_away(at)


@dataclass(frozen=True)
class TeamRow:
    """A team with the weights of its members, by id."""

    id: int
    name: str
    is_fallback: bool
    requires: Mapping[str, Any]
    ledger: Mapping[str, Any]
    slack_channel: str | None
    email: str | None
    weights: Mapping[int, int]

    @property
    def as_team(self) -> Team:
        """The team as routing takes it."""
        members = tuple(Member(person, weight) for person, weight in sorted(self.weights.items()))
        return Team(self.name, members, requirements(self.requires), self.is_fallback)


def requirements(requires: Mapping[str, Any]) -> tuple[Requirement, ...]:
    """What a team asks of its members: by attribute the values of which they must have one.

    No values: they must serve what the lead is.

    Raises
    ------
    InputInvalid
        When something else than an attribute is asked for.
    """
    unknown = sorted(set(requires) - set(ATTRIBUTES))
    if unknown:
        raise InputInvalid(
            Saying(
                "A team cannot require `{unknown}`; it can {listed}.",
                unknown=unknown[0],
                listed=", ".join(ATTRIBUTES),
            )
        )
    return tuple(
        Requirement(attribute, tuple(str(value) for value in requires[attribute] or ()))
        for attribute in ATTRIBUTES
        if attribute in requires
    )


# --- members ----------------------------------------------------------------------------------------------


def create_member(
    connection: sa.Connection, email: str, name: str, role: str, now: datetime, **given: Any
) -> MemberRow:
    """A new member. `given`: zone, language, calendar_id, capacity, attributes, slack_id, crm_id and such.

    Raises
    ------
    InputInvalid
        When the role or something given is unknown.
    """
    _refuse_unknown({**given, "role": role})
    row = connection.execute(
        member.insert()
        .values(email=email.strip().lower(), name=name, role=role, created_at=now, **given)
        .returning(*_COLUMNS)
    ).one()
    return MemberRow(**row._mapping)


def update_member(connection: sa.Connection, member_id: int, **changes: Any) -> MemberRow:
    """Change a member: calendar, capacity, absence (`away_from`, `away_until`), attributes and such.

    Raises
    ------
    MemberUnknown
        When there is none of that id.
    InputInvalid
        When the role or something to change is unknown.
    """
    _refuse_unknown(changes)
    row = connection.execute(
        member.update().where(member.c.id == member_id).values(**changes).returning(*_COLUMNS)
    ).one_or_none()
    if row is None:
        raise MemberUnknown(f"There is no member {member_id}.")
    return MemberRow(**row._mapping)


def set_away(
    connection: sa.Connection, member_id: int, start: datetime | None, until: datetime | None
) -> MemberRow:
    """Out of office from `start` (None: already) up to `until` (None: nobody knows); both None: back."""
    if start is not None and until is not None and until <= start:
        raise InputInvalid(Saying("An absence ends after it starts."))
    return update_member(connection, member_id, away_from=start, away_until=until)


def _refuse_unknown(given: Mapping[str, Any]) -> None:
    unknown = sorted(set(given) - _CHANGEABLE)
    if unknown:
        raise InputInvalid(
            Saying(
                "A member has no `{unknown}`; it has {listed}.",
                unknown=unknown[0],
                listed=", ".join(sorted(_CHANGEABLE)),
            )
        )
    if given.get("role", "sales") not in ROLES:
        raise InputInvalid(
            Saying(
                "`{given}` is no role; the roles are {listed}.", given=given["role"], listed=", ".join(ROLES)
            )
        )


def member_of(connection: sa.Connection, member_id: int) -> MemberRow:
    """The member of that id.

    Raises
    ------
    MemberUnknown
        When there is none.
    """
    return _one(connection, member.c.id == member_id, f"There is no member {member_id}.")


def member_by(
    connection: sa.Connection, *, slack_id: str | None = None, crm_id: str | None = None
) -> MemberRow:
    """The active member whom Slack or the CRM knows by that id.

    Raises
    ------
    MemberUnknown
        When there is none.
    """
    column, value = (member.c.slack_id, slack_id) if slack_id is not None else (member.c.crm_id, crm_id)
    problem = f"Nobody here has the {column.name.replace('_', ' ')} {value}; an administrator can enter it."
    return _one(connection, (column == value) & member.c.is_active, problem)


def members(connection: sa.Connection) -> list[MemberRow]:
    """Everybody, by name."""
    rows = connection.execute(sa.select(*_COLUMNS).order_by(member.c.name, member.c.id))
    return [MemberRow(**row._mapping) for row in rows]


def holder_of(
    connection: sa.Connection, *, slack_id: str | None = None, crm_id: str | None = None, but: int
) -> int | None:
    """The other member than `but` who has that id in Slack or the CRM: clicks there are taken for theirs."""
    # An id that is not given is None, which equals nothing.
    same = sa.or_(member.c.slack_id == sa.literal(slack_id), member.c.crm_id == sa.literal(crm_id))
    return connection.execute(sa.select(member.c.id).where(same, member.c.id != but)).scalars().first()


def _one(connection: sa.Connection, which: sa.ColumnElement[bool], problem: str) -> MemberRow:
    row = connection.execute(sa.select(*_COLUMNS).where(which).order_by(member.c.id)).first()
    if row is None:
        raise MemberUnknown(problem)
    return MemberRow(**row._mapping)


# --- teams ------------------------------------------------------------------------------------------------


def create_team(
    connection: sa.Connection,
    name: str,
    weights: Mapping[int, int] | None = None,
    *,
    is_fallback: bool = False,
    requires: Mapping[str, Any] | None = None,
    slack_channel: str | None = None,
    email: str | None = None,
) -> TeamRow:
    """A new team with its members by weight.

    Raises
    ------
    InputInvalid
        When it requires what nobody can have, or a weight is below 0.
    """
    requirements(requires or {})
    made = connection.execute(
        team.insert()
        .values(
            name=name,
            is_fallback=is_fallback,
            requires=dict(requires or {}),
            slack_channel=slack_channel,
            email=email,
        )
        .returning(team.c.id)
    ).scalar_one()
    set_weights(connection, made, weights or {})
    return team_by_id(connection, made)


def set_weights(connection: sa.Connection, team_id: int, weights: Mapping[int, int]) -> None:
    """Say who is in the team, and with which weight; whoever is not named is in it no more."""
    rows = [
        {"team_id": team_id, "member_id": one.person, "weight": one.weight}
        for one in (Member(person, weight) for person, weight in sorted(weights.items()))
    ]
    connection.execute(team_member.delete().where(team_member.c.team_id == team_id))
    if rows:
        connection.execute(team_member.insert(), rows)


def update_team(connection: sa.Connection, team_id: int, **changes: Any) -> TeamRow:
    """Change a team: name, is_fallback, requires, slack_channel, email.

    Raises
    ------
    TeamUnknown
        When there is none of that id.
    InputInvalid
        As for `create_team`.
    """
    requirements(changes.get("requires") or {})
    connection.execute(team.update().where(team.c.id == team_id).values(**changes))
    return team_by_id(connection, team_id)


def teams(connection: sa.Connection) -> list[TeamRow]:
    """Every team, by name."""
    found = []
    for row in connection.exec_driver_sql(_TEAMS):
        known = dict(row._mapping)
        known["weights"] = {int(member_id): weight for member_id, weight in row.weights.items()}
        found.append(TeamRow(**known))
    return found


def team_by_id(connection: sa.Connection, team_id: int) -> TeamRow:
    """One team.

    Raises
    ------
    TeamUnknown
    """
    found = next((one for one in teams(connection) if one.id == team_id), None)
    if found is None:
        raise TeamUnknown(f"There is no team {team_id}.")
    return found


def teams_of(connection: sa.Connection, member_id: int | None) -> frozenset[int]:
    """The teams that somebody is in."""
    if member_id is None:
        return frozenset()
    found = connection.execute(sa.select(team_member.c.team_id).where(team_member.c.member_id == member_id))
    return frozenset(found.scalars())


def lock_teams(connection: sa.Connection, names: Collection[str]) -> None:
    """Let decisions of others about these teams wait until this transaction ends."""
    if names:
        locked = connection.exec_driver_sql(_LOCK_TEAMS, {"names": sorted(names)}).scalars().all()
        connection.exec_driver_sql(_LOCK_LIMITED, {"teams": list(locked)})


def keep_ledger(connection: sa.Connection, name: str, ledger: TeamLedger) -> None:
    """Write down where a team's turns stand. The team is locked."""
    connection.exec_driver_sql(_KEEP_LEDGER, {"name": name, "ledger": json.dumps(ledger.as_json())})


# --- as routing takes them --------------------------------------------------------------------------------


def routable(connection: sa.Connection, now: datetime) -> tuple[list[Person], dict[int | None, Calendar]]:
    """Everybody who may own hand-offs as they stand now, and their calendars (see `calendars.resolved`)."""
    rows = connection.exec_driver_sql(_STANDING, {"roles": list(_TAKE)}).all()
    calendars = resolved(connection, [(row.id, row.calendar_id, row.zone) for row in rows], now)
    limited = [row.id for row in rows if row.attributes.get(_PER_DAY) is not None]
    lately = _got_lately(connection, limited, now)
    people = []
    for row in rows:
        calendar = calendars[row.id]
        opens_at = _opens_at(calendar, now)
        people.append(
            Person(
                id=row.id,
                name=row.name,
                is_active=row.is_active,
                away_from=row.away_from,
                away_until=row.away_until,
                capacity=row.capacity,
                per_day=row.attributes.get(_PER_DAY),
                open_handoffs=row.open,
                handoffs_today=_of_the_day(calendar, lately.get(row.id, ()), opens_at),
                is_open=opens_at == now,
                opens_at=None if opens_at == now else opens_at,
                serves=_serves(row.attributes),
            )
        )
    return people, calendars


def _got_lately(connection: sa.Connection, people: Sequence[int], now: datetime) -> dict[int, list[datetime]]:
    found: dict[int, list[datetime]] = {}
    if people:
        rows = connection.exec_driver_sql(_LATELY, {"people": list(people), "since": now - _DAYS_BACK})
        for owner, at in rows:
            found.setdefault(owner, []).append(at)
    return found


def _opens_at(calendar: Calendar, at: datetime) -> datetime | None:
    try:
        return calendar.opens_after(at)
    except NeverOpen:
        return None


def _of_the_day(calendar: Calendar, got: Sequence[datetime], opens_at: datetime | None) -> int:
    """How many of those belong to the working day of `opens_at`: what came after hours is the next one's."""
    if opens_at is None or not got:
        return 0
    days = [_opens_at(calendar, at) for at in got]
    today = _local_day(calendar, opens_at)
    return sum(day is not None and _local_day(calendar, day) == today for day in days)


def _local_day(calendar: Calendar, at: datetime) -> object:
    return at.astimezone(ZoneInfo(calendar.zone)).date()


def _serves(attributes: Mapping[str, Any]) -> dict[Attribute, tuple[str, ...]]:
    return {
        attribute: tuple(str(value) for value in attributes.get(key) or ())
        for attribute, key in _KEYS.items()
    }
