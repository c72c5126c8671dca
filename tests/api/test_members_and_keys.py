"""Members are invited and leave; keys are made, used as far as they reach, and revoked."""

import pytest

from tests.api.calling import Caller, Calling, Clock, calling, clock

__all__ = ["calling", "clock"]


def test_nobody_is_invited_twice(calling: Calling) -> None:
    admin = calling.member()
    new = {"email": "Jo@Acme.com ", "name": "Jo", "role": "sales"}
    assert admin.post("/members", new).json()["member"]["email"] == "jo@acme.com"
    assert admin.post("/members", new).json()["code"] == "email_taken"


def test_the_last_administrator_stays(calling: Calling) -> None:
    admin = calling.member()
    for change in ({"is_active": False}, {"role": "viewer"}):
        refused = admin.request("PATCH", f"/members/{admin.id}", json=change)
        assert (refused.status_code, refused.json()["code"]) == (409, "last_administrator")
    calling.member(email="other@acme.com")
    assert admin.request("PATCH", f"/members/{admin.id}", json={"role": "viewer"}).status_code == 200


def test_a_role_holds_from_the_next_call_on(calling: Calling) -> None:
    admin, other = calling.member(), calling.member("viewer")
    assert other.get("/members").status_code == 403
    admin.request("PATCH", f"/members/{other.id}", json={"role": "admin"})
    assert other.get("/members").status_code == 200


def test_members_come_in_pages(calling: Calling) -> None:
    admin = calling.member()
    for number in range(4):
        admin.post("/members", {"email": f"m{number}@acme.com", "name": "m", "role": "viewer"})
    seen: list[str] = []
    cursor: str | None = ""
    pages = 0
    while cursor is not None:
        page = admin.get(f"/members?limit=2{cursor and f'&cursor={cursor}'}").json()
        seen += [one["email"] for one in page["items"]]
        cursor, pages = page["next"], pages + 1
    assert pages == 3
    assert seen == ["admin@acme.com", *(f"m{number}@acme.com" for number in range(4))]


def test_a_cursor_that_somebody_made_up_is_refused(calling: Calling) -> None:
    for given in ("WzFd", "%00", "ä", "AAAAAAAAAAAAWzFd"):
        answer = calling.member(email=f"{len(given)}{given[:1].encode().hex()}@acme.com").get(
            "/members", params={"cursor": given}
        )
        assert (answer.status_code, answer.json()["code"]) == (422, "cursor_invalid")


def test_a_key_may_what_its_scopes_say_and_no_more(calling: Calling) -> None:
    program = calling.program("users:write")
    assert program.get("/members").status_code == 200
    refused = calling.program("leads:read").get("/members")
    assert (refused.status_code, refused.json()["permission"]) == (403, "users:write")


def test_a_key_for_a_member_may_no_more_than_the_member(calling: Calling) -> None:
    admin, other = calling.member(), calling.member(email="other@acme.com")
    program = calling.program("users:write", member_id=other.id)
    assert program.get("/members").status_code == 200
    admin.request("PATCH", f"/members/{other.id}", json={"role": "viewer"})
    assert program.get("/members").status_code == 403
    admin.request("PATCH", f"/members/{other.id}", json={"is_active": False})
    assert program.get("/members").status_code == 401


def test_a_key_is_shown_once(calling: Calling) -> None:
    admin = calling.member()
    made = admin.post("/api-keys", {"name": "sync", "scopes": ["leads:read"]}).json()
    assert made["key"].endswith(made["api_key"]["hint"])
    assert made["key"] not in admin.get("/api-keys").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"scopes": ["lead:read"]},
        {"scopes": []},
        {"scopes": ["users:write"], "role": "sales"},
        {"expires_at": "2020-01-01T00:00:00Z"},
        {"expires_at": "2030-01-01T00:00:00"},
        {"member_id": 0},
        {"name": ""},
    ],
)
def test_a_key_that_could_not_be_meant_is_refused(calling: Calling, wrong: dict[str, object]) -> None:
    answer = calling.member().post("/api-keys", {"name": "k", "scopes": ["leads:read"], **wrong})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_key_ends_when_it_is_revoked_or_expires(calling: Calling, clock: Clock) -> None:
    admin = calling.member()
    until = {"expires_at": "2026-03-02T10:00:00Z"}
    short = admin.post("/api-keys", {"name": "k", "scopes": ["users:write"], **until}).json()
    long = admin.post("/api-keys", {"name": "k", "scopes": ["users:write"]}).json()
    first, second = Caller(calling, key=short["key"]), Caller(calling, key=long["key"])
    assert (first.get("/members").status_code, second.get("/members").status_code) == (200, 200)
    clock.pass_by(minutes=30)
    assert (first.get("/members").status_code, second.get("/members").status_code) == (401, 200)
    assert admin.request("DELETE", f"/api-keys/{long['api_key']['id']}").status_code == 204
    assert second.get("/members").status_code == 401


def test_a_key_that_is_none_is_not_saved_by_a_cookie(calling: Calling) -> None:
    caller = calling.member()
    for given in ("Bearer hr_k_wrong", "Bearer", "Basic YTpi", "hr_k_x", "Bearer x"):
        assert caller.get("/members", headers={"authorization": given}).status_code == 401
