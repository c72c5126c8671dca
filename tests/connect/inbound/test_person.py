"""E-mail addresses as senders write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handraise.connect.inbound.person import email_of


@pytest.mark.parametrize(
    "written",
    ["ann@acme.com", " Ann@ACME.com ", "Ann Lee <ANN@acme.com>", "mailto:ann@acme.com", "ann@acme.com."],
)
def test_one_address_is_written_in_many_ways(written: str) -> None:
    assert email_of(written) == "ann@acme.com"


@pytest.mark.parametrize(
    "written", [None, "", "ann", "ann@", "@acme.com", 5, {}, "a\ud800@acme.com", "x" * 3_000 + "@a.com"]
)
def test_what_is_no_address_is_none(written: object) -> None:
    assert email_of(written) is None


@given(st.text(max_size=30), st.sampled_from(["acme.com", "München.de", "a.co"]))
def test_a_normalised_address_stays_as_it_is(local: str, domain: str) -> None:
    found = email_of(f"{local}@{domain}")
    assert found is None or email_of(found) == found
