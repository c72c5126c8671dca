"""The whole base in bulk: what `histories` tells of one lead after another, of all of them at once.

Events come in the order in which they lie in their table, some thousand in one row of columns, so that
neither the database looks a lead up nor the driver makes a row of an event. Of properties the database
gives those that somebody asks for.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from handraise.core.event import Event
from handraise.core.properties import flattened
from handraise.store.histories import NO_EVENTS

I64 = npt.NDArray[np.int64]
AT_ONCE: Final = 256
"""Blocks (8 KiB) of the table whose events come together: about ten thousand events."""
_PERIOD: Final = 946_684_800_000_000
"""Microseconds from 1970 to 2000, from when on the database counts."""
_LEADS: Final = """
select string_agg(int8send(id), ''::bytea order by id),
    string_agg(int8send(coalesce(root_id, id)), ''::bytea order by id)
from handraise.lead
"""
_BLOCKS: Final = """
select pg_relation_size(relid) / current_setting('block_size')::int
from pg_partition_tree('handraise.event') where isleaf
"""
_ID: Final = "string_agg(int8send(e.id), ''::bytea)"
_OWN: Final = """, string_agg(int8send(e.lead_id), ''::bytea),
    string_agg(timestamptz_send(e.occurred_at), ''::bytea),
    string_agg(int8send(hashtextextended(e.message_id, 0)), ''::bytea),
    string_agg(int8send(coalesce(hashtextextended(nullif(e.session_id, ''), 0), 0)), ''::bytea),
    json_agg(e.event)::text"""
_PEOPLE: Final = "e.kind <> all(%(no_events)s::text[]) and e.bot is null"
# By the parent, because the application's role may read no partition by itself.
_OF_BLOCKS: Final = "e.ctid >= %(first)s::text::tid and e.ctid < %(end)s::text::tid"
_OF_LEADS: Final = "e.lead_id = any(%(leads)s::bigint[])"
_TOLD: Final = """
select e.id, e.event, e.occurred_at, e.properties, e.message_id
from handraise.event e where e.id = any(%(ids)s::bigint[])
"""
_LISTS: Final = msgspec.json.Decoder(list[Any])


@dataclass(frozen=True)
class Events:
    """Some events of people; the columns are of one length.

    Attributes
    ----------
    id, lead
        The event's number; who did it, before any merge.
    at
        Microseconds since 1970.
    message, session
        Hashes of the message's and the session's id: alike for like ones. No session is 0.
    said
        Properties by name as `histories` lays them out, None where an event has none of that name.
    """

    id: I64
    lead: I64
    at: I64
    message: I64
    session: I64
    event: Sequence[str]
    said: Mapping[str, Sequence[Any]]


def families(connection: sa.Connection) -> tuple[I64, I64]:
    """All leads by id, ascending, and the root of each."""
    leads, roots = connection.exec_driver_sql(_LEADS).one()
    return _numbers(leads), _numbers(roots)


def events(connection: sa.Connection, names: Sequence[str]) -> Iterator[tuple[Events, float]]:
    """Every event of people, piece by piece, each with the share of the table that is read after it.

    In a transaction that sees one state (`repeatable read`) every event comes once.

    Parameters
    ----------
    names
        The properties that are wanted.
    """
    for blocks, share in _blocks(connection):
        yield from ((found, share) for found in _events(connection, names, _OF_BLOCKS, blocks))


def events_of(connection: sa.Connection, leads: Sequence[int], names: Sequence[str]) -> Iterator[Events]:
    """The events of these leads."""
    return _events(connection, names, _OF_LEADS, {"leads": list(leads)})


def said(
    connection: sa.Connection, names: Sequence[str]
) -> Iterator[tuple[I64, Mapping[str, Sequence[Any]], float]]:
    """Properties of all events that have one of them: the events' numbers, what is said, the share read."""
    columns, given = _asked(names)
    query = (
        f"select {_ID}{columns} from handraise.event e where e.properties ?| %(any)s::text[] and {_OF_BLOCKS}"  # noqa: S608 - of constants and placeholders
    )
    given["any"] = sorted({start for name in names for start in _starts(name)})
    for blocks, share in _blocks(connection):
        row = connection.exec_driver_sql(query, {**given, **blocks}).one()
        if row[0] is not None:
            yield _numbers(row[0]), _said(names, row[1:]), share


def told(connection: sa.Connection, ids: Sequence[int]) -> dict[int, Event]:
    """These events by their numbers, with all that tells copies apart."""
    rows = connection.exec_driver_sql(_TOLD, {"ids": list(ids)})
    return {
        number: Event(event, at, dict(flattened(properties)), message)
        for number, event, at, properties, message in rows
    }


def _blocks(connection: sa.Connection) -> Iterator[tuple[dict[str, str], float]]:
    """Stretches of blocks that lie at the same place of all months, and the share read after each."""
    sizes = [size for size in connection.exec_driver_sql(_BLOCKS).scalars() if size]
    first = 0
    while long_enough := sum(size > first for size in sizes):
        end = first + max(1, AT_ONCE // long_enough)
        read = sum(min(size, end) for size in sizes) / sum(sizes)
        yield {"first": f"({first},0)", "end": f"({end},0)"}, read
        first = end


def _events(
    connection: sa.Connection, names: Sequence[str], where: str, asked: Mapping[str, Any]
) -> Iterator[Events]:
    columns, given = _asked(names)
    query = f"select {_ID}{_OWN}{columns} from handraise.event e where {_PEOPLE} and {where}"  # noqa: S608 - of constants and placeholders
    row = connection.exec_driver_sql(query, {**given, **asked, "no_events": list(NO_EVENTS)}).one()
    if row[0] is not None:
        number, lead, at, message, session = map(_numbers, row[:5])
        names_of = _LISTS.decode(row[5])
        yield Events(number, lead, at + _PERIOD, message, session, names_of, _said(names, row[6:]))


def _asked(names: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """What gives a column of each property, as JSON.

    A name with dots may be that of something nested, in several ways: those records come whole.
    """
    columns = ""
    given: dict[str, Any] = {}
    for place, name in enumerate(names):
        if "." in name:
            given[f"name{place}"] = [*_starts(name)]
            one = f"case when e.properties ?| %(name{place})s::text[] then e.properties end"
        else:
            given[f"name{place}"] = name
            one = f"e.properties -> %(name{place})s::text"
        columns += f", json_agg({one})::text"
    return columns, given


def _starts(name: str) -> Iterator[str]:
    """The names at the top of a record under which a name with dots may stand.

    Examples
    --------
    >>> list(_starts("quote.total"))
    ['quote', 'quote.total']
    """
    parts = name.split(".")
    return (".".join(parts[: place + 1]) for place in range(len(parts)))


def _said(names: Sequence[str], columns: Sequence[str]) -> dict[str, list[Any]]:
    found = {}
    for name, text in zip(names, columns, strict=True):
        values = _LISTS.decode(text)
        if "." in name:
            values = [None if record is None else dict(flattened(record)).get(name) for record in values]
        elif not {dict, list}.isdisjoint(map(type, values)):
            values = [dict(flattened({name: value})).get(name) for value in values]
        found[name] = values
    return found


def _numbers(column: bytes | None) -> I64:
    return np.frombuffer(column or b"", ">i8").astype(np.int64)
