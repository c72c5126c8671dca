"""The data and the runs of the backtest's benchmark, in small."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bench.__main__ import write_beside_others
from bench.backtest import LATE, against_another, received, rescore
from bench.data import Dataset, make


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    folder = tmp_path_factory.mktemp("bench")
    return received(make(folder / "events", 4_000, 3), folder / "received")


def test_events_arrive_after_they_occurred_and_some_days_late(data: Dataset) -> None:
    table = pa.concat_tables([pq.read_table(path) for path in data.event_files])
    assert table.num_rows == 4_000
    at = [
        table[name].cast(pa.timestamp("ms", "UTC")).cast(pa.int64()).to_numpy()
        for name in ("occurred_at", "received_at")
    ]
    delay = at[1] - at[0]
    assert delay.min() >= 50
    assert 0.2 * LATE < (delay > 86_400_000).mean() < 3 * LATE


def test_what_is_made_once_is_not_made_again(data: Dataset) -> None:
    assert received(replace(data, folder=Path("nowhere")), data.folder).folder == data.folder


def test_both_runs_answer_for_all_leads(data: Dataset) -> None:
    scores, people = rescore(data)(), against_another(data)()
    assert scores.num_rows == data.leads
    assert set(people["group"].unique().to_pylist()) <= {"gained", "earlier", "same", None}
    found = people.filter(pa.array(np.asarray(people["group"].is_valid())))
    assert found.num_rows > 5


def test_figures_of_other_benchmarks_stay(tmp_path: Path) -> None:
    path = tmp_path / "bench.json"
    write_beside_others(path, {"one": 1})
    write_beside_others(path, {"two": 2})
    assert path.read_text() == '{\n  "one": 1,\n  "two": 2\n}\n'
