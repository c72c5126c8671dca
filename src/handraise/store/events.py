"""Events as they are stored: each message once for ever, most of a batch in one statement."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from handraise.core.message import Message

DIRTY_CHANNEL: Final = "handraise_dirty"

# What is the same in both statements: how rows travel, where they go, whom they mark. One JSON parameter for
# any number of events; a mark for each lead that a person did something as.
_FIELDS: Final = """
    place int, key uuid, lead_id bigint, source_id bigint, kind text, event text, message_id text,
    occurred_at timestamptz, received_at timestamptz, original_at timestamptz, sent_at timestamptz,
    session_id text, anonymous_id text, user_id text, properties jsonb, traits jsonb, context jsonb,
    clock text, bot text
"""
_STORED: Final = """
    insert into handraise.event (
        lead_id, source_id, kind, event, message_id, occurred_at, received_at, original_at, sent_at,
        session_id, anonymous_id, user_id, properties, traits, context, clock, bot, import_id
    )
    select
        {lead}, source_id, kind, event, message_id, occurred_at, received_at, original_at, sent_at,
        session_id, anonymous_id, user_id, properties, traits, context, clock, bot, %(import_id)s::bigint
    from {rows}
"""
_MARKED: Final = """
    insert into handraise.dirty_lead (lead_id, cause_kind, cause, marked_at)
    select distinct on ({lead})
        {lead},
        case when kind in ('identify', 'group') then 'fact' else 'event' end,
        jsonb_build_object('event', event, 'message_id', message_id),
        %(now)s
    from {rows} where bot is null
    order by {lead}, occurred_at desc, message_id
    returning lead_id
"""
# PostgreSQL sends the notice when the transaction is committed, one however often it was asked for.
_NOTICE: Final = "select pg_notify(%(channel)s, '') where exists (select from marked)"

_STORE: Final = f"""
with row as (
    select * from jsonb_to_recordset(%(rows)s::jsonb) as r({_FIELDS})
), stored as ({_STORED.format(lead="lead_id", rows="row")}
), marked as ({_MARKED.format(lead="lead_id", rows="row")})
{_NOTICE}
"""  # noqa: S608 (constants of this module)

# Keys in their order, so that two transactions with the same messages wait for, not on, one another.
# What is `settled` is by somebody we know: all the ids it names belong to one person by now. The look-ups are
# subqueries of a row, not joins: the planner cannot know how many rows there will be, and what it makes of
# joins here is a hundred times slower.
_TAKE: Final = f"""
with row as materialized (
    select * from jsonb_to_recordset(%(rows)s::jsonb) as r({_FIELDS})
), taken as (
    insert into handraise.event_message (key, received_at)
    select key, %(now)s from row order by key
    on conflict do nothing
    returning key
), named as materialized (
    select row.*,
        row.key in (select key from taken) as is_new,
        (select a.lead_id from handraise.lead_alias a
        where a.kind = 'user_id' and a.value = row.user_id) as of_user,
        (select a.lead_id from handraise.lead_alias a
        where a.kind = 'anonymous_id' and a.value = row.anonymous_id) as of_browser
    from row
), settled as materialized (
    select named.*, coalesce(of_user, of_browser) as lead from named
    where is_new and kind is not null
        and (user_id is null or of_user is not null)
        and (anonymous_id is null or of_browser is not null)
        and (of_user is null or of_browser is null or of_user = of_browser
            or (select coalesce(l.root_id, l.id) from handraise.lead l where l.id = of_user)
                = (select coalesce(l.root_id, l.id) from handraise.lead l where l.id = of_browser))
), stored as ({_STORED.format(lead="lead", rows="settled")}
), marked as ({_MARKED.format(lead="lead", rows="settled")})
select
    array(select place from named where not is_new),
    array(select place from named where is_new and place not in (select place from settled)),
    ({_NOTICE})
"""  # noqa: S608 (constants of this module)


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
    return UUID(bytes=_digest(source_id, message_id))


def _digest(source_id: int, message_id: str) -> bytes:
    # Half a hash is enough: with 10^12 messages, two share it with a chance of 1 in 10^15.
    return sha256(f"{source_id}:{message_id}".encode()).digest()[:16]


def take(
    connection: sa.Connection,
    messages: Sequence[tuple[int, Message]],
    now: datetime,
    *,
    telling: Container[int] = (),
    import_id: int | None = None,
) -> tuple[set[int], list[int]]:
    """Take the messages that were never taken before, and store those of people we know.

    Waits for a transaction that is taking one of the same messages, and sees what became of it. The others
    have to be stored with `store_events` in the same transaction.

    Parameters
    ----------
    messages
        Each with its source.
    telling
        Places of messages that say more than that somebody did something: those are left to the caller.

    Returns
    -------
    The places of the messages that are new, and of those among them that are not stored yet: they tell
    something, or it has to be found out whose they are. Of messages with the same id the first one counts.
    """
    firsts: dict[bytes, int] = {}
    for place, (source_id, message) in enumerate(messages):
        firsts.setdefault(_digest(source_id, message.message_id), place)
    if not firsts:
        return set(), []
    rows = []
    for digest, place in firsts.items():
        row = _Row() if place in telling else _row(*messages[place])
        row.place, row.key = place, digest.hex()
        rows.append(row)
    [(repeated, left, _)] = connection.exec_driver_sql(_TAKE, _parameters(rows, now, import_id))
    return set(firsts.values()).difference(repeated), sorted(left)


def store_events(
    connection: sa.Connection, taken: Sequence[Taken], now: datetime, *, import_id: int | None = None
) -> None:
    """Store the events and mark their leads to be looked at; workers hear of it when this is committed.

    Events of bots are kept and mark nothing.
    """
    if not taken:
        return
    rows = []
    for one in taken:
        row = _row(one.source_id, one.message)
        row.lead_id = one.lead_id
        rows.append(row)
    connection.exec_driver_sql(_STORE, _parameters(rows, now, import_id))


class _Row(msgspec.Struct, omit_defaults=True, gc=False):
    """One row on its way; what is not there is not written."""

    place: int | None = None
    key: str | None = None
    lead_id: int | None = None
    source_id: int | None = None
    kind: str | None = None
    event: str | None = None
    message_id: str | None = None
    occurred_at: datetime | None = None
    received_at: datetime | None = None
    original_at: datetime | None = None
    sent_at: datetime | None = None
    session_id: str | None = None
    anonymous_id: str | None = None
    user_id: str | None = None
    properties: dict[str, Any] | None = None
    traits: dict[str, Any] | None = None
    context: dict[str, Any] | None = None
    clock: str | None = None
    bot: str | None = None


def _row(source_id: int | None, message: Message) -> _Row:
    return _Row(
        source_id=source_id,
        kind=message.kind,
        event=message.event,
        message_id=message.message_id,
        occurred_at=message.occurred_at,
        received_at=message.received_at,
        original_at=message.original_at,
        sent_at=message.sent_at,
        session_id=message.session_id,
        anonymous_id=message.anonymous_id,
        user_id=message.user_id,
        properties=message.properties,
        traits=message.traits or None,
        context=message.context,
        clock=message.clock,
        bot=message.bot,
    )


def _parameters(rows: list[_Row], now: datetime, import_id: int | None) -> dict[str, Any]:
    text = msgspec.json.encode(rows).decode()
    return {"rows": text, "now": now, "import_id": import_id, "channel": DIRTY_CHANNEL}
