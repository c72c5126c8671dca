"""Connections as they come: in pieces, several requests at once, slow, too large, cut off."""

import asyncio
import contextlib
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import pytest

from handraise.api import connections
from handraise.api.connections import LARGEST_HEAD, LINGER, Patience
from handraise.api.ingest import IngestDoor, SourceCache
from handraise.api.serving import Server, listening, listening_at
from handraise.flow.capture import Arrival, CaptureAway, GroupCommit, Outcome, Tell
from handraise.store.sources import Source
from tests.serving import served

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
KNOWN, LOOKED_UP = "known", "looked-up"
PATIENCE = Patience(head=0.4, body=0.4, answer=0.4)


@dataclass
class Store:
    """Takes everything, when it is let."""

    taken: list[Arrival] = field(default_factory=list)
    told: list[Callable[[], object]] = field(default_factory=list)
    is_held: bool = False
    fails: Exception | None = None

    def submit(self, arrival: Arrival, tell: Tell) -> None:
        if self.fails:
            raise self.fails
        self.taken.append(arrival)
        outcomes = [Outcome("accepted", message.message_id) for message in arrival.messages]
        loop = asyncio.get_running_loop()
        if self.is_held:
            self.told.append(lambda: loop.call_soon_threadsafe(tell, outcomes))
        else:
            loop.call_soon(tell, outcomes)

    async def capture(self, arrival: Arrival) -> list[Outcome]:
        answer = asyncio.get_running_loop().create_future()
        self.submit(arrival, answer.set_result)
        return cast("list[Outcome]", await answer)

    def close(self) -> None:
        pass

    def ids(self) -> list[str]:
        return [message.message_id for arrival in self.taken for message in arrival.messages]


class Sources:
    """One key that is known, and one that has to be looked up each time."""

    source = Source(1, "tests", "server", "", NOW)

    def known(self, key: str | None) -> Source | None:
        return self.source if key == KNOWN else None

    async def source_of(self, key: str | None) -> Source:
        await asyncio.sleep(0)
        return self.source


@dataclass
class Site:
    store: Store
    path: Path
    server: Server

    @contextlib.contextmanager
    def connected(self) -> Iterator[socket.socket]:
        with socket.socket(socket.AF_UNIX) as made:
            made.settimeout(10)
            made.connect(str(self.path))
            yield made


@pytest.fixture
def site() -> Iterator[Site]:
    store = Store()
    door = IngestDoor(
        cast("GroupCommit", store),
        cast("SourceCache", Sources()),
        clock=lambda: NOW,
        otherwise=behind,
    )
    with TemporaryDirectory(prefix="hr-") as folder:
        path = Path(folder) / "s"
        with served(door, listening_at(path), PATIENCE) as server:
            yield Site(store, path, server)


async def behind(scope: Any, receive: Any, send: Any) -> None:
    """The application: says which path was asked for, and how large the body was."""
    if scope["type"] == "lifespan":
        for kind in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{kind}.complete"})
        return
    size = 0
    while (message := await receive())["type"] == "http.request":
        size += len(message["body"])
        if not message["more_body"]:
            break
    said = f"{scope['path']} {size}".encode()
    head = [(b"content-length", str(len(said)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": head})
    await send({"type": "http.response.body", "body": said})


def call(number: int, *, key: str = KNOWN, more: str = "", version: str = "1.1") -> bytes:
    body = json.dumps({"event": "E", "userId": "u", "messageId": f"m-{number}", "writeKey": key})
    head = f"POST /v1/track HTTP/{version}\r\nHost: x\r\n{more}Content-Length: {len(body)}\r\n\r\n"
    return (head + body).encode()


def heard(connection: socket.socket) -> list[tuple[int, bytes]]:
    """Status and body of each answer until the connection is closed."""
    text = b""
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(65_536):
            text += part
    return answers(text)


def answers(text: bytes) -> list[tuple[int, bytes]]:
    found = []
    while text:
        head, _, text = text.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head)
        assert length, head
        found.append((int(head.split()[1]), text[: int(length[1])]))
        text = text[int(length[1]) :]
    return found


def ids(answered: list[tuple[int, bytes]]) -> list[str]:
    return [json.loads(body)["results"][0]["message_id"] for _, body in answered]


CLOSE = "Connection: close\r\n"


# --- requests as they come ---


def test_request_in_single_bytes_is_one_request(site: Site) -> None:
    with site.connected() as connection:
        for number in call(1, more=CLOSE):
            connection.sendall(bytes([number]))
        assert ids(heard(connection)) == ["m-1"]
    assert site.store.ids() == ["m-1"]


def test_chunked_body_is_put_together(site: Site) -> None:
    head, _, body = call(1, more=CLOSE).partition(b"\r\n\r\n")
    head = re.sub(rb"Content-Length: \d+", b"Transfer-Encoding: chunked", head)
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:7], body[7:]))
    with site.connected() as connection:
        connection.sendall(head + b"\r\n\r\n" + chunks + b"0\r\n\r\n")
        assert ids(heard(connection)) == ["m-1"]


