"""Outgoing calls over real sockets: pinned, bounded in time and size, and never led elsewhere."""

import gzip
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from handraise.connect.addresses import AddressRefused, AddressRules
from handraise.connect.pinned import LONGEST_BODY, Outgoing, Patience
from handraise.connect.ports import Permanent, Temporary
from tests.connect.receivers import LOOPBACK, NO_TRUST, RecordingBackend, certified, receiving

pytestmark = pytest.mark.enable_socket

NEAR = AddressRules.with_private(LOOPBACK)


def near(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


def test_a_post_arrives_with_the_name_in_its_host_header() -> None:
    with receiving() as receiver:
        answer = Outgoing(NEAR, resolver=near, trust=NO_TRUST).post(
            receiver.url("/in?a=1", "hooks.example"), b"{}", {"X-One": "1"}
        )
    [got] = receiver.received
    assert (answer.status, answer.body) == (200, b"ok")
    assert (got.path, got.body, got.headers["x-one"]) == ("/in?a=1", b"{}", "1")
    assert got.headers["host"] == f"hooks.example:{receiver.port}"


def test_tls_checks_the_name_and_not_the_address(tmp_path: Path) -> None:
    keys = certified(tmp_path, "hooks.example")
    with receiving(keys.server) as receiver:
        outgoing = Outgoing(NEAR, resolver=near, trust=keys.client)
        assert outgoing.post(receiver.url(host="hooks.example", scheme="https"), b"{}", {}).status == 200
        with pytest.raises(Temporary, match="failed"):
            outgoing.post(receiver.url(host="other.example", scheme="https"), b"{}", {})
    assert len(receiver.received) == 1


def test_a_name_that_turns_inside_after_the_check_reaches_nothing() -> None:
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    asked: list[str] = []

    def turning(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return next(answers)

    backend = RecordingBackend()
    outgoing = Outgoing(AddressRules(allow_http=True), resolver=turning, trust=NO_TRUST, backend=backend)
    with pytest.raises(Temporary):
        outgoing.post("http://turning.example/", b"{}", {})
    assert asked == ["turning.example"]
    with pytest.raises(AddressRefused):
        outgoing.post("http://turning.example/", b"{}", {})
    assert backend.connections == [("93.184.216.34", 80)]


def test_the_next_address_is_tried_when_one_does_not_answer() -> None:
    with receiving() as receiver:
        both = Outgoing(NEAR, resolver=lambda host, port: ["127.0.0.2", "127.0.0.1"], trust=NO_TRUST)
        assert both.post(receiver.url(host="hooks.example"), b"{}", {}).status == 200


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    with (
        receiving() as inside,
        receiving(status=302, headers={"Location": inside.url("/secret")}) as receiver,
    ):
        answer = Outgoing(NEAR, trust=NO_TRUST).post(receiver.url(), b"{}", {})
    assert answer.status == 302
    assert inside.received == []


def test_a_cookie_is_not_sent_back() -> None:
    with receiving(headers={"Set-Cookie": "a=1"}) as receiver:
        outgoing = Outgoing(NEAR, trust=NO_TRUST)
        outgoing.post(receiver.url(), b"{}", {})
        outgoing.post(receiver.url(), b"{}", {})
    assert all("cookie" not in got.headers for got in receiver.received)


def test_a_long_answer_is_read_up_to_its_limit_and_not_unpacked() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    with receiving(body=b"x" * (4 * LONGEST_BODY)) as receiver:
        assert len(Outgoing(NEAR, trust=NO_TRUST).post(receiver.url(), b"{}", {}).body) == LONGEST_BODY
    with receiving(body=bomb, headers={"Content-Encoding": "gzip"}) as receiver:
        assert Outgoing(NEAR, trust=NO_TRUST).post(receiver.url(), b"{}", {}).body == bomb[:LONGEST_BODY]


def test_an_answer_that_drips_is_cut_off_as_a_whole() -> None:
    patience = Patience(read=timedelta(seconds=5), whole=timedelta(milliseconds=200))
    with receiving(drips=True) as receiver, pytest.raises(Temporary, match="in time"):
        Outgoing(NEAR, patience=patience, trust=NO_TRUST).post(receiver.url(), b"{}", {})


def test_a_body_that_breaks_off_keeps_its_status() -> None:
    with receiving(headers={"Content-Length": "100"}, body=b"short") as receiver:
        answer = Outgoing(NEAR, trust=NO_TRUST).post(receiver.url(), b"{}", {})
    assert (answer.status, answer.body) == (200, b"short")


def test_a_closed_port_is_worth_another_attempt() -> None:
    with receiving() as receiver:
        url = receiver.url()
    with pytest.raises(Temporary, match="failed"):
        Outgoing(NEAR, trust=NO_TRUST).post(url, b"{}", {})


@pytest.mark.parametrize("value", ["a\r\nX-Two: 2", "a\nb", "tökén", "", " padded"])
def test_a_header_that_would_be_two_is_refused_and_not_repeated_in_the_error(value: str) -> None:
    with receiving() as receiver, pytest.raises(Permanent) as refused:
        Outgoing(NEAR, trust=NO_TRUST).post(receiver.url(), b"{}", {"Authorization": value})
    assert receiver.received == []
    assert not value or value not in str(refused.value)


def test_only_the_named_hosts_are_called() -> None:
    with receiving() as receiver, pytest.raises(AddressRefused):
        Outgoing(NEAR, trust=NO_TRUST).post(receiver.url(), b"{}", {}, hosts={"hooks.slack.com"})
    assert receiver.received == []
