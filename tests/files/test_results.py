"""Scores as files."""

import csv
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from handraise.core.errors import InputInvalid
from handraise.engine.results import SCHEMA
from handraise.files.guarding import guarded
from handraise.files.results import ResultWriter
from tests.files.company import as_csv, example, run, scores, small, template, written
from tests.files.malformed import GOOD, HEAD

COLUMNS = [
    "lead_id", "fit", "engagement", "total", "grade", "is_mql",
    "became_mql_at", "disqualified", "next_change_at", "lines",
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("results")
    company = example()
    leads, accounts = (
        as_csv(company.leads, place / "leads.csv"),
        as_csv(company.accounts, place / "accounts.csv"),
    )
    events = as_csv(company.events, place / "events.csv")
    for suffix in ("parquet", "csv", "jsonl"):
        run(template("full"), leads, events, place / f"scores.{suffix}", accounts=accounts)
    return place


def text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def test_the_three_formats_say_the_same(folder: Path) -> None:
    rows = pq.read_table(folder / "scores.parquet").to_pylist()
    lines = (folder / "scores.jsonl").read_text(encoding="utf-8").splitlines()
    objects = [json.loads(line, parse_float=Decimal) for line in lines]
    with (folder / "scores.csv").open(encoding="utf-8", newline="") as file:
        cells = list(csv.DictReader(file))
    assert len(rows) == len(objects) == len(cells) == 300
    for row, found, cell in zip(rows, objects, cells, strict=True):
        assert list(row) == list(found) == list(cell) == COLUMNS
        for line in row["lines"]:
            line["last_at"] = text(line["last_at"])
        row["became_mql_at"], row["next_change_at"] = text(row["became_mql_at"]), text(row["next_change_at"])
        assert found == row
        assert json.loads(cell["lines"], parse_float=Decimal) == row["lines"]
        assert cell["total"] == f"{row['total']:.2f}"
        assert cell["is_mql"] == ("true" if row["is_mql"] else "false")
        assert (cell["became_mql_at"] or None) == row["became_mql_at"]
        assert (cell["disqualified"] or None) == row["disqualified"]


def test_lines_sum_to_the_score_in_the_file(folder: Path) -> None:
    for row in pq.read_table(folder / "scores.parquet").to_pylist():
        assert sum(line["points"] for line in row["lines"]) == row["total"]


def test_summary_counts_are_those_of_the_file(folder: Path) -> None:
    out = folder / "again.parquet"
    summary = run(
        template("full"), folder / "leads.csv", folder / "events.csv", out, accounts=folder / "accounts.csv"
    )
    rows = pq.read_table(out).to_pylist()
    assert summary.mqls == sum(row["is_mql"] for row in rows) > 0
    assert sum(summary.grades.values()) == sum(row["grade"] is not None for row in rows)
    assert sum(summary.disqualified.values()) == sum(row["disqualified"] is not None for row in rows) > 0


@pytest.mark.parametrize("suffix", ["parquet", "csv", "jsonl"])
def test_nothing_to_write_is_a_file_without_rows(tmp_path: Path, suffix: str) -> None:
    leads, out = written(tmp_path / "leads.csv", "lead_id,title\n,\nx,y,z\n"), tmp_path / f"out.{suffix}"
    assert run(small(), leads, None, out).leads == 0
    if suffix == "csv":
        assert out.read_text() == ",".join(COLUMNS) + "\n"
    elif suffix == "jsonl":
        assert out.read_text() == ""
    else:
        assert pq.read_table(out).num_rows == 0


def test_a_run_that_fails_leaves_the_older_scores(tmp_path: Path) -> None:
    out = written(tmp_path / "scores.csv", "older\n")
    writer = ResultWriter(out)
    writer.write(SCHEMA.empty_table())
    writer.__exit__(ZeroDivisionError, ZeroDivisionError(), None)
    assert out.read_text() == "older\n"
    assert [path.name for path in tmp_path.iterdir()] == ["scores.csv"]


def test_a_place_that_cannot_be_written_to_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputInvalid, match="cannot be written"):
        ResultWriter(tmp_path / "nowhere" / "scores.csv")
    with pytest.raises(InputInvalid, match=r"\.parquet, \.csv, \.jsonl"):
        ResultWriter(tmp_path / "scores.xlsx")


ODD = [
    "=1+1",
    'say "hi"',
    "a,b",
    "two\nlines",
    "@x",
    "+49 170 1",
    "-5",
    "\u200b=x",
    "Ünï ☃",
    "back\\slash",
    "tab\t",
    "\x07",
]


def test_odd_lead_ids_survive_every_format(tmp_path: Path) -> None:
    leads = tmp_path / "leads.jsonl"
    leads.write_text("".join(json.dumps({"lead_id": name, "title": "CEO"}) + "\n" for name in ODD))
    expected = {name.strip() for name in ODD}
    assert set(scores(small(), leads, None, None)) == expected
    run(small(), leads, None, tmp_path / "out.jsonl")
    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    assert {json.loads(line)["lead_id"] for line in lines} == expected
    run(small(), leads, None, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        found = {row["lead_id"] for row in csv.DictReader(file)}
    assert found == {guarded(name) for name in expected}
    assert {"'=1+1", "'@x", "'\u200b=x", "-5", "+49 170 1"} <= found


@pytest.mark.parametrize(
    "cell",
    ["=1", "+SUM(A1)", "-1+2", "@x", "\t=1", "\r\n=1", " =1", "\u00a0=1", "\u200b=1", "\ufeff=1", "\uff1d1",
     "\ufe62x", "+a", "-", "\x00=1", "\u2003@x"],
)  # fmt: skip
def test_a_cell_that_a_spreadsheet_would_calculate_is_made_text(cell: str) -> None:
    assert guarded(cell) == "'" + cell


@pytest.mark.parametrize(
    "cell", ["", "a", "1", "-1", "+1", "-1.5", "1e5", "+49 170 123-45", "a=b", "x@y", "(1)", "Ö"]
)
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert guarded(cell) == cell


def test_a_stream_writes_table_by_table(tmp_path: Path) -> None:
    table = pa.table({"lead_id": ["L1", "L2"], "title": ["CEO", "CFO"]})
    pq.write_table(table, tmp_path / "leads.parquet")
    events = written(tmp_path / "events.csv", HEAD + GOOD)
    out = tmp_path / "out.parquet"
    run(small(), tmp_path / "leads.parquet", events, out)
    found = pq.read_table(out)
    assert {field.name: str(field.type) for field in found.schema} | {"lines": ""} == {
        "lead_id": "string", "fit": "decimal128(12, 2)", "engagement": "decimal128(12, 2)",
        "total": "decimal128(12, 2)", "grade": "string", "is_mql": "bool",
        "became_mql_at": "timestamp[us, tz=UTC]", "disqualified": "string",
        "next_change_at": "timestamp[us, tz=UTC]", "lines": "",
    }  # fmt: skip
