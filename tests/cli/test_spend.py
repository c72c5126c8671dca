"""Spend at the command line: a file rehearsed, taken in, mended, taken again, taken back."""

import json
from pathlib import Path
from typing import Any

import pytest

from handraise.cli import FINE, NO, WRONG_INPUT, run
from tests.databases import Database

FILE = 'Campaign report\nCampaign,Month,Cost (EUR)\nBrand,Mar 2026,"1,234.50"\nGeneric,soon,10.00\n'


@pytest.fixture
def file(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """An export of a network; commands reach an empty product."""
    monkeypatch.setenv("HANDRAISE_DATABASE_URL", database.url)
    monkeypatch.chdir(tmp_path)
    Path("google.csv").write_text(FILE, encoding="utf-16")
    return "google.csv"


def told(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = FINE) -> Any:
    assert run(["spend", *arguments, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def test_a_file_is_rehearsed_taken_in_mended_and_taken_back(
    file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ("import", file, "--source", "google")
    assert run(["spend", *given, "--dry-run", "--errors", "wrong.csv"]) == NO
    said = capsys.readouterr()
    assert "It would come to 2 rows, 1 wrong, 0 totals, 1 new" in said.out
    assert "1,234.50 EUR" in said.out
    assert "read: `Month` as month" in said.err
    assert "line 4: `soon` is no month" in said.err
    assert told(capsys, "imports") == []

    done = told(capsys, *given, code=NO)
    assert (done["import"], done["counts"]["new"], done["sums"][0]["amount_cents"]) == (1, 1, 123_450)
    assert run(["spend", *given]) == NO
    assert "Nothing changes" in capsys.readouterr().out

    mended = Path("wrong.csv")
    mended.write_text(mended.read_text().replace("soon", "2026-03"))
    assert told(capsys, "import", str(mended))["counts"]["new"] == 1

    assert run(["spend", "undo", "1"]) == FINE
    assert "1 sums are out" in capsys.readouterr().out
    assert [one["undone_by"] for one in told(capsys, "imports")] == [None, "cli"]
    assert run(["leads", "undo", "2"]) == WRONG_INPUT
    assert "no import 2 of leads" in capsys.readouterr().err


def test_how_it_is_to_be_read_can_be_said(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("own.csv").write_text("When;Net\n3/4/2026;1.200\n3/5/2026;n/a\n3/5/2026;1\n")
    columns = ("--map", "When=month", "--map", "Net=amount", "--source", "fair", "--currency", "CHF")
    assert run(["spend", "import", "own.csv", *columns]) == WRONG_INPUT
    assert "the day or the month" in capsys.readouterr().err
    ways = ("--dates-begin", "month", "--decimal-mark", "comma", "--add-up", "--missing", "n/a")
    done = told(capsys, "import", "own.csv", *columns, *ways, code=NO)
    assert [(one["month"], one["amount_cents"]) for one in done["sums"]] == [("2026-03-01", 120_100)]
    assert [one["problem"] for one in done["wrong"]] == ["the amount is missing"]


def test_what_is_no_file_or_no_text_is_said(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["spend", "import", "nowhere.csv"]) == WRONG_INPUT
    assert "`nowhere.csv` cannot be read" in capsys.readouterr().err
    Path("old.csv").write_bytes("Währung".encode("cp1252"))
    assert run(["spend", "import", "old.csv"]) == WRONG_INPUT
    assert "name its encoding" in capsys.readouterr().err
