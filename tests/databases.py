"""A database of its own for every test that asks for `database`.

All workers of a run share one server, kept in memory where there is room. Everything is reached through its
socket file, so tests need no network. A test's database is a clone of a template that holds the empty tables
(some 40 ms), and is dropped when the test ends.
"""

import fcntl
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from handraise.store.embedded import Embedded, EmbeddedError

if TYPE_CHECKING:
    from sqlalchemy import Engine

TEMPLATE = "handraise_template"
PREFIX = f"handraise-tests-{os.getuid()}-"
MEMORY = Path("/dev/shm")
ROOM = 2 * 1024**3
# A small log is used again rather than grown. No background work in a test.
SETTINGS = {
    "shared_buffers": "128MB",
    "max_wal_size": "256MB",
    "io_method": "sync",
    "autovacuum": "off",
    "max_connections": "200",
}


@dataclass
class Database:
    """A fresh database: all tables, no rows."""

    name: str
    server: Embedded = field(repr=False)

    @property
    def url(self) -> str:
        """Where the product connects: as `handraise_app`, for psycopg."""
        return self.server.address("handraise_app", self.name, over_socket=True)

    @property
    def owner_url(self) -> str:
        """Where migrations connect: as `handraise_owner`, for psycopg."""
        return self.server.address("handraise_owner", self.name, over_socket=True)

    @cached_property
    def engine(self) -> "Engine":
        """As `handraise_app`, for SQLAlchemy, set up as the product does."""
        from handraise.store.session import Database as Connections  # few test runs need it

        return Connections(self.url).engine

    def close(self) -> None:
        if "engine" in self.__dict__:
            self.engine.dispose()


@pytest.fixture(scope="session")
def embedded_server(testrun_uid: str) -> Iterator[Embedded]:
    """The server of this run, shared by its workers: the last to leave stops it and deletes its folder."""
    folder = _folder() / f"{PREFIX}{testrun_uid}"
    server = Embedded(folder, durable=False, settings=SETTINGS)
    with _alone():
        _sweep()
        server.start()
        _make_template(server)
    yield server
    with _alone():
        server.stop()
        if not server.is_running:
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def cloning(embedded_server: Embedded) -> Iterator[psycopg.Connection]:
    with psycopg.connect(
        embedded_server.address("postgres", "postgres", over_socket=True), autocommit=True
    ) as one:
        yield one


@pytest.fixture
def database(embedded_server: Embedded, cloning: psycopg.Connection) -> Iterator[Database]:
    """A database with the product's tables and no rows, for this test alone."""
    with fresh_database(embedded_server, cloning) as fresh:
        yield fresh


@contextmanager
def fresh_database(
    server: Embedded, cloning: psycopg.Connection, *, like: str = TEMPLATE
) -> Iterator[Database]:
    """A database with the product's tables, for as long as one likes: no rows, or those of another database.

    Nobody may be connected to the other one meanwhile.
    """
    name = f"test_{secrets.token_hex(6)}"
    # In memory, copying files beats copying pages through the log (40 ms to 60); on a disk it loses.
    strategy = "file_copy" if _folder() == MEMORY else "wal_log"
    cloning.execute(f"CREATE DATABASE {name} TEMPLATE {like} STRATEGY {strategy} OWNER handraise_owner")
    fresh = Database(name, server)
    try:
        yield fresh
    finally:
        fresh.close()
        cloning.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _make_template(server: Embedded) -> None:
    with psycopg.connect(server.address("postgres", "postgres", over_socket=True), autocommit=True) as admin:
        if admin.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s AND datistemplate", [TEMPLATE]
        ).fetchone():
            return
        admin.execute(f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {TEMPLATE} OWNER handraise_owner")
        from handraise.store.schema import create  # few test runs need it

        create(server.address("handraise_owner", TEMPLATE, over_socket=True))
        # The mark says it is complete; nobody connects any more, or it could not be copied.
        admin.execute(f"ALTER DATABASE {TEMPLATE} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false")


def _folder() -> Path:
    """Where files are memory: on a disk, copies slow down tenfold as soon as the kernel writes them out."""
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        return MEMORY
    return Path(tempfile.gettempdir())


@contextmanager
def _alone() -> Iterator[None]:
    with (Path(tempfile.gettempdir()) / f"{PREFIX}lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _sweep() -> None:
    """Delete what killed runs left. Joining and leaving a server stops it only if nobody uses it."""
    for folder in _folder().glob(f"{PREFIX}*/"):
        server = Embedded(folder, durable=False, settings=SETTINGS)
        try:
            with server:
                pass
        except EmbeddedError:
            pass
        if not server.is_running:
            shutil.rmtree(folder, ignore_errors=True)
