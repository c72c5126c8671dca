"""Letting people and programs in: logging in, sessions, API keys, members.

A wrong password, an unknown address and somebody who left get one answer, after the same time.
"""

import re
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from typing import Final, Literal, cast

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from handraise.core import roles
from handraise.core.errors import HandraiseError, InputInvalid
from handraise.core.roles import Permission, Role
from handraise.core.saying import Saying
from handraise.store import access, audit
from handraise.store.access import ApiKey, Member
from handraise.store.session import Database

KEY_PREFIX: Final = "hr_k_"
MOST_TRIES: Final = 10
TRIES_WITHIN: Final = timedelta(minutes=15)
SHORTEST_PASSWORD: Final = 12
_LONGEST_PASSWORD: Final = 1024
# OWASP's second choice for Argon2id: 19 MiB, two passes, one lane.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_NOBODYS: Final = _HASHER.hash(secrets.token_hex(16))
_AT_ONCE: Final = BoundedSemaphore(4)  # so many log-ins at once hold memory
# A password that somebody else made up has to be replaced; what is kept of it says so.
_ONCE: Final = "once:"
_EMAIL: Final = re.compile(r"[^\s@<>,;\"]{1,64}@[^\s@<>,;\"]{1,190}")


class LogInRefused(HandraiseError):
    """The address or the password is wrong, and nobody learns which."""

    def __init__(self) -> None:
        super().__init__(Saying("The e-mail address or the password is wrong."))


class TooManyTries(HandraiseError):
    """Too many log-ins failed, for this account or from this address."""

    def __init__(self) -> None:
        super().__init__(Saying("Too many log-ins failed. Wait 15 minutes, then try again."))


class LastAdministrator(HandraiseError):
    """Nobody could change anything any more."""

    def __init__(self) -> None:
        super().__init__(Saying("This is the last active administrator: make somebody else one first."))


@dataclass(frozen=True)
class SessionRules:
    """How long a session holds: in all, and without being used."""

    lasts: timedelta = timedelta(hours=12)
    idle: timedelta = timedelta(hours=2)


@dataclass(frozen=True)
class Caller:
    """Who makes a call, and what they may.

    Attributes
    ----------
    scopes
        What an API key may; None for people, who may what their role may.
    member_id
        The person, also behind a key that acts for one.
    must_change_password
        Somebody else made the password up: nothing else may be done before.
    """

    kind: Literal["member", "key"]
    id: int
    role: Role
    member_id: int | None = None
    scopes: frozenset[str] | None = None
    teams: frozenset[int] = frozenset()
    must_change_password: bool = False
    session_hash: bytes | None = field(default=None, repr=False)

    @property
    def actor(self) -> str:
        """Who it was, for records: `member:7`, `key:3`."""
        return f"{self.kind}:{self.id}"

    def may(self, permission: Permission) -> bool:
        """Whether the caller may at all; `may_with` answers for one hand-off or its lead."""
        if self.scopes is not None and not roles.allowed(self.scopes, permission):
            return False
        return roles.may(self.role, permission) and not self.must_change_password

    def may_with(self, permission: Permission, owner: int | None, owning_teams: frozenset[int]) -> bool:
        """Whether the caller may with a hand-off of that owner and those teams."""
        return self.may(permission) and roles.may_with(
            self.role, permission, self.member_id or 0, self.teams, owner, owning_teams
        )


# --- people -------------------------------------------------------------------------------------------------


def log_in(
    database: Database,
    email: str,
    password: str,
    *,
    address: str,
    agent: str | None,
    now: datetime,
    rules: SessionRules,
) -> tuple[str, Member]:
    """Give a new session's token for the right password.

    A try counts before the password is looked at, in a transaction of its own: nothing that happens later
    takes it back.

    Raises
    ------
    LogInRefused, TooManyTries
    """
    email = _normal(email)
    with database.transaction() as connection:
        attempt = access.take_try(connection, email, address, now, most=MOST_TRIES, within=TRIES_WITHIN)
        found = access.member_by_email(connection, email)
    if attempt is None:
        raise TooManyTries
    kept = found.password_hash if found is not None else None
    if not _is_right(kept, password) or found is None or not found.is_active:
        raise LogInRefused
    token = secrets.token_urlsafe(32)
    with database.transaction() as connection:
        access.note_success(connection, attempt)
        if not is_once(found) and _HASHER.check_needs_rehash(kept or ""):
            access.change_member(connection, found.id, password_hash=_hashed(password))
        access.open_session(
            connection, token, found.id, now, now + rules.lasts, agent[:200] if agent else None
        )
        audit.append(connection, f"member:{found.id}", "session.open", f"member:{found.id}", {}, now)
    return token, found


