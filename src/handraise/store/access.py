"""Who may log in or call: members, their sessions, API keys, and how often somebody tried.

Of tokens and keys only hashes are kept: they are long and random, so a plain hash gives nothing away.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

import sqlalchemy as sa

from handraise.core.errors import HandraiseError
from handraise.core.saying import Saying
from handraise.store.tables.access import api_key, login_attempt, login_session
from handraise.store.tables.handoffs import member as member_table
from handraise.store.tables.handoffs import team_member

USED_EVERY: Final = timedelta(minutes=1)
"""How exactly it is kept when a session or key was last used: a write a call would be waste."""


class MemberUnknown(HandraiseError):
    """No member has that id."""

    def __init__(self, member_id: int) -> None:
        super().__init__(f"There is no member {member_id}.")


class KeyUnknown(HandraiseError):
    """No API key has that id."""

    def __init__(self, key_id: int) -> None:
        super().__init__(f"There is no API key {key_id}.")


class EmailTaken(HandraiseError):
    """Somebody has that address already."""

    def __init__(self) -> None:
        super().__init__(
            Saying("A member with that e-mail address is there already; inactive ones count too.")
        )


@dataclass(frozen=True)
class Member:
    """Somebody who works with the product."""

    id: int
    email: str
    name: str
    role: str
    zone: str
    language: str
    is_active: bool
    created_at: datetime
    password_hash: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Session:
    """A log-in that holds, and whose it is."""

    token_hash: bytes = field(repr=False)
    member: Member
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime


@dataclass(frozen=True)
class ApiKey:
    """A program's way in. `member_id` is for whom it acts, if for somebody; `hint` is how the key ends."""

    id: int
    name: str
    hint: str
    role: str
    scopes: tuple[str, ...]
    member_id: int | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


def hash_of(token: str) -> bytes:
    """What is kept of a token or key."""
    return sha256(token.encode(errors="replace")).digest()


# --- members ------------------------------------------------------------------------------------------------

_MEMBER: Final = (
    member_table.c.id,
    member_table.c.email,
    member_table.c.name,
    member_table.c.role,
    member_table.c.zone,
    member_table.c.language,
    member_table.c.is_active,
    member_table.c.created_at,
    member_table.c.password_hash,
)


def add_member(
    connection: sa.Connection, *, email: str, name: str, role: str, password_hash: str | None, now: datetime
) -> Member:
    """A new member.

    Raises
    ------
    EmailTaken
        When there is one of that address.
    """
    try:
        with connection.begin_nested():
            made = connection.execute(
                sa.insert(member_table)
                .values(email=email, name=name, role=role, password_hash=password_hash, created_at=now)
                .returning(*_MEMBER)
            ).one()
    except sa.exc.IntegrityError:
        raise EmailTaken from None
    return Member(**made._mapping)


def member_by_email(connection: sa.Connection, email: str) -> Member | None:
    """The member of that address, active or not."""
    return _one_member(connection, member_table.c.email == email)


def member_by_slack(connection: sa.Connection, slack_id: str) -> Member | None:
    """The active member of that Slack id."""
    return _one_member(connection, (member_table.c.slack_id == slack_id) & member_table.c.is_active)


def member_by_id(connection: sa.Connection, member_id: int) -> Member:
    """The member of that id, active or not; raises `MemberUnknown`."""
    found = _one_member(connection, member_table.c.id == member_id)
    if found is None:
        raise MemberUnknown(member_id)
    return found


def members(connection: sa.Connection, *, after: int = 0, limit: int = 50) -> list[Member]:
    """Members in the order they were added."""
    rows = connection.execute(
        sa.select(*_MEMBER).where(member_table.c.id > after).order_by(member_table.c.id).limit(limit)
    )
    return [Member(**row._mapping) for row in rows]


def change_member(connection: sa.Connection, member_id: int, **values: Any) -> Member:
    """Change columns of a member; gives them as they are then."""
    row = connection.execute(
        sa.update(member_table).where(member_table.c.id == member_id).values(**values).returning(*_MEMBER)
    ).one_or_none()
    if row is None:
        raise MemberUnknown(member_id)
    return Member(**row._mapping)


def lock_administrators(connection: sa.Connection) -> list[int]:
    """The active administrators, locked: nobody else takes one away meanwhile."""
    return list(
        connection.scalars(
            sa.select(member_table.c.id)
            .where(member_table.c.role == "admin", member_table.c.is_active)
            .order_by(member_table.c.id)
            .with_for_update()
        )
    )


def has_members(connection: sa.Connection) -> bool:
    """Whether anybody is there at all."""
    return connection.execute(sa.select(member_table.c.id).limit(1)).first() is not None


def teams_of(connection: sa.Connection, member_id: int) -> frozenset[int]:
    """The teams a member is in."""
    return frozenset(
        connection.scalars(sa.select(team_member.c.team_id).where(team_member.c.member_id == member_id))
    )


