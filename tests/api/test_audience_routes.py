"""Audiences over the interface: kept, counted, listed; by those who may."""

import pytest

from handraise.flow.preview import Previews
from tests.api.calling import Calling, calling, clock
from tests.clients.product import until
from tests.flow.worked import captured, demo, told

__all__ = ["calling", "clock"]
TEXT = "who: {lead.email: {known: true}}"
DEMO = "signals: {demo: {event: Demo Requested}}\nwho: {signal: demo}"


@pytest.fixture
def filled(calling: Calling) -> Calling:
    now = calling.clock.now
    with calling.services.database.transaction() as connection:
        captured(connection, *(told(one, now) for one in ("ann", "ben", "cleo")), demo("ann", now), now=now)
    return calling


def test_an_audience_is_kept_changed_and_deleted_and_that_is_on_record(filled: Calling) -> None:
    marketing, sales = filled.member("marketing"), filled.member("sales")
    made = marketing.post("/audiences", {"name": "  Known  people ", "text": TEXT})
    assert (made.status_code, made.json()["name"], made.json()["definition"]) == (201, "Known people", None)
    path = f"/audiences/{made.json()['id']}"
    told_of = sales.get(path).json()
    assert told_of["words"] == "Everybody of whom this is true: e-mail address is known."
    assert told_of["problem"] is None
    taken = marketing.post("/audiences", {"name": "KNOWN people", "text": TEXT})
    assert (taken.status_code, taken.json()["code"]) == (409, "audience_name_taken")
    changed = marketing.request("PUT", path, json={"name": "Known", "text": DEMO})
    assert (changed.status_code, changed.json()["name"]) == (200, "Known"), changed.text
    assert [one["name"] for one in sales.get("/audiences").json()["items"]] == ["Known"]
    assert marketing.request("DELETE", path).status_code == 204
    assert sales.get(path).status_code == 404
    actions = [one["action"] for one in filled.member().get("/audit").json()["items"]]
    assert [one for one in actions if one.startswith("audience.")] == [
        "audience.delete",
        "audience.change",
        "audience.make",
    ]


def test_sales_and_viewers_read_and_write_nothing(filled: Calling) -> None:
    made = filled.member("marketing").post("/audiences", {"name": "Known", "text": TEXT}).json()["id"]
    for role in ("sales", "viewer"):
        caller = filled.member(role)
        assert caller.get(f"/audiences/{made}/count").json()["people"] == 3
        assert len(caller.get(f"/audiences/{made}/leads").json()["items"]) == 3
        assert caller.post("/audiences/count", {"text": DEMO}).json()["people"] == 1
        assert caller.post("/audiences", {"name": "Mine", "text": TEXT}).status_code == 403
        assert (
            caller.request("PUT", f"/audiences/{made}", json={"name": "x", "text": TEXT}).status_code == 403
        )
        assert caller.request("DELETE", f"/audiences/{made}").status_code == 403


def test_members_come_in_pages_with_whether_they_may_be_written_to(filled: Calling) -> None:
    marketing = filled.member("marketing")
    made = marketing.post("/audiences", {"name": "Known", "text": TEXT}).json()["id"]
    first = marketing.get(f"/audiences/{made}/leads?limit=2").json()
    second = marketing.get(f"/audiences/{made}/leads", params={"limit": 2, "cursor": first["next"]}).json()
    found = [*first["items"], *second["items"]]
    assert [one["email"] for one in found] == ["ann@acme.com", "ben@acme.com", "cleo@acme.com"]
    assert {one["mail"] for one in found} <= {"yes", "not_known"}
    assert second["next"] is None
    counted = marketing.get(f"/audiences/{made}/count").json()
    assert (counted["people"], counted["mailable"], counted["give_or_take"]) == (3, 3, 0)
    refused = {"facts": {"lead.consent": False}}
    assert marketing.post(f"/leads/{found[0]['id']}/facts", refused).status_code == 200
    again = marketing.get(f"/audiences/{made}/leads").json()["items"]
    assert [one["mail"] for one in again] == ["no_consent", "not_known", "not_known"]
    assert marketing.get(f"/audiences/{made}/count").json()["mailable"] == 2
    mailable = marketing.get(f"/audiences/{made}/leads?only_mailable=true").json()
    assert [one["email"] for one in mailable["items"]] == ["ben@acme.com", "cleo@acme.com"]


@pytest.mark.parametrize("text", ["", "who: {fit: x}", "who: {stage: won}", "x", "who: ["])
def test_what_means_nothing_is_refused_with_its_places(calling: Calling, text: str) -> None:
    marketing = calling.member("marketing")
    for path in ("/audiences/count", "/audiences"):
        given = {"text": text} | ({"name": "x"} if path == "/audiences" else {})
        answer = marketing.post(path, given)
        assert (answer.status_code, answer.json()["code"]) == (422, "definition_invalid"), answer.text
        assert answer.json()["problems"][0]["line"] >= 1


def test_words_of_a_definition_that_is_not_live_are_refused(calling: Calling) -> None:
    marketing = calling.member("marketing")
    answer = marketing.post("/audiences/count", {"text": "who: {fit: 1}", "definition": "Gone"})
    assert (answer.status_code, answer.json()["code"]) == (409, "definition_not_live")


def test_while_a_large_base_is_read_the_answer_is_to_ask_again(filled: Calling) -> None:
    marketing = filled.member("marketing")
    made = marketing.post("/audiences", {"name": "Known", "text": TEXT}).json()["id"]
    filled.services.audiences.previews = Previews(small=0)
    answer = marketing.get(f"/audiences/{made}/count")
    assert (answer.status_code, answer.json()["code"]) == (503, "still_reading")
    assert answer.headers["retry-after"] == "2"
    until(lambda: marketing.get(f"/audiences/{made}/count").status_code == 200, "the base")
    assert marketing.get(f"/audiences/{made}/count").json()["people"] == 3
