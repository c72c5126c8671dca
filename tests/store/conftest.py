"""A database without tables, for what makes them."""

import secrets
from collections.abc import Iterator

import psycopg
import pytest

from handraise.store.embedded import Embedded
from tests.databases import Database


@pytest.fixture
def empty(embedded_server: Embedded, cloning: psycopg.Connection) -> Iterator[Database]:
    """A database with nothing in it."""
    name = f"test_{secrets.token_hex(6)}"
    cloning.execute(f"CREATE DATABASE {name} TEMPLATE template0 OWNER handraise_owner")
    fresh = Database(name, embedded_server)
    yield fresh
    fresh.close()
    cloning.execute(f"DROP DATABASE {name} WITH (FORCE)")
