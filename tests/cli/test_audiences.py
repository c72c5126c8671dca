"""Audiences at the command line: listed, counted, taken out with whether each may be written to."""

import csv
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from handraise.cli import FINE, WRONG_INPUT, run
from handraise.cli.moments import now
from handraise.store.audiences import add_audience
from tests.journeys.company import Company


@pytest.fixture
def kept(database: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Company]:
    """A company of three, one of whom unsubscribed, and an audience of all; commands reach it."""
    from handraise.store.session import Database

    connections = Database(database.url, connections=4)
    company = Company(connections, now=now() - timedelta(minutes=5))
    company.publish()
    for who in ("ann", "ben", "uwe"):
        company.identify(who, f"{who}@{who}.example", firstName=who.title(), title="VP Sales")
    company.track("uwe", "Unsubscribed")
    with company.database.transaction() as connection:
        add_audience(connection, "Senior", "Mid-market", "who: {fit: 20}\n", "member:1", company.now)
        add_audience(connection, "Lost words", "Enterprise", "who: {fit: 20}\n", "member:1", company.now)
    monkeypatch.setenv("HANDRAISE_DATABASE_URL", database.url)
    monkeypatch.chdir(tmp_path)
    yield company
    connections.close()


def test_audiences_are_listed_with_what_they_mean(kept: Company, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audiences", "list", "--json"]) == FINE
    listed = {one["name"]: one["words"] for one in json.loads(capsys.readouterr().out)}
    assert listed["Senior"] == "Everybody of whom this is true: fit reaches 20 points."
    assert listed["Lost words"].startswith("cannot be asked: The definition `Enterprise` is not live")
    assert run(["audiences", "list"]) == FINE
    assert "fit reaches 20 points" in capsys.readouterr().out


def test_an_audience_is_counted_and_taken_out(
    kept: Company, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(["audiences", "count", "senior"]) == FINE
    assert capsys.readouterr().out == "Senior: 3 leads, 2 of them may be written to.\n"
    for arguments, people in (([], {"Ann", "Ben"}), (["--everybody"], {"Ann", "Ben", "Uwe"})):
        file = tmp_path / f"{len(arguments)}.csv"
        assert run(["audiences", "export", "Senior", str(file), *arguments]) == FINE
        rows = list(csv.DictReader(file.read_text().splitlines()))
        assert {row["first_name"] for row in rows} == people
        assert file.stat().st_mode & 0o077 == 0
    assert [row["may_be_mailed"] for row in rows] == ["not_known", "not_known", "unsubscribed"]
    assert kept.one("select count(*) from audit_entry where action = 'audience.export'") == 2
    assert run(["audiences", "export", "Senior", str(file)]) == WRONG_INPUT
    assert "there already" in capsys.readouterr().err
    assert not list(tmp_path.glob("*.partial"))


def test_an_audience_that_is_not_there_is_told(kept: Company, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audiences", "count", "nobody"]) == WRONG_INPUT
    assert "`handraise audiences list` shows which there are" in capsys.readouterr().err
