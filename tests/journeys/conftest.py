"""A company of its own for every story."""

from collections.abc import Iterator
from typing import Any

import pytest

from handraise.store.session import Database
from tests.journeys.company import Company


@pytest.fixture
def company(database: Any) -> Iterator[Company]:
    connected = Database(database.url, wait=0.5)
    yield Company(connected)
    connected.close()
