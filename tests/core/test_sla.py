"""Clocks: what they show, worked out by hand; the oracle has the random ones."""

import json
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest

from handraise.core.calendar import WORKWEEK, Calendar, DaysClosed, NeverOpen, Week, always
from handraise.core.sla import (
    Cancelled,
    Clock,
    ClockInvalid,
    Compliance,
    Entry,
    OwnerChanged,
    Paused,
    Resumed,
    Started,
    Stopped,
    clocks_from,
    compliance,
    due_at,
    elapsed,
    entry_as_json,
    entry_from,
    remaining,
    state,
    warn_at,
)

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
OFFICE = Calendar("Office", "UTC", WORKWEEK)


def at(text: str) -> datetime:
    """A time of 24 November 2026, a Tuesday, or of another day of that month."""
    day, _, time = text.rpartition(" ")
    return datetime.fromisoformat(f"2026-11-{day or 24} {time}").replace(tzinfo=UTC)


def started(time: str = "10:00", target: timedelta = 2 * HOUR, calendar: Calendar = OFFICE) -> Started:
    return Started(at(time), target, calendar, "ada")


def clock(*entries: Entry) -> Clock:
    """The first clock of a hand-off that starts at ten and is due at noon."""
    return clocks_from([started(), *entries])[0]


def test_a_clock_is_due_when_its_open_time_is_used_up() -> None:
    assert due_at(clock()) == at("12:00")
    assert warn_at(clock()) == at("11:30")
    assert warn_at(clock(), 0.5) == at("11:00")
    overnight = clocks_from([started("16:00")])[0]
    assert due_at(overnight) == at("25 10:00")


@pytest.mark.parametrize(
    ("entries", "as_of", "expected"),
    [
        ([], "10:00", "running"),
        ([], "11:59", "running"),
        ([], "12:00", "breached"),
        ([Stopped(at("12:00"), "call")], "12:00", "met"),  # at the very instant is in time
        ([Stopped(at("11:00"), "call")], "10:59", "running"),
        ([Stopped(at("10:00"), "call")], "10:00", "met"),
        ([Stopped(at("11:00"), "call")], "30 12:00", "met"),
        ([Stopped(at("12:01"), "call")], "12:30", "breached"),  # late is late for good
        ([Paused(at("11:00"))], "11:00", "paused"),
        ([Paused(at("11:00"))], "30 12:00", "paused"),
        ([Paused(at("11:00")), Resumed(at("15:00"))], "15:59", "running"),
        ([Paused(at("11:00")), Resumed(at("15:00"))], "16:00", "breached"),
        ([Paused(at("12:00"))], "12:00", "breached"),  # too late to ask for more time
        ([Cancelled(at("11:00"))], "12:30", "cancelled"),
        ([Cancelled(at("12:00"))], "12:30", "breached"),
        ([Cancelled(at("13:00"))], "12:59", "breached"),
        ([OwnerChanged(at("11:00"), "bob", OFFICE)], "12:30", "reassigned"),
        ([OwnerChanged(at("12:00"), "bob", OFFICE)], "12:30", "breached"),
        ([Paused(at("11:00")), Stopped(at("14:00"), "call")], "14:00", "met"),
        ([Stopped(at("09:59"), "call")], "11:00", "running"),  # about something before this hand-off
    ],
)
def test_the_state_of_a_clock_at_an_instant(entries: list[Entry], as_of: str, expected: str) -> None:
    assert state(clock(*entries), at(as_of)) == expected


def test_a_state_of_the_past_does_not_change_with_what_follows() -> None:
    later: list[Entry] = [
        Paused(at("11:00")),
        Resumed(at("13:00")),
        OwnerChanged(at("13:30"), "bob", OFFICE),
    ]
    for known in range(len(later) + 1):
        assert state(clock(*later[:known]), at("10:59")) == "running"
        assert remaining(clock(*later[:known]), at("10:59")) == 61 * MINUTE


def test_a_clock_that_ended_in_a_pause_is_not_paused_any_more() -> None:
    assert clock(Paused(at("11:00"))).is_paused
    assert not clock(Paused(at("11:00")), Cancelled(at("11:30"))).is_paused


