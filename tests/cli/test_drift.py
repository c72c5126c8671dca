"""`handraise drift` on the example company's files."""

from pathlib import Path

from tests.cli.conftest import Run
from tests.cli.past_files import drivers, past_files


def test_drift_answers_people_and_writes_a_page(handraise: Run, company: Path, tmp_path: Path) -> None:
    out = tmp_path / "drift.html"
    answer = handraise(
        "drift", drivers(tmp_path), *past_files(company), "--since", "2026-01-01", "--out", out
    )

    assert answer.code in (0, 1)
    assert "leads handed over since 1 January 2026 against" in answer.out
    page = out.read_text()
    assert "Do the rules still tell accepted from rejected leads?" in page
    assert "Is" in page


def test_drift_answers_machines(handraise: Run, company: Path, tmp_path: Path) -> None:
    answer = handraise("drift", drivers(tmp_path), *past_files(company), "--since", "2025-10-01", "--json")

    assert answer.code == (1 if answer.json["is_alarming"] else 0)
    assert answer.json["since"] == "2025-09-30T22:00:00Z"
    assert {"rule", "before", "lately", "q", "change"} <= answer.json["rules"][0].keys()
    assert {"count", "n", "share", "low", "high"} == answer.json["accepted"].keys()


def test_drift_refuses_a_beginning_behind_the_end(handraise: Run, company: Path, tmp_path: Path) -> None:
    answer = handraise("drift", drivers(tmp_path), *past_files(company), "--since", "2027-01-01")

    assert answer.code == 2
    assert "--since is 1 January 2027, the history ends " in answer.err


def test_times_that_are_none_are_named_by_their_option(handraise: Run, company: Path, tmp_path: Path) -> None:
    definition = drivers(tmp_path)

    assert "`--since soon`" in handraise("drift", definition, *past_files(company), "--since", "soon").err
    assert "`--until soon`" in handraise("drift", definition, *past_files(company), "--until", "soon").err
