"""What was answered to a call with an idempotency key, so that the same call again changes nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from handraise.store.tables.access import idempotency_key as table

KEPT_FOR: Final = timedelta(hours=24)


@dataclass(frozen=True)
class Kept:
    """A call made before. `answer` is None when it held a secret, which is shown once and not kept."""

    route: str
    body_hash: bytes
    status: int | None
    answer: Any


def take(
    connection: sa.Connection, caller: str, key: str, route: str, body_hash: bytes, now: datetime
) -> Kept | None:
    """Take a key for this call; gives the earlier call when it is taken.

    A second call at the same time waits here until the first one's transaction ends: then it gets its answer,
    or the key if the first one failed.
    """
    connection.execute(
        sa.delete(table).where(
            table.c.caller == caller, table.c.key == key, table.c.created_at < now - KEPT_FOR
        )
    )
    made = connection.execute(
        insert(table)
        .values(key=key, caller=caller, route=route, body_hash=body_hash, created_at=now)
        .on_conflict_do_nothing()
        .returning(table.c.key)
    ).one_or_none()
    if made is not None:
        return None
    row = connection.execute(
        sa.select(table.c.route, table.c.body_hash, table.c.status, table.c.answer).where(
            table.c.caller == caller, table.c.key == key
        )
    ).one()
    return Kept(row.route, bytes(row.body_hash), row.status, row.answer)


def keep(connection: sa.Connection, caller: str, key: str, status: int, answer: Any) -> None:
    """Keep the answer of the call that took the key."""
    connection.execute(
        sa.update(table)
        .where(table.c.caller == caller, table.c.key == key)
        .values(status=status, answer=answer)
    )
