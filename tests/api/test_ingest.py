"""Segment's calls over HTTP: who may send, what is taken, and what the sender is told."""

import asyncio
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest

from handraise.api.connections import Patience
from handraise.api.ingest.keys import FRESH_FOR
from handraise.api.serving import listening_at
from handraise.store.quarantine import waiting
from handraise.store.sources import KEY_PREFIX, revoke, rotate
from tests.api.conftest import PAGE, Ingest, basic, zipped
from tests.flow.captured import NOW, a_source
from tests.serving import served

WAYS = ("as an application", "over a connection")
CALL = {"type": "track", "event": "Demo Requested", "userId": "u1", "messageId": "m-1"}


def call(message_id: str = "m-1", **fields: Any) -> Any:
    return {**CALL, "messageId": message_id, **fields}


def statuses(response: httpx.Response) -> Any:
    return [result["status"] for result in response.json()["results"]]


@pytest.fixture(params=WAYS)
def ingest(request: pytest.FixtureRequest, ingest: Ingest) -> Iterator[Ingest]:
    """The door asked by any server, and by ours, which goes a shorter way when it knows the key."""
    if request.param == WAYS[0]:
        yield ingest
        return
    asyncio.run(ingest.sources.source_of(ingest.key))
    with TemporaryDirectory(prefix="hr-") as folder:  # a socket's path must be short
        ingest.socket = Path(folder) / "s"
        with served(ingest.door, listening_at(ingest.socket), Patience(body=0.2)):
            yield ingest


# --- what is taken ---


def test_call_is_stored_before_the_sender_is_told(ingest: Ingest) -> None:
    response = ingest.post("/v1/track", CALL)
    assert response.status_code == 200
    assert response.json() == {"success": True, "results": [{"message_id": "m-1", "status": "accepted"}]}
    [event] = ingest.rows("select * from event")
    assert (event.event, event.user_id, event.source_id) == ("Demo Requested", "u1", ingest.source.id)
    assert event.received_at == NOW


def test_same_call_again_is_a_duplicate_and_no_error(ingest: Ingest) -> None:
    ingest.post("/v1/track", CALL)
    response = ingest.post("/v1/batch", {"batch": [call(), call("m-2")]})
    assert response.status_code == 200
    assert statuses(response) == ["duplicate", "accepted"]
    assert ingest.count("event") == 2


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        *((f"/v1/{kind}", kind) for kind in ("track", "identify", "page", "screen", "group", "alias")),
        *((f"/v1/{kind[0]}", kind) for kind in ("track", "identify", "page", "screen", "group", "alias")),
    ],
)
def test_every_call_has_its_path(ingest: Ingest, path: str, kind: str) -> None:
    body = {"event": "E", "userId": "u1", "groupId": "g1", "previousId": "p1", "messageId": "m"}
    assert ingest.post(path, body).status_code == 200
    assert [row.kind for row in ingest.rows("select kind from event")] == [kind]


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/b", "/v1/import", "/v1/batch/"])
def test_every_batch_has_its_path(ingest: Ingest, path: str) -> None:
    assert statuses(ingest.post(path, {"batch": [call("a"), call("b")]})) == ["accepted", "accepted"]


def test_one_bad_call_in_a_hundred_spoils_no_other(ingest: Ingest) -> None:
    batch = [call(f"m-{n}") for n in range(100)]
    batch[42] = {**batch[42], "event": None}
    response = ingest.post("/v1/batch", {"batch": batch})
    assert response.status_code == 200
    assert statuses(response) == [*["accepted"] * 42, "quarantined", *["accepted"] * 57]
    assert response.json()["results"][42]["message_id"] == "m-42"
    assert response.json()["results"][42]["error"]["code"] == "no_event"
    assert (ingest.count("event"), ingest.count("quarantine")) == (99, 1)


@pytest.mark.parametrize(
    "body", [b'{"type": "track"', b"[", b"", b"null", b'{"event": "E"}', b"\xff\xfe", b"[" * 100_000]
)
def test_single_call_that_cannot_be_taken_is_told_why_and_kept(ingest: Ingest, body: bytes) -> None:
    response = ingest.post("/v1/track", body)
    assert response.status_code == 400
    assert response.json()["success"] is False
    assert response.json()["error"]["message"]
    with ingest.connected.transaction() as connection:
        assert [held.raw for held in waiting(connection)] == [body]


def test_whatever_the_content_type_says_the_body_is_json(ingest: Ingest) -> None:
    for number, content_type in enumerate(
        ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-8", "nonsense"]
    ):
        response = ingest.post(
            "/v1/t", json.dumps(call(f"m-{number}")), headers={"content-type": content_type}
        )
        assert statuses(response) == ["accepted"]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (zipped(CALL), {"content-encoding": "gzip"}),
        (zipped(CALL), {"content-encoding": "gzip", "content-type": "application/x-www-form-urlencoded"}),
        (zipped(CALL), {}),
        (zlib.compress(json.dumps(CALL).encode()), {"content-encoding": "deflate"}),
        (zlib.compress(json.dumps(CALL).encode(), wbits=-15), {"content-encoding": "deflate"}),
        (json.dumps(CALL).encode(), {"content-encoding": "gzip"}),
    ],
    # By name: a gzip file holds the time it was made, which differs from worker to worker.
    ids=["gzip", "gzip as a form", "gzip unsaid", "zlib", "raw deflate", "plain said to be gzip"],
)
def test_compressed_bodies_are_inflated(ingest: Ingest, body: bytes, headers: dict[str, str]) -> None:
    assert statuses(ingest.post("/v1/track", body, headers=headers)) == ["accepted"]


