"""The application in this process behind a real server, and real browsers that look at it.

A page that says something in the console, throws, or is refused something by its policy fails the test.
"""

import logging
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Literal

import httpx
import pytest
import structlog
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from handraise.api.serving import listening
from handraise.app import application
from handraise.cli.ports import reserved
from handraise.settings import read_settings
from handraise.store import access, people
from handraise.wiring import Services, build
from tests.api.calling import Clock
from tests.clients.product import until
from tests.databases import Database
from tests.serving import served

Theme = Literal["light", "dark"]
THEMES: Final[tuple[Theme, ...]] = ("light", "dark")
WIDTHS: Final = (1280, 390)
ASSETS: Final = Path(__file__).parents[2] / "src/handraise/web/assets"
AXE: Final = ASSETS / "node_modules/axe-core/axe.min.js"
CHROMIUMS: Final = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
HEIGHTS: Final = {1280: 800, 390: 844}
# A page that is there sooner costs no more; one that is not may only wait for other tests.
_SECONDS: Final = 30


@dataclass
class Site:
    """A product that is served: who works with it, and browsers that look."""

    address: str
    services: Services
    clock: Clock
    browser: Browser | None = None
    known: dict[str, int] = field(default_factory=dict)

    def member(self, role: str, name: str | None = None) -> int:
        """Somebody of that role, the same each time; gives their id."""
        name = name or role.title()
        if name not in self.known:
            with self.services.database.transaction() as connection:
                made = people.create_member(
                    connection, f"{name.lower()}@acme.com", name, role, self.clock.now
                )
            self.known[name] = made.id
        return self.known[name]

    def session(self, member_id: int) -> str:
        """A session's token, as if they had logged in."""
        token = secrets.token_urlsafe(16)
        now = self.clock.now
        with self.services.database.transaction() as connection:
            access.open_session(connection, token, member_id, now, now + timedelta(hours=12), "tests")
        return token

    def ask(self, method: str, path: str, member_id: int | None = None, **given: Any) -> httpx.Response:
        """An answer without a browser; redirects are not followed."""
        cookies = {} if member_id is None else {"handraise_session": self.session(member_id)}
        # There is no TLS here; to read the certificates that could prove some takes 30 ms.
        with httpx.Client(base_url=self.address, cookies=cookies, trust_env=False, verify=False) as client:
            return client.request(method, path, **given)

    @contextmanager
    def page(self, member: int | str | None = "admin", **given: Any) -> Iterator[Page]:
        """A page of a browser of its own, in which that member is logged in; `given` as for `window`."""
        with self.window(member, **given) as window, quiet_page(window) as page:
            yield page

    @contextmanager
    def window(
        self,
        member: int | str | None = "admin",
        *,
        theme: Theme = "light",
        width: int = 1280,
        language: str = "en",
        **options: Any,
    ) -> Iterator[BrowserContext]:
        """A browser of its own, in which that member is logged in (an id, or a role)."""
        assert self.browser is not None
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": width, "height": HEIGHTS.get(width, 800)},
            color_scheme=theme,
            locale=language,
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(_SECONDS * 1000)
        if member is not None:
            member_id = self.member(member) if isinstance(member, str) else member
            cookie = {"name": "handraise_session", "value": self.session(member_id), "url": self.address}
            context.add_cookies([cookie])  # type: ignore[list-item]
        try:
            yield context
        finally:
            context.close()


@contextmanager
def quiet_page(window: BrowserContext) -> Iterator[Page]:
    """A new page of the browser; that it said anything in the console fails the test."""
    page = window.new_page()
    said: list[str] = []
    page.on("console", lambda one: said.append(f"{one.type}: {one.text} ({page.url})"))
    page.on("pageerror", lambda error: said.append(f"error: {error} ({page.url})"))
    # A refused request is what several tests ask for; the browser logs it, and the page tells it itself.
    try:
        yield page
    finally:
        page.close()
    heard = [one for one in said if "Failed to load resource" not in one]
    assert not heard, heard


@contextmanager
def serving(database: Database, folder: Path, clock: Clock | None = None, **given: Any) -> Iterator[Site]:
    """The whole application on a port of this machine, with a clock that stands still."""
    clock = clock or Clock()
    settings = read_settings(database_url=database.url, folder=folder, database_connections=10, **given)
    # Mistakes with a short trace, all else quiet; the usual one, with every value, takes seconds to write.
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.dev.ConsoleRenderer(colors=False)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
    )
    services = build(settings, now=clock)
    with reserved("127.0.0.1", 0) as port, served(application(services), listening("127.0.0.1", port)):
        address = f"http://127.0.0.1:{port}"
        until(lambda: _is_alive(address), "the server")
        yield Site(address, services, clock)
    services.close()
    structlog.reset_defaults()


def _is_alive(address: str) -> bool:
    try:
        return httpx.get(f"{address}/livez", trust_env=False, verify=False).status_code == 200
    except httpx.TransportError:
        return False


@contextmanager
def launched(*arguments: str) -> Iterator[Browser]:
    """A Chromium. While its driver runs, an event loop does: no test that runs its own may come between."""
    path = next((found for name in CHROMIUMS if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("there is no Chromium: `make clients` installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", *arguments])
        yield browser
        browser.close()


# --- what is wrong with a page ------------------------------------------------------------------------------


def violations(page: Page, *, of_colours: bool = False) -> list[str]:
    """What axe finds in the page as it stands: rule, and where; by all rules, or by those about colours."""
    if not page.evaluate("typeof axe !== 'undefined'"):
        # By the driver, not as a script of the page: the page's policy holds.
        page.evaluate(AXE.read_text())
    asked: dict[str, Any] = {"resultTypes": ["violations"]}
    if of_colours:
        # As among all rules: not the contrast that only AAA asks for.
        asked |= {"runOnly": ["cat.color"], "rules": {"color-contrast-enhanced": {"enabled": False}}}
    found = page.evaluate("async asked => (await axe.run(asked)).violations", asked)
    seen = page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
    # axe looks only at what is shown; a label of a closed dialog that names another field is as wrong.
    twice = [f"two elements have the id {one}" for one in sorted(set(seen)) if seen.count(one) > 1]
    return twice + [
        f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]
    ]


def overflow(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    apart = "document.documentElement.scrollWidth - window.innerWidth"
    return max(0, int(page.evaluate(apart)))


def keep_picture(page: Page, name: str) -> None:
    """Keep a picture of the whole page in the folder HANDRAISE_PICTURES, for people to look at."""
    if folder := os.environ.get("HANDRAISE_PICTURES"):  # noqa: TID251  (of whoever runs the tests)
        kept = re.sub(r"[^\w-]+", "_", name).strip("_")
        page.screenshot(path=Path(folder) / f"{kept}.png", full_page=True)
