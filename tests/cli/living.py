"""The product started by `handraise up` in a folder of its own, and commands given to it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PATIENCE = 120.0


@dataclass
class Product:
    """A product in `folder`, with one web server unless a test is about several."""

    folder: Path
    servers: int = field(default=1, kw_only=True)
    told: list[dict[str, Any]] = field(default_factory=list)
    process: subprocess.Popen[str] | None = None

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HANDRAISE_")}  # noqa: TID251
        return {**kept, "HANDRAISE_FOLDER": str(self.folder), "HANDRAISE_WEB_PROCESSES": str(self.servers)}

    def up(self, *arguments: str) -> "Product":
        """Start it and wait until it is ready."""
        with (self.folder.parent / "up.log").open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "handraise", "up", "--port", "0", "--json", *arguments],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self.told = []
        while not self.said("ready"):
            self.hear()
        return self

    def hear(self) -> dict[str, Any]:
        """The next thing it says."""
        assert self.process is not None
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"it ended: {(self.folder.parent / 'up.log').read_text()[-3000:]}"
        found: dict[str, Any] = json.loads(line)
        self.told.append(found)
        return found

    def said(self, event: str) -> list[dict[str, Any]]:
        return [one for one in self.told if one["event"] == event]

    def down(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Stop it; gives its exit code."""
        assert self.process is not None
        self.process.send_signal(how)
        self.process.communicate(timeout=PATIENCE)
        return self.process.returncode

    @property
    def address(self) -> str:
        return str(self.said("ready")[0]["address"])

    def key(self, kind: str) -> str:
        return next(str(one["key"]) for one in self.said("write_key") if one["kind"] == kind)

    def run(
        self, *arguments: object, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """One command, in a process of its own."""
        return subprocess.run(
            [sys.executable, "-m", "handraise", *map(str, arguments)],
            env={**self.environment, **(environment or {})},
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )

    def json(self, *arguments: object) -> Any:
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def processes(self) -> list[str]:
        """The command lines of every process that was started for this folder."""
        found = []
        for each in Path("/proc").iterdir():
            if not each.name.isdecimal() or int(each.name) == os.getpid():
                continue
            try:
                command = (each / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                around = (each / "environ").read_bytes()
                state = (each / "stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                continue
            if state != "Z" and (f"={self.folder}".encode() in around or str(self.folder) in command):
                found.append(command)
        return found


def eventually(what: Callable[[], Any], within: float = PATIENCE) -> Any:
    """What `what` gives as soon as it gives something."""
    deadline = time.monotonic() + within
    while not (found := what()):
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.1)
    return found
