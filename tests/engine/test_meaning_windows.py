"""Windows and counts: in_last, within, distinct, same, sum, sessions, sequences (decisions 10 to 13, 16)."""

import pytest

from handraise.core.duration import Duration
from handraise.core.event import Event
from tests.builders import (
    DAY,
    HOUR,
    MICRO,
    MINUTE,
    NOW,
    SECOND,
    at,
    earned,
    event,
    is_met,
    line_of,
    page,
    scored,
)


def opened(days_ago: float, campaign: object = "a") -> Event:
    return event("Email Opened", NOW - days_ago * DAY, campaign=campaign)


def stayed(days_ago: float, seconds: object) -> Event:
    return page(NOW - days_ago * DAY, seconds=seconds)


# ------------------------------------------------------------------------------------------- lengths


@pytest.mark.parametrize(
    ("written", "length"),
    [
        ("1 day", DAY),
        ("1 week", 7 * DAY),
        ("1 month", 30 * DAY),
        ("1 year", 365 * DAY),
        ("2 hours", 2 * HOUR),
    ],
)
def test_a_length_of_time_is_the_same_on_every_date(written: str, length: object) -> None:
    recent = f"{{signal: visit, points: 10, in_last: {written}}}"
    assert Duration.parse(written).microseconds * MICRO == length
    for now in (NOW, at("2024-03-01 00:00"), at("2026-03-29 12:00")):
        assert earned(recent, page(now - length + MICRO), as_of=now) == 10  # type: ignore[operator]
        assert earned(recent, page(now - length), as_of=now) == 0  # type: ignore[operator]


def test_a_day_of_a_window_is_24_hours_when_the_clocks_change() -> None:
    noon = at(
        "2026-03-29 12:00", "Europe/Berlin"
    )  # the night had 23 hours: the day before 12:00 is 23 hours ago
    rule, zone = "{signal: visit, points: 10, in_last: 1 day}", "timezone: Europe/Berlin"
    assert earned(rule, page(at("2026-03-28 12:00", "Europe/Berlin")), as_of=noon, more=zone) == 10
    assert earned(rule, page(at("2026-03-28 11:00", "Europe/Berlin")), as_of=noon, more=zone) == 0


# ------------------------------------------------------------------------------------------- in_last


def test_at_least_counts_events_and_is_one_by_default() -> None:
    assert earned("{signal: visit, points: 10}", page(NOW)) == 10
    twice = "{signal: visit, at_least: 2, points: 10}"
    assert earned(twice, page(NOW)) == 0
    assert earned(twice, page(NOW), page(NOW - 300 * DAY)) == 10


def test_points_are_given_once_unless_each() -> None:
    visits = [page(NOW), page(NOW - DAY), page(NOW - 2 * DAY)]
    assert earned("{signal: visit, points: 10}", *visits) == 10
    assert earned("{signal: visit, each: event, points: 10}", *visits) == 30


def test_an_event_exactly_as_old_as_the_window_is_out() -> None:
    rule = "{signal: visit, points: 10, in_last: 30 days}"
    assert earned(rule, page(NOW - 30 * DAY)) == 0
    assert earned(rule, page(NOW - 30 * DAY + MICRO)) == 10
    assert earned(rule, page(NOW)) == 10


def test_in_last_counts_only_the_events_in_it() -> None:
    found = scored(
        "{signal: visit, at_least: 2, points: 10, in_last: 30 days}", page(NOW), page(NOW - 40 * DAY)
    )
    assert found.lines == ()
    found = scored(
        "{signal: visit, points: 10, in_last: 30 days}", page(NOW), page(NOW - DAY), page(NOW - 40 * DAY)
    )
    assert line_of(found).count == 2


def test_distinct_sees_only_the_events_of_in_last() -> None:
    rule = "{signal: open, distinct: campaign, at_least: 2, points: 10, in_last: 60 days}"
    assert earned(rule, opened(1, "a"), opened(59, "b")) == 10
    assert earned(rule, opened(1, "a"), opened(60, "b")) == 0


