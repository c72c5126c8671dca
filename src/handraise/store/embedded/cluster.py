"""A new data folder: made aside, complete with roles and database, then put in place in one step."""

import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from handraise.store.embedded.account import Account
from handraise.store.embedded.binaries import ENVIRONMENT, Binaries
from handraise.store.embedded.errors import ClusterNotCreated, DatabaseFolderRefused
from handraise.store.embedded.layout import Layout

SUPERUSER = "postgres"
OWNER = "handraise_owner"
APP = "handraise_app"
DATABASE = "handraise"
ROLES = (SUPERUSER, OWNER, APP)

# Written into postgresql.conf, where an administrator may change them. Sized for 2 cores and an SSD.
DEFAULTS = {
    "max_connections": "100",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "2GB",
    "random_page_cost": "1.1",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    # Two cores: a report must not take both from the people who are working.
    "max_parallel_workers_per_gather": "1",
    # Short statements by the thousand: compiling them costs more than it saves.
    "jit": "off",
    # Without it the log would quote rows, and rows are people.
    "log_error_verbosity": "terse",
}


def require_usable(layout: Layout, binaries: Binaries) -> bool:
    """Whether there is a data folder for these programs; False when there is none yet.

    Raises
    ------
    DatabaseFolderRefused
        If what is there was made by another major version, or is no database, or lost its passwords.
    """
    data = layout.data
    if not data.exists() or not any(data.iterdir()):
        return False
    version = data / "PG_VERSION"
    if not version.is_file():
        raise DatabaseFolderRefused(
            f"{data} is not a PostgreSQL data folder. It was left as it is: move it away, or choose another."
        )
    if (made_by := version.read_text().strip()) != str(binaries.major):
        raise DatabaseFolderRefused(
            f"{data} was made by PostgreSQL {made_by}, and this Handraise brings PostgreSQL "
            f"{binaries.major}. It was left untouched. Start the Handraise that made it, dump it with "
            "pg_dump, and restore the dump into a new folder."
        )
    if not layout.passwords.is_file():
        raise DatabaseFolderRefused(
            f"{layout.passwords} is missing, and without it nobody can log in to the database in {data}. "
            "Put it back from your backup."
        )
    return True


def create(layout: Layout, binaries: Binaries, account: Account, durable: bool, alive: int) -> None:
    """Make the data folder with its roles and its database.

    `alive` is the descriptor of the lock its processes hold: nobody starts over while they still work.

    Raises
    ------
    ClusterNotCreated
        With the end of what PostgreSQL said. Nothing half-made is left in use.
    """
    shutil.rmtree(layout.unfinished, ignore_errors=True)
    passwords = {role: secrets.token_urlsafe(32) for role in ROLES}
    layout.unfinished.mkdir(mode=0o700)
    account.own(layout.unfinished)
    try:
        _initialise(layout, binaries, account, passwords[SUPERUSER], durable, alive)
        _add_roles(layout, binaries, account, passwords, alive)
    except ClusterNotCreated:
        shutil.rmtree(layout.unfinished, ignore_errors=True)
        raise
    write_private(layout.passwords, json.dumps(passwords, indent=2))
    layout.unfinished.rename(layout.data)
    _sync(layout.home)


def password_of(layout: Layout, role: str) -> str:
    """The password of one of `ROLES`."""
    passwords: dict[str, str] = json.loads(layout.passwords.read_text())
    return passwords[role]


def _initialise(
    layout: Layout, binaries: Binaries, account: Account, password: str, durable: bool, alive: int
) -> None:
    told = layout.home / "superuser.unfinished"  # a file: anybody may read a command line
    write_private(told, password)
    account.own(told)
    command = [
        str(binaries.initdb),
        f"--pgdata={layout.unfinished}",
        f"--username={SUPERUSER}",
        f"--pwfile={told}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        # Code points sort the same for ever, unlike a machine's locales; upper and lower know Unicode.
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--data-checksums",
        "--no-instructions",
        *([] if durable else ["--no-sync"]),
        *(f"--set={name}={value}" for name, value in DEFAULTS.items()),
    ]
    try:
        _run(command, account, alive, "make a new database", layout)
    finally:
        told.unlink(missing_ok=True)


def _add_roles(
    layout: Layout, binaries: Binaries, account: Account, passwords: Mapping[str, str], alive: int
) -> None:
    """Without a server: nobody can connect before there are passwords for everybody."""
    statements = [
        f"CREATE ROLE {OWNER} LOGIN PASSWORD '{passwords[OWNER]}'",
        f"CREATE ROLE {APP} LOGIN PASSWORD '{passwords[APP]}'",
        # The owner of a database owns its schema public too, through the role pg_database_owner.
        f"CREATE DATABASE {DATABASE} OWNER {OWNER}",
    ]
    command = [
        str(binaries.postgres), "--single", "-D", str(layout.unfinished),
        "-c", "exit_on_error=on", "-c", "log_min_error_statement=panic", "postgres",
    ]  # fmt: skip
    _run(command, account, alive, "add the roles", layout, told="".join(f"{line}\n" for line in statements))


def _run(
    command: Sequence[str], account: Account, alive: int, purpose: str, layout: Layout, told: str = ""
) -> None:
    try:
        done = subprocess.run(  # noqa: S603  (programs of the carrier)
            command, input=told, text=True, errors="replace",
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            check=False, cwd="/", env=ENVIRONMENT, pass_fds=(alive,), start_new_session=True,
            **account.identity,
        )  # fmt: skip
    except OSError as error:
        raise ClusterNotCreated(f"PostgreSQL could not {purpose} in {layout.home}: {error}") from error
    if done.returncode:
        end = "\n".join(done.stdout.splitlines()[-15:])
        raise ClusterNotCreated(
            f"PostgreSQL could not {purpose} in {layout.home}. Check the free space and the rights there. "
            f"It said:\n{end}"
        )


def write_private(path: Path, text: str) -> None:
    """Replace the file as a whole, so that it is never half-written, and never readable by others."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _sync(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
