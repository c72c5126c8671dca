"""What no database can hold, and what nobody should have to read."""

import json
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handraise.connect.inbound import calendly, mailgun, posthog, postmark, segment, sendgrid, snowplow, zoom
from handraise.connect.inbound.decoding import pieces
from tests.connect.inbound.requests import body, is_storable, parsed, track

POISON = {
    "nul": (b'"a\\u0000b"', "nul"),
    "nul in a name": (b'{"a\\u0000":1}', "nul"),
    "high half of a pair": (b'"\\ud800"', "not_unicode"),
    "low half of a pair": (b'"\\udc00x"', "not_unicode"),
    "half of a pair in UTF-8": (b'"\xed\xa0\x80"', "not_unicode"),
    "no UTF-8": (b'"\xff"', "not_unicode"),
    "NaN": (b"NaN", "not_json"),
    "infinity": (b"-Infinity", "not_json"),
    "1e400": (b"1e400", "number_out_of_range"),
    "5,000 digits": (b"9" * 5_000, "number_out_of_range"),
    "30 digits": (b"9" * 30, "number_out_of_range"),
    "16,000 levels": (b"[" * 16_000 + b"]" * 16_000, "too_deep"),
    "33 levels": (b"[" * 33 + b"]" * 33, "too_deep"),
    "a long name": (b'{"%s":1}' % (b"k" * 1_001), "key_too_long"),
    "half a string": (b'"a', "not_json"),
    "a raw line feed": (b'"a\nb"', "not_json"),
}
GOOD = body(track())


def with_property(value: bytes) -> bytes:
    return GOOD[:-1] + b', "properties": {"x": ' + value + b"}}"


@pytest.mark.parametrize("name", [name for name in POISON if name != "half a string"])
def test_poison_in_one_call_refuses_that_call_alone(name: str) -> None:
    value, code = POISON[name]
    found = parsed(b'{"batch":[' + b",".join([GOOD] * 50 + [with_property(value)] + [GOOD] * 49) + b"]}")
    assert len(found.messages) == 99
    (only,) = found.refused
    assert (only.code, only.place, only.message_id) == (code, 50, "m1")
    assert value in only.raw


@pytest.mark.parametrize("name", POISON)
def test_poison_in_a_single_call_refuses_it(name: str) -> None:
    value, code = POISON[name]
    found = parsed(with_property(value), "/v1/t")
    assert [one.code for one in found.refused] == [code]
    assert not found.messages


def test_what_lies_deep_but_not_too_deep_is_taken() -> None:
    value = b"[" * 29 + b'"\\\\u0000"' + b"]" * 29
    assert len(parsed(with_property(value), "/v1/t").messages) == 1


def test_an_escaped_backslash_before_u0000_is_no_nul() -> None:
    assert parsed(with_property(b'"\\\\u0000"'), "/v1/t").messages[0].properties["x"] == "\\u0000"


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_100_000_levels_do_not_crash(opening: bytes) -> None:
    closing = b"]" if opening == b"[" else b"}"
    value = opening * 100_000 + b"1" + closing * 100_000
    for text in (
        value,
        b'{"batch":[' + value + b"," + GOOD + b"]}",
        b'{"batch":' + value + b"}",
        opening * 100_000,
    ):
        found = parsed(text)
        assert found.refused
    assert len(parsed(b'{"batch":[' + value + b"," + GOOD + b"]}").messages) == 1