def test_sum_sees_only_the_events_of_in_last() -> None:
    rule = "{signal: visit, sum: seconds, at_least: 600, points: 5, in_last: 30 days}"
    assert earned(rule, stayed(1, 300), stayed(29, 300)) == 5
    assert earned(rule, stayed(1, 300), stayed(30, 300)) == 0


def test_each_sees_only_the_events_of_in_last() -> None:
    # the week's first visit is out of the window, so its second is the first that is seen
    rule = "{signal: visit, each: 1 per week, points: 10, in_last: 2 days}"
    found = scored(rule, page(at("2026-02-24 10:00")), page(at("2026-02-28 10:00")))
    assert (found.engagement, line_of(found).last_at) == (1000, at("2026-02-28 10:00"))


def test_within_sees_only_the_events_of_in_last() -> None:
    rule = "{signal: visit, at_least: 2, within: 7 days, points: 10, in_last: 30 days}"
    assert earned(rule, page(NOW - 26 * DAY), page(NOW - 29 * DAY)) == 10
    assert earned(rule, page(NOW - 26 * DAY), page(NOW - 30 * DAY)) == 0


def test_a_sequence_sees_only_the_events_of_in_last() -> None:
    rule = "{sequence: [visit, demo], points: 10, in_last: 30 days}"
    assert earned(rule, page(NOW - 29 * DAY), event("Demo Requested", NOW)) == 10
    assert earned(rule, page(NOW - 30 * DAY), event("Demo Requested", NOW)) == 0


def test_same_session_sees_only_the_events_of_in_last() -> None:
    rule = "{same_session: [visit, demo], points: 10, in_last: 1 day}"
    demo = event("Demo Requested", NOW - DAY + MINUTE)
    assert earned(rule, page(NOW - DAY + MICRO), demo) == 10
    assert earned(rule, page(NOW - DAY), demo) == 0


# -------------------------------------------------------------------------------------------- within

THRICE = "{signal: visit, at_least: 3, within: 7 days, points: 15}"


def test_within_takes_both_ends() -> None:
    assert earned(THRICE, page(NOW - 7 * DAY), page(NOW - 3 * DAY), page(NOW)) == 15
    assert earned(THRICE, page(NOW - 7 * DAY - MICRO), page(NOW - 3 * DAY), page(NOW)) == 0


def test_within_looks_anywhere_in_history() -> None:
    week_long_ago = [page(NOW - n * DAY) for n in (307, 303, 300)]
    assert earned(THRICE, *week_long_ago) == 15
    assert earned(THRICE, *week_long_ago[1:], page(NOW)) == 0


def test_within_counts_events_at_one_instant() -> None:
    assert earned(THRICE, page(NOW), page(NOW), page(NOW)) == 15


def test_within_counts_from_event_to_event_and_not_by_calendar() -> None:
    rule = "{signal: visit, at_least: 2, within: 1 day, points: 15}"
    assert earned(rule, page(at("2026-02-01 23:00")), page(at("2026-02-02 22:00"))) == 15


def test_distinct_within_takes_different_values_in_one_window() -> None:
    rule = "{signal: open, distinct: campaign, at_least: 2, within: 7 days, points: 10}"
    assert earned(rule, opened(10, "a"), opened(3, "b")) == 10
    assert earned(rule, opened(10.1, "a"), opened(3, "b")) == 0
    assert earned(rule, opened(4, "a"), opened(3, "a"), opened(2, "a")) == 0


def test_same_within_takes_events_that_share_a_value_in_one_window() -> None:
    rule = "{signal: open, same: campaign, at_least: 2, within: 7 days, points: 10}"
    assert earned(rule, opened(10, "a"), opened(5, "b"), opened(3, "a")) == 10
    assert earned(rule, opened(10, "a"), opened(5, "b"), opened(2.9, "a")) == 0


def test_sum_within_adds_up_the_window_before_some_event() -> None:
    rule = "{signal: visit, sum: seconds, at_least: 600, within: 7 days, points: 5}"
    assert earned(rule, stayed(107, 300), stayed(100, 300), stayed(1, 1)) == 5
    assert earned(rule, stayed(107.1, 300), stayed(100, 300), stayed(1, 1)) == 0


# ------------------------------------------------------------------------------- distinct, same, sum