def test_damaged_gzip_is_kept_too(ingest: Ingest) -> None:
    body = zipped(CALL)[:-9]
    response = ingest.post("/v1/track", body, headers={"content-encoding": "gzip"})
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "not_inflatable"
    assert [bytes(row.raw) for row in ingest.rows("select raw from quarantine")] == [body]


def test_unknown_compression_is_said(ingest: Ingest) -> None:
    response = ingest.post("/v1/track", b"\x28\xb5", headers={"content-encoding": "zstd"})
    assert response.status_code == 415


# --- who may send ---


def test_key_in_the_body_is_as_good_as_in_the_head(ingest: Ingest) -> None:
    assert statuses(ingest.post("/v1/track", {**CALL, "writeKey": ingest.key}, key=None)) == ["accepted"]
    assert statuses(ingest.post(f"/v1/track?writeKey={ingest.key}", call("m-2"), key=None)) == ["accepted"]
    batch = {"batch": [call("m-3")], "writeKey": ingest.key}
    assert statuses(ingest.post("/v1/batch", batch, key=None)) == ["accepted"]


@pytest.mark.parametrize("key", [None, "hr_w_unknown", "ü", "k" * 5_000])
def test_nothing_is_taken_without_a_known_key(ingest: Ingest, key: str | None) -> None:
    response = ingest.post("/v1/track", CALL, key=key)
    assert response.status_code == 401
    assert "basic" not in response.headers["www-authenticate"].lower()
    assert ingest.count("event") == ingest.count("quarantine") == 0


def test_malformed_authorization_is_no_key(ingest: Ingest) -> None:
    for value in ("Basic", "Basic !!!", "Basic " + "A" * 9, "Bearer x", "\xff"):
        response = ingest.post(
            "/v1/track", CALL, key=None, headers={"authorization": value.encode("latin-1")}
        )
        assert response.status_code == 401


def test_revoked_key_ends_within_seconds(ingest: Ingest) -> None:
    ingest.post("/v1/track", CALL)
    with ingest.connected.transaction() as connection:
        revoke(connection, ingest.source.id, NOW)
    ingest.ticks.now += 11
    assert ingest.post("/v1/track", call("m-2")).status_code == 401


def test_rotated_key_replaces_the_old_one(ingest: Ingest) -> None:
    with ingest.connected.transaction() as connection:
        new = rotate(connection, ingest.source.id)
    ingest.ticks.now += FRESH_FOR + 1
    assert new.startswith(KEY_PREFIX)
    assert ingest.post("/v1/track", CALL).status_code == 401
    assert statuses(ingest.post("/v1/track", CALL, key=new)) == ["accepted"]


def test_key_is_not_in_the_database(ingest: Ingest) -> None:
    [row] = ingest.rows("select source::text as everything from source")
    assert ingest.key not in row.everything


def test_browser_key_is_good_for_its_own_origins_only(ingest: Ingest) -> None:
    key = ingest.browser(PAGE, "https://*.acme.org")
    good = [PAGE, "HTTPS://ACME.COM", "https://www.acme.org", "https://a.b.acme.org"]
    bad = ["https://evil.com", "http://acme.com", "https://acme.com.evil.com", "https://acme.org", "null", "",
           "https://evil.com/.acme.org", "https://x@evil.com#.acme.org"]  # fmt: skip
    for number, origin in enumerate(good):
        response = ingest.post("/v1/t", call(f"m-{number}"), key=key, headers={"origin": origin})
        assert response.status_code == 200, origin
        assert response.headers["access-control-allow-origin"] == origin
    for origin in bad:
        response = ingest.post("/v1/t", CALL, key=key, headers={"origin": origin})
        assert response.status_code == 403, origin
    assert ingest.post("/v1/t", CALL, key=key).status_code == 403
    assert ingest.count("event") == len(good)


def test_browser_key_in_the_body_is_checked_alike(ingest: Ingest) -> None:
    key = ingest.browser()
    body = {**CALL, "writeKey": key}
    assert ingest.post("/v1/t", body, key=None, headers={"origin": "https://evil.com"}).status_code == 403
    assert ingest.post("/v1/t", body, key=None, headers={"origin": PAGE}).status_code == 200


def test_browser_key_cannot_import(ingest: Ingest) -> None:
    body = {"batch": [CALL]}
    response = ingest.post("/v1/import", body, key=ingest.browser(), headers={"origin": PAGE})
    assert response.status_code == 403


