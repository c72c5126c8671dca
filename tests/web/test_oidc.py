"""Logging in with a real provider, in a real browser; and what a provider may not get away with."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey
from playwright.sync_api import Browser, expect

from handraise.settings import SettingsInvalid, read_settings
from handraise.store import access, people
from handraise.wiring.services import provider_of
from tests.databases import Database
from tests.web.browsing import Site, serving
from tests.web.provider import CLIENT, SECRET, Idp, provider


@pytest.fixture
def idp() -> Iterator[Idp]:
    with provider() as found:
        yield found


@pytest.fixture
def site(database: Database, tmp_path: Path, chromium: Browser, idp: Idp) -> Iterator[Site]:
    given: dict[str, Any] = {
        "oidc_issuer": idp.issuer,
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SECRET,
        "oidc_name": "Acme",
        "private_destinations": ("127.0.0.0/8",),
    }
    with serving(database, tmp_path, **given) as site:
        site.browser = chromium
        idp.now = site.clock.now.timestamp()
        with site.services.database.transaction() as connection:
            site.known["Sam"] = people.create_member(
                connection, "sam@acme.example", "Sam", "sales", site.clock.now
            ).id
        yield site


def test_invited_person_logs_in_there_and_lands_where_they_wanted_to_be(site: Site, idp: Idp) -> None:
    with site.page(None) as page:
        page.goto("/me")
        page.get_by_role("link", name="Log in with Acme").click()
        page.wait_for_url("**/me")
        expect(page.get_by_text("sam@acme.example")).to_be_visible()
        cookies = {one["name"]: one for one in page.context.cookies()}
        assert "handraise_oidc" not in cookies, "what tied the answer to this log-in is gone"
    [asked] = idp.asked
    assert (asked["code_challenge_method"], asked["scope"]) == ("S256", "openid email profile")


def test_made_up_first_password_ends_with_it(site: Site) -> None:
    with site.services.database.transaction() as connection:
        from handraise.flow.access import add_member, is_once

        made, _ = add_member(
            connection, email="ida@acme.example", name="Ida", role="viewer", by="test", now=site.clock.now
        )
        assert is_once(made)
    assert _logged_in(site, "ida@acme.example").headers["location"] == "/"
    with site.services.database.transaction() as connection:
        assert access.member_by_id(connection, made.id).password_hash is None


@pytest.mark.parametrize(
    "change",
    [
        {"email": "eve@elsewhere.example"},
        {"verified": False},
        {"claims": {"nonce": "another"}},
        {"claims": {"aud": "another"}},
        {"claims": {"iss": "https://elsewhere.example"}},
        {"claims": {"exp": 1}},
        {"sign_with": RSAKey.generate_key(2048, {"kid": "k1"})},
    ],
    ids=["stranger", "unverified", "nonce", "audience", "issuer", "expired", "another key"],
)
def test_nobody_gets_in_by_a_token_that_is_not_theirs_for_us(
    site: Site, idp: Idp, change: dict[str, object]
) -> None:
    for name, value in change.items():
        setattr(idp, name, value)
    answer = _logged_in(site, None)
    assert answer.status_code == 401
    assert "handraise_session" not in answer.headers.get("set-cookie", "")


def test_answer_to_another_browser_is_worth_nothing(site: Site) -> None:
    with httpx.Client(base_url=site.address, trust_env=False) as one:
        back = one.get(one.get("/login/oidc").headers["location"]).headers["location"]
    with httpx.Client(base_url=site.address, trust_env=False) as other:
        other.get("/login/oidc")
        answer = other.get(back)
    assert answer.status_code == 401


def test_somebody_who_left_stays_out(site: Site) -> None:
    with site.services.database.transaction() as connection:
        access.change_member(connection, site.known["Sam"], is_active=False)
    answer = _logged_in(site, None)
    assert (answer.status_code, "invited" in answer.text) == (401, True)


def test_provider_that_does_not_answer_leaves_the_password(site: Site, idp: Idp) -> None:
    idp.issuer = "http://127.0.0.1:9"  # it calls itself by another name now
    answer = _logged_in(site, None)
    assert answer.status_code == 401
    assert re.search("password", answer.text)


def test_half_a_configuration_stops_the_start() -> None:
    from handraise.connect.pinned import Outgoing

    with pytest.raises(SettingsInvalid, match="all three"):
        provider_of(read_settings(oidc_issuer="https://login.example.com"), Outgoing())


def _logged_in(site: Site, email: str | None) -> httpx.Response:
    """The last answer of a log-in by redirects alone."""
    with httpx.Client(base_url=site.address, trust_env=False) as browser:
        begun = browser.get("/login/oidc")
        if begun.status_code != 303:
            return begun
        there = urlsplit(begun.headers["location"])
        assert parse_qs(there.query)["client_id"] == [CLIENT]
        if email is not None:
            _IDPS[f"{there.scheme}://{there.netloc}"].email = email
        return browser.get(browser.get(begun.headers["location"]).headers["location"])


_IDPS: dict[str, Idp] = {}


@pytest.fixture(autouse=True)
def known(idp: Idp) -> Iterator[None]:
    _IDPS[idp.issuer] = idp
    yield
    _IDPS.clear()
