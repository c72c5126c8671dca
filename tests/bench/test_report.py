"""Ratios, growth and the check of answers, from runs made by hand."""

import doctest
from pathlib import Path

import pytest
from bench.contestant import FLOORS, PEERS
from bench.data import Dataset
from bench.report import Measured, Runs, figures, wrong_answers

from bench import catalogue, template_c

DUCKDB, POLARS = PEERS[0], PEERS[1]


def run(cpu_s: float, total: int = 1) -> Measured:
    return Measured(cpu_s, cpu_s, 100.0, 50.0, rows=10, checksum={"total": total, "leads": 10})


def runs(*, floor: list[float], duckdb: list[float]) -> Runs:
    return {
        FLOORS[0].name: [run(cpu_s) for cpu_s in floor],
        DUCKDB.name: [run(cpu_s) for cpu_s in duckdb],
    }


def test_ratio_is_of_medians_and_growth_is_the_exponent(tmp_path: Path) -> None:
    measured = {
        1_000_000: runs(floor=[1.0, 9.0, 1.1], duckdb=[2.2, 2.0, 9.0]),
        4_000_000: runs(floor=[4.4], duckdb=[4.4]),
    }
    datasets = [Dataset(tmp_path, events, 1) for events in measured]
    result = figures([FLOORS[0], DUCKDB], measured, datasets, latencies={}, cli_start=None)
    peer = result["peers"]["DuckDB"]
    assert peer["over_floor"] == {1_000_000: 2.0, 4_000_000: 1.0}
    assert peer["growth_exponent"] == pytest.approx(0.5)
    assert result["growth_exponents"]["floor"] == pytest.approx(1.0)


def test_what_was_not_measured_is_none(tmp_path: Path) -> None:
    measured = {1_000_000: runs(floor=[1.0], duckdb=[2.0])}
    result = figures([FLOORS[0], DUCKDB], measured, [Dataset(tmp_path, 1_000_000, 1)], {}, None)
    unknown = ["template_c_over_floor", "growth_exponent", "peak_memory_gib_100m", "cli_start_cpu_s"]
    assert [result[name] for name in unknown] == [None] * 4


def test_different_answers_are_named() -> None:
    by_name = {DUCKDB.name: [run(1.0, total=5)], POLARS.name: [run(1.0, total=5), run(1.0, total=6)]}
    assert wrong_answers([DUCKDB, POLARS], {1000: by_name}) == [
        "1,000 events: Polars differs from DuckDB in total"
    ]


def test_equal_answers_are_no_news() -> None:
    by_name = {DUCKDB.name: [run(1.0)], POLARS.name: [run(2.0)]}
    assert wrong_answers([DUCKDB, POLARS], {1000: by_name}) == []


@pytest.mark.parametrize("module", [catalogue, template_c])
def test_examples_in_the_docstrings_run(module: object) -> None:
    result = doctest.testmod(module)  # type: ignore[arg-type]
    assert result.attempted > 0
    assert result.failed == 0
