"""``python -m bench --sizes 1,5,20 --peers --out bench.json``: measure, compare with the floor, print, write.

Nothing here asserts a time: the figures are for people to read and for pages that quote them with their date.
"""

import argparse
import json
import resource
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.progress import Progress

from bench import ours
from bench.contestant import FLOORS, PEERS, Contestant
from bench.data import Dataset, make
from bench.report import Measured, Runs, figures, printed, wrong_answers

CACHE = Path("build/bench")
WARM_UP_EVENTS = 20_000
KEPT_EVENTS = 20_000_000  # larger data sets are what `--clean` removes first

progress_console = Console(stderr=True)


def main() -> None:
    """Run what the command line asks for."""
    wanted = _arguments()
    if wanted.clean:
        remove_data(CACHE, everything=wanted.sizes == [])
    if not wanted.sizes:
        return
    contestants = [*FLOORS, *ours.CONTESTANTS, *(PEERS if wanted.peers else ())]
    if wanted.only:
        contestants = [one for one in contestants if one in FLOORS or one.name in wanted.only]
    runs: dict[int, Runs] = {}
    datasets = []
    for size in wanted.sizes:
        data = _dataset(round(size * 1_000_000), wanted.seed)
        datasets.append(data)
        runs[data.events] = _measured(contestants, data, wanted.repeats)
    result = figures(contestants, runs, datasets, latencies=_latencies(datasets[0]), cli_start=_cli_start())
    result |= {"date": datetime.now(UTC).date().isoformat(), "repeats": wanted.repeats, "seed": wanted.seed}
    Console().print(*printed(result), sep="\n")
    if wanted.out:
        write_beside_others(wanted.out, result)
    if wrong := wrong_answers(contestants, runs):
        raise SystemExit("the answers differ:\n" + "\n".join(wrong))


def write_beside_others(path: Path, result: dict[str, Any]) -> None:
    """Put the figures into the JSON file; what other benchmarks wrote there stays."""
    known = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps(known | result, indent=2) + "\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--sizes", type=_sizes, default=[], help="millions of events, such as 1,5,20")
    parser.add_argument(
        "--repeats", type=int, default=3, help="interleaved runs of each, of which the median counts"
    )
    parser.add_argument("--peers", action="store_true", help="also DuckDB, Polars and pandas, by hand")
    parser.add_argument("--only", type=lambda text: text.split(","), help="only these names, and the floors")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="write every figure to this file, as JSON")
    parser.add_argument(
        "--clean",
        action="store_true",
        help="first remove the data sets above 20 M events; without --sizes, all of them",
    )
    wanted = parser.parse_args()
    if not wanted.sizes and not wanted.clean:
        parser.error("say --sizes or --clean")
    return wanted


def _sizes(text: str) -> list[float]:
    return sorted(float(size) for size in text.split(","))


def remove_data(cache: Path, *, everything: bool) -> None:
    for folder in sorted(cache.glob("events-*")):
        if everything or int(folder.name.split("-")[1]) > KEPT_EVENTS:
            progress_console.print(f"removing {folder}")
            shutil.rmtree(folder)


def _dataset(events: int, seed: int) -> Dataset:
    with progress_console.status(f"data of {events:,} events"):
        return make(CACHE / f"events-{events}-seed-{seed}", events, seed)


def _measured(contestants: Sequence[Contestant], data: Dataset, repeats: int) -> Runs:
    """All runs of every contestant on one data set, in turn, so that a disturbance meets all of them."""
    warm_up = _dataset(WARM_UP_EVENTS, seed=2)
    read_once(data)
    running = [one for one in contestants if data.events <= one.largest]
    runs: Runs = {one.name: [] for one in running}
    with Progress(console=progress_console, transient=True) as progress:
        task = progress.add_task(f"{data.events:,} events", total=repeats * len(running))
        for _ in range(repeats):
            for one in running:
                progress.update(task, description=f"{data.events:,} events: {one.name}")
                measured = in_subprocess("run", one.function, str(data.folder), str(warm_up.folder))
                runs[one.name].append(Measured(**measured))
                progress.advance(task)
    return runs


def read_once(data: Dataset) -> None:
    """Have the files in the system's cache, so that the first contestant does not pay for the disk."""
    for path in [*data.event_files, data.leads_file]:
        with path.open("rb") as file:
            while file.read(1 << 24):
                pass


def in_subprocess(*arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.measure", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed with {done.returncode}; see above")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _latencies(data: Dataset) -> dict[str, float]:
    """Median wall time in ms of each of our latencies, on the smallest data set."""
    return {
        name: in_subprocess("latency", function, str(data.folder))["median_ms"]
        for name, function in ours.LATENCIES.items()
    }


def _cli_start(times: int = 5) -> float | None:
    """CPU seconds of a fresh interpreter with our command line, the median of a few."""
    if not ours.CLI_START:
        return None
    taken = []
    for _ in range(times):
        before = _children_cpu()
        subprocess.run([sys.executable, *ours.CLI_START], stdout=subprocess.DEVNULL, check=True)
        taken.append(_children_cpu() - before)
    return median(taken)


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
