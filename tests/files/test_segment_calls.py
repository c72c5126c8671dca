"""Recorded Segment calls are events."""

import json
from pathlib import Path
from typing import Any

from handraise.files.events import open_events
from handraise.files.problems import Problems
from handraise.files.segment import NoEvent, events_in
from tests.files.company import run, small, written
from tests.files.malformed import LEADS
from tests.shared import shared_path

PAGE = {
    "type": "page", "userId": "L1", "anonymousId": "a1", "messageId": "m1",
    "timestamp": "2026-01-01T10:00:00Z", "name": "Pricing", "properties": {"title": "Prices"},
    "context": {"page": {"path": "/pricing", "url": "https://x.example/p", "title": "t", "referrer": ""}},
}  # fmt: skip
TRACK = {
    "type": "track", "anonymousId": "L1", "userId": None, "event": "Demo Requested", "messageId": "m2",
    "sentAt": "2026-01-02T10:00:00Z", "properties": {"plan": "pro", "form": {"field": 1}},
}  # fmt: skip


def only(record: dict[str, Any]) -> dict[str, Any]:
    (found,) = events_in(record)
    assert isinstance(found, dict)
    return found


def lines(*records: object) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def test_a_page_call_is_a_page_event_with_the_links_of_its_context() -> None:
    found = only(PAGE)
    assert (found["lead_id"], found["event"], found["occurred_at"], found["message_id"]) == (
        "L1", "page", "2026-01-01T10:00:00Z", "m1",
    )  # fmt: skip
    assert found["properties"] == {
        "title": "Prices", "path": "/pricing", "url": "https://x.example/p", "referrer": "",
        "name": "Pricing",
    }  # fmt: skip


def test_a_track_call_is_its_event_and_who_is_not_known_goes_by_the_anonymous_id() -> None:
    found = only(TRACK)
    assert (found["lead_id"], found["event"], found["occurred_at"]) == (
        "L1", "Demo Requested", "2026-01-02T10:00:00Z",
    )  # fmt: skip


def test_the_time_of_the_event_comes_before_the_time_of_sending() -> None:
    assert (
        only(TRACK | {"originalTimestamp": "2026-01-02T09:59:59Z"})["occurred_at"] == "2026-01-02T09:59:59Z"
    )
    batch = {
        "batch": [{key: value for key, value in TRACK.items() if key != "sentAt"}],
        "sentAt": "2026-01-03",
    }
    assert only(batch)["occurred_at"] == "2026-01-03"


def test_a_batch_and_a_recorded_request_hold_the_same_events() -> None:
    batch = {"batch": [PAGE, TRACK], "sentAt": "2026-01-03T00:00:00Z"}
    request = {"path": "/v1/batch", "headers": {"a": "b"}, "body": json.dumps(batch)}
    assert list(events_in(request)) == list(events_in(batch)) == [only(PAGE), only(TRACK)]


def test_a_recorded_single_call_may_leave_its_type_to_the_path() -> None:
    untyped = {key: value for key, value in TRACK.items() if key != "type"}
    for path in ("/v1/t", "/v1/track", "/v1/track?x=1"):
        assert only({"path": path, "headers": {}, "body": json.dumps(untyped)}) == only(TRACK)


def test_calls_that_are_no_events_are_counted(tmp_path: Path) -> None:
    who = {"userId": "L1", "timestamp": "2026-01-01T10:00:00Z"}
    text = lines(
        PAGE, {"type": "identify", **who}, {"type": "identify", **who}, {"batch": [{"type": "group", **who}]}
    )
    problems = Problems()
    source = open_events(written(tmp_path / "calls.jsonl", text), problems=problems)
    assert source.rows == 1
    assert problems.notices == (
        "2 identify calls are no events and were left out",
        "1 group call is no event and was left out",
    )
    assert problems.total == 0


def test_calls_score_as_flat_events(tmp_path: Path) -> None:
    leads = written(tmp_path / "leads.csv", LEADS)
    calls = written(tmp_path / "calls.jsonl", lines(PAGE, PAGE, TRACK))
    out = tmp_path / "out.jsonl"
    run(small(), leads, calls, out)
    found = json.loads(out.read_text())
    assert (found["fit"], found["engagement"]) == (20, 60), "the copy of a message counts once"


def test_what_real_clients_sent_is_read(tmp_path: Path) -> None:
    expected = {"python_clients": 5, "node_clients": 3, "browser_clients": 4}
    for name, count in expected.items():
        recorded = shared_path(f"data/clients/{name}.jsonl")
        problems = Problems()
        source = open_events(recorded, problems=problems)
        table = next(iter(source.tables()))
        assert table.num_rows == count, name
        assert {"page", "Demo Requested", "Signed Up"} <= set(table["event"].to_pylist()), name
        assert None not in table["message_id"].to_pylist()
        assert set(problems.counts) <= {"the request is no Segment call"}, "other trackers' requests"
        assert any("identify calls" in notice for notice in problems.notices)


def test_a_request_inside_a_request_is_refused() -> None:
    inner = {"path": "/v1/t", "headers": {}, "body": "{}"}
    (found,) = events_in({"path": "/v1/t", "headers": {}, "body": json.dumps(inner)})
    assert isinstance(found, NoEvent)
