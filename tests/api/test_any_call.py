"""Whatever its own description allows, and what it does not: no call of the product's interface is our error.

`HANDRAISE_FUZZ_CALLS` says how many calls are made; `make fuzz` makes ten thousand.
"""

import asyncio
import os
from collections import Counter
from typing import Any, Final

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from tests.api.calling import HERE, Calling, calling, clock
from tests.flow.worked import DEFINITION, captured, demo, published, told

__all__ = ["calling", "clock"]
CALLS: Final = int(os.environ.get("HANDRAISE_FUZZ_CALLS", "400"))  # noqa: TID251 (of the tests)
# Each would leave the rest without its key, its people or its clock.
_LEFT_OUT: Final = frozenset({"/api/v1/session", "/api/v1/session/password"})


@pytest.fixture
def filled(calling: Calling) -> Calling:
    """Something to find under the first numbers: leads, a definition, people, a team."""
    admin = calling.member()
    with calling.services.database.transaction() as connection:
        published(connection, DEFINITION)
        captured(connection, told("ann"), demo("ann"), told("ben"))
    admin.post("/teams", {"name": "inbound", "members": [{"member_id": admin.id, "weight": 1}]})
    admin.post("/calendars", {"name": "Berlin", "zone": "Europe/Berlin", "hours": {}})
    admin.post("/sources", {"name": "site", "kind": "server"})
    return calling


def _operations(calling: Calling) -> list[Any]:
    schema = schemathesis.openapi.from_dict(calling.nobody().get("/openapi.json").json())
    found: list[Any] = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    return [operation for operation in found if operation.path not in _LEFT_OUT]


def test_no_call_is_an_error_of_ours(filled: Calling) -> None:
    scopes = sorted(_every_scope(filled))
    keys = [filled.program(*scopes, role="admin").key]
    operations = _operations(filled)
    seen: Counter[int] = Counter()
    each = max(CALLS // len(operations) // 2, 2)
    transport = httpx.ASGITransport(filled.app, raise_app_exceptions=False)

    async def sent(prepared: requests.PreparedRequest) -> httpx.Response:
        headers = {
            **{name: value for name, value in prepared.headers.items() if isinstance(value, str)},
            "authorization": f"Bearer {keys[-1]}",
        }
        body: Any = prepared.body or b""
        async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
            return await client.request(
                prepared.method or "GET", prepared.url or "", headers=headers, content=body
            )

    for operation in operations:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

            @settings(
                max_examples=each,
                deadline=None,
                database=None,
                derandomize=True,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy(generation_mode=mode))
            def call(case: Any) -> None:
                prepared = requests.Request(**case.as_transport_kwargs(base_url=HERE)).prepare()
                answer = asyncio.run(sent(prepared))
                if answer.status_code == 401:  # an earlier call has revoked the key
                    keys.append(filled.program(*scopes, role="admin").key)
                    answer = asyncio.run(sent(prepared))
                assert answer.status_code < 500, (prepared.method, prepared.url, prepared.body, answer.text)
                seen[answer.status_code] += 1

            try:
                call()
            except Unsatisfiable:  # nothing wrong can be said to it
                assert mode is GenerationMode.NEGATIVE
    understood = sum(count for status, count in seen.items() if status not in (400, 401, 403, 405, 415, 422))
    assert understood / sum(seen.values()) >= 0.3, seen


def _every_scope(calling: Calling) -> set[str]:
    description = calling.nobody().get("/openapi.json").json()
    needed = {
        operation["x-permission"]
        for path in description["paths"].values()
        for operation in path.values()
        if isinstance(operation, dict)
    }
    return {one for one in needed if ":" in one or one == "export"}
