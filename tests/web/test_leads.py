"""Leads and accounts: found by what is in the address, and one lead with a score that adds up."""

import re

import pytest
from playwright.sync_api import Page

from handraise.store import merges
from tests.web.browsing import Site
from tests.web.filled import Filled, fill


def points(text: str) -> float:
    return float(text.replace("−", "-").replace("+", "").replace(",", ""))


def column(page: Page, selector: str) -> list[float]:
    return [points(text) for text in page.locator(selector).all_inner_texts()]


@pytest.mark.parametrize("name", ["lead", "worked", "quiet"])
def test_the_lines_of_the_receipt_sum_to_the_score_which_is_the_interfaces(filled: Filled, name: str) -> None:
    lead = filled.ids[name]
    kept = filled.site.ask("GET", f"/api/v1/leads/{lead}", filled.site.member("sales")).json()["scores"][0]
    with filled.site.page("sales") as page:
        page.goto(f"/leads/{lead}")
        fit, engagement = column(page, "#receipt .sum .number")
        lines = column(page, "#receipt tbody tr:not(.sum) .number")
        [total] = column(page, "#receipt tfoot .number")
        assert (
            page.locator(".verdict .total").inner_text()
            == page.locator("#receipt tfoot .number").inner_text()
        )
    assert round(sum(lines), 2) == total == fit + engagement
    assert (fit * 100, engagement * 100) == (kept["fit"], kept["engagement"])
    assert sorted(line * 100 for line in lines if line) == sorted(line["points"] for line in kept["lines"])


def test_evidence_leads_to_the_event(filled: Filled) -> None:
    with filled.site.page("sales") as page:
        page.goto(filled.path("/leads/{lead}"))
        evidence = page.locator("a.evidence", has_text="Demo Requested")
        evidence.click()
        assert page.locator(".entry[aria-current=true]").inner_text().startswith("Demo Requested")
        # The same by its address, also when the timeline shows another time.
        page.goto(str(evidence.get_attribute("href")))
        assert page.locator(".entry:target .said").inner_text() == "Demo Requested"


def test_the_outlook_says_what_would_do(filled: Filled) -> None:
    with filled.site.page("viewer") as page:
        page.goto(filled.path("/leads/{quiet}"))
        said = page.locator(".sentence")
        said.wait_for()
        assert "short of MQL" in said.inner_text()


def test_a_lead_as_of_another_time_has_the_score_of_then(filled: Filled) -> None:
    me = filled.site.member("marketing")
    at = "2026-02-24T09:00:00Z"
    lead = filled.ids["lead"]
    then = filled.site.ask("GET", f"/api/v1/leads/{lead}?as_of={at}", me).json()
    with filled.site.page("marketing") as page:
        page.goto(f"/leads/{lead}")
        page.get_by_label("As of").fill("2026-02-24T09:00")
        page.get_by_role("button", name="Show").click()
        page.get_by_text("This is how the lead was known on").wait_for()
        total = points(page.locator(".verdict .total").inner_text())
        assert total * 100 == then["scores"][0]["fit"] + then["scores"][0]["engagement"]
        assert page.locator(".lead-head .stage").inner_text().lower() == then["stage"]
        assert page.get_by_text("Demo Requested").count() == 0
        page.get_by_role("link", name="Back to now").click()
        page.wait_for_url(f"**/leads/{lead}")


def test_the_timeline_shows_one_kind_when_asked(filled: Filled) -> None:
    with filled.site.page("viewer") as page:
        page.goto(filled.path("/leads/{lead}"))
        page.get_by_role("link", name="Stages and hand-offs").click()
        page.wait_for_url("**show=moves#timeline")
        kinds = page.locator(".entry").evaluate_all(
            "rows => [...new Set(rows.map(row => row.className))].sort()"
        )
        assert kinds == ["entry is-handoff", "entry is-stage"]


def test_filters_are_in_the_address_and_work_on_reload(filled: Filled) -> None:
    with filled.site.page("viewer") as page:
        page.goto("/leads")
        page.keyboard.press("/")
        page.keyboard.type("kern")
        page.keyboard.press("Enter")
        page.wait_for_url("**/leads?text=kern")
        found = page.locator("[data-row]").all_inner_texts()
        assert sorted(found) == ["Kim Kern", "Max Kern", "Noah Kern", "Olga Kern", "Pia Kern", "Ruth Kern"]
        page.get_by_label("Stage").select_option("sal")
        page.wait_for_url("**/leads?text=kern&stage=sal")
        found = page.locator("[data-row]").all_inner_texts()
        page.reload()
        assert page.locator("[data-row]").all_inner_texts() == found != []
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/leads/\d+$"))


