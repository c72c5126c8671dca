"""What Segment's and RudderStack's clients send."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handraise.connect.inbound import segment
from handraise.core.message import Parsed
from tests.connect.inbound.requests import AT, TRACK, body, message, parsed, refused, track
from tests.shared import shared_path


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/v1/track", "track"), ("/v1/t", "track"), ("/v1/page", "page"), ("/v1/p", "page"),
        ("/v1/identify", "identify"), ("/v1/i", "identify"), ("/v1/g", "group"), ("/v1/group", "group"),
        ("/v1/a", "alias"), ("/v1/alias", "alias"), ("/v1/screen", "screen"), ("/v1/s", "screen"),
        ("/v1/t/", "track"), ("/v1/t?x=1", "track"),
    ],
)  # fmt: skip
def test_the_path_names_the_kind_of_a_call_without_a_type(path: str, kind: str) -> None:
    call = {"event": "E", "userId": "u", "groupId": "g", "previousId": "p"}
    found = message(call, path)
    assert (found.kind, found.event) == (kind, "E" if kind == "track" else kind)


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/import", "/v1/b"])
def test_a_batch_is_its_calls_by_the_time_of_its_sending(path: str) -> None:
    call = track(timestamp="2026-03-09T12:00:00Z")
    found = parsed({"batch": [call, call], "sentAt": "2026-03-09T13:00:00Z", "writeKey": "k"}, path)
    assert [one.occurred_at for one in found.messages] == [AT - timedelta(hours=1)] * 2
    assert found.messages[0].original_at == datetime(2026, 3, 9, 12, tzinfo=UTC)
    assert (found.messages[0].clock, found.write_key) == ("corrected", "k")


def test_a_call_that_was_passed_on_keeps_the_time_it_was_given_there() -> None:
    found = message(
        track(
            timestamp="2026-03-01T00:00:00Z",
            originalTimestamp="2026-02-01T00:00:00Z",
            sentAt="2026-02-01T00:00:01Z",
            receivedAt="2026-03-01T00:00:01Z",
        )
    )
    assert found.occurred_at == datetime(2026, 3, 1, tzinfo=UTC)


def test_the_key_is_in_the_body_or_in_basic_authorization() -> None:
    basic = {"authorization": "Basic V0tfcHk6"}
    assert parsed(track(writeKey="a"), "/v1/t", headers=basic).write_key == "a"
    assert parsed(track(), "/v1/t", headers=basic).write_key == "WK_py"
    assert parsed(track(), "/v1/t", headers={"authorization": "Basic %%%"}).write_key is None
    assert parsed(track(writeKey="a\0b"), "/v1/t").write_key is None


def test_a_page_has_the_links_of_its_context_and_its_campaign() -> None:
    found = message(
        {
            "type": "page", "anonymousId": "a", "name": "Pricing", "properties": {"utm_medium": "mine"},
            "context": {
                "page": {"path": "/p", "url": "https://a.com/p?utm_source=x%20y&utm_medium=cpc&gclid=7",
                "title": "T"},
                "campaign": {"source": "other", "name": "spring"}, "userAgent": "Mozilla/5.0", "secret": 1,
            },
        }
    )  # fmt: skip
    assert found.properties == {
        "path": "/p", "url": "https://a.com/p?utm_source=x%20y&utm_medium=cpc&gclid=7", "title": "T",
        "name": "Pricing", "utm_source": "x y", "utm_medium": "mine", "gclid": "7", "utm_campaign": "spring",
    }  # fmt: skip
    assert set(found.context) == {"page", "campaign", "userAgent"}


def test_a_campaign_cannot_bring_in_what_the_database_cannot_hold() -> None:
    found = message(track(properties={"url": "https://a.com/%00?utm_source=a%00b&utm_term=%ED%A0%80"}))
    assert found.properties["utm_source"] == "ab"
    found.properties["utm_term"].encode()


def test_traits_of_the_context_lie_beneath_those_of_the_call() -> None:
    found = message(
        {
            "userId": "u",
            "traits": {"plan": "pro"},
            "context": {"traits": {"plan": "free", "email": "Ann@B.com"}},
        },
        "/v1/i",
    )
    assert (found.traits, found.email) == ({"plan": "pro", "email": "Ann@B.com"}, "ann@b.com")


def test_the_traits_of_a_group_are_not_the_persons() -> None:
    call = {"userId": "u", "groupId": "g", "traits": {"email": "info@acme.com", "name": "Acme"}}
    found = message(call | {"context": {"traits": {"email": "ann@acme.com"}}}, "/v1/g")
    assert (found.email, found.group_id) == ("ann@acme.com", "g")
    assert found.traits == {"email": "info@acme.com", "name": "Acme"}


def test_an_alias_names_both_ids() -> None:
    found = message({"userId": "u", "previousId": "a"}, "/v1/a")
    assert (found.user_id, found.previous_id) == ("u", "a")


def test_numbers_are_ids_too_but_nothing_else_is() -> None:
    assert message(track(userId=17)).user_id == "17"
    wrongs: tuple[object, ...] = (True, 1.5, [], {})
    for wrong in wrongs:
        assert refused(track(userId=wrong)).code == "wrong_type"


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (track(event=""), "no_event"), (track(event=None), "no_event"), (track(event="x" * 201),
        "event_too_long"),
        (track(event=5), "wrong_type"), (track(userId="x" * 301), "id_too_long"),
        (track(messageId="x" * 301), "id_too_long"), (track(userId=None), "no_identity"),
        (track(type="dance"), "unknown_type"), (track(properties=[]), "wrong_type"),
        (track(context="x"), "wrong_type"), (track(timestamp="soon"), "bad_time"),
        (track(sentAt="soon"), "bad_time"), (track(timestamp="1970-01-02T00:00:00Z"), "bad_time"),
        (track(properties={"x": "y" * 33_000}), "too_large"), (track(type="group"), "no_group"),
        (track(type="alias"), "no_previous"), ([], "not_an_object"), ("x", "not_an_object"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_with_its_reason(call: Any, code: str) -> None:
    found = parsed({"batch": [track(), call, track()]})
    assert len(found.messages) == 2
    (only,) = found.refused
    assert (only.code, only.place) == (code, 1)
    if isinstance(call, dict) and code != "id_too_long":
        assert only.message_id == "m1"


def test_a_refused_call_can_be_sent_in_again_as_it_is_kept() -> None:
    call = track(event="", timestamp="2026-03-09T12:00:00Z")
    (only,) = parsed({"batch": [call], "sentAt": "2026-03-09T13:00:00Z", "writeKey": "k"}).refused
    mended = only.raw.replace(b'"event": ""', b'"event": "Mended"')
    again = parsed(mended)
    assert (again.messages[0].event, again.messages[0].occurred_at) == ("Mended", AT - timedelta(hours=1))
    assert again.write_key == "k"


def test_what_is_wrong_around_a_batch_refuses_each_of_its_calls() -> None:
    wrongs: tuple[dict[str, object], ...] = (
        {"sentAt": "soon"}, {"sentAt": {}}, {"context": {"x": "\0"}}, {"context": {"n": 10**30}},
    )  # fmt: skip
    for around in wrongs:
        found = parsed({"batch": [track(), track()], **around})
        assert [one.place for one in found.refused] == [0, 1]
        assert not found.messages


def test_a_call_without_an_id_gets_the_same_one_each_time() -> None:
    call = {"event": "E", "userId": "u", "timestamp": "2026-03-09T12:00:00Z"}
    assert message(call).message_id == message(call).message_id
    assert message(call).message_id != message(call | {"userId": "v"}).message_id


def test_alike_calls_without_id_and_time_are_different_calls() -> None:
    call = {"type": "track", "event": "E", "userId": "u"}
    first, second = parsed({"batch": [call, call]}).messages
    assert first.message_id != second.message_id


@pytest.mark.parametrize(
    "wrong",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"batch":{}}', b'{"batch":[1}', b'{"batch":[]} x', b"{}"],
)
def test_a_body_that_is_no_batch_is_refused_whole(wrong: bytes) -> None:
    found = parsed(wrong)
    assert not found.messages
    (only,) = found.refused
    assert only.raw == wrong


def test_an_empty_batch_is_nothing() -> None:
    assert parsed({"batch": []}) == Parsed()


def test_too_many_calls_are_refused_together() -> None:
    assert [one.code for one in parsed({"batch": [1] * 5_001}).refused] == ["batch_too_long"]


def test_a_byte_order_mark_does_no_harm() -> None:
    assert message(b"\xef\xbb\xbf" + body(TRACK)).event == "Demo Requested"


def test_a_context_around_the_batch_holds_for_its_calls() -> None:
    found = parsed({"batch": [TRACK], "context": {"locale": "de"}})
    assert found.messages[0].context == {"locale": "de"}


def test_what_real_clients_sent_is_taken_whole() -> None:
    expected = {"python": 9, "node": 7, "browser": 6}
    for client, count in expected.items():
        lines = shared_path(f"data/clients/{client}_clients.jsonl").read_text().splitlines()
        requests = [request for line in lines if (request := json.loads(line))["path"].startswith("/v1/")]
        found = [
            segment.parse(
                r["body"].encode(), received_at=AT + timedelta(days=365), path=r["path"], headers=r["headers"]
            )
            for r in requests
        ]
        assert all(one.write_key and one.write_key.startswith("WK_") for one in found), client
        assert all(not one.refused for one in found), client
        messages = [message for one in found for message in one.messages]
        assert len(messages) == count
        assert {message.clock for message in messages} == {"corrected"}
        assert all(message.bot for message in messages) == (client == "browser"), (
            "only the browser was headless"
        )
