"""Messages, sources and what the tests ask of the database after something was captured."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from handraise.core.message import Message, Refused
from handraise.flow.capture import Arrival, GroupCommit
from handraise.flow.pipeline import receive_all
from handraise.store.session import Database
from handraise.store.sources import Source, create_source
from tests.flow.recognising import resolve

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def a_message(message_id: str = "m-1", user_id: str | None = "u1", **fields: Any) -> Message:
    given = {"kind": "track", "event": "Demo Requested", "occurred_at": NOW, "received_at": NOW, **fields}
    return Message(message_id=message_id, user_id=user_id, **given)


def a_refusal(raw: bytes = b"{}", **fields: Any) -> Refused:
    given = {"code": "no_type", "message": "the call has no type", "raw": raw, **fields}
    return Refused(**given)


def an_arrival(
    source: Source, messages: Sequence[Message] = (), refused: Sequence[Refused] = (), path: str = "/v1/batch"
) -> Arrival:
    return Arrival(source.id, "segment", path, tuple(messages), tuple(refused), source.first_event_at is None)


def a_source(connected: Database, **fields: Any) -> tuple[Source, str]:
    with connected.transaction() as connection:
        return create_source(connection, **{"name": "site", "kind": "server", "now": NOW, **fields})


def rows(connected: Database, statement: str) -> list[Any]:
    with connected.transaction() as connection:
        return list(connection.execute(sa.text(statement)))


def count(connected: Database, table: str) -> int:
    return int(rows(connected, f"select count(*) from {table}")[0][0])


@contextmanager
def group_commit(connected: Database, **given: Any) -> Iterator[GroupCommit]:
    receive = given.pop("receive", partial(receive_all, resolve=resolve))
    group = GroupCommit(connected, receive, clock=lambda: NOW, **given)
    try:
        yield group
    finally:
        group.close()
