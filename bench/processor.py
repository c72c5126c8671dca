"""Processor time of processes and of what they started, on Linux; nothing elsewhere."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PROCESSES = Path("/proc")


def seconds(*processes: int) -> float:
    """Seconds that these processes and all beneath them have computed, those that ended included."""
    if not _PROCESSES.exists():
        return 0.0
    found = _all()
    return sum(_of(process, found) for process in processes)


def parent(process: int) -> int:
    """Who started it; 0 when that cannot be told."""
    return _all().get(process, (0, 0.0))[0] if _PROCESSES.exists() else 0


def is_beneath(process: int, above: int) -> bool:
    """Whether it was started by the other, or by what that started."""
    found = _all() if _PROCESSES.exists() else {}
    while process in found:
        process = found[process][0]
        if process == above:
            return True
    return False


def _of(process: int, found: dict[int, tuple[int, float]]) -> float:
    beneath = [child for child, (above, _) in found.items() if above == process]
    return found.get(process, (0, 0.0))[1] + sum(_of(child, found) for child in beneath)


def _all() -> dict[int, tuple[int, float]]:
    """Each process with its parent, its own seconds and those of its children that ended."""
    found = {}
    for folder in _PROCESSES.iterdir():
        if not folder.name.isdecimal():
            continue
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        found[int(folder.name)] = int(fields[1]), sum(map(int, fields[11:15])) / _TICKS
    return found
