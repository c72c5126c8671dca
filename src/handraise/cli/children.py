"""Processes of ours: they end when they are told to, and when their parent is gone."""

import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Annotated, Any

import typer

OfParent = Annotated[
    bool, typer.Option("--of-parent", hidden=True, help="End when standard input does: our parent is gone.")
]


def ending(stop: Callable[[], object]) -> None:
    """Call `stop` when somebody asks the process to end, by Ctrl-C or SIGTERM."""

    def asked(_signal: int, _frame: Any) -> None:
        stop()

    signal.signal(signal.SIGTERM, asked)
    signal.signal(signal.SIGINT, asked)


def end_with_parent() -> None:
    """End in good order when the parent has gone, however it went: standard input is a pipe from it."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="parent", daemon=True).start()
