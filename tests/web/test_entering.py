"""In and out: logging in, a first password, languages, and what goes wrong."""

import pytest
from playwright.sync_api import Page, expect

from handraise.flow import access
from handraise.store.session import DatabaseAway
from tests.api.calling import PASSWORD
from tests.web.browsing import Site, violations
from tests.web.filled import Filled


def invited(site: Site, role: str = "admin") -> tuple[str, str]:
    """Somebody with a first password that an administrator made up."""
    with site.services.database.transaction() as connection:
        member, first = access.add_member(
            connection, email="ann@acme.com", name="Ann", role=role, by="test", now=site.clock.now
        )
    return member.email, first


def begins_at(page: Page, field: str) -> None:
    """The page puts who comes into this field: as it is drawn, which may be after it is loaded."""
    expect(page.get_by_label(field)).to_be_focused()


def test_somebody_new_logs_in_sets_a_password_and_comes_to_where_they_wanted(site: Site) -> None:
    email, first = invited(site)
    with site.page(None) as page:
        page.goto("/leads?stage=mql")
        assert page.url.endswith("/login?to=/leads%3Fstage%3Dmql")
        begins_at(page, "E-mail address")
        page.keyboard.type(email)
        page.keyboard.press("Tab")
        page.keyboard.type("not the password")
        page.keyboard.press("Enter")
        assert page.get_by_role("alert").inner_text() == "The e-mail address or the password is wrong."
        assert violations(page) == []
        begins_at(page, "Password")
        page.keyboard.type(first)  # the address is there still, the password is asked for again
        page.keyboard.press("Enter")

        page.get_by_role("heading", name="Set your own password").wait_for()
        assert site.ask("GET", "/leads").status_code == 303
        page.goto("/leads")
        assert "/password" in page.url, "nothing else before"
        begins_at(page, "The password you have")
        page.keyboard.type(first)
        page.keyboard.press("Tab")
        page.keyboard.type("short")
        page.get_by_label("The new one").evaluate("field => field.removeAttribute('minlength')")
        page.keyboard.press("Enter")
        assert "12 characters" in page.get_by_role("alert").inner_text()
        page.get_by_label("The password you have").fill(first)
        page.get_by_label("The new one").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_text("Your password is changed.").wait_for()
        assert page.get_by_role("heading", name="Leads", exact=True).is_visible()

        page.goto("/me")
        page.get_by_role("button", name="Log out", exact=True).click()
        page.wait_for_url("**/login")
        page.goto("/leads")
        assert "/login" in page.url


def test_a_page_sends_nobody_to_another_site(site: Site) -> None:
    email, first = invited(site)
    for to in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        answer = site.ask("POST", "/login", data={"email": email, "password": first, "to": to})
        assert answer.headers["location"] == "/password"
        assert "evil" not in site.ask("GET", "/login", params={"to": to}).text


def test_what_is_changed_needs_the_token_of_the_session_and_a_page_of_ours(site: Site) -> None:
    me = site.member("admin")
    for given in (
        {},
        {"data": {"csrf_token": "x", "language": "de", "zone": "UTC"}},
        {"headers": {"origin": "https://evil.example"}},
        {"headers": {"origin": "null", "x-csrf-token": "x"}},
    ):
        assert site.ask("POST", "/me", me, **given).status_code == 403


def test_too_many_tries_close_the_door(site: Site) -> None:
    email, _ = invited(site)
    answers = [
        site.ask("POST", "/login", data={"email": email, "password": "wrong"}).status_code for _ in range(11)
    ]
    assert answers == [401] * 10 + [429]


def test_a_page_is_in_the_language_and_zone_that_somebody_set(site: Site) -> None:
    with site.page("admin", language="de") as page:
        page.goto("/login")
        assert page.get_by_role("heading").inner_text() == "Anmelden"
        page.goto("/me")
        page.get_by_label("Language").select_option("de")
        page.get_by_label("Time zone").select_option("Europe/Berlin")
        page.get_by_role("button", name="Save").click()
        page.get_by_text("Gespeichert.").wait_for()
        assert page.locator("html").get_attribute("lang") == "de"


def test_light_and_dark_are_a_matter_of_choice(site: Site) -> None:
    with site.page("admin", theme="light") as page:
        page.goto("/me")
        paper = "getComputedStyle(document.body).backgroundColor"
        assert page.evaluate(paper) == "rgb(252, 251, 249)"
        page.get_by_role("button", name="Dark").click()
        page.wait_for_selector("[data-theme=dark]")
        assert page.evaluate(paper) == "rgb(25, 24, 21)"
        page.get_by_role("button", name="As the system").click()
        page.wait_for_selector("[data-theme=system]")
        assert page.evaluate(paper) == "rgb(252, 251, 249)"


def test_what_goes_wrong_is_a_page_that_says_what_to_do(filled: Filled) -> None:
    with filled.site.page("sales") as page:
        for path, status, title in (
            ("/nowhere", 404, "There is no such page"),
            ("/leads/999999", 404, "There is no such page"),
            ("/leads?cursor=made+up", 422, "Something is missing or cannot be read"),
        ):
            answer = page.goto(path)
            assert answer is not None
            assert (answer.status, page.get_by_role("heading").inner_text()) == (status, title)
            assert violations(page) == []
            page.get_by_role("link", name="To the first page").click()
            page.wait_for_url("**/inbox")


def test_a_mistake_of_ours_and_a_database_that_is_away_are_pages_too(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = site.member("admin")
    site.ask("GET", "/leads", me)

    def fail(*_given: object, **_named: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr("handraise.web.routes.leads.leads.leads", fail)
    answer = site.ask("GET", "/leads", me, headers={"x-request-id": "number-of-this-one"})
    assert answer.status_code == 500
    assert "This is a mistake of ours" in answer.text
    assert "number-of-this-one" in answer.text
    assert "secret" not in answer.text

    def away(*_given: object, **_named: object) -> None:
        raise DatabaseAway("no connection")

    monkeypatch.setattr("handraise.web.routes.leads.leads.leads", away)
    answer = site.ask("GET", "/leads", me)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert "The database does not answer at the moment" in answer.text


def test_keys_of_one_letter_can_be_turned_off(site: Site) -> None:
    with site.page("admin") as page:
        page.goto("/me")
        page.keyboard.press("?")
        page.get_by_role("dialog", name="Keys").wait_for()
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Off").click()
        page.wait_for_selector("[data-keys=off]")
        page.keyboard.press("?")
        assert not page.get_by_role("dialog", name="Keys").is_visible()
        page.keyboard.press("Control+k")
        page.get_by_role("dialog", name="Find a page or a lead").wait_for()
