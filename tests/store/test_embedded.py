"""The embedded server: shared, private, and back after anything that kills it."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from handraise.store.embedded import (
    ClusterNotCreated,
    DatabaseFolderRefused,
    Embedded,
    FolderUnreachable,
    ServerNotRunning,
    ServerNotStarted,
    cluster,
)

SMALL = {"shared_buffers": "16MB", "io_method": "sync"}
AS_ROOT = os.geteuid() == 0

USER = """
import sys
from handraise.store.embedded import Embedded
with Embedded(sys.argv[1], durable=False, settings={"shared_buffers": "16MB"}):
    print("in", flush=True)
    sys.stdin.readline()
"""


def embedded(folder: Path) -> Embedded:
    return Embedded(folder, durable=False, settings=SMALL)


def private_folder() -> Path:
    """Not pytest's `tmp_path`: under root its parents are closed to the account the server runs as."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="hr-", dir=memory if os.access(memory, os.W_OK) else None))
    folder.chmod(0o711)
    return folder


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A folder with a database and a stopped server, to be copied: making one takes most of a second."""
    parent = private_folder()
    with embedded(parent / "product"):
        pass
    yield parent / "product"
    shutil.rmtree(parent)


@pytest.fixture
def empty() -> Iterator[Path]:
    parent = private_folder()
    yield parent / "product"
    shutil.rmtree(parent, ignore_errors=True)


@pytest.fixture
def folder(made: Path, empty: Path) -> Path:
    subprocess.run(["cp", "-a", made, empty], check=True)
    return empty


def connected(server: Embedded, role: str = "handraise_owner") -> psycopg.Connection:
    return psycopg.connect(server.address(role))


def remember(server: Embedded, note: str) -> None:
    with connected(server) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS memory (note text)")
        connection.execute("INSERT INTO memory VALUES (%s)", [note])


def remembered(server: Embedded) -> list[str]:
    with connected(server) as connection:
        return [note for (note,) in connection.execute("SELECT note FROM memory ORDER BY 1")]


def asked(server: Embedded, question: LiteralString, role: str = "postgres") -> object:
    with connected(server, role) as connection:
        row = connection.execute(question).fetchone()
        return row and row[0]


def pid_file(folder: Path) -> Path:
    return folder / "postgres/data/postmaster.pid"


def pid_of(folder: Path) -> int:
    return int(pid_file(folder).read_text().split("\n", 1)[0])


def wait_until_down(server: Embedded) -> None:
    deadline = time.monotonic() + 30
    while server.is_running:
        assert time.monotonic() < deadline, "it still serves"
        time.sleep(0.001)


class OtherProcess:
    """Another process that opens the folder and stays in until told to leave."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", USER, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout
        assert self._process.stdout.readline() == "in\n"

    def leave(self) -> None:
        self._process.communicate("leave\n")
        assert self._process.returncode == 0

    def die(self) -> None:
        self._process.kill()
        self._process.communicate()