def test_server_key_is_refused_in_a_page(ingest: Ingest) -> None:
    response = ingest.post("/v1/track", CALL, headers={"origin": PAGE})
    assert response.status_code == 403
    assert response.json()["error"]["code"] == "server_key_in_browser"


def test_webhook_key_cannot_send_calls(ingest: Ingest) -> None:
    _, key = a_source(ingest.connected, kind="webhook", adapter="sendgrid", secret="s")
    assert ingest.post("/v1/track", CALL, key=key).status_code == 401


def test_preflight_is_answered_with_what_the_browser_asks_for(ingest: Ingest) -> None:
    asked = {
        "origin": PAGE,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,anonymousid",
    }
    response = ingest.request("OPTIONS", "/v1/track", key=None, headers=asked)
    assert response.status_code == 204
    assert response.headers["access-control-allow-origin"] == PAGE
    assert response.headers["access-control-allow-headers"] == "authorization,content-type,anonymousid"
    assert "POST" in response.headers["access-control-allow-methods"]
    assert response.headers["vary"] == "origin"


# --- how much ---


@pytest.mark.parametrize("key", ["", None])
def test_body_over_512_kb_is_413_announced_or_not(ingest: Ingest, key: str | None) -> None:
    async def drops(count: Any) -> Any:
        for _ in range(count):
            yield b" " * 65_536

    announced = ingest.post("/v1/track", b" " * (512 * 1024 + 1), key=key)
    chunked = ingest.post("/v1/track", drops(9), key=key)
    assert [announced.status_code, chunked.status_code] == [413, 413]
    assert announced.headers["connection"] == "close"


def test_body_of_exactly_512_kb_is_read(ingest: Ingest) -> None:
    body = json.dumps({"batch": [CALL]}).encode().ljust(512 * 1024)
    assert statuses(ingest.post("/v1/batch", body)) == ["accepted"]


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_bomb_is_413(ingest: Ingest, encoding: str) -> None:
    squeezed = zlib.compressobj(9, wbits=31 if encoding == "gzip" else 15)
    bomb = b"".join(squeezed.compress(b" " * 1_000_000) for _ in range(300)) + squeezed.flush()
    assert len(bomb) < 512 * 1024
    response = ingest.post("/v1/track", bomb, headers={"content-encoding": encoding})
    assert response.status_code == 413


def test_bomb_of_many_small_files_is_413(ingest: Ingest) -> None:
    import gzip

    bomb = gzip.compress(b" " * 40_000) * 100
    assert ingest.post("/v1/track", bomb, headers={"content-encoding": "gzip"}).status_code == 413


def test_body_that_never_ends_is_408(ingest: Ingest) -> None:
    ingest.socket = None  # this client reads no answer before it has sent everything; see test_connections

    async def trickle() -> Any:
        yield b"{"
        await asyncio.Event().wait()

    assert ingest.post("/v1/track", trickle()).status_code == 408


def test_sender_who_hangs_up_costs_nothing(ingest: Ingest) -> None:
    sent = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    headers = [(b"authorization", basic(ingest.key)["authorization"].encode())]
    scope = {"type": "http", "method": "POST", "path": "/v1/track", "query_string": b"", "headers": headers}
    asyncio.run(ingest.door(scope, receive, send))
    assert sent == []
    assert ingest.count("quarantine") == 0


def test_source_beyond_its_limit_is_429_and_told_when(ingest: Ingest) -> None:
    _, key = a_source(ingest.connected, settings={"events_per_second": 2})
    batch = {"batch": [call(f"m-{n}") for n in range(24)]}
    assert ingest.post("/v1/batch", batch, key=key).status_code == 200
    response = ingest.post("/v1/track", CALL, key=key)
    assert response.status_code == 429
    assert int(response.headers["retry-after"]) in (1, 2)
    assert ingest.post("/v1/track", call("other")).status_code == 200


# --- when it goes wrong ---


def test_database_away_is_503_with_retry_after(ingest: Ingest) -> None:
    assert ingest.post("/v1/track", CALL).status_code == 200
    held = [ingest.connected.engine.connect() for _ in range(10)]
    for response in (
        ingest.post("/v1/track", call("m-2")),
        ingest.post("/v1/track", call("m-2"), key="hr_w_never_seen"),
    ):
        assert response.status_code == 503
        assert int(response.headers["retry-after"]) > 0
    for connection in held:
        connection.close()
    assert ingest.post("/v1/track", call("m-2")).status_code == 200
    assert ingest.count("event") == 2


def test_wrong_method_is_405_and_unknown_path_is_404(ingest: Ingest) -> None:
    response = ingest.get("/v1/track")
    assert (response.status_code, response.headers["allow"]) == (405, "POST, OPTIONS")
    assert ingest.post("/v1/nothing", CALL).status_code == 404


def test_paths_that_are_not_for_events_go_on_to_the_application_behind(ingest: Ingest) -> None:
    async def behind(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 418, "headers": []})
        await send({"type": "http.response.body", "body": scope["path"].encode()})

    ingest.door._otherwise = behind
    assert ingest.get("/api/leads").text == "/api/leads"
    assert ingest.post("/v1/track", CALL).status_code == 200
