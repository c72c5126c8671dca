"""`each` and silence: points for every event, period or stretch (decisions 14 and 17)."""

from datetime import datetime

import pytest

from handraise.core.event import Event
from tests.builders import (
    DAY,
    HOUR,
    MICRO,
    MINUTE,
    NOW,
    at,
    earned,
    event,
    judged,
    lead,
    line_of,
    page,
    scored,
    with_rules,
)


def visits(*times: str) -> list[Event]:
    return [page(at(time)) for time in times]


# ------------------------------------------------------------------------------------------- periods


def test_each_event_gives_the_points_for_every_event() -> None:
    assert earned("{signal: visit, each: event, points: 10}", page(NOW), page(NOW), page(NOW - DAY)) == 30


@pytest.mark.parametrize(
    ("zone", "first", "second"),
    [
        ("UTC", "2026-02-10 23:59", "2026-02-11 00:00"),
        ("Europe/Berlin", "2026-03-29 00:30", "2026-03-30 00:00"),  # a day of 23 hours
        ("Europe/Berlin", "2026-10-25 00:30", "2026-10-26 00:00"),  # a day of 25 hours
        ("America/New_York", "2026-03-08 23:30", "2026-03-09 00:10"),
        ("Australia/Lord_Howe", "2026-04-05 23:45", "2026-04-06 00:15"),  # clocks go back by half an hour
        ("UTC", "2024-02-28 23:00", "2024-02-29 01:00"),
        ("UTC", "2024-02-29 23:00", "2024-03-01 01:00"),
    ],
)
def test_each_1_per_day_counts_the_first_of_each_calendar_day(zone: str, first: str, second: str) -> None:
    rule, now = "{signal: visit, each: 1 per day, points: 10}", at("2026-12-01 00:00")
    before, after = page(at(first, zone)), page(at(second, zone))
    again = page(at(first, zone) + MINUTE) if first[-2:] != "59" else before
    assert earned(rule, before, after, as_of=now, more=f"timezone: {zone}") == 20
    assert earned(rule, before, again, as_of=now, more=f"timezone: {zone}") == 10


def test_the_hour_that_comes_twice_is_of_one_day() -> None:
    first = datetime.fromisoformat("2026-10-25T02:30:00+02:00")
    second = datetime.fromisoformat("2026-10-25T02:30:00+01:00")
    rule = "{signal: visit, each: 1 per day, points: 10}"
    now = at("2026-11-01 00:00")
    assert earned(rule, page(first), page(second), as_of=now, more="timezone: Europe/Berlin") == 10


def test_each_1_per_week_counts_the_first_of_each_iso_week() -> None:
    rule = "{signal: visit, each: 1 per week, points: 10}"
    assert earned(rule, *visits("2026-02-16 00:00", "2026-02-22 23:59")) == 10  # Monday to Sunday
    assert earned(rule, *visits("2026-02-22 23:59", "2026-02-23 00:00")) == 20


def test_an_iso_week_goes_on_over_new_year() -> None:
    rule = "{signal: visit, each: 1 per week, points: 10}"
    assert earned(rule, *visits("2024-12-30 10:00", "2025-01-05 10:00")) == 10
    assert earned(rule, *visits("2024-12-29 10:00", "2025-01-01 10:00")) == 20
    # week 1 of 2025 and week 1 of 2026 (from 29 December 2025) are two
    assert earned(rule, *visits("2025-01-02 10:00", "2025-12-30 10:00")) == 20


def test_each_1_per_month_counts_the_first_of_each_calendar_month() -> None:
    rule = "{signal: visit, each: 1 per month, points: 10}"
    assert earned(rule, *visits("2026-01-01 00:00", "2026-01-31 23:59")) == 10
    assert earned(rule, *visits("2026-01-31 23:59", "2026-02-01 00:00")) == 20
    assert earned(rule, *visits("2025-02-10 00:00", "2026-02-10 00:00")) == 20


def test_each_2_per_week_counts_the_first_two_of_each_iso_week() -> None:
    rule = "{signal: visit, each: 2 per week, points: 10}"
    week = visits("2026-02-16 10:00", "2026-02-17 10:00", "2026-02-18 10:00")
    found = scored(rule, *week)
    assert (found.engagement, line_of(found).count, line_of(found).last_at) == (
        2000,
        2,
        at("2026-02-17 10:00"),
    )
    assert earned(rule, *week, *visits("2026-02-24 10:00")) == 30


def test_each_1_per_session_counts_the_first_of_each_session() -> None:
    rule = "{signal: visit, each: 1 per session, points: 10}"
    assert earned(rule, page(NOW - HOUR), page(NOW - 50 * MINUTE), page(NOW)) == 20
    assert earned(rule, page(NOW - 9 * HOUR, session="s1"), page(NOW, session="s1")) == 10


def test_each_1_per_30_days_runs_from_one_counted_event_to_the_next() -> None:
    rule = "{signal: visit, each: 1 per 30 days, points: 10}"
    start = NOW - 100 * DAY
    assert earned(rule, page(start), page(start + 30 * DAY - MICRO)) == 10
    assert earned(rule, page(start), page(start + 30 * DAY)) == 20
    # day 0 counts, 20 not, 31 counts (31 after 0), 50 not, 61 counts (30 after 31)
    assert earned(rule, *(page(start + days * DAY) for days in (0, 20, 31, 50, 61))) == 30


