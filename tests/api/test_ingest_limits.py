"""A source's limit: counted by every process of a machine together, and given back as time goes by."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from handraise.api.ingest import RateLimits
from handraise.api.ingest.requests import RequestRefused
from handraise.store.sources import Source


def a_source(number: int = 1, rate: object = 2) -> Source:
    then = datetime(2026, 1, 1, tzinfo=UTC)
    return Source(number, "site", "server", "segment", then, settings={"events_per_second": rate})


class Ticks:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


def test_processes_with_one_file_count_together(tmp_path: Path, ticks: Ticks) -> None:
    one, other = (RateLimits(shared=tmp_path / "new" / "rates", ticks=ticks) for _ in range(2))
    one.take(a_source(), 12)
    other.take(a_source(), 8)
    for limits in (one, other):
        with pytest.raises(RequestRefused) as refused:
            limits.take(a_source(), 1)
        assert refused.value.status == 429
    one.take(a_source(2), 1)  # its neighbour in the file
    ticks.now += 1
    other.take(a_source(), 2)
    with pytest.raises(RequestRefused):
        one.take(a_source(), 1)


def test_a_clock_that_began_anew_gives_nobody_less(tmp_path: Path, ticks: Ticks) -> None:
    RateLimits(shared=tmp_path / "rates", ticks=ticks).take(a_source(), 5)
    ticks.now = 3.0  # the machine was started again
    RateLimits(shared=tmp_path / "rates", ticks=ticks).take(a_source(), 15)


def test_without_a_place_to_write_to_it_counts_by_itself(tmp_path: Path, ticks: Ticks) -> None:
    (tmp_path / "file").write_text("")
    limits = RateLimits(shared=tmp_path / "file" / "rates", ticks=ticks)
    limits.take(a_source(), 20)
    with pytest.raises(RequestRefused):
        limits.take(a_source(), 1)


def test_who_has_no_limit_leaves_no_file(tmp_path: Path, ticks: Ticks) -> None:
    RateLimits(shared=tmp_path / "rates", ticks=ticks).take(a_source(rate=None), 1_000_000)
    assert not (tmp_path / "rates").exists()
