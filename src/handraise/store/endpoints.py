"""Where webhooks go, and how it goes there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from handraise.core.errors import HandraiseError
from handraise.store.tables.outside import webhook_endpoint as table


class EndpointUnknown(HandraiseError):
    """No webhook endpoint has that id."""


@dataclass(frozen=True)
class Endpoint:
    """One subscriber. No `events` means all of them; `failing_since` is the first failure since a success."""

    id: int
    url: str
    secret: str = field(repr=False)
    events: tuple[str, ...]
    is_active: bool
    created_at: datetime
    failing_since: datetime | None = None
    disabled_at: datetime | None = None
    disabled_why: str | None = None

    def takes(self, kind: str) -> bool:
        """Whether it subscribed to this kind: by name, or by its first part (`handoff` or `handoff.*`)."""
        names = {kind, kind.partition(".")[0], f"{kind.partition('.')[0]}.*"}
        return not self.events or not names.isdisjoint(self.events)


def add_endpoint(
    connection: sa.Connection, url: str, secret: str, events: Sequence[str], now: datetime
) -> Endpoint:
    """Keep a new subscriber; whoever calls has checked the URL and made the secret."""
    made = connection.execute(
        sa.insert(table)
        .values(url=url, secret=secret, events=list(events), created_at=now)
        .returning(*table.c)
    )
    return _endpoint(made.one())


def endpoint(connection: sa.Connection, endpoint_id: int) -> Endpoint:
    """One of them.

    Raises
    ------
    EndpointUnknown
        When there is none of that id.
    """
    row = connection.execute(sa.select(table).where(table.c.id == endpoint_id)).one_or_none()
    if row is None:
        raise EndpointUnknown(f"there is no webhook endpoint {endpoint_id}; list them to see the ids")
    return _endpoint(row)


def endpoints(connection: sa.Connection) -> list[Endpoint]:
    """All of them, in the order they were made."""
    return [_endpoint(row) for row in connection.execute(sa.select(table).order_by(table.c.id))]


def active(connection: sa.Connection) -> list[Endpoint]:
    """Those that are switched on, whatever they subscribed to (`Endpoint.takes`)."""
    rows = connection.execute(sa.select(table).where(table.c.is_active).order_by(table.c.id))
    return [_endpoint(row) for row in rows]


def change_endpoint(
    connection: sa.Connection,
    endpoint_id: int,
    *,
    url: str | None = None,
    secret: str | None = None,
    events: Sequence[str] | None = None,
) -> Endpoint:
    """Change what is given; the rest stays."""
    given = {"url": url, "secret": secret, "events": None if events is None else list(events)}
    values = {name: value for name, value in given.items() if value is not None}
    if values:
        connection.execute(sa.update(table).where(table.c.id == endpoint_id).values(**values))
    return endpoint(connection, endpoint_id)


def switch_on(connection: sa.Connection, endpoint_id: int) -> Endpoint:
    """Send to it again, as if it had never failed."""
    values = {"is_active": True, "failing_since": None, "disabled_at": None, "disabled_why": None}
    connection.execute(sa.update(table).where(table.c.id == endpoint_id).values(**values))
    return endpoint(connection, endpoint_id)


def switch_off(connection: sa.Connection, endpoint_id: int, why: str, now: datetime) -> bool:
    """Send nothing more to it; False when it was off already."""
    changed = connection.execute(
        sa.update(table)
        .where(table.c.id == endpoint_id, table.c.is_active)
        .values(is_active=False, disabled_at=now, disabled_why=why)
    )
    return changed.rowcount == 1


def note_failure(connection: sa.Connection, endpoint_id: int, now: datetime) -> datetime | None:
    """Since when it fails; rows are written on the first failure only, so failing costs no waiting."""
    asked = sa.update(table).where(table.c.id == endpoint_id, table.c.failing_since.is_(None))
    connection.execute(asked.values(failing_since=now))
    since: datetime | None = connection.execute(
        sa.select(table.c.failing_since).where(table.c.id == endpoint_id)
    ).scalar_one_or_none()
    return since


def note_success(connection: sa.Connection, endpoint_id: int) -> None:
    """It works."""
    asked = sa.update(table).where(table.c.id == endpoint_id, table.c.failing_since.is_not(None))
    connection.execute(asked.values(failing_since=None))


def _endpoint(row: Any) -> Endpoint:
    return Endpoint(**{**row._asdict(), "events": tuple(row.events)})
