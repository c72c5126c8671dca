"""The schedule of attempts: 75 hours, spread a little, and what the receiver asked for."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handraise.connect.retry import WAITS, next_attempt, retry_after_of, should_disable

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_ten_attempts_reach_over_75_hours() -> None:
    moment, attempts = AT, 1
    while (again := next_attempt(attempts, moment, None, "d-1")) is not None:
        moment, attempts = again, attempts + 1
    assert attempts == 10
    assert timedelta(hours=75) <= moment - AT <= timedelta(hours=75.6 * 1.1)


@given(st.integers(1, len(WAITS)), st.text(), st.timedeltas(timedelta(0), timedelta(days=400)))
def test_an_attempt_is_never_early_and_at_most_a_tenth_late(
    attempt: int, delivery_id: str, asked: timedelta
) -> None:
    wait = max(WAITS[attempt - 1], min(asked, timedelta(hours=24)))
    again = next_attempt(attempt, AT, asked, delivery_id)
    assert again is not None
    assert wait <= again - AT <= wait * 1.1
    assert again == next_attempt(attempt, AT, asked, delivery_id)


def test_deliveries_that_failed_together_come_back_apart() -> None:
    again = [next_attempt(3, AT, None, f"d-{number}") for number in range(100)]
    assert len(set(again)) > 90


def test_attempts_are_counted_from_one() -> None:
    with pytest.raises(ValueError, match="from 1"):
        next_attempt(0, AT, None, "d-1")


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("0", timedelta(0)),
        (" 30 ", timedelta(seconds=30)),
        ("999999999", timedelta(hours=24)),
        ("Mon, 02 Mar 2026 09:00:30 GMT", timedelta(seconds=30)),
        ("Mon, 02 Mar 2026 10:00:30 +0100", timedelta(seconds=30)),
        ("Mon, 02 Mar 2026 09:00:30 -0000", timedelta(seconds=30)),
        ("Mon, 02 Mar 2020 09:00:30 GMT", timedelta(0)),
        ("Mon, 02 Mar 2126 09:00:30 GMT", timedelta(hours=24)),
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1e9", None),
        ("٣٠", None),
        ("9" * 5000, None),
        ("Mon, 99 Mar 2026 99:00:30 GMT", None),
        ("Mon, 02 Mar 99999 09:00:30 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_or_nothing(header: str | None, wait: timedelta | None) -> None:
    assert retry_after_of(header, AT) == wait


@given(st.text())
def test_no_retry_after_breaks_us(header: str) -> None:
    retry_after_of(header, AT)


def test_an_endpoint_is_given_up_after_five_times_24_hours_of_failures_only() -> None:
    assert not should_disable(None, AT)
    assert not should_disable(AT - timedelta(hours=119, minutes=59), AT)
    assert should_disable(AT - timedelta(hours=120), AT)
