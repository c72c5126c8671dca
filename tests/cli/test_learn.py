"""`handraise learn` on files: a definition that passes every check, a page, and what is refused."""

import csv
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Run
from tests.cli.past_files import drivers, past_files


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plain table with a column that says yes or no, and one that sales fills in."""
    rng = np.random.default_rng(1)
    path = tmp_path_factory.mktemp("table") / "export.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Id", "Company Size", "Source", "Notes of sales", "Became customer", "Coin"])
        for row in range(1_200):
            size, source = int(rng.integers(1, 900)), str(rng.choice(["web", "referral", "Select"]))
            share = 1 / (1 + np.exp(1.8 - 2.0 * (size > 400) - 1.8 * (source == "referral")))
            bought = bool(rng.random() < share)
            coin = int(rng.random() < 0.5)
            notes = "will buy" if bought else "no need"
            writer.writerow([f"L{row}", size, source, notes, "Yes" if bought else "No", coin])
    return path


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plain(table: Path) -> list[object]:
    """How the plain table is read."""
    return ["learn", "--leads", table, "--map", "Id=lead_id", "--missing", "Select"]


def test_plain_table_becomes_a_definition_that_passes_its_check(
    handraise: Run, table: Path, tmp_path: Path
) -> None:
    out, page, scores = tmp_path / "learned.yaml", tmp_path / "learned.html", tmp_path / "scores.csv"
    answer = handraise(
        *plain(table), "--target", "Became customer", "--known-after", "notes*",
        "--rules", "4", "--out", out, "--report", page, "--predict", scores,
    )  # fmt: skip

    assert answer.code == 0
    assert "Refused: lead.Notes of sales" in answer.out
    assert f"Wrote {out}, {page}, {scores}." in answer.out
    checked = handraise("check", out, "--leads", table, "--map", "Id=lead_id", "--missing", "Select")
    assert checked.code == 0
    text = page.read_text()
    assert "Which rules, and how many points?" in text
    assert "Association, not cause" in text
    assert "<script" not in text
    rows = read(scores)
    assert len(rows) == 1_200
    assert {"lead_id", "total", "probability", "reasons"} == set(rows[0])
    totals = handraise(
        "score", out, "--leads", table, "--map", "Id=lead_id", "--missing", "Select",
        "--out", tmp_path / "card.csv", "--as-of", "2026-10-01",
    )  # fmt: skip
    assert totals.code == 0
    scored = {row["lead_id"]: float(row["total"]) for row in read(tmp_path / "card.csv")}
    assert {row["lead_id"]: float(row["total"]) for row in rows} == scored


def test_column_that_repeats_the_answer_is_told_when_nobody_said_so(handraise: Run, table: Path) -> None:
    answer = handraise(*plain(table), "--target", "Became customer", "--rules", "2", "--json").json

    assert [each["fact"] for each in answer["suspicions"]] == ["lead.Notes of sales"]
    assert answer["folds"]["models"][0]["auc"]["low"] > 0.99


def test_coin_has_nothing_to_learn_and_writes_no_definition(
    handraise: Run, table: Path, tmp_path: Path
) -> None:
    out, page = tmp_path / "coin.yaml", tmp_path / "coin.html"
    answer = handraise(*plain(table), "--target", "Coin", "--rules", "4", "--out", out, "--report", page)

    assert answer.code == 1
    assert "There is nothing to learn" in answer.out
    assert not out.exists()
    assert "nothing to learn" in page.read_text()


def test_too_small_a_company_is_told_what_is_needed(handraise: Run, company: Path) -> None:
    answer = handraise("learn", *past_files(company), "--target", "accepted", "--rules", "5")

    assert answer.code == 2
    assert "5 rules need 50 leads that reached `accepted`" in answer.err


def test_company_files_give_rules_in_both_dimensions(handraise: Run, tmp_path: Path) -> None:
    company = tmp_path / "company"
    assert handraise("example", "--out", company, "--leads", "1500", "--seed", "1").code == 0
    out = tmp_path / "learned.yaml"
    arguments = [
        "learn",
        *past_files(company),
        "--target",
        "accepted",
        "--rules",
        "5",
        "--out",
        out,
        "--json",
    ]

    answer = handraise(*arguments, "--definition", drivers(tmp_path))

    assert answer.code == 0
    card = answer.json["card"]
    assert 1 <= len(card["rules"]) <= 5
    assert {"count", "n", "share", "low", "high"} == card["rules"][0]["having"].keys()
    assert {"value", "low", "high"} == card["bar"]["chance"].keys()
    assert answer.json["later"]["tested"] > 0
    assert handraise("check", out).code == 0
    assert handraise("diff", drivers(tmp_path), out).code in (0, 1)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--target", "accepted"], "name the outcomes"),
        (["--target", "Became custmer"], "Became customer"),
        (["--target", "Became customer", "--points", "five"], "LOW..HIGH"),
        (["--target", "Became customer", "--points", "5..9"], "no range around 0"),
        (["--target", "Became customer", "--rules", "40"], "1 to 20 rules"),
        (["--target", "Became customer", "--sign", "Source"], "Source=+"[:6]),
        (["--target", "Became customer", "--out", "card.txt"], "must end in .yaml"),
        (["--target", "Became customer", "--report", "card.pdf"], "must end in .html"),
        (["--target", "Became customer", "--predict", "card.xlsx"], ".parquet"),
        (["--target", "Became customer", "--known-after", "Tags"], "there is no such column"),
        (["--target", "Became customer", "--decided-at", "Source"], "have no time there"),
        (["--target", "Became customer", "--qualified", "0"], "no share between"),
    ],
)
def test_what_cannot_be_done_is_refused_with_what_to_do(
    handraise: Run, table: Path, options: list[str], said: str
) -> None:
    answer = handraise(*plain(table), *options)

    assert answer.code == 2
    assert said in answer.err


def test_fact_that_came_after_the_decision_is_refused_by_its_time(
    handraise: Run, table: Path, tmp_path: Path
) -> None:
    """Notes of sales came the day after each lead was decided on, sizes the day before."""
    rows, history = read(table), tmp_path / "facts.csv"
    dated = tmp_path / "dated.csv"
    with dated.open("w", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0], "Decided"])
        writer.writeheader()
        writer.writerows(
            {**row, "Decided": f"2026-03-{1 + place % 28:02d}"} for place, row in enumerate(rows)
        )
    with history.open("w", newline="") as file:
        writer_of_facts = csv.writer(file)
        writer_of_facts.writerow(["lead_id", "fact", "value", "known_since"])
        for place, row in enumerate(rows):
            writer_of_facts.writerow(
                [row["Id"], "Notes of sales", row["Notes of sales"], f"2026-03-{2 + place % 28:02d}"]
            )
    answer = handraise(
        "learn", "--leads", dated, "--map", "Id=lead_id", "--missing", "Select",
        "--target", "Became customer", "--decided-at", "Decided", "--fact-history", history,
        "--rules", "3", "--json",
    )  # fmt: skip

    assert answer.code == 0, answer.err
    assert [each["name"] for each in answer.json["refused"]] == ["lead.Notes of sales"]
    assert "only after sales came" in answer.json["refused"][0]["why"]
    assert not answer.json["suspicions"]
    assert answer.json["later"]["tested"] == 360
