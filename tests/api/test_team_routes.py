"""Teams, hours, absences, reasons and frameworks are set over the interface, and hand-offs go by them."""

from typing import Any

import pytest

from tests.api.calling import Caller, Calling, Clock, calling, clock
from tests.api.handed import Handed, handed

__all__ = ["calling", "clock", "handed"]
NINE_TO_FIVE = {"monday": [["09:00", "17:00"]], "tuesday": [["09:00", "17:00"]]}


def _actions(admin: Caller) -> list[str]:
    return [one["action"] for one in admin.get("/audit?limit=200").json()["items"]]


# --- teams --------------------------------------------------------------------------------------------------


def test_a_team_is_made_changed_and_given_other_members(calling: Calling) -> None:
    admin, rep = calling.member(), calling.member("sales")
    new = {"name": "inbound", "members": [{"member_id": rep.id, "weight": 2}], "requires": {"skill": []}}
    made = admin.post("/teams", new)
    assert (made.status_code, made.json()["members"]) == (201, [{"member_id": rep.id, "weight": 2}])
    path = f"/teams/{made.json()['id']}"
    changed = admin.request("PATCH", path, json={"is_fallback": True, "requires": {}}).json()
    assert (changed["name"], changed["is_fallback"], changed["requires"]) == ("inbound", True, {})
    assert admin.request("PATCH", path, json={}).json() == changed
    assert admin.request("PUT", f"{path}/members", json={"members": []}).status_code == 204
    assert admin.get(path).json()["members"] == []
    assert [one["name"] for one in calling.member("marketing").get("/teams").json()["items"]] == ["inbound"]
    assert {"team.add", "team.change", "team.members"} <= {*_actions(admin)}


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({"name": "inbound"}, 409, "name_taken"),
        ({"name": "x", "members": [{"member_id": 9_000}]}, 422, "input_invalid"),
        ({"name": "x", "members": [{"member_id": 1}, {"member_id": 1}]}, 422, "input_invalid"),
        ({"name": "x", "members": [{"member_id": 1, "weight": -1}]}, 422, "not_valid"),
        ({"name": "x", "requires": {"mood": []}}, 422, "not_valid"),
        ({"name": ""}, 422, "not_valid"),
        ({"name": "x", "ledger": {}}, 422, "not_valid"),
    ],
)
def test_a_team_that_could_not_be_meant_is_refused(
    calling: Calling, given: object, status: int, code: str
) -> None:
    admin = calling.member()
    admin.post("/teams", {"name": "inbound"})
    refused = admin.post("/teams", given)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert len(admin.get("/teams").json()["items"]) == 1


def test_a_team_keeps_its_name_from_another(calling: Calling) -> None:
    admin = calling.member()
    admin.post("/teams", {"name": "inbound"})
    other = admin.post("/teams", {"name": "field"}).json()["id"]
    taken = admin.request("PATCH", f"/teams/{other}", json={"name": "inbound"})
    assert (taken.status_code, taken.json()["code"]) == (409, "name_taken")
    assert admin.request("PATCH", f"/teams/{other}", json={"name": "field"}).status_code == 200


def test_whoever_left_the_team_gets_no_more(handed: Handed) -> None:
    floor = handed.floor
    only = {"members": [{"member_id": floor.cleo}]}
    assert handed.admin.request("PUT", f"/teams/{floor.team}/members", json=only).status_code == 204
    assert {floor.row(one).owner_id for one in floor.qualified("ann", "bob")} == {floor.cleo}


# --- how people work ----------------------------------------------------------------------------------------


def test_who_is_away_gets_nothing_until_they_are_back(handed: Handed, clock: Clock) -> None:
    floor = handed.floor
    ada = handed.member(floor.ada)
    away = ada.request("PUT", f"/members/{floor.ada}/absence", json={"away_until": "2026-03-09T09:00:00Z"})
    assert (away.status_code, away.json()["is_away"]) == (200, True)
    assert floor.ada not in {floor.row(one).owner_id for one in floor.qualified("ann", "bob", "cyd")}
    back = ada.request("DELETE", f"/members/{floor.ada}/absence").json()
    assert (back["is_away"], back["away_from"], back["away_until"]) == (False, None, None)
    clock.pass_by(minutes=5)
    later = floor.qualified("dan", "eve", "flo", now=clock.now)
    assert floor.ada in {floor.row(one).owner_id for one in later}
    assert [one[1] for one in handed.audited()] == ["member.away", "member.back"]


def test_an_absence_ends_after_it_starts(calling: Calling) -> None:
    rep = calling.member("sales")
    wrong = {"away_from": "2026-03-09T09:00:00Z", "away_until": "2026-03-08T09:00:00Z"}
    refused = rep.request("PUT", f"/members/{rep.id}/absence", json=wrong)
    assert (refused.status_code, refused.json()["code"]) == (422, "input_invalid")


