"""What every table shares: one schema, one way to name constraints, the column shapes used throughout."""

from typing import Any, Final

from sqlalchemy import BigInteger, Column, DateTime, Identity, MetaData, Text, func
from sqlalchemy.dialects.postgresql import JSONB

SCHEMA: Final = "handraise"
METADATA: Final = MetaData(
    schema=SCHEMA,
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s_index",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    },
)


def number() -> Column[int]:
    """An id that the database counts up."""
    return Column("id", BigInteger, Identity(always=False), primary_key=True)


def text(name: str, **options: Any) -> Column[str]:
    """A text that is always there."""
    return Column(name, Text, nullable=False, **options)


def maybe_text(name: str) -> Column[str]:
    """A text that may be missing."""
    return Column(name, Text, nullable=True)


def moment(name: str) -> Column[Any]:
    """An instant that is always there; stored in UTC."""
    return Column(name, DateTime(timezone=True), nullable=False)


def maybe_moment(name: str) -> Column[Any]:
    """An instant that may be missing."""
    return Column(name, DateTime(timezone=True), nullable=True)


def written_at() -> Column[Any]:
    """When the row was written, by the database's clock."""
    return Column("written_at", DateTime(timezone=True), nullable=False, server_default=func.now())


def json(name: str, default: str | None = None) -> Column[Any]:
    """A JSON value; `default` is its SQL text (`'{}'`)."""
    return Column(name, JSONB, nullable=False, server_default=default)


def maybe_json(name: str) -> Column[Any]:
    """A JSON value that may be missing; None is stored as SQL null."""
    return Column(name, JSONB(none_as_null=True), nullable=True)
