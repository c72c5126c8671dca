"""Spend over the API: entered, taken in as files, rehearsed, taken back."""

from typing import Any

from tests.api.calling import Caller, Calling, calling, clock

__all__ = ["calling", "clock"]

FILE = 'Campaign report\nCampaign,Month,Cost (EUR)\nBrand,Mar 2026,"1,234.50"\nGeneric,soon,1\n'
GIVEN: dict[str, Any] = {"text": FILE, "file_name": "google.csv", "given": {"source": "google"}}


def standing(caller: Caller) -> dict[str, int]:
    """Hundredths by campaign."""
    items = caller.get("/reports/spend", params={"months": 36}).json()["items"]
    return {one["campaign"]: one["amount_cents"] for one in items}


def test_sums_are_entered_and_what_stands_there_already_is_told(calling: Calling) -> None:
    marketing = calling.member("marketing")
    one = {"month": "2026-03", "source": "webinar", "currency": "EUR", "amount_cents": 1_000}
    first = marketing.request("PUT", "/reports/spend", json={"items": [one]}).json()
    assert first == {"new": 1, "replaced": 0, "unchanged": 0}
    both = {"items": [one, {**one, "source": "fair"}]}
    assert marketing.request("PUT", "/reports/spend", json=both).json() == {**first, "unchanged": 1}


def test_a_file_is_rehearsed_taken_in_once_and_taken_back(calling: Calling) -> None:
    marketing = calling.member("marketing")
    would = marketing.post("/reports/spend/imports", json={**GIVEN, "is_rehearsal": True}).json()
    assert (would["id"], would["counts"]["new"], standing(marketing)) == (None, 1, {})
    assert would["sums"][0]["amount_cents"] == 123_450
    assert would["columns"] == {"Month": "month", "Campaign": "campaign", "Cost (EUR)": "amount"}

    done = marketing.post("/reports/spend/imports", json=GIVEN).json()
    assert done == {**would, "id": done["id"]}
    assert standing(marketing) == {"Brand": 123_450}
    assert [one["line"] for one in done["wrong"]] == [4]

    mended = {"text": done["wrong_rows"].replace("soon", "2026-03")}
    assert marketing.post("/reports/spend/imports", json=mended).json()["counts"]["new"] == 1
    again = marketing.post("/reports/spend/imports", json=GIVEN).json()
    assert (again["id"], again["counts"]["unchanged"]) == (None, 1)

    undone = marketing.post(f"/reports/spend/imports/{done['id']}/undo")
    assert undone.json() == {"out": 1, "back": 0, "stay": 0}
    assert standing(marketing) == {"Generic": 100}
    kept = marketing.get("/reports/spend/imports").json()["items"]
    assert [(one["file_name"], one["undone_at"] is None) for one in kept] == [
        ("spend.csv", True), ("google.csv", False)
    ]  # fmt: skip


def test_how_it_is_to_be_read_can_be_said(calling: Calling) -> None:
    marketing = calling.member("marketing")
    text = "When,What,Net,Cost\n3/4/2026,a,1,2\n3/4/2026,a,1,2\n"
    given = {
        "text": text,
        "columns": {"When": "month", "What": "source", "Net": "amount"},
        "given": {"currency": "USD"},
        "first": "month",
        "adds_up": True,
    }
    [one] = marketing.post("/reports/spend/imports", json=given).json()["sums"]
    assert (one["month"], one["source"], one["amount_cents"]) == ("2026-03-01", "a", 200)


def test_a_file_that_does_not_tell_is_refused_with_words(calling: Calling) -> None:
    marketing = calling.member("marketing")
    for text, why in (("", "empty"), ("a\x00b", "no text"), ("month,amount\n2026-03,1\n", "the channel")):
        answer = marketing.post("/reports/spend/imports", json={"text": text})
        assert answer.status_code == 422
        assert why in answer.json()["detail"]
    for wrong in ({"file_name": "a\x00"}, {"columns": {"a\x00": "month"}}, {"first": "year"}):
        assert marketing.post("/reports/spend/imports", json={**GIVEN, **wrong}).status_code == 422
    assert marketing.post("/reports/spend/imports/7/undo").status_code == 404


def test_only_who_may_import_takes_files(calling: Calling) -> None:
    viewer = calling.member("viewer")
    assert viewer.post("/reports/spend/imports", json=GIVEN).status_code == 403
    assert viewer.get("/reports/spend/imports").status_code == 403
