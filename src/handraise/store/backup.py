"""The whole database as one file, taken while the product runs; and a new database from such a file.

PostgreSQL's own `pg_dump` and `pg_restore` do it, those of the embedded server: a dump is of one instant,
whatever is written meanwhile. Rights and owners are not in it; they are given anew.
"""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa

from handraise.core.errors import HandraiseError
from handraise.store import schema
from handraise.store.embedded.binaries import ENVIRONMENT, Binaries, installed
from handraise.store.tables import SCHEMA


class BackupFailed(HandraiseError):
    """The database could not be dumped, or a dump not read; the message is PostgreSQL's own."""


class DatabaseNotEmpty(HandraiseError):
    """There is a product in the database already, which a restore would have to delete."""


def dump(owner_url: str, file: Path, binaries: Binaries | None = None) -> None:
    """Write all that the product knows into `file`.

    Parameters
    ----------
    owner_url
        `postgresql://` address of the role that owns the tables.

    Raises
    ------
    BackupFailed
        When PostgreSQL says no; an incomplete file is left.
    """
    file.touch(mode=0o600)
    program = (binaries or installed()).folder / "pg_dump"
    _run(program, ["--format=custom", f"--schema={SCHEMA}", *_NO_ONES, f"--file={file}"], owner_url)


def restore(owner_url: str, file: Path, *, app_role: str, binaries: Binaries | None = None) -> None:
    """Make the database of `file` anew, all of it or nothing, and bring it to this program's schema.

    Raises
    ------
    DatabaseNotEmpty
        When there are tables of the product.
    BackupFailed
        When the file is no dump, or PostgreSQL says no.
    SchemaAhead
        When the dump is of a newer program: the database is then at that program's schema.
    """
    _require_empty(owner_url)
    program = (binaries or installed()).folder / "pg_restore"
    _run(program, ["--single-transaction", "--exit-on-error", *_NO_ONES, str(file)], owner_url, reads=True)
    schema.create(owner_url, app_role=app_role)


_NO_ONES = ("--no-owner", "--no-privileges")


def _require_empty(owner_url: str) -> None:
    engine = sa.create_engine(schema.driver_url(owner_url), poolclass=sa.NullPool)
    try:
        with engine.begin() as connection:
            there = connection.execute(
                sa.text("select count(*) from pg_tables where schemaname = :schema"), {"schema": SCHEMA}
            ).scalar_one()
            if there:
                raise DatabaseNotEmpty(
                    "There is a product in this database already. Restore into an empty one: another folder "
                    "(HANDRAISE_FOLDER), or another HANDRAISE_DATABASE_URL."
                )
            connection.execute(sa.text(f"drop schema if exists {SCHEMA}"))
    finally:
        engine.dispose()


def _run(program: Path, arguments: Sequence[str], url: str, *, reads: bool = False) -> None:
    """Run a program of PostgreSQL on a database; the password is not on its command line, for all to see."""
    given = sa.make_url(url)
    address = sa.URL.create(
        "postgresql", given.username, None, given.host, given.port, given.database, given.query
    ).render_as_string()
    done = subprocess.run(  # noqa: S603  (a program of the embedded server)
        [program, *arguments, f"--dbname={address}"],
        env={**ENVIRONMENT, "PGPASSWORD": given.password or "", "HOME": str(Path.home())},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        doing = "be restored" if reads else "be backed up"
        raise BackupFailed(f"The database cannot {doing}: {_last_words(done.stderr)}")


def _last_words(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    told = next(
        (line for line in lines if "error" in line.lower()), lines[-1] if lines else "no reason given"
    )
    return told.partition("error: ")[2] or told


__all__ = ["BackupFailed", "DatabaseNotEmpty", "dump", "restore"]
