"""Events as they are stored: each message once for ever, a batch in two statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from handraise.core.message import Message

DIRTY_CHANNEL: Final = "handraise_dirty"

# In the order of the key, so that two transactions with the same messages wait for, not on, one another.
_TAKE: Final = """
insert into handraise.event_message (key, received_at)
select key, %(now)s from unnest(%(keys)s::uuid[]) as key order by key
on conflict do nothing
returning key
"""

# One JSON parameter for any number of events: their rows, a mark for each lead that a person did something
# as, and one notice to the workers, which PostgreSQL sends when the transaction is committed.
_STORE: Final = """
with row as (
    select * from jsonb_to_recordset(%(rows)s::jsonb) as r(
        lead_id bigint, source_id bigint, kind text, event text, message_id text, occurred_at timestamptz,
        received_at timestamptz, original_at timestamptz, sent_at timestamptz, session_id text,
        anonymous_id text, user_id text, properties jsonb, traits jsonb, context jsonb, clock text, bot text
    )
), stored as (
    insert into handraise.event (
        lead_id, source_id, kind, event, message_id, occurred_at, received_at, original_at, sent_at,
        session_id, anonymous_id, user_id, properties, traits, context, clock, bot, import_id
    )
    select
        lead_id, source_id, kind, event, message_id, occurred_at, received_at, original_at, sent_at,
        session_id, anonymous_id, user_id, properties, traits, context, clock, bot, %(import_id)s::bigint
    from row
), marked as (
    insert into handraise.dirty_lead (lead_id, cause_kind, cause, marked_at)
    select distinct on (lead_id)
        lead_id,
        case when kind in ('identify', 'group') then 'fact' else 'event' end,
        jsonb_build_object('event', event, 'message_id', message_id),
        %(now)s
    from row where bot is null
    order by lead_id, occurred_at desc, message_id
    returning lead_id
)
select pg_notify(%(channel)s, '') where exists (select from marked)
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """A message of a source, with the lead it belongs to."""

    lead_id: int
    source_id: int | None
    message: Message


def message_key(source_id: int, message_id: str) -> UUID:
    """What tells a message from all others: two sources may use the same id, one source may not twice.

    Examples
    --------
    >>> message_key(1, "m-1") == message_key(1, "m-1"), message_key(1, "m-1") == message_key(2, "m-1")
    (True, False)
    """
    # Half a hash is enough: with 10^12 messages, two share it with a chance of 1 in 10^15.
    return UUID(bytes=sha256(f"{source_id}:{message_id}".encode()).digest()[:16])


def take_keys(connection: sa.Connection, keys: Iterable[UUID], now: datetime) -> set[UUID]:
    """Those of the keys that were never taken before; from now on they are.

    Waits for a transaction that is taking one of the same keys, and sees what became of it.
    """
    wanted = sorted(set(keys))
    if not wanted:
        return set()
    found = connection.exec_driver_sql(_TAKE, {"keys": wanted, "now": now})
    return set(found.scalars())


def store_events(
    connection: sa.Connection, taken: Sequence[Taken], now: datetime, *, import_id: int | None = None
) -> None:
    """Store the events and mark their leads to be looked at; workers hear of it when this is committed.

    Events of bots are kept and mark nothing.
    """
    if taken:
        rows = msgspec.json.encode([_row(one) for one in taken]).decode()
        connection.exec_driver_sql(
            _STORE, {"rows": rows, "now": now, "import_id": import_id, "channel": DIRTY_CHANNEL}
        )


def _row(taken: Taken) -> dict[str, Any]:
    message = taken.message
    return {
        "lead_id": taken.lead_id,
        "source_id": taken.source_id,
        "kind": message.kind,
        "event": message.event,
        "message_id": message.message_id,
        "occurred_at": message.occurred_at,
        "received_at": message.received_at,
        "original_at": message.original_at,
        "sent_at": message.sent_at,
        "session_id": message.session_id,
        "anonymous_id": message.anonymous_id,
        "user_id": message.user_id,
        "properties": message.properties,
        "traits": message.traits or None,
        "context": message.context,
        "clock": message.clock,
        "bot": message.bot,
    }
