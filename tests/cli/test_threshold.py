"""`handraise threshold` on the example company's files."""

from pathlib import Path

from tests.cli.conftest import Run
from tests.cli.past_files import drivers, past_files


def test_threshold_answers_people_and_writes_a_page(handraise: Run, company: Path, tmp_path: Path) -> None:
    out = tmp_path / "bar.html"
    answer = handraise(
        "threshold", drivers(tmp_path), *past_files(company), "--by", "lead.source", "--out", out
    )

    assert answer.code == 0
    assert "At the bar of today (fit 20, engagement 15), " in answer.out
    page = out.read_text()
    for question in (
        "Which bar suits?",
        "What does nobody know?",
        "What would both bars together let through?",
    ):
        assert question in page


def test_threshold_answers_machines_in_points(handraise: Run, company: Path, tmp_path: Path) -> None:
    answer = handraise("threshold", drivers(tmp_path), *past_files(company), "--capacity", "2.5", "--json")

    assert answer.code == 0
    assert answer.json["present"]["bars"] == {"fit": 20, "engagement": 15}
    assert {"count", "n", "share", "low", "high"} == answer.json["present"]["rejected"].keys()
    assert answer.json["aims"]["capacity"] == 2.5


def test_threshold_refuses_what_makes_no_sense(handraise: Run, company: Path, tmp_path: Path) -> None:
    definition = drivers(tmp_path)

    wrong = handraise("threshold", definition, *past_files(company), "--capacity", "0")
    assert wrong.code == 2
    assert "more than 0" in wrong.err

    wrong = handraise("threshold", definition, *past_files(company), "--by", "lead.shoe_size")
    assert wrong.code == 2
    assert "lead.shoe_size" in wrong.err

    patterns = tmp_path / "patterns.yaml"
    patterns.write_text(
        "name: x\nsignals: {d: {event: Demo}}\npatterns: [{pattern: p, all: [{signal: d}]}]\nqualify: {mql: "
        "{pattern: p}}\n"
    )
    wrong = handraise("threshold", patterns, *past_files(company))
    assert wrong.code == 2
    assert "no bar to choose" in wrong.err