def test_distinct_counts_different_values_instead_of_events() -> None:
    rule = "{signal: open, distinct: campaign, at_least: 2, points: 10}"
    assert earned(rule, opened(1, "a"), opened(2, "a"), opened(3, "a")) == 0
    found = scored(rule, opened(1, "a"), opened(2, "a"), opened(3, "b"))
    assert (found.engagement, line_of(found).count) == (1000, 2)


def test_values_that_differ_in_case_or_space_are_one_value() -> None:
    assert (
        earned("{signal: open, distinct: campaign, at_least: 2, points: 10}", opened(1, "A "), opened(2, "a"))
        == 0
    )
    assert (
        earned("{signal: open, same: campaign, at_least: 2, points: 10}", opened(1, "A "), opened(2, "a"))
        == 10
    )


def test_same_counts_the_events_that_share_one_value_for_the_value_with_most() -> None:
    rule = "{signal: open, same: campaign, at_least: 3, points: 5}"
    assert earned(rule, opened(1, "a"), opened(2, "b"), opened(3, "a")) == 0
    found = scored(rule, opened(1, "a"), opened(2, "b"), opened(3, "a"), opened(4, "a"))
    assert (found.engagement, line_of(found).count) == (500, 3)


def test_sum_adds_a_numeric_property_up() -> None:
    rule = "{signal: visit, sum: seconds, at_least: 600, points: 5}"
    assert earned(rule, stayed(1, 599.999999)) == 0
    found = scored(rule, stayed(1, 100), stayed(2, 200.5), stayed(3, 299.5))
    assert (found.engagement, line_of(found).count) == (500, 3)


def test_sum_is_exact_in_decimals() -> None:
    # 0.1 + 0.2 is 0.3, whatever binary fractions say
    assert (
        earned("{signal: visit, sum: seconds, at_least: 0.3, points: 5}", stayed(1, 0.1), stayed(2, 0.2)) == 5
    )


def test_sum_takes_text_that_is_a_number_and_nothing_else() -> None:
    rule = "{signal: visit, sum: seconds, at_least: 10, points: 5}"
    assert earned(rule, stayed(1, "10")) == 5
    assert earned(rule, stayed(1, " 4.5 "), stayed(2, 5.5)) == 5
    for nothing in ("ten", True, None, "", "n/a"):
        assert earned(rule, stayed(1, nothing), stayed(2, 9)) == 0


def test_numbers_are_rounded_to_six_places_before_they_are_added_up() -> None:
    rule = "{signal: visit, sum: seconds, at_least: 0.000001, points: 5}"
    assert earned(rule, stayed(1, 0.0000004), stayed(2, 0.0000004), stayed(3, 0.0000004)) == 0
    assert earned(rule, stayed(1, 0.0000006)) == 5


def test_a_sum_goes_down_with_a_negative_number() -> None:
    rule = "{signal: visit, sum: seconds, at_least: 10, points: 5}"
    assert earned(rule, stayed(2, 10), stayed(1, -1)) == 0
    assert earned(rule, stayed(2, 11), stayed(1, -1)) == 5


def test_distinct_same_and_sum_see_only_events_that_have_the_property() -> None:
    distinct = "{signal: open, distinct: campaign, at_least: 2, points: 10}"
    assert earned(distinct, opened(1, "a"), opened(2, None), opened(3, "")) == 0
    same = "{signal: open, same: campaign, at_least: 2, points: 10}"
    assert earned(same, opened(1, None), opened(2, None), opened(3, " "), opened(4, " ")) == 0
    added = scored("{signal: visit, sum: seconds, at_least: 5, points: 10}", stayed(3, 5), stayed(1, None))
    assert (line_of(added).count, line_of(added).last_at) == (1, NOW - 3 * DAY)


# --------------------------------------------------------------------------- same_session, sequence


def test_same_session_needs_all_of_them_in_one_session() -> None:
    rule = "{same_session: [guide, demo], points: 25}"
    guide, demo = event("Content Downloaded", NOW - 10 * MINUTE), event("Demo Requested", NOW)
    assert earned(rule, guide, demo) == 25
    assert earned(rule, guide) == 0
    assert earned(rule, event("Content Downloaded", NOW - DAY), demo) == 0


