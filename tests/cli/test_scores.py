"""Commands about leads: score, explain, example."""

import csv
import json
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.cli.conftest import Run


@pytest.fixture
def scores(handraise: Run, saas: Path, files: list[str], tmp_path: Path) -> list[dict[str, object]]:
    """The scores of the company, as rows."""
    out = tmp_path / "scores.parquet"
    assert handraise("score", saas, *files, "--out", out).code == 0
    rows: list[dict[str, object]] = pq.read_table(out).to_pylist()
    return rows


def test_score_writes_a_row_for_each_lead_whose_lines_add_up(scores: list[dict[str, object]]) -> None:
    assert len(scores) == 120
    for row in scores:
        lines = row["lines"]
        assert isinstance(lines, list)
        assert sum((line["points"] for line in lines), Decimal(0)) == row["total"]


def test_score_says_what_came_out(handraise: Run, saas: Path, files: list[str], tmp_path: Path) -> None:
    out = tmp_path / "scores.csv"
    answer = handraise("score", saas, *files, "--out", out)
    assert answer.out.startswith("B2B SaaS, as of 1 October 2026, 00:00 (Europe/Berlin)\n120 leads from ")
    assert "MQLs (" in answer.out
    assert "Grades" in answer.out
    assert f"Wrote {out}." in answer.out
    with out.open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 120


def test_score_as_json_names_the_moment_and_the_definition(
    handraise: Run, saas: Path, files: list[str], tmp_path: Path
) -> None:
    found = handraise("score", saas, *files, "--out", tmp_path / "s.jsonl", "--json").json
    assert found["as_of"] == "2026-09-30T22:00:00Z"
    assert found["leads"] == 120
    assert len(found["definition"]["scoring_hash"]) == 64


def test_a_dry_run_writes_nothing(handraise: Run, saas: Path, files: list[str], tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    answer = handraise("score", saas, *files, "--out", tmp_path / "s.csv", "--dry-run")
    assert answer.code == 0
    assert "Nothing was written" in answer.out
    assert sorted(tmp_path.iterdir()) == before


def test_score_takes_columns_under_other_names(handraise: Run, tmp_path: Path) -> None:
    (tmp_path / "d.yaml").write_text(
        "{name: x, signals: {demo: {event: Demo Requested}}, fit: {rules: [{rule: de, when: {lead.country: "
        "DE}, points: 1}]}, engagement: {rules: [{rule: d, signal: demo, points: 5}]}, "
        "qualify: {mql: {total: 6}}}"
    )
    (tmp_path / "leads.csv").write_text("Prospect ID,Land\na,Germany\nb,Select\n")
    (tmp_path / "events.csv").write_text(
        "lead_id,event,occurred_at\na,Demo Requested,2026-01-01T00:00:00Z\nb,Demo Requested,nonsense\n"
    )
    answer = handraise(
        "score", tmp_path / "d.yaml", "--leads", tmp_path / "leads.csv", "--events", tmp_path / "events.csv",
        "--map", "Prospect ID=lead_id", "--map", "Land=country", "--missing", "Select",
        "--as-of", "2026-02-01", "--out", tmp_path / "s.jsonl", "--errors", tmp_path / "bad.csv",
    )  # fmt: skip
    assert answer.code == 0, answer.err
    rows = [json.loads(line) for line in (tmp_path / "s.jsonl").read_text().splitlines()]
    assert {row["lead_id"]: row["is_mql"] for row in rows} == {"a": True, "b": False}
    assert "Rows left out" in answer.out
    assert "nonsense" in (tmp_path / "bad.csv").read_text()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (["--as-of", "tomorrow"], "is no date or time"),
        (["--as-of", "2026-10-01T00:00"], "has no time zone"),
        (["--out", "scores.xlsx"], "must end in .parquet, .csv or .jsonl"),
        (["--leads", "nowhere.csv"], "nowhere.csv"),
        (["--map", "nonsense"], "nonsense"),
    ],
)
def test_wrong_options_are_named(
    handraise: Run, saas: Path, files: list[str], tmp_path: Path, wrong: list[str], told: str
) -> None:
    answer = handraise("score", saas, *files, "--out", tmp_path / "s.csv", *wrong)
    assert answer.code == 2
    assert answer.err.startswith("error: ")
    assert told in answer.err
    assert answer.out == ""


def test_score_without_a_place_says_so(handraise: Run, saas: Path, files: list[str]) -> None:
    answer = handraise("score", saas, *files)
    assert answer.code == 2
    assert "--dry-run" in answer.err


# ------------------------------------------------------------------------------------------- explain


def test_explain_agrees_with_the_score_and_adds_up(
    handraise: Run, saas: Path, files: list[str], scores: list[dict[str, object]]
) -> None:
    for row in scores[:3]:
        found = handraise("explain", saas, row["lead_id"], *files, "--json").json
        assert Decimal(str(found["total"])) == row["total"]
        assert found["is_mql"] == row["is_mql"]
        assert sum(Decimal(str(line["points"])) for line in found["lines"]) == row["total"]


