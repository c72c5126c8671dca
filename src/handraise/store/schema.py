"""Making and upgrading the schema, as its owner; the application's role gets rights on rows, not a table.

The work of upgrading is Alembic's, from `handraise/store/migrations`; the job queue's own tables come with
the first migration. Rights are granted anew after every upgrade, so that a new table is never forgotten.
"""

from datetime import date, timedelta
from importlib.resources import files
from typing import Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from handraise.core.errors import HandraiseError
from handraise.store.tables import METADATA, SCHEMA

APP_ROLE: Final = "handraise_app"
PARTITIONS_AHEAD: Final = 3  # months
# Rows that nobody changes or takes out, the application included.
_ONLY_ADDED: Final = (
    "audit_entry", "score_change", "stage_change", "signature", "definition_version", "evidence",
    "managed_list",
)  # fmt: skip
# What erasure has to take out with the lead.
_ERASABLE: Final = ("score_change", "stage_change")


class SchemaBehind(HandraiseError):
    """The database's tables are older than this program."""

    def __init__(self, found: str | None, needed: str | None) -> None:
        super().__init__(
            f"The database is at schema version {found or 'none'}, this program needs {needed}. "
            "Run `handraise migrate` (as the owner of the database), then start again."
        )


class SchemaAhead(HandraiseError):
    """The database was upgraded by a newer program."""

    def __init__(self, found: str) -> None:
        super().__init__(
            f"The database is at schema version {found}, which this program does not know: it was upgraded "
            "by a newer Handraise. Install that version again, or restore the backup made before the upgrade."
        )


def create(owner_url: str, *, app_role: str = APP_ROLE, today: date | None = None) -> None:
    """Bring the database at `owner_url` to this program's schema; nothing happens when it is there already.

    Parameters
    ----------
    owner_url
        `postgresql://` address of a role that may create a schema in the database.
    app_role
        The role the application logs in as; it must exist. It is given rights on rows and owns nothing.
    today
        Partitions of `event` are made for the months around it (default: the database's today).
    """
    engine = sa.create_engine(driver_url(owner_url), poolclass=sa.NullPool)
    try:
        with engine.begin() as connection:
            # Two processes that start at once must not both upgrade.
            connection.execute(sa.text("select pg_advisory_xact_lock(4857263)"))
            connection.execute(sa.text(f"create schema if not exists {SCHEMA}"))
            connection.execute(sa.text(f"set local search_path = {SCHEMA}"))
            refuse_newer(connection)
            config = _alembic()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            make_partitions(
                connection, today or connection.execute(sa.text("select current_date")).scalar_one()
            )
            _grant(connection, app_role)
    finally:
        engine.dispose()


def driver_url(url: str) -> sa.URL:
    """The address for SQLAlchemy with psycopg 3; `postgres://` is taken too."""
    made = sa.make_url(
        url.replace("postgres://", "postgresql://", 1) if url.startswith("postgres://") else url
    )
    return made.set(drivername="postgresql+psycopg")


def version_needed() -> str | None:
    """The schema version of this program."""
    return ScriptDirectory.from_config(_alembic()).get_current_head()


def version_found(connection: sa.Connection) -> str | None:
    """The schema version of the database; None when it has no tables of ours."""
    context = MigrationContext.configure(connection, opts={"version_table_schema": SCHEMA})
    return context.get_current_revision()


def check_version(connection: sa.Connection) -> None:
    """Raise `SchemaBehind` or `SchemaAhead` unless database and program fit."""
    refuse_newer(connection)
    found, needed = version_found(connection), version_needed()
    if found != needed:
        raise SchemaBehind(found, needed)


def refuse_newer(connection: sa.Connection) -> None:
    """Raise `SchemaAhead` when the database's version is none that this program knows."""
    found = version_found(connection)
    known = {script.revision for script in ScriptDirectory.from_config(_alembic()).walk_revisions()}
    if found is not None and found not in known:
        raise SchemaAhead(found)


def make_partitions(connection: sa.Connection, today: date, ahead: int = PARTITIONS_AHEAD) -> list[str]:
    """Make the monthly partitions of `event` from this month on; gives the names of the new ones.

    The default partition catches what is outside them, so a forgotten month loses nothing.
    """
    made = []
    first = today.replace(day=1)
    for _ in range(ahead + 1):
        following = (first + timedelta(days=32)).replace(day=1)
        name = f"event_{first:%Y_%m}"
        there = connection.execute(
            sa.text("select to_regclass(:name)"), {"name": f"{SCHEMA}.{name}"}
        ).scalar()
        if there is None:
            connection.execute(
                sa.text(
                    f"create table {SCHEMA}.{name} partition of {SCHEMA}.event "
                    f"for values from ('{first}') to ('{following}')"
                )
            )
            made.append(name)
        first = following
    return made


def _grant(connection: sa.Connection, role: str) -> None:
    quoted = connection.dialect.identifier_preparer.quote(role)
    run = connection.execute
    run(sa.text(f"grant usage on schema {SCHEMA} to {quoted}"))
    run(sa.text(f"grant select, insert, update, delete on all tables in schema {SCHEMA} to {quoted}"))
    run(sa.text(f"grant usage on all sequences in schema {SCHEMA} to {quoted}"))
    run(sa.text(f"grant execute on all functions in schema {SCHEMA} to {quoted}"))
    for table in _ONLY_ADDED:
        rights = "update" if table in _ERASABLE else "update, delete"
        run(sa.text(f"revoke {rights} on {SCHEMA}.{table} from {quoted}"))
    run(sa.text(f"revoke insert, update, delete on {SCHEMA}.alembic_version from {quoted}"))


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("handraise.store") / "migrations"))
    return config


__all__ = ["APP_ROLE", "METADATA", "SchemaAhead", "SchemaBehind", "check_version", "create", "driver_url",
           "make_partitions", "version_found", "version_needed"]  # fmt: skip
