"""A disk that is full: senders are told to come back, no yes is false, and it goes on when there is room."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from time import monotonic, sleep

import pytest

from handraise.api.ingest import IngestDoor, SourceCache
from handraise.flow.capture import GroupCommit
from handraise.flow.identify import resolve
from handraise.flow.pipeline import receive_all
from handraise.store.embedded import Embedded
from handraise.store.schema import create
from handraise.store.session import Database
from tests.api.conftest import Ingest, Ticks
from tests.flow.captured import NOW, a_source

SIZE = 256  # MiB; a new server takes about half of it
MIB = 1024 * 1024


@pytest.fixture
def small() -> Iterator[Path]:
    """A disk of its own that is soon full."""
    if os.geteuid() != 0 or not sys.platform.startswith("linux"):
        pytest.skip("a small disk can be mounted as root on Linux only")
    folder = Path(mkdtemp(prefix="handraise-disk-"))
    options = f"size={SIZE}m,mode=711"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    if mounted.returncode != 0:
        folder.rmdir()
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)
    folder.rmdir()


def test_a_full_disk_is_503_with_retry_after_and_never_a_false_yes(small: Path) -> None:
    # A small log is used again, so it is the tables that the disk has no room for.
    with Embedded(small, settings={"max_wal_size": "64MB", "min_wal_size": "32MB"}) as server:
        create(server.address("handraise_owner", over_socket=True))
        with at_the_door(server.address(over_socket=True)) as ingest:
            assert sent(ingest, "before") == 200
            said_yes = ["before"]
            filler = small / "filler"
            fill(filler, leave=4 * MIB)
            refused = 0
            for number in range(2_000):
                name = f"m-{number}"
                if sent(ingest, name) == 200:
                    said_yes.append(name)
                elif (refused := refused + 1) == 3:
                    break
            assert refused == 3, "the disk was never full"
            filler.unlink()
            deadline = monotonic() + 20
            while sent(ingest, "after") != 200:
                assert monotonic() < deadline, "there is room, and nothing is taken"
                server.start()  # PostgreSQL dies where its log has no room, sooner or later
                sleep(0.05)
            stored = {row.message_id for row in ingest.rows("select message_id from event")}
            assert {*said_yes, "after"} <= stored


@contextmanager
def at_the_door(url: str) -> Iterator[Ingest]:
    with closing(Database(url, wait=2)) as connected:
        group = GroupCommit(connected, partial(receive_all, resolve=resolve), clock=lambda: NOW)
        ticks = Ticks()
        sources = SourceCache(connected, ticks=ticks)
        door = IngestDoor(group, sources, clock=lambda: NOW)
        source, key = a_source(connected)
        with closing(group):
            yield Ingest(connected, door, source, key, ticks, sources=sources)


def sent(ingest: Ingest, message_id: str) -> int:
    """The status; one that is no yes has to say when to come back."""
    text = secrets.token_hex(15_000)  # nothing that compression makes short
    call = {"event": "Read", "userId": "u1", "messageId": message_id, "properties": {"text": text}}
    answer = ingest.post("/v1/track", call)
    if answer.status_code != 200:
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
    return answer.status_code


def fill(filler: Path, *, leave: int) -> None:
    free = os.statvfs(filler.parent).f_bavail * os.statvfs(filler.parent).f_frsize
    with filler.open("wb") as taken:
        os.posix_fallocate(taken.fileno(), 0, free - leave)