def test_people_say_of_themselves_that_they_are_away_and_administrators_of_everybody(
    calling: Calling,
) -> None:
    admin, rep, other = calling.member(), calling.member("sales"), calling.member("sales", "o@acme.com")
    path = f"/members/{rep.id}/absence"
    for method, inner in (("PUT", path), ("DELETE", path), ("GET", f"/members/{rep.id}")):
        body: dict[str, Any] = {} if method == "GET" else {"json": {}}
        assert other.request(method, inner, **body).status_code == 403
        assert rep.request(method, inner, **body).status_code == 200
        assert admin.request(method, inner, **body).status_code == 200
    unknown = admin.request("PUT", "/members/9000/absence", json={})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "member_unknown")


def test_a_key_that_acts_for_somebody_sends_them_nowhere_without_the_scope(calling: Calling) -> None:
    rep = calling.member("sales")
    key = calling.program("leads:read", member_id=rep.id)
    assert key.request("PUT", f"/members/{rep.id}/absence", json={}).status_code == 403
    assert key.get(f"/members/{rep.id}").status_code == 403


def test_how_somebody_works_is_changed_and_shown(calling: Calling) -> None:
    admin, rep = calling.member(), calling.member("sales")
    calendar = admin.post("/calendars", {"name": "A", "zone": "Europe/Berlin", "hours": NINE_TO_FIVE}).json()
    team = admin.post("/teams", {"name": "t", "members": [{"member_id": rep.id}]}).json()
    change = {
        "zone": "Europe/Berlin",
        "calendar_id": calendar["id"],
        "capacity": 5,
        "attributes": {"territories": ["DE"], "per_day": 3},
        "slack_id": "U123",
    }
    done = admin.request("PATCH", f"/members/{rep.id}/work", json=change)
    assert done.status_code == 200, done.text
    shown = rep.get(f"/members/{rep.id}").json()
    assert {name: shown[name] for name in change} == change
    assert shown["teams"] == [{"id": team["id"], "name": "t", "weight": 1}]
    cleared = admin.request("PATCH", f"/members/{rep.id}/work", json={"capacity": None}).json()
    assert (cleared["capacity"], cleared["slack_id"]) == (None, "U123")
    assert rep.request("PATCH", f"/members/{rep.id}/work", json={"capacity": None}).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"zone": "Mars/Base"}, 422),
        ({"zone": "../etc"}, 422),
        ({"zone": None}, 422),
        ({"calendar_id": 9_000}, 422),
        ({"capacity": -1}, 422),
        ({"attributes": {"mood": ["good"]}}, 422),
        ({"attributes": {"skills": "all"}}, 422),
        ({"role": "admin"}, 422),
        ({"slack_id": "U1"}, 409),
    ],
)
def test_work_that_could_not_be_meant_is_refused(calling: Calling, wrong: object, status: int) -> None:
    admin, rep = calling.member(), calling.member("sales")
    assert admin.request("PATCH", f"/members/{admin.id}/work", json={"slack_id": "U1"}).status_code == 200
    assert admin.request("PATCH", f"/members/{rep.id}/work", json=wrong).status_code == status


def test_somebody_at_capacity_gets_no_more(handed: Handed) -> None:
    floor = handed.floor
    full = handed.admin.request("PATCH", f"/members/{floor.ada}/work", json={"capacity": 0})
    assert full.status_code == 200
    assert floor.ada not in {floor.row(one).owner_id for one in floor.qualified("ann", "bob", "cyd")}


# --- calendars ----------------------------------------------------------------------------------------------