def test_pauses_do_not_count() -> None:
    paused = clock(Paused(at("10:30")), Resumed(at("13:00")), Paused(at("14:00")))
    assert elapsed(paused, at("10:45")) == 30 * MINUTE
    assert elapsed(paused, at("13:30")) == HOUR
    assert elapsed(paused, at("30 12:00")) == 1.5 * HOUR
    assert warn_at(paused) == at("14:00")  # just reached
    assert due_at(paused) is None


def test_a_pause_of_a_paused_clock_and_a_resumption_of_a_running_one_change_nothing() -> None:
    once = clock(Paused(at("10:30"), "first"), Resumed(at("11:00")))
    twice = clock(
        Resumed(at("10:15")),
        Paused(at("10:30"), "first"),
        Paused(at("10:45"), "second"),
        Resumed(at("11:00")),
    )
    assert twice == once


def test_what_is_left_is_negative_by_how_late_a_contact_is() -> None:
    assert remaining(clock(), at("11:30")) == 30 * MINUTE
    assert remaining(clock(), at("25 09:30")) == -5.5 * HOUR
    assert remaining(clock(Stopped(at("12:10"), "call")), at("30 12:00")) == -10 * MINUTE


def test_a_new_owner_has_the_full_target_in_their_own_hours() -> None:
    sydney = Calendar("Sydney", "Australia/Sydney", WORKWEEK)
    first, second = clocks_from([started(), OwnerChanged(at("11:00"), "bob", sydney)])
    assert state(first, at("11:00")) == "reassigned"
    assert (second.owner, second.turn, second.started_at) == ("bob", 1, at("11:00"))
    assert due_at(second) == at("25 00:00")  # 11:00 in Sydney, two hours after opening
    assert elapsed(first, at("30 12:00")) == HOUR


def test_a_pause_ends_with_its_owner() -> None:
    _, second = clocks_from([started(), Paused(at("10:30")), OwnerChanged(at("11:00"), "bob", OFFICE)])
    assert state(second, at("11:00")) == "running"
    assert due_at(second) == at("13:00")


def test_the_contact_stops_the_clock_of_whoever_owns_it_then() -> None:
    first, second = clocks_from(
        [started(), OwnerChanged(at("12:30"), "bob", OFFICE), Stopped(at("13:00"), "meeting")]
    )
    assert (state(first, at("13:00")), state(second, at("13:00"))) == ("breached", "met")


def test_a_contact_told_late_stands_where_it_belongs() -> None:
    told_late: list[Entry] = [
        started(),
        OwnerChanged(at("12:30"), "bob", OFFICE),
        Stopped(at("11:55"), "call"),
    ]
    (only,) = clocks_from(told_late)
    assert state(only, at("13:00")) == "met"


def test_the_order_in_which_entries_are_told_does_not_matter() -> None:
    entries: list[Entry] = [
        started(),
        Paused(at("10:10")),
        Resumed(at("10:20")),
        OwnerChanged(at("11:00"), "bob", OFFICE),
        Stopped(at("11:30"), "call"),
    ]
    assert len({clocks_from(told) for told in permutations(entries)}) == 1


def test_a_contact_at_the_instant_of_a_reassignment_is_the_old_owners() -> None:
    told: list[Entry] = [started(), OwnerChanged(at("11:00"), "bob", OFFICE), Stopped(at("11:00"), "call")]
    (only,) = clocks_from(told)
    assert (only.owner, state(only, at("11:00"))) == ("ada", "met")


def test_nothing_happens_to_a_clock_that_has_ended() -> None:
    ended = clocks_from([started(), Cancelled(at("11:00"), "merged")])
    more: list[Entry] = [OwnerChanged(at("11:30"), "bob", OFFICE), Stopped(at("11:40"), "call")]
    assert clocks_from([started(), Cancelled(at("11:00"), "merged"), *more]) == ended


@pytest.mark.parametrize("entries", [[], [Stopped(at("11:00"), "call")], [started(), started("11:00")]])
def test_a_clock_has_one_start(entries: list[Entry]) -> None:
    with pytest.raises(ClockInvalid, match="a clock has one start"):
        clocks_from(entries)


