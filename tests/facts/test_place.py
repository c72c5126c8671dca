"""Countries and telephone numbers as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handraise.facts import country_of, phone_of


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Germany", "DE"),
        ("GERMANY ", "DE"),
        ("Deutschland", "DE"),
        ("Allemagne", "DE"),
        ("Alemania", "DE"),
        ("de", "DE"),
        ("DEU", "DE"),
        ("Österreich", "AT"),
        ("Osterreich", "AT"),
        ("Schweiz", "CH"),
        ("Suisse", "CH"),
        ("Svizzera", "CH"),
        ("UK", "GB"),
        ("U.K.", "GB"),
        ("England", "GB"),
        ("USA", "US"),
        ("U.S.", "US"),
        ("U.S.A.", "US"),
        ("the United States", "US"),
        ("Etats-Unis", "US"),
        ("EE.UU.", "US"),
        ("Holland", "NL"),
        ("The Netherlands", "NL"),
        ("España", "ES"),
        ("Brasil", "BR"),
        ("Polska", "PL"),
        ("日本", "JP"),
        ("Россия", "RU"),
        ("Côte d'Ivoire", "CI"),
        ("Bosnia and Herzegovina", "BA"),
        ("Trinidad & Tobago", "TT"),
        ("Saint Lucia", "LC"),
        ("Viet Nam", "VN"),
        ("Turkey", "TR"),
        ("Türkiye", "TR"),
        ("Kosovo", "XK"),
        ("NA", "NA"),
        ("Munich, Germany", "DE"),
        ("Paris (France)", "FR"),
        ("Germany (DE)", "DE"),
        ("Georgia", "GE"),
    ],
)
def test_a_country_is_known_by_its_names_and_codes(text: str, code: str) -> None:
    assert country_of(text) == code


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "-",
        "Europe",
        "EU",
        "European Union",
        "xx",
        "Atlantis",
        "n/a",
        "Atlanta, GA",
        "Atlanta, Georgia",
        "world",
    ],
)
def test_what_is_no_country_is_unknown(text: str | None) -> None:
    assert country_of(text) is None


def test_names_in_all_four_languages_lead_to_the_same_country() -> None:
    from babel import Locale

    languages = [Locale.parse(name).territories for name in ("en", "de", "fr", "es")]
    codes = "DE AT CH FR GB US ES IT NL BE PL SE NO DK FI PT IE CZ GR CA AU NZ JP CN IN BR MX AR CL CO ZA AE"
    for code in codes.split():
        assert {country_of(names[code]) for names in languages} == {code}


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("+49 170 1234567", None, "+491701234567"),
        ("0049 (0)170 1234567", None, "+491701234567"),
        ("0170 / 123 45 67", "Germany", "+491701234567"),
        ("(415) 555-2671", "US", "+14155552671"),
        ("01 42 68 53 00", "FR", "+33142685300"),
    ],
)
def test_a_number_is_written_in_one_way(text: str, country: str | None, number: str) -> None:
    assert phone_of(text, country) == number


@pytest.mark.parametrize("text", [None, "", "call me", "123", "0170 1234567", "+999 1"])
def test_what_is_no_possible_number_is_unknown(text: str | None) -> None:
    assert phone_of(text, None) is None


@given(st.text(max_size=80), st.text(max_size=10))
def test_any_text_is_read_without_an_error(text: str, country: str) -> None:
    code = country_of(text)
    assert code is None or country_of(code) == code
    number = phone_of(text, country)
    assert number is None or phone_of(number) == number
