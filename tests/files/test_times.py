"""Times as files give them."""

# ruff: noqa: DTZ001  (times without a zone are the subject)

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handraise.files.times import times_of
from tests.files.company import run, scores, small, written
from tests.files.malformed import LEADS

BERLIN = ZoneInfo("Europe/Berlin")


def read(*values: Any, zone: str = "Europe/Berlin") -> list[datetime | None]:
    return list(times_of(pa.array(values), zone).instants.to_pylist())


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-10-01T12:00:00Z", "2026-10-01 12:00"),
        ("2026-10-01t12:00:00z", "2026-10-01 12:00"),
        ("2026-10-01 12:00:00+00:00", "2026-10-01 12:00"),
        ("2026-10-01T12:00:00.123456+02:00", "2026-10-01 10:00:00.123456"),
        ("2026-10-01T12:00:00.123456789Z", "2026-10-01 12:00:00.123456"),
        ("2026-10-01T12:00:00.5-0500", "2026-10-01 17:00:00.5"),
        ("2026-10-01 12:00:00+00", "2026-10-01 12:00"),
        ("2026-10-01 12:00:00 UTC", "2026-10-01 12:00"),
        ("2026-10-01 12:00:00 +0200", "2026-10-01 10:00"),
        ("2026-10-01T12:00Z", "2026-10-01 12:00"),
        (" 2026-10-01T12:00:00Z ", "2026-10-01 12:00"),
        ("20261001T120000Z", "2026-10-01 12:00"),
        ("2026-10-01T12:00:00", "2026-10-01 10:00"),
        ("2026-10-01 12:00", "2026-10-01 10:00"),
        ("2026-01-01 12:00", "2026-01-01 11:00"),
        ("2026-10-01", "2026-09-30 22:00"),
        ("20261001", "2026-09-30 22:00"),
        ("1790856000", "2026-10-01 12:00"),
        ("1790856000.25", "2026-10-01 12:00:00.25"),
        ("1790856000250", "2026-10-01 12:00:00.25"),
        ("1790856000250000", "2026-10-01 12:00:00.25"),
    ],
)
def test_a_time_is_read_as_it_is_written_and_without_a_zone_as_the_clocks_of_the_zone_show_it(
    text: str, meant: str
) -> None:
    assert read(text) == [utc(meant)]


@pytest.mark.parametrize(
    ("local", "meant", "why"),
    [
        ("2026-10-25 02:30:00", "2026-10-25 00:30", "the hour comes twice: the first is meant"),
        ("2026-10-25 02:30", "2026-10-25 00:30", "the same, read one by one"),
        ("2026-03-29 02:30:00", "2026-03-29 01:30", "the hour is skipped: the clock as it ran before"),
        ("2026-03-29 02:30", "2026-03-29 01:30", "the same, read one by one"),
    ],
)
def test_where_clocks_change_the_time_before_the_change_is_meant(local: str, meant: str, why: str) -> None:
    found = times_of(pa.array([local]), "Europe/Berlin")
    assert found.instants.to_pylist() == [utc(meant)], why
    assert found.in_change == 1


@given(st.lists(st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1)), max_size=20))
def test_times_without_a_zone_are_those_of_python(moments: list[datetime]) -> None:
    expected = [moment.replace(tzinfo=BERLIN).astimezone(UTC) for moment in moments]
    texts = [moment.isoformat(sep=" ", timespec="microseconds") for moment in moments]
    assert times_of(pa.array(texts, pa.string()), "Europe/Berlin").instants.to_pylist() == expected
    stamps = pa.array(moments, pa.timestamp("us"))
    assert times_of(stamps, "Europe/Berlin").instants.to_pylist() == expected


@given(
    st.lists(st.datetimes(datetime(1971, 1, 1), datetime(9990, 1, 1), timezones=st.timezones()), max_size=20)
)
def test_times_with_a_zone_are_that_instant_in_any_shape(moments: list[datetime]) -> None:
    whole = [
        m
        for m in moments
        if m.utcoffset() == timedelta(minutes=round((m.utcoffset() or timedelta()) / timedelta(minutes=1)))
    ]
    expected = [moment.astimezone(UTC) for moment in whole]
    assert read(*[m.isoformat() for m in whole]) == expected if whole else True
    stamps = pa.array(expected, pa.timestamp("us", "America/New_York"))
    assert times_of(stamps, "Europe/Berlin").instants.to_pylist() == expected


@given(st.lists(st.text(max_size=30), max_size=10))
def test_any_text_is_a_time_or_is_not_and_nothing_else_happens(texts: list[str]) -> None:
    found = times_of(pa.array(texts, pa.string()), "Europe/Berlin")
    for text, instant, unread in zip(texts, found.instants.to_pylist(), found.unread, strict=True):
        assert (instant is None) == (bool(unread) or not text.strip())


@pytest.mark.parametrize(
    "column",
    [
        pa.array([1_790_856_000], pa.int64()),
        pa.array([1_790_856_000], pa.uint64()),
        pa.array([1_790_856_000_000], pa.int64()),
        pa.array([1_790_856_000_000_000_000], pa.int64()),
        pa.array([1_790_856_000.0], pa.float64()),
        pa.array([utc("2026-10-01 12:00")], pa.timestamp("ns", "UTC")),
        pa.array([utc("2026-10-01 12:00")], pa.timestamp("s", "Asia/Tokyo")),
        pa.array([datetime(2026, 10, 1, 14)], pa.timestamp("ms")),
        pa.array(["2026-10-01T12:00:00Z"]).dictionary_encode(),
    ],
    ids=lambda column: str(column.type),
)
def test_columns_of_any_type_that_can_hold_a_time_are_read(column: pa.Array) -> None:
    assert times_of(column, "Europe/Berlin").instants.to_pylist() == [utc("2026-10-01 12:00")]


def test_a_date_column_is_the_start_of_the_day_in_the_zone() -> None:
    found = times_of(pa.array([datetime(2026, 10, 1).date()]), "Europe/Berlin")
    assert found.instants.to_pylist() == [utc("2026-09-30 22:00")]


def test_the_run_says_how_many_times_had_no_zone_and_which_zone_was_taken(tmp_path: Path) -> None:
    leads = written(tmp_path / "leads.csv", LEADS)
    rows = ["2026-01-01 10:00"] * 3 + ["2026-01-01T10:00:00Z", "1767261600", "2026-10-25 02:30"]
    text = "lead_id,event,occurred_at,path\n" + "".join(f"L1,page,{row},/\n" for row in rows)
    summary = run(small(), leads, written(tmp_path / "events.csv", text))
    assert summary.notices == (
        "4 times without a zone were read in Europe/Berlin",
        "1 of them stands where the clocks of Europe/Berlin change and was read as before the change",
        "1 time was a number and was read as seconds or milliseconds since 1970",
    )


def test_the_zone_of_a_mapping_comes_before_the_definitions(tmp_path: Path) -> None:
    from handraise.files.mapping import Mapping

    leads = written(tmp_path / "leads.csv", LEADS)
    events = written(
        tmp_path / "events.csv", "lead_id,event,occurred_at,path\nL1,Demo Requested,2026-09-01 10:00,/\n"
    )
    found = scores(small(), leads, None, events, mapping=Mapping(zone="America/New_York"))
    assert found["L1"]["became_mql_at"] == utc("2026-09-01 14:00")
