"""Processes that are killed without warning lose nothing that was acknowledged, and do nothing twice.

The short form runs in the suite; `make chaos` runs the long one.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest

from handraise.core.failpoint import FAILPOINTS
from tests.databases import Database

KILLS: Final = int(os.environ.get("HANDRAISE_CHAOS_KILLS", "100"))  # noqa: TID251
EACH: Final = int(os.environ.get("HANDRAISE_CHAOS_EACH", "3"))  # noqa: TID251
EVENTS: Final = int(os.environ.get("HANDRAISE_CHAOS_EVENTS", "2000"))  # noqa: TID251
RESTARTS: Final = int(os.environ.get("HANDRAISE_CHAOS_RESTARTS", "2"))  # noqa: TID251
SECONDS: Final = float(os.environ.get("HANDRAISE_CHAOS_SECONDS", "240"))  # noqa: TID251


def storm(*options: str | Path | int | float) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos.storm", *map(str, options)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    print(done.stdout)
    tally: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return tally


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Where PostgreSQL's own user may pass through, when the tests run as root."""
    with TemporaryDirectory(prefix="handraise-storm-") as made:
        Path(made).chmod(0o711)
        yield Path(made)


def test_whatever_is_killed_whenever_nothing_is_lost_and_nothing_done_twice(open_folder: Path) -> None:
    tally = storm(
        "--folder", open_folder, "--kills", KILLS, "--each", EACH, "--events", EVENTS, "--restarts", RESTARTS,
        "--seconds", SECONDS,
    )  # fmt: skip
    assert tally["is_whole"], tally
    assert tally["kills"] >= KILLS
    assert tally["restarts"] >= RESTARTS
    assert all(tally["killed_at"].get(point, 0) >= EACH for point in FAILPOINTS), tally
    assert tally["acknowledged"] >= EVENTS
    assert tally["quarantined"] > 0
    assert tally["handoffs"] >= EVENTS // 200
    assert tally["deliveries"] > tally["handoffs"]
    assert tally["sent_again"] > 0, "every request had its answer"
    assert tally["received_again"] > 0, "nobody died between sending and writing it down"
    assert tally["audited"] > 0


@pytest.mark.parametrize("worker", ["claim-first", "mark-before-commit"])
def test_the_storm_finds_a_worker_that_clears_marks_before_its_work_is_done(
    database: Database, worker: str
) -> None:
    tally = storm(
        "--url", database.url, "--kills", 30, "--each", 2, "--events", 1500, "--seconds", 60,
        "--worker", worker,
    )  # fmt: skip
    assert not tally["is_whole"]
    # A lead whose only mark was lost has no score; one that was scored before has an old one.
    assert tally["wrong"]["leads without score"] + tally["wrong"]["scores unlike a recount"] > 0, tally
    assert tally["wrong"]["events lost"] == 0, tally
