"""PostHog's events: ``/batch/``, ``/e/``, ``/i/v0/e/``, ``/capture/`` and ``/track/``.

A body is one event, a list of them, or ``{"api_key": …, "batch": […]}``; or a form whose field ``data`` is
one of these in base64. What the client measures of itself (see `NOISE_EVENTS`) is left out.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl

from handraise.connect.inbound import bots
from handraise.connect.inbound.clock import moment, occurred
from handraise.connect.inbound.decoding import batch_in, from_base64, object_from, without_mark
from handraise.connect.inbound.person import email_of
from handraise.connect.inbound.refusing import Unfit, event_name, id_text
from handraise.connect.inbound.requests import id_from, one_by_one, refused_whole
from handraise.connect.inbound.segment import event_properties, identified
from handraise.core.message import NOISE, Kind, Message, Parsed

NOISE_EVENTS: Final = frozenset(
    (
        "$autocapture", "$copy_autocapture", "$rageclick", "$dead_click", "$heatmap", "$$heatmap",
        "$web_vitals", "$pageleave", "$snapshot", "$performance_event", "$exception", "$opt_in",
        "$feature_flag_called", "$feature_view", "$feature_interaction", "$experiment_started",
        "$experiment_exposure", "$csp_violation", "$csp_report", "$$client_ingestion_warning",
        "$ai_trace", "$ai_span", "$ai_generation", "$ai_embedding",
    )
)  # fmt: skip
"""What the client records by itself, about itself or every click: nothing that a definition would name."""
_KINDS: Final[Mapping[str, Kind]] = {
    "$pageview": "page",
    "$screen": "screen",
    "$identify": "identify",
    "$set": "identify",
    "$create_alias": "alias",
    "$groupidentify": "group",
}
_NAMES: Final = {
    "$current_url": "url",
    "$pathname": "path",
    "$referrer": "referrer",
    "$screen_name": "name",
    "$group_type": "group_type",
}
_PLUMBING: Final = frozenset(("token", "distinct_id"))


def parse(body: bytes, *, received_at: datetime, path: str, headers: Mapping[str, str]) -> Parsed:
    """Read a request of a PostHog client; never raises.

    Examples
    --------
    >>> from datetime import UTC
    >>> body = b'{"api_key": "k", "event": "$pageview", "distinct_id": "u1", "properties": {}}'
    >>> found = parse(body, received_at=datetime(2026, 1, 1, tzinfo=UTC), path="/e/", headers={})
    >>> found.messages[0].event, found.write_key
    ('page', 'k')
    """
    del headers
    try:
        text = _json_in(without_mark(body).strip(), path)
        found = batch_in(text, "batch")
        around, items = found or ({}, [text])
        envelope = _envelope(around)
    except Unfit as unfit:
        return refused_whole(body, unfit)
    keys: list[str | None] = [_text(envelope.get("api_key")) or _text(envelope.get("token"))]

    def read(raw: bytes, place: int) -> Message:
        if "unfit" in envelope:
            raise Unfit(*envelope["unfit"])
        record = object_from(raw)
        keys.append(_text(record.get("api_key")) or _text(record.get("token")))
        return _read(record, envelope, raw, received_at, place)

    name = "" if text.startswith(b"[") or found is None else "batch"
    parsed = one_by_one(items, read, around=around, name=name)
    if found is None and parsed.refused:  # a single event can be sent in again as it is
        parsed = refused_whole(body, Unfit(parsed.refused[0].code, parsed.refused[0].message))
    return Parsed(parsed.messages, parsed.refused, next((key for key in keys if key), None))


def _json_in(body: bytes, path: str) -> bytes:
    """The JSON of a body, or of the field ``data`` of a form or of the path's query."""
    if body[:1] in (b"{", b"["):
        return body
    form = body or path.partition("?")[2].encode()
    if not form:
        raise Unfit("not_json", "the body is empty")
    try:
        fields = dict(parse_qsl(form.decode("ascii"), max_num_fields=20))
    except ValueError:
        fields = {}
    data = fields.get("data", "")
    if not data:
        raise Unfit("not_json", "the body is neither JSON nor a form with a field `data`")
    # The + of base64 is a space in a form that was not encoded.
    found = data.encode() if data[:1] in ("{", "[") else from_base64(data.replace(" ", "+"))
    found = found.strip()
    if found[:1] not in (b"{", b"["):
        raise Unfit("not_json", "the field `data` holds no JSON")
    return found


