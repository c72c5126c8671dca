"""`handraise lift` on the example company's files: what it prints, answers, writes and refuses."""

from pathlib import Path

from tests.cli.conftest import Run
from tests.cli.past_files import drivers, past_files


def test_lift_answers_people_and_writes_a_page(handraise: Run, company: Path, tmp_path: Path) -> None:
    out = tmp_path / "lift.html"
    answer = handraise("lift", drivers(tmp_path), *past_files(company), "--out", out)

    assert answer.code == 0
    assert "Sales got " in answer.out
    assert f"Wrote {out}." in answer.out
    page = out.read_text()
    assert "What goes with being accepted?" in page
    assert "association, not cause" in page
    assert "<script" not in page


def test_lift_answers_machines_with_n_and_interval(handraise: Run, company: Path, tmp_path: Path) -> None:
    answer = handraise("lift", drivers(tmp_path), *past_files(company), "--discover", "--json")

    accepted, sql, won = answer.json["steps"]
    assert [each["step"] for each in (accepted, sql, won)] == ["accepted", "sql", "won"]
    first = accepted["lifts"][0]
    assert {"count", "n", "share", "low", "high"} == first["having"].keys()
    assert {"value", "low", "high"} == first["lift"].keys()
    assert {"rule", "event", "page", "fact"} <= {each["kind"] for each in accepted["lifts"]}


def test_history_ends_where_it_is_told_to(handraise: Run, company: Path, tmp_path: Path) -> None:
    arguments = ["lift", drivers(tmp_path), *past_files(company), "--json"]

    whole, half = handraise(*arguments).json, handraise(*arguments, "--until", "2025-10-01").json

    assert 0 < half["handed"] < whole["handed"]


def test_lift_refuses_files_without_answers_and_reports_that_are_no_pages(
    handraise: Run, company: Path, tmp_path: Path
) -> None:
    definition = drivers(tmp_path)

    wrong = handraise("lift", definition, *past_files(company)[:-1], company / "leads.csv")
    assert wrong.code == 2
    assert "accepted_at" in wrong.err

    wrong = handraise("lift", definition, *past_files(company), "--out", tmp_path / "lift.pdf")
    assert wrong.code == 2
    assert "must end in .html" in wrong.err
