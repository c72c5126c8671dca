"""The invented histories of the benchmark."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bench.__main__ import remove_data
from bench.columns import MICROSECONDS
from bench.data import make

from bench import data


def test_events_are_in_order_of_lead_and_time(tmp_path: Path) -> None:
    made = make(tmp_path, 30_000, seed=3)
    table = pq.read_table(made.event_files[0])
    keys = list(
        zip(table["lead_id"].to_pylist(), table["occurred_at"].cast(pa.int64()).to_pylist(), strict=True)
    )
    assert len(keys) == 30_000
    assert keys == sorted(keys)
    assert table.schema.field("occurred_at").type == MICROSECONDS


def test_same_seed_gives_the_same_data_and_another_seed_other_data(tmp_path: Path) -> None:
    def rows(folder: str, seed: int) -> tuple[pa.Table, pa.Table]:
        made = make(tmp_path / folder, 5_000, seed, message_ids=True)
        return pq.read_table(made.event_files[0]), pq.read_table(made.leads_file)

    first, again, other = rows("first", 1), rows("again", 1), rows("other", 2)
    assert first == again
    assert first[0] != other[0]


def test_every_event_is_of_a_known_lead(tmp_path: Path) -> None:
    made = make(tmp_path, 5_000)
    of_events = set(pq.read_table(made.event_files[0])["lead_id"].to_pylist())
    leads = pq.read_table(made.leads_file)["lead_id"].to_pylist()
    assert of_events <= set(leads)
    assert len(leads) == len(set(leads)) == made.leads


def test_files_are_cut_at_the_row_whatever_the_lead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = pq.read_table(make(tmp_path / "whole", 5_000).event_files[0])
    monkeypatch.setattr(data, "ROWS_PER_GROUP", 400)
    monkeypatch.setattr(data, "ROWS_PER_FILE", 2_000)
    files = make(tmp_path / "cut", 5_000).event_files
    groups = [pq.ParquetFile(file).metadata.num_row_groups for file in files]
    assert groups == [5, 5, 3]
    assert pa.concat_tables([pq.read_table(file) for file in files]) == whole


@pytest.mark.parametrize(
    ("everything", "left"), [(False, ["events-20000000-seed-1", "events-5000-seed-1"]), (True, [])]
)
def test_cleaning_removes_the_large_data_sets_or_all(
    tmp_path: Path, everything: bool, left: list[str]
) -> None:
    for events in (5_000, 20_000_000, 100_000_000):
        (tmp_path / f"events-{events}-seed-1" / "events").mkdir(parents=True)
    remove_data(tmp_path, everything=everything)
    assert sorted(folder.name for folder in tmp_path.iterdir()) == left
