"""What Snowplow's trackers send."""

import json
from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import urlencode

import pytest

from handraise.connect.inbound import snowplow
from tests.connect.inbound.requests import AT, message, parsed, refused
from tests.shared import shared_path

TP2 = "/com.snowplowanalytics.snowplow/tp2"
PAGE = {
    "e": "pv", "eid": "m1", "duid": "d1", "uid": "u1", "sid": "s1", "aid": "web", "url": "https://a.com/p?gclid=7",
    "page": "T", "refr": "https://b.com/", "dtm": "1773140400000", "stm": "1773140460000", "tv": "js-4.10.1",
}  # fmt: skip
AGENT = {"User-Agent": "Mozilla/5.0 (compatible; bingbot/2.0)"}


def read(fields: dict[str, Any]) -> Any:
    return message({"schema": "iglu:x", "data": [fields]}, TP2, snowplow)


def described(data: dict[str, Any], schema: str = "iglu:com.acme/demo_request/jsonschema/1-0-0") -> str:
    return json.dumps({"schema": "iglu:x", "data": {"schema": schema, "data": data}})


def test_a_page_view_is_a_page() -> None:
    found = read(PAGE)
    assert (found.kind, found.user_id, found.anonymous_id, found.session_id) == ("page", "u1", "d1", "s1")
    assert found.properties == {
        "url": "https://a.com/p?gclid=7", "title": "T", "referrer": "https://b.com/", "path": "/p",
        "gclid": "7",
    }  # fmt: skip
    assert (found.clock, (AT - found.occurred_at).total_seconds(), found.message_id) == (
        "corrected",
        60,
        "m1",
    )


def test_a_structured_event_goes_by_its_action() -> None:
    found = read(
        {"e": "se", "uid": "u", "se_ca": "video", "se_ac": "played", "se_la": "tour", "se_va": "1.5"}
    )
    assert (found.event, found.properties) == ("played", {"category": "video", "label": "tour", "value": 1.5})


@pytest.mark.parametrize("encoded", [False, True])
def test_a_self_describing_event_goes_by_the_name_in_its_schema(encoded: bool) -> None:
    text = described({"plan": "pro", "email": "Ann@B.com"})
    field = {"ue_px": urlsafe_b64encode(text.encode()).decode().rstrip("=")} if encoded else {"ue_pr": text}
    found = read({"e": "ue", "uid": "u", **field})
    assert (found.kind, found.event, found.properties["plan"]) == ("track", "demo_request", "pro")
    assert found.email == "ann@b.com"


def test_our_own_schema_says_who_somebody_is() -> None:
    text = described({"email": "Ann@B.com", "title": "CEO"}, "iglu:com.handraise/identify/jsonschema/1-0-0")
    found = read({"e": "ue", "uid": "u", "duid": "d", "url": "https://a.com/p", "ue_pr": text})
    assert (found.kind, found.event, found.email) == ("identify", "identify", "ann@b.com")
    assert (found.traits, found.properties) == ({"email": "Ann@B.com", "title": "CEO"}, {})


def test_identify_of_another_vendor_is_an_event_like_any_other() -> None:
    text = described({"email": "a@b.com"}, "iglu:com.acme/identify/jsonschema/1-0-0")
    found = read({"e": "ue", "uid": "u", "ue_pr": text})
    assert (found.kind, found.event, found.traits) == ("track", "identify", {})


def test_a_screen_view_is_a_screen() -> None:
    text = described({"name": "Home"}, "iglu:com.snowplowanalytics.mobile/screen_view/jsonschema/1-0-0")
    found = read({"e": "ue", "uid": "u", "ue_pr": text})
    assert (found.kind, found.properties) == ("screen", {"name": "Home"})


def test_what_the_site_adds_is_kept_and_what_the_tracker_adds_is_not() -> None:
    entities = {
        "schema": "iglu:x",
        "data": [
            {"schema": "iglu:com.acme/account/jsonschema/1-0-0", "data": {"tier": 1}},
            {"schema": "iglu:com.snowplowanalytics.snowplow/web_page/jsonschema/1-0-0", "data": {"id": "x"}},
            {
                "schema": "iglu:com.snowplowanalytics.snowplow/client_session/jsonschema/1-0-2",
                "data": {"sessionId": "s9", "userId": "d9"},
            },
        ],
    }
    found = read({"e": "pv", "co": json.dumps(entities)})
    assert found.context["entities"] == {"account": {"tier": 1}}
    assert (found.session_id, found.anonymous_id) == ("s9", "d9")


def test_the_pixel_has_its_event_in_the_query() -> None:
    found = parsed(b"", "/i?" + urlencode(PAGE), snowplow)
    assert found.messages[0].properties["path"] == "/p"
    assert found.write_key == "web"


def test_the_request_speaks_for_the_browser_but_not_for_a_server() -> None:
    for version, is_bot in (("js-4.10.1", True), ("py-1.1.0", False)):
        found = parsed({"data": [PAGE | {"tv": version}]}, TP2, snowplow, AGENT)
        assert bool(found.messages[0].bot) == is_bot


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"e": "xx"}, "unknown_type"), ({}, "unknown_type"), ({"e": "se"}, "no_event"), ({"e": "ue"},
        "no_event"),
        ({"e": "ue", "ue_pr": "{"}, "not_json"), ({"e": "ue", "ue_px": "é"}, "not_json"),
        ({"e": "ue", "ue_pr": described({"a": "\0"})}, "nul"), ({"e": "pv", "uid": None}, "no_identity"),
        ({"e": "pv", "dtm": "soon"}, "bad_time"), ({"e": "pv", "eid": {}}, "wrong_type"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_alone(fields: dict[str, Any], code: str) -> None:
    found = parsed({"data": [PAGE, {"uid": "u", **fields}, PAGE]}, TP2, snowplow)
    assert (len(found.messages), [(one.code, one.place) for one in found.refused]) == (2, [(code, 1)])


@pytest.mark.parametrize(
    "path", ["/i", "/i?", "/i?e=pv&duid=a%00", "/i?" + "a=b&" * 300, "/i?e=pv&url=" + "x" * 40_000]
)
def test_a_pixel_that_cannot_be_read_is_refused(path: str) -> None:
    assert refused(b"", path, snowplow).raw == path.encode()


def test_what_real_trackers_sent_is_taken() -> None:
    for client, count in {"python": 2, "node": 0, "browser": 2}.items():
        lines = shared_path(f"data/clients/{client}_clients.jsonl").read_text().splitlines()
        requests = [r for line in lines if (r := json.loads(line))["path"] == TP2]
        found = [parsed(r["body"].encode(), r["path"], snowplow, r["headers"]) for r in requests]
        assert sum(len(one.messages) for one in found) == count, client
        reasons = {one.code for each in found for one in each.refused}
        assert reasons <= {"no_identity"}, "the node tracker was not told whose view it was"
