"""The product in a real browser: empty, and filled once for all tests that only look."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser

from handraise.store.embedded import Embedded
from tests.databases import Database, fresh_database
from tests.web.browsing import Site, launched, serving
from tests.web.filled import Filled, fill

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser talks to a server over the loopback."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.enable_socket)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def site(database: Database, tmp_path: Path, chromium: Browser) -> Iterator[Site]:
    """A product of one's own with nothing in it."""
    with serving(database, tmp_path) as site:
        site.browser = chromium
        yield site


@pytest.fixture(scope="session")
def company(
    embedded_server: Embedded, cloning: psycopg.Connection, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Filled]:
    with (
        fresh_database(embedded_server, cloning) as database,
        serving(database, tmp_path_factory.mktemp("filled")) as site,
    ):
        yield fill(site)


@pytest.fixture
def filled(company: Filled, chromium: Browser) -> Filled:
    """A product with a company in it, for tests that change nothing."""
    company.site.browser = chromium
    return company
