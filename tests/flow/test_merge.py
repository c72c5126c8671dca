"""Two leads that are one person, and two again: the tree, the stage, and many at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa

from handraise.core.errors import LeadUnknown
from handraise.flow import enrich, merge
from handraise.store import merges
from handraise.store.leads import lead_detail, make_leads
from handraise.store.merges import SuggestionUnknown
from handraise.store.session import Database
from tests.builders import NOW
from tests.databases import Database as Fresh

ME = "member:1"


@pytest.fixture
def store(database: Fresh) -> Iterator[Database]:
    kept = Database(database.url, connections=12, wait=60)
    yield kept
    kept.close()


@pytest.fixture
def connection(store: Database) -> Iterator[sa.Connection]:
    with store.transaction() as opened:
        yield opened


@pytest.fixture
def leads(connection: sa.Connection) -> list[int]:
    return make_leads(connection, [False] * 5, NOW)


def roots(connection: sa.Connection, leads: list[int]) -> list[int]:
    found = merges.roots_of(connection, leads)
    return [found[lead] for lead in leads]


def join(connection: sa.Connection, child: int, parent: int) -> int | None:
    return merge.merge(connection, child, parent, ME, "same person", NOW)


def put(connection: sa.Connection, lead: int, **columns: Any) -> None:
    for name, value in columns.items():
        connection.exec_driver_sql(f"update handraise.lead set {name} = %s where id = %s", (value, lead))


def stage(connection: sa.Connection, lead: int) -> str:
    query = "select stage from handraise.lead where id = %s"
    return str(connection.exec_driver_sql(query, (lead,)).scalar_one())


def changes(connection: sa.Connection) -> list[tuple[str, str]]:
    rows = connection.exec_driver_sql("select from_stage, to_stage from handraise.stage_change order by id")
    return [(before, after) for before, after in rows]


def test_every_lead_of_a_family_points_straight_at_its_root(
    connection: sa.Connection, leads: list[int]
) -> None:
    a, b, c, d, e = leads
    assert join(connection, a, b) == b
    assert join(connection, c, d) == d
    assert join(connection, a, c) == d
    assert roots(connection, leads) == [d, d, d, d, e]


def test_merging_twice_or_the_other_way_round_does_nothing(
    connection: sa.Connection, leads: list[int]
) -> None:
    a, b, *_ = leads
    join(connection, a, b)
    assert join(connection, a, b) is None
    assert join(connection, b, a) is None
    assert join(connection, a, a) is None
    assert len(merges.merges_of(connection, b)) == 1


def test_an_unmerged_lead_takes_those_with_it_that_were_merged_into_it(
    connection: sa.Connection, leads: list[int]
) -> None:
    a, b, c, d, _ = leads
    join(connection, a, b)
    join(connection, b, c)
    join(connection, d, c)
    assert merge.unmerge(connection, b, ME, NOW)
    assert roots(connection, [a, b, c, d]) == [b, b, c, c]
    assert not merge.unmerge(connection, b, ME, NOW)


def test_both_sides_of_a_merge_and_an_unmerge_are_scored_again(
    connection: sa.Connection, leads: list[int]
) -> None:
    a, b, *_ = leads
    join(connection, a, b)
    merge.unmerge(connection, a, ME, NOW)
    marks = connection.exec_driver_sql(
        "select lead_id, cause_kind from handraise.dirty_lead order by id"
    ).all()
    assert sorted(map(tuple, marks)) == sorted([(b, "merge"), (a, "merge"), (b, "merge")])


def test_what_holds_of_a_family_is_the_last_word_on_any_of_them(
    connection: sa.Connection, leads: list[int]
) -> None:
    a, b, *_ = leads
    hour = timedelta(hours=1)
    enrich.told(connection, a, {"lead.title": "CEO", "lead.email": "a@x.com"}, source="form", now=NOW + hour)
    enrich.told(connection, b, {"lead.title": "CTO"}, source="form", now=NOW)
    join(connection, a, b)
    assert lead_detail(connection, a).facts == {"lead.title": "CEO", "lead.email": "a@x.com"}
    merge.unmerge(connection, a, ME, NOW)
    assert lead_detail(connection, b).facts == {"lead.title": "CTO"}
    assert lead_detail(connection, b).email is None


@pytest.mark.parametrize(
    ("child", "parent", "together"),
    [
        ("lead", "mql", "mql"),
        ("sql", "lead", "sql"),
        ("lead", "recycled", "recycled"),
        ("mql", "disqualified", "disqualified"),
        ("disqualified", "lead", "lead"),
        ("customer", "disqualified", "customer"),
    ],
)
def test_the_root_keeps_its_stage_unless_the_other_is_further_along_and_gets_it_back(
    connection: sa.Connection, leads: list[int], child: str, parent: str, together: str
) -> None:
    a, b, *_ = leads
    put(connection, a, stage=child, stage_since=NOW, cycle=2)
    put(connection, b, stage=parent, stage_since=NOW, cycle=1)
    before = lead_detail(connection, b)
    join(connection, a, b)
    assert stage(connection, b) == together
    moved = [(parent, together)] if together != parent else []
    assert changes(connection) == moved
    merge.unmerge(connection, a, ME, NOW)
    assert changes(connection) == moved + [(after, from_) for from_, after in moved]
    assert lead_detail(connection, b) == before
    assert stage(connection, a) == child


def test_a_lead_that_has_moved_on_since_the_merge_keeps_its_stage(
    connection: sa.Connection, leads: list[int]
) -> None:
    a, b, *_ = leads
    put(connection, a, stage="mql")
    join(connection, a, b)
    put(connection, b, stage="sal")
    connection.exec_driver_sql(
        "insert into handraise.stage_change (lead_id, from_stage, to_stage, at, cause_kind, cause) "
        "values (%s, 'mql', 'sal', now(), 'person', 'accepted')", (b,)
    )  # fmt: skip
    merge.unmerge(connection, a, ME, NOW)
    assert stage(connection, b) == "sal"


def test_a_suggestion_is_answered_once(connection: sa.Connection, leads: list[int]) -> None:
    a, b, c, d, _ = leads
    merges.suggest(connection, [(b, a, "e-mail"), (a, b, "browser"), (c, d, "browser")], NOW)
    first, second = merges.suggestions(connection)
    merge.answer(connection, first.id, ME, NOW, is_same=True)
    merge.answer(connection, second.id, ME, NOW, is_same=False)
    assert roots(connection, [a, b, c, d]) == [a, a, c, d]
    assert merges.suggestions(connection) == []
    with pytest.raises(SuggestionUnknown, match=str(first.id)):
        merge.answer(connection, first.id, ME, NOW, is_same=True)
    merges.suggest(connection, [(c, d, "again")], NOW)
    assert merges.suggestions(connection) == []


def test_a_lead_that_is_not_there_is_named(connection: sa.Connection, leads: list[int]) -> None:
    with pytest.raises(LeadUnknown, match="999999"):
        join(connection, leads[0], 999_999)


def test_fifty_merges_at_once_make_no_cycle_and_are_undone_one_by_one(store: Database) -> None:
    with store.transaction() as connection:
        leads = make_leads(connection, [True] * 20, NOW)
    draw = Random(7)
    pairs = [tuple(draw.sample(leads, 2)) for _ in range(50)]
    ready = Barrier(10)

    def work(worker: int) -> None:
        ready.wait()
        for child, parent in pairs[worker::10]:
            with store.transaction() as connection:
                join(connection, child, parent)
            if worker == 0:
                with store.transaction() as connection:
                    merge.unmerge(connection, child, ME, NOW)

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(work, range(10)))
    with store.transaction() as connection:
        edges = dict(
            map(tuple, connection.exec_driver_sql("select child_id, parent_id from handraise.lead_merge"))
        )
        assert len(edges) > 5
        for lead, root in merges.roots_of(connection, leads).items():
            assert top(edges, lead) == root
        for child in sorted(edges):
            merge.unmerge(connection, child, ME, NOW)
        assert roots(connection, leads) == leads


def top(edges: dict[int, int], lead: int) -> int:
    seen = {lead}
    while lead in edges:
        lead = edges[lead]
        assert lead not in seen, "a cycle"
        seen.add(lead)
    return lead