def test_the_receipt_ends_in_the_score(
    handraise: Run, saas: Path, files: list[str], scores: list[dict[str, object]]
) -> None:
    row = next(row for row in scores if row["is_mql"])
    out = handraise("explain", saas, row["lead_id"], *files).out
    total = next(line for line in out.splitlines() if line.startswith("Total"))
    assert total.split()[1] == str(row["total"])
    assert total.endswith(f"grade {row['grade']}")
    assert "An MQL; the first time it became one was" in out.splitlines()[1]


def test_the_receipt_lines_up(
    handraise: Run, saas: Path, files: list[str], scores: list[dict[str, object]]
) -> None:
    out = handraise("explain", saas, next(r["lead_id"] for r in scores if r["is_mql"]), *files).out
    sums = [line for line in out.splitlines() if line.startswith(("Fit ", "Engagement ", "Total "))]
    assert len({line.index(".") for line in sums}) == 1


def test_explain_says_what_is_missing_and_what_would_do(
    handraise: Run, saas: Path, files: list[str], scores: list[dict[str, object]]
) -> None:
    row = next(r for r in scores if not r["is_mql"] and r["disqualified"] is None and 30 < r["total"] < 50)  # type: ignore[operator]
    answer = handraise("explain", saas, row["lead_id"], *files)
    assert "points short of MQL: " in answer.out.splitlines()[1]
    assert "What is missing" in answer.out
    assert "Any one of these would do" in answer.out
    assert handraise("explain", saas, row["lead_id"], *files, "--json").json["ways"]


def test_a_disqualified_lead_is_told_why(
    handraise: Run, saas: Path, files: list[str], scores: list[dict[str, object]]
) -> None:
    row = next(row for row in scores if row["disqualified"] == "geography")
    out = handraise("explain", saas, row["lead_id"], *files).out
    assert "Not an MQL: disqualified as “geography”" in out.splitlines()[1]
    assert "  geography: country is known and none of DE, AT, CH, FR, GB, US\n" in out
    assert "would do" not in out


DECAYING = """
name: Fading
signals: {view: {event: page}}
engagement: {half_life: 45 days, rules: [{rule: view, signal: view, points: 15}]}
qualify: {mql: {total: 15}}
"""


def test_decay_is_noted_beside_the_line(handraise: Run, tmp_path: Path) -> None:
    (tmp_path / "d.yaml").write_text(DECAYING)
    (tmp_path / "leads.csv").write_text("lead_id\na\n")
    (tmp_path / "events.csv").write_text(
        "lead_id,event,occurred_at,path\na,page,2026-01-01T00:00:00Z,/x\x1b[2J\n"
    )
    answer = handraise(
        "explain", tmp_path / "d.yaml", "a", "--leads", tmp_path / "leads.csv", "--events",
        tmp_path / "events.csv", "--as-of", "2026-01-19T04:26:00Z",
    )  # fmt: skip
    line = next(line for line in answer.out.splitlines() if line.startswith("  view"))
    assert "15, halves every 45 days" in line
    assert line.endswith(" 11.34")
    assert "\x1b" not in answer.out


def test_what_counts_again_and_again_is_told_as_a_product(handraise: Run, tmp_path: Path) -> None:
    (tmp_path / "d.yaml").write_text(
        DECAYING.replace("half_life: 45 days, ", "").replace("points", "each: event, points")
    )
    (tmp_path / "leads.csv").write_text("lead_id\na\n")
    rows = "".join(f"a,page,2026-01-0{day}T00:00:00Z\n" for day in (1, 2, 3))
    (tmp_path / "events.csv").write_text("lead_id,event,occurred_at\n" + rows)
    answer = handraise(
        "explain", tmp_path / "d.yaml", "a", "--leads", tmp_path / "leads.csv", "--events",
        tmp_path / "events.csv", "--as-of", "2026-02-01",
    )  # fmt: skip
    line = next(line for line in answer.out.splitlines() if line.startswith("  view"))
    assert "3 × 15" in line
    assert line.endswith(" 45.00")


def test_explain_of_an_unknown_lead_suggests_one(handraise: Run, saas: Path, files: list[str]) -> None:
    answer = handraise("explain", saas, "L00001", *files)
    assert answer.code == 2
    assert "did you mean" in answer.err


# ------------------------------------------------------------------------------------------- example


def test_example_writes_the_same_company_for_the_same_seed(handraise: Run, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert handraise("example", "--out", tmp_path / name, "--leads", 10, "--seed", 7).code == 0
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert "leads.csv" in files
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_example_does_not_write_into_a_file(handraise: Run, saas: Path) -> None:
    assert handraise("example", "--out", saas, "--leads", 5).code == 2
