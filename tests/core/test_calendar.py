"""Calendars: which instants are open, worked out by hand; the oracle has the random ones."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handraise.core.calendar import (
    CLOSED,
    ROUND_THE_CLOCK,
    WORKWEEK,
    Calendar,
    DaysClosed,
    NeverOpen,
    Opening,
    Span,
    SpecialDay,
    Week,
    always,
)

HOUR = timedelta(hours=1)
BERLIN = Calendar("Berlin", "Europe/Berlin", WORKWEEK)
NIGHTS = Week.of(**dict.fromkeys(("saturday", "sunday", "monday"), "00:00-04:00 22:00-24:00"))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_opening_time_is_open_and_closing_time_is_not() -> None:
    assert BERLIN.is_open(utc("2026-11-24 08:00"))
    assert not BERLIN.is_open(utc("2026-11-24 07:59:59.999999"))
    assert BERLIN.is_open(utc("2026-11-24 15:59:59.999999"))
    assert not BERLIN.is_open(utc("2026-11-24 16:00"))


def test_any_zone_names_the_same_instant() -> None:
    in_new_york = datetime(2026, 11, 24, 3, tzinfo=ZoneInfo("America/New_York"))
    assert BERLIN.is_open(in_new_york)
    assert BERLIN.due(in_new_york, HOUR) == utc("2026-11-24 09:00")


def test_elapsed_time_is_real_across_a_change_of_the_clocks() -> None:
    new_york = ZoneInfo("America/New_York")
    evening = datetime(2026, 3, 7, 23, tzinfo=new_york)
    assert always("America/New_York").due(evening, 4 * HOUR) == datetime(2026, 3, 8, 4, tzinfo=new_york)
    assert always("America/New_York").open_time(evening, datetime(2026, 3, 8, 4, tzinfo=new_york)) == 4 * HOUR


def test_an_instant_without_zone_is_refused() -> None:
    naive = datetime(2026, 11, 24)  # noqa: DTZ001 - the wrong thing to give
    with pytest.raises(ValueError, match="has no time zone"):
        BERLIN.is_open(naive)


def test_an_hour_the_spring_leaves_out_does_not_count() -> None:
    nights = Calendar("Nights", "Europe/Berlin", NIGHTS)
    # 29 March 2026: 02:00 becomes 03:00. From 00:00 to 04:00 on the wall are three hours.
    assert nights.open_time(utc("2026-03-28 23:00"), utc("2026-03-29 12:00")) == 3 * HOUR
    assert nights.due(utc("2026-03-28 23:00"), 3 * HOUR) == utc("2026-03-29 02:00")


def test_an_hour_the_autumn_repeats_counts_twice() -> None:
    nights = Calendar("Nights", "Europe/Berlin", NIGHTS)
    # 25 October 2026: 03:00 becomes 02:00. From 00:00 to 04:00 on the wall are five hours.
    assert nights.open_time(utc("2026-10-24 22:00"), utc("2026-10-25 12:00")) == 5 * HOUR


def test_an_opening_that_ends_inside_the_repeated_hour_is_open_in_two_pieces() -> None:
    half_past = Calendar("Half past", "Europe/Berlin", Week.of(sunday="01:00-02:30"))
    open_at = [
        minute for minute in range(0, 180, 10) if half_past.is_open(_after("2026-10-24 23:00", minute))
    ]
    # 01:00 to 02:30, then again from 02:00 to 02:30 on the wall
    assert open_at == [*range(0, 90, 10), *range(120, 150, 10)]
    assert half_past.due(utc("2026-10-24 23:00"), 2 * HOUR) == utc("2026-10-25 01:30")


def _after(text: str, minutes: int) -> datetime:
    return utc(text) + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("zone", "day", "open_hours"),
    [
        ("Australia/Lord_Howe", "2026-04-05", 24.5),  # half an hour back
        ("Australia/Lord_Howe", "2026-10-04", 23.5),
        ("America/Santiago", "2026-04-04", 25),  # midnight falls back to 23:00 of the same day
        ("America/Santiago", "2026-04-05", 24),
        ("Africa/Cairo", "2026-04-24", 23),  # 00:00 becomes 01:00
        ("Antarctica/Troll", "2026-10-25", 26),
        ("Asia/Kathmandu", "2026-10-25", 24),
        ("Pacific/Apia", "2011-12-30", 0),  # a date that Samoa left out
        ("Pacific/Apia", "2011-12-31", 24),
    ],
)
def test_a_local_date_is_as_long_as_it_really_was(zone: str, day: str, open_hours: float) -> None:
    only = Calendar("One day", zone, Week.of(), special_days=(_all_day(day),))
    around = utc(f"{day} 00:00") - 48 * HOUR, utc(f"{day} 00:00") + 72 * HOUR
    assert only.open_time(*around) == open_hours * HOUR


def _all_day(day: str) -> SpecialDay:
    return SpecialDay(date.fromisoformat(day), (Opening.of("00:00", "24:00"),))


def test_closure_beats_special_day_beats_holiday_beats_week() -> None:
    christmas_eve, christmas = date(2026, 12, 24), date(2026, 12, 25)
    morning = (Opening.of("09:00", "12:00"),)
    both = frozenset({christmas_eve, christmas})
    calendar = Calendar("C", "UTC", WORKWEEK, both, (SpecialDay(christmas_eve, morning),))
    assert calendar.hours_on(date(2026, 12, 23)) == WORKWEEK.days[2]
    assert calendar.hours_on(christmas_eve) == morning
    assert calendar.hours_on(christmas) == CLOSED
    assert calendar.without([DaysClosed(christmas_eve, christmas_eve)]).hours_on(christmas_eve) == CLOSED


def test_days_closed_are_local_dates_first_and_last_included() -> None:
    sydney = Calendar("Sydney", "Australia/Sydney", ROUND_THE_CLOCK)
    closed = sydney.without([DaysClosed(date(2026, 7, 1), date(2026, 7, 2))])
    assert closed.is_open(utc("2026-06-30 13:59"))
    assert not closed.is_open(utc("2026-06-30 14:00"))
    assert closed.opens_after(utc("2026-06-30 14:00")) == utc("2026-07-02 14:00")


def test_out_of_office_between_two_instants_does_not_count() -> None:
    away = BERLIN.without([Span(utc("2026-11-24 10:00"), utc("2026-11-24 12:30"))])
    assert away.due(utc("2026-11-24 09:00"), 2 * HOUR) == utc("2026-11-24 13:30")
    assert away.open_time(utc("2026-11-24 00:00"), utc("2026-11-25 00:00")) == 5.5 * HOUR


def test_an_absence_from_opening_or_until_closing_leaves_the_rest_of_the_day() -> None:
    morning = BERLIN.without([Span(utc("2026-11-24 08:00"), utc("2026-11-24 10:00"))])
    afternoon = BERLIN.without([Span(utc("2026-11-24 10:00"), utc("2026-11-24 16:00"))])
    day = utc("2026-11-24 00:00"), utc("2026-11-25 00:00")
    assert (morning.open_time(*day), morning.opens_after(day[0])) == (6 * HOUR, utc("2026-11-24 10:00"))
    assert (afternoon.open_time(*day), afternoon.is_open(utc("2026-11-24 10:00"))) == (2 * HOUR, False)


def test_a_person_works_the_hours_that_their_week_and_the_calendar_share() -> None:
    part_time = Week.of(tuesday="08:00-12:00 14:00-20:00", saturday="09:00-12:00")
    half_day = SpecialDay(date(2026, 11, 24), (Opening.of("11:00", "15:00"),))
    person = Calendar("C", "Europe/Berlin", WORKWEEK, special_days=(half_day,)).within(part_time)
    assert [str(opening) for opening in person.hours_on(date(2026, 12, 1))] == ["09:00-12:00", "14:00-17:00"]
    assert [str(opening) for opening in person.hours_on(date(2026, 11, 24))] == ["11:00-12:00", "14:00-15:00"]
    assert person.hours_on(date(2026, 11, 28)) == CLOSED
    assert person.hours_on(date(2026, 11, 25)) == CLOSED


def test_the_same_hours_open_elsewhere_at_another_instant() -> None:
    morning = utc("2026-11-24 00:00")
    assert BERLIN.opens_after(morning) == utc("2026-11-24 08:00")
    assert BERLIN.in_zone("America/New_York").opens_after(morning) == utc("2026-11-24 14:00")


def test_an_open_instant_opens_at_once() -> None:
    assert BERLIN.opens_after(utc("2026-11-24 08:00:01")) == utc("2026-11-24 08:00:01")
    assert BERLIN.opens_after(utc("2026-11-27 16:00")) == utc("2026-11-30 08:00")


def test_time_used_up_at_closing_is_due_at_closing() -> None:
    assert BERLIN.due(utc("2026-11-24 14:00"), 2 * HOUR) == utc("2026-11-24 16:00")
    assert BERLIN.due(utc("2026-11-24 14:00"), 2 * HOUR + timedelta(microseconds=1)) > utc("2026-11-25 08:00")


def test_no_time_at_all_is_due_at_once_and_a_negative_one_never() -> None:
    assert BERLIN.due(utc("2026-11-28 00:00"), timedelta()) == utc("2026-11-28 00:00")
    with pytest.raises(ValueError, match="is negative"):
        BERLIN.due(utc("2026-11-28 00:00"), -HOUR)


def test_no_open_time_passes_backwards() -> None:
    assert BERLIN.open_time(utc("2026-11-24 12:00"), utc("2026-11-24 09:00")) == timedelta()


def test_a_calendar_that_never_opens_says_so() -> None:
    shut = Calendar("Shut", "UTC", Week.of())
    with pytest.raises(NeverOpen, match="`Shut` is never open"):
        shut.opens_after(utc("2026-11-24 00:00"))
    with pytest.raises(NeverOpen, match="give it opening hours"):
        shut.due(utc("2026-11-24 00:00"), HOUR)


def test_a_calendar_that_was_open_once_is_never_open_afterwards() -> None:
    once = Calendar("Once", "UTC", Week.of(), special_days=(_all_day("2026-11-24"),))
    assert once.due(utc("2026-11-20 00:00"), 24 * HOUR) == utc("2026-11-25 00:00")
    with pytest.raises(NeverOpen):
        once.due(utc("2026-11-20 00:00"), 25 * HOUR)


def test_a_lone_special_day_is_found_to_its_end_far_behind_utc() -> None:
    once = Calendar("Once", "Pacific/Pago_Pago", Week.of(), special_days=(_all_day("2026-11-24"),))
    assert once.due(utc("2026-11-20 00:00"), 24 * HOUR) == utc("2026-11-25 11:00")


def test_two_special_days_on_one_date_are_refused() -> None:
    with pytest.raises(ValueError, match="two special days"):
        Calendar("C", "UTC", WORKWEEK, special_days=(_all_day("2026-11-24"), _all_day("2026-11-24")))


def test_touching_openings_are_one_stretch_of_time() -> None:
    touching = Calendar("T", "UTC", Week.of(tuesday="09:00-12:00 12:00-15:00"))
    assert touching.due(utc("2026-11-24 10:00"), 4 * HOUR) == utc("2026-11-24 14:00")


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
amounts = st.timedeltas(timedelta(microseconds=1), timedelta(days=5))
calendars = st.sampled_from(
    [
        BERLIN,
        Calendar("Nights", "America/Santiago", NIGHTS),
        Calendar(
            "Howe", "Australia/Lord_Howe", NIGHTS, closures=(DaysClosed(date(2026, 4, 5), date(2026, 4, 9)),)
        ),
        always("Africa/Cairo"),
    ]
)


@given(calendars, moments, amounts)
def test_what_is_due_is_exactly_that_much_open_time_away(
    calendar: Calendar, start: datetime, amount: timedelta
) -> None:
    due = calendar.due(start, amount)
    assert calendar.open_time(start, due) == amount
    assert calendar.open_time(start, due - timedelta(microseconds=1)) == amount - timedelta(microseconds=1)


@given(calendars, moments, amounts, amounts)
def test_open_time_adds_up(calendar: Calendar, start: datetime, one: timedelta, two: timedelta) -> None:
    middle, end = start + one, start + one + two
    parts = calendar.open_time(start, middle) + calendar.open_time(middle, end)
    assert parts == calendar.open_time(start, end)
    assert calendar.due(calendar.due(start, one), two) == calendar.due(start, one + two)


@given(calendars, moments)
def test_the_next_opening_is_open_and_nothing_before_it_is(calendar: Calendar, at: datetime) -> None:
    opens = calendar.opens_after(at)
    assert calendar.is_open(opens)
    assert calendar.open_time(at, opens) == timedelta()


@given(calendars, moments, amounts, moments, amounts)
def test_being_away_takes_exactly_the_open_time_of_the_absence(
    calendar: Calendar, start: datetime, length: timedelta, from_: datetime, away: timedelta
) -> None:
    absence = Span(from_, from_ + away)
    end = start + 30 * length
    inside = calendar.open_time(max(start, absence.start), min(end, absence.end))
    assert calendar.without([absence]).open_time(start, end) == calendar.open_time(start, end) - inside
