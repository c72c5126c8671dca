"""Calendars as JSON: what is written is read back, and what is wrong is named at its place."""

import json
from datetime import date, datetime
from random import Random
from typing import Any

import pytest

from handraise.core.calendar import Calendar, CalendarInvalid, DaysClosed, Opening, Week, calendar_from
from tests.core.clock_cases import ZONES, calendar, changes

WHOLE: dict[str, Any] = {
    "name": "Support",
    "zone": "Europe/Berlin",
    "hours": {"monday": [["13:00", "17:00"], ["09:00", "12:00"]], "sunday": [["22:00", "24:00"]]},
    "holidays": ["2026-12-25"],
    "special_days": {"2026-12-24": [["09:00", "12:00"]], "2026-12-31": []},
    "closures": [
        {"from": "2027-01-01", "to": "2027-01-03"},
        {"from": "2026-11-24T12:00:00+01:00", "to": "2026-11-24T14:00:00Z"},
    ],
}


def test_every_part_is_read() -> None:
    read = calendar_from(WHOLE)
    assert read.week == Week.of(monday="09:00-12:00 13:00-17:00", sunday="22:00-24:00")
    assert read.holidays == {date(2026, 12, 25)}
    assert read.hours_on(date(2026, 12, 24)) == (Opening.of("09:00", "12:00"),)
    assert read.closures[0] == DaysClosed(date(2027, 1, 1), date(2027, 1, 3))
    assert not read.is_open(datetime.fromisoformat("2026-11-24T13:59:59Z"))


@pytest.mark.parametrize("zone", ZONES)
def test_reading_what_was_written_gives_an_equal_calendar(zone: str) -> None:
    for seed in range(20):
        made = calendar_from(calendar(Random(seed), zone, changes(zone)[0]))
        assert calendar_from(json.loads(json.dumps(made.as_json()))) == made


def test_a_week_is_enough() -> None:
    read = calendar_from({"name": "A", "zone": "UTC", "hours": {"friday": [["09:00", "10:00"]]}})
    assert read == Calendar("A", "UTC", Week.of(friday="09:00-10:00"))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"zone": "Europe/Berlyn"}, "zone: `Europe/Berlyn` is no time zone; did you mean `Europe/Berlin`?"),
        ({"zone": "../etc/passwd"}, "zone: `../etc/passwd` is no time zone; write one such as Europe/Berlin"),
        ({"zone": None}, "zone: missing"),
        ({"name": " "}, "name: write a text"),
        ({"hours": None}, "hours: missing"),
        ({"hours": {"mondy": []}}, "hours.mondy: no day of the week; did you mean `monday`?"),
        (
            {"hours": {"monday": "9-5"}},
            'hours.monday: write a list of openings, such as [["09:00", "17:00"]]',
        ),
        (
            {"hours": {"monday": [["09:00"]]}},
            'hours.monday[0]: write an opening as two times, such as ["09:00", "17:00"]',
        ),
        (
            {"hours": {"monday": [["09:00", "24:01"]]}},
            "hours.monday[0]: `24:01` is not a time of day; write it such as `09:00` "
            "(the end of the day is `24:00`)",
        ),
        (
            {"hours": {"monday": [["22:00", "06:00"]]}},
            "hours.monday[0]: `22:00-06:00` does not end after it starts; write hours over midnight as two, "
            "up to `24:00` on the one day and from `00:00` on the next",
        ),
        (
            {"hours": {"monday": [["09:00", "12:00"], ["11:00", "13:00"]]}},
            "hours.monday: `09:00-12:00` and `11:00-13:00` overlap; make them one",
        ),
        ({"holidays": ["24.12."]}, "holidays[0]: `24.12.` is no date; write it such as 2026-12-24"),
        ({"holidays": "2026-12-24"}, "holidays: write a list"),
        ({"special_days": {"eve": []}}, "special_days: `eve` is no date; write it such as 2026-12-24"),
        (
            {"closures": [{"from": "2026-12-24", "to": "2026-12-23"}]},
            "closures[0]: 2026-12-23 is before 2026-12-24; a closure ends on or after its first day",
        ),
        (
            {"closures": [{"from": "2026-12-24", "to": "2026-12-23T10:00Z"}]},
            "closures[0]: 2026-12-24T00:00:00 has no time zone; give an instant, such as "
            "2026-12-24T00:00:00+00:00",
        ),
        (
            {"closures": [{"from": "noon", "to": "night"}]},
            "closures[0]: `noon` to `night` is no closure; write two dates, or two instants such as "
            "2026-12-24T12:00+01:00",
        ),
        ({"closures": [{"from": "2026-12-24"}]}, "closures[0].to: missing"),
        ({"closures": ["2026"]}, "closures[0]: write a mapping of names to values"),
        ({"holiday": []}, "holiday: no such key; did you mean `holidays`?"),
    ],
)
def test_a_problem_is_named_at_its_place(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(CalendarInvalid) as caught:
        calendar_from(WHOLE | change)
    assert caught.value.problems[0] == problem


def test_all_problems_are_named_at_once() -> None:
    with pytest.raises(CalendarInvalid) as caught:
        calendar_from({"zone": "Nowhere", "hours": {"monday": [["9", "10"]]}, "holidays": ["x"]})
    assert [problem.split(":")[0] for problem in caught.value.problems] == [
        "name",
        "zone",
        "hours.monday[0]",
        "holidays[0]",
    ]


@pytest.mark.parametrize("data", [None, [], "calendar", 3, {1: 2}])
def test_what_is_no_mapping_is_refused(data: object) -> None:
    with pytest.raises(CalendarInvalid, match="calendar: "):
        calendar_from(data)
