"""``python -m bench.backtest --events 5 --out bench.json``: a backtest of two versions against one rescore.

Both do what the command line does, from the same files to a written file: `handraise score` of the large
definition, and `handraise backtest` of it against another version, a year of events as they were received.
One event in a hundred comes days late, so that many leads are replayed in pieces. Each run is a process of
its own; runs are interleaved, and the median counts.
"""

import argparse
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console

from bench.__main__ import CACHE, WARM_UP_EVENTS, in_subprocess, read_once, write_beside_others
from bench.data import Dataset, make, opened
from bench.ours import OF_ACCOUNT, definition_of, read_back
from bench.period import AS_OF, AS_OF_MS, DAY_MS
from handraise.core.definition.model import Definition
from handraise.files.mapping import Mapping
from handraise.files.outcomes import SCHEMA, read_outcomes
from handraise.files.replays import replay_files
from handraise.files.results import ResultWriter
from handraise.files.score import score_files
from handraise.learn.backtest import Period, Promise, compared

KEY: Final = "backtest_over_rescore"
LATE: Final = 0.01
YEAR: Final = timedelta(days=365)
MAPPING: Final = Mapping.parse([f"{name}=account.{name}" for name in OF_ACCOUNT])


def received(source: Dataset, folder: Path, seed: int = 7) -> Dataset:
    """The data set with `received_at` for every event and outcomes for some leads, written in `folder`.

    Most events arrive within four seconds, one in a hundred one to nine days late.
    """
    if (ready := opened(folder)) is not None:
        return ready
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "events").mkdir(parents=True)
    shutil.copy(source.leads_file, folder / "leads.parquet")
    rng = np.random.default_rng(seed)
    for path in source.event_files:
        file = pq.ParquetFile(path, memory_map=False)
        with pq.ParquetWriter(
            folder / "events" / path.name,
            file.schema_arrow.append(pa.field("received_at", pa.timestamp("ms", "UTC"))),
            compression="snappy",
            store_schema=False,
        ) as writer:
            for group in range(file.num_row_groups):
                table = file.read_row_group(group)
                occurred = table["occurred_at"].cast(pa.timestamp("ms", "UTC")).cast(pa.int64()).to_numpy()
                late = rng.random(occurred.size) < LATE
                delay = np.where(
                    late, DAY_MS + rng.integers(0, 8 * DAY_MS, late.size), rng.integers(50, 4_000, late.size)
                )
                at = pa.array(occurred + delay).cast(pa.timestamp("ms", "UTC"))
                writer.write_table(table.append_column("received_at", at), row_group_size=table.num_rows)
    ids = pq.read_table(source.leads_file, columns=["lead_id"])["lead_id"].combine_chunks()
    pq.write_table(_outcomes(ids, rng), folder / "outcomes.parquet")
    shutil.copy(source.folder / "dataset.json", folder / "dataset.json")
    return replace(source, folder=folder)


def _outcomes(ids: pa.Array, rng: np.random.Generator) -> pa.Table:
    """One lead in five was handed over at some time of the year; most answers took days."""
    rows = np.flatnonzero(rng.random(len(ids)) < 0.2)
    handed = AS_OF_MS - rng.integers(0, 365 * DAY_MS, rows.size)
    contact = handed + rng.integers(0, 2 * DAY_MS, rows.size)
    answered = contact + rng.integers(0, 5 * DAY_MS, rows.size)
    accepted = rng.random(rows.size) < 0.6
    won = accepted & (rng.random(rows.size) < 0.15)

    def instants(at: Any, given: Any) -> pa.Array:
        return pa.array(at * 1000, pa.int64(), mask=~given | (at > AS_OF_MS)).cast(pa.timestamp("us", "UTC"))

    every = np.ones(rows.size, bool)
    columns = {
        "lead_id": ids.take(pa.array(rows)),
        "mql_at": instants(handed, every),
        "first_contact_at": instants(contact, every),
        "accepted_at": instants(answered, accepted),
        "rejected_at": instants(answered, ~accepted),
        "won_at": instants(answered + 30 * DAY_MS, won),
    }
    return pa.table({f.name: columns.get(f.name, pa.nulls(rows.size, f.type)) for f in SCHEMA})


