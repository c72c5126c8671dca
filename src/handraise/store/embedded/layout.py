"""What lies where in the folder of an embedded server."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

# The kernel keeps a socket's whole path in 104 bytes (macOS) or 108 (Linux), with its closing zero.
LONGEST_SOCKET_PATH = 103
SOCKET_NAME = ".s.PGSQL.65535"
SHORT = Path("/tmp")  # noqa: S108  (a folder of our own in it)
SHORT_PREFIX = "handraise-"


@dataclass(frozen=True)
class Layout:
    """The places in `home`.

    `home` and its files are ours; only `data` and the sockets are the server's account's, so that under root
    a program that runs as that account cannot make root write where it likes.
    """

    home: Path

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.home / "data"

    @property
    def unfinished(self) -> Path:
        """A data folder being made; it becomes `data` in one step, so a half-made one is never used."""
        return self.home / "data.unfinished"

    @property
    def passwords(self) -> Path:
        """The passwords of the roles, JSON, readable by its owner only."""
        return self.home / "passwords.json"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.home / "server.log"

    @property
    def port(self) -> Path:
        """The port used last, so that a restarted server is found where it was."""
        return self.home / "port"

    @property
    def starting(self) -> Path:
        """Locked by whoever is starting or stopping the server."""
        return self.home / "starting.lock"

    @property
    def users(self) -> Path:
        """Shared by everybody who uses the server."""
        return self.home / "users.lock"

    @property
    def alive(self) -> Path:
        """Held by the server and all its children as long as they live."""
        return self.home / "alive.lock"

    @property
    def pid_file(self) -> Path:
        """PostgreSQL's own note about its running server."""
        return self.data / "postmaster.pid"

    @property
    def sockets(self) -> Path:
        """Where the server's socket is, unless its path were too long there."""
        return self.home / "sockets"

    def make_socket_folder(self) -> Path:
        """Make a new private folder for the socket: `sockets`, or a short path when `home` lies too deep."""
        if len(bytes(self.sockets / SOCKET_NAME)) > LONGEST_SOCKET_PATH:
            return Path(tempfile.mkdtemp(prefix=SHORT_PREFIX, dir=SHORT))
        self.remove_socket_folder(self.sockets)
        self.sockets.mkdir(mode=0o700)
        return self.sockets

    def remove_socket_folder(self, folder: Path) -> None:
        """Remove a folder that `make_socket_folder` made; any other is left alone."""
        is_short = folder.parent == SHORT and folder.name.startswith(SHORT_PREFIX)
        if folder == self.sockets or is_short:
            shutil.rmtree(folder, ignore_errors=True)
