"""Keeping processes running: started, watched, started again when they die, ended together."""

import http.client
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from handraise.cli.children import ending
from handraise.core.errors import HandraiseError

FIRST_WAIT: Final = 0.5  # seconds
LONGEST_WAIT: Final = 30.0
STEADY: Final = 60.0  # seconds after which an earlier death is forgotten
PATIENCE: Final = 120.0  # seconds for the web server to answer the first time
GRACE: Final = 40.0  # seconds for everybody to finish what they are at
TICK: Final = 0.2


class NotStarted(HandraiseError):
    """The web server does not answer; its log says why."""


@dataclass
class Child:
    """A process to keep: the arguments of our own command, and how it has fared."""

    name: str
    arguments: tuple[str, ...]
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)
    started: float = 0.0
    again_at: float = 0.0
    wait: float = FIRST_WAIT

    def wait_after_death(self, now: float) -> float:
        """Seconds until it starts again: twice as long each time, from the start when it ran for long.

        Examples
        --------
        >>> child = Child("web", ("web",))
        >>> [child.wait_after_death(1.0) for _ in range(4)], child.wait_after_death(100.0)
        ([0.5, 1.0, 2.0, 4.0], 0.5)
        """
        if now - self.started >= STEADY:
            self.wait = FIRST_WAIT
        wait, self.wait = self.wait, min(self.wait * 2, LONGEST_WAIT)
        return wait


class Supervisor:
    """Runs children until it is told to stop, by Ctrl-C or SIGTERM.

    Children get no signal of the terminal: they end when we say so, or when our end of their standard input
    closes, which the system does for us when we are killed.

    Parameters
    ----------
    told
        Hears `died` (name, code, wait) and `stopping`.
    """

    def __init__(
        self, children: Sequence[Child], environment: Mapping[str, str], told: Callable[..., None]
    ) -> None:
        self.children, self.environment, self.told = children, environment, told
        self.stop = threading.Event()

    def run(self, host: str, port: int, ready: Callable[[], None]) -> None:
        """Start everybody, call `ready` when the web server answers, then watch until told to stop."""
        ending(self.stop.set)
        try:
            for child in self.children:
                self._start(child)
            self._wait_for(host, port)
            if not self.stop.is_set():
                ready()
            while not self.stop.wait(TICK):
                self._look()
            self.told("stopping")
        finally:
            self._end()

    def _start(self, child: Child) -> None:
        child.started = time.monotonic()
        child.process = subprocess.Popen(  # noqa: S603  (our own program)
            [sys.executable, "-m", "handraise", *child.arguments],
            stdin=subprocess.PIPE,
            stdout=sys.stderr,
            env=dict(self.environment),
            start_new_session=True,
        )

    def _look(self) -> None:
        now = time.monotonic()
        for child in self.children:
            if child.process is None:
                if now >= child.again_at:
                    self._start(child)
            elif (code := child.process.poll()) is not None:
                _close(child.process)
                child.process = None
                wait = child.wait_after_death(now)
                child.again_at = now + wait
                self.told("died", name=child.name, code=code, wait=wait)

    def _wait_for(self, host: str, port: int) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self.stop.wait(TICK):
            if answers(host, port):
                return
            self._look()
            if time.monotonic() > deadline:
                raise NotStarted(
                    f"The web server does not answer on {host} port {port} after {PATIENCE:.0f} seconds. "
                    "What it said is above; `handraise doctor` looks at the rest."
                )

    def _end(self) -> None:
        living = [child.process for child in self.children if child.process is not None]
        for process in living:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        for process in living:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            _close(process)


def answers(host: str, port: int) -> bool:
    """Whether our web server there can take requests."""
    # A server that listens everywhere is asked here.
    where = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    connection = http.client.HTTPConnection(where, port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _close(process: "subprocess.Popen[bytes]") -> None:
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()
