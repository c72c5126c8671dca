"""Outcomes from files."""

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from handraise.core.errors import InputInvalid
from handraise.core.outcome import Outcome
from handraise.files.mapping import Mapping
from handraise.files.outcomes import SCHEMA, outcomes_of, read_outcomes
from handraise.files.problems import Problems

CSV = """lead_id,mql_at,accepted_at,rejected_at,reject_reason,amount
L1,2026-03-01T09:00:00Z,2026-03-02T09:00:00Z,,,1200.50
L2,2026-03-01T09:00:00Z,,2026-03-03T09:00:00Z, not ICP ,
"""


def written(folder: Path, text: str, name: str = "outcomes.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_outcomes_are_read_with_absent_columns_as_unknown(tmp_path: Path) -> None:
    table = read_outcomes(written(tmp_path, CSV))
    assert table.schema == SCHEMA
    first, second = outcomes_of(table)
    assert first == Outcome(
        "L1",
        mql_at=datetime(2026, 3, 1, 9, tzinfo=UTC),
        accepted_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
        amount=1200.5,
    )
    assert second.reject_reason == "not ICP"
    assert second.is_answered


def test_the_three_formats_give_one_table(tmp_path: Path) -> None:
    table = read_outcomes(written(tmp_path, CSV))
    pq.write_table(table, tmp_path / "outcomes.parquet")
    lines = "\n".join(
        [
            '{"lead_id": "L1", "mql_at": "2026-03-01T09:00:00Z", "accepted_at": "2026-03-02T09:00:00Z", '
            '"amount": 1200.5}',
            '{"lead_id": "L2", "mql_at": "2026-03-01T09:00:00Z", "rejected_at": "2026-03-03T09:00:00Z", '
            '"reject_reason": "not ICP"}',
        ]
    )
    assert read_outcomes(tmp_path / "outcomes.parquet").equals(table)
    assert read_outcomes(written(tmp_path, lines, "outcomes.jsonl")).equals(table)


def test_times_without_a_zone_are_read_in_the_zone_given(tmp_path: Path) -> None:
    problems = Problems()
    path = written(tmp_path, "lead_id,won_at\nL1,2026-03-01 10:00:00\n")
    table = read_outcomes(path, zone="Europe/Berlin", problems=problems)
    assert table["won_at"][0].as_py() == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert problems.notices == ("1 time without a zone was read in Europe/Berlin",)


def test_rows_that_cannot_be_used_go_to_the_error_file(tmp_path: Path) -> None:
    problems = Problems(tmp_path / "errors.csv")
    text = "lead_id,won_at,amount\nL1,soon,1\n,2026-01-01,1\nL2,,12 EUR\nL3,2026-01-01,7\nL3,,8\n"
    table = read_outcomes(written(tmp_path, text), problems=problems)
    problems.close()
    assert table["lead_id"].to_pylist() == ["L3"]
    assert table["amount"].to_pylist() == [7.0]
    assert problems.counts == {
        "won_at is no time from 1970 to 9999": 1,
        "lead_id is empty": 1,
        "amount is no plain number": 1,
        "the lead_id stood before": 1,
    }
    assert "outcomes.csv,2,won_at,soon" in (tmp_path / "errors.csv").read_text(encoding="utf-8")


def test_their_names_are_mapped_to_ours(tmp_path: Path) -> None:
    path = written(tmp_path, "Prospect ID,Closed,Owner\nL1,2026-01-01T00:00:00Z,Select\n")
    mapping = Mapping.parse(["Prospect ID=lead_id", "Closed=won_at", "Owner=handed_to"], missing=["select"])
    row = next(outcomes_of(read_outcomes(path, mapping=mapping)))
    assert row == Outcome("L1", won_at=datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Prospect,accepted_at\nL1,\n", "has no column `lead_id`"),
        ("lead_id,Accepted At\nL1,\n", "did you mean `Accepted At`"),
        ("", "empty"),
    ],
)
def test_a_file_that_tells_nothing_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputInvalid, match=said):
        read_outcomes(written(tmp_path, text))


def test_whole_and_empty_amounts_from_parquet(tmp_path: Path) -> None:
    table = pa.table(
        {"lead_id": ["a", "b"], "amount": pa.array([5, None], pa.int64()), "won_at": [None, None]}
    )
    pq.write_table(table, tmp_path / "o.parquet")
    assert read_outcomes(tmp_path / "o.parquet")["amount"].to_pylist() == [5.0, None]


def test_a_mapped_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "lead_id,Closed Date\nL1,2026-01-01T00:00:00Z\n")
    with pytest.raises(InputInvalid, match="has no column `Close Date`; did you mean `Closed Date`"):
        read_outcomes(path, mapping=Mapping.parse(["Close Date=won_at"]))
