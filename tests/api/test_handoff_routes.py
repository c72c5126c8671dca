"""Sales answers real hand-offs over the interface: each for their own, and each answer once."""

import pytest

from tests.api.calling import Clock, calling, clock
from tests.api.handed import Handed, handed

__all__ = ["calling", "clock", "handed"]


def test_the_owner_accepts_over_the_interface(handed: Handed, clock: Clock) -> None:
    [one] = handed.floor.qualified()
    owner = handed.owner(one)
    clock.pass_by(minutes=10)
    done = owner.post(f"/handoffs/{one}/accept")
    assert (done.status_code, done.json()["state"], done.json()["answered_by"]) == (200, "accepted", owner.id)
    assert handed.floor.stage(one) == "sal"
    assert handed.audited() == [(f"member:{owner.id}", "handoff.accept", f"handoff:{one}")]
    assert [entry["kind"] for entry in owner.get(f"/handoffs/{one}/entries").json()["items"]] == [
        "opened", "assigned", "accepted"
    ]  # fmt: skip


def test_what_somebody_answered_is_not_answered_again(handed: Handed) -> None:
    [one] = handed.floor.qualified()
    owner = handed.owner(one)
    assert owner.post(f"/handoffs/{one}/accept").status_code == 200
    late = handed.admin.post(f"/handoffs/{one}/accept")
    assert (late.status_code, late.json()["code"]) == (409, "handoff_answered")
    assert "Ada accepted it" in late.json()["detail"]


@pytest.mark.parametrize(
    ("verb", "given"),
    [
        ("accept", None),
        ("reject", {"reason": "no_need"}),
        ("snooze", {"until": "2026-03-03T09:00:00Z"}),
        ("contact", {"at": "2026-03-02T09:30:00Z", "how": "call"}),
        ("reassign", {}),
        ("outcome", {"outcome": "sql"}),
    ],
)
def test_a_colleagues_hand_off_is_not_ours_and_nothing_of_it_is_shown(
    handed: Handed, verb: str, given: object
) -> None:
    [one] = handed.floor.qualified()
    refused = handed.another(one).post(f"/handoffs/{one}/{verb}", given)
    assert (refused.status_code, refused.json()["code"]) == (403, "handoff_foreign")
    assert "brief" not in refused.json()
    assert handed.floor.kinds(one) == ["opened", "assigned"]
    unknown = handed.another(one).post(f"/handoffs/{one + 100}/{verb}", given)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "handoff_unknown")
    marketing = handed.calling.member("marketing").post(f"/handoffs/{one}/{verb}", given)
    assert marketing.json()["code"] == "not_permitted"


def test_a_rejected_lead_goes_back_for_a_reason_of_the_list(handed: Handed) -> None:
    [one] = handed.floor.qualified()
    owner = handed.owner(one)
    whim = owner.post(f"/handoffs/{one}/reject", {"reason": "whim"})
    assert (whim.status_code, whim.json()["code"]) == (404, "reason_unknown")
    done = owner.post(f"/handoffs/{one}/reject", {"reason": "no_need", "note": "next year"})
    assert (done.json()["state"], done.json()["reason"]) == ("rejected", "no_need")
    assert handed.floor.stage(one) == "recycled"


def test_a_reassigned_hand_off_is_the_others_to_answer(handed: Handed) -> None:
    [one] = handed.floor.qualified()
    owner, another = handed.owner(one), handed.another(one)
    done = owner.post(f"/handoffs/{one}/reassign", {"to": another.id, "reason": "holiday"})
    assert (done.status_code, done.json()["owner_id"], done.json()["state"]) == (200, another.id, "open")
    assert owner.post(f"/handoffs/{one}/accept").status_code == 403
    assert another.post(f"/handoffs/{one}/accept").status_code == 200
    nobody = another.post(f"/handoffs/{one}/reassign", {"to": 9_000})
    assert (nobody.status_code, nobody.json()["code"]) == (404, "member_unknown")


def test_only_an_accepted_hand_off_is_put_off_and_its_clock_stands_still(
    handed: Handed, clock: Clock
) -> None:
    [one] = handed.floor.qualified()
    owner, until = handed.owner(one), {"until": "2026-03-03T09:00:00Z"}
    early = owner.post(f"/handoffs/{one}/snooze", until)
    assert (early.status_code, early.json()["code"]) == (422, "snooze_invalid")
    owner.post(f"/handoffs/{one}/accept")
    assert owner.post(f"/handoffs/{one}/snooze", until).json()["snoozed_until"] == "2026-03-03T09:00:00Z"
    clock.pass_by(hours=4)
    assert handed.floor.look(clock.now) == []


