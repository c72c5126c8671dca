"""Recorded Segment calls (and RudderStack's, which are alike) as events."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from handraise.connect.inbound.segment import EVENTS, NO_EVENTS, event_properties, kind_of_path

_TIMES: Final = ("timestamp", "originalTimestamp", "sentAt")


@dataclass(frozen=True)
class NoEvent:
    """A call that is no event (`kind`: identify, group, alias), or a record that cannot be one (`reason`)."""

    kind: str = ""
    reason: str = ""


def is_call(record: Mapping[str, Any]) -> bool:
    """Whether the record is a Segment call, a batch of them, or a recorded request."""
    if "lead_id" in record:
        return False
    if isinstance(record.get("batch"), list) or _is_request(record):
        return True
    return record.get("type") in (*EVENTS, *NO_EVENTS) and ("userId" in record or "anonymousId" in record)


def _is_request(record: Mapping[str, Any]) -> bool:
    return isinstance(record.get("path"), str) and "body" in record and "headers" in record


def events_in(record: Mapping[str, Any]) -> Iterator[dict[str, Any] | NoEvent]:
    """The events of a record, under our names, with their properties under `properties`.

    Examples
    --------
    >>> call = {"type": "page", "userId": "u1", "context": {"page": {"path": "/"}}}
    >>> next(events_in(call))["properties"]
    {'path': '/'}
    """
    if _is_request(record):
        yield from _of_request(record)
    elif isinstance(record.get("batch"), list):
        for item in record["batch"]:
            yield (
                _event(item, record)
                if isinstance(item, dict)
                else NoEvent(reason="a call of the batch is no object")
            )
    else:
        yield _event(record, {})


def _of_request(record: Mapping[str, Any]) -> Iterator[dict[str, Any] | NoEvent]:
    named, body = kind_of_path(record["path"]), record["body"]
    if named is None:
        yield NoEvent(reason="the request is no Segment call")
        return
    if isinstance(body, str):
        try:
            body = json.loads(body, parse_constant=_refused)
        except (ValueError, RecursionError):
            yield NoEvent(reason="the body of the request is not valid JSON")
            return
    if not isinstance(body, dict):
        yield NoEvent(reason="the body of the request is no object")
        return
    if _is_request(body):
        yield NoEvent(reason="the body of the request is a request")
        return
    yield from events_in({"type": named, **body})


def _refused(name: str) -> None:
    raise ValueError(name)


def _event(call: Mapping[str, Any], around: Mapping[str, Any]) -> dict[str, Any] | NoEvent:
    kind = call.get("type")
    if kind in NO_EVENTS:
        return NoEvent(kind=str(kind))
    if kind not in EVENTS:
        return NoEvent(reason="the call has no type that we know (track, page, screen)")
    context = _under(call, "context")
    properties = event_properties(
        str(kind), _under(call, "properties"), context, call.get("name"), call.get("category")
    )
    times = [call.get(name) for name in _TIMES] + [around.get(name) for name in _TIMES]
    return {
        "lead_id": call.get("userId") or call.get("anonymousId"),
        "event": call.get("event") if kind == "track" else kind,
        "occurred_at": next((time for time in times if time), None),
        "received_at": call.get("receivedAt"),
        "message_id": call.get("messageId"),
        "session_id": context.get("sessionId"),
        "properties": properties,
    }


def _under(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object of that name, an empty one when there is none."""
    found = record.get(name)
    return found if isinstance(found, dict) else {}