def test_same_session_does_not_ask_for_an_order() -> None:
    rule = "{same_session: [guide, demo], points: 25}"
    assert earned(rule, event("Demo Requested", NOW - MINUTE), event("Content Downloaded", NOW)) == 25


def test_one_event_may_match_several_signals_of_a_same_session() -> None:
    assert earned("{same_session: [visit, pricing], points: 25}", page(NOW, "/pricing")) == 25


def test_a_sequence_goes_from_each_to_a_later_next() -> None:
    rule = "{sequence: [guide, vs, pricing], points: 10}"
    guide, vs, pricing = (
        event("Content Downloaded", NOW - 3 * DAY),
        page(NOW - 2 * DAY, "/vs/x"),
        page(NOW, "/pricing"),
    )
    assert earned(rule, guide, vs, pricing) == 10
    assert earned(rule, guide, pricing) == 0
    assert earned(rule, vs, event("Content Downloaded", NOW - DAY), pricing) == 0


def test_other_events_may_stand_between_those_of_a_sequence() -> None:
    rule = "{sequence: [guide, demo], points: 10}"
    events = [event("Content Downloaded", NOW - 3 * DAY), page(NOW - DAY), event("Demo Requested", NOW)]
    assert earned(rule, *events) == 10


def test_two_events_at_one_instant_do_not_follow_each_other() -> None:
    rule = "{sequence: [guide, demo], points: 10}"
    assert earned(rule, event("Content Downloaded", NOW), event("Demo Requested", NOW)) == 0
    assert earned(rule, event("Content Downloaded", NOW - MICRO), event("Demo Requested", NOW)) == 10


def test_one_event_is_not_two_steps_of_a_sequence() -> None:
    rule = "{sequence: [visit, pricing], points: 10}"
    assert earned(rule, page(NOW, "/pricing")) == 0
    assert earned(rule, page(NOW, "/pricing"), page(NOW - SECOND, "/pricing")) == 10


def test_a_sequence_has_at_most_within_from_the_first_to_the_last() -> None:
    rule = "{sequence: [guide, vs, pricing], points: 10, within: 30 days}"
    rest = [page(NOW - DAY, "/vs/x"), page(NOW, "/pricing")]
    assert earned(rule, event("Content Downloaded", NOW - 30 * DAY), *rest) == 10
    assert earned(rule, event("Content Downloaded", NOW - 30 * DAY - MICRO), *rest) == 0


def test_a_sequence_may_begin_again_with_a_later_start() -> None:
    rule = "{sequence: [guide, demo], points: 10, within: 14 days}"
    starts = [event("Content Downloaded", NOW - days * DAY) for days in (40, 5)]
    assert earned(rule, *starts, event("Demo Requested", NOW)) == 10


def test_a_list_of_signals_counts_events_that_match_any_of_them_once() -> None:
    rule = "{signal: [visit, pricing, demo], each: event, points: 10}"
    assert earned(rule, page(NOW, "/pricing"), event("Demo Requested", NOW)) == 20


# ------------------------------------------------------------------------------- as conditions


@pytest.mark.parametrize(
    "condition",
    [
        "{signal: visit, at_least: 2}",
        "{signal: visit, at_least: 2, in_last: 30 days}",
        "{signal: visit, at_least: 2, within: 7 days}",
        "{signal: visit, distinct: path, at_least: 2}",
        "{signal: visit, same: kind, at_least: 2}",
        "{signal: visit, sum: seconds, at_least: 20}",
        "{same_session: [visit, pricing]}",
        "{sequence: [visit, pricing]}",
        "{none_of: demo, in_last: 1 minute}",
        "{sessions: {at_most: 1}, first_seen: {in_last: 1 day}, last_seen: {in_last: 1 day}}",
    ],
)
def test_conditions_on_behaviour_use_the_same_words_as_rules(condition: str) -> None:
    visits = [page(NOW - 2 * MINUTE, seconds=10, kind="k"), page(NOW, "/pricing", seconds=10, kind="k")]
    assert is_met(condition, *visits)
    assert not is_met(condition, event("Demo Requested", NOW - 2 * DAY), event("Demo Requested", NOW))
