"""Public holidays of a country, as the dates a calendar takes.

A calendar keeps dates, not a country: what was a holiday when a clock started must not change with a newer
release of the library. Refresh the dates of a calendar once a year.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from holidays import HolidayBase, country_holidays, list_supported_countries
from holidays.constants import HALF_DAY

from handraise.core.errors import InputInvalid
from handraise.core.saying import Saying


def holidays_of(
    country: str, years: Iterable[int], subdivision: str | None = None, language: str = "en_US"
) -> dict[date, str]:
    """Dates and names of the public holidays, substitutes for those at a weekend included.

    Parameters
    ----------
    country
        ISO 3166-1 code of two letters (`DE`).
    subdivision
        ISO 3166-2 code without the country (`BY`); None: only what holds in the whole country.
    language
        Of the names; a language the country is not translated to gives its own.

    Raises
    ------
    InputInvalid
        When nothing is known of the country or the subdivision.

    Examples
    --------
    >>> holidays_of("DE", [2026], "BY")[date(2026, 1, 6)]
    'Epiphany'
    """
    return _dates(_known(country, subdivision, language), years)


def half_days_of(
    country: str, years: Iterable[int], subdivision: str | None = None, language: str = "en_US"
) -> dict[date, str]:
    """Dates and names of the days customarily worked in half; few countries have any on record.

    Raises
    ------
    InputInvalid
        When nothing is known of the country or the subdivision.
    """
    known = _known(country, subdivision, language)
    if HALF_DAY not in known.supported_categories:
        return {}
    return _dates(country_holidays(country, subdivision, language=language, categories=HALF_DAY), years)


def countries() -> Mapping[str, tuple[str, ...]]:
    """The countries whose holidays are known, each with its subdivisions."""
    known = list_supported_countries(include_aliases=False)
    return {country: tuple(known[country]) for country in sorted(known)}


def _known(country: str, subdivision: str | None, language: str) -> HolidayBase:
    subdivisions = countries().get(country)
    if subdivisions is None:
        raise InputInvalid(
            Saying(
                "no holidays are known of `{country}`; write a code such as DE or list the dates",
                country=country,
            )
        )
    try:
        # The language is always said: without one the library would read it from the environment.
        return country_holidays(country, subdivision, language=language)
    except NotImplementedError:
        raise InputInvalid(
            Saying(
                "no holidays are known of `{country}-{subdivision}`; the subdivisions are {listed}",
                country=country,
                subdivision=subdivision,
                listed=", ".join(subdivisions),
            )
        ) from None


def _dates(known: HolidayBase, years: Iterable[int]) -> dict[date, str]:
    asked = sorted(set(years))
    for year in asked:
        # The library works a year out when one of its dates is asked for.
        known.get(date(year, 1, 1))
    return {day: known[day] for day in sorted(known) if day.year in asked}
