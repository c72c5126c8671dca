"""Audiences as they are kept, and where the leads stand that they ask about."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from handraise.core.errors import HandraiseError
from handraise.core.saying import Saying
from handraise.store.tables.audiences import audience

_STANDINGS: Final = """
with owned as (
    select distinct on (coalesce(f.root_id, f.id)) coalesce(f.root_id, f.id) as root, h.owner_id
    from handraise.handoff h join handraise.lead f on f.id = h.lead_id
    where h.state in ('open', 'accepted') and h.owner_id is not null
    order by coalesce(f.root_id, f.id), h.opened_at desc, h.id desc
), rejected as (
    select distinct on (coalesce(f.root_id, f.id)) coalesce(f.root_id, f.id) as root, h.answered_at, h.reason
    from handraise.handoff h join handraise.lead f on f.id = h.lead_id
    where h.state = 'rejected'
    order by coalesce(f.root_id, f.id), h.answered_at desc, h.id desc
)
select l.id, l.stage, coalesce(l.stage_since, l.created_at), m.name, rejected.answered_at, rejected.reason,
    l.nurture, l.facts ->> 'lead.first_name', l.facts ->> 'lead.last_name'
from handraise.lead l
left join handraise.account a on a.id = l.account_id
left join owned on owned.root = l.id
left join rejected on rejected.root = l.id
left join handraise.member m on m.id = coalesce(owned.owner_id, a.owner_id)
where l.id = any(%(ids)s::bigint[])
"""
_ROOTS: Final = """
select id from handraise.lead where root_id is null and id > %(after)s order by id limit %(limit)s
"""


class AudienceUnknown(HandraiseError):
    """No audience has this id."""

    def __init__(self, audience_id: int) -> None:
        super().__init__(f"There is no audience {audience_id}; somebody may have deleted it.")


class AudienceNameTaken(HandraiseError):
    """Another audience is called so."""

    def __init__(self, name: str) -> None:
        super().__init__(Saying("There is an audience `{name}` already; choose another name.", name=name))


@dataclass(frozen=True)
class AudienceRow:
    """An audience as somebody keeps it.

    `definition` names the one whose words its text uses, None when it asks for none.
    """

    id: int
    name: str
    definition: str | None
    text: str = field(repr=False)
    made_by: str
    made_at: datetime
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True)
class Standing:
    """Where a lead stands. The owner is that of its open hand-off, else that of its account."""

    lead_id: int
    stage: str
    stage_since: datetime
    owner: str | None
    rejected: datetime | None
    reject_reason: str | None
    nurture: str | None
    first_name: str | None
    last_name: str | None


def add_audience(
    connection: sa.Connection, name: str, definition: str | None, text: str, by: str, now: datetime
) -> AudienceRow:
    """Keep a new audience.

    Raises
    ------
    AudienceNameTaken
        When another one is called so, in whatever case.
    """
    statement = audience.insert().values(
        name=name, definition=definition, text=text, made_by=by, made_at=now, changed_by=by, changed_at=now
    )
    return AudienceRow(**_named(connection, statement.returning(*audience.c), name)._mapping)


def change_audience(
    connection: sa.Connection,
    audience_id: int,
    name: str,
    definition: str | None,
    text: str,
    by: str,
    now: datetime,
) -> AudienceRow:
    """Have an audience be this from now on.

    Raises
    ------
    AudienceUnknown
        When there is none of that id.
    AudienceNameTaken
        When another one is called so, in whatever case.
    """
    statement = (
        audience.update()
        .where(audience.c.id == audience_id)
        .values(name=name, definition=definition, text=text, changed_by=by, changed_at=now)
        .returning(*audience.c)
    )
    row = _named(connection, statement, name)
    if row is None:
        raise AudienceUnknown(audience_id)
    return AudienceRow(**row._mapping)


def drop_audience(connection: sa.Connection, audience_id: int) -> AudienceRow:
    """Take an audience out; gives what it was.

    Raises
    ------
    AudienceUnknown
        When there is none of that id.
    """
    statement = audience.delete().where(audience.c.id == audience_id).returning(*audience.c)
    row = connection.execute(statement).one_or_none()
    if row is None:
        raise AudienceUnknown(audience_id)
    return AudienceRow(**row._mapping)


def audience_of(connection: sa.Connection, audience_id: int) -> AudienceRow:
    """The audience of that id.

    Raises
    ------
    AudienceUnknown
        When there is none.
    """
    row = connection.execute(sa.select(audience).where(audience.c.id == audience_id)).one_or_none()
    if row is None:
        raise AudienceUnknown(audience_id)
    return AudienceRow(**row._mapping)


def audiences(connection: sa.Connection, *, after: str = "", limit: int = 200) -> list[AudienceRow]:
    """Audiences by name, those whose name (in small letters) comes after `after`."""
    lowered = sa.func.lower(audience.c.name)
    statement = sa.select(audience).where(lowered > after).order_by(lowered).limit(limit)
    return [AudienceRow(**row._mapping) for row in connection.execute(statement)]


def standings(connection: sa.Connection, lead_ids: Sequence[int]) -> dict[int, Standing]:
    """Where these leads stand, by their ids; with the hand-offs of all that were merged into them."""
    rows = connection.exec_driver_sql(_STANDINGS, {"ids": list(lead_ids)})
    return {row[0]: Standing(*row) for row in rows}


def roots_after(connection: sa.Connection, after: int, limit: int) -> list[int]:
    """The next leads by id."""
    return list(connection.exec_driver_sql(_ROOTS, {"after": after, "limit": limit}).scalars())


def _named(connection: sa.Connection, statement: Any, name: str) -> Any:
    try:
        with connection.begin_nested():
            return connection.execute(statement).one_or_none()
    except IntegrityError:
        raise AudienceNameTaken(name) from None
