"""``python -m bench.live --out bench.json``: the live product's speed, all of it on the cores of one machine.

Ingest beside pgbench on the same table in turns (`bench.ingest`), then decisions and alerts at a steady rate
(`bench.decisions`). The figures go beside those of the other benchmarks; nothing here asserts a time.
"""

import argparse
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import decisions, ingest
from bench.__main__ import write_beside_others


def main() -> None:
    """Measure what the command line asks for, print, write."""
    wanted = _arguments()
    found: dict[str, Any] = {}
    if wanted.only != "decisions":
        found |= ingest.measured(wanted.seconds, wanted.rounds)
    if wanted.only != "ingest":
        os.sync()  # or what ingest wrote is written back beside the decisions
        found |= decisions.measured(rate=wanted.rate, seconds=wanted.seconds * wanted.rounds)
    found["live"] = {
        "date": datetime.now(UTC).date().isoformat(),
        "cores": os.cpu_count(),
        "load_before": wanted.load,
        "seconds": wanted.seconds,
        "rounds": wanted.rounds,
    }
    print(json.dumps(found, indent=2))
    if wanted.out:
        write_beside_others(wanted.out, found)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.live", description=__doc__)
    parser.add_argument("--seconds", type=int, default=10, help="of each measurement of ingest")
    parser.add_argument("--rounds", type=int, default=3, help="turns, of which the median counts")
    parser.add_argument("--rate", type=int, default=1000, help="events a second while decisions are measured")
    parser.add_argument("--only", choices=("ingest", "decisions"), help="one half of it")
    parser.add_argument("--out", type=Path, help="a JSON file to put the figures into")
    # Others at work on the machine make every figure worse: what they were is told with the figures.
    parser.set_defaults(load=round(os.getloadavg()[0], 2))
    return parser.parse_args()


if __name__ == "__main__":
    main()
