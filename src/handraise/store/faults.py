"""Whose fault it is when a transaction fails: a row's, another transaction's, or the database's."""

from typing import Final, Literal

import psycopg
import sqlalchemy as sa

from handraise.core.errors import HandraiseError

Fault = Literal["row", "conflict", "database"]

# Classes of SQLSTATE that say: this value cannot be stored (data, constraint, size).
_ROW: Final = ("22", "23", "54")
# Serialisation failures and deadlocks: nothing was wrong but the moment.
_CONFLICT: Final = ("40",)
# Raised on this side of the wire: a value no column takes, an answer that is not the one row we thought.
_OURS: Final = (sa.exc.NoResultFound, sa.exc.MultipleResultsFound)
_REFUSED_BY_DRIVER: Final = (psycopg.DataError, psycopg.ProgrammingError, psycopg.NotSupportedError)


def fault(error: Exception) -> Fault:
    """Who is to blame: trying again helps with a `conflict`, leaving the row out with a `row`.

    What our own code raises counts as the row's: one input that a mistake of ours trips over must not stop
    the others. Everything that no row can cause (no connection, disk full, no right, no such column) is the
    database's.

    Examples
    --------
    >>> fault(ValueError("no"))
    'row'
    """
    if isinstance(error, sa.exc.DBAPIError):
        return _of_database(error.orig)
    if isinstance(error, _OURS):
        return "row"
    if isinstance(error, sa.exc.SQLAlchemyError | HandraiseError | OSError | MemoryError):
        return "database"
    return "row"


def _of_database(error: BaseException | None) -> Fault:
    state = getattr(error, "sqlstate", None)
    if state is None:
        # A value (a NUL in a text) that psycopg refuses before the server sees it.
        return "row" if isinstance(error, _REFUSED_BY_DRIVER) else "database"
    if state[:2] in _ROW:
        return "row"
    return "conflict" if state[:2] in _CONFLICT else "database"