def test_a_calendar_says_when_people_work_next(calling: Calling) -> None:
    admin = calling.member()
    new = {"name": "Berlin", "zone": "Europe/Berlin", "hours": NINE_TO_FIVE, "holiday_country": "DE"}
    made = admin.post("/calendars", new)
    assert (made.status_code, made.json()["opens_at"]) == (201, "2026-03-02T09:30:00Z")
    path = f"/calendars/{made.json()['id']}"
    closed = admin.request("PATCH", path, json={"closures": [{"from": "2026-03-02", "to": "2026-03-02"}]})
    assert closed.json()["opens_at"] == "2026-03-03T08:00:00Z"
    assert admin.get(path).json() == closed.json()
    special = admin.request("PATCH", path, json={"special_days": {"2026-03-03": []}}).json()
    assert special["opens_at"] == "2026-03-09T08:00:00Z"
    assert len(admin.get("/calendars").json()["items"]) == 1
    assert _actions(admin).count("calendar.change") == 2


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        ({"zone": "Europe/Berlyn"}, 422, "calendar_invalid"),
        ({"hours": {"moonday": [["09:00", "17:00"]]}}, 422, "calendar_invalid"),
        ({"hours": {"monday": [["17:00", "09:00"]]}}, 422, "calendar_invalid"),
        ({"hours": {"monday": ["09:00"]}}, 422, "not_valid"),
        ({"special_days": {"soon": []}}, 422, "calendar_invalid"),
        ({"closures": [{"from": "2026-03-02"}]}, 422, "calendar_invalid"),
        ({"holiday_country": "ZZ"}, 422, "input_invalid"),
        ({"holiday_country": "DE", "holiday_subdivision": "ZZ"}, 422, "input_invalid"),
        ({"name": "Berlin"}, 409, "name_taken"),
    ],
)
def test_a_calendar_that_could_not_be_meant_is_refused_made_or_changed(
    calling: Calling, wrong: dict[str, object], status: int, code: str
) -> None:
    admin = calling.member()
    good = {"name": "Berlin", "zone": "Europe/Berlin", "hours": NINE_TO_FIVE}
    admin.post("/calendars", good)
    other = admin.post("/calendars", {**good, "name": "other"}).json()
    refused = admin.post("/calendars", {**good, "name": "new", **wrong})
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    refused = admin.request("PATCH", f"/calendars/{other['id']}", json=wrong)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert admin.get(f"/calendars/{other['id']}").json() == other
    assert len(admin.get("/calendars").json()["items"]) == 2


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_at_the_end_of_time_break_no_calendar(calling: Calling, day: str) -> None:
    admin = calling.member()
    closure = {"closures": [{"from": day, "to": day}], "special_days": {day: [["00:00", "24:00"]]}}
    made = admin.post("/calendars", {"name": "A", "zone": "Asia/Tokyo", "hours": NINE_TO_FIVE, **closure})
    assert made.status_code in (201, 422)
    assert admin.get("/calendars").status_code == 200


# --- reasons and frameworks ---------------------------------------------------------------------------------


def test_a_reason_is_added_used_and_retired(handed: Handed) -> None:
    [one] = handed.floor.qualified()
    owner, admin = handed.owner(one), handed.admin
    put = admin.request("PUT", "/reasons/reject/moon", json={"label": "Lives there", "then": "disqualify"})
    assert put.json() == {"kind": "reject", "code": "moon", "label": "Lives there", "then": "disqualify"}
    listed = owner.get("/reasons?kind=reject").json()["items"]
    assert "moon" in {reason["code"] for reason in listed}
    assert admin.request("DELETE", "/reasons/reject/no_need").status_code == 204
    gone = owner.post(f"/handoffs/{one}/reject", {"reason": "no_need"})
    assert gone.json()["code"] == "reason_unknown"
    assert owner.post(f"/handoffs/{one}/reject", {"reason": "moon"}).status_code == 200
    assert handed.floor.stage(one) == "disqualified"
    assert [said[1] for said in handed.audited()] == ["reason.put", "reason.retire", "handoff.reject"]


def test_a_reason_of_no_list_is_refused(calling: Calling) -> None:
    admin = calling.member()
    unknown = admin.request("DELETE", "/reasons/reject/whim")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "reason_unknown")
    assert admin.request("PUT", "/reasons/praise/x", json={"label": "x"}).status_code == 422
    assert admin.request("PUT", "/reasons/reject/No%20way", json={"label": "x"}).status_code == 422
    assert calling.member("marketing").request("DELETE", "/reasons/reject/no_need").status_code == 403


def test_a_framework_of_ones_own_is_answered_and_retired(handed: Handed) -> None:
    [one] = handed.floor.qualified()
    owner, admin = handed.owner(one), handed.admin
    own = {
        "label": "Ours",
        "criteria": [{"name": "pain"}, {"name": "size", "kind": "choice", "choices": ["S", "L"]}],
        "needs": 1,
        "must": ["size"],
    }
    made = admin.request("PUT", "/frameworks/ours", json=own)
    assert (made.status_code, made.json()["criteria"][0]["label"]) == (200, "Pain"), made.text
    assert owner.get("/frameworks/ours").json() == made.json()
    answers = f"/leads/{handed.floor.row(one).lead_id}/framework-answers"
    done = owner.post(answers, {"framework": "ours", "answers": {"size": "l"}}).json()
    assert (done["answers"], done["is_met"]) == ({"size": "L"}, True)
    assert admin.request("DELETE", "/frameworks/ours").status_code == 204
    assert "ours" not in {shown["name"] for shown in owner.get("/frameworks").json()["items"]}
    assert owner.get("/frameworks/ours").json()["code"] == "framework_unknown"


@pytest.mark.parametrize(
    "wrong",
    [
        {"criteria": []},
        {"criteria": [{"name": "a"}, {"name": "a"}]},
        {"criteria": [{"name": "a", "kind": "choice"}]},
        {"criteria": [{"name": "a"}], "needs": 2},
        {"criteria": [{"name": "a"}], "must": ["b"]},
        {"criteria": [{"name": "A"}]},
    ],
)
def test_a_framework_that_could_not_be_meant_is_refused(calling: Calling, wrong: object) -> None:
    admin = calling.member()
    assert admin.request("PUT", "/frameworks/ours", json=wrong).status_code == 422
    assert admin.get("/frameworks/ours").status_code == 404
