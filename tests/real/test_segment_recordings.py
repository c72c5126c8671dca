"""Calls recorded from the real Segment clients, read as events and scored."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from handraise.core.definition import read_definition
from handraise.files.events import open_events
from handraise.files.mapping import Mapping
from handraise.files.problems import Problems
from handraise.files.score import score_files
from tests.shared import shared_path

CLIENTS = ("python", "node", "browser")
EVENTS = ("page", "track", "screen")  # the others (identify, group, alias) say who somebody is
DEFINITION = """
name: From the clients
signals:
  demo_request: {event: Demo Requested}
  any_page:     {event: page}
engagement:
  rules:
    - {rule: demo request, signal: demo_request, points: 50}
    - {rule: looked around, signal: any_page, points: 5}
qualify: {mql: {total: 50}}
"""


def recording(client: str) -> Path:
    return shared_path(f"data/clients/{client}_clients.jsonl")


def calls(path: Path) -> Iterator[dict[str, Any]]:
    """Every Segment call of a recording, taken apart here once more, as plainly as can be."""
    for line in path.read_text(encoding="utf-8").splitlines():
        request = json.loads(line)
        if not request["path"].startswith("/v1/"):
            continue
        body = json.loads(request["body"])
        yield from body.get("batch", [body])


def events_of(path: Path, *wanted: str) -> pa.Table:
    source = open_events(path, mapping=Mapping(), wanted=wanted, zone="UTC", problems=Problems())
    return pa.concat_tables(source.tables(), promote_options="permissive")


@pytest.mark.parametrize("client", CLIENTS)
def test_each_recorded_page_track_and_screen_call_is_an_event(client: str) -> None:
    path = recording(client)
    expected = sorted(
        (
            call.get("userId") or call.get("anonymousId"),
            call.get("event") if call["type"] == "track" else call["type"],
        )
        for call in calls(path)
        if call["type"] in EVENTS
    )
    found = events_of(path)
    assert expected
    assert sorted(zip(found["lead_id"].to_pylist(), found["event"].to_pylist(), strict=True)) == expected


@pytest.mark.parametrize("client", CLIENTS)
def test_the_message_id_of_each_call_is_kept_so_that_a_repeated_send_counts_once(client: str) -> None:
    path = recording(client)
    expected = sorted(call["messageId"] for call in calls(path) if call["type"] in EVENTS)
    assert sorted(events_of(path, "message_id")["message_id"].to_pylist()) == expected


def test_the_path_of_a_page_seen_in_the_browser_is_a_property() -> None:
    found = events_of(recording("browser"), "path")
    paths = [
        p for e, p in zip(found["event"].to_pylist(), found["path"].to_pylist(), strict=True) if e == "page"
    ]
    assert paths
    assert all(path and path.startswith("/") for path in paths)


def test_a_demo_requested_in_the_browser_makes_its_lead_an_mql(tmp_path: Path) -> None:
    path = recording("browser")
    asked = {
        call.get("userId") or call.get("anonymousId")
        for call in calls(path)
        if call.get("event") == "Demo Requested"
    }
    everybody = {str(call.get("userId") or call.get("anonymousId")) for call in calls(path)}
    leads = tmp_path / "leads.csv"
    leads.write_text("lead_id\n" + "".join(f"{lead}\n" for lead in sorted(everybody)), encoding="utf-8")
    summary = score_files(
        read_definition(DEFINITION).definition,
        leads,
        None,
        path,
        datetime(2027, 1, 1, tzinfo=UTC),
        None,
        mapping=Mapping(),
    )
    assert asked
    assert summary.mqls == len(asked)
