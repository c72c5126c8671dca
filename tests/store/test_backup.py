"""A dump taken while events come in, restored elsewhere: nothing half, nothing changed, nothing missing."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from handraise.flow import audit
from handraise.flow.score import compiled, judged
from handraise.store import definitions, scores
from handraise.store.backup import BackupFailed, DatabaseNotEmpty, dump, restore
from handraise.store.health import rights_too_many
from handraise.store.histories import histories
from handraise.store.session import Database
from tests.databases import Database as Fresh
from tests.flow.worked import NOW, Office, demo, pricing, told


@contextmanager
def busy(office: Office) -> Iterator[list[int]]:
    """Events go on coming in, one acknowledged after the other; the list has their numbers."""
    stop, acknowledged = threading.Event(), list[int]()

    def send() -> None:
        number = 0
        while not stop.is_set():
            office.capture(pricing(f"visitor-{number % 20}", message_id=f"load-{number}"))
            acknowledged.append(number)
            number += 1

    sender = threading.Thread(target=send)
    sender.start()
    try:
        yield acknowledged
    finally:
        stop.set()
        sender.join()


def test_restored_product_is_the_one_that_was_dumped(database: Any, empty: Fresh, tmp_path: Path) -> None:
    with closing(Database(database.url)) as connected, closing(Database(empty.url)) as back:
        office = Office(connected)
        version = office.publish()
        office.capture(told(), demo(), pricing(), told("ben"), pricing("ben"))
        office.all_done()
        with connected.transaction() as connection:
            audit.record(connection, "member:1", "test.backup", "lead:1", NOW)
        before = office.state()
        with busy(office) as acknowledged:
            while len(acknowledged) < 30:
                pass
            sure = acknowledged[-1]
            dump(database.owner_url, tmp_path / "all.dump")
        restore(empty.owner_url, tmp_path / "all.dump", app_role="handraise_app")

        again = Office(back)
        with back.transaction() as connection:
            assert audit.verify(connection).holds
            assert rights_too_many(connection) == []
            there = set(connection.execute(sa.text("select message_id from event")).scalars())
            roots = list(connection.execute(sa.text("select lead_id from lead_score")).scalars())
            judge = compiled(definitions.version(connection, version.id))
            kept = scores.scores(connection, roots, version.id)
            for judgement in judged(histories(connection, roots), [judge], NOW):
                assert judgement.scores[version.id].total == kept[judgement.root, version.id].total
        loaded = {int(one.removeprefix("load-")) for one in there if one.startswith("load-")}
        assert loaded == set(range(len(loaded))), "a dump is of one instant"
        assert len(loaded) > sure
        assert [row for row in again.state() if row in before] == before
        assert again.all_done().leads > 0, "what was marked is scored there"
        repeated = again.capture(pricing("visitor-0", message_id="load-0"))
        assert repeated == [], "what was taken before is not taken again"


def test_restore_into_a_product_is_refused(database: Any, tmp_path: Path) -> None:
    dump(database.owner_url, tmp_path / "all.dump")
    with pytest.raises(DatabaseNotEmpty, match="empty"):
        restore(database.owner_url, tmp_path / "all.dump", app_role="handraise_app")


def test_file_that_is_no_dump_leaves_the_database_empty(empty: Fresh, tmp_path: Path) -> None:
    (tmp_path / "no.dump").write_bytes(b"PGDMP and then nothing")
    with pytest.raises(BackupFailed, match="cannot be restored"):
        restore(empty.owner_url, tmp_path / "no.dump", app_role="handraise_app")
    with psycopg.connect(empty.owner_url) as connection:
        assert connection.execute("select 1 from pg_namespace where nspname = 'handraise'").fetchone() is None


def test_password_is_on_no_command_line(
    database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[list[str]] = []
    run = subprocess.run

    def spied(command: Any, **given: Any) -> Any:
        called.append([str(word) for word in command])
        return run(command, **given)

    monkeypatch.setattr("handraise.store.backup.subprocess.run", spied)
    dump(database.owner_url, tmp_path / "all.dump")
    password = sa.make_url(database.owner_url).password
    assert password
    assert not any(password in word for command in called for word in command)
    assert (tmp_path / "all.dump").stat().st_mode & 0o077 == 0
