"""Industries by name and by code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handraise.facts import industry_of
from handraise.facts.industries import GICS, INDUSTRIES, NACE, NACE_DIVISIONS, NAICS, SIC


@pytest.mark.parametrize(
    ("text", "industry"),
    [
        ("Computer Software", "software"),
        ("SaaS", "software"),
        ("Information Technology & Services", "it_services"),
        ("information technology and services", "it_services"),
        ("Maschinenbau", "machinery"),
        ("Banken", "banking"),
        ("Hôtellerie", "travel_hospitality"),
        ("HOTELLERIE", "travel_hospitality"),
        ("Servicios financieros", "financial_services"),
        ("Oil & Gas", "energy"),
        ("oil and gas", "energy"),
        ("Agriculture, Forestry, Fishing & Hunting", "agriculture"),
        ("transport_logistics", "transport_logistics"),
        ("NAICS 54", "professional_services"),
        ("5112", "software"),
        ("NAICS: 3254", "pharma_biotech"),
        ("SIC 7372", "professional_services"),
        ("NACE J", "it_services"),
        ("NACE 62.01", "it_services"),
        ("WZ 28", "machinery"),
        ("GICS 4510", "software"),
        ("GICS 40101010", "banking"),
    ],
)
def test_an_industry_is_known_by_name_synonym_and_code(text: str, industry: str) -> None:
    assert industry_of(text) == industry


@pytest.mark.parametrize(
    "text", [None, "", "-", "Underwater basket weaving", "NACE Z", "SIC 99", "GICS 99", "99", "SIC x", "1"]
)
def test_an_unknown_industry_is_unknown(text: str | None) -> None:
    assert industry_of(text) is None


def test_every_key_names_itself_and_no_name_means_two_industries() -> None:
    owner: dict[str, str] = {}
    for industry, names in INDUSTRIES.items():
        assert industry_of(industry) == industry
        for name in names.split(","):
            assert owner.setdefault(" ".join(name.split()), industry) == industry, name


def test_every_code_leads_to_an_industry_of_the_list() -> None:
    targets = {*NAICS, *NACE, *GICS, *(name for _, _, name in (*SIC, *NACE_DIVISIONS))}
    assert targets <= set(INDUSTRIES)


@given(st.text(max_size=130))
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert industry_of(text) in {*INDUSTRIES, None}
