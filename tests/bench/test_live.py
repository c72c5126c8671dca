"""What the benchmarks of the live product send, and how their figures are read."""

from collections import Counter
from itertools import islice

import pytest
from bench.decisions import BEFORE, EVERY, at_share

from bench import decisions, ingest
from handraise.connect.inbound import segment
from handraise.core.message import Message


def messages(request: bytes) -> tuple[Message, ...]:
    """The calls of a request, none of them refused, as long as its head says."""
    head, _, body = request.partition(b"\r\n\r\n")
    assert f"Content-Length: {len(body)}".encode() in head
    path = head.split()[1].decode()
    found = segment.parse(body, received_at=decisions.now(), path=path, headers={})
    assert found.refused == ()
    return found.messages


@pytest.mark.parametrize("rows", [1, 100])
def test_every_call_of_ingest_is_taken_and_has_an_id_of_its_own(rows: int) -> None:
    calls = [call for sent in islice(ingest._requests("key", rows, "run"), 5) for call in messages(sent)]
    assert len({call.message_id for call in calls}) == 5 * rows


def test_floor_stores_what_ours_stores() -> None:
    [call] = messages(next(ingest._requests("key", 1, "run")))
    assert call.context == ingest.CONTEXT
    assert call.properties == {**ingest.PROPERTIES, "utm_source": "ads"}


def test_everybody_has_a_history_before_what_is_measured() -> None:
    calls = [call for sent in decisions._history("key", 50) for call in messages(sent)]
    assert Counter(call.user_id for call in calls) == {f"person-{n}": 1 + len(BEFORE) for n in range(50)}


def test_one_in_so_many_asks_for_a_demo() -> None:
    asked = [n for n in range(2 * EVERY) if decisions._deed(n).get("event") == "Demo Requested"]
    assert asked == [0, EVERY]


def test_shares_of_waits_are_in_milliseconds_and_none_is_negative() -> None:
    waits = [-0.001, 0.004, 0.0105, 1.0]
    assert [at_share(waits, share) for share in (0.0, 0.5, 0.99)] == [0.0, 10.5, 1000.0]
