"""Webhooks out: signed as the standard says, and every answer has its consequence."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from handraise.connect.addresses import AddressRefused, AddressRules
from handraise.connect.pinned import Outgoing
from handraise.connect.ports import (
    DeliveryFailed,
    Gone,
    Hooks,
    Permanent,
    SignatureInvalid,
    Temporary,
    WebhookCall,
)
from handraise.connect.webhook import StandardHooks, body_of, secret_of, signed_headers, verify
from tests.connect.receivers import LOOPBACK, NO_TRUST, Receiver, receiving

pytestmark = pytest.mark.enable_socket

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECRET, OTHER = secret_of(bytes(range(32))), secret_of(bytes(range(1, 33)))
PAYLOAD = {"type": "handoff.opened", "data": {"name": "Zoë \ud800", "points": 5000}}


def call(url: str = "https://hooks.example/", **changed: Any) -> WebhookCall:
    told: dict[str, Any] = {
        "url": url,
        "id": "msg_1",
        "payload": PAYLOAD,
        "secret": SECRET,
        "timestamp": AT,
    }
    return WebhookCall(**told | changed)


def hooks() -> StandardHooks:
    return StandardHooks(Outgoing(AddressRules.with_private(LOOPBACK), trust=NO_TRUST))


def failing(**told: Any) -> DeliveryFailed:
    with receiving(**told) as receiver, pytest.raises(DeliveryFailed) as failed:
        hooks().send(call(receiver.url()))
    return failed.value


def test_a_receiver_can_verify_what_arrives() -> None:
    sender: Hooks = hooks()
    with receiving(status=204, body=b"") as receiver:
        assert sender.send(call(receiver.url())).status == 204
    [got] = receiver.received
    verify(got.headers, got.body, SECRET, AT)
    assert json.loads(got.body) == PAYLOAD
    assert got.headers["content-type"] == "application/json"


def test_a_receiver_with_the_reference_library_can_verify_it() -> None:
    now = datetime.now(UTC)  # noqa: TID251 the library reads the clock itself
    body = body_of({"a": 1})
    headers = signed_headers(call(timestamp=now), body)
    assert Webhook(SECRET).verify(body, headers) == {"a": 1}


def test_a_moment_in_another_zone_is_signed_as_the_same_moment() -> None:
    elsewhere = AT.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert signed_headers(call(timestamp=elsewhere), b"{}") == signed_headers(call(), b"{}")


def test_both_secrets_sign_while_one_is_being_changed() -> None:
    headers = signed_headers(call(secret=OTHER, previous_secret=SECRET), b"{}")
    for secret in (SECRET, OTHER):
        verify(headers, b"{}", secret, AT)


def test_what_a_receiver_says_is_kept_as_one_clean_line() -> None:
    with receiving(body=b"thank\x00you\r\nkindly \xff" + b"x" * 5000) as receiver:
        detail = hooks().send(call(receiver.url())).detail
    assert detail.startswith("thank you kindly")
    assert len(detail) == 300


def test_every_attempt_has_the_same_id_and_body_and_its_own_time() -> None:
    with receiving() as receiver:
        hooks().send(call(receiver.url()))
        hooks().send(call(receiver.url(), timestamp=AT + timedelta(minutes=5)))
    first, second = receiver.received
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]


def test_410_says_that_the_endpoint_is_gone() -> None:
    assert isinstance(failing(status=410), Gone)


@pytest.mark.parametrize("status", [400, 401, 404, 418, 500, 502])
def test_other_refusals_are_tried_again(status: int) -> None:
    failed = failing(status=status, headers={"Retry-After": "30"}, body=b"no\x1b[31m")
    assert isinstance(failed, Temporary)
    assert (failed.receipt.status, failed.retry_after) == (status, None)
    assert "\x1b" not in str(failed)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("asked", ["120", "Mon, 02 Mar 2026 09:02:00 GMT"])
def test_the_wait_a_busy_receiver_asks_for_is_kept(status: int, asked: str) -> None:
    failed = failing(status=status, headers={"Retry-After": asked})
    assert isinstance(failed, Temporary)
    assert failed.retry_after == timedelta(minutes=2)


def test_a_redirect_is_a_failure_that_says_what_to_do() -> None:
    with receiving() as inside:
        failed = failing(status=307, headers={"Location": inside.url()})
    assert isinstance(failed, Temporary)
    assert "final URL" in str(failed)
    assert inside.received == []


def test_a_private_url_is_refused_for_good() -> None:
    with receiving() as receiver, pytest.raises(AddressRefused):
        StandardHooks(Outgoing(AddressRules(allow_http=True, ports=None), trust=NO_TRUST)).send(
            call(receiver.url())
        )
    assert receiver.received == []


@pytest.mark.parametrize(
    "changed",
    [
        {"secret": ""},
        {"secret": "whsec_"},
        {"secret": "whsec_c2hvcnQ="},
        {"secret": "whsec_!!!!" + "A" * 40},
        {"secret": "whsec_" + "é" * 40},
        {"previous_secret": "whsec_c2hvcnQ="},
        {"id": "a.b"},
        {"id": "a\r\nb"},
        {"id": ""},
        {"timestamp": datetime(2026, 3, 2)},  # noqa: DTZ001
        {"payload": {"a": float("nan")}},
        {"payload": {"a": object()}},
    ],
)
def test_a_call_that_cannot_be_signed_is_refused_before_it_leaves(changed: dict[str, Any]) -> None:
    with receiving() as receiver, pytest.raises(Permanent) as refused:
        hooks().send(call(receiver.url(), **changed))
    assert receiver.received == []
    secret = changed.get("secret", "").removeprefix("whsec_")
    assert not secret or secret not in str(refused.value)


def test_secrets_are_not_shown() -> None:
    shown = repr(call(previous_secret=OTHER))
    assert SECRET not in shown
    assert OTHER not in shown


@pytest.mark.parametrize("length", [0, 23, 65])
def test_a_secret_of_another_length_is_not_made(length: int) -> None:
    with pytest.raises(Permanent):
        secret_of(bytes(length))


GOOD = signed_headers(call(), b"{}")


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": ""},
        {"webhook-id": "msg_2"},
        {"webhook-timestamp": ""},
        {"webhook-timestamp": "nan"},
        {"webhook-timestamp": "1e400"},
        {"webhook-timestamp": "-1"},
        {"webhook-timestamp": "9" * 30},
        {"webhook-timestamp": str(int(AT.timestamp()) + 1)},
        {"webhook-signature": ""},
        {"webhook-signature": "v1"},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,!!!"},
        {"webhook-signature": ",,,,"},
        {"webhook-signature": "v2" + GOOD["webhook-signature"][2:]},
        {"webhook-signature": "v1,\u00e9\ud800"},
    ],
)
def test_malformed_headers_are_an_invalid_signature_and_nothing_worse(changed: dict[str, str]) -> None:
    with pytest.raises(SignatureInvalid):
        verify(GOOD | changed, b"{}", SECRET, AT)


@pytest.mark.parametrize("off", [-301, 301])
def test_a_replay_after_five_minutes_is_refused(off: int) -> None:
    verify(GOOD, b"{}", SECRET, AT + timedelta(seconds=299 if off > 0 else -299))
    with pytest.raises(SignatureInvalid):
        verify(GOOD, b"{}", SECRET, AT + timedelta(seconds=off))


@given(
    st.dictionaries(st.sampled_from(["Webhook-Id", "webhook-timestamp", "webhook-signature"]), st.text()),
    st.binary(),
)
def test_whatever_arrives_is_refused_with_one_error(headers: dict[str, str], body: bytes) -> None:
    with pytest.raises(SignatureInvalid):
        verify(headers, body, SECRET, AT)


def test_a_body_that_is_not_text_is_refused() -> None:
    with pytest.raises(SignatureInvalid):
        verify(GOOD, b"\xff", SECRET, AT)


def test_header_names_are_read_in_any_case() -> None:
    verify({name.title(): value for name, value in GOOD.items()}, b"{}", SECRET, AT)


def test_a_dead_receiver_is_tried_again() -> None:
    with receiving() as receiver:
        url = Receiver(receiver.port).url()
    with pytest.raises(Temporary):
        hooks().send(call(url))
