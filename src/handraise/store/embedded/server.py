"""The embedded server as its users see it: open a folder, get an address, leave."""

import atexit
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self
from urllib.parse import quote

from handraise.store.embedded import cluster, postmaster
from handraise.store.embedded.account import account_for
from handraise.store.embedded.binaries import installed
from handraise.store.embedded.errors import (
    DatabaseFolderRefused,
    FolderUnreachable,
    ServerNotRunning,
    ServerNotStarted,
)
from handraise.store.embedded.layout import Layout
from handraise.store.embedded.locks import FileLock, alone

SETTINGS = {"shared_buffers": "256MB", "timezone": "UTC", "log_timezone": "UTC"}
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
# For tests: a power cut would lose everything, a killed process still loses nothing that was committed.
FLEETING = {"fsync": "off", "synchronous_commit": "on", "full_page_writes": "off"}
PATIENCE = 120.0


class Embedded:
    """PostgreSQL in a folder, shared by all processes that open it.

    The first to start it starts the server, the others join it, and it stops when the last one leaves. A
    user that is killed leaves too. A server that outlives a killed last user is joined by the next one.

    The server listens on 127.0.0.1 and on a socket in a private folder; both ask for a SCRAM password, and
    the passwords lie beside the data, readable by their owner only. Under root it runs as an account without
    rights.

    Parameters
    ----------
    folder
        The product's folder, such as `.handraise`; the server lives in `postgres` below it.
    durable
        False is for tests: faster, and not safe against a power cut.
    settings
        PostgreSQL settings that go before postgresql.conf, such as `{"shared_buffers": "1GB"}`. They count
        for the one who starts the server. Durability cannot be set here.
    """

    def __init__(
        self, folder: Path | str, *, durable: bool = True, settings: Mapping[str, str] | None = None
    ) -> None:
        self._layout = Layout(Path(folder).absolute() / "postgres")
        self._durable = durable
        self._options = {**SETTINGS, **(settings or {}), **(DURABLE if durable else FLEETING)}
        self._using: FileLock | None = None
        self._process = 0

    def start(self) -> None:
        """Start the server, or join it; starting what runs already changes nothing.

        Call it again when the server was killed: it comes back on the same port, if that is still free.

        Raises
        ------
        EmbeddedError
            One of its kinds; each says what to do.
        """
        try:
            self._open_home()
            with alone(self._layout.starting):
                if not self._is_user:
                    self._join()
                try:
                    self._make_serve()
                except BaseException:
                    self._leave()
                    raise
        except PermissionError as error:
            raise FolderUnreachable(
                f"{error.filename or self._layout.home} belongs to another user ({error.strerror}). "
                "Run Handraise as the user who made it, or choose another folder."
            ) from error
        atexit.register(self.stop)

    def stop(self) -> None:
        """Leave, and stop the server if nobody else uses it. Leaving twice changes nothing.

        In a forked child it does nothing: the server is its parent's to leave.
        """
        atexit.unregister(self.stop)
        if not self._is_user:
            return
        if not self._layout.home.exists():
            self._leave()  # the folder was deleted under us; the server notices by itself
            return
        with alone(self._layout.starting):
            self._leave()
            with FileLock(self._layout.users) as users:
                if users.try_exclusive() and postmaster.has_life(self._layout):
                    postmaster.halt(self._layout, account_for(self._layout.data), PATIENCE)

    @property
    def is_running(self) -> bool:
        """Whether the server takes connections now, whoever started it."""
        return self._layout.alive.exists() and postmaster.is_serving(self._layout)

    def address(
        self, role: str = cluster.APP, database: str = cluster.DATABASE, *, over_socket: bool = False
    ) -> str:
        """Return a `postgresql://` URL with the role's password.

        Parameters
        ----------
        role
            `handraise_app` (owns nothing), `handraise_owner` (owns the tables) or `postgres` (superuser).
        database
            `handraise`, or another one of the same server.
        over_socket
            Through the socket file rather than TCP.

        Raises
        ------
        ServerNotRunning
            If no server runs.
        """
        note = postmaster.noted(self._layout)
        if note is None or not self.is_running:
            raise ServerNotRunning(f"No PostgreSQL runs in {self._layout.home}. Start it first.")
        who = f"postgresql://{role}:{quote(cluster.password_of(self._layout, role))}@"
        if over_socket:
            return f"{who}/{quote(database)}?host={quote(str(note.sockets), safe='')}&port={note.port}"
        return f"{who}127.0.0.1:{note.port}/{quote(database)}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def _is_user(self) -> bool:
        return self._using is not None and self._process == os.getpid()

    def _open_home(self) -> None:
        """Make the folders that are missing, closed to others; under root they may be passed through."""
        mode = 0o711 if os.geteuid() == 0 else 0o700
        for folder in (self._layout.home.parent, self._layout.home):
            if not folder.exists():
                folder.mkdir(mode=mode, parents=True, exist_ok=True)
                folder.chmod(mode)  # whatever the umask made of it

    def _join(self) -> None:
        self._using = FileLock(self._layout.users)
        self._using.wait_shared()
        self._process = os.getpid()

    def _leave(self) -> None:
        if self._using is not None:
            self._using.release()
        self._using = None

    def _make_serve(self) -> None:
        """Join a server that serves or is about to; start one if none has any life left in it."""
        deadline = time.monotonic() + PATIENCE
        with FileLock(self._layout.alive) as alive:
            while not alive.try_exclusive():
                if postmaster.is_serving(self._layout):
                    return
                if time.monotonic() > deadline:
                    raise ServerNotStarted(
                        f"A PostgreSQL in {self._layout.home} is neither ready nor gone after {PATIENCE:.0f} "
                        f"seconds. Look at {self._layout.log}."
                    )
                time.sleep(postmaster.PAUSE)
            self._launch(alive)

    def _launch(self, alive: FileLock) -> None:
        layout, binaries = self._layout, installed()
        if (pid := postmaster.foreign_server(layout)) is not None:
            raise DatabaseFolderRefused(
                f"Process {pid} is a PostgreSQL that somebody else started on {layout.data}. Stop it first."
            )
        account = account_for(layout.data)
        account.require_reach(layout.home, "the folder")
        account.require_reach(binaries.postgres, "its program")
        if not cluster.require_usable(layout, binaries):
            cluster.create(layout, binaries, account, self._durable, alive.descriptor)
        postmaster.tidy(layout, postmaster.noted(layout))
        postmaster.launch(layout, binaries, account, self._options, alive, PATIENCE)
