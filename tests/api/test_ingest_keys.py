"""Looking up whose key it is, when the database goes away in the middle of it."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
import sqlalchemy as sa

from handraise.api.ingest import SourceCache
from handraise.api.ingest import keys as looked_up
from handraise.store.session import Database, DatabaseAway


@pytest.fixture
def connected(database: Any) -> Iterator[Database]:
    with closing(Database(database.url)) as opened:
        yield opened


def test_database_that_dies_during_the_look_up_is_away_and_no_mistake_of_ours(
    connected: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dying(connection: sa.Connection, _key: str) -> Any:
        return connection.exec_driver_sql("select pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(looked_up, "source_by_key", dying)
    with pytest.raises(DatabaseAway):
        asyncio.run(SourceCache(connected).source_of("hr_w_x"))
