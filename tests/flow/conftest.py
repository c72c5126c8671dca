"""A database to capture into."""

from collections.abc import Iterator
from typing import Any

import pytest

from handraise.store.session import Database
from tests.flow.selling import Floor


@pytest.fixture
def connected(database: Any) -> Iterator[Database]:
    connected = Database(database.url, wait=0.5)
    yield connected
    connected.close()


@pytest.fixture
def floor(connected: Database) -> Floor:
    return Floor(connected)
