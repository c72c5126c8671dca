"""What PostHog's clients send."""

import json
from base64 import b64encode
from typing import Any
from urllib.parse import urlencode

import pytest

from handraise.connect.inbound import posthog
from tests.connect.inbound.requests import AT, body, message, parsed, refused
from tests.shared import shared_path


def event(name: str, **properties: Any) -> dict[str, Any]:
    return {"event": name, "distinct_id": "u1", "uuid": "m1", "properties": properties}


def read(value: object) -> Any:
    return message(value, "/e/", posthog)


def test_a_page_view_is_a_page_with_our_names() -> None:
    properties = {
        "$current_url": "https://a.com/pricing?utm_source=x", "$pathname": "/pricing", "$referrer": "$direct",
        "title": "T", "$session_id": "s", "token": "k", "$lib": "web", "$screen_width": 8,
    }  # fmt: skip
    found = read(event("$pageview", **properties))
    assert (found.kind, found.event, found.session_id, found.message_id) == ("page", "page", "s", "m1")
    assert found.properties == {
        "url": "https://a.com/pricing?utm_source=x", "path": "/pricing", "title": "T", "utm_source": "x",
    }  # fmt: skip


def test_who_is_not_identified_goes_by_the_device() -> None:
    found = read(event("Seen", **{"$device_id": "u1", "$is_identified": False}))
    assert (found.anonymous_id, found.user_id) == ("u1", None)
    found = read(event("Seen", **{"$device_id": "d1", "$is_identified": True}))
    assert (found.anonymous_id, found.user_id) == ("d1", "u1")


def test_identify_joins_the_device_to_the_person() -> None:
    found = read(
        event("$identify", **{"$anon_distinct_id": "d1", "$set": {"email": "Ann@B.com", "$os": "x"}})
    )
    assert (found.kind, found.user_id, found.anonymous_id) == ("identify", "u1", "d1")
    assert (found.traits, found.email) == ({"email": "Ann@B.com"}, "ann@b.com")


def test_set_beside_the_event_is_traits_too() -> None:
    found = read({"event": "$set", "distinct_id": "u1", "$set": {"plan": "pro"}, "properties": {}})
    assert (found.kind, found.traits) == ("identify", {"plan": "pro"})


def test_an_alias_and_a_group() -> None:
    alias = read(event("$create_alias", alias="old"))
    assert (alias.kind, alias.user_id, alias.previous_id) == ("alias", "u1", "old")
    group = read(
        event("$groupidentify", **{"$group_type": "company", "$group_key": "g", "$group_set": {"name": "A"}})
    )
    assert (group.kind, group.group_id, group.traits) == ("group", "g", {"name": "A"})


def test_an_event_is_counted_under_its_company() -> None:
    assert read(event("Seen", **{"$groups": {"project": "p", "company": "c"}})).group_id == "c"


@pytest.mark.parametrize("name", ["$autocapture", "$feature_flag_called", "$web_vitals"])
def test_what_the_client_measures_of_itself_is_left_out(name: str) -> None:
    assert refused(event(name), "/e/", posthog).is_noise


def test_other_events_of_the_client_keep_their_names() -> None:
    assert read(event("$survey_sent")).event == "$survey_sent"


@pytest.mark.parametrize(
    "text",
    [
        body(event("E") | {"api_key": "k"}), body([event("E") | {"api_key": "k"}]),
        body({"api_key": "k", "batch": [event("E")]}),
        urlencode({"data": b64encode(body({"api_key": "k", "batch": [event("E")]})).decode()}).encode(),
        b"data=" + b64encode(body({"api_key": "k", "batch": [event("E")]})) + b"&compression=base64",
    ],
    ids=["one", "list", "batch", "form", "form not encoded"],
)  # fmt: skip
def test_all_forms_of_a_body_hold_the_same_event(text: bytes) -> None:
    found = parsed(text, "/e/", posthog)
    assert [one.event for one in found.messages] == ["E"]
    assert found.write_key == "k"


def test_the_data_may_stand_in_the_query() -> None:
    path = "/e/?" + urlencode({"data": b64encode(body(event("E"))).decode()})
    assert parsed(b"", path, posthog).messages[0].event == "E"


def test_the_clock_is_corrected_by_the_sending_of_the_batch() -> None:
    one = event("E") | {"timestamp": "2026-03-01T10:00:00Z"}
    found = parsed({"batch": [one], "sent_at": "2026-03-01T10:00:30Z"}, "/batch/", posthog).messages[0]
    assert (found.clock, (AT - found.occurred_at).total_seconds()) == ("corrected", 30)


def test_the_client_knows_a_bot_when_it_is_in_one() -> None:
    assert read(event("E", **{"$browser_type": "bot"})).bot


def test_what_real_clients_sent_is_taken_whole() -> None:
    for client, count in {"python": 3, "node": 2, "browser": 2}.items():
        lines = shared_path(f"data/clients/{client}_clients.jsonl").read_text().splitlines()
        requests = [r for line in lines if (r := json.loads(line))["path"] in ("/batch/", "/e/")]
        found = [parsed(r["body"].encode(), r["path"], posthog) for r in requests]
        assert sum(len(one.messages) for one in found) == count, client
        assert all(not one.refused and (one.write_key or "").startswith("phc_") for one in found)
