"""An upgrade while events come in: the previous release runs, the tables change beneath it, the next joins.

The previous release is the program as it was before the newest migration, taken from the repository's own
history: its processes are real ones. Loopback only.
"""

import io
import os
import shutil
import subprocess
import tarfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

import httpx
import pytest

from handraise.flow import audit
from handraise.store import schema
from handraise.store.session import Database
from tests.chaos.counting import NEVER, recounted
from tests.chaos.site import BATCH, acknowledged, calls
from tests.cli.living import Product
from tests.cli.living import eventually as soon
from tests.databases import Database as Fresh
from tests.flow.worked import Office
from tests.flow.working import clock

pytestmark = pytest.mark.enable_socket

ROOT = Path(__file__).parents[2]
VERSIONS = Path("src/handraise/store/migrations/versions")
BUILT = Path("src/handraise/web/static/built")
EACH = 10  # batches that each release has to acknowledge before something happens, and after it
DEFINITION = """
name: Demand
signals:
  pricing: {event: page, where: {path: /pricing}}
  demo: {event: Demo Requested}
engagement:
  rules:
    - {rule: looked at prices, signal: pricing, points: 10}
    - {rule: asked for a demo, signal: demo, points: 50}
qualify: {mql: {total: 50}}
"""


eventually = partial(soon, within=300.0)  # the previous release compiles what it scores with


@dataclass
class Release(Product):
    """A release of the product on a database that is not its own."""

    source: Path = ROOT / "src"
    database: Fresh | None = None
    is_owner: bool = False

    @property
    def environment(self) -> dict[str, str]:
        assert self.database is not None
        named = {"PYTHONPATH": str(self.source), "HANDRAISE_DATABASE_URL": self.database.url}
        if self.is_owner:
            named["HANDRAISE_DATABASE_OWNER_URL"] = self.database.owner_url
        return {**super().environment, **named}


@dataclass
class Load:
    """Somebody who sends batches, each until it is acknowledged, to one address after the other."""

    key: str
    addresses: list[str]
    acknowledged: dict[str, list[str]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def send(self) -> None:
        number = turn = 0
        with httpx.Client(auth=(self.key, ""), timeout=10) as client:
            while not self.stop.wait(0.02):
                turn += 1
                where = self.addresses[turn % len(self.addresses)]
                try:
                    answer = client.post(f"{where}/v1/batch", json={"batch": calls("9-0", number)})
                except httpx.TransportError:
                    continue
                if answer.status_code == 200:
                    self.acknowledged.setdefault(where, []).extend(acknowledged(answer))
                    number += 1
                elif answer.status_code != 503:
                    self.refused.append(answer.text)

    def is_heard_by(self, where: str, batches: int) -> bool:
        return len(self.acknowledged.get(where, ())) >= batches * BATCH

    @contextmanager
    def going_on(self) -> Iterator[None]:
        sender = threading.Thread(target=self.send)
        sender.start()
        try:
            yield
        finally:
            self.stop.set()
            sender.join()


@pytest.fixture
def previous() -> Path:
    """The sources of the release before the newest migration.

    They are kept from run to run at one place, as are the functions that are compiled there.
    """
    newest = next(iter((ROOT / VERSIONS).glob(f"{schema.version_needed()}_*.py"))).relative_to(ROOT)
    try:
        added = _git("log", "--diff-filter=A", "--format=%H", "-1", "--", str(newest)).decode().strip()
        packed = _git("archive", "--format=tar", f"{added}^" if added else "HEAD", "src")
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("needs the history of the repository, where the previous release is")
    there = Path(gettempdir()) / f"handraise-previous-release-{os.getuid()}"
    there.mkdir(mode=0o700, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(packed)) as packed_files:
        shutil.rmtree(there / "src", ignore_errors=True)
        packed_files.extractall(there, filter="data")
    shutil.copytree(ROOT / BUILT, there / BUILT)
    assert not (there / newest).exists()
    return there / "src"


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=True).stdout


@pytest.fixture
def place() -> Iterator[Path]:
    with TemporaryDirectory(prefix="handraise-upgrade-", dir="/tmp") as made:
        yield Path(made)


@contextmanager
def up(release: Release) -> Iterator[Release]:
    release.folder.parent.mkdir(exist_ok=True)
    try:
        release.up()
        yield release
    except BaseException:
        print((release.folder.parent / "up.log").read_text()[-5000:])
        raise
    finally:
        if release.process is not None and release.process.poll() is None:
            release.down()


def test_upgrade_of_a_running_product_loses_nothing_and_does_nothing_twice(
    empty: Fresh, previous: Path, place: Path
) -> None:
    before = Release(place / "old" / "product", source=previous, database=empty, is_owner=True)
    after = Release(place / "new" / "product", database=empty)
    with up(before):
        (place / "demand.yaml").write_text(DEFINITION)
        signed = ("--signed-marketing", "Ada", "--signed-sales", "Ben", "--live")
        before.json("definition", "publish", place / "demand.yaml", *signed)
        load = Load(before.key("server"), [before.address])
        with load.going_on():
            eventually(lambda: load.is_heard_by(before.address, EACH))
            refused = after.run("up", "--port", "0")
            assert refused.returncode == 2
            assert "handraise migrate" in refused.stderr, "tables that are older are said to be"
            after.is_owner = True
            after.json("migrate")
            after.is_owner = False
            eventually(lambda: load.is_heard_by(before.address, 2 * EACH))
            again = before.run("up", "--port", "0", environment={"HANDRAISE_FOLDER": str(place / "other")})
            assert again.returncode == 2
            assert "newer Handraise" in again.stderr, "tables that are newer are said to be"
            with up(after):
                load.addresses.append(after.address)
                eventually(lambda: load.is_heard_by(after.address, EACH))
                load.addresses.remove(before.address)
                assert before.down() == 0
                eventually(lambda: load.is_heard_by(after.address, 2 * EACH))
                load.stop.set()
                eventually(lambda: _is_all_done(empty))
    assert load.refused == []
    _require_whole(empty, {one for ids in load.acknowledged.values() for one in ids})


def _is_all_done(fresh: Fresh) -> bool:
    with closing(Database(fresh.url)) as database, database.transaction() as connection:
        left = connection.exec_driver_sql(
            "select (select count(*) from dirty_lead) + "
            "(select count(*) from delivery where state = 'waiting')"
        )
        return bool(left.scalar_one() == 0)


def _require_whole(fresh: Fresh, sent: set[str]) -> None:
    with closing(Database(fresh.url)) as database:
        office = Office(database)
        stored = [row[0] for row in office.rows("select message_id from event")]
        held = {row[0] for row in office.rows("select message_id from quarantine")}
        assert sent - set(stored) - held == set()
        assert len(stored) == len(set(stored))
        assert office.one("select count(*) from handoff") > 0
        for what, question in NEVER.items():
            if what != "handed off and owner or subscriber not told":  # there is nobody to tell
                assert office.one(question) == 0, what
        with database.transaction() as connection:
            assert audit.verify(connection).holds
        assert recounted(office, clock()) == 0
