"""The standard facts and how their columns are normalised."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handraise.facts import CATALOG, Range
from handraise.facts.columns import boolean_of, list_of, number_of, time_of


def normalised(name: str, text: str) -> object:
    normalise = CATALOG[name].normalise
    assert normalise is not None
    return normalise(text)


def derived(name: str, text: str) -> object:
    derive = CATALOG[name].derive
    assert derive is not None
    return derive(text)


def test_every_fact_has_its_name_a_sentence_and_sources_that_exist() -> None:
    for name, fact in CATALOG.items():
        assert name == fact.name
        assert name.partition(".")[0] in {"lead", "account"}
        assert fact.doc.endswith(".")
        assert set(fact.derived_from) <= set(CATALOG)
        assert bool(fact.derived_from) == (fact.derive is not None)


def test_the_facts_that_templates_use_are_there() -> None:
    lead = "email email_domain email_registrable_domain email_kind title seniority function country phone "
    lead += "created_at source consent age age_range location income_level device purchase_role"
    account = (
        "name domain industry employees revenue country growth_stage technologies target_account headquarters"
    )
    wanted = {f"lead.{name}" for name in lead.split()} | {f"account.{name}" for name in account.split()}
    assert wanted <= set(CATALOG)


def test_derived_facts_come_from_title_and_address() -> None:
    assert derived("lead.seniority", "VP of Sales") == "vp"
    assert derived("lead.function", "VP of Sales") == "sales"
    assert derived("lead.email_domain", "ann@mail.acme.co.uk") == "mail.acme.co.uk"
    assert derived("lead.email_registrable_domain", "ann@mail.acme.co.uk") == "acme.co.uk"
    assert derived("lead.email_kind", "ann@gmail.com") == "personal"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("lead.email", "Ann <Ann@ACME.com>", "Ann@acme.com"),
        ("lead.seniority", "C-Level", "c_suite"),
        ("lead.seniority", "Band 7", "band 7"),
        ("lead.function", "Customer Success", "customer_success"),
        ("lead.country", "Deutschland", "DE"),
        ("lead.country", "Atlantis", "ATLANTIS"),
        ("lead.phone", "+49 30 901820", "+4930901820"),
        ("lead.purchase_role", "Decision-Maker", "decision_maker"),
        ("lead.purchase_role", "Entscheider", "decision_maker"),
        ("lead.purchase_role", "Committee", "committee"),
        ("lead.consent", "Ja", True),
        ("lead.age", "42", Decimal(42)),
        ("lead.age_range", "25-34", Range(Decimal(25), Decimal(34))),
        ("account.domain", "https://www.acme.com/", "acme.com"),
        ("account.industry", "Maschinenbau", "machinery"),
        ("account.industry", " Basket Weaving ", "basket weaving"),
        ("account.employees", "51-200", Range(Decimal(51), Decimal(200))),
        ("account.growth_stage", "Scale-up", "growth"),
        ("account.technologies", "Salesforce; HubSpot", ("Salesforce", "HubSpot")),
        ("account.target_account", "no", False),
    ],
)
def test_columns_are_normalised(name: str, text: str, value: object) -> None:
    assert normalised(name, text) == value


@pytest.mark.parametrize("yes", ["yes", "Y", "TRUE", "1", "ja", "oui", "si", "Sí"])
def test_yes_in_four_languages(yes: str) -> None:
    assert boolean_of(yes) is True


@pytest.mark.parametrize("no", ["no", "N", "False", "0", "nein", "non"])
def test_no_in_four_languages(no: str) -> None:
    assert boolean_of(no) is False


def test_lists_are_split_at_semicolons_bars_or_read_from_json() -> None:
    assert list_of("a; b|c") == ("a", "b", "c")
    assert list_of('["a", "b;c"]') == ("a", "b;c")
    assert list_of("[broken") == ("[broken",)
    assert list_of("[]") is None
    assert list_of(" ; ") is None


def test_times_are_in_utc() -> None:
    assert time_of("2025-03-01") == datetime(2025, 3, 1, tzinfo=UTC)
    assert time_of("2025-03-01T10:00:00+02:00") == datetime(2025, 3, 1, 8, tzinfo=UTC)
    assert time_of("2025-03-01T10:00:00Z") == datetime(2025, 3, 1, 10, tzinfo=UTC)
    assert time_of("0001-01-01T00:00:00+14:00") is None
    assert time_of("01.03.2025") is None


def test_a_number_is_exact_or_unknown() -> None:
    assert number_of("1,200") == Decimal(1200)
    assert number_of("10+") is None


@pytest.mark.parametrize("name", sorted(CATALOG))
@given(text=st.text(max_size=60))
def test_any_text_in_any_column_is_read_without_an_error(name: str, text: str) -> None:
    fact = CATALOG[name]
    for read in (fact.normalise, fact.derive):
        if read is not None:
            value = read(text)
            assert value is None or value == value


@pytest.mark.parametrize("name", sorted(name for name, fact in CATALOG.items() if fact.normalise is not None))
@given(text=st.text(max_size=40))
def test_normalising_twice_is_normalising_once(name: str, text: str) -> None:
    once = normalised(name, text)
    if isinstance(once, str):
        assert normalised(name, once) == once