def test_the_first_contact_stops_the_clock_and_the_outcome_ends_the_hand_off(
    handed: Handed, clock: Clock
) -> None:
    [one] = handed.floor.qualified()
    owner = handed.owner(one)
    owner.post(f"/handoffs/{one}/accept")
    clock.pass_by(minutes=30)
    assert owner.post(f"/handoffs/{one}/contact", {"at": clock.now.isoformat(), "how": "call"}).json()[
        "first_contact_at"
    ]
    assert handed.floor.look(clock.now.replace(hour=16)) == []
    deal = {"outcome": "sql", "amount_cents": 1_200_000, "currency": "EUR"}
    done = owner.post(f"/handoffs/{one}/outcome", deal)
    assert (done.status_code, done.json()["state"], done.json()["outcome"]) == (200, "done", "sql")
    assert handed.floor.stage(one) == "sql"
    won = owner.post(f"/handoffs/{one}/outcome", {"outcome": "won"})
    assert won.json()["outcome"] == "won"
    [row] = handed.floor.office.rows("select state, amount_cents, currency from deal")
    assert tuple(row) == ("won", 1_200_000, "EUR")
    assert handed.audited()[-1] == (f"member:{owner.id}", "handoff.conclude", f"handoff:{one}")


def test_an_outcome_needs_an_accepted_hand_off_and_a_reason_of_its_list(handed: Handed) -> None:
    [one] = handed.floor.qualified()
    owner = handed.owner(one)
    path = f"/handoffs/{one}/outcome"
    early = owner.post(path, {"outcome": "sql"})
    assert (early.status_code, early.json()["code"]) == (422, "outcome_invalid")
    owner.post(f"/handoffs/{one}/accept")
    assert owner.post(path, {"outcome": "recycled"}).json()["code"] == "input_invalid"
    assert owner.post(path, {"outcome": "recycled", "reason": "price"}).json()["code"] == "reason_unknown"
    back = {"outcome": "recycled", "reason": "not_now", "come_back_at": "2026-06-01T00:00:00Z"}
    assert owner.post(path, back).json()["outcome"] == "recycled"
    assert handed.floor.lead(one).requalify_at.isoformat() == "2026-06-01T00:00:00+00:00"


def test_an_outcome_said_before_is_not_shown_to_strangers(handed: Handed) -> None:
    [one] = handed.floor.qualified()
    owner = handed.owner(one)
    owner.post(f"/handoffs/{one}/accept")
    said = {"outcome": "sql"}
    first = owner.post(f"/handoffs/{one}/outcome", said)
    assert owner.post(f"/handoffs/{one}/outcome", said).json() == first.json()
    assert handed.another(one).post(f"/handoffs/{one}/outcome", said).status_code == 403


# --- qualifying ---------------------------------------------------------------------------------------------


def test_answers_at_the_bar_make_an_sql_and_finish_the_hand_off(handed: Handed) -> None:
    [one] = handed.floor.qualified()
    owner, lead = handed.owner(one), handed.floor.row(one).lead_id
    path = f"/leads/{lead}/framework-answers"
    some = owner.post(path, {"framework": "bant", "answers": {"need": "reporting", "budget": 20_000}})
    assert (some.status_code, some.json()["is_met"], some.json()["has_moved"]) == (200, False, False)
    assert [missing["name"] for missing in some.json()["missing"]] == ["authority", "timeline"]
    last = owner.post(path, {"framework": "bant", "answers": {"authority": "CFO"}}).json()
    assert (last["is_met"], last["has_moved"]) == (True, True)
    assert (handed.floor.stage(one), handed.floor.row(one).outcome) == ("sql", "sql")
    [shown] = owner.get(path).json()["items"]
    assert shown["answers"] == {"need": "reporting", "budget": 20_000, "authority": "CFO"}
    assert [entry[1] for entry in handed.audited()][-1] == "lead.qualify"


def test_sales_answers_of_leads_that_are_theirs_or_their_teams(handed: Handed) -> None:
    [one] = handed.floor.qualified()
    [free] = handed.floor.office.capture()[:1] or [handed.floor.asked("bob")[0]]
    given = {"framework": "bant", "answers": {"need": "reporting"}}
    mine = f"/leads/{handed.floor.row(one).lead_id}/framework-answers"
    assert handed.another(one).post(mine, given).status_code == 200
    refused = handed.owner(one).post(f"/leads/{free}/framework-answers", given)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_yours")
    outsider = handed.calling.member("sales", "out@us.com")
    assert outsider.post(mine, given).json()["code"] == "not_yours"
    marketing = handed.calling.member("marketing")
    assert marketing.post(f"/leads/{free}/framework-answers", given).status_code == 200
    assert handed.calling.member("viewer").post(mine, given).json()["code"] == "not_permitted"


def test_a_key_that_may_write_leads_finishes_no_hand_off(handed: Handed) -> None:
    [one] = handed.floor.qualified()
    key = handed.calling.program("leads:write", member_id=handed.floor.row(one).owner_id)
    path = f"/leads/{handed.floor.row(one).lead_id}/framework-answers"
    whole = {"framework": "bant", "answers": {"need": "a", "authority": "b", "budget": 1}}
    refused = key.post(path, whole)
    assert (refused.status_code, refused.json()["permission"]) == (403, "handoffs:answer")
    assert handed.floor.row(one).state == "open"
    assert handed.admin.get(path).json()["items"] == []


