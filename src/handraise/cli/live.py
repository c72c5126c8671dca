"""The running product as commands reach it: its settings, its database, the clock."""

import getpass
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from handraise.cli.moments import now as present
from handraise.core.errors import HandraiseError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from handraise.settings import Settings
    from handraise.store.embedded import Embedded
    from handraise.store.session import Database

BY = "cli"
"""Who acts, in records that stay: the command line, whoever sat there."""


class NoProductHere(HandraiseError):
    """There is no database yet: nothing was ever started in this folder."""


@dataclass(frozen=True)
class Live:
    """The product's database, opened for one command. `now` is the moment the command was given."""

    settings: "Settings"
    database: "Database"
    now: datetime


@contextmanager
def opened(*, check: bool = True) -> Iterator[Live]:
    """Open the product that the settings name; its own PostgreSQL is joined, or runs for as long as this.

    Parameters
    ----------
    check
        Whether the tables have to fit this program.

    Raises
    ------
    NoProductHere
        When nothing was ever started in the folder; a question must not make a database.
    SchemaBehind, SchemaAhead
        When the tables do not fit.
    """
    from handraise.logs import set_up
    from handraise.settings import read_settings
    from handraise.store import schema
    from handraise.store.session import Database

    set_up("warning", "text")  # what the product has to say is no part of a command's answer
    settings = read_settings()
    with ExitStack() as stack:
        if settings.database_url is None:
            url = stack.enter_context(own_server(settings)).address(over_socket=True)
        else:
            url = settings.database_url.get_secret_value()
        database = Database(url, connections=2)
        stack.callback(database.close)
        if check:
            with database.transaction() as connection:
                schema.check_version(connection)
        yield Live(settings, database, present())


@contextmanager
def connected() -> "Iterator[tuple[Connection, datetime]]":
    """One transaction on the running product, and the moment it stands for."""
    with opened() as live, live.database.transaction() as connection:
        yield connection, live.now


def own_server(settings: "Settings") -> "Embedded":
    """The PostgreSQL of the product's folder, which has to be there."""
    from handraise.store.embedded import Embedded

    if not (settings.folder / "postgres" / "data").exists():
        raise NoProductHere(
            f"There is no product in `{settings.folder}`. `handraise up` starts one here; "
            "HANDRAISE_FOLDER or HANDRAISE_DATABASE_URL names another."
        )
    return Embedded(settings.folder)


def user() -> str:
    """Who sits at the command line, for notes people read."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return BY
