"""Standard facts and those nearly called like one."""

import pytest

from handraise.core.fact_names import FACT_NAMES, LIST_FACTS, misspelt
from handraise.facts.catalog import CATALOG


def test_the_names_are_those_of_the_catalogue() -> None:
    assert set(FACT_NAMES) == set(CATALOG)


def test_the_list_facts_are_those_of_the_catalogue() -> None:
    assert set(LIST_FACTS) == {name for name, fact in CATALOG.items() if fact.kind == "list"}


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("lead.senority", "lead.seniority"),
        ("lead.email_domian", "lead.email_domain"),
        ("lead.Country", "lead.country"),
        ("lead.employees", "account.employees"),
        ("account.seniority", "lead.seniority"),
        ("account.tecnologies", "account.technologies"),
    ],
)
def test_a_misspelt_fact_is_told_which_one_was_meant(name: str, meant: str) -> None:
    assert misspelt(name) == meant


@pytest.mark.parametrize(
    "name", [*FACT_NAMES, "lead.lead_id", "lead.nps", "account.open_roles", "lead.budget"]
)
def test_standard_facts_and_your_own_are_left_alone(name: str) -> None:
    assert misspelt(name) is None
