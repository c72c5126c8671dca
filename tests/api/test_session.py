"""People log in, stay logged in for a while, and are out when they say so."""

import asyncio

import pytest

from tests.api.calling import HERE, PASSWORD, Caller, Calling, Clock, calling, clock

__all__ = ["calling", "clock"]


def test_somebody_who_logged_in_is_known(calling: Calling) -> None:
    me = calling.member("marketing").get("/session").json()
    assert (me["email"], me["role"]) == ("marketing@acme.com", "marketing")
    assert "leads:write" in me["permissions"]
    assert "users:write" not in me["permissions"]


def test_the_cookie_is_for_our_own_pages_only(calling: Calling) -> None:
    calling.member()
    cookie = calling.nobody().log_in("admin@acme.com").headers["set-cookie"]
    assert cookie.startswith("__Host-handraise_session=")
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))


@pytest.mark.parametrize(
    ("email", "password"),
    [("admin@acme.com", "wrong"), ("nobody@acme.com", PASSWORD), ("", ""), ("x\0", "y")],
)
def test_nobody_learns_what_of_a_log_in_was_wrong(calling: Calling, email: str, password: str) -> None:
    calling.member()
    answer = calling.nobody().log_in(email, password)
    if "\0" in email:
        assert answer.status_code in (401, 422)
        return
    assert answer.status_code == 401
    assert answer.json()["code"] == "log_in_refused"
    assert "set-cookie" not in answer.headers


def test_somebody_who_left_is_answered_like_somebody_unknown(calling: Calling) -> None:
    admin, left = calling.member(), calling.member("sales")
    assert admin.request("PATCH", f"/members/{left.id}", json={"is_active": False}).status_code == 200
    assert left.get("/session").status_code == 401
    known, unknown = calling.nobody().log_in("sales@acme.com"), calling.nobody().log_in("who@acme.com")
    assert known.json() == unknown.json()


def test_ten_wrong_tries_close_the_door_for_a_quarter_of_an_hour(calling: Calling, clock: Clock) -> None:
    calling.member()
    for _ in range(10):
        assert calling.nobody().log_in("admin@acme.com", "wrong").status_code == 401
    closed = calling.nobody().log_in("admin@acme.com")
    assert (closed.status_code, closed.headers["retry-after"]) == (429, "900")
    clock.pass_by(minutes=15, seconds=1)
    assert calling.nobody().log_in("admin@acme.com").status_code == 201


def test_tries_for_many_accounts_from_one_address_are_counted_together(calling: Calling) -> None:
    for number in range(10):
        assert calling.nobody().log_in(f"p{number}@acme.com", "wrong").status_code == 401
    assert calling.nobody().log_in("p10@acme.com", "wrong").status_code == 429


def test_tries_at_once_are_counted_one_by_one(calling: Calling) -> None:
    async def tries() -> list[int]:
        body = {"email": "admin@acme.com", "password": "wrong"}
        answers = await asyncio.gather(
            *(Caller(calling).asked("POST", "/session", json=body) for _ in range(25))
        )
        return sorted(answer.status_code for answer in answers)

    assert asyncio.run(tries()) == [401] * 10 + [429] * 15


def test_a_session_ends_when_it_is_not_used(calling: Calling, clock: Clock) -> None:
    caller = calling.member()
    clock.pass_by(minutes=119)
    assert caller.get("/session").status_code == 200
    clock.pass_by(minutes=119)
    assert caller.get("/session").status_code == 200
    clock.pass_by(minutes=121)
    assert caller.get("/session").status_code == 401


def test_a_session_ends_after_half_a_day_however_much_it_is_used(calling: Calling, clock: Clock) -> None:
    caller = calling.member()
    for _ in range(11):
        clock.pass_by(hours=1)
        assert caller.get("/session").status_code == 200
    clock.pass_by(hours=1, seconds=1)
    assert caller.get("/session").status_code == 401


