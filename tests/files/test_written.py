"""Months and sums as people and exports write them."""

import calendar
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handraise.core.errors import InputInvalid
from handraise.files.written import First, Mark, amount_in, first_in, mark_in, month_in

MARCH = date(2026, 3, 1)
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
cents = st.integers(0, 10**11)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-03", "2026-03-31", "2026/3", "2026.03.01", "202603", "20260315", "2026-03-01T00:00:00Z",
        "2026-03-01 00:00", "03/2026", "3.2026", "31.3.2026", "01.03.26", "1. 3. 2026", "March 2026",
        "Mar 26", "Mar-26", "mar. 2026", "Mar '26", "März 2026", "Mrz. 26", "MÄRZ 2026", "1. März 2026",
        "01-Mar-2026", "March 1, 2026", "March 1, 2026, 12:00 AM", "Sun, Mar 1, 2026",
        "2026-03-01 - 2026-03-31", "1 Mar 2026 – 31 Mar 2026", "2026-03-01 bis 2026-03-31",
    ],
)  # fmt: skip
def test_a_month_is_read_however_it_is_written(cell: str) -> None:
    assert month_in(cell, "day") == month_in(cell, "month") == MARCH


@pytest.mark.parametrize(
    "cell",
    [
        "", "2026", "13/2026", "2026-13", "2026-02-30", "1999-03", "Ma 2026", "Foo 2026", "26-Mar", "--",
        "2026-03-01 - 2026-04-30", "2026-03 - 2026-03 - 2026-03", "३/2026", "2026-03-01x",
        pytest.param("1" * 10_000, id="endless"),
    ],
)  # fmt: skip
def test_what_is_no_month_or_more_than_one_is_none(cell: str) -> None:
    assert month_in(cell, "day") is None


@given(days)
def test_days_with_strokes_are_read_by_what_comes_first(day: date) -> None:
    american, european = f"{day.month}/{day.day}/{day.year}", f"{day.day:02}/{day.month:02}/{day.year}"
    assert month_in(american, "month") == month_in(european, "day") == day.replace(day=1)


@given(days)
def test_a_name_of_a_month_means_it(day: date) -> None:
    assert month_in(f"{calendar.month_name[day.month]} {day.year}", "day") == day.replace(day=1)
    assert month_in(f"{calendar.month_abbr[day.month]}-{day:%y}", "day") == day.replace(day=1)


@pytest.mark.parametrize(
    ("cells", "first"),
    [
        (["3/1/2026", "3/13/2026"], "month"),
        (["3/1/2026 - 3/31/2026"], "month"),
        (["1/3/2026", "13/3/2026"], "day"),
        (["2026-03", "3/3/2026"], "day"),
        ([], "day"),
    ],
)
def test_one_date_that_can_mean_one_thing_only_tells_of_all(cells: list[str], first: First) -> None:
    assert first_in(cells) == first


@pytest.mark.parametrize(
    ("cells", "why"),
    [(["1/1/2026", "1/3/2026", "1/4/2026"], "may mean two"), (["1/13/2026", "13/1/2026"], "in two ways")],
)
def test_dates_that_do_not_tell_are_asked_about(cells: list[str], why: str) -> None:
    with pytest.raises(InputInvalid, match=f"{why}.*the day or the month"):
        first_in(cells)


@pytest.mark.parametrize(
    ("cell", "mark", "value", "currency"),
    [
        ("1,234.50", "point", "1234.50", ""), ("1.234,50", "comma", "1234.50", ""),
        ("1,234", "point", "1234", ""), ("1,234", "comma", "1.234", ""), ("1 234,5", "comma", "1234.5", ""),
        ("1\u202f234,50\u00a0€", "comma", "1234.50", "EUR"), ("1'234.50", "point", "1234.50", ""),
        ("CHF 1’234.50", "point", "1234.50", "CHF"), ("$1,234.5678", "point", "1234.5678", "$"),
        ("US$5", "point", "5", "USD"), ("5 zł", "comma", "5", "PLN"), ("usd 5", "point", "5", "USD"),
        ("-€5.00", "point", "-5.00", "EUR"), ("€ -5.00", "point", "-5.00", "EUR"),
        ("(5.00)", "point", "-5.00", ""), ("−5", "point", "-5", ""), ("+5", "point", "5", ""),
    ],
)  # fmt: skip
def test_a_sum_is_read_with_its_marks_and_sign(cell: str, mark: Mark, value: str, currency: str) -> None:
    found = amount_in(cell, mark)
    assert found is not None
    assert (found.value, found.currency) == (Decimal(value), currency)


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "--",
        "nan",
        "1e5",
        "1,23.4",
        "12,34,567",
        "1.2.3",
        "€5 EUR",
        "5 % of 10",
        "٣",
        "=1+1",
        "1" * 10_000,
    ],
)
def test_what_is_no_sum_is_none(cell: str) -> None:
    assert amount_in(cell, "point") is None


@given(cents, st.sampled_from([",", ".", " ", "'", "\u202f"]))
def test_marks_between_thousands_change_nothing(whole: int, between: str) -> None:
    mark: Mark = "comma" if between == "." else "point"
    written = f"{whole // 100:,}".replace(",", between) + (",", ".")[mark == "point"] + f"{whole % 100:02}"
    found = amount_in(written, mark)
    assert found is not None
    assert found.value * 100 == whole
    assert mark_in([written]) == mark


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["1,200", "1,200.50"], "point"), (["1,200", "0,5"], "comma"), (["1,234,567"], "point"),
        (["€1.234.567"], "comma"), (["1200", "7"], "point"), (["1,200", "15.125,00"], "comma"), ([], "point"),
    ],
)  # fmt: skip
def test_one_sum_that_can_mean_one_thing_only_tells_of_all(cells: list[str], mark: Mark) -> None:
    assert mark_in(cells) == mark


@pytest.mark.parametrize(
    ("cells", "why"), [(["5", "1,200", "1,300"], "`1,200` may mean two"), (["1.50", "1,50"], "in two ways")]
)
def test_sums_that_do_not_tell_are_asked_about(cells: list[str], why: str) -> None:
    with pytest.raises(InputInvalid, match=f"{why}.*point or a comma"):
        mark_in(cells)
