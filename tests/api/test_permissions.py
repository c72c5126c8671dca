"""Every route says who may call it, and lets nobody else: the list of routes is the application's own."""

import asyncio
import re
from typing import Any

import httpx
import pytest

from handraise.api.product import EVERY_ROUTER
from handraise.core.roles import PERMISSIONS, ROLES, Role, may
from handraise.http.permissions import PermissionForgotten, permission_of, require_permissions, routes
from tests.api.calling import Caller, Calling, calling, clock

__all__ = ["calling", "clock"]

OPERATIONS = [
    (method, route.path, str(permission_of(route)))
    for route in routes(EVERY_ROUTER)
    for method in sorted(route.methods or ())
]
FOREIGN = "9000000000000000000"


def test_a_route_that_forgot_to_say_who_may_is_not_served() -> None:
    from handraise.http.callers import resource

    forgetful = resource("/forgetful")
    forgetful.add_api_route("", lambda: None, methods=["GET"])
    with pytest.raises(PermissionForgotten, match="/api/v1/forgetful"):
        require_permissions([forgetful])


def test_every_permission_that_a_route_needs_is_one_that_roles_and_keys_can_have() -> None:
    assert {needed for _, _, needed in OPERATIONS} <= {*PERMISSIONS, "log_in", "anybody"}


def test_only_these_routes_are_open_to_everybody() -> None:
    assert {path for _, path, needed in OPERATIONS if needed == "anybody"} <= {
        "/api/v1/session", "/livez", "/readyz", "/slack/actions"
    }  # fmt: skip


def test_the_description_names_every_route_with_its_permission(calling: Calling) -> None:
    described = calling.nobody().get("/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    found = {
        (method.upper(), path, operation["x-permission"])
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
    }
    assert found == set(OPERATIONS)


async def _refusals(caller: Caller, wanted: list[tuple[str, str, str]]) -> dict[tuple[str, str], int]:
    found = {}
    for method, path, _ in wanted:
        answer = await _asked(caller, method, path)
        found[method, path] = answer.status_code
    return found


async def _asked(caller: Caller, method: str, path: str) -> httpx.Response:
    filled = re.sub(r"{\w+}", FOREIGN, path)
    body: dict[str, Any] = {} if method == "GET" else {"json": {}}
    inner = filled.removeprefix("/api/v1") if filled.startswith("/api/v1") else f"/{filled}"
    return await caller.asked(method, inner, **body)


def test_nobody_gets_in_without_logging_in(calling: Calling) -> None:
    wanted = [one for one in OPERATIONS if one[2] != "anybody"]
    found = asyncio.run(_refusals(calling.nobody(), wanted))
    assert {one: status for one, status in found.items() if status != 401} == {}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_nothing_that_it_may_not(calling: Calling, role: Role) -> None:
    caller = calling.member(role)
    wanted = [one for one in OPERATIONS if one[2] in PERMISSIONS and not may(role, one[2])]
    found = asyncio.run(_refusals(caller, wanted))
    assert {one: status for one, status in found.items() if status != 403} == {}


@pytest.mark.parametrize("role", ROLES)
def test_what_a_role_may_is_not_refused_and_a_foreign_id_is_not_found(calling: Calling, role: Role) -> None:
    caller = calling.member(role)
    wanted = [
        one
        for one in OPERATIONS
        if one[2] in PERMISSIONS and may(role, one[2]) and one[1].startswith("/api/")
    ]
    found = asyncio.run(_refusals(caller, wanted))
    assert {one: status for one, status in found.items() if status in (401, 500, 503)} == {}
    with_id = {one: status for one, status in found.items() if "{" in one[1] and one[0] == "GET"}
    assert set(with_id.values()) <= {200, 404, 422}


@pytest.mark.parametrize("signature", [b"", b"v0=x", b"v0=\xe4", b"v0=" + b"0" * 64])
def test_a_click_that_slack_did_not_sign_is_refused(calling: Calling, signature: bytes) -> None:
    headers = {b"x-slack-request-timestamp": b"1772443800", b"x-slack-signature": signature}
    answer = calling.nobody().request("POST", "//slack/actions", content=b"payload=%7B%7D", raw=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "signature_invalid")


def test_a_key_gets_nothing_outside_its_scope(calling: Calling) -> None:
    program = calling.program("audit:read")
    wanted = [one for one in OPERATIONS if one[2] in PERMISSIONS and one[2] != "audit:read"]
    found = asyncio.run(_refusals(program, wanted))
    assert {one: status for one, status in found.items() if status != 403} == {}
