"""Audiences in the browser: built by lines and by text with a live count, kept, counted, taken out."""

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from handraise.flow.preview import Previews
from handraise.store.access import change_member
from tests.web.browsing import Site
from tests.web.filled import Filled, fill

_NUMBER = re.compile(r"\d+")


@pytest.fixture(scope="module")
def own(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A company of this module's own, which its tests may change."""
    from tests.databases import fresh_database
    from tests.web.browsing import serving

    server, cloning = request.getfixturevalue("embedded_server"), request.getfixturevalue("cloning")
    chromium = request.getfixturevalue("chromium")
    with (
        fresh_database(server, cloning) as database,
        serving(database, tmp_path_factory.mktemp("audiences")) as site,
    ):
        site.browser = chromium
        yield fill(site, crowd=20)


def counted(page: Page) -> int:
    """The live count, once it is there."""
    figure = page.locator("#people .counted dd").first
    figure.wait_for()
    return int(figure.inner_text())


def asked(filled: Filled, path: str) -> Any:
    """What the interface answers to marketing."""
    answer = filled.site.ask("GET", f"/api/v1{path}", filled.site.member("marketing"))
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_an_audience_is_built_by_lines_with_a_live_count_and_kept(own: Filled) -> None:
    with own.site.page("marketing") as page:
        page.goto("/audiences")
        page.get_by_role("link", name="New audience").click()
        first = counted(page)
        page.get_by_label("Name", exact=True).fill("  Pricing, lately ")
        page.get_by_label("What to add", exact=True).select_option("signal")
        page.get_by_role("button", name="Add a line").click()
        line = page.get_by_role("group", name="pricing visit")
        expect(page.locator("#people .counted dd").first).not_to_have_text(str(first))
        line.get_by_label("At least").fill("2")
        line.get_by_label("At least").blur()
        expect(page.locator("#text")).to_have_value(
            re.compile(r"pricing_visit, at_least: 2, in_last: 30 days")
        )
        expect(page.locator("#problems .meaning")).to_contain_text("2 or more pricing visits")
        page.wait_for_load_state("networkidle")  # the count of what was typed last
        shown = counted(page)
        page.get_by_role("button", name="Save").click()
        page.wait_for_url(re.compile(r"/audiences/\d+$"))
        expect(page.locator(".toast")).to_have_text(re.compile("Pricing, lately is saved"))
        assert counted(page) == shown
        kept = page.url.rpartition("/")[2]
    assert asked(own, f"/audiences/{kept}/count")["people"] == shown
    assert asked(own, f"/audiences/{kept}")["name"] == "Pricing, lately"
    assert len(asked(own, f"/audiences/{kept}/leads?limit=200")["items"]) == shown


def test_lines_and_text_are_one_and_mistakes_are_told_where_they_stand(own: Filled) -> None:
    with own.site.page("marketing") as page:
        page.goto("/audiences/new")
        counted(page)
        text = page.locator("#text")
        text.fill("who:\n  all:\n    - lead.title: {contains: sales}\n    - stag: mql\n")
        problem = page.locator("#problems li.error")
        expect(problem).to_contain_text("did you mean `stage`?")
        expect(page.locator("#people")).to_contain_text("as soon as there is no error")
        problem.get_by_role("link").click()
        assert page.evaluate("document.getElementById('text').selectionStart") > 40
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#problems li.error")).to_be_visible()
        expect(page.get_by_text("Give it a name.")).to_be_visible()
        assert page.url.endswith("/audiences")  # it is not kept, and nothing is lost
        page.get_by_role("button", name="Take out {stag: mql}").click()
        expect(page.locator("#problems li")).to_have_count(0)
        expect(text).to_have_value("who:\n  all:\n    - lead.title: {contains: sales}\n")
        page.get_by_label("not so").check()
        expect(text).to_have_value("who:\n  all:\n    - not: {lead.title: {contains: sales}}\n")
        page.get_by_label("How many of them hold").select_option("any")
        expect(text).to_have_value("who:\n  any:\n    - not: {lead.title: {contains: sales}}\n")


def test_an_event_without_a_signal_and_a_group_are_added(own: Filled) -> None:
    with own.site.page("marketing") as page:
        page.goto("/audiences/new?starter=stalled-mqls")
        page.get_by_text("An event that has no signal yet").click()
        page.get_by_label("Its name, as it is sent").fill("Content Downloaded")
        page.get_by_role("button", name="Add it").click()
        expect(page.locator("#text")).to_have_value(
            re.compile("content_downloaded: {event: Content Downloaded}")
        )
        page.get_by_label("What to add", exact=True).select_option("group")
        page.get_by_role("button", name="Add a line").click()
        inner = page.get_by_role("group", name="Group 3")
        inner.get_by_role("button", name="Add a line").click()
        expect(page.locator("#text")).to_have_value(re.compile(r"- any:\n +- stage: \[lead, mql\]"))
        expect(page.locator("#problems li")).to_have_count(0)


def test_it_is_written_without_scripts(own: Filled) -> None:
    with own.site.page("marketing", java_script_enabled=False) as page:
        page.goto("/audiences/new")
        page.get_by_label("Name", exact=True).fill("By hand")
        page.get_by_label("What to add", exact=True).select_option("total")
        page.get_by_role("button", name="Add a line").click()
        page.get_by_label("points").fill("15")
        page.get_by_role("button", name="Save").click()
        page.wait_for_url(re.compile(r"/audiences/\d+$"))
        expect(page.get_by_role("heading", level=1)).to_have_text("By hand")
        expect(page.locator(".meaning")).to_contain_text("reach 15 points")
        expect(page.locator("#people .counted")).to_be_visible()


def test_it_is_renamed_and_deleted_by_keyboard(own: Filled) -> None:
    with own.site.page("marketing") as page:
        page.goto("/audiences")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/audiences/\d+$"))
        page.get_by_role("link", name="Change").focus()
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/edit$"))
        page.get_by_label("Name", exact=True).focus()
        page.keyboard.press("Control+a")
        page.keyboard.type("Called otherwise")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/audiences/\d+$"))
        expect(page.get_by_role("heading", level=1)).to_have_text("Called otherwise")
        page.get_by_role("button", name="Delete").focus()
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Delete it").focus()
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/audiences$"))
        expect(page.get_by_role("link", name="Called otherwise")).to_have_count(0)


def test_a_name_is_taken_once_and_what_was_written_stays(own: Filled) -> None:
    with own.site.page("marketing") as page:
        page.goto("/audiences/new?starter=educate")
        page.get_by_label("Name", exact=True).fill("SPRING campaign")
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".fault")).to_contain_text("There is an audience")
        expect(page.locator("#text")).to_have_value(re.compile("not: fit"))


