"""Where events come from: each source has a write key, of which only the hash is kept."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, Literal

import sqlalchemy as sa

from handraise.core.errors import HandraiseError
from handraise.core.saying import Saying
from handraise.store.tables.events import source as table

SourceKind = Literal["server", "browser", "webhook"]
KEY_PREFIX: Final = "hr_w_"


class SourceUnknown(HandraiseError):
    """No source has that id."""

    def __init__(self, source_id: int) -> None:
        super().__init__(f"There is no source {source_id}. `handraise sources` lists those that are there.")


class SourceInvalid(HandraiseError):
    """A source cannot be made like this; the message says what is missing."""


@dataclass(frozen=True)
class Source:
    """A place that sends events.

    Attributes
    ----------
    kind
        `server`: its key is secret. `browser`: its key is public (`public_key`) and good only for pages of
        `origins`. `webhook`: the key is part of the address, and calls are signed with `secret`.
    adapter
        The format of a webhook (`sendgrid`, `calendly`, …); the other kinds are told by the path.
    origins
        `https://acme.com`, or `https://*.acme.com` for every host beneath; `*` alone for any page.
    settings
        What the adapter needs; `events_per_second` limits the source.
    """

    id: int
    name: str
    kind: SourceKind
    adapter: str
    created_at: datetime
    public_key: str | None = None
    secret: str | None = field(default=None, repr=False)
    origins: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    is_active: bool = True
    first_event_at: datetime | None = None
    revoked_at: datetime | None = None


def create_source(
    connection: sa.Connection,
    *,
    name: str,
    kind: SourceKind,
    now: datetime,
    adapter: str = "segment",
    origins: Iterable[str] = (),
    secret: str | None = None,
    settings: Mapping[str, Any] | None = None,
) -> tuple[Source, str]:
    """Make a source; its write key is given here and, unless it is a browser's, never again.

    Raises
    ------
    SourceInvalid
        When a browser source names no origins, or a webhook has no secret to check its calls with.
    """
    origins = tuple(origin.strip().rstrip("/").lower() for origin in origins)
    if kind == "browser" and not origins:
        raise SourceInvalid(
            Saying(
                "A browser's key is public, so it needs the origins it is good for, such as https://acme.com."
            )
        )
    if kind == "webhook" and not secret:
        raise SourceInvalid(
            Saying("A webhook needs the secret its calls are signed with: the sender's settings show it.")
        )
    key = _new_key()
    made = connection.execute(
        sa.insert(table)
        .values(
            name=name,
            kind=kind,
            adapter=adapter,
            key_hash=key_hash(key),
            public_key=key if kind == "browser" else None,
            secret=secret,
            origins=list(origins),
            settings=dict(settings or {}),
            created_at=now,
        )
        .returning(*_COLUMNS)
    ).one()
    return _source(made), key


def rotate(connection: sa.Connection, source_id: int) -> str:
    """Give the source a new write key; the old one is worth nothing from now on."""
    key = _new_key()
    public = sa.case((table.c.kind == "browser", key), else_=None)
    _change(connection, source_id, key_hash=key_hash(key), public_key=public)
    return key


def revoke(connection: sa.Connection, source_id: int, now: datetime) -> None:
    """Take nothing more from the source. What it sent stays."""
    _change(connection, source_id, is_active=False, revoked_at=sa.func.coalesce(table.c.revoked_at, now))


def source_by_key(connection: sa.Connection, key: str) -> Source | None:
    """The active source of that write key."""
    found = connection.execute(
        sa.select(*_COLUMNS).where(table.c.key_hash == key_hash(key), table.c.is_active)
    ).one_or_none()
    return None if found is None else _source(found)


def source_by_id(connection: sa.Connection, source_id: int) -> Source | None:
    """The source of that id, revoked or not."""
    found = connection.execute(sa.select(*_COLUMNS).where(table.c.id == source_id)).one_or_none()
    return None if found is None else _source(found)


def sources(connection: sa.Connection) -> list[Source]:
    """Every source, revoked ones too, in the order they were made."""
    return [_source(row) for row in connection.execute(sa.select(*_COLUMNS).order_by(table.c.id))]


def note_first_event(connection: sa.Connection, source_ids: Iterable[int], now: datetime) -> None:
    """Write down that these sources work, if nothing came from them before."""
    connection.execute(
        sa.update(table)
        .where(table.c.id.in_(sorted(source_ids)), table.c.first_event_at.is_(None))
        .values(first_event_at=now)
    )


def key_hash(key: str) -> bytes:
    """What is kept of a key: it is long and random, so a plain hash gives nothing away."""
    return sha256(key.encode(errors="replace")).digest()


def _new_key() -> str:
    return KEY_PREFIX + secrets.token_urlsafe(24)


def _change(connection: sa.Connection, source_id: int, **values: Any) -> None:
    if not connection.execute(sa.update(table).where(table.c.id == source_id).values(**values)).rowcount:
        raise SourceUnknown(source_id)


_COLUMNS: Final = tuple(column for column in table.c if column.name != "key_hash")


def _source(row: Any) -> Source:
    values = row._asdict()
    return Source(**{**values, "origins": tuple(values["origins"])})
