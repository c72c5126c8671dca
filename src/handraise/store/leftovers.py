"""Rows that are kept for a while only, taken out some at a time; and the months that events go into."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa

from handraise.store.schema import PARTITIONS_AHEAD
from handraise.store.tables import access, events, scores

_MAKE_MONTHS: Final = """
select handraise.make_event_month((%s::date + n * interval '1 month')::date) as name
from generate_series(0, %s::int) as m(n)
"""


def forget_quarantine(connection: sa.Connection, before: datetime, limit: int) -> int:
    """Calls held back before then, replayed or not."""
    return _forget(connection, events.quarantine, events.quarantine.c.received_at < before, limit)


def forget_login_attempts(connection: sa.Connection, before: datetime, limit: int) -> int:
    """Log-in attempts made before then."""
    return _forget(connection, access.login_attempt, access.login_attempt.c.at < before, limit)


def forget_sessions(connection: sa.Connection, before: datetime, limit: int) -> int:
    """Sessions that ended before then."""
    return _forget(connection, access.login_session, access.login_session.c.expires_at < before, limit)


def forget_idempotency_keys(connection: sa.Connection, before: datetime, limit: int) -> int:
    """Keys used before then."""
    return _forget(connection, access.idempotency_key, access.idempotency_key.c.created_at < before, limit)


def forget_score_changes(connection: sa.Connection, before: datetime, limit: int) -> int:
    """Changes of scores made before then."""
    return _forget(connection, scores.score_change, scores.score_change.c.at < before, limit)


def make_months(connection: sa.Connection, now: datetime) -> tuple[str, ...]:
    """Make the partitions of this month and those ahead; gives the names of the new ones.

    The application's role owns no table: a function of the owner does it. It has to be in time, as a month
    cannot be made any more once events of it went to the partition that takes the rest.
    """
    first = now.date().replace(day=1)
    return tuple(filter(None, connection.exec_driver_sql(_MAKE_MONTHS, (first, PARTITIONS_AHEAD)).scalars()))


def _forget(connection: sa.Connection, table: sa.Table, which: sa.ColumnElement[bool], limit: int) -> int:
    key = list(table.primary_key.columns)
    old = sa.select(*key).where(which).limit(limit)
    asked = sa.delete(table).where(sa.tuple_(*key).in_(old))
    return connection.execute(asked).rowcount
