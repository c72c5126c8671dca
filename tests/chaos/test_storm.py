"""Processes that are killed without warning lose nothing that was acknowledged, and do nothing twice."""

import json
import os
import subprocess
import sys
from typing import Any, Final

import pytest

from tests.chaos.storm import CAPTURING, SCORING
from tests.databases import Database

# A longer run is the same with more of everything.
EACH: Final = int(os.environ.get("HANDRAISE_CHAOS_EACH", "3"))  # noqa: TID251
KILLS: Final = int(os.environ.get("HANDRAISE_CHAOS_KILLS", "30"))  # noqa: TID251
SECONDS: Final = float(os.environ.get("HANDRAISE_CHAOS_SECONDS", "20"))  # noqa: TID251


def storm(database: Database, *options: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos.storm", database.url, *options],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    print(done.stdout)
    tally: dict[str, Any] = json.loads(done.stdout)
    return tally


def test_killed_at_every_point_it_loses_nothing_and_does_nothing_twice(database: Database) -> None:
    points = (*CAPTURING, *SCORING)
    tally = storm(database, "--points", ",".join(points), "--each", str(EACH), "--seconds", str(SECONDS * 10))
    assert all(tally["at"].get(point, 0) >= EACH for point in points), tally
    assert tally["is_whole"], tally
    assert tally["handoffs"] > 0


def test_killed_at_any_time_it_loses_nothing_and_does_nothing_twice(database: Database) -> None:
    tally = storm(database, "--kills", str(KILLS), "--seconds", str(SECONDS * 10))
    assert tally["kills"] >= KILLS, tally
    assert tally["acknowledged"] > 0
    assert tally["is_whole"], tally


@pytest.mark.parametrize("worker", ["claim-first", "mark-before-commit"])
def test_the_storm_finds_a_worker_that_clears_marks_before_its_work_is_done(
    database: Database, worker: str
) -> None:
    points = ",".join(("claim", "score", "commit"))
    tally = storm(database, "--points", points, "--kills", "8", "--seconds", "12", "--worker", worker)
    assert tally["wrong_scores"] + tally["leads_without_score"] > 0, tally
