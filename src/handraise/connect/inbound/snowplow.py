"""Snowplow's tracker protocol: POST ``…/tp2`` with several events, GET ``/i`` with one in its query.

Page views are pages, structured events go by their action, self-describing ones by the name in their schema
(``iglu:com.acme/demo_request/jsonschema/1-0-0`` is ``demo_request``), other letters by `_OTHERS`. There is
no call of its own that tells who somebody is: ``iglu:com.handraise/identify/jsonschema/1-0-0`` does, with
traits.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from handraise.connect.inbound import bots
from handraise.connect.inbound.clock import moment, occurred
from handraise.connect.inbound.decoding import batch_in, from_base64, object_from, without_mark
from handraise.connect.inbound.person import email_of
from handraise.connect.inbound.poison import problem_of
from handraise.connect.inbound.refusing import LARGEST_CALL, Unfit, event_name, id_text
from handraise.connect.inbound.requests import header, id_from, one_by_one, refused_whole
from handraise.connect.inbound.segment import event_properties, identified
from handraise.core.message import Kind, Message, Parsed

_OTHERS: Final = {"pp": "page_ping", "tr": "transaction", "ti": "transaction_item", "ad": "ad_impression"}
_LINKS: Final = {"url": "url", "page": "title", "refr": "referrer"}
_STRUCTURED: Final = {"se_ca": "category", "se_la": "label", "se_pr": "property", "se_va": "value"}
_OF_OTHERS: Final = ("pp_", "tr_", "ti_")
_SCHEMA: Final = re.compile(r"iglu:([^/]+)/([^/]+)/jsonschema/[\d-]+")
_OWN: Final = "com.snowplowanalytics."
_IDENTIFY: Final = ("com.handraise", "identify")
_DECIMAL: Final = re.compile(r"-?\d{1,15}(\.\d{1,9})?", re.ASCII)


def parse(body: bytes, *, received_at: datetime, path: str, headers: Mapping[str, str]) -> Parsed:
    """Read a request of a Snowplow tracker; never raises. `write_key` is the app id of the first event.

    Examples
    --------
    >>> from datetime import UTC
    >>> at = datetime(2026, 1, 1, tzinfo=UTC)
    >>> found = parse(b"", received_at=at, path="/i?e=pv&duid=d1&url=http://a.com/pricing", headers={})
    >>> found.messages[0].properties["path"]
    '/pricing'
    """
    keys: list[str] = []

    def read(raw: bytes, place: int) -> Message:
        return _read(object_from(raw), raw, received_at, place, headers, keys)

    try:
        if not body.strip():
            raw = _of_query(path)
            return Parsed((read(raw, 0),), (), keys[0] if keys else None)
        found = batch_in(without_mark(body), "data")
        if found is None:
            raise Unfit("wrong_type", "the body has no data: send payload_data with a list of events")
    except Unfit as unfit:
        return refused_whole(body or path.encode(errors="replace"), unfit, keys[0] if keys else None)
    parsed = one_by_one(found[1], read, around=found[0], name="data")
    return Parsed(parsed.messages, parsed.refused, keys[0] if keys else None)


def _of_query(path: str) -> bytes:
    if len(path) > LARGEST_CALL:
        raise Unfit("too_large", f"the address has {len(path)} characters: at most {LARGEST_CALL} are taken")
    try:
        fields = dict(parse_qsl(path.partition("?")[2], max_num_fields=200))
    except ValueError:
        raise Unfit("not_json", "the query cannot be read") from None
    if not fields:
        raise Unfit("no_type", "the request holds no event: send its fields in the query")
    if problem := problem_of(fields):
        raise Unfit(*problem)
    return msgspec.json.encode(fields)


def _read(
    fields: dict[str, Any],
    raw: bytes,
    received_at: datetime,
    place: int,
    headers: Mapping[str, str],
    keys: list[str],
) -> Message:
    try:
        if isinstance(fields.get("aid"), str) and fields["aid"]:
            keys.append(fields["aid"])
        return _message(fields, raw, received_at, place, headers)
    except Unfit as unfit:
        unfit.message_id = fields["eid"][:300] if isinstance(fields.get("eid"), str) else None
        raise


def _message(
    fields: dict[str, Any], raw: bytes, received_at: datetime, place: int, headers: Mapping[str, str]
) -> Message:
    kind, event, properties = _what(fields)
    traits = dict(properties) if kind == "identify" else {}
    for short, ours in _LINKS.items():
        if isinstance(fields.get(short), str) and fields[short]:
            properties.setdefault(ours, fields[short])
    entities = _entities(fields)
    sent = moment(fields.get("stm"), "stm")
    original = moment(fields.get("ttm"), "ttm")
    if original:  # a true timestamp is one that the sender vouches for
        at, clock = occurred(original, None, received_at)
    else:
        original = moment(fields.get("dtm"), "dtm")
        at, clock = occurred(original, sent, received_at)
    context = _context(fields, headers)
    if theirs := _theirs(entities):
        context["entities"] = theirs
    session = _named(entities, "client_session", "sessionId") or fields.get("sid")
    person = id_text(fields.get("uid"), "uid")
    return identified(
        Message(
            kind=kind,
            event=event,
            message_id=id_text(fields.get("eid"), "eid")
            or id_from(raw, "" if original else f"{received_at}{place}"),
            occurred_at=at,
            received_at=received_at,
            original_at=original,
            sent_at=sent,
            anonymous_id=id_text(fields.get("duid"), "duid")
            or id_text(_named(entities, "client_session", "userId"), "userId")
            or id_text(fields.get("tnuid") or fields.get("nuid"), "tnuid"),
            user_id=person,
            email=email_of(properties.get("email"), person),
            session_id=id_text(session, "sid"),
            properties={} if kind == "identify" else event_properties(kind, properties, {}),
            traits=traits,
            context=context,
            bot=bots.by_user_agent(context.get("userAgent")),
            clock=clock,
        )
    )


def _what(fields: Mapping[str, Any]) -> tuple[Kind, str, dict[str, Any]]:
    letters = fields.get("e")
    if letters == "pv":
        return "page", "page", {}
    if letters == "se":
        found = {ours: _number(fields[name]) for name, ours in _STRUCTURED.items() if fields.get(name)}
        return "track", event_name(fields.get("se_ac"), "se_ac"), found
    if letters == "ue":
        return _described(fields)
    if isinstance(letters, str) and letters in _OTHERS:
        return (
            "track",
            _OTHERS[letters],
            {name: _number(value) for name, value in fields.items() if name.startswith(_OF_OTHERS)},
        )
    raise Unfit("unknown_type", "e is not one of pv, se, ue, pp, tr, ti and ad")


def _described(fields: Mapping[str, Any]) -> tuple[Kind, str, dict[str, Any]]:
    outer = _json_field(fields, "ue_pr", "ue_px")
    inner = outer.get("data")
    if not isinstance(inner, dict) or not isinstance(inner.get("schema"), str):
        raise Unfit("no_event", "ue_pr holds no event with a schema")
    schema = _SCHEMA.fullmatch(inner["schema"])
    if schema is None:
        raise Unfit("no_event", "the schema of the event is no iglu:vendor/name/jsonschema/version")
    data = inner.get("data")
    properties = dict(data) if isinstance(data, dict) else {}
    if (schema[1], schema[2]) == _IDENTIFY:
        return "identify", "identify", properties
    if schema[2] == "screen_view":
        return "screen", "screen", properties
    return "track", event_name(schema[2], "the schema's name"), properties


def _json_field(fields: Mapping[str, Any], plain: str, encoded: str) -> dict[str, Any]:
    """The object in a field: as JSON in `plain`, as base64 of JSON in `encoded`."""
    text = fields.get(plain)
    if isinstance(text, str) and text:
        return object_from(text.encode())
    text = fields.get(encoded)
    if isinstance(text, str) and text:
        return object_from(from_base64(text))
    return {}


def _entities(fields: Mapping[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """What the event carries with it: vendor, name and data of each."""
    listed = _json_field(fields, "co", "cx").get("data")
    found = []
    for entity in listed if isinstance(listed, list) else ():
        if not isinstance(entity, dict) or not isinstance(entity.get("data"), dict):
            continue
        schema = _SCHEMA.fullmatch(str(entity.get("schema")))
        if schema:
            found.append((schema[1], schema[2], entity["data"]))
    return found


def _named(entities: list[tuple[str, str, dict[str, Any]]], name: str, field: str) -> Any:
    return next((data.get(field) for _, called, data in entities if called == name), None)


def _theirs(entities: list[tuple[str, str, dict[str, Any]]]) -> dict[str, Any]:
    """The entities that the site itself adds; the tracker's own say nothing about a lead."""
    return {name: data for vendor, name, data in entities if not vendor.startswith(_OWN)}


def _context(fields: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, Any]:
    """The browser's tracker leaves its user agent to the request; a server's request names the server."""
    version = fields.get("tv")
    agent = fields.get("ua")
    if not agent and isinstance(version, str) and version.startswith("js-"):
        agent = header(headers, "User-Agent")
        agent = None if problem_of(agent) else agent
    found = {
        "userAgent": agent,
        "locale": fields.get("lang"),
        "timezone": fields.get("tz"),
        "ip": fields.get("ip"),
        "library": {"name": f"snowplow {version}"} if version else None,
    }
    return {name: value for name, value in found.items() if value}


def _number(value: object) -> object:
    """Numbers travel as text here."""
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return float(value) if "." in value else int(value)
    return value