def test_at_most_keeps_the_most_recent_of_the_counted_events() -> None:
    rule = "{signal: visit, each: event, at_most: 2, points: 10, half_life: 10 days}"
    found = scored(rule, page(NOW - 20 * DAY), page(NOW - 10 * DAY), page(NOW))
    assert (found.engagement, line_of(found).count) == (1500, 2)  # 5 + 10, without the 2.5


def test_at_most_counts_after_each_has_chosen() -> None:
    rule = "{signal: visit, each: 1 per week, at_most: 1, points: 10}"
    found = scored(rule, *visits("2026-02-10 10:00", "2026-02-16 10:00", "2026-02-20 10:00"))
    assert (found.engagement, line_of(found).last_at) == (1000, at("2026-02-16 10:00"))


def test_every_counted_event_decays_from_its_own_time() -> None:
    rule = "{signal: visit, each: event, points: 16, half_life: 1 day}"
    assert earned(rule, page(NOW), page(NOW - DAY), page(NOW - 2 * DAY)) == 16 + 8 + 4


def test_each_may_take_points_away() -> None:
    assert (
        earned(
            "{signal: careers, each: event, points: -5}", page(NOW, "/careers"), page(NOW - DAY, "/careers")
        )
        == -10
    )


# ------------------------------------------------------------------------------------------- silence

SILENT = "{none_of: open, in_last: 30 days, points: -5}"


def opened(days_ago: float) -> Event:
    return event("Email Opened", NOW - days_ago * DAY)


def test_silence_holds_when_there_is_none_in_the_window() -> None:
    assert earned(SILENT, page(NOW - 90 * DAY)) == -5
    assert earned(SILENT, page(NOW - 90 * DAY), opened(30)) == -5
    assert earned(SILENT, page(NOW - 90 * DAY), opened(29.9)) == 0


def test_a_lead_must_be_known_for_the_window_to_be_silent_in_it() -> None:
    assert earned(SILENT, page(NOW - 30 * DAY)) == -5
    assert earned(SILENT, page(NOW - 30 * DAY + MICRO)) == 0


def test_silence_of_several_signals_is_silence_of_all_of_them() -> None:
    rule = "{none_of: [open, demo], in_last: 30 days, points: -5}"
    old = page(NOW - 90 * DAY)
    assert earned(rule, old) == -5
    assert earned(rule, old, event("Demo Requested", NOW - DAY)) == 0


def test_silence_has_no_event_and_does_not_decay() -> None:
    rule = "{none_of: open, in_last: 30 days, points: 5}"
    found = scored(rule, page(NOW - 900 * DAY), engagement="half_life: 1 day")
    assert found.engagement == 500
    assert (line_of(found).count, line_of(found).last_at) == (1, None)


STRETCHES = "{none_of: open, each: 30 days, points: -5}"


def test_silence_each_counts_every_full_stretch_since_the_last_event() -> None:
    for days, points in ((29.9, 0), (30, -5), (59.9, -5), (60, -10), (95, -15)):
        assert earned(STRETCHES, page(NOW - 500 * DAY), opened(days)) == points


def test_silence_each_counts_since_the_lead_is_known_when_there_was_no_event() -> None:
    found = scored(STRETCHES, page(NOW - 65 * DAY))
    assert (found.engagement, line_of(found).count) == (-1000, 2)


def test_silence_each_counts_since_the_last_event_also_when_that_was_before_the_lead_was_known() -> None:
    def silent(known_for: float) -> float:
        facts = {"lead.created_at": (NOW - known_for * DAY).isoformat()}
        return judged(with_rules(STRETCHES), lead(opened(100), facts=facts)).engagement / 100

    assert silent(known_for=29) == 0  # not known for a whole stretch yet
    assert silent(known_for=30) == -15  # and then all three since the last event


def test_silence_each_is_over_with_the_next_event() -> None:
    assert earned(STRETCHES, page(NOW - 500 * DAY), opened(0)) == 0


def test_silence_with_in_last_and_each_begins_with_in_last_and_counts_by_each() -> None:
    rule = "{none_of: open, in_last: 60 days, each: 20 days, points: -1}"
    assert earned(rule, page(NOW - 500 * DAY), opened(59)) == 0
    assert earned(rule, page(NOW - 500 * DAY), opened(60)) == -3


def test_at_most_bounds_the_stretches_of_silence() -> None:
    found = scored("{none_of: open, each: 30 days, at_most: 2, points: -5}", page(NOW - 500 * DAY))
    assert (found.engagement, line_of(found).count) == (-1000, 2)


def test_silence_goes_on_taking_points_while_nothing_happens() -> None:
    rules = ("{signal: visit, points: 12}", STRETCHES)
    found = judged(with_rules(*rules, qualify="{total: 1}"), lead(page(NOW)))
    assert found.ceases_at == NOW + 90 * DAY  # 12 − 5 − 5 = 2, and −3 with the third stretch
