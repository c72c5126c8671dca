"""One request or one job is one transaction. Here is where it starts and ends."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from handraise.core.errors import HandraiseError
from handraise.store.schema import driver_url
from handraise.store.tables import SCHEMA


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
            pool_pre_ping=True,
            connect_args={
                "options": f"-c search_path={SCHEMA} -c timezone=UTC -c application_name=handraise",
                "connect_timeout": 5,
            },
        )

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