def test_logging_in_gives_a_new_session_and_ends_the_one_before(calling: Calling) -> None:
    caller = calling.member()
    before = dict(caller.cookies)
    caller.log_in("admin@acme.com")
    assert caller.cookies != before
    assert Caller(calling, cookies=before).get("/session").status_code == 401


def test_a_session_that_somebody_made_up_is_never_taken_over(calling: Calling) -> None:
    calling.member()
    victim = Caller(calling, cookies={"__Host-handraise_session": "chosen-by-an-attacker"})
    victim.log_in("admin@acme.com")
    assert victim.cookies["__Host-handraise_session"] != "chosen-by-an-attacker"
    fixed = Caller(calling, cookies={"__Host-handraise_session": "chosen-by-an-attacker"})
    assert fixed.get("/session").status_code == 401


def test_logging_out_everywhere_ends_every_session(calling: Calling) -> None:
    here = calling.member()
    there = calling.nobody()
    there.log_in("admin@acme.com")
    assert here.request("DELETE", "/session?everywhere=true").status_code == 204
    assert there.get("/session").status_code == 401


def test_logging_out_here_leaves_other_sessions(calling: Calling) -> None:
    here, there = calling.member(), calling.nobody()
    there.log_in("admin@acme.com")
    token = dict(here.cookies)
    assert here.request("DELETE", "/session").status_code == 204
    assert not here.cookies
    assert Caller(calling, cookies=token).get("/session").status_code == 401
    assert there.get("/session").status_code == 200


def test_a_new_password_ends_the_other_sessions(calling: Calling) -> None:
    here, there = calling.member(), calling.nobody()
    there.log_in("admin@acme.com")
    body = {"current": PASSWORD, "new": "another sentence altogether"}
    assert here.request("PUT", "/session/password", json=body).status_code == 204
    assert here.get("/session").status_code == 200
    assert there.get("/session").status_code == 401


def test_a_password_that_somebody_else_made_up_opens_nothing_but_its_own_change(calling: Calling) -> None:
    invited = calling.member().post("/members", {"email": "new@acme.com", "name": "New", "role": "admin"})
    first, caller = invited.json()["password"], calling.nobody()
    assert caller.log_in("new@acme.com", first).json()["must_change_password"]
    assert caller.get("/members").json()["code"] == "password_change_needed"
    body = {"current": first, "new": PASSWORD}
    assert caller.request("PUT", "/session/password", json=body).status_code == 204
    assert caller.get("/members").status_code == 200


def test_what_a_cookie_changes_has_to_come_from_our_own_page(calling: Calling) -> None:
    caller = calling.member()
    new = {"name": "k", "scopes": ["leads:read"]}
    token = caller.headers.pop("x-csrf-token")
    assert caller.post("/api-keys", new).json()["code"] == "csrf"
    wrong = {"x-csrf-token": "0" * 64}
    assert caller.post("/api-keys", new, headers=wrong).json()["code"] == "csrf"
    elsewhere = {"origin": "https://evil.example", "x-csrf-token": token}
    assert caller.post("/api-keys", new, headers=elsewhere).json()["code"] == "other_site"
    assert caller.post("/api-keys", new, headers={"origin": "null"}).json()["code"] == "other_site"
    assert caller.post("/api-keys", new, headers={"origin": HERE}).status_code == 201
    assert caller.post("/api-keys", new, headers={"x-csrf-token": token}).status_code == 201


def test_no_other_site_logs_somebody_in(calling: Calling) -> None:
    calling.member()
    answer = calling.nobody().log_in("admin@acme.com", headers={"origin": "https://evil.example"})
    assert answer.json()["code"] == "other_site"


def test_a_page_that_looks_for_news_by_itself_keeps_no_session_alive(calling: Calling, clock: Clock) -> None:
    member = calling.member()
    for minutes in (60, 59):
        clock.pass_by(minutes=minutes)
        assert member.get("/session", headers={"X-By-Itself": "true"}).status_code == 200
    clock.pass_by(minutes=2)
    assert member.get("/session", headers={"X-By-Itself": "true"}).status_code == 401
