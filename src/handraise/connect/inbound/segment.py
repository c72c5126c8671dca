"""Segment's calls, as its clients and RudderStack's send them: one at a time, or a batch.

Paths are ``/v1/`` with ``track page screen identify group alias``, their first letters as the browser library
writes them, and ``batch b import`` for batches; bodies are JSON whatever their content type says.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, cast, get_args

import msgspec

from handraise.connect.inbound import bots
from handraise.connect.inbound.clock import moment, occurred
from handraise.connect.inbound.decoding import PlainObject, batch_in, checked, members, without_mark
from handraise.connect.inbound.links import add_campaign, path_of
from handraise.connect.inbound.person import email_of
from handraise.connect.inbound.poison import problem_of
from handraise.connect.inbound.refusing import LONGEST_ID, Unfit, event_name, id_text
from handraise.connect.inbound.requests import id_from, key_of, one_by_one, refused_whole
from handraise.core.message import Clock, Kind, Message, Parsed

EVENTS: Final = ("track", "page", "screen")
NO_EVENTS: Final = ("identify", "group", "alias")
BATCHES: Final = ("batch", "import", "b")
_KINDS: Final = frozenset(get_args(Kind))
_FIRST_LETTERS: Final = {
    "t": "track",
    "p": "page",
    "i": "identify",
    "g": "group",
    "a": "alias",
    "s": "screen",
}
_LINKS: Final = ("path", "url", "title", "referrer", "search")
_KEPT: Final = ("page", "campaign", "referrer", "userAgent", "locale", "library", "ip", "timezone", "channel")
_NO_BODY: Final = msgspec.Raw(b"")
Id = str | int | None
Time = str | int | float | None


class _Call(msgspec.Struct, gc=False):
    """One call, or what stands around a batch of them."""

    type: str | None = None
    event: str | None = None
    name: str | None = None
    category: str | None = None
    userId: Id = None  # noqa: N815  (the sender's names)
    anonymousId: Id = None  # noqa: N815
    previousId: Id = None  # noqa: N815
    groupId: Id = None  # noqa: N815
    messageId: Id = None  # noqa: N815
    timestamp: Time = None
    originalTimestamp: Time = None  # noqa: N815
    sentAt: Time = None  # noqa: N815
    receivedAt: Time = None  # noqa: N815
    properties: dict[str, Any] | None = None
    traits: dict[str, Any] | None = None
    context: dict[str, Any] | None = None
    writeKey: str | None = None  # noqa: N815
    batch: msgspec.Raw = _NO_BODY


class _PlainCall(_Call, gc=False):
    properties: PlainObject | None = None
    traits: PlainObject | None = None
    context: PlainObject | None = None


_CALL: Final = msgspec.json.Decoder(_Call)
_PLAIN: Final = msgspec.json.Decoder(_PlainCall)
_UNREAD: Final = _Call()
_ALONE: Final = _Call()


@lru_cache(maxsize=1024)
def kind_of_path(path: str) -> str | None:
    """The kind of call that a path takes, ``batch`` for several; None when it is no path of this format.

    Examples
    --------
    >>> kind_of_path("/v1/t"), kind_of_path("/v1/import?x=1"), kind_of_path("/v1/projects")
    ('track', 'batch', None)
    """
    front, _, last = path.split("?")[0].rstrip("/").rpartition("/")
    if not (front + "/").startswith("/v1/"):
        return None
    named = _FIRST_LETTERS.get(last, last)
    if named in BATCHES:
        return "batch"
    return named if named in _KINDS else None


def event_properties(
    kind: str,
    properties: Mapping[str, Any],
    context: Mapping[str, Any],
    name: object = None,
    category: object = None,
) -> dict[str, Any]:
    """The properties of an event, with what the call says elsewhere and rules ask for.

    The page's path, address, title, referrer and search come from the context, the name and category of a
    page from the call, the campaign from the address. What the properties say themselves stays.
    """
    found = dict(properties)
    page = context.get("page")
    if isinstance(page, Mapping):
        for link in _LINKS:
            if found.get(link) is None and page.get(link) is not None:
                found[link] = page[link]
    if kind != "track":
        for key, value in (("name", name), ("category", category)):
            if found.get(key) is None and isinstance(value, str):
                found[key] = value
        if found.get("path") is None and isinstance(url := found.get("url"), str):
            found["path"] = path_of(url)
    add_campaign(found, context)
    return found


def parse(body: bytes, *, received_at: datetime, path: str, headers: Mapping[str, str]) -> Parsed:
    """Read a request of a Segment or RudderStack client; never raises.

    Parameters
    ----------
    body
        JSON, inflated already.
    received_at
        When the request arrived, by the server's clock.

    Examples
    --------
    >>> from datetime import UTC
    >>> body = b'{"userId": "u1", "event": "Demo Requested", "writeKey": "web"}'
    >>> found = parse(body, received_at=datetime(2026, 1, 1, tzinfo=UTC), path="/v1/t", headers={})
    >>> found.messages[0].event, found.write_key
    ('Demo Requested', 'web')
    """
    body = without_mark(body)
    kind = kind_of_path(path)
    key = key_of(None, headers)
    try:
        try:
            around = _PLAIN.decode(body)
        except (ValueError, RecursionError):  # one call that is odd, or a batch with one in it
            outside = members(body)
            key = key_of(_text(outside.get("writeKey")), headers)
            if "batch" in outside:
                return _batch(body, _around(outside), key, received_at)
            return _single(body, kind, key, received_at)
        key = key_of(around.writeKey, headers)
        if kind == "batch" or bytes(around.batch):
            return _batch(body, _storable(around), key, received_at)
        return _single(body, kind, key, received_at, lambda _: around)
    except Unfit as unfit:
        return refused_whole(body, unfit, key)


def _text(raw: bytes | None) -> str | None:
    try:
        return msgspec.json.decode(raw, type=str) if raw else None
    except (ValueError, RecursionError):
        return None


def _around(outside: Mapping[str, bytes]) -> _Call | Unfit:
    """What stands around a batch, read without it; or why it cannot be, which holds for each of its calls."""
    kept = [msgspec.json.encode(name) + b":" + value for name, value in outside.items() if name != "batch"]
    try:
        return checked(b"{%s}" % b",".join(kept), _PLAIN.decode, _CALL.decode)
    except Unfit as unfit:
        return unfit


def _storable(around: _Call) -> _Call | Unfit:
    problem = problem_of(around.context) or problem_of(around.sentAt)
    return Unfit(*problem) if problem else around


def _single(
    body: bytes,
    kind: str | None,
    key: str | None,
    received_at: datetime,
    decode: Callable[[bytes], _Call] = _PLAIN.decode,
) -> Parsed:
    return Parsed((_read(body, kind, _ALONE, received_at, 0, decode),), (), key)


def _batch(body: bytes, around: _Call | Unfit, key: str | None, received_at: datetime) -> Parsed:
    found = batch_in(body, "batch")
    if found is None:
        raise Unfit("wrong_type", 'the body has no batch: send {"batch": [...]}')
    outside, items = found

    def read(raw: bytes, place: int) -> Message:
        if isinstance(around, Unfit):
            raise Unfit(around.code, f"around the batch: {around}")
        return _read(raw, None, around, received_at, place)

    return one_by_one(items, read, around=outside, name="batch", write_key=key)


def _read(
    raw: bytes,
    kind: str | None,
    around: _Call,
    received_at: datetime,
    place: int,
    decode: Callable[[bytes], _Call] = _PLAIN.decode,
) -> Message:
    call: _Call = _UNREAD
    try:
        call = checked(raw, decode, _CALL.decode)
        return _message(call, kind, around, raw, received_at, place)
    except Unfit as unfit:
        unfit.message_id = _claimed_id(raw, call)
        raise


def _claimed_id(raw: bytes, call: _Call) -> str | None:
    """The id of a call that cannot be taken, if that much can be read."""
    if call is not _UNREAD:
        return str(call.messageId)[:LONGEST_ID] if call.messageId else None
    try:
        found = _text(members(raw).get("messageId"))
    except Unfit:
        return None
    return found[:LONGEST_ID].replace("\x00", "") if found else None


def _message(
    call: _Call, by_path: str | None, around: _Call, raw: bytes, received_at: datetime, place: int
) -> Message:
    kind = _kind(call.type or by_path)
    context = call.context or {}
    if around.context:
        context = {**around.context, **context}
    person = _object(context.get("traits"))
    traits = call.traits or {}
    properties = call.properties or {}
    if kind in EVENTS:
        properties = event_properties(kind, properties, context, call.name, call.category)
    at, clock, original, sent = _times(call, around, received_at)
    message = Message(
        kind=kind,
        event=event_name(call.event) if kind == "track" else kind,
        message_id=id_text(call.messageId, "messageId") or _made_id(raw, original, received_at, place),
        occurred_at=at,
        received_at=received_at,
        original_at=original,
        sent_at=sent,
        anonymous_id=id_text(call.anonymousId, "anonymousId"),
        user_id=id_text(call.userId, "userId"),
        previous_id=id_text(call.previousId, "previousId") if kind == "alias" else None,
        group_id=id_text(call.groupId or context.get("groupId"), "groupId"),
        email=email_of(
            None if kind == "group" else traits.get("email"),
            person.get("email"),
            properties.get("email"),
            call.userId,
        ),
        session_id=_session(context),
        properties=properties,
        traits=traits if kind == "group" or not person else {**person, **traits},
        context={name: context[name] for name in _KEPT if context.get(name)},
        bot=bots.by_user_agent(context.get("userAgent")),
        clock=clock,
    )
    return identified(message)


def identified(message: Message) -> Message:
    """The message, when it says whose it is and what its kind needs."""
    if message.kind == "group" and message.group_id is None:
        raise Unfit("no_group", "a group call needs groupId")
    if message.kind == "alias" and (message.previous_id is None or message.user_id is None):
        raise Unfit("no_previous", "an alias call needs previousId and userId")
    if message.user_id is None and message.anonymous_id is None and message.email is None:
        raise Unfit("no_identity", "nobody is named: send userId, anonymousId or an e-mail address")
    return message


def _kind(named: str | None) -> Kind:
    if named in _KINDS:
        return cast(Kind, named)
    if named in (None, "batch"):
        raise Unfit("no_type", "the call has no type: track, page, screen, identify, group or alias")
    raise Unfit("unknown_type", "the type is not one of track, page, screen, identify, group and alias")


def _times(
    call: _Call, around: _Call, received_at: datetime
) -> tuple[datetime, Clock, datetime | None, datetime | None]:
    given = moment(call.timestamp, "timestamp")
    original = moment(call.originalTimestamp, "originalTimestamp")
    sent = moment(call.sentAt, "sentAt") or moment(around.sentAt, "sentAt of the batch")
    if given and original and moment(call.receivedAt, "receivedAt"):
        # Somebody passed the call on, who corrected the clock when it came to them.
        at, clock = occurred(given, None, received_at)
        return at, clock, original, sent
    original = original or given
    at, clock = occurred(original, sent, received_at)
    return at, clock, original, sent


def _made_id(raw: bytes, original: datetime | None, received_at: datetime, place: int) -> str:
    """Without a time of its own a call is only told from its like by its arrival."""
    return id_from(raw) if original else id_from(raw, received_at.isoformat(), str(place))


def _session(context: Mapping[str, Any]) -> str | None:
    found = context.get("sessionId")
    if isinstance(found, bool) or not isinstance(found, str | int):
        return None
    return str(found)[:300] or None


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
