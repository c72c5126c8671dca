"""The quarterly review: both teams write down what they decide and agree to it; on paper it says the same."""

import io
import re
from collections.abc import Iterator
from copy import copy
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from handraise.store.embedded import Embedded
from tests.databases import Database, fresh_database
from tests.web.browsing import Site, serving
from tests.web.filled import Filled, fill
from tests.web.test_hostile import HOSTILE


@pytest.fixture(scope="module")
def first(
    embedded_server: Embedded, cloning: psycopg.Connection, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Database, Filled]]:
    """A company that nobody uses: every test has a copy of it."""
    with fresh_database(embedded_server, cloning) as database:
        with serving(database, tmp_path_factory.mktemp("review")) as site:
            found = fill(site, crowd=0)
        yield database, found


@pytest.fixture
def filled(
    first: tuple[Database, Filled],
    embedded_server: Embedded,
    cloning: psycopg.Connection,
    chromium: Browser,
    tmp_path: Path,
) -> Iterator[Filled]:
    """One of its own: decisions are written into it."""
    filled, found = first
    with (
        fresh_database(embedded_server, cloning, like=filled.name) as database,
        serving(database, tmp_path) as site,
    ):
        site.browser = chromium
        site.known = dict(found.site.known)
        company = copy(found.company)
        company.database = site.services.database
        yield Filled(site, company, dict(found.ids))


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b]+", "", text)


def paper(site: Site, address: str, member: int) -> str:
    answer = site.ask("GET", address, member)
    assert answer.headers["content-type"] == "application/pdf"
    assert 'filename="review-2026-Q1.pdf"' in answer.headers["content-disposition"]
    return squeezed("".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(answer.content)).pages))


def test_both_teams_decide_and_agree_and_it_goes_onto_paper(filled: Filled) -> None:
    site = filled.site
    with site.page("marketing") as page:
        page.goto("/reports")
        page.get_by_role("link", name="Quarterly review").click()
        page.get_by_role("heading", name="First quarter of 2026").wait_for()
        page.get_by_label(re.compile("Decision: Is sales fast enough")).focus()
        page.keyboard.type("Call demo requests first.")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_text("It is written down.").wait_for()
        page.get_by_role("button", name="Agree for marketing").click()
        page.locator("#agreed .signed").wait_for()
        assert page.locator("#agreed .signed").inner_text() == "Marketing"
        assert not page.get_by_role("button", name="Agree for sales").count()
        shown = [one.inner_text() for one in page.locator(".review td, .review th, .review .answer").all()]
    with site.page("sales") as page:
        page.goto("/reports/review?quarter=2026-Q1")
        assert (
            page.get_by_label(re.compile("Decision: Is sales fast")).input_value()
            == "Call demo requests first."
        )
        page.get_by_role("button", name="Agree for sales").click()
        page.locator("#agreed .signed").nth(1).wait_for()
        assert not page.get_by_text("Take it as PDF").count()  # as no file may be taken
    text = paper(site, "/reports/review.pdf?quarter=2026-Q1", site.member("marketing"))
    assert "Calldemorequestsfirst." in text
    assert len(shown) > 20
    assert [one for one in shown if squeezed(one) not in text] == []
    assert site.ask("GET", "/reports/review.pdf", site.member("viewer")).status_code == 403


def test_what_is_written_after_somebody_agreed_has_to_be_agreed_to_anew(filled: Filled) -> None:
    with filled.site.page("admin") as page:
        page.goto("/reports/review")
        for text in ("Leave it.", "Change it."):
            page.get_by_label(re.compile("Decision: Has the ideal")).fill(text)
            page.locator("#fit").get_by_role("button").click()
            page.get_by_text("It is written down.").wait_for()
            page.get_by_role("button", name="Agree for sales").wait_for()
            if text == "Leave it.":
                page.get_by_role("button", name="Agree for sales").click()
                page.locator("#agreed .signed").wait_for()
        assert "something was written down since" in page.locator("#agreed").inner_text()


def test_history_is_looked_at_in_the_background_and_kept_with_its_time(filled: Filled) -> None:
    with filled.site.page("sales") as page:
        page.goto("/reports/review")
        assert "has not been looked at" in page.locator("#signals").inner_text()
        page.get_by_role("button", name="Look at history").click()
        page.locator("#signals table").first.wait_for(timeout=30_000)
        assert "demo request" in page.locator("#signals").inner_text()
        assert "History was looked at" in page.locator("#study").inner_text()


def test_a_viewer_reads_and_writes_nothing(filled: Filled) -> None:
    with filled.site.page("viewer") as page:
        page.goto("/reports/review")
        page.get_by_role("heading", name="First quarter of 2026").wait_for()
        assert not page.locator("textarea").count()
        assert not page.locator("#agreed button").count()
    answer = filled.site.ask(
        "POST", "/reports/review/decisions", filled.site.member("viewer"), data={"quarter": "2026-Q1"}
    )
    assert answer.status_code == 403


def test_what_was_decided_is_text_on_the_page_and_on_paper(filled: Filled) -> None:
    site = filled.site
    with site.page("admin") as page:
        page.goto("/reports/review")
        for text in HOSTILE:
            page.get_by_label(re.compile("Decision: Why does")).fill(text)
            page.locator("#reasons").get_by_role("button").click()
            page.get_by_text("It is written down.").wait_for()
            assert page.evaluate("window.hit") is None
            assert not page.locator("main img, main script").count()
            said = squeezed("".join(one for one in text if one.isprintable()))
            assert said in paper(site, "/reports/review.pdf", site.member("admin"))


def test_an_empty_product_says_when_a_review_appears(site: Site) -> None:
    with site.page("viewer") as page:
        page.goto("/reports/review?quarter=2026-Q1")
        assert "No definition was live in this quarter" in page.locator("main").inner_text()


def test_the_definition_goes_onto_paper_with_who_signed_it(filled: Filled) -> None:
    site = filled.site
    with site.page("viewer") as page:
        page.goto("/definition")
        address = page.get_by_role("link", name="Take it as PDF").get_attribute("href")
    assert address is not None
    answer = site.ask("GET", address, site.member("viewer"))
    text = squeezed(PdfReader(io.BytesIO(answer.content)).pages[0].extract_text())
    assert "Mid-market" in text
    assert "directororabove" in text