def test_requests_sent_at_once_are_answered_in_their_order_whichever_way_each_goes(site: Site) -> None:
    page = b"GET /page HTTP/1.1\r\nHost: x\r\n\r\n"
    sent = [call(1), call(2), page, call(3, key=LOOKED_UP), call(4), page, call(5, more=CLOSE)]
    with site.connected() as connection:
        connection.sendall(b"".join(sent))
        found = heard(connection)
    assert [status for status, _ in found] == [200] * 7
    assert [found[2][1], found[5][1]] == [b"/page 0", b"/page 0"]
    assert ids([one for place, one in enumerate(found) if place not in (2, 5)]) == [
        f"m-{number}" for number in range(1, 6)
    ]
    assert sorted(site.store.ids()) == [f"m-{number}" for number in range(1, 6)]


def test_one_connection_serves_any_number_of_requests(site: Site) -> None:
    with site.connected() as connection:
        for number in range(50):
            connection.sendall(call(number))
            assert ids(answers(connection.recv(65_536))) == [f"m-{number}"]


@pytest.mark.parametrize(("version", "more"), [("1.0", ""), ("1.1", CLOSE)])
def test_connection_ends_when_its_sender_wants_no_more(site: Site, version: str, more: str) -> None:
    with site.connected() as connection:
        connection.sendall(call(1, version=version, more=more))
        assert ids(heard(connection)) == ["m-1"]


def test_sender_who_asks_before_sending_is_told_to_go_on(site: Site) -> None:
    head, _, body = call(1, more=CLOSE + "Expect: 100-continue\r\n").partition(b"\r\n\r\n")
    with site.connected() as connection:
        connection.sendall(head + b"\r\n\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 100")
        connection.sendall(body)
        assert ids(heard(connection)) == ["m-1"]


def test_what_is_no_http_is_refused(site: Site) -> None:
    with site.connected() as connection:
        connection.sendall(b"\x16\x03\x01 this is no request\r\n\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 400")


