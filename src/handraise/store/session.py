"""One request or one job is one transaction. Here is where it starts and ends."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
import sqlalchemy as sa
from sqlalchemy.pool import ConnectionPoolEntry

from handraise.core.errors import HandraiseError
from handraise.store.schema import driver_url
from handraise.store.tables import SCHEMA

# A connection that worked so long ago (seconds) may be dead by now; asking costs as much as a short query.
_FRESH_FOR: Final = 1.0


class DatabaseAway(HandraiseError):
    """The database does not answer, or has no connection free; the caller should try again shortly."""


class Database:
    """The connections of one process to the database, as the application's role.

    Parameters
    ----------
    url
        `postgresql://…` of the application's role.
    connections
        The most at a time; more callers wait `wait` seconds, then get `DatabaseAway`.
    """

    def __init__(self, url: str, *, connections: int = 10, wait: float = 5.0) -> None:
        self.url = url
        self.engine = sa.create_engine(
            driver_url(url),
            pool_size=connections,
            max_overflow=0,
            pool_timeout=wait,
            # The one used last: it has the statements prepared, and need not be asked whether it lives.
            pool_use_lifo=True,
            connect_args={
                "options": f"-c search_path={SCHEMA} -c timezone=UTC -c application_name=handraise",
                "connect_timeout": 5,
            },
        )
        sa.event.listen(self.engine, "checkin", _note_use)
        sa.event.listen(self.engine, "checkout", _refuse_dead)

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """A connection in a transaction: committed when the block ends, rolled back when it raises.

        Raises
        ------
        DatabaseAway
            When no connection is to be had.
        """
        try:
            connection = self.engine.connect()
        except (sa.exc.TimeoutError, sa.exc.OperationalError) as error:
            raise DatabaseAway(
                f"The database does not answer ({type(error).__name__}). Is PostgreSQL running, and is "
                "HANDRAISE_DATABASE_URL right? `handraise doctor` looks."
            ) from error
        with connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


def _note_use(_driver: psycopg.Connection, record: ConnectionPoolEntry) -> None:
    record.info["used"] = time.monotonic()


def _refuse_dead(driver: psycopg.Connection, record: ConnectionPoolEntry, _: object) -> None:
    """Have the pool open another connection when this one is dead, as after a restart of the database."""
    if time.monotonic() - record.info.get("used", float("-inf")) < _FRESH_FOR:
        return
    try:
        driver.execute("")  # an empty query: the shortest way to the server and back
        driver.commit()
    except psycopg.Error as error:
        raise sa.exc.DisconnectionError from error
