"""`handraise health` on the example company's files."""

from pathlib import Path

from tests.cli.conftest import Run


def test_health_says_what_is_off_and_writes_a_page(handraise: Run, company: Path, tmp_path: Path) -> None:
    out = tmp_path / "health.html"
    answer = handraise(
        "health", "--leads", company / "leads.csv", "--outcomes", company / "outcomes.csv", "--out", out
    )

    assert answer.code == 1
    assert "The bar is too low, the definition too loose, or fit is missing from it." in answer.out
    page = out.read_text()
    for question in ("What needs a hand?", "Does speed matter?", "What became of the leads of each month?"):
        assert question in page


def test_health_answers_machines_and_by_fact(handraise: Run, company: Path) -> None:
    files = ("--leads", company / "leads.csv", "--outcomes", company / "outcomes.csv")

    answer = handraise("health", *files, "--by", "lead.country", "--json")

    assert answer.code == 1
    assert {each["check"]["name"] for each in answer.json["findings"]} >= {"rejected", "reps", "qualified"}
    assert answer.json["findings"][0]["state"] == "act"
    wrong = handraise("health", *files, "--by", "lead.shoe_size")
    assert wrong.code == 2
    assert "`lead.shoe_size` is in none of the files" in wrong.err


def test_a_base_with_nothing_off_is_fine(handraise: Run, tmp_path: Path) -> None:
    leads, outcomes = tmp_path / "leads.csv", tmp_path / "outcomes.csv"
    leads.write_text(
        "lead_id,created_at\n" + "".join(f"L{place},2026-01-01T00:00Z\n" for place in range(500))
    )
    outcomes.write_text(
        "lead_id,mql_at,accepted_at\n"
        + "".join(f"L{place},2026-01-02T00:00Z,2026-01-03T00:00Z\n" for place in range(100))
    )

    answer = handraise("health", "--leads", leads, "--outcomes", outcomes, "--until", "2026-02-15")

    assert answer.code == 0
    assert "fine" in answer.out