def log_in_by_address(
    connection: sa.Connection, email: str, *, agent: str | None, now: datetime, rules: SessionRules
) -> tuple[str, Member]:
    """Give a new session's token to whom somebody we trust has recognised by a verified address.

    Only people who were invited get in. A made-up first password ends with it: it was never theirs.

    Raises
    ------
    LogInRefused
        When nobody with this address was invited, or they have left.
    """
    found = access.member_by_email(connection, _normal(email))
    if found is None or not found.is_active:
        raise LogInRefused
    if is_once(found):
        found = access.change_member(connection, found.id, password_hash=None)
    token = secrets.token_urlsafe(32)
    access.open_session(connection, token, found.id, now, now + rules.lasts, agent[:200] if agent else None)
    audit.append(connection, f"member:{found.id}", "session.open", f"member:{found.id}", {"by": "oidc"}, now)
    return token, found


def caller_of_session(
    connection: sa.Connection, token: str, now: datetime, rules: SessionRules, *, is_use: bool = True
) -> Caller | None:
    """Who a session's token belongs to; None when it has ended.

    Without `is_use` the session goes on towards its end: a page looked for news, nobody did anything.
    """
    session = access.session_of(connection, token, now, rules.idle, is_use=is_use)
    if session is None:
        return None
    member = session.member
    return Caller(
        "member",
        member.id,
        cast(Role, member.role),
        member.id,
        teams=access.teams_of(connection, member.id),
        must_change_password=is_once(member),
        session_hash=session.token_hash,
    )


def log_out(
    connection: sa.Connection, caller: Caller, token: str, now: datetime, *, everywhere: bool
) -> None:
    """End this session, or all of the member's."""
    if everywhere:
        access.end_sessions(connection, caller.id)
    access.end_session(connection, token)
    audit.append(
        connection, caller.actor, "session.end", f"member:{caller.id}", {"everywhere": everywhere}, now
    )


def end_session(connection: sa.Connection, token: str) -> None:
    """End the session of that token, whoever's it was."""
    access.end_session(connection, token)


def change_password(
    database: Database, caller: Caller, current: str, new: str, *, address: str, now: datetime
) -> None:
    """Set a member's own password; their other sessions end.

    Raises
    ------
    LogInRefused
        When the current password is wrong. Such tries count as log-ins do.
    """
    _require_good(new)
    with database.transaction() as connection:
        member = access.member_by_id(connection, caller.id)
        attempt = access.take_try(
            connection, member.email, address, now, most=MOST_TRIES, within=TRIES_WITHIN
        )
    if attempt is None:
        raise TooManyTries
    if not _is_right(member.password_hash, current):
        raise LogInRefused
    hashed = _hashed(new)
    with database.transaction() as connection:
        access.note_success(connection, attempt)
        access.change_member(connection, caller.id, password_hash=hashed)
        access.end_sessions(connection, caller.id, but=caller.session_hash)
        audit.append(connection, caller.actor, "password.change", f"member:{caller.id}", {}, now)


def add_member(
    connection: sa.Connection, *, email: str, name: str, role: str, by: str, now: datetime
) -> tuple[Member, str]:
    """A new member and the password they log in with the first time; it is shown here only."""
    email = _normal(email)
    if not _EMAIL.fullmatch(email):
        raise InputInvalid(Saying("`{email}` is not an e-mail address", email=email[:100]))
    if role not in roles.ROLES:
        raise InputInvalid(
            Saying(
                "`{role}` is not a role; the roles are {listed}",
                role=role[:100],
                listed=", ".join(roles.ROLES),
            )
        )
    password = _made_up()
    member = access.add_member(
        connection, email=email, name=name, role=role, password_hash=_ONCE + _hashed(password), now=now
    )
    audit.append(connection, by, "member.add", f"member:{member.id}", {"role": role}, now)
    return member, password


def first_administrator(connection: sa.Connection, email: str, now: datetime) -> tuple[Member, str] | None:
    """The first administrator and their first password; None when there is any member already."""
    if access.has_members(connection):
        return None
    return add_member(connection, email=email, name="Administrator", role="admin", by="system", now=now)


def reset_password(connection: sa.Connection, member_id: int, by: str, now: datetime) -> str:
    """A new first password for a member who lost theirs; all their sessions end."""
    password = _made_up()
    access.change_member(connection, member_id, password_hash=_ONCE + _hashed(password))
    access.end_sessions(connection, member_id)
    audit.append(connection, by, "password.reset", f"member:{member_id}", {}, now)
    return password