def _one_member(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> Member | None:
    row = connection.execute(sa.select(*_MEMBER).where(condition)).one_or_none()
    return None if row is None else Member(**row._mapping)


# --- sessions -----------------------------------------------------------------------------------------------


def open_session(
    connection: sa.Connection,
    token: str,
    member_id: int,
    now: datetime,
    expires_at: datetime,
    agent: str | None,
) -> None:
    """Keep a session that somebody just logged in to."""
    connection.execute(
        sa.insert(login_session).values(
            token_hash=hash_of(token),
            member_id=member_id,
            created_at=now,
            expires_at=expires_at,
            last_used_at=now,
            agent=agent,
        )
    )


def session_of(
    connection: sa.Connection, token: str, now: datetime, idle: timedelta, *, is_use: bool = True
) -> Session | None:
    """The session of the token, if it has not ended; that it was used is written down, if this is a use."""
    row = connection.execute(
        sa.select(
            login_session.c.token_hash,
            login_session.c.created_at.label("opened_at"),
            login_session.c.expires_at,
            login_session.c.last_used_at,
            *_MEMBER,
        )
        .join(member_table, member_table.c.id == login_session.c.member_id)
        .where(
            login_session.c.token_hash == hash_of(token),
            login_session.c.expires_at > now,
            login_session.c.last_used_at > now - idle,
            member_table.c.is_active,
        )
    ).one_or_none()
    if row is None:
        return None
    if is_use and now - row.last_used_at > USED_EVERY:
        connection.execute(
            sa.update(login_session)
            .where(login_session.c.token_hash == row.token_hash)
            .values(last_used_at=now)
        )
    found = row._asdict()
    mine = {name: found.pop(name) for name in ("token_hash", "opened_at", "expires_at", "last_used_at")}
    return Session(
        mine["token_hash"], Member(**found), mine["opened_at"], mine["expires_at"], mine["last_used_at"]
    )


def end_session(connection: sa.Connection, token: str) -> None:
    """End one session; ending none is fine."""
    connection.execute(sa.delete(login_session).where(login_session.c.token_hash == hash_of(token)))


def end_sessions(connection: sa.Connection, member_id: int, *, but: bytes | None = None) -> int:
    """End all sessions of a member, but that one; gives how many."""
    statement = sa.delete(login_session).where(login_session.c.member_id == member_id)
    if but is not None:
        statement = statement.where(login_session.c.token_hash != but)
    return connection.execute(statement).rowcount


# --- tries to log in ----------------------------------------------------------------------------------------


def take_try(
    connection: sa.Connection, email: str, address: str, now: datetime, *, most: int, within: timedelta
) -> int | None:
    """Write down a try to log in; None when there were too many that failed, by account or by address.

    Tries for one account, or from one address, wait for each other here, so that many at once are counted.
    """
    for name in sorted((f"email {email}", f"address {address}")):
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(name, 0))))
    recent = (login_attempt.c.at > now - within) & ~login_attempt.c.succeeded
    for condition in (login_attempt.c.email == email, login_attempt.c.address == address):
        tries = connection.scalar(
            sa.select(sa.func.count()).select_from(login_attempt).where(recent, condition)
        )
        if (tries or 0) >= most:
            return None
    made: int = connection.execute(
        sa.insert(login_attempt)
        .values(email=email, address=address, at=now, succeeded=False)
        .returning(login_attempt.c.id)
    ).scalar_one()
    return made


def note_success(connection: sa.Connection, attempt_id: int) -> None:
    """That try was right."""
    connection.execute(
        sa.update(login_attempt).where(login_attempt.c.id == attempt_id).values(succeeded=True)
    )


# --- API keys -----------------------------------------------------------------------------------------------

_KEY: Final = tuple(column for column in api_key.c if column.name != "key_hash")


def add_key(
    connection: sa.Connection,
    key: str,
    *,
    name: str,
    role: str,
    scopes: Iterable[str],
    member_id: int | None,
    now: datetime,
    expires_at: datetime | None,
) -> ApiKey:
    """Keep a new key's hash."""
    row = connection.execute(
        sa.insert(api_key)
        .values(
            name=name,
            key_hash=hash_of(key),
            hint=key[-4:],
            role=role,
            scopes=sorted(scopes),
            member_id=member_id,
            created_at=now,
            expires_at=expires_at,
        )
        .returning(*_KEY)
    ).one()
    return _key(row)


def key_of(connection: sa.Connection, key: str, now: datetime) -> ApiKey | None:
    """The API key, if it holds; that it was used is written down."""
    row = connection.execute(
        sa.select(*_KEY).where(
            api_key.c.key_hash == hash_of(key),
            api_key.c.revoked_at.is_(None),
            api_key.c.expires_at.is_(None) | (api_key.c.expires_at > now),
        )
    ).one_or_none()
    if row is None:
        return None
    if row.last_used_at is None or now - row.last_used_at > USED_EVERY:
        connection.execute(sa.update(api_key).where(api_key.c.id == row.id).values(last_used_at=now))
    return _key(row)


def keys(connection: sa.Connection, *, after: int = 0, limit: int = 50) -> list[ApiKey]:
    """API keys in the order they were made, revoked ones too."""
    rows = connection.execute(
        sa.select(*_KEY).where(api_key.c.id > after).order_by(api_key.c.id).limit(limit)
    )
    return [_key(row) for row in rows]


def end_keys(connection: sa.Connection, key_ids: Collection[int], now: datetime) -> None:
    """Revoke keys; raises `KeyUnknown` for one that is not there."""
    for key_id in key_ids:
        changed = connection.execute(
            sa.update(api_key)
            .where(api_key.c.id == key_id)
            .values(revoked_at=sa.func.coalesce(api_key.c.revoked_at, now))
        )
        if not changed.rowcount:
            raise KeyUnknown(key_id)


def _key(row: Any) -> ApiKey:
    values = row._asdict()
    return ApiKey(**{**values, "scopes": tuple(values["scopes"])})
