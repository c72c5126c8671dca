"""The definition: changed, previewed, proposed, signed, live, rolled back; what is shown comes true."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from handraise.flow.define import begin_planned
from handraise.store import definitions, drafts, plans
from tests.api.calling import START
from tests.journeys.company import DEFINITION, Company
from tests.journeys.test_preview import preview_of, visited
from tests.web.browsing import Site, violations


@pytest.fixture
def company(site: Site) -> Company:
    company = Company(site.services.database, now=START)
    company.team("inbound", company.hire("Sam"))
    for role in ("marketing", "sales", "viewer", "admin"):
        site.member(role)
    return company


def drafted(site: Site, role: str, text: str = DEFINITION) -> int:
    with site.services.database.transaction() as connection:
        return drafts.begin(connection, text, None, f"member:{site.member(role)}", site.clock.now).id


def figure(page: Page, name: str) -> str:
    """A figure of the preview by its label."""
    shown = page.locator(f".figures div:has(dt:text-is('{name}')) dd")
    return re.sub(r"\s+", " ", shown.first.inner_text()).strip()


def live(company: Company) -> list[int]:
    with company.database.transaction() as connection:
        return [each.version_id for each in definitions.open_rollouts(connection) if each.mode == "live"]


def test_from_a_change_to_live_and_back(site: Site, company: Company) -> None:
    first = company.publish()
    visited(company)
    before = company.one("select count(*) from lead_score where is_mql")
    handed = company.one("select count(*) from handoff")
    with site.page("marketing") as page:
        page.goto("/definition")
        page.get_by_role("button", name="Change it").click()
        page.wait_for_selector("#preview .figures")
        bar = page.locator("#form-engagement input[name='set:engagement/bar']")
        bar.fill("15")
        bar.blur()
        expect(page.locator("#preview .changes")).to_contain_text("bar for engagement 40 → 15")
        expect(page.locator("#text")).to_have_value(re.compile(r"  bar: 15\n  half_life: 45 days"))
        came_in, at_once = figure(page, "In"), figure(page, "Handed off at once")
        page.get_by_role("button", name="Propose", exact=True).click()
        page.get_by_label("What it is for").fill("More for the new team")
        page.get_by_role("button", name="Propose it").click()
        page.wait_for_url("**/definition/versions/*")
        assert (figure(page, "In"), figure(page, "Handed off at once")) == (came_in, at_once)
        page.get_by_role("button", name="Sign for marketing").click()
        expect(page.locator("#toasts")).to_contain_text("Signed.")
        assert not page.get_by_role("button", name="Go live now").is_visible()
        assert not page.get_by_role("button", name="Sign for sales").is_visible()
        address = page.url
    with site.page("sales") as page:
        page.goto("/definition")
        page.get_by_role("link", name="Version 2").click()
        expect(page.get_by_text("More for the new team")).to_be_visible()
        assert page.locator("#evidence-title").is_visible()
        page.get_by_role("button", name="Sign for sales").click()
        expect(page.get_by_text("Marketing or an administrator has it go live.")).to_be_visible()
    assert live(company) == [first.id]
    with site.page("marketing") as page:
        page.goto(address)
        page.get_by_label("Why now").fill("both agreed")
        page.get_by_role("button", name="Go live now").click()
        expect(page.locator(".state")).to_contain_text("version 2")
    company.settle()
    [second] = live(company)
    gained = (
        company.one("select count(*) from lead_score where version_id = :v and is_mql", v=second) - before
    )
    assert came_in == f"+{gained}"
    assert int(at_once) == company.one("select count(*) from handoff") - handed > 0
    with site.page("marketing") as page:
        page.goto("/definition")
        page.get_by_role("button", name="Roll back to version 1").click()
        expect(page.get_by_text("version 1 is live again")).to_be_visible()
        page.get_by_role("link", name="History").click()
        expect(page.locator(".history li").first).to_contain_text("bar for engagement 15 → 40")
        assert violations(page) == []
    assert live(company) == [first.id]


def test_by_keyboard_alone_with_completion_and_errors_in_place(site: Site, company: Company) -> None:
    company.publish()
    number = drafted(site, "marketing")
    with site.page("marketing") as page:
        page.goto(f"/definition/drafts/{number}")
        page.wait_for_selector("#preview .figures")
        page.locator("#text").focus()
        page.keyboard.press("Control+Home")
        for _ in range(DEFINITION[: DEFINITION.index("    - {rule: webinar")].count("\n")):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("End")
        page.keyboard.press("Enter")
        page.keyboard.type("    - {rule: again, signal: demo_")
        page.wait_for_selector("#suggestions [aria-selected=true]")
        assert violations(page) == []
        page.keyboard.press("Enter")
        page.keyboard.type(", poin")
        page.wait_for_selector("#suggestions:not([hidden]) b:text-is('points')")
        page.keyboard.press("Tab")
        page.keyboard.type("oops}")
        expect(page.locator("#problems li.error")).to_contain_text("expected a number of points")
        expect(page.locator(".gutter .error")).to_have_count(1)
        expect(page.locator("#preview")).to_contain_text("as soon as there is no error")
        page.keyboard.press("Escape")
        for _ in range(5):
            page.keyboard.press("Backspace")
        page.keyboard.type("5, at_least: 2}")
        expect(page.locator("#problems li.error")).to_have_count(0)
        expect(page.locator("#preview .changes")).to_contain_text("again")
        expect(page.locator("#form-engagement .rules")).to_contain_text("again")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") != "text", "Tab leads out of the text"


def test_a_field_keeps_the_keyboard_while_it_is_saved(site: Site, company: Company) -> None:
    number = drafted(site, "marketing")
    with site.page("marketing") as page:
        page.goto(f"/definition/drafts/{number}")
        page.locator("input[name='set:engagement/rules/1/points']").focus()
        page.keyboard.press("Control+A")
        page.keyboard.type("18")
        page.keyboard.press("Tab")
        expect(page.locator("#text")).to_have_value(re.compile("points: 18"))
        assert "Take out" in page.evaluate("document.activeElement.title"), "the next thing of the line"


def test_rules_are_added_and_taken_out_by_the_form(site: Site, company: Company) -> None:
    number = drafted(site, "marketing", "# ours\n" + DEFINITION)
    with site.page("marketing") as page:
        page.goto(f"/definition/drafts/{number}")
        page.locator("#add-fit summary").click()
        form = page.locator("#add-fit form")
        form.get_by_label("Name").fill("DACH")
        form.get_by_label("Fact").fill("lead.country")
        form.get_by_label("Value").fill("DE, AT")
        form.get_by_label("Points").fill("5")
        form.get_by_role("button").click()
        expect(page.locator("#text")).to_have_value(
            re.compile(r"\{rule: DACH, when: \{lead.country: \[DE, AT\]\}, points: 5\}")
        )
        page.get_by_role("button", name="Take out webinar").click()
        expect(page.locator("#text")).not_to_have_value(re.compile("rule: webinar"))
        expect(page.locator("#text")).to_have_value(re.compile("^# ours"))


def test_signals_windows_routes_and_service_levels_by_the_form(site: Site, company: Company) -> None:
    number = drafted(site, "marketing")
    with site.page("marketing") as page:
        page.goto(f"/definition/drafts/{number}")
        text = page.locator("#text")

        def added(kind: str, fields: dict[str, str], expected: str) -> None:
            if not page.locator(f"#add-{kind}").get_attribute("open"):
                page.locator(f"#add-{kind} summary").click()
            for name, value in fields.items():
                field = page.locator(f"#add-{kind} [name={name}]")
                if field.evaluate("one => one.tagName") == "SELECT":
                    field.select_option(value)
                else:
                    field.fill(value)
            page.locator(f"#add-{kind} button:text-is('Add it')").click()
            expect(text).to_have_value(re.compile(re.escape(expected)))

        path = {"fact": "path", "test": "starts_with", "value": "/pricing"}
        line = "pricing: {event: page, where: {path: {starts_with: /pricing}}}"
        added("signals", {"name": "pricing", "event": "page"} | path, line)
        visits = {"rule": "three visits", "signal": "pricing", "at_least": "3", "within": "7 days"}
        line = "signal: pricing, at_least: 3, within: 7 days, when: {lead.country: DE}, points: 15}"
        country = {"fact": "lead.country", "value": "DE"}
        added("engagement", visits | country | {"points": "15"}, line)
        added("disqualify", country | {"reason": "geography"}, "{reason: geography")
        added("route", country | {"team": "dach"}, "{team: dach, when:")
        high = {"fact": "total", "value": "80"}
        added("sla", high | {"due": "2 hours", "hours": "business"}, "{within: 2 hours")
        expect(page.locator("#problems li.error")).to_have_count(0)
        expect(page.locator("#form-sla .rules")).to_contain_text("80")
        page.locator("#form-disqualify input[name$='lead.country']").fill("KP, IR")
        page.keyboard.press("Tab")
        expect(text).to_have_value(re.compile(r"lead.country: \[KP, IR\]"))
        page.locator("#more-engagement-0 summary").click()
        page.locator("#more-engagement-0").get_by_label("In the last").fill("30 days")
        page.keyboard.press("Tab")
        expect(text).to_have_value(re.compile("in_last: 30 days"))
        assert violations(page) == []
        page.locator("#line-disqualify-2").get_by_role("button").click()
        expect(text).not_to_have_value(re.compile("geography"))
        added("route", {"team": "", "to": ""}, "name:")
        expect(page.locator(".toasts")).to_contain_text("Say to whom")


def test_without_scripts(site: Site, company: Company) -> None:
    company.publish()
    number = drafted(site, "marketing")
    with site.page("marketing", java_script_enabled=False) as page:
        page.goto(f"/definition/drafts/{number}")
        page.locator("input[name='set:fit/bar']").fill("25")
        page.locator("button[form=fields]").click()
        assert "bar: 25" in page.locator("#text").input_value()
        page.locator("#text").fill(DEFINITION.replace("bar: 40", "bar: 4"))
        page.locator(".as-text noscript button, .as-text button").first.click()
        assert page.locator("input[name='set:engagement/bar']").input_value() == "4"
        page.get_by_role("button", name="Propose it").click()
        assert page.locator("#evidence-title").is_visible()
        page.get_by_role("button", name="Sign for marketing").click()
        assert page.get_by_text("sales").first.is_visible()


def test_the_first_definition_begins_with_a_template(site: Site, company: Company) -> None:
    with site.page("viewer") as page:
        page.goto("/definition")
        expect(page.get_by_role("heading", name="No definition is live yet")).to_be_visible()
        assert page.locator(".templates").count() == 0
    company.rows("update member set language = 'de' where role = 'marketing' returning id")
    with site.page("marketing") as page:
        page.goto("/definition")
        assert violations(page) == []
        page.get_by_role("button", name="Two bars").click()
        page.wait_for_selector("#preview .figures")
        expect(page.locator("h2#would-title")).to_have_text("Was sie bewirken würde")
        assert "Noch gilt keine Definition" in page.locator(".figures-of").inner_text()


def test_live_at_a_date_and_not(site: Site, company: Company) -> None:
    first, second = company.publish(), company.publish(DEFINITION.replace("bar: 40", "bar: 30"), live=False)
    with company.database.transaction() as connection:
        for side in definitions.SIDES:
            definitions.add_signature(connection, second.id, side, side, company.now)
    with site.page("admin") as page:
        page.goto(f"/definition/versions/{second.id}")
        page.locator("#field-at").fill("2026-03-09T08:00")
        page.get_by_role("button", name="Go live at that time").click()
        expect(page.get_by_text("It goes live at that time.")).to_be_visible()
        page.goto("/definition")
        expect(page.locator(".on-its-way")).to_contain_text("goes live in 7 days")
        page.get_by_role("link", name="Version 2").click()
        page.get_by_role("button", name="Do not go live then").click()
        page.goto(f"/definition/versions/{second.id}")
        page.locator("#field-at").fill("2026-03-10T08:00")
        page.get_by_role("button", name="Go live at that time").click()
        expect(page.get_by_text("It goes live at that time.")).to_be_visible()
    assert live(company) == [first.id]
    with company.database.transaction() as connection:
        [due] = plans.due(connection, START + timedelta(days=8))
        begin_planned(connection, due, START + timedelta(days=8))
    assert live(company) == [second.id]


def test_a_list_has_its_history_and_waits_for_a_version(site: Site, company: Company) -> None:
    listed = DEFINITION.replace("lists: {competitors: [rivaldesk.example]}\n", "")
    with site.page("marketing") as page:
        page.goto("/definition/lists")
        page.get_by_label("Name").fill("competitors")
        page.get_by_label("Entries, one a line").fill("Rival.example\nb.example")
        page.get_by_role("button", name="Save the list").click()
        page.wait_for_url("**/lists/competitors")
        number = drafted(site, "marketing", listed)
        page.goto(f"/definition/drafts/{number}")
        expect(page.locator("#problems .error")).to_have_count(0)
        page.get_by_role("button", name="Propose", exact=True).click()
        page.get_by_role("button", name="Propose it").click()
        page.wait_for_url("**/definition/versions/*")
        expect(page.locator("#doc-appendix + h3 ~ div").last).to_contain_text("rival.example")
    [version] = company.rows("select id, lists from definition_version")
    assert version.lists["competitors"] == ["b.example", "rival.example"]
    with company.database.transaction() as connection:
        for side in definitions.SIDES:
            definitions.add_signature(connection, version.id, side, side, company.now)
    with site.page("marketing") as page:
        page.goto(f"/definition/versions/{version.id}")
        page.get_by_role("button", name="Go live now").click()
        page.goto("/definition/lists/competitors")
        expect(page.locator("main")).to_contain_text("Mid-market uses these entries.")
        page.get_by_label("Entries, one a line").fill("b.example")
        page.get_by_label("What changed").fill("Rival was bought")
        page.get_by_role("button", name="Save the list").click()
        expect(page.locator("main")).to_contain_text("still uses the entries that it was signed with")
        expect(page.locator(".history li").first).to_contain_text("Out: rival.example")


def test_a_draft_is_nobody_elses(site: Site, company: Company) -> None:
    number = drafted(site, "marketing")
    assert site.ask("GET", f"/definition/drafts/{number}", site.member("sales")).status_code == 404
    assert site.ask("GET", f"/definition/drafts/{number}", site.member("viewer")).status_code == 403


def test_a_draft_is_run_over_history_with_its_progress(site: Site, company: Company) -> None:
    company.publish()
    visited(company)
    number = drafted(site, "marketing", DEFINITION.replace("bar: 40", "bar: 15"))
    shown = preview_of(company, DEFINITION.replace("bar: 40", "bar: 15"))
    with site.page("marketing") as page:
        page.goto(f"/definition/drafts/{number}")
        page.get_by_role("button", name="Run it over history").click()
        page.wait_for_url("**/definition/backtests/*")
        page.wait_for_selector(".in-short", timeout=30_000)
        assert violations(page) == []
        row = page.locator("tr:has(th:text-is('gained')) td").first
        assert int(row.inner_text()) == shown.gained


def test_a_backtest_without_a_hand_off_says_what_is_missing(site: Site, company: Company) -> None:
    number = drafted(site, "marketing")
    with site.page("marketing") as page:
        page.goto(f"/definition/drafts/{number}")
        page.get_by_role("button", name="Run it over history").click()
        expect(page.locator("#run")).to_contain_text("No lead was handed to sales yet", timeout=20_000)