def test_an_answer_of_the_wrong_kind_is_refused(handed: Handed) -> None:
    [one] = handed.floor.qualified()
    owner, lead = handed.owner(one), handed.floor.row(one).lead_id
    path = f"/leads/{lead}/framework-answers"
    for framework, answers, code in (
        ("bant", {"budget": "a lot"}, "answer_invalid"),
        ("bant", {"mood": "good"}, "answer_invalid"),
        ("spin", {"need": "x"}, "framework_invalid"),
    ):
        refused = owner.post(path, {"framework": framework, "answers": answers})
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    foreign = owner.post("/leads/9000/framework-answers", {"framework": "bant", "answers": {"need": "x"}})
    assert foreign.json()["code"] == "lead_unknown"


def test_a_framework_is_suggested_with_why(handed: Handed) -> None:
    [one] = handed.floor.qualified()
    lead = handed.floor.row(one).lead_id
    found = handed.owner(one).get(f"/leads/{lead}/framework-suggestion").json()
    assert found["framework"]["name"] == "champ"
    assert "begin with their challenges" in found["why"]
    outbound = handed.owner(one).get(f"/leads/{lead}/framework-suggestion?motion=outbound").json()
    assert outbound["framework"]["name"] == "bant"


# --- at another time ----------------------------------------------------------------------------------------


def test_compliance_stands_as_it_stood_at_any_past_time(handed: Handed, clock: Clock) -> None:
    first, second = handed.floor.qualified("ann", "bob")
    owner = handed.owner(first)
    owner.post(f"/handoffs/{first}/accept")
    clock.pass_by(hours=1)
    owner.post(f"/handoffs/{first}/contact", {"at": clock.now.isoformat(), "how": "call"})
    clock.pass_by(hours=3)
    handed.floor.rule(breach=handed.floor.desk.breach)
    clock.pass_by(days=1)
    viewer = handed.calling.member("viewer")
    asked = {"start": "2026-03-01T00:00:00Z", "end": "2026-03-03T00:00:00Z"}
    [now] = viewer.get("/reports/sla", params=asked).json()["items"]
    assert (now["met"], now["breached"], now["running"], now["share_met"]) == (1, 1, 0, 0.5)
    assert (now["median_seconds"], now["uncontacted"]) == (3600, 1)
    [then] = viewer.get("/reports/sla", params={**asked, "as_of": "2026-03-02T11:00:00Z"}).json()["items"]
    assert (then["met"], then["breached"], then["running"], then["share_met"]) == (1, 0, 1, 1.0)
    named = viewer.get("/reports/sla", params={**asked, "by": "owner"}).json()["items"]
    assert {one["name"]: (one["met"], one["breached"]) for one in named} == {"Ada": (1, 0), "Ben": (0, 1)}
    assert [one["group"] for one in named] == [handed.floor.row(one).owner_id for one in (first, second)]
    earlier = {"start": "2026-02-01T00:00:00Z", "end": "2026-03-01T00:00:00Z"}
    assert viewer.get("/reports/sla", params=earlier).json()["items"] == []


@pytest.mark.parametrize(
    "asked",
    [
        {"as_of": "2030-01-01T00:00:00Z"},
        {"start": "2026-03-02T00:00:00Z", "end": "2026-03-01T00:00:00Z"},
        {"start": "2020-03-02T00:00:00Z", "end": "2026-03-01T00:00:00Z"},
        {"start": "0001-01-01T00:00:00+14:00"},
        {"end": "2026-03-01T00:00:00"},
        {"by": "mood"},
    ],
)
def test_a_report_that_could_not_be_meant_is_refused(handed: Handed, asked: dict[str, str]) -> None:
    answer = handed.admin.get("/reports/sla", params=asked)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


def test_a_lead_is_shown_as_it_stood_then(handed: Handed, clock: Clock) -> None:
    [one] = handed.floor.qualified()
    lead = handed.floor.row(one).lead_id
    owner = handed.owner(one)
    clock.pass_by(hours=1)
    owner.post(f"/handoffs/{one}/reject", {"reason": "no_need"})
    clock.pass_by(hours=1)
    handed.floor.office.all_done(clock.now)
    [kept] = owner.get(f"/leads/{lead}").json()["scores"]
    assert kept["engagement"] == 0
    then = owner.get(f"/leads/{lead}", params={"as_of": "2026-03-02T10:00:00Z"})
    assert then.status_code == 200, then.text
    told = then.json()
    assert (told["stage"], told["facts"]["lead.title"]) == ("mql", "VP Sales")
    [score] = told["scores"]
    assert (score["definition"], score["engagement"], score["is_mql"]) == (kept["definition"], 4000, True)
    assert sum(line["points"] for line in score["lines"]) == 4000
    before = owner.get(f"/leads/{lead}", params={"as_of": "2026-03-01T10:00:00Z"}).json()
    assert (before["scores"][0]["engagement"], "lead.title" in before["facts"]) == (0, False)
    later = owner.get(f"/leads/{lead}", params={"as_of": "2026-04-01T10:00:00Z"})
    assert (later.status_code, later.json()["code"]) == (422, "input_invalid")
    unknown = owner.get("/leads/9000", params={"as_of": "2026-03-01T10:00:00Z"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "lead_unknown")
