"""Slack: what is posted, what it answers, and what people click."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handraise.connect.addresses import AddressRefused, AddressRules
from handraise.connect.brief_view import brief_view
from handraise.connect.pinned import Outgoing
from handraise.connect.ports import (
    Chat,
    DeliveryFailed,
    Gone,
    Permanent,
    RequestRefused,
    SignatureInvalid,
    SlackMessage,
    Temporary,
)
from handraise.connect.slack import SlackChat
from handraise.connect.slack_actions import ActionInvalid, SlackAction, action_of, verified
from handraise.connect.slack_blocks import handoff_blocks, handoff_message
from tests.connect.receivers import LOOPBACK, NO_TRUST, Receiver, RecordingBackend, receiving
from tests.connect.test_mails import BRIEF, VIEW

pytestmark = pytest.mark.enable_socket

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
REASONS = [("no-budget", "No budget"), ("bad-fit", "Outside the ICP")]


def chat(receiver: Receiver, token: str | None = "xoxb-canary") -> Chat:
    near = Outgoing(AddressRules.with_private(LOOPBACK), trust=NO_TRUST)
    return SlackChat(near, token=token, api=receiver.url("/api"), hosts={"127.0.0.1"})


def failing(by: str, **told: Any) -> DeliveryFailed:
    with receiving(**told) as receiver:
        at_webhook, at_channel = SlackMessage("hi", webhook=receiver.url()), SlackMessage("hi", channel="C1")
        with pytest.raises(DeliveryFailed) as failed:
            chat(receiver).send(at_webhook if by == "webhook" else at_channel)
    assert "canary" not in str(failed.value)
    return failed.value


def texts(blocks: list[dict[str, Any]]) -> str:
    return "\n".join(block["text"]["text"] for block in blocks if "text" in block)


def test_a_hand_off_carries_its_brief() -> None:
    blocks = handoff_blocks(VIEW, REASONS)
    said = texts(blocks)
    assert blocks[0]["text"]["text"] == "Jane Doe, VP Sales at Acme &amp; Sons"
    for part in ("Why now: 95 points", "+50  requested a demo", "Employees: 250", "/pricing", "google · cpc"):
        assert part in said
    for part in ("Bob · CFO", "Budget: Is there", "Hello Jane,", "2026-03-02 09:05 UTC", "Kim · call"):
        assert part in said


def test_a_hand_off_is_accepted_or_rejected_with_a_reason_in_one_click() -> None:
    actions = handoff_blocks(VIEW, REASONS)[-1]
    accept, reject, opening = actions["elements"]
    assert actions["block_id"] == "handoff:h-7"
    assert (accept["type"], accept["text"]["text"]) == ("button", "Accept")
    assert [(each["value"], each["text"]["text"]) for each in reject["options"]] == REASONS
    assert opening["url"] == "https://desk.example/l/7"


def test_the_limits_of_slack_are_kept() -> None:
    long = {
        key: [{"name": "&" * 500, "summary": "&" * 500, "label": "&" * 500}] * 60
        for key in ("people", "conversations", "missing")
    }
    view = brief_view(BRIEF | long | {"opening": "&" * 5000, "name": "<" * 500, "account": ">" * 500})
    blocks = handoff_blocks(view, [(f"r{number}", "l" * 200) for number in range(100)])
    assert len(blocks) <= 50
    assert len(blocks[0]["text"]["text"]) <= 150
    assert all(len(block["text"]["text"]) <= 3000 for block in blocks if "text" in block)
    assert all(len(each["text"]["text"]) <= 75 for each in blocks[-1]["elements"][1]["options"])
    cut = [
        block["text"]["text"] for block in blocks if "text" in block and block["text"]["text"].endswith("…")
    ]
    assert cut
    assert not [text for text in cut if text[:-1].replace("&amp;", "").count("&lt") != text.count("&lt;")]


@pytest.mark.parametrize("reasons", [[(f"r{n}", "x") for n in range(101)], [("c" * 76, "x")], [("", "x")]])
def test_reasons_that_slack_cannot_show_are_refused(reasons: list[tuple[str, str]]) -> None:
    with pytest.raises(Permanent, match="100 reasons"):
        handoff_blocks(VIEW, reasons)


def test_a_message_goes_to_an_incoming_webhook() -> None:
    with receiving() as receiver:
        message = handoff_message(VIEW, REASONS, webhook=receiver.url("/services/T/B/x"))
        assert chat(receiver).send(message).status == 200
    [got] = receiver.received
    body = json.loads(got.body)
    assert got.path == "/services/T/B/x"
    assert "authorization" not in got.headers
    assert body["blocks"][-1]["type"] == "actions"
    assert (body["mrkdwn"], body["unfurl_links"]) == (False, False)
    assert body["text"] == "Hand-off: Jane Doe, VP Sales at Acme &amp; Sons: requested a demo (+50)"


def test_a_message_goes_to_a_channel_with_the_token() -> None:
    with receiving(body=b'{"ok": true, "ts": "1.2"}') as receiver:
        receipt = chat(receiver).send(handoff_message(VIEW, REASONS, channel="C1"))
    [got] = receiver.received
    body = json.loads(got.body)
    assert (receipt.status, receipt.detail) == (200, "1.2")
    assert got.headers["authorization"] == "Bearer xoxb-canary"
    assert (body["channel"], body["link_names"], body["parse"]) == ("C1", False, "none")


@pytest.mark.parametrize("told", [{}, {"channel": "C1", "webhook": "https://hooks.slack.com/x"}])
def test_a_message_has_exactly_one_destination(told: dict[str, str]) -> None:
    with pytest.raises(Permanent):
        SlackMessage("hi", **told)  # type: ignore[arg-type]


@pytest.mark.parametrize("by", ["webhook", "channel"])
def test_slowing_down_takes_as_long_as_slack_asks(by: str) -> None:
    failed = failing(by, status=429, headers={"Retry-After": "30"})
    assert isinstance(failed, Temporary)
    assert failed.retry_after == timedelta(seconds=30)


@pytest.mark.parametrize("asked", ["soon", "", "-1", "9" * 400, "²"])
def test_an_unreadable_wait_is_left_to_the_schedule(asked: str) -> None:
    assert (
        failing("webhook", status=429, headers={"Retry-After": asked.encode().decode("latin-1")}).retry_after
        is None
    )


@pytest.mark.parametrize(
    ("by", "status", "body", "kind"),
    [
        ("webhook", 500, b"", Temporary),
        ("webhook", 302, b"", Temporary),
        ("webhook", 400, b"invalid_payload", Permanent),
        ("webhook", 403, b"action_prohibited", Permanent),
        ("webhook", 404, b"no_service", Gone),
        ("webhook", 410, b"channel_is_archived", Gone),
        ("channel", 200, b'{"ok": false, "error": "ratelimited"}', Temporary),
        ("channel", 200, b'{"ok": false, "error": "invalid_auth"}', Temporary),
        ("channel", 200, b'{"ok": false, "error": "is_archived"}', Gone),
        ("channel", 200, b'{"ok": false, "error": "channel_not_found"}', Permanent),
        ("channel", 200, b'{"ok": false}', Permanent),
        ("channel", 200, b"<html>", Temporary),
        ("channel", 200, b"[]", Temporary),
        ("channel", 200, b"\xff", Temporary),
        ("channel", 200, b"[" * 60_000, Temporary),
        ("channel", 503, b"", Temporary),
    ],
)
def test_every_answer_has_its_consequence(by: str, status: int, body: bytes, kind: type) -> None:
    assert type(failing(by, status=status, body=body)) is kind


def test_without_a_token_the_alert_waits_for_one() -> None:
    with receiving() as receiver, pytest.raises(Temporary, match="token"):
        chat(receiver, token=None).send(SlackMessage("hi", channel="C1"))
    assert receiver.received == []


@pytest.mark.parametrize(
    "url",
    [
        *("", "https://evil.example/x", "http://hooks.slack.com/x", "https://hooks.slack.com.evil.example/x"),
        *("https://hooks.slack.com@evil.example/x", "https://evil.example\\@hooks.slack.com/x"),
        *(
            "https://hooks.slack.com:8443@127.0.0.1/",
            "https://evil.example/#hooks.slack.com",
            "https://127.0.0.1/",
        ),
        *("https://hooks.slack.com:22/x", "file:///etc/passwd"),
    ],
)
def test_a_reply_goes_to_slack_and_nowhere_else(url: str) -> None:
    backend = RecordingBackend()
    outgoing = Outgoing(resolver=lambda host, port: ["93.184.216.34"], trust=NO_TRUST, backend=backend)
    with pytest.raises(AddressRefused):
        SlackChat(outgoing).reply(url, "Accepted")
    with pytest.raises(AddressRefused):
        SlackChat(outgoing).send(SlackMessage("hi", webhook=url))
    assert backend.connections == []


def test_a_reply_to_slack_is_connected_only_when_its_name_leads_outside() -> None:
    backend = RecordingBackend()
    inside = Outgoing(resolver=lambda host, port: ["10.0.0.1"], trust=NO_TRUST, backend=backend)
    outside = Outgoing(resolver=lambda host, port: ["93.184.216.34"], trust=NO_TRUST, backend=backend)
    with pytest.raises(AddressRefused):
        SlackChat(inside).reply("https://hooks.slack.com/actions/1", "Accepted")
    assert backend.connections == []
    with pytest.raises(Temporary):
        SlackChat(outside).reply("https://hooks.slack.com/actions/1", "Accepted")
    assert backend.connections == [("93.184.216.34", 443)]


def test_a_reply_replaces_the_message() -> None:
    with receiving() as receiver:
        chat(receiver).reply(receiver.url("/actions/1"), "Accepted by <Jo>")
    assert json.loads(receiver.received[0].body) == {
        "replace_original": True,
        "text": "Accepted by &lt;Jo&gt;",
        "mrkdwn": False,
    }


def signed(body: bytes, at: datetime = AT) -> dict[str, str]:
    stamp = str(int(at.timestamp()))
    digest = hmac.new(SECRET.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": "v0=" + digest}


def clicked(**changed: Any) -> bytes:
    action = {"type": "button", "action_id": "handoff_accept", "block_id": "handoff:h-7", "value": "accept"}
    payload: dict[str, Any] = {
        "type": "block_actions",
        "user": {"id": "U1", "username": "jo", "name": "jo"},
        "response_url": "https://hooks.slack.com/actions/T/1/x",
        "actions": [action | changed.pop("action", {})],
    }
    return urlencode({"payload": json.dumps(payload | changed)}).encode()


def rejected(value: Any) -> dict[str, Any]:
    return {"action_id": "handoff_reject", "type": "static_select", "selected_option": {"value": value}}


def test_what_slack_signed_is_trusted_for_five_minutes() -> None:
    body = clicked()
    verified(signed(body), body, SECRET, AT + timedelta(seconds=300))
    verified({name.lower(): value for name, value in signed(body).items()}, body, SECRET, AT)
    for off in (301, -301):
        with pytest.raises(SignatureInvalid):
            verified(signed(body), body, SECRET, AT + timedelta(seconds=off))


def test_the_example_that_slack_publishes_verifies() -> None:
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    headers = {
        "X-Slack-Request-Timestamp": "1531420618",
        "X-Slack-Signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    }
    verified(headers, body, "8f742231b10e8888abcd99yyyzzz85a5", datetime.fromtimestamp(1531420618, UTC))


@pytest.mark.parametrize(
    "changed",
    [
        {"X-Slack-Signature": ""},
        {"X-Slack-Signature": "v0="},
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Signature": "v0=" + "é" * 64},
        {"X-Slack-Signature": "\ud800"},
        {"X-Slack-Request-Timestamp": ""},
        {"X-Slack-Request-Timestamp": "nan"},
        {"X-Slack-Request-Timestamp": "1e9"},
        {"X-Slack-Request-Timestamp": "٣"},
        {"X-Slack-Request-Timestamp": "9" * 5000},
        {"X-Slack-Request-Timestamp": str(int(AT.timestamp()) + 1)},
    ],
)
def test_malformed_or_foreign_signatures_are_refused(changed: dict[str, str]) -> None:
    with pytest.raises(SignatureInvalid):
        verified(signed(clicked()) | changed, clicked(), SECRET, AT)


def test_another_body_or_no_secret_is_refused() -> None:
    with pytest.raises(SignatureInvalid):
        verified(signed(clicked()), clicked() + b"&a=b", SECRET, AT)
    with pytest.raises(SignatureInvalid, match="no Slack signing secret"):
        verified(signed(clicked()), clicked(), "", AT)


def test_an_acceptance_is_read() -> None:
    assert action_of(clicked()) == SlackAction(
        "accept", "h-7", "U1", "jo", None, "https://hooks.slack.com/actions/T/1/x"
    )


def test_a_rejection_is_read_with_its_reason() -> None:
    action = action_of(clicked(action=rejected("no-budget")))
    assert (action.kind, action.handoff_id, action.reason) == ("reject", "h-7", "no-budget")


def test_a_click_on_the_link_asks_for_nothing() -> None:
    assert action_of(clicked(action={"action_id": "handoff_open"})).kind == "other"


def test_the_buttons_we_show_are_the_ones_we_read() -> None:
    actions = handoff_blocks(VIEW, REASONS)[-1]
    accept, reject, _ = actions["elements"]
    shown = {"block_id": actions["block_id"]}
    assert action_of(clicked(action=accept | shown)).kind == "accept"
    chosen = reject | shown | {"selected_option": reject["options"][1]}
    assert action_of(clicked(action=chosen)).reason == "bad-fit"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"payload",
        b"payload=",
        b"payload=%ff",
        b"payload=[]",
        b"payload=null",
        b"payload=" + b"[" * 100_000,
        b"payload=" + b"9" * 5_000,
        b"&".join([b"payload={}"] * 20),
        clicked(type="view_submission"),
        clicked(actions=[]),
        clicked(actions={}),
        clicked(actions=[7]),
        clicked(actions=None),
        clicked(user=None),
        clicked(user={"id": 7}),
        clicked(user={"id": "U1\r\nX: y"}),
        clicked(action={"block_id": None}),
        clicked(action={"block_id": "handoff:"}),
        clicked(action={"block_id": "handoff:../7"}),
        clicked(action={"block_id": "other:7"}),
        clicked(action=rejected(None)),
        clicked(action=rejected("")),
        clicked(action=rejected("x" * 76)),
        clicked(action=rejected("a\nb")),
        clicked(action=rejected(["a"])),
        clicked(action={"action_id": "handoff_reject", "selected_option": None}),
    ],
    ids=range(28),
)
def test_what_is_no_click_of_ours_is_refused_with_one_error(body: bytes) -> None:
    with pytest.raises(ActionInvalid):
        action_of(body)


@given(st.binary())
def test_no_bytes_break_the_reading_of_actions(body: bytes) -> None:
    for given_bytes in (body, b"payload=" + body):
        with pytest.raises(RequestRefused):
            action_of(given_bytes)
