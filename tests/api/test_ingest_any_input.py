"""Whatever is sent: no error of ours, and every call accepted, a duplicate, held back, or refused aloud."""

import asyncio
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.conftest import Ingest

TEXTS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["\x00", "u1", "a@b.com", "", "x" * 400, "2026-01-01T00:00:00Z", "+294277-01-01", "NaN"]),
)
NUMBERS = st.one_of(st.integers(), st.floats(), st.sampled_from([10**400, -1, 2**63, 1e308]))
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
GOOD = {"type": "track", "event": "E", "userId": "u1"}
IDS = st.sampled_from(["m-1", "m-2", "m-3"]) | st.uuids().map(str)
CALLS = st.one_of(
    st.builds(lambda message_id: {**GOOD, "messageId": message_id}, IDS),
    st.builds(
        lambda message_id, more: {**GOOD, "messageId": message_id, **more},
        IDS,
        st.fixed_dictionaries(
            {},
            optional={
                "type": st.sampled_from(["track", "page", "identify", "group", "alias", "screen"]) | VALUES,
                "event": VALUES,
                "userId": VALUES,
                "anonymousId": VALUES,
                "previousId": VALUES,
                "groupId": VALUES,
                "timestamp": VALUES,
                "sentAt": VALUES,
                "properties": VALUES,
                "traits": VALUES
                | st.fixed_dictionaries({"email": VALUES, "company": VALUES, "title": VALUES}),
                "context": VALUES,
            },
        ),
    ),
    VALUES,
)
BATCHES = st.lists(CALLS, min_size=1, max_size=8)
ANY_BYTES = st.binary(max_size=200)
PATHS = st.sampled_from(
    [
        "/v1/track",
        "/v1/batch",
        "/v1/identify",
        "/v1/g",
        "/batch/",
        "/e/",
        "/com.snowplowanalytics.snowplow/tp2",
    ]
)
EVERY = settings(
    max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@EVERY
@given(calls=BATCHES)
def test_every_call_of_a_batch_is_accounted_for(ingest: Ingest, calls: list[Any]) -> None:
    """What is accepted, known already and held back is what was sent, in its order."""
    before = {table: ingest.count(table) for table in ("event", "quarantine")}
    response = ingest.post("/v1/batch", json.dumps({"batch": calls}, ensure_ascii=True))
    assert response.status_code == 200, response.text
    statuses = [one["status"] for one in response.json()["results"]]
    assert len(statuses) == len(calls)
    assert set(statuses) <= {"accepted", "duplicate", "quarantined"}
    assert ingest.count("event") - before["event"] == statuses.count("accepted")
    assert ingest.count("quarantine") - before["quarantine"] == statuses.count("quarantined")


@EVERY
@given(path=PATHS, body=ANY_BYTES | VALUES.map(lambda value: json.dumps(value).encode()))
def test_no_bytes_are_an_error_of_ours(ingest: Ingest, path: str, body: bytes) -> None:
    assert ingest.post(path, body).status_code in (200, 400, 413)


@EVERY
@given(
    path=st.text(max_size=30),
    query=st.binary(max_size=60),
    method=st.sampled_from(["GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE", "BREW"]),
    headers=st.lists(
        st.tuples(
            st.sampled_from(
                [b"authorization", b"origin", b"referer", b"content-length", b"content-encoding", b"host",
                 b"access-control-request-headers", b"x"]
            ),
            st.binary(max_size=40),
        ),
        max_size=6,
    ),
    prefix=st.sampled_from(["/v1/track", "/v1/projects/", "/hooks/", "/i", "/e/", "/sourceConfig", "/"]),
)  # fmt: skip
def test_no_head_is_an_error_of_ours(
    ingest: Ingest, path: str, query: bytes, method: str, headers: dict[str, str], prefix: str
) -> None:
    found = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"{}", "more_body": False}

    async def send(message: Any) -> None:
        found.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": prefix + path,
        "query_string": query,
        "headers": headers,
        "scheme": "http",
    }
    asyncio.run(ingest.door(scope, receive, send))
    assert found[0]["status"] < 500


POISON = {
    "nul": b'{"event":"E","userId":"u1","properties":{"a":"\\u0000"}}',
    "nul in a name": b'{"event":"E","userId":"u1","properties":{"\\u0000":1}}',
    "lone surrogate": b'{"event":"E","userId":"\\ud800"}',
    "NaN": b'{"event":"E","userId":"u1","properties":{"a":NaN}}',
    "infinite": b'{"event":"E","userId":"u1","properties":{"a":1e400}}',
    "5,000 digits": b'{"event":"E","userId":"u1","properties":{"a":' + b"9" * 5_000 + b"}}",
    "100,000 levels": b'{"event":"E","userId":"u1","properties":{"a":'
    + b"[" * 100_000
    + b"]" * 100_000
    + b"}}",
    "year 294277": b'{"event":"E","userId":"u1","timestamp":"+294277-01-10T04:00:54Z"}',
    "no UTF-8": b'{"event":"E","userId":"\xc3\x28"}',
}


def test_poison_is_held_back_alone_and_with_others(ingest: Ingest) -> None:
    good = b'{"type":"track","event":"Fine","userId":"u1","messageId":"%d"}'
    for number, (name, raw) in enumerate(POISON.items()):
        assert ingest.post("/v1/track", raw).status_code == 400, name
        poisoned = raw.replace(b'{"event"', b'{"type":"track","event"', 1)
        body = b'{"batch":[' + b",".join([good % (2 * number), poisoned, good % (2 * number + 1)]) + b"]}"
        response = ingest.post("/v1/batch", body)
        assert response.status_code == 200, name
        assert [one["status"] for one in response.json()["results"]] == [
            "accepted",
            "quarantined",
            "accepted",
        ]
    assert ingest.count("quarantine") == 2 * len(POISON)
    assert {row.event for row in ingest.rows("select event from event")} == {"Fine"}