@pytest.mark.parametrize(
    "text", [b"[" + b'"\\' * 250_000, b"[" + b'\\"' * 250_000 + b"\\", b'["' + b"\\" * 500_000]
)
def test_quotes_without_end_are_read_once(text: bytes) -> None:
    """A search that goes back would need hours."""
    assert parsed(text).refused


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(
    [
        "type", "event", "userId", "anonymousId", "messageId", "timestamp", "sentAt", "properties", "traits",
        "context", "groupId", "previousId", "name", "distinct_id", "uuid", "e", "eid", "duid", "ue_pr",
        "co", "cx",
        "dtm", "stm", "url", "se_ac", "email", "sg_event_id", "event-data", "payload", "RecordType",
        "Recipient",
    ]
)  # fmt: skip
WORDS = st.sampled_from(
    [
        "track", "page", "identify", "group", "alias", "Demo Requested", "u1", "2026-03-09T12:00:00Z",
        1773144000,
        "$pageview", "$identify", "$groupidentify", "pv", "se", "ue", "pp", "click", "ann@acme.com",
        "invitee.created",
        "https://a.com/%00?utm_source=%00x", "webinar.participant_joined", "Click", '{"data":[{}]}', "e30",
        "\ud800", "a\x00", 10**40, 1e308, "\u202e",
    ]
)  # fmt: skip
OBJECTS = st.dictionaries(NAMES, WORDS | JSON | st.dictionaries(NAMES, WORDS | JSON, max_size=3), max_size=6)
ITEMS = (OBJECTS | JSON).map(lambda value: json.dumps(value).encode()) | st.sampled_from(
    [value for name, (value, _) in POISON.items() if name != "half a string"]
)
VALID: dict[ModuleType, list[dict[str, Any]]] = {
    segment: [
        track(),
        {"type": "page", "anonymousId": "a", "context": {"page": {"url": "https://a.com/?utm_source=x"}}},
        {"type": "identify", "userId": 5, "traits": {"email": "a@b.com"}, "timestamp": "2026-03-09"},
        {"type": "group", "userId": "u", "groupId": "g"}, {"type": "alias", "userId": "u", "previousId": "p"},
    ],
    posthog: [
        {"event": "$pageview", "distinct_id": "u", "properties": {"$current_url": "https://a.com/"}},
        {"event": "$identify", "distinct_id": "u", "$set": {"email": "a@b.com"}, "timestamp": 1773140000},
    ],
    snowplow: [
        {"e": "pv", "duid": "d", "url": "https://a.com/"},
        {"e": "se", "uid": "u", "se_ac": "x", "dtm": "1773140000000"},
    ],
    sendgrid: [{"event": "click", "email": "a@b.com", "timestamp": 1773140000, "url": "https://a.com/"}],
}  # fmt: skip
BATCHES = {
    segment: ("/v1/batch", "batch"), posthog: ("/batch/", "batch"),
    snowplow: ("/x/tp2", "data"), sendgrid: ("/", ""),
}  # fmt: skip


def items_of(module: ModuleType) -> st.SearchStrategy[tuple[bytes, bool]]:
    """Calls as they are sent, and whether they must be taken: sound ones, odd ones, nonsense, and poison."""
    sound = st.sampled_from(VALID[module])
    odd = st.builds(
        lambda call, change: call | change, sound, st.dictionaries(NAMES, WORDS | JSON, max_size=2)
    )
    return st.one_of(
        sound.map(lambda call: (body(call), True)), odd.map(lambda call: (body(call), False)),
        ITEMS.map(lambda text: (text, False)),
    )  # fmt: skip


@given(data=st.data(), module=st.sampled_from(list(BATCHES)), around=st.just({}) | OBJECTS)
@settings(max_examples=2_000, deadline=None)
def test_every_call_of_a_batch_is_a_message_or_refused_once(
    data: st.DataObject, module: ModuleType, around: dict[str, Any]
) -> None:
    path, name = BATCHES[module]
    items = data.draw(st.lists(items_of(module), max_size=5))
    text = b"[" + b",".join(raw for raw, _ in items) + b"]"
    if name:
        outer = json.dumps(around).encode()[1:-1]
        text = b"{%s%s:%s}" % (outer + b"," if outer else b"", json.dumps(name).encode(), text)
    found = parsed(text, path, module)
    assert len(found.messages) + len(found.refused) == len(items)
    places = {one.place for one in found.refused}
    assert len(places) == len(found.refused)
    assert is_storable(found)
    if not around:
        assert not any(is_sound for place, (_, is_sound) in enumerate(items) if place in places)


@given(
    text=st.binary(max_size=60) | OBJECTS.map(lambda value: json.dumps(value).encode()),
    module=st.sampled_from([segment, posthog, snowplow, sendgrid, mailgun, postmark, calendly, zoom]),
    path=st.sampled_from(
        ["/v1/t", "/v1/batch", "/i?e=pv&duid=%00", "/i?e=pv&duid=x&url=%ff", "/e/?data=e30", "", "/"]
    ),
)
@settings(max_examples=1_000, deadline=None)
def test_no_body_raises(text: bytes, module: ModuleType, path: str) -> None:
    found = parsed(text, path, module)
    assert found.messages or found.refused or b"[" in text
    assert is_storable(found)


@given(st.lists(JSON, max_size=4))
@settings(max_examples=300)
def test_a_list_is_cut_where_json_says(items: list[Any]) -> None:
    text = json.dumps(items).encode()
    assert [json.dumps(json.loads(piece)) for piece in pieces(text)] == [json.dumps(item) for item in items]
