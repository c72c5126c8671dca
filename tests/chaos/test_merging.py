"""People are merged, all at once, while they are scored: no cycles, and taking it back restores all."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from random import Random
from threading import Event
from typing import Any, Final

from handraise.flow.merge import merge, unmerge
from handraise.store import dirty, merges
from handraise.store.session import Database
from tests.databases import Database as Fresh
from tests.flow.selling import MONDAY, Floor
from tests.flow.test_merge import top
from tests.flow.worked import DAY, pricing

MERGES: Final = int(os.environ.get("HANDRAISE_CHAOS_MERGES", "40"))  # noqa: TID251
AT_ONCE: Final = 8


def test_merges_at_once_while_scoring_make_no_cycle_and_unmerging_restores_the_scores(
    database: Fresh,
) -> None:
    with closing(Database(database.url, connections=AT_ONCE + 4, wait=60)) as connected:
        floor = Floor(connected)
        draw = Random(11)
        people = [f"u{n}" for n in range(MERGES)]
        leads = list(dict.fromkeys(floor.asked(*people)))
        assert len(leads) == MERGES
        for person in people:
            # At times of their own: whoever looks at many pages in one second is a bot.
            looks = [pricing(person, MONDAY - draw.random() * 30 * DAY) for _ in range(draw.randrange(4))]
            floor.office.capture(*looks, now=MONDAY)
        floor.office.all_done(MONDAY)
        before = scores(floor)
        pairs = [tuple(draw.sample(leads, 2)) for _ in range(MERGES)]
        over = Event()

        def score() -> int:
            scored = 0
            while not over.is_set():
                scored += floor.office.work(MONDAY, limit=10).leads
            return scored

        def join(worker: int) -> None:
            for child, parent in pairs[worker::AT_ONCE]:
                with connected.transaction() as connection:
                    merge(connection, child, parent, "member:1", "same person", MONDAY)

        with ThreadPoolExecutor(AT_ONCE + 2) as pool:
            scoring = [pool.submit(score) for _ in range(2)]
            try:
                list(pool.map(join, range(AT_ONCE)))
            finally:
                over.set()
            scored = sum(each.result() for each in scoring)
        assert scored > 0, "nobody scored meanwhile"

        floor.office.all_done(MONDAY)
        rows = floor.office.rows("select child_id, parent_id from lead_merge")
        edges = dict(map(tuple, rows))
        assert len(edges) > MERGES // 3
        with connected.transaction() as connection:
            for lead, root in merges.roots_of(connection, leads).items():
                assert top(edges, lead) == root
        joined = scores(floor)
        with connected.transaction() as connection:
            dirty.mark_all(connection, "correction", {"recount": True}, MONDAY)
        floor.office.all_done(MONDAY)
        assert scores(floor) == joined, "a merge that scoring overtook was scored by half"
        assert joined != before

        for child in sorted(edges):
            with connected.transaction() as connection:
                assert unmerge(connection, child, "member:1", MONDAY)
        floor.office.all_done(MONDAY)
        assert scores(floor) == before
        assert not floor.office.rows(
            "select from handoff where state in ('open', 'accepted') "
            "group by lead_id, definition, cycle having count(*) > 1"
        )


def scores(floor: Floor) -> list[Any]:
    return floor.office.rows(
        "select lead_id, fit, engagement, lines from lead_score "
        "where lead_id in (select id from lead where root_id is null) order by 1"
    )