def test_a_lead_that_was_an_mql_for_a_week_is_due_from_when_we_knew() -> None:
    known_late = Started(at("10:00"), 2 * HOUR, OFFICE, "ada", became_at=at("17 10:00"))
    (only,) = clocks_from([known_late])
    assert only.became_at == at("17 10:00")
    assert state(only, at("10:00")) == "running"
    assert due_at(only) == at("12:00")
    assert elapsed(only, at("10:00")) == timedelta()


def test_editing_a_calendar_changes_no_clock_that_has_its_snapshot() -> None:
    told = [entry_as_json(started("16:00"))]  # as it was stored
    edited = OFFICE.without([DaysClosed(date(2026, 11, 25), date(2026, 11, 30))])
    (only,) = clocks_from([entry_from(json.loads(json.dumps(one))) for one in told])
    assert due_at(only) == at("25 10:00")
    assert due_at(clocks_from([started("16:00", calendar=edited)])[0]) != due_at(only)


def test_a_clock_that_never_rests_is_due_at_night() -> None:
    (only,) = clocks_from([started("23:00", calendar=always())])
    assert due_at(only) == at("25 01:00")


def test_an_owner_without_hours_is_an_error_at_the_start_and_no_breach_in_a_report() -> None:
    (only,) = clocks_from([started(calendar=Calendar("Shut", "UTC", Week.of()))])
    with pytest.raises(NeverOpen):
        due_at(only)
    assert state(only, at("30 12:00")) == "running"


def test_a_service_level_of_no_time_is_refused() -> None:
    with pytest.raises(ValueError, match="is no service level"):
        started(target=timedelta())


@pytest.mark.parametrize(
    "entry",
    [
        started(),
        Started(at("10:00"), 5 * MINUTE, OFFICE, None, at("09:00")),
        Paused(at("10:00"), "call next week"),
        Resumed(at("10:00")),
        OwnerChanged(at("10:00"), "bob", always("Asia/Kathmandu")),
        OwnerChanged(at("10:00"), None, OFFICE),
        Stopped(at("10:00"), "call"),
        Cancelled(at("10:00"), "duplicate"),
    ],
)
def test_reading_an_entry_that_was_written_gives_an_equal_one(entry: Entry) -> None:
    assert entry_from(json.loads(json.dumps(entry_as_json(entry)))) == entry


def test_what_is_no_entry_is_refused() -> None:
    with pytest.raises(ValueError, match="no entry of a clock: kind 'melted'"):
        entry_from({"kind": "melted", "at": "2026-11-24T10:00:00+00:00"})


# ------------------------------------------------------------------------------------------- compliance


def contacted(minutes: int) -> Clock:
    return clock(Stopped(at("10:00") + minutes * MINUTE, "call"))


def test_compliance_counts_what_was_kept_and_how_fast() -> None:
    clocks = [contacted(minutes) for minutes in (5, 10, 15, 119, 120, 121)]
    clocks += [clock(), clock(Paused(at("10:05"))), clock(Cancelled(at("11:00")))]
    clocks += [clock(OwnerChanged(at("11:00"), "bob", OFFICE))]
    assert compliance(clocks, at("13:00")) == Compliance(
        met=5,
        breached=2,
        running=1,
        cancelled=1,
        reassigned=1,
        uncontacted=1,
        share_met=5 / 7,
        median=67 * MINUTE,
        p90=121 * MINUTE,
    )


def test_compliance_of_the_past_knows_nothing_of_the_future() -> None:
    clocks = [contacted(30), contacted(90), *clocks_from([started("14:00")])]
    then = compliance(clocks, at("11:00"))
    assert (then.met, then.running, then.median, then.share_met) == (1, 1, 30 * MINUTE, 1)


def test_a_share_of_nothing_is_unknown() -> None:
    nothing = compliance([], at("11:00"))
    assert (nothing.share_met, nothing.median, nothing.p90) == (None, None, None)


@pytest.mark.parametrize(("count", "expected"), [(1, 1), (9, 9), (10, 9), (11, 10), (20, 18), (100, 90)])
def test_nine_in_ten_do_not_exceed_the_90th_percentile(count: int, expected: int) -> None:
    found = compliance([contacted(minutes) for minutes in range(count, 0, -1)], at("17:00"))
    assert found.p90 == expected * MINUTE
