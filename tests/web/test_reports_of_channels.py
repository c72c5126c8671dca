"""Reports of channels: page, interface and file say the same, down to the leads; spend is kept."""

import csv
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.web.browsing import THEMES, WIDTHS, Site, Theme, keep_picture, overflow, violations
from tests.web.filled import Filled

EXPORT = """Campaign report
Campaign,Month,Currency code,Clicks,Cost
Brand,2026-03-01,EUR,12,"1,234.50"
Generic,soon,EUR,3,10.00
Total: Account, --,EUR,15,"1,244.50"
"""
FILE = "month,source,campaign,amount,currency\n2026-03,google,,1200.50,EUR\n2026-03,google,spring,10.00,EUR\n"


def told(site: Site, **params: Any) -> Any:
    return site.ask("GET", "/api/v1/reports/channels", site.member("viewer"), params=params).json()


def read(site: Site, path: str) -> list[dict[str, str]]:
    """A file as rows by their heads."""
    return list(csv.DictReader(StringIO(site.ask("GET", path, site.member("marketing")).text)))


def number_at(page: Page, address: str) -> int:
    """The number that leads there."""
    return int(page.locator(f"a[href='{address}']").first.inner_text())


def test_channels_are_the_same_everywhere_and_lead_to_the_leads(filled: Filled) -> None:
    site = filled.site
    found = told(site, by="rep")
    [ada] = [one for one in found["items"] if one["group"] == str(site.known["Ada"])]
    assert ada["mqls"] > 0
    assert found["total"]["mqls"] == sum(one["mqls"] for one in found["items"])
    [line] = [one for one in read(site, "/reports/channels.csv?by=rep") if one["group"] == ada["group"]]
    assert (int(line["mqls"]), int(line["sal_so_far"])) == (ada["mqls"], ada["so_far"]["sal"])
    months = [
        one for one in read(site, "/reports/channels-by-month.csv?by=rep") if one["group"] == ada["group"]
    ]
    assert sum(int(one["mqls"]) for one in months) == ada["mqls"]
    with site.page("viewer") as page:
        page.goto("/reports/channels?by=rep")
        page.locator(".drawn svg").first.wait_for()
        asked = "by=rep&months=12&touch=said&stage=customer&within=90"
        address = f"/reports/channels/leads?{asked}&group={ada['group']}&what=mqls"
        assert number_at(page, address) == ada["mqls"]
        page.locator(f"a[href='{address}']").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("what=mqls"))
        assert page.locator("table.rows tbody tr").count() == ada["mqls"]
        page.get_by_role("link", name="Back to the report").click()
        page.wait_for_url(re.compile("by=rep"))


def test_the_funnel_of_all_channels_is_the_funnel(filled: Filled) -> None:
    site = filled.site
    months = site.ask("GET", "/api/v1/reports/funnel", site.member("viewer")).json()["items"]
    assert told(site)["total"]["by_month"] == {one["month"]: one["mqls"] for one in months if one["mqls"]}


def test_groups_are_asked_for_in_the_address(filled: Filled) -> None:
    queries = ("", "?by=lead.source&touch=first", "?by=motion&stage=sal&within=30", "?by=account.employees")
    with filled.site.page("viewer") as page:
        for query in queries:
            page.goto(f"/reports/channels{query}")
            assert page.get_by_role("region", name="Cost and revenue").count()
        page.get_by_label("Side by side").select_option("temperature")
        page.get_by_role("button", name="Show").click()
        page.wait_for_url(re.compile("by=temperature"))
        assert "Warm" in page.get_by_role("region", name="What becomes of them").inner_text()


def test_what_is_entered_stands_beside_what_it_brought(site: Site) -> None:
    site.clock.now = site.clock.now.replace(month=3)
    with site.page("marketing") as page:
        page.goto("/reports/channels")
        page.get_by_role("link", name="Enter spend").click()
        page.get_by_label("Channel", exact=True).fill("webinar")
        page.get_by_label("Amount").fill("1,200")
        page.get_by_label("Currency").fill("EUR")
        page.get_by_role("button", name="Keep it").click()
        assert "no amount" in page.get_by_role("alert").inner_text()
        assert page.get_by_label("Channel", exact=True).input_value() == "webinar"
        page.get_by_label("Amount").fill("1200.50")
        page.get_by_role("button", name="Keep it").click()
        page.get_by_text("€1,200").wait_for()
        page.goto("/reports/channels")
        assert "webinar" in page.get_by_role("region", name="Cost and revenue").inner_text()
        page.goto("/reports/spend")
        page.get_by_role("button", name="Delete: webinar").click()
        page.get_by_text("Nothing is entered yet").wait_for()
    rows = site.ask("GET", "/api/v1/audit", site.member("admin")).json()["items"]
    assert {"spend.enter", "spend.delete"} <= {one["action"] for one in rows}


