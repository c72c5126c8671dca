"""What is done for some leads reads in proportion to them, however little the planner knows of the tables.

A base that has just grown has the statistics of an empty one, and those of the table of marks are always of
another moment.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

import psycopg
import pytest
import sqlalchemy as sa

from handraise.core.score import Score
from handraise.store import aliases, bots, dirty, facts, histories, scores, situations
from tests.builders import NOW
from tests.databases import Database

LEADS: Final = 4_000
ROUND: Final = 20
EACH: Final = 60  # rows at most for each lead of a round; each of these has about ten in all tables together
FILLED: Final = f"""
insert into handraise.definition_version
    (name, motion, text, content_hash, scoring_hash, published_at, published_by)
    values ('d', 'inbound', '', '', '', now(), 'ann');
insert into handraise.rollout (name, version_id, mode, from_at, decided_by)
    select 'd', id, 'live', now(), 'ann' from handraise.definition_version;
insert into handraise.account (domain, created_at)
    select 'company-' || n || '.example', now() from generate_series(0, {LEADS} / 4) n;
insert into handraise.lead (created_at, account_id, is_known)
    select now(), (select min(id) from handraise.account) + n / 4, true from generate_series(1, {LEADS}) n;
insert into handraise.lead_fact (lead_id, fact, value, source, known_at, said_at, last_said_at)
    select id, fact, '"x"', 'form', now(), now(), now()
    from handraise.lead cross join unnest(array['lead.title', 'lead.city']) fact;
insert into handraise.lead_alias (kind, value, lead_id, created_at)
    select 'user_id', 'u-' || id, id, now() from handraise.lead;
insert into handraise.event (lead_id, kind, event, message_id, occurred_at, received_at, clock)
    select id, 'track', 'page', 'm-' || id || '-' || n, now(), now(), 'given'
    from handraise.lead cross join generate_series(1, 3) n;
insert into handraise.lead_score
    (lead_id, version_id, as_of, fit, engagement, applies, is_mql, next_change_at)
    select l.id, v.id, now(), 1, 1, true, false, '2100-01-01'
    from handraise.lead l cross join handraise.definition_version v;
insert into handraise.dirty_lead (lead_id, cause_kind, marked_at)
    select id, 'event', now() from handraise.lead;
delete from handraise.dirty_lead;
"""
READ: Final = """
select relname, seq_tup_read + coalesce(idx_tup_fetch, 0)
from pg_stat_xact_user_tables where schemaname = 'handraise'
"""


@pytest.fixture
def grown(database: Database) -> Database:
    """A base that has just grown: thousands of leads, none of its tables analysed, many marks taken out."""
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        owner.execute(FILLED)
    return database


def read(connection: sa.Connection) -> Counter[str]:
    """Rows that this connection has read of each table lately, by transactions of before too."""
    return Counter({name: rows for name, rows in connection.exec_driver_sql(READ) if rows})


def some(connection: sa.Connection) -> list[int]:
    """A round's leads, from all over the table."""
    query = f"select id from handraise.lead order by mod(id * 7919, 4001) limit {ROUND}"
    return list(connection.exec_driver_sql(query).scalars())


def test_a_round_reads_its_own_leads_and_not_the_tables(grown: Database) -> None:
    with grown.engine.begin() as connection:
        marked = some(connection)
        [version] = connection.exec_driver_sql("select id from handraise.definition_version").scalars()
        dirty.mark(connection, marked, "event", None, NOW)
    score = Score("", NOW, 100, 200, None, True, False, None, None, None, None)
    with grown.engine.begin() as connection:
        connection.exec_driver_sql("set local plan_cache_mode = force_generic_plan")
        before = read(connection)
        dirty.mark_due(connection, NOW)
        claimed = [each.root for each in dirty.claim(connection, NOW)]
        standing = situations.standings(connection, claimed)
        known = histories.histories(connection, claimed)
        scores.write(connection, [scores.Given(root, version, score, "event") for root in claimed])
        found = read(connection) - before
    assert sorted(claimed) == sorted(marked)
    assert len(standing) == ROUND
    assert [len(lead.events) for lead in known] == [3] * ROUND
    assert found.total() <= ROUND * EACH, found


@pytest.mark.parametrize(
    "done",
    [
        pytest.param(facts.refresh, id="what holds is found anew"),
        pytest.param(aliases.aliases_of, id="ids"),
        pytest.param(bots.happened, id="what a bot may have done"),
        pytest.param(lambda connection, roots: histories.facts_of(connection, roots, {}), id="facts alone"),
    ],
)
def test_what_is_done_for_some_leads_reads_no_table(
    grown: Database, done: Callable[[sa.Connection, Sequence[int]], object]
) -> None:
    with grown.engine.begin() as connection:
        connection.exec_driver_sql("set local plan_cache_mode = force_generic_plan")
        roots = some(connection)
        before = read(connection)
        assert done(connection, roots)
        found = read(connection) - before
    assert found.total() <= ROUND * EACH, found
