"""From runs to figures: medians, ratios to the floor of the same run, growth, and a table to print."""

import importlib.metadata
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import log
from pathlib import Path
from statistics import linear_regression, median
from typing import Any, TypeAlias

from rich.console import RenderableType
from rich.table import Table

from bench.contestant import FLOORS, PEERS, Contestant
from bench.data import Dataset

LARGE = 5_000_000
_LIBRARIES = ("handraise", "duckdb", "polars", "pandas", "pyarrow", "numpy", "numba")


@dataclass(frozen=True)
class Measured:
    """One run: seconds of CPU and on the wall, MiB of memory at most and before, and what came out."""

    cpu_s: float
    wall_s: float
    peak_mib: float
    base_mib: float
    rows: int
    checksum: dict[str, int] = field(default_factory=dict)


Runs: TypeAlias = dict[str, list[Measured]]  # by contestant's name, all on one data set


def figures(
    contestants: Sequence[Contestant],
    runs: Mapping[int, Runs],
    datasets: Sequence[Dataset],
    latencies: Mapping[str, float],
    cli_start: float | None,
) -> dict[str, Any]:
    """Everything that is reported, as it is written to JSON; what was not measured is None.

    Parameters
    ----------
    contestants
        All that took part.
    runs
        By number of events.
    datasets
        What they ran on.
    latencies
        Our latencies, in ms.
    cli_start
        CPU seconds of our command line's start.
    """
    rows = list(_rows(contestants, runs))
    largest = max(runs)
    names = {one.name for one in contestants}
    growths = {name: _growth(name, runs) for name in sorted(names)}

    def at(name: str, events: int, figure: str) -> float | None:
        found = (row[figure] for row in rows if row["name"] == name and row["events"] == events)
        return next(found, None)

    peak = at("ours (files)", 100_000_000, "peak_mib")  # what streams; "ours" keeps every answer in memory
    return {
        "template_c_over_floor": at("ours", largest, "over_floor"),
        "forty_rules_over_floor": at("ours (40 rules)", largest, "over_floor"),
        "growth_exponent": growths.get("ours"),
        "peak_memory_gib_100m": None if peak is None else round(peak / 1024, 3),
        "cli_start_cpu_s": None if cli_start is None else round(cli_start, 3),
        "one_lead_ms": latencies.get("one_lead_ms"),
        "hundred_leads_ms": latencies.get("hundred_leads_ms"),
        "events_of_the_ratios": largest,
        "peers": {
            peer.name: {
                "over_floor": {row["events"]: row["over_floor"] for row in rows if row["name"] == peer.name},
                "growth_exponent": growths[peer.name],
            }
            for peer in PEERS
            if peer.name in names
        },
        "growth_exponents": growths,
        "runs": rows,
        "data": [
            {"events": data.events, "leads": data.leads, "event_mib": round(data.bytes_of_events / 2**20, 1)}
            for data in datasets
        ],
        "machine": _machine(),
        "versions": {name: version for name in _LIBRARIES if (version := _version(name))},
    }


def wrong_answers(contestants: Sequence[Contestant], runs: Mapping[int, Runs]) -> list[str]:
    """One line for each answer to template C that differs from the first contestant's on the same data."""
    wrong = []
    for events, by_name in runs.items():
        named = [one.name for one in contestants if one.is_template_c and one.name in by_name]
        if not named:
            continue
        first = by_name[named[0]][0].checksum
        for name in named:
            differing = [run.checksum for run in by_name[name] if run.checksum != first]
            if differing:
                keys = [key for key in first if differing[0].get(key) != first[key]]
                wrong.append(f"{events:,} events: {name} differs from {named[0]} in {', '.join(keys)}")
    return wrong


def printed(result: Mapping[str, Any]) -> Iterator[RenderableType]:
    """The table, and under it the figures that are no rows of it."""
    table = Table("events", "contestant", "CPU s", "× floor", "wall s", "peak MiB", "growth")
    for column in table.columns[2:]:
        column.justify = "right"
    last = None
    for row in result["runs"]:
        if last not in (None, row["events"]):
            table.add_section()
        last = row["events"]
        growth = result["growth_exponents"][row["name"]]
        table.add_row(
            f"{row['events'] / 1e6:g} M",
            row["name"],
            f"{row['cpu_s']:.3f}",
            "–" if row["over_floor"] is None else f"{row['over_floor']:.2f}",
            f"{row['wall_s']:.3f}",
            f"{row['peak_mib']:,.0f}",
            "–" if growth is None else f"{growth:.2f}",
        )
    yield table
    for name in ("cli_start_cpu_s", "one_lead_ms", "hundred_leads_ms", "peak_memory_gib_100m"):
        value = result[name]
        yield f"{name}: {'not measured' if value is None else f'{value:.3f}'}"
    machine = result["machine"]
    libraries = ", ".join(f"{name} {version}" for name, version in result["versions"].items())
    yield f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB; {libraries}"


def _rows(contestants: Sequence[Contestant], runs: Mapping[int, Runs]) -> Iterator[dict[str, Any]]:
    for events, by_name in runs.items():
        cpu = {name: median(run.cpu_s for run in measured) for name, measured in by_name.items()}
        for one in contestants:
            if one.name not in by_name:
                continue
            measured = by_name[one.name]
            yield {
                "events": events,
                "name": one.name,
                "against": one.against,
                "cpu_s": round(cpu[one.name], 4),
                "over_floor": None if one in FLOORS else round(cpu[one.name] / cpu[one.against], 3),
                "wall_s": round(median(run.wall_s for run in measured), 4),
                "peak_mib": round(median(run.peak_mib for run in measured), 1),
                "base_mib": round(median(run.base_mib for run in measured), 1),
                "rows": measured[0].rows,
                "cpu_s_of_each_run": [round(run.cpu_s, 4) for run in measured],
                "checksum": measured[0].checksum.get("total"),
            }


def _growth(name: str, runs: Mapping[int, Runs]) -> float | None:
    """The exponent g of CPU ~ events^g, by least squares on logarithms; None for one size only.

    Fixed costs would make small sizes look slow and growth look slow with them, so where there are two sizes
    of 5 M events or more, only those count.
    """
    sizes = [events for events, by_name in runs.items() if name in by_name]
    large = [events for events in sizes if events >= LARGE]
    sizes = large if len(large) > 1 else sizes
    if len(sizes) < 2:
        return None
    cpu = [median(run.cpu_s for run in runs[events][name]) for events in sizes]
    fitted = linear_regression([log(events) for events in sizes], [log(seconds) for seconds in cpu])
    return round(fitted.slope, 3)


def _machine() -> dict[str, Any]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(memory / 2**30, 1),
        "system": platform.system(),
        "python": platform.python_version(),
    }


def _processor() -> str:
    described = Path("/proc/cpuinfo")
    lines = described.read_text().splitlines() if described.exists() else []
    models = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.processor() or platform.machine())


def _version(library: str) -> str | None:
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return None