def change_member(
    connection: sa.Connection,
    member_id: int,
    by: str,
    now: datetime,
    *,
    name: str | None = None,
    role: str | None = None,
    is_active: bool | None = None,
) -> Member:
    """Change a member; somebody who is made inactive is out at once.

    Raises
    ------
    LastAdministrator
        When no active administrator would be left.
    """
    if role is not None and role not in roles.ROLES:
        raise InputInvalid(
            Saying(
                "`{role}` is not a role; the roles are {listed}",
                role=role[:100],
                listed=", ".join(roles.ROLES),
            )
        )
    if (role not in (None, "admin") or is_active is False) and access.lock_administrators(connection) == [
        member_id
    ]:
        raise LastAdministrator
    values = {"name": name, "role": role, "is_active": is_active}
    given = {column: value for column, value in values.items() if value is not None}
    member = access.change_member(connection, member_id, **given) if given else None
    if is_active is False:
        access.end_sessions(connection, member_id)
    detail = {column: value for column, value in given.items() if column != "name"}
    if given:
        audit.append(connection, by, "member.change", f"member:{member_id}", detail, now)
    return member or access.member_by_id(connection, member_id)


# --- programs -----------------------------------------------------------------------------------------------


def add_key(
    connection: sa.Connection,
    *,
    name: str,
    scopes: list[str],
    by: str,
    now: datetime,
    role: str = "admin",
    member_id: int | None = None,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """A new API key; the key itself is given here only.

    It may what its scopes say as far as its role reaches: the role of the member it acts for, if it does.

    Raises
    ------
    InputInvalid
        When a scope is none, or the role never reaches it, or it has expired already.
    """
    if member_id is not None:
        role = access.member_by_id(connection, member_id).role
    if role not in roles.ROLES:
        raise InputInvalid(
            Saying(
                "`{role}` is not a role; the roles are {listed}",
                role=role[:100],
                listed=", ".join(roles.ROLES),
            )
        )
    granted = roles.scopes_of(scopes)
    if beyond := sorted(scope for scope in granted if not roles.may(role, scope)):
        raise InputInvalid(Saying("the role {role} may not: {listed}", role=role, listed=", ".join(beyond)))
    if expires_at is not None and expires_at <= now:
        raise InputInvalid(Saying("the key would have expired already: give a time to come"))
    key = KEY_PREFIX + secrets.token_urlsafe(32)
    made = access.add_key(
        connection,
        key,
        name=name,
        role=role,
        scopes=granted,
        member_id=member_id,
        now=now,
        expires_at=expires_at,
    )
    audit.append(connection, by, "key.add", f"key:{made.id}", {"scopes": sorted(granted), "role": role}, now)
    return made, key


def revoke_key(connection: sa.Connection, key_id: int, by: str, now: datetime) -> None:
    """Make a key worth nothing from now on."""
    access.end_keys(connection, [key_id], now)
    audit.append(connection, by, "key.revoke", f"key:{key_id}", {}, now)


def caller_of_key(connection: sa.Connection, key: str, now: datetime) -> Caller | None:
    """Who an API key belongs to; None when it does not hold, or the member it acts for has left."""
    if not key.startswith(KEY_PREFIX):
        return None
    found = access.key_of(connection, key, now)
    if found is None:
        return None
    caller = Caller("key", found.id, cast(Role, found.role), scopes=frozenset(found.scopes))
    if found.member_id is None:
        return caller
    member = access.member_by_id(connection, found.member_id)
    if not member.is_active:
        return None
    teams = access.teams_of(connection, member.id)
    return replace(caller, role=cast(Role, member.role), member_id=member.id, teams=teams)


# --- passwords ----------------------------------------------------------------------------------------------


def is_once(member: Member) -> bool:
    """Whether the member's password was made up by somebody else and has to be replaced."""
    return (member.password_hash or "").startswith(_ONCE)


def _is_right(kept: str | None, password: str) -> bool:
    """Whether it is the password; takes as long when there is none to compare with."""
    hashed = (kept or "").removeprefix(_ONCE) or _NOBODYS
    try:
        with _AT_ONCE:
            _HASHER.verify(hashed, password[:_LONGEST_PASSWORD].encode(errors="replace"))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def _hashed(password: str) -> str:
    with _AT_ONCE:
        return _HASHER.hash(password.encode(errors="replace"))


def _require_good(password: str) -> None:
    if not SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
        raise InputInvalid(
            Saying(
                "a password needs at least {least} characters: take a sentence",
                least=SHORTEST_PASSWORD,
            )
        )


def _made_up() -> str:
    return "-".join(secrets.token_hex(3) for _ in range(4))


def _normal(email: str) -> str:
    return email.strip().lower()[:255]
