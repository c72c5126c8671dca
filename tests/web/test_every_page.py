"""What holds for every page: axe, both themes, both widths, a quiet console, who may see it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest
from playwright.sync_api import Browser, BrowserContext

from handraise.core.roles import ROLES, may
from handraise.http.permissions import permission_of, routes
from handraise.web.routes import ROUTERS
from tests.web.browsing import HEIGHTS, THEMES, WIDTHS, keep_picture, overflow, quiet_page, violations
from tests.web.filled import Filled
from tests.web.looks import LOOKS, Look

# Not pages: they send one on, or answer a page's own script.
PARTS = {
    "/",
    "/palette",
    "/inbox/list",
    "/inbox/{handoff_id}",
    "/handoffs/{handoff_id}",
    "/leads/{lead_id}/outlook",
    "/definition/drafts/{draft_id}/preview",
    "/login/oidc",
    "/audiences/-/counts",
    "/audiences/{audience_id}/people",
    "/definition/document.pdf",
    "/reports/channels.csv",
    "/reports/channels-by-month.csv",
    "/reports/review.pdf",
    "/reports/review/study",
    "/reports/spend.csv",
    "/reports/funnel.csv",
    "/reports/speed.csv",
    "/reports/stages.csv",
    "/reports/returns.csv",
    "/reports/stalled.csv",
    "/reports/answers.csv",
    "/reports/disqualified.csv",
    "/reports/health.csv",
    "/login/oidc/back",
    "/settings",
    "/settings/sources/{source_id}/first",
}


# A page is looked at in both themes and at both widths; another look at it (a filter, another role) in two of
# the four.
LIGHT_AND_DARK = [(theme, WIDTHS) for theme in THEMES]
LIGHT_WIDE_DARK_NARROW = [(theme, (width,)) for theme, width in zip(THEMES, WIDTHS, strict=True)]
FIRST = set({look.path.split("?")[0]: look for look in reversed(LOOKS)}.values())


@pytest.fixture(scope="module")
def windows(company: Filled, chromium: Browser) -> Iterator[Callable[[str | None], BrowserContext]]:
    """A browser for every role, opened when the first asks for it: none of them changes what a page says."""
    company.site.browser = chromium
    with ExitStack() as opened:
        yield cache(lambda role: opened.enter_context(company.site.window(role)))


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.path)
def test_everybody_can_use_it(
    filled: Filled, windows: Callable[[str | None], BrowserContext], look: Look
) -> None:
    with quiet_page(windows(look.role)) as page:
        answer = page.goto(filled.path(look.path))
        assert answer is not None
        assert answer.status == 200
        page.wait_for_selector(look.ready)
        for theme, widths in LIGHT_AND_DARK if look in FIRST else LIGHT_WIDE_DARK_NARROW:
            page.emulate_media(color_scheme=theme)
            if theme != "light" and page.locator("vega-chart").count():
                # As whoever comes in the dark sees it: a chart that is there already follows in its own time.
                page.reload()
                page.wait_for_selector(look.ready)
            for width in widths:
                page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
                keep_picture(page, f"{look.path}-{theme}-{width}")
                assert violations(page, of_colours=theme != "light") == [], (theme, width)
                assert overflow(page) == 0, (theme, width)


def test_a_colour_that_is_wrong_in_the_dark_alone_is_found(
    windows: Callable[[str | None], BrowserContext],
) -> None:
    sheet = "color-scheme: light dark; color: light-dark(#000, #fff); background: light-dark(#fff, #000)"
    faint = f"<style>:root {{ {sheet} }} p {{ color: light-dark(#000, #222) }}</style>"
    with quiet_page(windows(None)) as page:
        page.set_content(f"<html lang=en><title>Faint</title>{faint}<main><h1>One</h1><p>Two</p></main>")
        assert violations(page) == []
        page.emulate_media(color_scheme="dark")
        (found,) = violations(page, of_colours=True)
        assert found.startswith("color-contrast: ['p']")


def test_every_page_is_looked_at() -> None:
    pages = {route.path for route in routes(ROUTERS) if "GET" in (route.methods or ())} - PARTS
    looked = {look.path.split("?")[0] for look in LOOKS}
    named = {_pattern(path) for path in pages}
    assert {_pattern(path) for path in looked} >= named


def _pattern(path: str) -> str:
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


@pytest.mark.parametrize("role", ROLES)
def test_a_role_sees_no_page_that_it_may_not(filled: Filled, role: str) -> None:
    me = filled.site.member(role)
    for route in routes(ROUTERS):
        needed = permission_of(route)
        if needed in ("anybody", "log_in", None) or may(role, needed):  # type: ignore[arg-type]
            continue
        path = "/".join("1" if part.startswith("{") else part for part in route.path.split("/"))
        for method in route.methods or ():
            answer = filled.site.ask(method, path, me)
            assert answer.status_code == 403, (method, path, answer.status_code)


def test_nobody_sees_a_page_without_logging_in(filled: Filled) -> None:
    for route in routes(ROUTERS):
        if permission_of(route) == "anybody" or "GET" not in (route.methods or ()):
            continue
        path = "/".join("1" if part.startswith("{") else part for part in route.path.split("/"))
        answer = filled.site.ask("GET", path)
        assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/login"), path
