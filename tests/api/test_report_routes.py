"""Reports of flow over the API: answers, times in stage, who stands still, health."""

import json
from datetime import timedelta

import pytest

from handraise.flow import handoff, health
from tests.api.calling import Clock, calling, clock
from tests.api.handed import Handed, handed
from tests.flow.selling import MONDAY

__all__ = ["calling", "clock", "handed"]


def test_answers_say_who_rejected_what_and_why(handed: Handed, clock: Clock) -> None:
    rows = handed.floor.qualified("ann", "ben", "cleo", "dan")
    floor = handed.floor
    for row in rows[:2]:
        floor.do(handoff.reject, row, floor.owner(row), "no_need", MONDAY)
    floor.do(handoff.accept, rows[2], floor.owner(rows[2]), MONDAY)
    viewer = handed.calling.member("viewer")
    told = viewer.get("/reports/answers", params={"months": 2}).json()
    total = told["total"]
    assert (total["open"], total["accepted"], total["rejected"]) == (1, 1, 2)
    assert total["share_rejected"] == pytest.approx(2 / 3)
    assert total["low"] < 2 / 3 < total["high"]
    assert [one["rejected"] for one in told["months"]] == [0, 2]
    assert told["reasons"] == [{"reason": "no_need", "count": 2}]
    assert {one["rep"]: one["rejected"] for one in told["reps"]} == {"Ada": 1, "Ben": 1, "Cleo": 0}
    mine = viewer.get("/reports/answers", params={"rep": floor.ada}).json()["total"]
    assert (mine["open"], mine["rejected"]) == (1, 1)
    read = viewer.get("/reports/answers/to-read").json()["items"]
    assert [one["handoff_id"] for one in read] == [rows[1], rows[0]]
    assert all(one["reason"] == "no_need" for one in read)


def test_stages_say_how_long_and_who_came_back(handed: Handed, clock: Clock) -> None:
    [row] = handed.floor.qualified()
    floor = handed.floor
    floor.do(handoff.reject, row, floor.owner(row), "no_need", MONDAY + timedelta(hours=5))
    clock.now = MONDAY + timedelta(days=1)
    told = handed.admin.get("/reports/stages", params={"months": 1}).json()
    mql = next(one for one in told["times"] if one["stage"] == "mql" and one["month"] is None)
    assert (mql["came"], mql["left"], mql["median_seconds"]) == (1, 1, 5 * 3600)
    assert [(one["left"], one["reached"]["mql"]["90"]) for one in told["recycled"]] == [(1, None)]
    assert handed.admin.get("/reports/stages/stalled").json() == {"total": 0, "items": []}


def test_who_stands_still_is_told_with_the_owner(handed: Handed, clock: Clock) -> None:
    floor = handed.floor
    [row] = floor.qualified()
    clock.now = MONDAY + timedelta(days=31)
    told = handed.admin.get("/reports/stages/stalled").json()
    assert told["total"] == 1
    [one] = told["items"]
    assert (one["stage"], one["owner_id"]) == ("mql", floor.row(row).owner_id)
    assert one["longest_seconds"] == 30 * 86_400


def test_health_is_there_at_once_for_a_small_base(handed: Handed) -> None:
    handed.floor.qualified()
    found = health.looked_at(handed.calling.services.database)
    told = handed.calling.member("viewer").get("/reports/health").json()
    assert told["found"] == json.loads(json.dumps(found))
    assert told["is_running"] is False


def test_a_big_base_is_looked_at_when_somebody_asks(handed: Handed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "SMALL", 0)
    handed.floor.qualified()
    admin = handed.admin
    assert admin.get("/reports/health").json()["found"] is None
    ran: list[object] = []
    monkeypatch.setattr(health, "run", lambda *_: ran.append(_))
    first = admin.post("/reports/health")
    assert (first.status_code, first.json()["is_running"]) == (202, True)
    assert admin.post("/reports/health").json()["is_running"]
    assert len(ran) == 1, "somebody is at it"
    monkeypatch.undo()
    monkeypatch.setattr(health, "SMALL", 0)
    health.run(handed.calling.services.database, handed.calling.clock)
    after = admin.get("/reports/health").json()
    assert (after["is_running"], after["done"], after["found"]["handed"]) == (False, 1, 1)


def test_service_levels_by_route_and_week_have_their_interval(handed: Handed, clock: Clock) -> None:
    handed.floor.qualified()
    clock.pass_by(days=1)
    viewer = handed.calling.member("viewer")
    [route] = viewer.get("/reports/sla", params={"by": "route"}).json()["items"]
    assert (route["group"], route["breached"], route["share_met"], route["low"]) == ("inbound", 1, 0.0, 0.0)
    assert 0 < route["high"] < 1
    [week] = viewer.get("/reports/sla", params={"by": "week"}).json()["items"]
    assert week["group"] == "2026-03-02"
