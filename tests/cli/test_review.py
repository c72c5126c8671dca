"""`handraise review`: the quarter as words, as JSON, and on paper."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from handraise.core.quarter import Quarter
from handraise.flow import define
from handraise.store.session import Database
from tests.cli.conftest import Run
from tests.databases import Database as Fresh
from tests.journeys.company import DEFINITION

NOW = datetime(2026, 3, 2, tzinfo=UTC)
THIS = Quarter.at(NOW)


@pytest.fixture
def base(database: Fresh, monkeypatch: pytest.MonkeyPatch) -> Fresh:
    """A product in which a definition has been live since March 2026."""
    connected = Database(database.url)
    with connected.transaction() as connection:
        version = define.publish(connection, DEFINITION, {}, "mia", None, NOW)
        define.sign(connection, version.id, "marketing", "mia", NOW)
        define.sign(connection, version.id, "sales", "sven", NOW + timedelta(hours=1))
        define.go_live(connection, version.id, "mia", NOW + timedelta(hours=2))
    connected.close()
    monkeypatch.setenv("HANDRAISE_DATABASE_URL", database.url)
    return database


def test_a_quarter_is_told_in_words_for_machines_and_on_paper(
    base: Fresh, handraise: Run, tmp_path: Path
) -> None:
    out = tmp_path / "review.pdf"
    answer = handraise("review", "--quarter", THIS, "--look", "--out", out)
    assert (answer.code, answer.err) == (0, "")
    assert "First quarter of 2026" in PdfReader(out).pages[0].extract_text()
    found = handraise("review", "--quarter", THIS, "--json").json
    assert found["quarter"] == "2026-Q1"
    assert [one["topic"] for one in found["review"]["sections"]][:2] == ["agreement", "signals"]
    # history was looked at before, and what that came to is kept
    assert found["review"]["sections"][1]["answer"].endswith("There are no leads yet.")
    said = handraise("review", "--quarter", THIS, "--language", "de").out
    assert said.startswith("Erstes Quartal 2026\n")


def test_what_cannot_be_told_is_said(base: Fresh, handraise: Run, tmp_path: Path) -> None:
    for arguments, said in (
        (("--quarter", "2020-Q1"), "No definition was live in 2020-Q1"),
        (("--quarter", "spring"), "such as 2026-Q3"),
        (("--out", tmp_path / "review.html"), "must end in .pdf"),
        (("--language", "fr"), "is none of en, de"),
    ):
        answer = handraise("review", *arguments)
        assert answer.code == 2
        assert said in answer.err
