"""Settings, as an administrator goes through them."""

import re
from pathlib import Path

import httpx
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from tests.flow.worked import published
from tests.web.browsing import Site

LEADS = "E-Mail;Job Title;Company;Employees\nann@acme.example;CTO;Acme;120\n;Nobody;Acme;5\n"


def count(site: Site, table: str) -> int:
    with site.services.database.transaction() as connection:
        return int(connection.execute(sa.text(f"select count(*) from {table}")).scalar_one())


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_invited_person_logs_in_and_chooses_a_password(site: Site) -> None:
    with site.page() as page:
        page.goto("/settings/people")
        page.get_by_label("Name").fill("Sam Seller")
        page.get_by_label("E-mail address").fill("sam@acme.example")
        page.get_by_label("Role").select_option("sales")
        press(page, "Invite")
        password = page.locator(".once code").nth(1).inner_text()
        page.goto("/settings/people")
        assert password not in page.content(), "it is shown once"
    with site.page(None) as page:
        page.goto("/login")
        page.get_by_label(re.compile("address", re.IGNORECASE)).fill("sam@acme.example")
        page.get_by_label("Password").fill(password)
        page.keyboard.press("Enter")
        page.wait_for_url("**/password**")


def test_source_is_added_and_its_page_tells_of_the_first_event(site: Site) -> None:
    with site.page() as page:
        page.goto("/settings/sources")
        page.get_by_label("Name").fill("Servers")
        page.get_by_label("Kind").select_option("server")
        press(page, "Add")
        key = page.locator(".once code").inner_text()
        assert key in page.locator("pre.snippet").inner_text()
        expect(page.get_by_text("Waiting for the first event")).to_be_visible()
        sent = httpx.post(
            f"{site.address}/v1/track",
            json={"userId": "u1", "event": "Demo Requested"},
            auth=(key, ""),
            trust_env=False,
        )
        assert sent.status_code == 200
        expect(page.get_by_text("The first event came")).to_be_visible()