class TestLife:
    def test_it_runs_from_start_to_stop_and_no_longer(self, folder: Path) -> None:
        server = embedded(folder)
        runs = [server.is_running]
        for step in (server.start, server.stop):
            step()
            runs.append(server.is_running)
        assert runs == [False, True, False]
        assert not pid_file(folder).exists()

    def test_a_new_folder_gets_a_database(self, empty: Path) -> None:
        with embedded(empty) as server:
            assert asked(server, "SELECT current_database()", "handraise_app") == "handraise"

    def test_starting_or_stopping_twice_changes_nothing(self, folder: Path) -> None:
        server = embedded(folder)
        server.start()
        pid = pid_of(folder)
        server.start()
        assert pid_of(folder) == pid
        server.stop()
        server.stop()
        assert not server.is_running

    def test_what_was_committed_is_there_after_a_restart_on_the_same_port(self, folder: Path) -> None:
        with embedded(folder) as server:
            remember(server, "kept")
            address = server.address()
        with embedded(folder) as server:
            assert remembered(server) == ["kept"]
            assert server.address() == address

    def test_no_address_without_a_server(self, folder: Path) -> None:
        with pytest.raises(ServerNotRunning, match="Start it first"):
            embedded(folder).address()

    def test_another_port_is_taken_when_the_old_one_is_in_use(self, made: Path, folder: Path) -> None:
        with embedded(folder) as first:
            neighbour = folder.parent / "neighbour"
            subprocess.run(["cp", "-a", made, neighbour], check=True)
            shutil.copy(folder / "postgres/port", neighbour / "postgres/port")
            with embedded(neighbour) as second:
                assert asked(first, "SHOW port") != asked(second, "SHOW port")

    def test_a_deep_folder_has_its_socket_in_a_private_folder_that_goes_with_the_server(
        self, folder: Path
    ) -> None:
        deep = folder.parent / ("d" * 100)
        folder.rename(deep)
        with embedded(deep) as server:
            where = Path(str(asked(server, "SHOW unix_socket_directories")))
            assert where.stat().st_mode & 0o777 == 0o700
            with psycopg.connect(server.address(over_socket=True)) as connection:
                assert connection.info.host == str(where)
        assert not where.exists()

    def test_the_clock_and_the_language_are_not_the_machines(self, folder: Path) -> None:
        with embedded(folder) as server:
            assert asked(server, "SHOW timezone") == "UTC"
            assert asked(server, "SHOW server_encoding") == "UTF8"
            assert asked(server, "SELECT lower('ÉCOLE')") == "école"
            assert asked(server, "SHOW data_checksums") == "on"

    def test_durability_cannot_be_set_away(self, folder: Path) -> None:
        wish = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        with Embedded(folder, settings={**SMALL, **wish}) as server:
            assert [asked(server, f"SHOW {name}") for name in wish] == ["on", "on", "on"]


class TestSharing:
    def test_the_server_stays_while_anybody_uses_it(self, folder: Path) -> None:
        other = OtherProcess(folder)
        with embedded(folder) as server:
            pid = pid_of(folder)
            other.leave()
            assert server.is_running
            latecomer = OtherProcess(folder)
            assert pid_of(folder) == pid
        assert server.is_running
        latecomer.leave()
        assert not server.is_running

    def test_a_killed_user_has_left_and_the_server_goes_on(self, folder: Path) -> None:
        other = OtherProcess(folder)
        with embedded(folder) as server:
            remember(server, "before")
            other.die()
            assert remembered(server) == ["before"]
        assert not server.is_running

    def test_a_server_that_outlived_its_users_is_joined(self, folder: Path) -> None:
        OtherProcess(folder).die()
        pid = pid_of(folder)
        with embedded(folder) as server:
            assert pid_of(folder) == pid
        assert not server.is_running

    def test_a_forked_child_does_not_stop_its_parents_server(self, folder: Path) -> None:
        with embedded(folder) as server:
            if (child := os.fork()) == 0:
                server.stop()
                os._exit(0)
            assert os.waitpid(child, 0)[1] == 0
            assert server.is_running
        assert not server.is_running

    def test_ctrl_c_in_the_terminal_does_not_reach_it(self, folder: Path) -> None:
        with embedded(folder):
            assert os.getsid(pid_of(folder)) != os.getsid(0)

    def test_a_user_that_ends_without_leaving_leaves(self, folder: Path) -> None:
        careless = USER.replace("with Embedded(", "Embedded(").split("):\n")[0] + ").start()"
        subprocess.run([sys.executable, "-c", careless, folder], check=True)
        assert not embedded(folder).is_running
        assert not pid_file(folder).exists()


