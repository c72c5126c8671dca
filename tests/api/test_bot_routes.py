"""Traffic that was no person's is marked over the interface, and the mark taken back."""

import pytest
import sqlalchemy as sa

from tests.api.calling import Calling, calling, clock
from tests.flow.worked import captured, demo

__all__ = ["calling", "clock"]
OURS = {"events": {"ip": "192.0.2.9"}, "reason": "our own monitoring"}


@pytest.fixture
def visited(calling: Calling) -> Calling:
    """Two people asked for a demo; one of them was our own monitoring."""
    now = calling.clock.now
    with calling.services.database.transaction() as connection:
        captured(connection, demo("ann", now, context={"ip": "192.0.2.9"}), demo("ben", now), now=now)
        connection.execute(sa.text("delete from dirty_lead"))
    return calling


def seen(calling: Calling, statement: str) -> list[object]:
    with calling.services.database.transaction() as connection:
        return list(connection.execute(sa.text(statement)).scalars())


def test_marked_traffic_stays_with_the_reason_and_its_leads_are_scored_again(visited: Calling) -> None:
    marketing = visited.member("marketing")
    answer = marketing.post("/bots", OURS)
    assert (answer.status_code, answer.json()) == (200, {"events": 1, "leads": 1})
    assert seen(visited, "select bot from event order by id") == ["by hand: our own monitoring", None]
    assert seen(visited, "select cause_kind from dirty_lead") == ["correction"]
    assert "bots.mark" in [one["action"] for one in visited.member().get("/audit").json()["items"]]


def test_mark_is_taken_back(visited: Calling) -> None:
    admin = visited.member()
    admin.post("/bots", OURS)
    assert admin.post("/bots/undo", OURS["events"]).json() == {"events": 1, "leads": 1}
    assert seen(visited, "select bot from event") == [None, None]


@pytest.mark.parametrize(
    "given",
    [
        {"events": {}, "reason": "all of it"},
        {"events": {"since": "2026-01-01T00:00:00Z"}, "reason": "a whole year"},
        {"events": {"ip": "192.0.2.9"}, "reason": " "},
        {"events": {"ip": "192.0.2.9", "mood": "bad"}, "reason": "x"},
    ],
)
def test_saying_too_little_is_refused(visited: Calling, given: object) -> None:
    assert visited.member().post("/bots", given).status_code == 422
    assert seen(visited, "select count(*) from event where bot is not null") == [0]


def test_sales_does_not_say_who_is_a_bot(visited: Calling) -> None:
    assert visited.member("sales").post("/bots", OURS).status_code == 403
