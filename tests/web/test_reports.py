"""Reports: the same numbers on the page, in the interface and in the file, down to the leads."""

import csv
import re
from io import StringIO

from tests.web.browsing import Site
from tests.web.filled import Filled


def test_page_interface_and_file_say_the_same_and_lead_to_the_leads(filled: Filled) -> None:
    site = filled.site
    items = site.ask("GET", "/api/v1/reports/funnel", site.member("viewer")).json()["items"]
    now = next(one for one in reversed(items) if one["mqls"])
    month = now["month"][:7]
    text = site.ask("GET", "/reports/funnel.csv", site.member("marketing")).text
    [line] = [row for row in csv.DictReader(StringIO(text)) if row["month"] == month]
    assert int(line["mqls"]) == now["mqls"]
    with site.page("viewer") as page:
        page.goto("/reports")
        page.locator(".drawn svg").wait_for()
        number = page.locator(f"a[href='/leads?mql_in={month}']")
        assert number.inner_text() == str(now["mqls"])
        number.focus()
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("mql_in="))
        assert page.locator("table.rows tbody tr").count() == now["mqls"]


def test_what_was_asked_is_in_the_address(filled: Filled) -> None:
    with filled.site.page("marketing") as page:
        page.goto("/reports")
        page.get_by_label("How many became").select_option("sal")
        page.get_by_label("Period").select_option("6")
        page.get_by_role("button", name="Show").click()
        page.wait_for_url(re.compile("months=6.*stage=sal"))
        assert page.locator("table.rows tbody tr").count() == 6


def test_a_new_product_says_what_comes_here(site: Site) -> None:
    with site.page("viewer") as page:
        page.goto("/reports")
        assert "No MQLs in this time" in page.locator("main").inner_text()


def test_only_who_may_export_takes_the_file(filled: Filled) -> None:
    site = filled.site
    assert site.ask("GET", "/reports/funnel.csv", site.member("viewer")).status_code == 403
    with site.page("viewer") as page:
        page.goto("/reports")
        assert not page.get_by_text("Take it as CSV").count()


def test_charts_follow_the_system_from_light_to_dark(filled: Filled) -> None:
    with filled.site.page("viewer", theme="light") as page:
        page.goto("/reports")
        page.locator(".drawn svg").wait_for()
        drawn = (
            "[...new Set([...document.querySelectorAll('.drawn svg text')].map(t => t.getAttribute('fill')))]"
        )
        in_light = page.evaluate(drawn)
        page.emulate_media(color_scheme="dark")
        page.wait_for_function(
            f"before => {drawn}.length > 0 && String({drawn}) != before", arg=",".join(in_light)
        )
        in_dark = page.evaluate(drawn)
        page.emulate_media(color_scheme="light")
        page.wait_for_function(f"before => String({drawn}) == before", arg=",".join(in_light))
    assert in_light != in_dark