def test_head_without_end_is_refused(site: Site) -> None:
    with site.connected() as connection, contextlib.suppress(BrokenPipeError, ConnectionResetError):
        connection.sendall(b"POST /v1/track HTTP/1.1\r\nHost: x\r\n")
        for number in range(2 * LARGEST_HEAD // 1000):
            connection.sendall(f"x-{number}: {'y' * 1000}\r\n".encode())
            time.sleep(0.0005)  # in pieces
        assert connection.recv(1000).startswith(b"HTTP/1.1 431")


# --- who is slow ---


def test_idle_connection_and_slow_head_are_closed(site: Site) -> None:
    with site.connected() as idle, site.connected() as slow, site.connected() as again:
        slow.sendall(b"POST /v1/track HTTP/1.1\r\nHost")
        again.sendall(call(1))
        assert again.recv(65_536)
        assert [heard(idle), heard(slow), heard(again)] == [[], [], []]


def test_slow_body_is_told_so(site: Site) -> None:
    with site.connected() as connection:
        connection.sendall(call(1)[:-1])
        [(status, _)] = heard(connection)
    assert status == 408
    assert site.store.taken == []


def test_body_for_a_page_may_take_its_time_as_long_as_it_comes(site: Site) -> None:
    with site.connected() as connection:
        connection.sendall(b"POST /page HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\n")
        for _ in range(8):
            connection.sendall(b"x")
            time.sleep(PATIENCE.body / 3)
        assert answers(connection.recv(1000)) == [(200, b"/page 8")]


def test_body_for_a_page_that_stops_is_cut(site: Site) -> None:
    with site.connected() as connection:
        connection.sendall(b"POST /page HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\nx")
        assert heard(connection) == []


def test_answer_that_takes_too_long_is_503_and_comes_once(site: Site) -> None:
    site.store.is_held = True
    with site.connected() as connection:
        connection.sendall(call(1))
        [(status, _)] = answers(connection.recv(65_536))
        [tell] = site.store.told
        tell()  # the disk was slow, not dead
        site.store.is_held = False
        connection.sendall(call(2, more=CLOSE))
        assert ids(heard(connection)) == ["m-2"]
    assert status == 503


# --- what is too much, and what goes wrong ---


@pytest.mark.parametrize("length", ["Content-Length: 600000", "Transfer-Encoding: chunked"])
def test_sender_of_too_large_a_body_gets_to_read_so(site: Site, length: str) -> None:
    with site.connected() as connection:
        connection.sendall(f"POST /v1/track HTTP/1.1\r\nHost: x\r\n{length}\r\n\r\n".encode())
        body = b" " * 600_000
        connection.sendall(body if "Content" in length else b"%x\r\n%b\r\n" % (len(body), body))
        [(status, _)] = heard(connection)
    assert status == 413
    assert site.store.taken == []


def test_sender_who_does_not_end_is_cut(site: Site) -> None:
    with site.connected() as connection, contextlib.suppress(BrokenPipeError, ConnectionResetError):
        connection.sendall(b"POST /v1/track HTTP/1.1\r\nHost: x\r\nContent-Length: 900000000\r\n\r\n")
        for _ in range(20 * LINGER // 100_000):
            connection.sendall(b" " * 100_000)
        pytest.fail("everything was read")


def test_bodies_of_all_together_are_bounded(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST_HELD", 1000)
    waiting = [site.connected() for _ in range(3)]
    with contextlib.ExitStack() as stack:
        first, second, third = map(stack.enter_context, waiting)
        begun = b"POST /v1/track HTTP/1.1\r\nHost: x\r\nContent-Length: 700\r\n\r\n"
        first.sendall(begun + b" " * 600)
        time.sleep(0.05)
        second.sendall(begun + b" " * 600)
        [(status, _)] = answers(second.recv(1000))
        assert status == 503
        third.sendall(call(1, more=CLOSE))
        assert ids(heard(third)) == ["m-1"]


def test_what_bodies_hold_is_given_back(site: Site) -> None:
    with site.connected() as connection:
        connection.sendall(call(1) + call(2, key=LOOKED_UP) + call(3))
        connection.sendall(call(4, more=CLOSE))
        heard(connection)
    with site.connected() as connection:
        connection.sendall(call(5)[:-1])  # goes away before the end
    for _ in range(100):
        if not site.server.server_state.connections:
            break
        time.sleep(0.02)
    assert site.server.config.held == 0  # type: ignore[attr-defined]


def test_store_that_is_away_is_503_and_a_mistake_is_500(site: Site) -> None:
    with site.connected() as connection:
        site.store.fails = CaptureAway("not now")
        connection.sendall(call(1))
        [(away, told)] = answers(connection.recv(65_536))
        site.store.fails = ZeroDivisionError("of u@acme.com")
        connection.sendall(call(2))
        [(mistake, hidden)] = answers(connection.recv(65_536))
        site.store.fails = None
        connection.sendall(call(3, more=CLOSE))
        assert ids(heard(connection)) == ["m-3"]
    assert (away, json.loads(told)["error"]["message"]) == (503, "not now")
    assert mistake == 500
    assert b"acme" not in hidden


@pytest.mark.enable_socket
def test_answers_go_out_at_once_and_wait_for_nobody_to_confirm_their_head() -> None:
    with listening("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_sender_who_goes_away_harms_nobody(site: Site) -> None:
    site.store.is_held = True
    with site.connected() as connection:
        connection.sendall(call(1))
        for _ in range(200):
            if site.store.told:
                break
            time.sleep(0.01)
    time.sleep(0.05)
    site.store.told[0]()
    site.store.is_held = False
    with site.connected() as connection:
        connection.sendall(call(2, more=CLOSE))
        assert ids(heard(connection)) == ["m-2"]


def test_requests_in_work_are_answered_before_the_server_ends(site: Site) -> None:
    site.store.is_held = True
    with site.connected() as connection, site.connected() as idle:
        connection.sendall(call(1))
        for _ in range(200):
            if site.store.told:
                break
            time.sleep(0.01)
        site.server.stop()
        threading.Timer(0.2, site.store.told[0]).start()
        assert ids(heard(connection)) == ["m-1"]
        assert heard(idle) == []
