"""Public holidays as the dates a calendar takes."""

from datetime import date

import pytest

from handraise.connect.holidays_of import countries, half_days_of, holidays_of
from handraise.core.errors import InputInvalid


def test_a_subdivision_adds_its_own_holidays() -> None:
    everywhere, bavaria = holidays_of("DE", [2026]), holidays_of("DE", [2026], "BY")
    assert everywhere[date(2026, 10, 3)] == "German Unity Day"
    assert date(2026, 1, 6) not in everywhere
    assert bavaria[date(2026, 1, 6)] == "Epiphany"
    assert everywhere.keys() < bavaria.keys()


def test_only_the_years_asked_for_are_given() -> None:
    assert {day.year for day in holidays_of("US", [2026, 2028])} == {2026, 2028}
    assert holidays_of("US", []) == {}


def test_a_holiday_at_a_weekend_gives_its_substitute_even_in_the_year_before() -> None:
    found = holidays_of("US", [2021])
    assert date(2021, 7, 5) in found
    assert date(2021, 12, 31) in found  # New Year's Day 2022 is a Saturday


def test_names_do_not_depend_on_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "de")
    assert holidays_of("DE", [2026])[date(2026, 12, 25)] == "Christmas Day"
    assert holidays_of("DE", [2026], language="de")[date(2026, 12, 25)] == "Erster Weihnachtstag"


def test_half_days_are_apart_from_holidays() -> None:
    assert date(2026, 12, 24) in half_days_of("GR", [2026])
    assert date(2026, 12, 24) not in holidays_of("GR", [2026])
    assert half_days_of("DE", [2026]) == {}


@pytest.mark.parametrize(("country", "subdivision"), [("ZZ", None), ("DE", "XX"), ("Germany", None)])
def test_an_unknown_place_is_named(country: str, subdivision: str | None) -> None:
    with pytest.raises(InputInvalid, match=f"no holidays are known of `{country}"):
        holidays_of(country, [2026], subdivision)


def test_the_countries_are_listed_with_their_subdivisions() -> None:
    assert "BY" in countries()["DE"]
    assert len(countries()) > 200
