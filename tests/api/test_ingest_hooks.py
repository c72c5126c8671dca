"""Webhooks: nothing in them is believed before the signature is."""

import hashlib
import hmac
import json
from typing import Any

import pytest

from tests.api.conftest import Ingest
from tests.flow.captured import NOW, a_source

SECRET = "s3cret-token"
AT = int(NOW.timestamp())


def zoom_headers(body: bytes, at: Any = AT, secret: Any = SECRET) -> Any:
    digest = hmac.new(secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    return {"x-zm-request-timestamp": str(at), "x-zm-signature": f"v0={digest}"}


def joined(email: Any = "a@b.com", **fields: Any) -> Any:
    person = {"email": email, "join_time": "2026-03-02T09:00:00Z"}
    webinar = {"id": 7, "topic": "Launch", "participant": person}
    return json.dumps(
        {"event": "webinar.participant_joined", "payload": {"object": webinar}, **fields}
    ).encode()


@pytest.fixture
def zoom(ingest: Ingest) -> Any:
    _, key = a_source(ingest.connected, kind="webhook", adapter="zoom", secret=SECRET)
    return f"/hooks/{key}"


def test_signed_webhook_is_stored_and_the_same_again_is_a_duplicate(ingest: Ingest, zoom: str) -> None:
    body = joined()
    for status in ("accepted", "duplicate"):
        response = ingest.post(zoom, body, key=None, headers=zoom_headers(body))
        assert response.status_code == 200
        assert [one["status"] for one in response.json()["results"]] == [status]
    assert [row.event for row in ingest.rows("select event from event")] == ["Webinar Attended"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        zoom_headers(joined(), secret="other"),
        zoom_headers(joined(), at=AT - 301),
        zoom_headers(joined(), at=AT + 301),
        zoom_headers(b"another body"),
        {"x-zm-request-timestamp": "NaN", "x-zm-signature": "v0="},
        {"x-zm-request-timestamp": "9" * 5_000, "x-zm-signature": "\xff"},
    ],
)
def test_unproven_webhook_is_401_and_nothing_of_it_is_kept(
    ingest: Ingest, zoom: str, headers: dict[str, str]
) -> None:
    encoded = {name: value.encode("latin-1") for name, value in headers.items()}
    response = ingest.post(zoom, joined(), key=None, headers=encoded)
    assert response.status_code == 401
    assert ingest.count("event") == ingest.count("quarantine") == 0


def test_zoom_hears_that_the_address_is_ours(ingest: Ingest, zoom: str) -> None:
    body = json.dumps({"event": "endpoint.url_validation", "payload": {"plainToken": "p"}}).encode()
    response = ingest.post(zoom, body, key=None, headers=zoom_headers(body))
    assert response.json()["plainToken"] == "p"
    assert ingest.post(zoom, body, key=None).status_code == 401


def test_signed_but_unreadable_webhook_is_kept_and_its_sender_not_made_to_repeat_it(
    ingest: Ingest, zoom: str
) -> None:
    body = joined(email=None)
    response = ingest.post(zoom, body, key=None, headers=zoom_headers(body))
    assert response.status_code == 200
    assert response.json()["results"][0]["status"] == "quarantined"
    assert ingest.count("quarantine") == 1


def test_any_system_is_read_by_its_mapping(ingest: Ingest) -> None:
    settings = {
        "signature_header": "X-Acme-Signature",
        "mapping": {"event_name": "Form Submitted", "email": "answers.email", "id": "id"},
    }
    _, key = a_source(ingest.connected, kind="webhook", adapter="generic", secret=SECRET, settings=settings)
    body = json.dumps({"id": "f-1", "answers": {"email": "Ann@B.com"}}).encode()
    signed = {"x-acme-signature": hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()}
    assert ingest.post(f"/hooks/{key}", body, key=None, headers=signed).status_code == 200
    assert [row.event for row in ingest.rows("select event from event")] == ["Form Submitted"]
    assert [row.email for row in ingest.rows("select email from lead")] == ["ann@b.com"]


def test_wrong_mapping_holds_calls_back_until_it_is_right(ingest: Ingest) -> None:
    settings = {"signature_header": "X-Acme-Signature", "mapping": {"nonsense": "x"}}
    _, key = a_source(ingest.connected, kind="webhook", adapter="generic", secret=SECRET, settings=settings)
    signed = {"x-acme-signature": hmac.new(SECRET.encode(), b"{}", hashlib.sha256).hexdigest()}
    response = ingest.post(f"/hooks/{key}", b"{}", key=None, headers=signed)
    assert response.json()["results"][0]["error"]["code"] == "mapping_invalid"


@pytest.mark.parametrize("kind", ["server", "unknown"])
def test_only_a_webhooks_key_opens_a_webhook(ingest: Ingest, kind: str) -> None:
    key = ingest.key if kind == "server" else "hr_w_nobody"
    assert ingest.post(f"/hooks/{key}", b"{}", key=None).status_code == 401
    assert ingest.get(f"/hooks/{key}", key=None).status_code == 405