def other_version() -> Definition:
    """The large definition with its bar for engagement ten points higher."""
    current = definition_of("forty_rules")
    bar = current.engagement.bar
    assert bar is not None
    return replace(current, engagement=replace(current.engagement, bar=bar + 1_000))


def rescore(data: Dataset) -> Callable[[], pa.Table]:
    """Every lead scored by the large definition, the scores written as Parquet."""
    folder = TemporaryDirectory()
    out = Path(folder.name) / "scores.parquet"
    score_files(
        definition_of("forty_rules"),
        data.leads_file,
        None,
        data.folder / "events",
        AS_OF,
        out,
        mapping=MAPPING,
    )
    return lambda: read_back(out, folder).drop_columns(["total"])


def against_another(data: Dataset) -> Callable[[], pa.Table]:
    """A backtest against another version: two definitions replayed."""
    return _backtest(data, [definition_of("forty_rules"), other_version()])


def against_history(data: Dataset) -> Callable[[], pa.Table]:
    """A backtest against what was really handed over: one definition replayed."""
    return _backtest(data, [definition_of("forty_rules")])


def _backtest(data: Dataset, definitions: Sequence[Definition]) -> Callable[[], pa.Table]:
    folder = TemporaryDirectory()
    out = Path(folder.name) / "people.parquet"
    events = data.folder / "events"
    end = AS_OF - timedelta(microseconds=1)
    replays = replay_files(definitions, data.leads_file, None, events, end, mapping=MAPPING)
    outcomes = read_outcomes(data.folder / "outcomes.parquet")
    found = compared(
        replays.ids,
        replays.became[0],
        replays.became[1] if len(definitions) > 1 else None,
        outcomes,
        Period(AS_OF - YEAR, AS_OF),
        zone="Europe/Berlin",
        capacity=500,
        promise=Promise(24, is_business=False),
    )
    with ResultWriter(out) as writer:
        writer.write(found.people)
    return lambda: read_back(out, folder)


RUNS: Final = {
    "rescore": "bench.backtest:rescore",
    "backtest": "bench.backtest:against_another",
    "backtest against history": "bench.backtest:against_history",
}


def measured(events: int, repeats: int) -> dict[str, Any]:
    """All runs in turn, and the ratios of their medians of CPU time."""
    folders = {size: CACHE / f"received-{size}" for size in (WARM_UP_EVENTS, events)}
    sets = {
        size: received(make(CACHE / f"events-{size}-seed-1", size, 1), at) for size, at in folders.items()
    }
    data, warm_up = sets[events], sets[WARM_UP_EVENTS]
    read_once(data)
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in RUNS}
    for _ in range(repeats):
        for name, function in RUNS.items():
            runs[name].append(in_subprocess("run", function, str(data.folder), str(warm_up.folder)))
    medians = {
        name: {
            figure: round(median(run[figure] for run in found), 3)
            for figure in ("cpu_s", "wall_s", "peak_mib", "base_mib")
        }
        for name, found in runs.items()
    }
    unit = medians["rescore"]["cpu_s"]
    return {
        KEY: round(medians["backtest"]["cpu_s"] / unit, 3),
        "backtest": {
            "events": events,
            "leads": data.leads,
            "repeats": repeats,
            "against_history_over_rescore": round(medians["backtest against history"]["cpu_s"] / unit, 3),
            "late_share": LATE,
            "runs": medians,
        },
    }


def main() -> None:
    """Measure, print, and put the figures into the JSON file beside what is there."""
    parser = argparse.ArgumentParser(prog="python -m bench.backtest", description=__doc__)
    parser.add_argument("--events", type=float, default=5, help="millions of events")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--out", type=Path, help="a JSON file to put the figures into")
    wanted = parser.parse_args()
    result = measured(round(wanted.events * 1_000_000), wanted.repeats)
    Console().print_json(data=result)
    if wanted.out:
        write_beside_others(wanted.out, result)


if __name__ == "__main__":
    main()
