"""Calendars and clocks against an oracle that walks from minute to minute.

`HANDRAISE_CLOCK_CASES` says how many cases; the proof is 100,000 without a difference.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random

import pytest

from handraise.core.calendar import Calendar, Span, calendar_from
from handraise.core.sla import (
    Cancelled,
    Entry,
    OwnerChanged,
    Paused,
    Resumed,
    Started,
    Stopped,
    clocks_from,
    due_at,
    elapsed,
    state,
    warn_at,
)
from tests.core.clock_cases import (
    MINUTE,
    ZONES,
    amount,
    calendar,
    changes,
    every,
    happenings,
    shuffled,
    week,
)
from tests.oracle import clocks as oracle
from tests.oracle.clocks import DAY, Book, Happening, Told, moment

CASES = int(os.environ.get("HANDRAISE_CLOCK_CASES", "2000"))  # noqa: TID251 - how long the proof runs
PER_CALENDAR = 36  # cases share a calendar, since the oracle takes long to look at one


@dataclass(frozen=True)
class Kept:
    """One calendar, as the product has it and as the oracle has it."""

    calendar: Calendar
    book: Book


def drawn(rng: Random, zone: str, change: int) -> Kept:
    data = calendar(rng, zone, change)
    if rng.random() < 0.6:
        return Kept(calendar_from(data), Book(data))
    own = week(rng) if rng.random() < 0.3 else every(oracle.WEEKDAYS, ("00:00", "23:00"))
    start = change + rng.randrange(-DAY, DAY)
    away = (start, start + rng.randrange(1, DAY))
    person = calendar_from({"name": "own", "zone": zone, "hours": own})
    bounded = calendar_from(data).within(person.week).without([Span(moment(away[0]), moment(away[1]))])
    if not bounded.open_time(moment(change + 20 * DAY), moment(change + 27 * DAY)) > 6 * 60 * MINUTE:
        return Kept(
            calendar_from(data), Book(data)
        )  # weeks with too little in common: the oracle would walk on
    return Kept(bounded, Book(data, own, [away]))


@pytest.mark.parametrize("zone", ZONES)
def test_calendars_and_clocks_agree_with_the_walk_from_minute_to_minute(zone: str) -> None:
    cases = -(-CASES // len(ZONES))
    for seed in range(-(-cases // PER_CALENDAR)):
        rng = Random(f"{zone} {seed}")
        change = changes(zone)[seed % len(changes(zone))]
        one, other = drawn(rng, zone, change), drawn(rng, rng.choice((zone, *ZONES)), change)
        for case in range(min(PER_CALENDAR, cases - seed * PER_CALENDAR)):
            place = f"{zone}, seed {seed}, case {case}"
            start = (
                change + rng.randrange(-3 * DAY, DAY) if rng.random() < 0.7 else change - rng.randrange(120)
            )
            (compare_calendar if case % 2 else compare_clock)(rng, place, start, one, other)


def compare_calendar(rng: Random, place: str, start: int, one: Kept, other: Kept) -> None:
    at, end, needed = moment(start), start + rng.randrange(3 * DAY), amount(rng)
    assert one.calendar.is_open(at) == one.book.is_open(start), place
    assert one.calendar.opens_after(at) == moment(oracle.opens_after(one.book, start)), place
    assert one.calendar.open_time(at, moment(end)) == oracle.open_time(one.book, start, end) * MINUTE, place
    assert one.calendar.due(at, needed * MINUTE) == moment(oracle.due(one.book, start, needed)), place


def compare_clock(rng: Random, place: str, start: int, one: Kept, other: Kept) -> None:
    target = amount(rng)
    people = {"first": one, "second": other, "third": one}
    told = happenings(rng, start, ("second", "third"))
    as_of = start + rng.randrange(rng.choice((300, DAY, 4 * DAY)))
    entries: list[Entry] = [entry(happening, people) for happening in shuffled(rng, told)]
    entries.insert(
        rng.randint(0, len(entries)), Started(moment(start), target * MINUTE, one.calendar, "first")
    )
    got = [clock for clock in clocks_from(entries) if clock.started_at <= moment(as_of)]
    books = {name: kept.book for name, kept in people.items()}
    walked = oracle.story(books, start, target, told, as_of)
    assert [clock.owner for clock in got] == [clock.owner for clock in walked], place
    for clock, expected in zip(got, walked, strict=True):
        assert state(clock, moment(as_of)) == expected.state, place
        assert elapsed(clock, moment(as_of)) == expected.used * MINUTE, place
        then = clock.as_of(moment(as_of))
        until = moment(as_of) if then.ending is None else then.ending.at
        compare_instant(due_at(then), expected.breached, until, place)
        compare_instant(warn_at(then), expected.warned, until, place)


def compare_instant(got: datetime | None, expected: int | None, until: datetime, place: str) -> None:
    """The walk only sees what is reached before the clock ends, or by the last minute walked."""
    if expected is not None:
        assert got == moment(expected), place
    else:
        assert got is None or got >= until, place


def entry(happening: Happening, people: Mapping[str, Kept]) -> Entry:
    at = moment(happening.minute)
    match happening.kind:
        case "paused":
            return Paused(at)
        case "resumed":
            return Resumed(at)
        case "stopped":
            return Stopped(at, "call")
        case "cancelled":
            return Cancelled(at)
        case _:
            return OwnerChanged(at, happening.owner, people[happening.owner].calendar)


def test_the_oracle_believes_the_clock_on_the_wall() -> None:
    """Worked by hand: Berlin, 29 March 2026, the hour from 02:00 to 03:00 does not exist."""
    book = Book(
        {
            "zone": "Europe/Berlin",
            "hours": {"sunday": [["01:30", "03:30"]]},
            "holidays": [],
            "special_days": {},
            "closures": [],
        }
    )
    half_past_midnight_utc = oracle.minute_at(datetime.fromisoformat("2026-03-29T00:30+00:00"))
    assert oracle.open_time(book, half_past_midnight_utc - 300, half_past_midnight_utc + 300) == 60
    assert oracle.due(book, half_past_midnight_utc, 45) == half_past_midnight_utc + 45
    october = oracle.minute_at(datetime.fromisoformat("2026-10-25T00:00+02:00"))
    assert oracle.open_time(book, october, october + DAY) == 180
    # from 23:30 UTC, 01:30 on the wall: used up by 02:20 on the wall, forty minutes before due
    told = oracle.story({"first": book}, october, 60, [Happening(october + 140, "stopped")], october + DAY)
    assert told == [Told("first", book, used=50, ending="met", warned=october + 135)]
