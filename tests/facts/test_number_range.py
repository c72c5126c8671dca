"""Numbers of employees and amounts of revenue as people type them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handraise.facts import Range, number_range


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("250", "250"),
        ("1,200", "1200"),
        ("1.200", "1200"),
        ("1 200", "1200"),
        ("1'200", "1200"),
        ("1\u202f200", "1200"),
        ("1.5", "1.5"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("51-200", "51-200"),
        ("51–200", "51-200"),
        ("51 — 200", "51-200"),
        ("1,001-5,000", "1001-5000"),
        ("1.001 bis 5.000", "1001-5000"),
        ("11 à 50 salariés", "11-50"),
        ("de 11 a 50 empleados", "11-50"),
        ("between 10 and 50", "10-50"),
        ("zwischen 10 und 50", "10-50"),
        ("10M-50M", "10000000-50000000"),
        ("$10M to $50M", "10000000-50000000"),
        ("10-50M", "10000000-50000000"),
        ("500k-1M", "500000-1000000"),
        ("10 to 50 Mio. EUR", "10000000-50000000"),
        ("10k+", "10000+"),
        ("5000+", "5000+"),
        ("10,001+ employees", "10001+"),
        ("10 oder mehr", "10+"),
        ("at least 20", "20+"),
        ("ab 20", "20+"),
        (">= 20", "20+"),
        ("more than 500", "501+"),
        ("über 1.000 Mitarbeiter", "1001+"),
        ("plus de 5 000", "5001+"),
        (">$1B", "1000000000+"),
        ("<10", "0-9"),
        ("under 50", "0-49"),
        ("moins de 10 salariés", "0-9"),
        ("menos de 10", "0-9"),
        ("up to 50", "0-50"),
        ("< $10M", "0-10000000"),
        ("1-10 Mitarbeiter", "1-10"),
        ("ca. 300 MA", "300"),
        ("€2.5 Mio.", "2500000"),
        ("2,5 Mio. €", "2500000"),
        ("1.2bn", "1200000000"),
        ("1 Mrd", "1000000000"),
        ("1,5 Mrd. € Umsatz", "1500000000"),
        ("3 millones", "3000000"),
        ("2 mil millones", "2000000000"),
        ("self-employed", "1"),
        ("Just me", "1"),
        ("0", "0"),
    ],
)
def test_numbers_and_ranges_are_read(text: str, shown: str) -> None:
    assert str(number_range(text)) == shown


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "many",
        "-5",
        "5%",
        "5 - 3",
        "Series B 2019",
        "10 mil",
        "1e400",
        "1-2-3",
        "12.34.56",
        "10-Jan",
        "9" * 30,
        "٣٤",
    ],
)
def test_what_is_no_number_is_unknown_rather_than_guessed(text: str | None) -> None:
    assert number_range(text) is None


def test_a_range_ends_no_lower_than_it_begins() -> None:
    with pytest.raises(ValueError, match="up to a higher one"):
        Range(Decimal(5), Decimal(3))
    with pytest.raises(ValueError, match="at least 0"):
        Range(Decimal(-1), None)


RANGE_TEXT = st.text(alphabet="0123456789.,-–+<>kMm $€bisto' %", max_size=20)


@given(st.text(max_size=90) | RANGE_TEXT)
def test_any_text_is_read_without_an_error(text: str) -> None:
    found = number_range(text)
    assert found is None or (found.low >= 0 and (found.high is None or found.low <= found.high))


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_range_reads_its_own_text(one: int, other: int) -> None:
    low, high = sorted((one, other))
    for made in (
        Range(Decimal(low), Decimal(high)),
        Range(Decimal(low), None),
        Range(Decimal(low), Decimal(low)),
    ):
        assert number_range(str(made)) == made


@given(st.integers(0, 10**9), st.sampled_from([",", ".", " ", "'"]))
def test_grouping_marks_do_not_change_a_number(number: int, mark: str) -> None:
    assert number_range(f"{number:,}".replace(",", mark)) == Range(Decimal(number), Decimal(number))
