"""Requests to parse in tests, and what they give."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import msgspec

from handraise.connect.inbound import segment
from handraise.connect.inbound.poison import problem_of
from handraise.core.message import Message, Parsed, Refused

AT = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
TRACK = {"type": "track", "event": "Demo Requested", "userId": "u1", "messageId": "m1"}


def body(value: object) -> bytes:
    return json.dumps(value).encode()


def parsed(
    value: object,
    path: str = "/v1/batch",
    module: ModuleType = segment,
    headers: Mapping[str, str] | None = None,
) -> Parsed:
    text = value if isinstance(value, bytes) else body(value)
    found: Parsed = module.parse(text, received_at=AT, path=path, headers=headers or {})
    return found


def message(value: object, path: str = "/v1/t", module: ModuleType = segment) -> Message:
    found = parsed(value, path, module)
    assert found.refused == ()
    (only,) = found.messages
    return only


def refused(value: object, path: str = "/v1/t", module: ModuleType = segment) -> Refused:
    found = parsed(value, path, module)
    assert found.messages == ()
    (only,) = found.refused
    return only


def track(**more: Any) -> dict[str, Any]:
    return TRACK | more


def is_storable(found: Parsed) -> bool:
    """Whether PostgreSQL takes every text in the messages."""
    return all(problem_of(json.loads(msgspec.json.encode(one))) is None for one in found.messages)
