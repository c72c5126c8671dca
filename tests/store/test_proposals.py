"""What is kept around a proposal: drafts of one's own, evidence that stays, lists with every state."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from handraise.flow.define import publish
from handraise.store import backtest_runs, drafts, evidence, managed_lists
from handraise.store.schema import METADATA
from handraise.store.session import Database
from tests.builders import DAY, NOW
from tests.databases import Database as Made

TEXT = """
name: Small
signals: {any: {event: page}}
engagement: {bar: 1, rules: [{rule: any, signal: any, points: 1}]}
qualify: {mql: engagement}
"""


@pytest.fixture
def connection(database: Made) -> Iterator[sa.Connection]:
    connected = Database(database.url)
    with connected.transaction() as opened:
        yield opened
    connected.close()


def test_migrations_make_the_columns_that_the_store_knows(database: Made) -> None:
    with database.engine.connect() as connection:
        found = {
            (row.table_name, row.column_name, row.is_nullable == "YES")
            for row in connection.execute(
                sa.text("select * from information_schema.columns where table_schema = 'handraise'")
            )
        }
    ours = {table.name for table in METADATA.tables.values()}
    wanted = {(t.name, c.name, bool(c.nullable)) for t in METADATA.tables.values() for c in t.columns}
    assert {one for one in found if one[0] in ours} == wanted


def test_a_draft_is_its_writers_alone(connection: sa.Connection) -> None:
    draft = drafts.begin(connection, TEXT, None, "member:1", NOW)
    changed = drafts.change(connection, draft.id, TEXT + "# more\n", "member:1", NOW + DAY)
    assert drafts.draft_of(connection, draft.id, "member:1") == changed
    with pytest.raises(drafts.DraftUnknown):
        drafts.draft_of(connection, draft.id, "member:2")
    with pytest.raises(drafts.DraftUnknown):
        drafts.change(connection, draft.id, "", "member:2", NOW)
    drafts.discard(connection, draft.id, "member:2")
    assert [each.id for each in drafts.drafts_of(connection, "member:1")] == [draft.id]
    drafts.discard(connection, draft.id, "member:1")
    assert drafts.drafts_of(connection, "member:1") == []


def test_evidence_is_frozen(connection: sa.Connection) -> None:
    version = publish(connection, TEXT, {}, "mia", None, NOW)
    assert evidence.evidence_of(connection, version.id) is None
    first = evidence.freeze(connection, version.id, {"gained": 3}, "mia", NOW)
    assert evidence.freeze(connection, version.id, {"gained": 4}, "sam", NOW + DAY) == first
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
        connection.execute(sa.text("update evidence set figures = '{}'"))


def test_a_list_keeps_every_state(connection: sa.Connection) -> None:
    managed_lists.keep(connection, "competitors", ["B.example ", "a.example"], None, "mia", NOW)
    again = managed_lists.keep(connection, "competitors", ["a.example", "b.example"], None, "sam", NOW + DAY)
    assert again.changed_by == "mia", "the same entries again change nothing"
    managed_lists.keep(connection, "competitors", ["a.example"], "b was bought", "sam", NOW + DAY)
    assert managed_lists.current(connection)["competitors"].entries == ("a.example",)
    assert [each.entries for each in managed_lists.history(connection, "competitors")] == [
        ("a.example",),
        ("a.example", "b.example"),
    ]


def test_a_backtest_of_a_process_that_is_gone_is_lost(connection: sa.Connection) -> None:
    run = backtest_runs.begin(connection, TEXT, {}, None, "mia", NOW)
    backtest_runs.note(connection, run.id, NOW + DAY, done=5, total=10)
    found = backtest_runs.run_of(connection, run.id)
    assert (found.done, found.total, found.is_lost(NOW + DAY), found.is_lost(NOW + 2 * DAY)) == (
        5,
        10,
        False,
        True,
    )
    with pytest.raises(backtest_runs.RunUnknown):
        backtest_runs.run_of(connection, run.id + 1)
