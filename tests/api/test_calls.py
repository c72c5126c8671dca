"""Whatever the resource: problems say what is wrong, repeats change nothing, and logs hold nobody's data."""

import asyncio
import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
import structlog

from handraise.logs import set_up
from tests.api.calling import Caller, Calling, Clock, calling, clock

__all__ = ["calling", "clock"]
CANARY = "canary-7f3a"
JSON = {"content-type": "application/json"}
HALF_A_CHARACTER = r'{"name": "x", "kind": "server", "settings": {"a": "\ud800"}}'


async def _in_parts() -> AsyncIterator[bytes]:
    for _ in range(9):
        yield b"x" * 1024 * 1024


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    root, kept = logging.getLogger(), logging.getLogger().handlers[:]
    level, found = root.level, io.StringIO()
    set_up("debug", "json", to=found)
    yield found
    root.handlers, root.level = kept, level
    structlog.reset_defaults()


# --- problems -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "given", "status", "code"),
    [
        ("GET", "/nothing", {}, 404, "not_found"),
        ("PUT", "/members", {"json": {}}, 405, "method_not_allowed"),
        ("GET", "/leads/0", {}, 422, "not_valid"),
        ("GET", "/leads/9223372036854775808", {}, 422, "not_valid"),
        ("GET", "/leads/7", {}, 404, "lead_unknown"),
        ("GET", "/leads?text=%00", {}, 422, "not_storable"),
        (
            "POST",
            "/members",
            {"content": "{", "headers": JSON},
            422,
            "not_json",
        ),
        (
            "POST",
            "/members",
            {"content": b"\xff\xfe", "headers": JSON},
            0,
            "",
        ),
        (
            "POST",
            "/members",
            {"json": {"email": "a@b.c", "name": "a\0", "role": "sales"}},
            422,
            "not_storable",
        ),
        ("POST", "/members", {"json": {"email": "no", "name": "a", "role": "sales"}}, 422, "input_invalid"),
        ("POST", "/sources", {"content": HALF_A_CHARACTER, "headers": JSON}, 422, ""),
        ("POST", "/sources", {"json": {"name": "x", "kind": "browser"}}, 422, "source_invalid"),
        ("POST", "/definitions/versions", {"json": {"text": "name: ["}}, 422, "definition_invalid"),
        ("POST", "/webhook-endpoints", {"json": {"url": "http://169.254.169.254/"}}, 422, "address_refused"),
        ("POST", "/members", {"content": b"x" * (9 * 1024 * 1024), "headers": JSON}, 413, ""),
        ("POST", "/members", {"content": _in_parts(), "headers": JSON}, 413, ""),
    ],
)
def test_a_problem_has_a_status_and_a_code(
    calling: Calling, method: str, path: str, given: Any, status: int, code: str
) -> None:
    answer = calling.member().request(method, path, **given)
    assert 400 <= answer.status_code < 500
    assert status in (0, answer.status_code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert code in ("", answer.json()["code"])


def test_what_was_sent_is_not_sent_back(calling: Calling) -> None:
    answer = calling.member().post("/members", {"email": CANARY, "role": CANARY, "other": CANARY})
    assert answer.status_code == 422
    assert CANARY not in answer.text


def test_a_mistake_of_ours_tells_nothing_of_the_inside(
    calling: Calling, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(CANARY)

    caller = calling.member()
    monkeypatch.setattr("handraise.api.routes.members.members", fail)
    answer = caller.get("/members")
    assert (answer.status_code, answer.json()["code"]) == (500, "mistake")
    assert CANARY not in answer.text
    assert len(answer.headers["x-request-id"]) == 16


def test_without_a_database_the_answer_is_to_try_again(calling: Calling, embedded_server: Any) -> None:
    caller = calling.member()
    calling.services.database.engine.dispose()
    calling.services.database.engine.pool._creator = _gone  # type: ignore[assignment]
    answer = caller.get("/members")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


def _gone(*_: object, **__: object) -> None:
    raise sa.exc.OperationalError("connect", {}, Exception(CANARY))


# --- a call is a transaction --------------------------------------------------------------------------------


def test_a_call_that_fails_leaves_nothing(calling: Calling, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = calling.member()

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("handraise.flow.audit.record", fail)
    assert admin.post("/sources", {"name": "x", "kind": "server"}).status_code == 500
    monkeypatch.undo()
    assert admin.get("/sources").json()["items"] == []


def test_many_calls_at_once_share_few_connections(calling: Calling) -> None:
    admin = calling.member()

    async def calls() -> list[int]:
        answers = await asyncio.gather(*(admin.asked("GET", "/members") for _ in range(100)))
        return [answer.status_code for answer in answers]

    assert asyncio.run(calls()) == [200] * 100


def test_the_same_call_again_gives_the_same_answer_and_changes_nothing(calling: Calling) -> None:
    admin, key = calling.member(), {"idempotency-key": "k-1"}
    first = admin.post("/quarantine/discard", {"ids": None}, headers=key)
    second = admin.post("/quarantine/discard", {"ids": None}, headers=key)
    assert first.status_code == 200, first.text
    assert second.json() == first.json()
    assert second.headers["idempotent-replay"] == "true"
    entries = admin.get("/audit?action=quarantine.discard").json()["items"]
    assert len(entries) == 1


def test_the_same_calls_at_once_are_one(calling: Calling) -> None:
    admin, new = calling.member(), {"name": "x", "kind": "server"}

    async def calls() -> list[int]:
        answers = await asyncio.gather(
            *(admin.asked("POST", "/sources", json=new, headers={"idempotency-key": "k"}) for _ in range(12))
        )
        return sorted(answer.status_code for answer in answers)

    assert asyncio.run(calls()) == [201] + [409] * 11
    assert len(admin.get("/sources").json()["items"]) == 1


def test_an_idempotency_key_is_good_for_one_call_of_one_caller(calling: Calling) -> None:
    admin, other, key = calling.member(), calling.member(email="o@acme.com"), {"idempotency-key": "k"}
    new = {"name": "x", "kind": "server"}
    assert admin.post("/sources", new, headers=key).status_code == 201
    reused = admin.post("/sources", {**new, "name": "y"}, headers=key)
    assert reused.json()["code"] == "idempotency_key_reused"
    assert other.post("/sources", new, headers=key).status_code == 201


def test_a_call_that_failed_gives_its_idempotency_key_back(calling: Calling) -> None:
    admin, key = calling.member(), {"idempotency-key": "k"}
    assert admin.post("/sources", {"name": "x", "kind": "browser"}, headers=key).status_code == 422
    assert admin.post("/sources", {"name": "x", "kind": "server"}, headers=key).status_code == 201


def test_a_secret_is_not_kept_for_a_repeat(calling: Calling) -> None:
    admin, key = calling.member(), {"idempotency-key": "k"}
    made = admin.post("/api-keys", {"name": "k", "scopes": ["leads:read"]}, headers=key).json()
    again = admin.post("/api-keys", {"name": "k", "scopes": ["leads:read"]}, headers=key)
    assert (again.status_code, again.json()["code"]) == (409, "done_before")
    with calling.services.database.transaction() as connection:
        kept = connection.exec_driver_sql("select coalesce(answer::text, '') from idempotency_key").all()
    assert made["key"] not in str(kept)


# --- what is written down -----------------------------------------------------------------------------------


def test_logs_hold_no_addresses_passwords_or_keys(calling: Calling, log: io.StringIO) -> None:
    admin = calling.member(email=f"{CANARY}@acme.com")
    program = calling.program("users:write")
    admin.get(f"/leads?text={CANARY}@acme.com")
    calling.nobody().log_in(f"{CANARY}@acme.com", f"wrong {CANARY}")
    program.get("/members")
    structlog.get_logger().warning("no mail", to=f"{CANARY}@acme.com", token=f"x{CANARY}", key=program.key)
    logging.getLogger("library").error("gave %s to hr_w_%s", f"{CANARY}%40acme.com", CANARY)
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert len([line for line in lines if line["event"] == "request"]) >= 5
    assert CANARY not in log.getvalue()
    assert str(program.key) not in log.getvalue()


def test_a_line_of_the_log_carries_the_request_id_of_its_answer(calling: Calling, log: io.StringIO) -> None:
    answer = calling.nobody().get("/session", headers={"x-request-id": "from-the-proxy-1"})
    assert answer.headers["x-request-id"] == "from-the-proxy-1"
    assert '"request_id": "from-the-proxy-1"' in log.getvalue()
    other = calling.nobody().get("/session", headers={"x-request-id": "made up\t" + CANARY})
    assert CANARY not in other.headers["x-request-id"]


def test_what_people_do_is_in_the_audit_log_without_their_names(calling: Calling) -> None:
    admin = calling.member(email=f"{CANARY}@acme.com")
    admin.post("/members", {"email": f"x{CANARY}@acme.com", "name": CANARY, "role": "viewer"})
    found = admin.get("/audit")
    assert CANARY not in found.text
    assert [one["action"] for one in found.json()["items"]] == [
        "member.add", "password.change", "session.open", "member.add"
    ]  # fmt: skip
    assert admin.get("/audit/verify").json()["holds"]


def test_an_entry_that_somebody_changed_is_found(calling: Calling, database: Any) -> None:
    admin = calling.member()
    with calling.services.database.transaction() as connection, pytest.raises(sa.exc.ProgrammingError):
        connection.exec_driver_sql("update audit_entry set actor = 'member:2'")
    owner = sa.create_engine(database.owner_url.replace("postgresql://", "postgresql+psycopg://"))
    with owner.begin() as connection:
        connection.exec_driver_sql("update handraise.audit_entry set actor = 'member:2' where seq = 2")
    owner.dispose()
    found = admin.get("/audit/verify").json()
    assert (found["holds"], found["broken"][0]["seq"], found["broken"][0]["kind"]) == (False, 2, "changed")


def test_entries_written_at_once_are_one_chain(calling: Calling) -> None:
    admin = calling.member()

    async def calls() -> None:
        new = {"name": "x", "kind": "server"}
        await asyncio.gather(*(admin.asked("POST", "/sources", json=new) for _ in range(30)))

    asyncio.run(calls())
    found = admin.get("/audit/verify").json()
    assert (found["holds"], found["seq"]) == (True, 33)


# --- health and headers -------------------------------------------------------------------------------------


def test_the_process_lives_and_is_ready(calling: Calling) -> None:
    assert calling.nobody().get("//livez").json() == {"status": "alive"}
    ready = calling.nobody().get("//readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    assert set(ready.json()["checks"]) == {"disk", "database", "schema", "queue"}


def test_a_long_queue_is_told_and_still_ready(calling: Calling, clock: Clock) -> None:
    with calling.services.database.transaction() as connection:
        connection.exec_driver_sql(
            "insert into dirty_lead (lead_id, cause_kind, marked_at) values (1, 'event', %s)", (clock.now,)
        )
    clock.pass_by(minutes=2)
    ready = calling.nobody().get("//readyz").json()
    assert ready["status"] == "ready"
    assert ready["checks"]["queue"] == {"ok": False, "warning": True, "lag_seconds": 120.0}


def test_metrics_are_counted_for_those_who_may_see_reports(calling: Calling) -> None:
    assert calling.nobody().get("//metrics").status_code == 401
    text = calling.program("reports:read").get("//metrics").text
    assert "handraise_dirty_lag_seconds 0.0" in text
    assert 'handraise_requests_total{method="GET",route="/metrics",status="401"} 1.0' in text


def test_every_answer_keeps_browsers_careful(calling: Calling) -> None:
    for caller, path in (
        (calling.member(), "/members"),
        (calling.nobody(), "/x"),
        (Caller(calling), "//livez"),
    ):
        headers = caller.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["strict-transport-security"]
        assert headers["cache-control"] == "no-store"
