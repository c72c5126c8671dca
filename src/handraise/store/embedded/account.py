"""Who the server runs as. PostgreSQL refuses root, so under root it is an account without rights."""

import os
import pwd
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from handraise.store.embedded.binaries import ENVIRONMENT
from handraise.store.embedded.errors import EmbeddedError, FolderUnreachable

# Existing accounts only: initdb wants its user to have a name, and making users is the administrator's right.
UNPRIVILEGED = ("postgres", "nobody", "daemon")


class Identity(TypedDict, total=False):
    """What `subprocess` needs to become the account; empty when we already are it."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """An account of this machine by its numbers; `is_other` when it is not the one we run as."""

    uid: int
    gid: int
    is_other: bool

    @property
    def identity(self) -> Identity:
        """Arguments for `subprocess` that start a program as this account."""
        if not self.is_other:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give a file or folder of ours to the account."""
        if self.is_other:
            os.chown(path, self.uid, self.gid)

    def require_reach(self, path: Path, of_what: str) -> None:
        """Make sure the account can get to `path`, by letting it try: modes alone do not tell about ACLs.

        Raises
        ------
        FolderUnreachable
            Naming the first folder on the way that is closed. We never open it: it is not ours.
        """
        if not self.is_other or self._reaches(path):
            return
        way = [folder for folder in reversed(path.parents) if not self._reaches(folder)]
        raise FolderUnreachable(
            f"The embedded PostgreSQL cannot run as root, so it runs as {self.name}, and {self.name} cannot "
            f"reach {of_what} {path}: {(way or [path])[0]} is closed to it. Run Handraise as an ordinary "
            "user, or put it under a folder everybody may pass through, such as /var/lib or /opt, or set "
            "HANDRAISE_DATABASE_URL to a PostgreSQL of your own."
        )

    def send(self, pid: int, how: signal.Signals) -> None:
        """Signal a process as the account, which cannot reach others' even if the pid is not what it was."""
        self._does(f'kill -{how.value} "$1"', str(pid))

    @property
    def name(self) -> str:
        """The account's name, or its number if it has none."""
        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return f"user {self.uid}"

    def _reaches(self, path: Path) -> bool:
        script = '[ -x "$1" ]' if path.is_file() else 'cd -- "$1"'
        try:
            return self._does(script, str(path))
        except PermissionError as error:
            raise EmbeddedError(
                f"The embedded PostgreSQL cannot run as root and may not become {self.name} here ({error}). "
                "Run Handraise as an ordinary user, or set HANDRAISE_DATABASE_URL."
            ) from error

    def _does(self, script: str, argument: str) -> bool:
        done = subprocess.run(  # noqa: S603  (our own three scripts)
            ["/bin/sh", "-c", script, "sh", argument],
            cwd="/",
            env=ENVIRONMENT,
            stderr=subprocess.DEVNULL,
            check=False,
            **self.identity,
        )
        return done.returncode == 0


def account_for(data: Path) -> Account:
    """Return the account to run the server of `data` as.

    It is ourselves, unless we are root: then the owner of the data if there is any, else the first of
    `UNPRIVILEGED` that exists.

    Raises
    ------
    EmbeddedError
        Under root, if the machine has none of those accounts.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), is_other=False)
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid, is_other=True)
    for name in UNPRIVILEGED:
        try:
            known = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(known.pw_uid, known.pw_gid, is_other=True)
    raise EmbeddedError(
        f"The embedded PostgreSQL cannot run as root, and there is no account {' or '.join(UNPRIVILEGED)} "
        "to run it as. Run Handraise as an ordinary user, or set HANDRAISE_DATABASE_URL."
    )
