"""The first start: from an empty product to a signed definition, and a lead that a person has."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from handraise.flow.define import publish
from handraise.store import people, settings_kept, sources
from handraise.templates import template_text
from tests.journeys.company import Company
from tests.web.browsing import THEMES, WIDTHS, Site, keep_picture, overflow, violations
from tests.web.filled import Filled
from tests.web.test_settings import count, press

LEADS = """E-Mail;Job Title;Company;Employees;Industry
ann@acme.example;CTO;Acme;120;software
bo@bolt.example;Analyst;Bolt;8;farming
"""


def state(page: Page, step: str) -> str:
    return page.locator(f"#{step} .step-state").inner_text()


def states(page: Page) -> list[str]:
    return page.locator(".step-state").all_inner_texts()


def in_settings(site: Site, name: str, value: object) -> None:
    with site.services.database.transaction() as connection:
        settings_kept.keep(connection, name, value, "test", site.clock.now)


def test_from_an_empty_product_to_a_lead_with_a_person(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "leads.csv"
    file.write_text(LEADS)
    company = Company(site.services.database, now=site.clock.now)
    with site.page() as page:
        page.goto("/")
        page.wait_for_url("**/start")
        assert states(page) == ["next", "not yet", "not yet", "not yet", "not yet"]
        page.get_by_role("link", name="Import a file").click()
        page.get_by_label("File").set_input_files(file)
        press(page, "Look at its columns")
        press(page, "See what it would come to")
        press(page, "Take it in")
        page.get_by_role("link", name="First start").click()
        expect(page.get_by_text("2 leads are here.")).to_be_visible()
        assert states(page) == ["done", "next", "not yet", "not yet", "not yet"]
        press(page, "Hundred-point")
        expect(page.locator("#preview")).to_contain_text("0 of 2 leads would be MQLs.")
        page.get_by_text("Pick another").click()
        press(page, "Classic 50–75")
        assert count(site, "definition_draft") == 1, "the one in place of the other"
        expect(page.locator("#template")).to_contain_text("Classic 50–75")
        press(page, "Propose it")
        page.get_by_label("Name").fill("Sam Seller")
        page.get_by_label("E-mail address").fill("sam@acme.example")
        press(page, "Invite")
        expect(page.locator(".once code").nth(0)).to_have_text("sam@acme.example")
        expect(page.locator("#sales")).to_contain_text("Team inbound")
        press(page, "Put all of sales in")
        expect(page.locator("#sales")).to_contain_text("Team inbound: Sam Seller")
        assert states(page) == ["done", "done", "done", "done", "next"]
        press(page, "Sign for marketing")
        expect(page.get_by_text("You signed for the other side")).to_be_visible()
        assert not page.get_by_role("button", name="Sign for sales").is_visible()
        signing = page.locator("#sign a", has_text="Version").get_attribute("href")
        assert signing is not None
    sam = company.one("select id from member where email = 'sam@acme.example'")
    with site.services.database.transaction() as connection:
        # as if Sam had chosen a password of his own
        connection.exec_driver_sql("update member set password_hash = null where id = %s", (sam,))
    with site.page(sam) as page:
        page.goto(signing)
        press(page, "Sign for sales")
    with site.page() as page:
        page.goto("/start")
        press(page, "Go live now")
        expect(page.get_by_role("heading", name="The product is set up")).to_be_visible()
        assert states(page) == ["done"] * 5
        expect(page.get_by_role("link", name="First start")).to_have_count(0)
        page.goto("/")
        page.wait_for_url("**/inbox**")
    company.settle()
    company.identify("ann", "ann@acme.example")
    company.visit("ann", "/pricing")
    company.track("ann", "Demo Requested")
    with site.page(sam) as page:
        page.goto("/")
        expect(page.locator("main")).to_contain_text("ann@acme.example")


def test_the_way_by_keyboard_alone_where_one_person_speaks_for_both(site: Site) -> None:
    in_settings(site, "one_person_may_sign_for_both", True)
    company = Company(site.services.database, now=site.clock.now)
    company.identify("ann", "ann@acme.example", title="CTO")
    site.member("sales", "Sam")

    def go(page: Page, name: str) -> None:
        """Tab to the button of that name, and press it."""
        for _ in range(80):
            page.keyboard.press("Tab")
            there = "document.activeElement.textContent.trim()"
            if page.evaluate(there) == name:
                page.keyboard.press("Enter")
                return
        pytest.fail(f"Tab does not lead to {name}")

    with site.page() as page:
        page.goto("/start")
        go(page, "Two bars")
        expect(page.locator("#preview")).to_contain_text("0 of 1 leads")
        for name, step in (("Propose it", "preview"), ("Put all of sales in", "sales")):
            go(page, name)
            expect(page.locator(f"#{step} .step-state")).to_have_text("done")
        go(page, "Sign for marketing")
        expect(page.locator("#sign")).to_contain_text("Admin")
        go(page, "Sign for sales")
        expect(page.get_by_role("button", name="Go live now")).to_be_visible()
        go(page, "Go live now")
        expect(page.get_by_role("heading", name="The product is set up")).to_be_visible()


def test_steps_done_elsewhere_are_done_here(site: Site) -> None:
    with site.page() as page:
        page.goto("/start")
        assert state(page, "data") == "next"
        with site.services.database.transaction() as connection:
            source, _ = sources.create_source(connection, name="Servers", kind="server", now=site.clock.now)
        page.reload()
        expect(page.locator("#data")).to_contain_text("has not sent an event yet")
        with site.services.database.transaction() as connection:
            publish(connection, template_text("patterns"), {}, "cli", None, site.clock.now)
        page.reload()
        assert states(page) == ["next", "done", "done", "not yet", "not yet"]
        assert page.get_by_role("button", name="Sign for marketing").is_visible()
        page.get_by_role("link", name="Servers").click()
        page.wait_for_url(f"**/settings/sources/{source.id}")


def test_what_is_shown_is_what_the_draft_would_do(site: Site) -> None:
    company = Company(site.services.database, now=site.clock.now)
    for name in ("ann", "bo"):
        company.identify(name, f"{name}@acme.example", title="CTO")
    company.visit("ann", "/pricing")
    company.track("ann", "Demo Requested")
    with site.page() as page:
        page.goto("/start")
        press(page, "Classic 50–75")
        expect(page.locator("#preview .in-short")).to_have_text("1 of 2 leads would be an MQL.")
        assert page.locator("#preview .who li").count() == 1
        page.get_by_role("link", name="Change it first").click()
        expect(page.locator("#preview .figures")).to_contain_text(re.compile(r"MQLs\s*1"))


def test_marketing_sees_its_part_and_sales_an_empty_inbox(site: Site) -> None:
    with site.page("marketing") as page:
        page.goto("/")
        page.wait_for_url("**/start")
        expect(page.get_by_text("An administrator connects sources.")).to_be_visible()
        assert not page.get_by_role("button", name="Invite", exact=True).is_visible()
    with site.page("sales") as page:
        page.goto("/")
        page.wait_for_url("**/inbox**")
        expect(page.get_by_text("Nothing waits here")).to_be_visible()
        expect(page.get_by_role("link", name="First start")).to_have_count(0)
    for role in ("sales", "viewer"):
        assert site.ask("GET", "/start", site.member(role)).status_code == 403


def test_an_address_that_is_taken_is_said_and_nobody_is_invited(site: Site) -> None:
    with site.page() as page:
        page.goto("/start")
        page.get_by_text("Invite somebody of sales").click()
        page.get_by_label("Name").fill("Sam")
        page.get_by_label("E-mail address").fill("admin@acme.com")
        press(page, "Invite")
        expect(page.get_by_role("alert")).to_contain_text("address")
        assert page.get_by_label("Name").input_value() == "Sam"
        assert count(site, "member") == 1


def test_everybody_can_use_it_while_the_product_is_empty(site: Site) -> None:
    for theme in THEMES:
        for width in WIDTHS:
            with site.page(theme=theme, width=width) as page:
                page.goto("/start")
                for one in page.locator("details").all():
                    one.evaluate("one => one.open = true")
                keep_picture(page, f"start-empty-{theme}-{width}")
                assert violations(page) == []
                assert overflow(page) == 0


def test_everybody_can_use_it_half_way(site: Site) -> None:
    company = Company(site.services.database, now=site.clock.now)
    for name in ("ann", "bo"):
        company.identify(name, f"{name}@acme.example", title="CTO")
    company.track("ann", "Demo Requested")
    site.member("sales", "Sam")
    with site.services.database.transaction() as connection:
        people.update_member(connection, site.member("admin"), language="de")
    for theme, width in zip(THEMES, WIDTHS, strict=True):
        with site.page(theme=theme, width=width) as page:
            page.goto("/start")
            if width == WIDTHS[0]:
                page.get_by_role("button", name="Classic 50–75").click()
                page.wait_for_selector("#preview .in-short")
            else:
                page.get_by_role("button", name="Vorschlagen").click()
                page.wait_for_selector("#sales.is-next")
            keep_picture(page, f"start-half-{theme}-{width}")
            assert violations(page) == []
            assert overflow(page) == 0


def test_once_live_it_is_there_and_not_in_the_way(filled: Filled) -> None:
    assert filled.site.ask("GET", "/", filled.site.member("admin")).headers["location"] != "/start"
    with filled.site.page() as page:
        page.goto("/start")
        assert states(page)[-1] == "done"