def test_pages_of_the_list_show_every_lead_once(filled: Filled) -> None:
    seen: list[str] = []
    with filled.site.page("viewer") as page:
        page.goto("/leads")
        while True:
            seen += page.locator("[data-row]").all_inner_texts()
            following = page.get_by_role("link", name="Older ones")
            if not following.count():
                break
            following.click()
            page.wait_for_load_state()
    known = filled.company.one("select count(*) from lead where root_id is null")
    assert len(seen) == len(set(seen)) == known


def test_the_palette_finds_pages_and_leads_by_keyboard_alone(filled: Filled) -> None:
    with filled.site.page("viewer") as page:
        page.goto("/leads")
        page.keyboard.press("Control+k")
        page.keyboard.type("acc")
        page.keyboard.press("Enter")
        page.wait_for_url("**/accounts")
        page.keyboard.press("Control+k")
        page.keyboard.type("x")
        page.keyboard.press("Escape")
        page.get_by_role("dialog", name="Find a page or a lead").wait_for(state="hidden")
        page.keyboard.press("Control+k")
        page.keyboard.type("hanna")
        page.get_by_role("option", name="Hanna Berg").wait_for()
        page.keyboard.press("Enter")
        page.wait_for_url(filled.path("**/leads/{lead}"))
        page.keyboard.press("?")
        page.get_by_role("dialog", name="Keys").wait_for()
        page.keyboard.press("Escape")
        page.get_by_role("dialog", name="Keys").wait_for(state="hidden")


def test_an_account_shows_who_is_there_and_how_much_goes_on(filled: Filled) -> None:
    account = filled.ids["account"]
    told = filled.site.ask("GET", f"/api/v1/accounts/{account}", filled.site.member("viewer")).json()
    with filled.site.page("viewer") as page:
        page.goto("/accounts?text=northwind")
        page.get_by_role("link", name="northwind.example").click()
        page.wait_for_url(f"**/accounts/{account}")
        assert column(page, ".figures dd") == [told["engaged"]["leads"], told["engaged"]["engagement"] / 100]
        assert page.locator("[data-row]").all_inner_texts() == ["Hanna Berg", "Ines Falk", "Otto Lind"]


def test_answers_take_a_lead_to_sql_and_leads_are_merged_and_taken_apart(site: Site) -> None:
    filled = fill(site, crowd=0)
    company, worked = filled.company, filled.ids["worked"]
    with site.page("sales") as page:
        page.goto(f"/leads/{worked}")
        assert page.get_by_text("2 of 3 answers to SQL.").is_visible()
        page.get_by_label("Authority").fill("She decides")
        page.get_by_role("button", name="Keep the answers").click()
        page.get_by_text("Kept. The lead is an SQL now.").wait_for()
        assert company.one("select stage from lead where id = :id", id=worked) == "sql"
        assert page.get_by_text("Merge another lead").count() == 0, "sales merges nothing"
    with site.page("admin") as page:
        page.goto(filled.path("/leads/{lead}"))
        page.get_by_text("Merge another lead into this one").click()
        page.get_by_label("The other lead").fill("otto@northwind.example")
        page.get_by_label("Why they are one person").fill("one desk")
        page.get_by_role("button", name="Merge", exact=True).click()
        page.get_by_text("Merged. It is scored anew in a moment.").wait_for()
        assert (
            company.one("select root_id from lead where id = :id", id=filled.ids["quiet"])
            == filled.ids["lead"]
        )
        page.get_by_role("button", name="Take apart").click()
        page.get_by_text("Taken apart.").wait_for()
        assert company.one("select root_id from lead where id = :id", id=filled.ids["quiet"]) is None


def test_two_people_whose_ids_met_are_one_or_two_as_somebody_says(site: Site) -> None:
    filled = fill(site, crowd=0)
    company = filled.company
    first, second, third = (filled.ids[name] for name in ("lead", "worked", "quiet"))
    with site.services.database.transaction() as connection:
        merges.suggest(
            connection, [(first, second, "one browser"), (first, third, "one number")], company.now
        )
    with site.page("viewer") as page:
        page.goto("/leads")
        page.get_by_role("link", name="may be one person").click()
        assert page.locator(".pair").count() == 2
        assert not page.locator("main form").count(), "a viewer decides nothing"
    with site.page("admin") as page:
        page.goto("/merge-suggestions")
        page.locator(".pair", has_text="one browser").get_by_role("button", name="Two people").focus()
        page.keyboard.press("Enter")
        page.get_by_text("They stay two.").wait_for()
        page.get_by_role("button", name="One person: merge").click()
        page.get_by_text("Merged. It is scored anew in a moment.").wait_for()
        assert page.get_by_text("Nobody is in doubt").is_visible()
    roots = {one: company.one("select root_id from lead where id = :id", id=one) for one in (second, third)}
    assert roots == {second: None, third: first}
    assert site.ask("GET", "/api/v1/merge-suggestions", site.member("admin")).json()["items"] == []