class TestDeath:
    def test_committed_rows_survive_a_killed_server_and_no_zombie_stays(self, folder: Path) -> None:
        with embedded(folder) as server:
            for turn in ("1", "2", "3"):
                remember(server, turn)
                address, pid = server.address(), pid_of(folder)
                os.kill(pid, signal.SIGKILL)
                wait_until_down(server)
                server.start()
                assert server.address() == address
                with pytest.raises(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)  # somebody has asked for its end already
            assert remembered(server) == ["1", "2", "3"]

    def test_a_pid_file_that_names_a_stranger_is_stale(self, folder: Path) -> None:
        with embedded(folder):
            left = pid_file(folder).read_text()
        pid_file(folder).write_text("\n".join([str(os.getpid()), *left.split("\n")[1:]]))
        with embedded(folder) as server:
            assert pid_of(folder) != os.getpid()
            assert server.is_running

    def test_a_pid_file_cut_short_is_stale(self, folder: Path) -> None:
        pid_file(folder).write_text("12")
        with embedded(folder) as server:
            assert server.is_running

    def test_a_creation_cut_short_is_begun_anew(self, empty: Path) -> None:
        unfinished = empty / "postgres/data.unfinished"
        unfinished.mkdir(parents=True)
        for folder in (empty, empty / "postgres"):
            folder.chmod(0o711)
        (unfinished / "PG_VERSION").write_text("18\n")
        with embedded(empty) as server:
            assert server.is_running
        assert not unfinished.exists()

    def test_a_creation_that_fails_says_why_and_leaves_nothing(
        self, empty: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as broken:
            broken.setitem(cluster.DEFAULTS, "max_connections", "none at all")
            with pytest.raises(ClusterNotCreated, match="none at all"):
                embedded(empty).start()
        assert not (empty / "postgres/data").exists()
        with embedded(empty) as server:
            assert server.is_running

    def test_a_server_that_does_not_start_says_why_and_can_be_started_again(self, folder: Path) -> None:
        with pytest.raises(ServerNotStarted, match="shared_buffers"):
            Embedded(folder, settings={"shared_buffers": "a lot"}).start()
        with embedded(folder) as server:
            assert server.is_running


class TestRefusals:
    def test_another_major_version_is_refused_and_left_untouched(self, folder: Path) -> None:
        version = folder / "postgres/data/PG_VERSION"
        version.write_text("17\n")
        before = {file: file.stat().st_mtime_ns for file in (folder / "postgres/data").rglob("*")}
        with pytest.raises(DatabaseFolderRefused, match=r"PostgreSQL 17.* PostgreSQL 18.*pg_dump"):
            embedded(folder).start()
        assert {file: file.stat().st_mtime_ns for file in (folder / "postgres/data").rglob("*")} == before
        assert not embedded(folder).is_running

    def test_a_folder_that_is_no_database_is_refused(self, folder: Path) -> None:
        (folder / "postgres/data/PG_VERSION").unlink()
        with pytest.raises(DatabaseFolderRefused, match="not a PostgreSQL data folder"):
            embedded(folder).start()

    def test_lost_passwords_are_named(self, folder: Path) -> None:
        (folder / "postgres/passwords.json").unlink()
        with pytest.raises(DatabaseFolderRefused, match=r"passwords\.json is missing"):
            embedded(folder).start()

    def test_a_server_somebody_else_started_on_the_data_is_not_touched(self, folder: Path) -> None:
        server = embedded(folder)
        server.start()
        alive = folder / "postgres/alive.lock"
        alive.rename(alive.with_name("elsewhere"))  # as if it had been started without our lock
        with pytest.raises(DatabaseFolderRefused, match=str(pid_of(folder))):
            embedded(folder).start()
        alive.with_name("elsewhere").rename(alive)
        assert server.is_running
        server.stop()

    @pytest.mark.skipif(not AS_ROOT, reason="only root runs the server as somebody else")
    def test_a_closed_parent_is_named_and_stays_closed(self, folder: Path) -> None:
        folder.parent.chmod(0o700)
        with pytest.raises(FolderUnreachable, match=f"{folder.parent} is closed"):
            embedded(folder).start()
        assert folder.parent.stat().st_mode & 0o777 == 0o700


class TestPrivacy:
    @pytest.mark.parametrize("over_socket", [False, True])
    @pytest.mark.parametrize("role", ["postgres", "handraise_owner", "handraise_app"])
    @pytest.mark.parametrize("password", [None, "guessed"])
    def test_nobody_gets_in_without_the_password(
        self, running: Embedded, role: str, password: str | None, over_socket: bool
    ) -> None:
        known = conninfo_to_dict(running.address(role, over_socket=over_socket))
        del known["password"]
        # libpq would look for a password in the user's own file
        with pytest.raises(psycopg.OperationalError, match=r"no password supplied|authentication failed"):
            psycopg.connect(make_conninfo("", **known, password=password, passfile="/dev/null"))

    def test_every_way_in_asks_for_scram(self, running: Embedded) -> None:
        with connected(running, "postgres") as connection:
            rules = connection.execute("SELECT DISTINCT auth_method FROM pg_hba_file_rules").fetchall()
            stored = connection.execute("SELECT rolpassword FROM pg_authid WHERE rolcanlogin").fetchall()
        assert rules == [("scram-sha-256",)]
        assert len(stored) == 3
        assert all(verifier.startswith("SCRAM-SHA-256$") for (verifier,) in stored)

    def test_it_listens_on_this_machine_only(self, running: Embedded) -> None:
        assert asked(running, "SHOW listen_addresses") == "127.0.0.1"

    def test_the_app_role_owns_nothing_and_can_make_no_table(self, running: Embedded) -> None:
        owned = "SELECT count(*) FROM pg_shdepend WHERE refobjid = 'handraise_app'::regrole AND deptype = 'o'"
        assert asked(running, owned) == 0
        with (
            connected(running, "handraise_app") as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute("CREATE TABLE mine ()")

    def test_only_one_role_is_superuser(self, running: Embedded) -> None:
        powerful = "SELECT string_agg(rolname, ',') FROM pg_roles WHERE rolcanlogin AND "
        for power in ("rolsuper", "rolcreaterole", "rolcreatedb", "rolreplication", "rolbypassrls"):
            assert asked(running, powerful + power) == "postgres"

    def test_the_server_does_not_run_as_root(self, running: Embedded, module_folder: Path) -> None:
        assert Path(f"/proc/{pid_of(module_folder)}").stat().st_uid != 0

    def test_files_are_closed_to_others(self, running: Embedded, module_folder: Path) -> None:
        home = module_folder / "postgres"
        assert home.stat().st_mode & 0o066 == 0
        for folder in ("data", "sockets"):
            assert (home / folder).stat().st_mode & 0o777 == 0o700
        for private in ("passwords.json", "server.log"):
            assert (home / private).stat().st_mode & 0o777 == 0o600

    def test_the_servers_account_can_change_only_what_is_its_own(
        self, running: Embedded, module_folder: Path
    ) -> None:
        home, server = module_folder / "postgres", Path(f"/proc/{pid_of(module_folder)}").stat().st_uid
        theirs = {path.name for path in home.iterdir() if path.stat().st_uid == server}
        assert theirs == {"data", "sockets"} or not AS_ROOT
        assert home.stat().st_uid == os.geteuid()

    def test_no_password_is_in_the_log(self, running: Embedded, module_folder: Path) -> None:
        log = (module_folder / "postgres/server.log").read_text()
        for role in ("postgres", "handraise_owner", "handraise_app"):
            assert str(conninfo_to_dict(running.address(role))["password"]) not in log

    @pytest.fixture(scope="class")
    @staticmethod
    def module_folder(made: Path) -> Iterator[Path]:
        parent = private_folder()
        subprocess.run(["cp", "-a", made, parent / "product"], check=True)
        yield parent / "product"
        shutil.rmtree(parent)

    @pytest.fixture(scope="class")
    @staticmethod
    def running(module_folder: Path) -> Iterator[Embedded]:
        with embedded(module_folder) as server:
            yield server
