"""A definition goes from a proposal to acting: both sides sign, each for itself."""

from tests.api.calling import Calling, calling, clock

__all__ = ["calling", "clock"]

TEXT = """\
name: Small
signals: {pricing_visit: {event: page, where: {path: /pricing}}}
engagement: {bar: 10, rules: [{rule: pricing visit, signal: pricing_visit, points: 15}]}
qualify: {mql: engagement}
"""


def test_a_definition_acts_when_both_sides_have_signed(calling: Calling) -> None:
    marketing, sales = calling.member("marketing"), calling.member("sales")
    made = marketing.post("/definitions/versions", {"text": TEXT})
    assert made.status_code == 201, made.text
    version = f"/definitions/versions/{made.json()['id']}"
    unsigned = marketing.post(f"{version}/live", {})
    assert (unsigned.status_code, unsigned.json()["code"]) == (409, "definition_not_signed")
    assert marketing.post(f"{version}/signatures/sales").status_code == 403
    assert marketing.post(f"{version}/signatures/marketing").status_code == 200
    assert len(sales.post(f"{version}/signatures/sales").json()["signatures"]) == 2
    live = marketing.post(f"{version}/live", {"reason": "first"})
    assert (live.status_code, live.json()["mode"]) == (200, "live"), live.text
    history = sales.get(f"/definitions/{made.json()['name']}/history").json()["items"]
    assert [one["mode"] for one in history] == ["live"]


def test_what_changed_between_versions_is_told_in_sentences(calling: Calling) -> None:
    marketing = calling.member("marketing")
    first, second = (
        marketing.post("/definitions/versions", {"text": text}).json()["id"]
        for text in (TEXT, TEXT.replace("15", "20"))
    )
    found = marketing.get(f"/definitions/versions/{first}/differences/{second}").json()["items"]
    assert found == ["pricing visit 15 → 20"]


def test_a_key_that_acts_for_nobody_signs_nothing(calling: Calling) -> None:
    made = calling.member().post("/definitions/versions", {"text": TEXT}).json()["id"]
    program = calling.program("definitions:sign_sales")
    refused = program.post(f"/definitions/versions/{made}/signatures/sales")
    assert (refused.status_code, refused.json()["code"]) == (403, "people_only")


def test_a_proposal_is_previewed_kept_with_evidence_and_planned(calling: Calling) -> None:
    marketing, sales = calling.member("marketing"), calling.member("sales")
    shown = marketing.post("/definitions/preview", {"text": TEXT}).json()
    assert (shown["is_ready"], shown["figures"]["gained"], shown["figures"]["against_id"]) == (True, 0, None)
    wrong = marketing.post("/definitions/preview", {"text": TEXT.replace("bar: 10", "bar: 100")})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "definition_invalid"), wrong.text
    made = marketing.post("/definitions/versions", {"text": TEXT}).json()["id"]
    version = f"/definitions/versions/{made}"
    assert sales.get(f"{version}/evidence").status_code == 404
    kept = marketing.request("PUT", f"{version}/evidence").json()
    assert kept["figures"] == shown["figures"]
    assert sales.get(f"{version}/evidence").json() == kept
    later = {"at": "2026-03-09T08:00:00Z"}
    assert marketing.request("PUT", f"{version}/plan", json=later).status_code == 409
    marketing.post(f"{version}/signatures/marketing")
    sales.post(f"{version}/signatures/sales")
    assert sales.request("PUT", f"{version}/plan", json=later).status_code == 403
    assert marketing.request("PUT", f"{version}/plan", json=later).json()["version_id"] == made
    assert [one["at"] for one in sales.get("/definitions/plans").json()["items"]] == ["2026-03-09T08:00:00Z"]
    assert marketing.request("DELETE", "/definitions/Small/plan").status_code == 204
    assert sales.get("/definitions/plans").json()["items"] == []


def test_lists_are_kept_with_every_state(calling: Calling) -> None:
    marketing, sales = calling.member("marketing"), calling.member("sales")
    for entries in (["B.example", "a.example"], ["a.example"]):
        kept = marketing.request("PUT", "/lists/competitors", json={"entries": entries})
        assert kept.status_code == 200, kept.text
    assert sales.request("PUT", "/lists/competitors", json={"entries": []}).status_code == 403
    [now] = sales.get("/lists").json()["items"]
    assert (now["name"], now["entries"]) == ("competitors", ["a.example"])
    history = sales.get("/lists/competitors/history").json()["items"]
    assert [one["entries"] for one in history] == [["a.example"], ["a.example", "b.example"]]
