"""Locks on files that the kernel lets go when the last process holding them is dead, however it died.

A lock belongs to the open file, not to the process: a child that inherits the file holds it too. That is how
we know a server is alive: it was born holding one. No pid can be mistaken for another, and a zombie holds
nothing.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self


class FileLock:
    """One opening of a lock file; two of them exclude each other even within one process."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)

    @property
    def descriptor(self) -> int:
        """The open file, to be inherited by a process that shall hold the lock as long as it lives."""
        return self._file

    def wait_exclusive(self) -> None:
        """Take the lock for ourselves alone, waiting for everybody else to leave."""
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def wait_shared(self) -> None:
        """Hold the lock together with others who share it."""
        fcntl.flock(self._file, fcntl.LOCK_SH)

    def try_exclusive(self) -> bool:
        """Take the lock alone if nobody holds it; whether we have it now."""
        return self._try(fcntl.LOCK_EX)

    def try_shared(self) -> bool:
        """Share the lock if nobody holds it alone; whether we have it now."""
        return self._try(fcntl.LOCK_SH)

    def release(self) -> None:
        """Let go, also for children who inherited this opening, and close."""
        if self._file >= 0:
            fcntl.flock(self._file, fcntl.LOCK_UN)
            self.close()

    def close(self) -> None:
        """Close our end only: a child that inherited the file keeps the lock."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _try(self, kind: int) -> bool:
        try:
            fcntl.flock(self._file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Be the only one, among all processes, inside this block."""
    with FileLock(path) as lock:
        lock.wait_exclusive()
        yield
