"""When something happened, by the server's clock."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handraise.connect.inbound.clock import EARLIEST, moment, occurred
from handraise.connect.inbound.refusing import Unfit

AT = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@given(
    skew=st.timedeltas(timedelta(days=-7), timedelta(days=7)),
    ago=st.timedeltas(timedelta(), timedelta(days=30)),
)
@settings(max_examples=200)
def test_a_clock_that_is_days_off_is_corrected_exactly(skew: timedelta, ago: timedelta) -> None:
    original, sent = AT - ago + skew, AT + skew
    assert occurred(original, sent, AT) == (AT - ago, "corrected")


def test_a_clock_that_was_never_set_is_corrected_too() -> None:
    sent = datetime(1970, 1, 1, 0, 10, tzinfo=UTC)
    assert occurred(sent - timedelta(minutes=1), sent, AT) == (AT - timedelta(minutes=1), "corrected")


def test_without_the_time_of_sending_the_time_is_taken_as_given() -> None:
    assert occurred(AT - timedelta(days=3), None, AT) == (AT - timedelta(days=3), "given")


@pytest.mark.parametrize("sent", [None, AT - timedelta(days=1)])
def test_the_future_is_clamped_to_the_time_of_arrival(sent: datetime | None) -> None:
    assert occurred(AT + timedelta(hours=1), sent, AT) == (AT, "clamped")


def test_no_time_at_all_is_the_time_of_arrival() -> None:
    assert occurred(None, AT - timedelta(days=1), AT) == (AT, "missing")


def test_before_1990_nothing_happened() -> None:
    with pytest.raises(Unfit, match="1990"):
        occurred(EARLIEST - timedelta(seconds=1), None, AT)
    assert occurred(EARLIEST, None, AT)[1] == "given"


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-10T12:00:00Z", "2026-03-10T12:00:00.000Z", "2026-03-10T13:00:00+01:00",
        "2026-03-10 12:00:00",
        "2026-03-10T12:00:00.000000000Z", "20260310T120000Z", "2026-03-10T12:00:00z", 1773144000,
        1773144000000,
        1773144000.0, "1773144000", "1773144000000", "1773144000.0", 1773144000000000, 1773144000000000000,
    ],
)  # fmt: skip
def test_one_moment_is_written_in_many_ways(written: object) -> None:
    assert moment(written, "timestamp") == AT


@pytest.mark.parametrize("written", [None, ""])
def test_nothing_is_no_time(written: object) -> None:
    assert moment(written, "timestamp") is None


@pytest.mark.parametrize(
    "written",
    [
        "+294277-01-01T00:00:00Z", "soon", "2026-02-30", "2026-03-10T25:00:00Z", "9" * 5000, 10**5000, -1,
        float("nan"), float("inf"), 1e300, True, [], {}, "0001-01-01T00:00:00+23:59",
        "\u0662\u0660\u0662\u0666-01-01",
        "2026-03-10T12:00:00Z" + " " * 100 + "x", "2026-W10-1", "\ud800",
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_nonsense_is_refused_and_named(written: object) -> None:
    with pytest.raises(Unfit, match="sentAt is no time") as refusal:
        moment(written, "sentAt")
    assert refusal.value.code == "bad_time"