def test_file_is_rehearsed_mended_taken_in_and_taken_back(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "leads.csv"
    file.write_text(LEADS)
    with site.page("marketing") as page:
        page.goto("/settings/imports")
        page.get_by_label("File").set_input_files(file)
        press(page, "Look at its columns")
        assert page.get_by_label("E-Mail").input_value() == "email"
        assert page.get_by_label("Employees").input_value() == "account.employees"
        press(page, "See what it would come to")
        expect(page.get_by_text("says nobody")).to_be_visible()
        assert count(site, "lead") == 0, "nothing is kept yet"
        with page.expect_download() as download:
            press(page, "Download these rows")
        assert "Nobody" in Path(download.value.path()).read_text()
        press(page, "Take it in")
        expect(page.get_by_text(re.compile(r"Import \d+ is in"))).to_be_visible()
        assert count(site, "lead") == 1
        page.get_by_role("button", name=re.compile("Take back")).click()
        expect(page.get_by_text("taken back", exact=True)).to_be_visible()
        assert count(site, "lead") == 0


def test_routing_says_who_would_get_a_lead_and_takes_nobodys_turn(site: Site) -> None:
    sam, ada = site.member("sales", "Sam"), site.member("sales", "Ada")
    text = """
name: Routed
signals: {demo: {event: Demo Requested}}
engagement: {rules: [{rule: asked for a demo, signal: demo, points: 50}]}
qualify: {mql: {total: 50}}
handoff: {route: [{team: dach, when: {lead.country: [DE, AT]}}, {team: inbound}]}
"""
    with site.services.database.transaction() as connection:
        published(connection, text, site.clock.now)
    with site.page() as page:
        page.goto("/settings/teams")
        for name, member in (("inbound", sam), ("dach", ada)):
            page.goto("/settings/teams")
            page.get_by_label("Name").fill(name)
            press(page, "Make the team")
            page.locator(f"[name=weight_{member}]").fill("1")
            press(page, "Save")
        page.goto("/settings/teams/-/rehearse")
        before = ledgers(site)
        for country, owner in (("Germany", "Ada"), ("France", "Sam")):
            page.get_by_label("Country").fill(country)
            press(page, "Ask")
            expect(page.get_by_role("heading", name=owner, exact=True)).to_be_visible()
        assert ledgers(site) == before


def ledgers(site: Site) -> list[object]:
    with site.services.database.transaction() as connection:
        return list(connection.execute(sa.text("select ledger from team order by id")).scalars())


def test_calendar_that_could_not_be_meant_is_said_and_keeps_what_was_written(site: Site) -> None:
    with site.page() as page:
        page.goto("/settings/calendars/new")
        page.get_by_label("Name").fill("Berlin")
        page.get_by_label("Monday").fill("nine to five")
        press(page, "Save")
        expect(page.get_by_role("alert")).to_contain_text("nine to five")
        assert page.get_by_label("Monday").input_value() == "nine to five"
        page.get_by_label("Monday").fill("09:00–12:30, 13:30–18:00")
        page.get_by_label("Closures").fill("2026-12-28 to 2026-12-31")
        press(page, "Save")
        expect(page.get_by_text("Saved.")).to_be_visible()
        assert page.get_by_label("Monday").input_value() == "09:00–12:30, 13:30–18:00"
        assert page.get_by_label("Closures").input_value() == "2026-12-28 to 2026-12-31"


def test_key_is_shown_once_and_is_good_for_its_scopes_only(site: Site) -> None:
    with site.page() as page:
        page.goto("/settings/api-keys")
        page.get_by_label("Name").fill("Dashboard")
        press(page, "Make the key")
        expect(page.get_by_role("alert")).to_be_visible()
        page.get_by_label("reports:read").check()
        press(page, "Make the key")
        key = page.locator(".once code").inner_text()
        page.goto("/settings/api-keys")
        assert key not in page.content()
    headers = {"authorization": f"Bearer {key}"}
    answers = {
        path: httpx.get(f"{site.address}/api/v1{path}", headers=headers, trust_env=False).status_code
        for path in ("/reports/sla", "/leads")
    }
    assert answers == {"/reports/sla": 200, "/leads": 403}


def test_sales_sees_none_of_it(site: Site) -> None:
    seller = site.member("sales")
    assert site.ask("GET", "/settings/people", seller).status_code == 403
    assert site.ask("GET", "/settings", seller).status_code == 403


def test_settings_of_the_product_are_forms_and_what_is_wrong_is_kept_to_be_mended(site: Site) -> None:
    with site.page() as page:
        page.goto("/settings/product")
        page.get_by_label("Sources, one a line").fill("form\ncrm\n")
        page.locator("form[action$=fact_precedence] button").click()
        page.get_by_label("One person may sign for both").check()
        page.locator("form[action$=sign_for_both] button").click()
        page.get_by_label("Deliveries and their attempts").fill("9O")
        page.get_by_label("Tries to log in").fill("")
        page.locator("form[action$=retention_days] button").click()
        expect(page.get_by_role("alert")).to_contain_text("`9O` is no number of days")
        assert page.get_by_label("Tries to log in").input_value() == ""
        page.get_by_label("Deliveries and their attempts").fill("90")
        page.locator("form[action$=retention_days] button").click()
        expect(page.get_by_role("alert")).to_have_count(0)
    items = site.ask("GET", "/api/v1/settings-kept", site.member("admin")).json()["items"]
    assert {one["name"]: one["value"] for one in items} == {
        "fact_precedence": ["form", "crm"],
        "one_person_may_sign_for_both": True,
        "retention_days": {"deliveries": 90, "login_attempts": None},
    }
    with site.page("marketing") as page:
        page.goto("/settings/product")
        assert page.get_by_label("One person may sign for both").is_disabled()
        assert not page.locator("form[action*=product] button").count()
