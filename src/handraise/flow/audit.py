"""Writing down who did what, and checking that nobody changed what was written."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

import sqlalchemy as sa

from handraise.store import audit
from handraise.store.audit import Verified


def record(
    connection: sa.Connection,
    actor: str,
    action: str,
    subject: str,
    now: datetime,
    detail: Mapping[str, object] = MappingProxyType({}),
) -> None:
    """Write an entry in the transaction that does what it tells of.

    `actor` and `subject` are a kind and an id (`member:7`, `handoff:12`): no names, no addresses.
    """
    audit.append(connection, actor, action, subject, detail, now)


def verify(connection: sa.Connection) -> Verified:
    """Check every entry against its hash, its neighbours and the end that is kept apart."""
    return audit.verify(connection)