def test_the_file_has_who_may_be_written_to_and_says_so_of_everybody(own: Filled, tmp_path: Path) -> None:
    audience = own.ids["nested_audience"]
    own.company.identify("passer-3", "person3@firm3.example", firstName="=cmd()", consent=False)
    person = own.company.lead("person3@firm3.example").id
    rows: dict[bool, list[dict[str, str]]] = {}
    with own.site.page("marketing", accept_downloads=True) as page:
        page.goto(f"/audiences/{audience}")
        total = counted(page)
        for only in (True, False):
            page.get_by_label("Leave out whom nobody may write to").set_checked(only)
            with page.expect_download() as download:
                page.get_by_role("button", name="Download CSV").click()
            download.value.save_as(tmp_path / "people.csv")
            rows[only] = list(csv.DictReader(io.StringIO((tmp_path / "people.csv").read_text())))
    assert len(rows[False]) == total
    left_out = [row for row in rows[False] if row not in rows[True]]
    assert [(row["lead_id"], row["may_be_mailed"]) for row in left_out] == [(str(person), "no_consent")]
    assert left_out[0]["first_name"] == "'=cmd()"
    actions = own.company.rows("select action from audit_entry where subject = :s", s=f"audience:{audience}")
    assert [row.action for row in actions] == ["audience.export"] * 2


def test_sales_reads_and_takes_nothing_out(filled: Filled) -> None:
    with filled.site.page("sales") as page:
        page.goto(f"/audiences/{filled.ids['audience']}")
        assert counted(page) > 0
        for name in ("Delete", "Download CSV"):
            expect(page.get_by_role("button", name=name)).to_have_count(0)
        expect(page.get_by_role("link", name="Change")).to_have_count(0)
        page.locator("#people tbody a").first.click()
        page.wait_for_url(re.compile(r"/leads/\d+"))
        page.goto("/audiences")
        expect(page.get_by_role("link", name="New audience")).to_have_count(0)


def test_pages_and_interface_give_the_same_numbers(filled: Filled) -> None:
    names = {"audience": "High fit, low engagement", "nested_audience": "Spring campaign"}
    with filled.site.page("viewer") as page:
        page.goto("/audiences")
        for key, name in names.items():
            told = asked(filled, f"/audiences/{filled.ids[key]}/count")
            row = page.get_by_role("row", name=re.compile(name)).locator("td.number")
            assert [int(one) for one in row.all_inner_texts()] == [told["people"], told["mailable"]]


def test_in_german_the_meaning_is_too(own: Filled) -> None:
    ute = own.site.member("viewer", "Ute")
    with own.site.services.database.transaction() as connection:
        change_member(connection, ute, language="de")
    with own.site.page(ute) as page:
        page.goto(f"/audiences/{own.ids['nested_audience']}")
        expect(page.locator(".meaning")).to_contain_text("Stufe")


def test_a_large_base_is_counted_as_soon_as_it_is_read(own: Filled) -> None:
    own.site.services.audiences.previews = Previews(small=0)
    try:
        with own.site.page("marketing") as page:
            page.goto("/audiences")
            row = page.get_by_role("row", name=re.compile("Spring campaign"))
            expect(row.locator("td.number").first).to_have_text(_NUMBER)
            page.goto(f"/audiences/{own.ids['nested_audience']}/edit")
            assert counted(page) > 0
    finally:
        own.site.services.audiences.previews = own.site.services.previews


def test_an_empty_product_says_what_an_audience_is(site: Site) -> None:
    with site.page("marketing") as page:
        page.goto("/audiences")
        expect(page.get_by_role("heading", name="No audiences yet")).to_be_visible()
        expect(page.get_by_role("link", name="Stalled MQLs")).to_be_visible()
        expect(page.get_by_role("link", name="High fit, low engagement")).to_have_count(0)
        page.get_by_role("link", name="New audience").click()
        expect(page.locator("#people")).to_contain_text("Nobody is in it now")
        page.get_by_label("Name", exact=True).fill("Everybody new")
        page.get_by_role("button", name="Save").click()
        page.wait_for_url(re.compile(r"/audiences/\d+$"))
    with site.page("viewer") as page:
        page.goto("/audiences")
        expect(page.get_by_role("link", name="Everybody new")).to_be_visible()