def give(page: Page, text: str, name: str = "spend.csv") -> None:
    page.goto("/reports/spend")
    page.get_by_label("File", exact=True).set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    )
    with page.expect_navigation():
        page.get_by_role("button", name="Look at the file").click()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def sums(site: Site) -> set[tuple[str, int]]:
    """What stands there: campaigns and cents."""
    items = site.ask("GET", "/api/v1/reports/spend", site.member("viewer")).json()["items"]
    return {(one["campaign"], one["amount_cents"]) for one in items}


def test_an_export_is_looked_at_told_apart_taken_in_and_taken_back(site: Site) -> None:
    with site.page("marketing") as page:
        give(page, EXPORT, "google.csv")
        assert "no column is the channel" in page.get_by_role("alert").inner_text()
        assert page.get_by_label("Amount", exact=True).input_value() == "Cost"
        page.get_by_label("Channel for rows that do not say it").fill("google")
        press(page, "See what it would come to")
        table = page.get_by_role("region", name="The first sums")
        table.get_by_role("row").filter(has_text="Brand").get_by_text("€1,234.50").wait_for()
        problems = page.get_by_role("region", name="Rows that cannot be taken")
        assert "`soon` is no month" in problems.inner_text()
        assert sums(site) == set(), "nothing is kept yet"
        with page.expect_download() as download:
            press(page, "Download these rows")
        mended = Path(download.value.path()).read_text().replace("soon", "2026-03")
        press(page, "Take it in")
        page.get_by_text("Import 1 is in. New sums: 1").wait_for()
        assert sums(site) == {("Brand", 123_450)}

        give(page, mended)
        press(page, "Take it in")
        page.get_by_text("Import 2 is in").wait_for()
        assert sums(site) == {("Brand", 123_450), ("Generic", 1_000)}

        give(page, mended)
        assert "Nothing changes" in page.get_by_role("status").first.inner_text()
        assert not page.get_by_role("button", name="Take it in").count()

        page.goto("/reports/spend")
        press(page, "Take back: import 1")
        page.get_by_text("Sums that are out: 1").wait_for()
        assert sums(site) == {("Generic", 1_000)}
    rows = site.ask("GET", "/api/v1/audit", site.member("admin")).json()["items"]
    assert {"import.spend", "import.undo"} <= {one["action"] for one in rows}


def test_only_what_was_looked_at_is_taken_in(site: Site) -> None:
    with site.page("marketing") as page:
        give(page, FILE.replace("1200.50", '"1,200"').replace("10.00", "10"))
        assert "may mean two things" in page.get_by_role("alert").inner_text()
        page.get_by_label("Before the cents stands").select_option("point")
        press(page, "See what it would come to")
        page.get_by_label("Before the cents stands").select_option("comma")
        press(page, "Take it in")
        assert "not what was looked at" in page.get_by_role("alert").inner_text()
        assert sums(site) == set()
        press(page, "Take it in")
        page.get_by_role("cell", name="spring").wait_for()
    assert sums(site) == {("", 120), ("spring", 1_000)}


def test_what_stands_here_as_a_file_can_be_taken_in_again(site: Site) -> None:
    with site.page("marketing") as page:
        give(page, FILE)
        press(page, "Take it in")
        taken = site.ask("GET", "/reports/spend.csv", site.member("marketing")).text
        assert sorted(taken.splitlines()) == sorted(FILE.splitlines())
        give(page, taken)
        page.get_by_text("Nothing changes").wait_for()


def test_a_file_that_is_none_says_so(site: Site) -> None:
    with site.page("marketing") as page:
        give(page, "")
        assert "the file is empty" in page.get_by_role("alert").inner_text()
        give(page, "month,source,amount,amount\n2026-03,a,1,2\n")
        assert "there twice" in page.get_by_role("alert").inner_text()


@pytest.mark.parametrize("theme", THEMES)
def test_everybody_can_use_the_page_of_a_file(site: Site, theme: Theme) -> None:
    with site.page("marketing", theme=theme) as page:
        for name, text in (("looked-at", EXPORT.replace("Campaign,", "Channel,")), ("asked", EXPORT)):
            give(page, text)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                keep_picture(page, f"spend-file-{name}-{theme}-{width}")
                assert violations(page) == [], (name, width)
                assert overflow(page) == 0, (name, width)


def test_only_marketing_enters_spend(site: Site) -> None:
    with site.page("sales") as page:
        page.goto("/reports/spend")
        assert "Marketing enters what was spent" in page.locator("main").inner_text()
        assert not page.get_by_role("button", name="Keep it").count()
        assert not page.get_by_role("link", name="CSV").count()
    assert site.ask("GET", "/reports/spend.csv", site.member("sales")).status_code == 403
