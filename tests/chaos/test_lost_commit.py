"""The connection is cut when the server has committed, before anybody heard: a retry creates nothing."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from handraise.flow.capture import Arrival, CaptureAway, GroupCommit
from handraise.store.session import Database
from tests.databases import Database as Fresh
from tests.flow.captured import a_message, a_source, an_arrival, count, group_commit
from tests.flow.selling import MONDAY, Floor

pytestmark = pytest.mark.enable_socket


class Proxy:
    """Between the product and PostgreSQL; `cuts` commits go to the server, and their answers nowhere."""

    def __init__(self, server: tuple[str, int]) -> None:
        self.server = server
        self.cuts = self.lost = 0
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        threading.Thread(target=self.open, daemon=True).start()

    def open(self) -> None:
        with suppress(OSError):  # closed: nobody comes any more
            while True:
                client, _ = self.door.accept()
                server = socket.create_connection(self.server)
                cut = threading.Event()
                for relay in (self.ask, self.answer):
                    threading.Thread(target=relay, args=(client, server, cut), daemon=True).start()

    def ask(self, client: socket.socket, server: socket.socket, cut: threading.Event) -> None:
        with suppress(OSError):
            while part := client.recv(65536):
                if self.cuts and b"COMMIT" in part:
                    self.cuts -= 1
                    cut.set()
                server.sendall(part)
        server.close()

    def answer(self, client: socket.socket, server: socket.socket, cut: threading.Event) -> None:
        with suppress(OSError):
            while part := server.recv(65536):
                if cut.is_set() and b"COMMIT" in part:  # the server says that it is done
                    self.lost += 1
                    break
                client.sendall(part)
        with suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)
        client.close()

    def close(self) -> None:
        self.door.close()


@contextmanager
def proxied(database: Fresh) -> Iterator[tuple[Proxy, Database]]:
    """The product's connections to this database, through a proxy."""
    direct = urlsplit(database.server.address("handraise_app", database.name))
    assert direct.port
    with closing(Proxy(("127.0.0.1", direct.port))) as proxy:
        through = direct._replace(
            netloc=direct.netloc.replace(f":{direct.port}", f":{proxy.port}"), query="sslmode=disable"
        )
        with closing(Database(through.geturl())) as connected:
            yield proxy, connected


def test_events_whose_commit_nobody_heard_of_are_sent_again_and_stored_once(database: Fresh) -> None:
    with proxied(database) as (proxy, connected), group_commit(connected) as group:
        source, _ = a_source(connected)
        arrival = an_arrival(source, [a_message("a"), a_message("b")])
        proxy.cuts = 1
        with pytest.raises(CaptureAway):
            sent(group, arrival)
        assert proxy.lost == 1
        assert count(connected, "event") == 2, "the server had committed"
        assert sent(group, arrival) == ["duplicate", "duplicate"]
        assert (count(connected, "event"), count(connected, "lead")) == (2, 1)


def sent(group: GroupCommit, arrival: Arrival) -> list[str]:
    return [outcome.status for outcome in asyncio.run(group.capture(arrival))]


def test_a_decision_whose_commit_nobody_heard_of_is_not_made_again(database: Fresh) -> None:
    with proxied(database) as (proxy, connected):
        floor = Floor(connected)
        floor.asked("ann")
        proxy.cuts = 1
        with pytest.raises(sa.exc.OperationalError):
            floor.office.work(MONDAY)
        assert proxy.lost == 1
        assert not floor.office.work(MONDAY)
        assert count(connected, "handoff") == count(connected, "lead_score") == 1
