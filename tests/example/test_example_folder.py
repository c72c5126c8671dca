"""The example company as files: every tool opens them, and everybody sees that they are invented."""

import csv
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from handraise.example import ExampleCompany, generate, write

NAMES = [
    "accounts.csv",
    "leads.csv",
    "events.parquet",
    "events_sample.csv",
    "outcomes.csv",
    "spend.csv",
    "README.md",
]


@pytest.fixture(scope="module")
def company() -> ExampleCompany:
    return generate(leads=200, seed=5)


@pytest.fixture(scope="module")
def folder(company: ExampleCompany, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("example") / "lumen-desk"
    write(company, place)
    return place


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_write_says_what_it_wrote(company: ExampleCompany, tmp_path: Path) -> None:
    assert write(company, tmp_path) == [tmp_path / name for name in NAMES]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(NAMES)


def test_same_company_gives_same_bytes(company: ExampleCompany, folder: Path, tmp_path: Path) -> None:
    write(generate(leads=200, seed=5), tmp_path)
    assert all((tmp_path / name).read_bytes() == (folder / name).read_bytes() for name in NAMES)


@pytest.mark.parametrize("name", ["accounts", "leads", "outcomes", "spend"])
def test_csv_has_every_row_and_column(company: ExampleCompany, folder: Path, name: str) -> None:
    table = getattr(company, name)
    rows = read(folder / f"{name}.csv")
    assert len(rows) == table.num_rows
    assert list(rows[0]) == table.column_names


def test_parquet_is_the_events_table(company: ExampleCompany, folder: Path) -> None:
    assert pq.read_table(folder / "events.parquet").equals(company.events)


def test_sample_is_the_first_two_hundred_events(company: ExampleCompany, folder: Path) -> None:
    sample = read(folder / "events_sample.csv")
    assert [row["message_id"] for row in sample] == company.events["message_id"].to_pylist()[:200]


def test_instants_are_iso_with_z(company: ExampleCompany, folder: Path) -> None:
    texts = [row["created_at"] for row in read(folder / "leads.csv")]
    assert all(text.endswith("Z") and "T" in text for text in texts)
    assert [datetime.fromisoformat(text) for text in texts] == company.leads["created_at"].to_pylist()


def test_technologies_are_joined_by_semicolons(company: ExampleCompany, folder: Path) -> None:
    texts = [row["technologies"] for row in read(folder / "accounts.csv")]
    lists = [";".join(tools or ()) for tools in company.accounts["technologies"].to_pylist()]
    assert texts == lists
    assert any(";" in text for text in texts)


def test_missing_values_are_empty_and_booleans_are_words(folder: Path) -> None:
    rows = read(folder / "outcomes.csv")
    assert {row["need"] for row in rows} == {"", "true", "false"}
    assert not any(text in ("None", "NaT", "nan") for row in rows for text in row.values())


def test_readme_says_that_everything_is_invented(folder: Path) -> None:
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert "This is an example" in text
    assert "invented" in text
    assert "No real person or firm" in " ".join(text.split())
    assert all(name in text for name in NAMES if name != "README.md")


def test_truth_stays_out_of_the_folder(company: ExampleCompany, folder: Path) -> None:
    written = {
        column for name in ("accounts", "leads", "outcomes") for column in read(folder / f"{name}.csv")[0]
    }
    assert not written & {"persona", "intent", "sql_log_odds"}
