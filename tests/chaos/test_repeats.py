"""Whatever is sent again, however often and however late: it is there once and counts once."""

from contextlib import closing
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

from handraise.store.session import Database
from tests.databases import Database as Fresh
from tests.flow.selling import MONDAY, Floor
from tests.flow.worked import DAY, demo, message, pricing

DAYS = 400
EVENTS = 60


def test_each_event_one_to_five_times_over_400_days_is_stored_once_and_counts_once(database: Fresh) -> None:
    """Ann's client repeats itself, Ben's does the same things and does not."""
    with closing(Database(database.url)) as connected:
        floor = Floor(connected)
        draw = Random(5)
        begin = MONDAY - DAYS * DAY
        ways: list[Any] = [demo, pricing, partial(message, "Looked")]
        sendings = []
        for number in range(EVENTS):
            happened = begin + timedelta(days=draw.uniform(0, DAYS))
            way = draw.choices(ways, (1, 3, 3))[0]
            sent_at = [happened]
            sent_at += [happened + draw.random() * (MONDAY - happened) for _ in range(draw.randint(0, 4))]
            ann, ben = (way(user, happened, message_id=f"{user}-{number}") for user in ("ann", "ben"))
            sendings += [(at, ann) for at in sent_at]
            sendings.append((happened, ben))
        assert len(sendings) > 3 * EVENTS
        for at, one in sorted(sendings, key=lambda sending: sending[0]):
            floor.office.capture(one, now=at)
            floor.office.all_done(at)
        floor.office.all_done(MONDAY)

        stored = "select count(*) from event where user_id = :user"
        assert [floor.office.one(stored, user=user) for user in ("ann", "ben")] == [EVENTS, EVENTS]
        told = {
            user: (
                floor.office.rows(
                    "select s.fit, s.engagement, s.is_mql, s.became_mql_at from lead_score s "
                    "join event e on e.lead_id = s.lead_id where e.user_id = :user limit 1",
                    user=user,
                ),
                floor.office.rows(
                    "select h.definition, h.cycle, h.opened_at from handoff h where h.lead_id = "
                    "(select lead_id from event where user_id = :user limit 1) order by h.id",
                    user=user,
                ),
            )
            for user in ("ann", "ben")
        }
        assert told["ann"] == told["ben"]
        assert len(told["ann"][1]) >= 1
