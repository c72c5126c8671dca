"""What could not be taken, kept as it came until somebody replays or discards it."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from handraise.store.tables.events import quarantine as table

PAGE: Final = 100
_LONGEST_TEXT: Final = 1_000
_HOLD: Final = """
insert into handraise.quarantine (received_at, source_id, adapter, path, raw, code, problem, message_id)
select received_at, source_id, adapter, path, decode(raw, 'base64'), code, problem, message_id
from jsonb_to_recordset(%s::jsonb) as r(
    received_at timestamptz, source_id bigint, adapter text, path text, raw text, code text, problem text,
    message_id text
)
"""


@dataclass(frozen=True)
class Held:
    """One call held back: `raw` read again by `adapter` under `path` gives it once more."""

    received_at: datetime
    source_id: int | None
    adapter: str
    path: str
    raw: bytes
    code: str
    problem: str
    message_id: str | None = None
    id: int = 0
    replayed_at: datetime | None = None
    discarded_at: datetime | None = None


def hold(connection: sa.Connection, held: Sequence[Held]) -> None:
    """Put calls into quarantine, all in one statement."""
    if held:
        rows = msgspec.json.encode([_values(one) for one in held]).decode()
        connection.exec_driver_sql(_HOLD, (rows,))


def waiting(
    connection: sa.Connection,
    ids: Iterable[int] | None = None,
    *,
    after: int = 0,
    limit: int = PAGE,
    lock: bool = False,
) -> list[Held]:
    """Calls neither replayed nor discarded, oldest first: those of `ids`, or all from the one after `after`.

    With `lock` nobody else can replay them meanwhile; those that somebody else is replaying are left out.
    """
    asked = sa.select(table).where(
        table.c.replayed_at.is_(None), table.c.discarded_at.is_(None), table.c.id > after
    )
    if ids is not None:
        asked = asked.where(table.c.id.in_(list(ids)))
    asked = asked.order_by(table.c.id).limit(limit)
    if lock:
        asked = asked.with_for_update(skip_locked=True)
    return [_held(row) for row in connection.execute(asked)]


def count_waiting(connection: sa.Connection) -> dict[str, int]:
    """How many calls wait, by what is wrong with them."""
    rows = connection.execute(
        sa.select(table.c.code, sa.func.count().label("calls"))
        .where(table.c.replayed_at.is_(None), table.c.discarded_at.is_(None))
        .group_by(table.c.code)
        .order_by(sa.func.count().desc(), table.c.code)
    )
    return {row.code: row.calls for row in rows}


def mark_replayed(connection: sa.Connection, ids: Sequence[int], now: datetime) -> None:
    """These are taken now."""
    connection.execute(sa.update(table).where(table.c.id.in_(ids)).values(replayed_at=now))


def still_wrong(connection: sa.Connection, held_id: int, code: str, problem: str) -> None:
    """A replay did not help; this is what is wrong with the call by today's program."""
    connection.execute(
        sa.update(table).where(table.c.id == held_id).values(code=code, problem=_storable(problem))
    )


def discard(connection: sa.Connection, ids: Iterable[int] | None, now: datetime) -> int:
    """Give these up (all that wait when `ids` is None); gives how many. The rows stay until retention."""
    asked = sa.update(table).where(table.c.replayed_at.is_(None), table.c.discarded_at.is_(None))
    if ids is not None:
        asked = asked.where(table.c.id.in_(list(ids)))
    return connection.execute(asked.values(discarded_at=now)).rowcount


def _values(held: Held) -> dict[str, Any]:
    return {
        "received_at": held.received_at,
        "source_id": held.source_id,
        "adapter": held.adapter,
        "path": _storable(held.path, None),
        "raw": b64encode(held.raw).decode(),
        "code": held.code,
        "problem": _storable(held.problem),
        "message_id": None if held.message_id is None else _storable(held.message_id),
    }


def _storable(text: str, longest: int | None = _LONGEST_TEXT) -> str:
    """The text without what PostgreSQL cannot hold: it may quote what was wrong."""
    return text.encode(errors="replace").decode().replace("\x00", "\N{REPLACEMENT CHARACTER}")[:longest]


def _held(row: Any) -> Held:
    return Held(**row._asdict())
