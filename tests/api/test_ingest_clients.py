"""What real clients send is taken, and what else they ask for is answered so that they work."""

import json
from typing import Any

import pytest

from tests.api.conftest import PAGE, Ingest, basic, zipped
from tests.shared import shared_path

RECORDED_PAGE = "http://127.0.0.1:8911"


def recorded(name: str) -> Any:
    lines = shared_path(f"data/clients/{name}.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("name", ["browser_clients", "node_clients", "python_clients"])
def test_every_recorded_request_is_taken(ingest: Ingest, name: str) -> None:
    """As it was recorded, with our key in the place of the recorded one."""
    taken = 0
    for request in recorded(name):
        headers = {key.lower(): value for key, value in request["headers"].items()}
        key = ingest.browser(RECORDED_PAGE) if "origin" in headers else ingest.key
        body = json.loads(request["body"])
        if "authorization" in headers:
            headers |= basic(key)
        for named in ("writeKey", "api_key"):
            if named in body:
                body[named] = key
        for event in body.get("data", ()):
            event["aid"] = key
        content = zipped(body) if request["compressed"] else json.dumps(body).encode()
        response = ingest.request("POST", request["path"], key=None, headers=headers, content=content)
        assert response.status_code == 200, (request["path"], response.text)
        wrong = [result["error"]["code"] for result in response.json()["results"] if "error" in result]
        # The recorded Snowplow server tracker was given no user at all: there is nobody it could be about.
        is_nobodys = request["path"].endswith("tp2") and not any("uid" in event for event in body["data"])
        assert wrong == (["no_identity"] if is_nobodys and name == "node_clients" else []), response.text
        taken += len(response.json()["results"])
    assert taken >= len(recorded(name))
    assert ingest.count("quarantine") == (name == "node_clients")
    assert ingest.count("event") > 0


# --- Segment's and RudderStack's browser libraries ---


def test_segment_library_is_told_to_send_everything_here(ingest: Ingest) -> None:
    key = ingest.browser()
    response = ingest.get(f"/v1/projects/{key}/settings", key=None, headers={"origin": PAGE})
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == PAGE
    settings = response.json()
    assert settings["integrations"]["Segment.io"]["apiKey"] == key
    assert settings["integrations"]["Segment.io"]["apiHost"] == "leads.acme.com/v1"
    assert set(settings["plan"]) == {"track", "identify", "group"}


def test_address_in_the_settings_is_the_configured_one(ingest: Ingest) -> None:
    ingest.door._public_address = "https://in.acme.com/"
    settings = ingest.get(f"/v1/projects/{ingest.browser()}/settings", key=None).json()
    assert settings["integrations"]["Segment.io"]["apiHost"] == "in.acme.com/v1"
    assert settings["integrations"]["Segment.io"]["protocol"] == "https"


def test_host_header_cannot_put_anything_into_the_settings(ingest: Ingest) -> None:
    address = f"/v1/projects/{ingest.browser()}/settings"
    response = ingest.get(address, key=None, headers={"host": 'x"</script>'})
    assert "script" not in response.text


@pytest.mark.parametrize("key", ["unknown", "server"])
def test_settings_are_for_browser_keys_only(ingest: Ingest, key: str | None) -> None:
    key = ingest.key if key == "server" else key
    assert ingest.get(f"/v1/projects/{key}/settings", key=None).status_code == 401
    assert ingest.get("/sourceConfig", key=key).status_code == 401


def test_rudderstack_library_is_told_of_one_source(ingest: Ingest) -> None:
    key = ingest.browser()
    found = ingest.get("/sourceConfig/?p=npm&v=3", key=key, headers={"origin": PAGE}).json()
    assert found["source"]["writeKey"] == key
    assert found["source"]["destinations"] == []


def test_measurements_of_the_library_itself_are_dropped(ingest: Ingest) -> None:
    response = ingest.post("/v1/m", {"series": []}, key=None, headers={"origin": PAGE})
    assert (response.status_code, response.content) == (204, b"")
    assert ingest.count("quarantine") == 0


# --- PostHog ---


@pytest.mark.parametrize("path", ["/decide/?v=3", "/flags/?v=2", "/array/phc_x/config"])
def test_posthog_library_hears_that_there_are_no_flags(ingest: Ingest, path: str) -> None:
    method = "GET" if path.startswith("/array") else "POST"
    response = ingest.request(method, path, key=None, headers={"origin": PAGE}, content=b"x")
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == PAGE
    assert response.json()["featureFlags"] == {}
    assert response.json()["sessionRecording"] is False


def test_posthog_script_of_settings_is_harmless(ingest: Ingest) -> None:
    response = ingest.get("/array/phc_x/config.js", key=None)
    assert response.headers["content-type"] == "application/javascript"


def test_posthog_event_is_taken_from_body_form_and_query(ingest: Ingest) -> None:
    event = {"api_key": ingest.key, "event": "Pricing Viewed", "distinct_id": "u1", "properties": {}}
    for number, path in enumerate(["/e/", "/i/v0/e/", "/capture/", "/batch/"]):
        response = ingest.post(path, {**event, "uuid": f"e-{number}"}, key=None)
        assert response.json()["status"] == "Ok"
        assert [one["status"] for one in response.json()["results"]] == ["accepted"]
    squeezed = ingest.post("/e/?compression=gzip-js", zipped({**event, "uuid": "e-9"}), key=None)
    assert squeezed.status_code == 200
    assert ingest.count("event") == 5


def test_posthog_noise_is_ignored_and_not_held(ingest: Ingest) -> None:
    event = {"api_key": ingest.key, "event": "$autocapture", "distinct_id": "u1", "properties": {}}
    response = ingest.post("/e/", event, key=None)
    assert (response.status_code, response.json()["results"][0]["status"]) == (200, "ignored")
    assert ingest.count("quarantine") == ingest.count("event") == 0


# --- Snowplow ---


def test_snowplow_pixel_is_an_image_and_an_event(ingest: Ingest) -> None:
    key = ingest.browser()
    address = f"/i?e=pv&duid=d1&eid=e1&aid={key}&url=https%3A%2F%2Facme.com%2Fpricing"
    response = ingest.get(address, key=None, headers={"referer": f"{PAGE}/pricing"})
    assert (response.status_code, response.headers["content-type"]) == (200, "image/gif")
    assert [row.event for row in ingest.rows("select event from event")] == ["page"]
    assert ingest.get(address, key=None, headers={"referer": "https://evil.com/"}).status_code == 403
    assert ingest.get(address, key=None).status_code == 403