def _envelope(around: Mapping[str, bytes]) -> dict[str, Any]:
    kept = (b'"%s":%s' % (name.encode(), around[name]) for name in _AROUND if name in around)
    try:
        return object_from(b"{%s}" % b",".join(kept))
    except Unfit as unfit:
        return {"unfit": (unfit.code, f"around the batch: {unfit}")}


_AROUND: Final = ("api_key", "token", "sent_at")


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _read(
    record: dict[str, Any], envelope: Mapping[str, Any], raw: bytes, received_at: datetime, place: int
) -> Message:
    try:
        return _message(record, envelope, raw, received_at, place)
    except Unfit as unfit:
        unfit.message_id = _text(record.get("uuid"))
        raise


def _message(
    record: dict[str, Any], envelope: Mapping[str, Any], raw: bytes, received_at: datetime, place: int
) -> Message:
    name = event_name(record.get("event"))
    if name in NOISE_EVENTS:
        raise Unfit(NOISE, f"{name} is the client's own measurement and is left out")
    given = _object(record, "properties")
    kind = _KINDS.get(name, "track")
    original = moment(record.get("timestamp") or given.get("$time"), "timestamp")
    sent = moment(record.get("sent_at") or envelope.get("sent_at"), "sent_at")
    at, clock = occurred(original, sent, received_at)
    context = _context(given)
    who = id_text(record.get("distinct_id") or given.get("distinct_id"), "distinct_id")
    device = id_text(given.get("$anon_distinct_id") or given.get("$device_id"), "$device_id")
    is_anonymous = given.get("$is_identified") is False or (who == device and kind != "identify")
    traits = _traits(record, given, kind)
    properties = event_properties(kind, _properties(given), context)
    return identified(
        Message(
            kind=kind,
            event=name if kind == "track" else kind,
            message_id=_message_id(record, given)
            or id_from(raw, "" if original else f"{received_at}{place}"),
            occurred_at=at,
            received_at=received_at,
            original_at=original,
            sent_at=sent,
            anonymous_id=who if is_anonymous else (device if device != who else None),
            user_id=None if is_anonymous and kind not in ("alias", "identify") else who,
            previous_id=id_text(given.get("alias"), "alias") if kind == "alias" else None,
            group_id=id_text(given.get("$group_key"), "$group_key") or _group(given),
            email=email_of(None if kind == "group" else traits.get("email"), properties.get("email"), who),
            session_id=id_text(given.get("$session_id"), "$session_id"),
            properties={} if kind in ("identify", "alias", "group") else properties,
            traits=traits,
            context=context,
            bot=bots.by_user_agent(context.get("userAgent")) or _by_client(given),
            clock=clock,
        )
    )


def _object(record: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = record.get(name)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise Unfit("wrong_type", f"{name} is no object")
    return found


def _message_id(record: Mapping[str, Any], given: Mapping[str, Any]) -> str | None:
    return id_text(record.get("uuid"), "uuid") or id_text(given.get("$insert_id"), "$insert_id")


def _traits(record: Mapping[str, Any], given: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    if kind == "group":
        return _object(given, "$group_set")
    found = {**_object(given, "$set"), **_object(record, "$set")}
    return {name: value for name, value in found.items() if value is not None and name[:1] != "$"}


def _properties(given: Mapping[str, Any]) -> dict[str, Any]:
    """Our names for the client's own, and what the site sends itself; the rest of ``$…`` is plumbing."""
    found = {name: value for name, value in given.items() if name[:1] != "$" and name not in _PLUMBING}
    for theirs, ours in _NAMES.items():
        if given.get(theirs) is not None:
            found.setdefault(ours, given[theirs])
    return found


def _context(given: Mapping[str, Any]) -> dict[str, Any]:
    once = {
        name: value
        for name, value in _object(given, "$set_once").items()
        if value is not None and name[:1] != "$"
    }
    found = {
        "userAgent": given.get("$raw_user_agent") or given.get("$user_agent"),
        "locale": given.get("$browser_language"),
        "timezone": given.get("$timezone"),
        "ip": given.get("$ip"),
        "library": {"name": given["$lib"], "version": given.get("$lib_version")} if "$lib" in given else None,
        "traits_once": once,
    }
    return {name: value for name, value in found.items() if value}


def _group(given: Mapping[str, Any]) -> str | None:
    """The group that an event is counted under: of several, the company."""
    groups = given.get("$groups")
    if not isinstance(groups, dict) or not groups:
        return None
    key = next(
        (name for name in ("company", "organization", "account") if name in groups), next(iter(groups))
    )
    return id_text(groups[key], "$groups")


def _by_client(given: Mapping[str, Any]) -> str | None:
    return "crawler: the client says so" if given.get("$browser_type") == "bot" else None
