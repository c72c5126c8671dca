"""PostgreSQL's main process: its note about itself, how it is started and how it is stopped."""

import os
import secrets
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from handraise.store.embedded.account import Account
from handraise.store.embedded.binaries import ENVIRONMENT, Binaries
from handraise.store.embedded.cluster import write_private
from handraise.store.embedded.errors import ServerNotStarted, ServerNotStopped
from handraise.store.embedded.layout import Layout
from handraise.store.embedded.locks import FileLock

PAUSE = 0.01
# Below the ports the kernel gives to outgoing connections, above those that services are known by.
PORTS = range(15_433, 32_000)
PORT_ATTEMPTS = 10
PORT_TAKEN = "could not create any TCP/IP sockets"
LARGEST_LOG = 16 * 1024 * 1024


@dataclass(frozen=True)
class Note:
    """What a postmaster wrote about itself in its pid file."""

    pid: int
    port: int
    sockets: Path
    is_ready: bool


def noted(layout: Layout) -> Note | None:
    """The pid file of the data folder, or None if there is none or it is not yet complete."""
    try:
        lines = layout.pid_file.read_text().splitlines()
        return Note(
            int(lines[0]), int(lines[3]), Path(lines[4]), lines[7:8] != [] and lines[7].strip() == "ready"
        )
    except (FileNotFoundError, ValueError, IndexError):
        return None


def has_life(layout: Layout) -> bool:
    """Whether any process of the server lives, judged by the lock they were born with."""
    with FileLock(layout.alive) as lock:
        return not lock.try_shared()


def is_serving(layout: Layout) -> bool:
    """Whether a postmaster runs and takes connections."""
    note = noted(layout)
    return note is not None and note.is_ready and _exists(note.pid) and has_life(layout)


def foreign_server(layout: Layout) -> int | None:
    """The pid of a server that somebody started by hand on our data, without the lock; None if there is none.

    A pid file outlives a killed server, and its number may long be another process's: it counts only if that
    process works in our data folder.
    """
    note = noted(layout)
    if note is None or not _exists(note.pid):
        return None
    return note.pid if _works_in(note.pid, layout.data) else None


def tidy(layout: Layout, note: Note | None) -> None:
    """Clear away what the server of `note` left, killed or stopped: call only when none lives."""
    layout.pid_file.unlink(missing_ok=True)
    if note is not None:
        layout.remove_socket_folder(note.sockets)


def launch(
    layout: Layout,
    binaries: Binaries,
    account: Account,
    options: Mapping[str, str],
    alive: FileLock,
    patience: float,
) -> None:
    """Start the server and wait until it takes connections; `alive` is the lock it shall hold.

    It listens on the port it had before, or on another if that one was taken in the meantime.

    Raises
    ------
    ServerNotStarted
        If it ends before it is ready, or is not ready in `patience` seconds; with the end of its log.
    """
    _turn_over(layout.log)
    sockets = layout.make_socket_folder()
    account.own(sockets)
    port = _last_port(layout) or _any_port()
    for _ in range(PORT_ATTEMPTS):
        start_of_log = layout.log.stat().st_size if layout.log.exists() else 0
        placed = {
            "port": str(port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(sockets),
            "unix_socket_permissions": "0700",
        }
        process = _spawn(layout, binaries, account, {**options, **placed}, alive)
        if _came_up(process, layout, patience):
            write_private(layout.port, str(port))
            return
        said = layout.log.read_bytes()[start_of_log:].decode(errors="replace")
        if PORT_TAKEN not in said:
            break
        port = _any_port()
    raise ServerNotStarted(
        f"PostgreSQL did not start in {layout.home}. Check the free space and memory. The end of its log "
        f"({layout.log}):\n" + "\n".join(said.splitlines()[-15:])
    )


def halt(layout: Layout, account: Account, patience: float) -> None:
    """Stop the server: open transactions are rolled back, everything committed is written.

    Raises
    ------
    ServerNotStopped
        If it still lives after `patience` seconds and a further ten of being urged.
    """
    note = noted(layout)
    for how, seconds in ((signal.SIGINT, patience), (signal.SIGQUIT, 10.0)):
        if note is not None:
            account.send(note.pid, how)
        if _waited(lambda: not has_life(layout), seconds):
            tidy(layout, note)
            return
    raise ServerNotStopped(
        f"PostgreSQL in {layout.home} did not stop. Nothing is lost; look at {layout.log}"
        + (f" and end process {note.pid}." if note else ".")
    )


def _spawn(
    layout: Layout, binaries: Binaries, account: Account, options: Mapping[str, str], alive: FileLock
) -> subprocess.Popen[bytes]:
    command = [str(binaries.postgres), "-D", str(layout.data)]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    descriptor = os.open(layout.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    try:
        process = subprocess.Popen(  # noqa: S603  (a program of the carrier)
            command, stdin=subprocess.DEVNULL, stdout=descriptor, stderr=subprocess.STDOUT, cwd="/",
            env=ENVIRONMENT, pass_fds=(alive.descriptor,), start_new_session=True, **account.identity,
        )  # fmt: skip
    except OSError as error:
        raise ServerNotStarted(f"PostgreSQL could not be run in {layout.home}: {error}") from error
    finally:
        os.close(descriptor)
    # A dead child stays a zombie until its parent asks; we ask all the time, whoever stops it.
    threading.Thread(target=process.wait, name="handraise-postgres-reaper", daemon=True).start()
    return process


def _came_up(process: subprocess.Popen[bytes], layout: Layout, patience: float) -> bool:
    def is_decided() -> bool:
        note = noted(layout)
        return process.poll() is not None or (note is not None and note.pid == process.pid and note.is_ready)

    try:
        in_time = _waited(is_decided, patience)
    except BaseException:  # an impatient Ctrl-C must not leave a server nobody uses
        process.send_signal(signal.SIGQUIT)
        raise
    if not in_time:
        process.send_signal(signal.SIGQUIT)
        process.wait()
    return process.poll() is None


def _waited(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(PAUSE)
    return True


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _works_in(pid: int, data: Path) -> bool:
    if Path("/proc/self").exists():
        try:
            return Path(f"/proc/{pid}/cwd").resolve() == data.resolve()
        except OSError:
            return False
    said = subprocess.run(  # noqa: S603  (where there is no /proc, as on macOS)
        ["/bin/ps", "-o", "command=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
        env=ENVIRONMENT,
    )
    return str(data) in said.stdout


def _last_port(layout: Layout) -> int | None:
    try:
        return int(layout.port.read_text())
    except (FileNotFoundError, ValueError):
        return None


def _any_port() -> int:
    """A guess: the server itself finds out whether it is free, which nobody can know before it binds."""
    return PORTS[secrets.randbelow(len(PORTS))]


def _turn_over(log: Path) -> None:
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_name(f"{log.name}.1"))
