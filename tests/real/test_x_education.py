"""The main job on a real base: an education company's 9,240 leads, of which 3,561 became customers."""

import csv
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from scripts.funnel import wilson

from handraise.cli.definitions import load
from handraise.files.mapping import Mapping
from handraise.files.score import score_files
from tests.shared import shared_path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
AS_OF = datetime(2026, 10, 1, tzinfo=UTC)
# What sales wrote down while working the lead, or may have: a rule on one of these repeats the answer.
LEAKY = (
    "Tags",
    "Lead Quality",
    "Lead Profile",
    "Asymmetrique",
    "Last Activity",
    "Last Notable Activity",
    "Converted",
)


@pytest.fixture(scope="module")
def leads() -> Path:
    return shared_path("data/leads/x_education.csv")


@pytest.fixture(scope="module")
def scores(leads: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    out = tmp_path_factory.mktemp("scored") / "scores.parquet"
    summary = score_files(
        load(HERE / "x_education.yaml").definition,
        leads,
        None,
        None,
        AS_OF,
        out,
        mapping=Mapping.read(HERE / "x_education_map.yaml"),
    )
    assert not summary.errors
    return pq.read_table(out).to_pylist()  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def converted(leads: Path) -> dict[str, bool]:
    with leads.open(encoding="utf-8", newline="") as file:
        return {row["Prospect ID"]: row["Converted"] == "1" for row in csv.DictReader(file)}


def test_every_lead_of_the_export_gets_a_score(
    scores: list[dict[str, Any]], converted: dict[str, bool]
) -> None:
    assert {score["lead_id"] for score in scores} == set(converted)
    assert len(scores) == 9_240


def test_the_share_converted_rises_with_the_fit_grade(
    scores: list[dict[str, Any]], converted: dict[str, bool], capsys: pytest.CaptureFixture[str]
) -> None:
    leads = Counter(score["grade"] for score in scores)
    won = Counter(score["grade"] for score in scores if converted[score["lead_id"]])
    with capsys.disabled():
        print("\n  grade  leads  converted   share  95 % interval")
        for grade in sorted(leads):
            low, high = wilson(won[grade], leads[grade])
            share = won[grade] / leads[grade]
            print(f"  {grade:5}  {leads[grade]:5,}  {won[grade]:9,}   {share:5.1%}  {low:.1%} to {high:.1%}")
    intervals = [wilson(won[grade], leads[grade]) for grade in ("A", "B", "C", "D")]
    assert sum(won.values()) == 3_561
    # not only the shares are in order: their intervals do not even touch
    assert all(better[0] > worse[1] for better, worse in pairwise(intervals))


def test_the_table_in_the_documentation_is_what_comes_out(
    scores: list[dict[str, Any]], converted: dict[str, bool]
) -> None:
    page = (ROOT / "docs" / "how-to" / "score-your-own-csv.md").read_text(encoding="utf-8")
    for grade in ("A", "B", "C", "D"):
        ids = [score["lead_id"] for score in scores if score["grade"] == grade]
        won = sum(converted[lead] for lead in ids)
        low, high = wilson(won, len(ids))
        row = f"| {grade} | {len(ids):,} | {won:,} | {won / len(ids):.1%} | {low:.1%} to {high:.1%} |"
        assert row.replace("% to", " to").replace("%", " %") in page


def test_the_lines_of_each_score_sum_to_it(scores: list[dict[str, Any]]) -> None:
    for score in scores:
        assert sum((line["points"] for line in score["lines"]), Decimal(0)) == score["total"]


def test_an_empty_choice_of_the_form_counts_as_not_known(leads: Path) -> None:
    mapping = Mapping.read(HERE / "x_education_map.yaml")
    assert "select" in mapping.missing_words


def test_no_column_that_sales_filled_in_is_used() -> None:
    text = (HERE / "x_education_map.yaml").read_text(encoding="utf-8")
    assert [column for column in LEAKY if column in text] == []
