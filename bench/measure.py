"""Measure one function in this process, once, and print one line of JSON.

``python -m bench.measure run bench.floor:bare DATA WARM-UP`` or ``… latency bench.ours:one_lead DATA``.
"""

import importlib
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from bench.data import Dataset, opened

_STATUS = Path("/proc/self/status")
_MIB = 1024.0


def measured_run(function: str, data: Dataset, warm_up: Dataset) -> dict[str, Any]:
    """CPU and wall seconds, peak memory, rows and checksum of one call, after one call on the warm-up data.

    CPU is user and system time of all threads and of child processes that have ended. The peak is the highest
    resident memory of the process during the call, in MiB, with the interpreter and the libraries in it;
    `base_mib` is what was resident before.
    """
    run = _imported(function)
    run(warm_up)
    base = _forget_peak()
    wall, cpu = time.perf_counter(), _cpu_seconds()
    answer = run(data)
    wall, cpu = time.perf_counter() - wall, _cpu_seconds() - cpu
    peak = _peak_mib()
    table = answer() if callable(answer) else answer
    measured = {"cpu_s": cpu, "wall_s": wall, "peak_mib": peak, "base_mib": base, "rows": table.num_rows}
    if "total" in table.column_names:
        from bench.template_c import checksum  # late: it would count as memory of the contestant

        measured["checksum"] = checksum(table)
    return measured


def measured_latency(function: str, data: Dataset, times: int = 100) -> dict[str, float]:
    """Median and 95th percentile wall time of one prepared call, in ms, of `times` after a few to warm up."""
    call: Callable[[], object] = _imported(function)(data)
    for _ in range(5):
        call()
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        call()
        taken.append((time.perf_counter() - started) * 1000)
    return {"median_ms": median(taken), "p95_ms": sorted(taken)[int(times * 0.95)]}


def _imported(function: str) -> Callable[..., Any]:
    module, name = function.split(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return found


def _cpu_seconds() -> float:
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _forget_peak() -> float:
    """Start the peak anew where the system allows it (Linux); the memory resident now, in MiB."""
    if not _STATUS.exists():
        return 0.0
    Path("/proc/self/clear_refs").write_text("5")
    return _status_mib("VmRSS")


def _peak_mib() -> float:
    if _STATUS.exists():
        return _status_mib("VmHWM")
    # second choice: ru_maxrss also holds what the parent had at the fork; macOS counts it in bytes
    scale = _MIB * _MIB if sys.platform == "darwin" else _MIB
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale


def _status_mib(name: str) -> float:
    lines = _STATUS.read_text().splitlines()
    return next(float(line.split()[1]) / _MIB for line in lines if line.startswith(f"{name}:"))


def _dataset(folder: str) -> Dataset:
    if (found := opened(Path(folder))) is None:
        raise SystemExit(f"no complete data set in {folder}: let `python -m bench` make it")
    return found


def main(arguments: list[str]) -> None:
    """Measure what the arguments name."""
    kind, function, folder, *warm_up = arguments
    data = _dataset(folder)
    if kind == "latency":
        print(json.dumps(measured_latency(function, data)))
    else:
        print(json.dumps(measured_run(function, data, _dataset(warm_up[0]))))


if __name__ == "__main__":
    main(sys.argv[1:])
