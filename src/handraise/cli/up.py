"""`handraise up`: the whole product from one command, kept running until it is told to stop."""

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from handraise.cli import output
from handraise.cli.options import Json
from handraise.core.errors import HandraiseError

if TYPE_CHECKING:
    from handraise.cli.supervisor import Child
    from handraise.settings import Settings
    from handraise.store.session import Database

LOCK = "up.lock"
MOST_WEB = 4  # unless more are asked for


class AlreadyUp(HandraiseError):
    """The product of this folder is running."""


@dataclass(frozen=True)
class First:
    """What is made the first time and shown once."""

    password: str | None = None
    keys: tuple[tuple[str, str], ...] = ()


def up(
    port: Annotated[int | None, typer.Option(help="The port to listen on; 0 takes any free one.")] = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    admin: Annotated[
        str, typer.Option(metavar="EMAIL", help="The address of the first administrator, the first time.")
    ] = "admin@localhost",
    json: Json = False,
) -> None:
    """Start the product and keep it running: its database, the web server, workers. Ctrl-C stops it all.

    The first time it makes the database in .handraise, an administrator, and two write keys. With --json it
    prints one JSON object a line, as things happen.
    """
    from handraise.cli.ports import reserved
    from handraise.settings import read_settings

    given = {name: value for name, value in (("port", port), ("host", host)) if value is not None}
    settings = read_settings(**given)
    settings = settings.model_copy(update={"folder": settings.folder.absolute()})
    with ExitStack() as stack:
        stack.enter_context(held(settings.folder))
        found = stack.enter_context(reserved(settings.host, settings.port))
        settings = settings.model_copy(update={"port": found})
        first = _prepared(settings, stack, admin)
        _run(settings, first, admin, json=json)
    _tell(json, {"event": "stopped"}, "Stopped. Nothing is left running; `handraise up` goes on from here.")


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the folder, so that nothing runs in it: the lock goes with the process, however it ends."""
    try:
        folder.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        file = (folder / LOCK).open("a+")
    except OSError as error:
        raise HandraiseError(
            f"Cannot use the folder `{folder}` ({error.strerror or error}). Choose one of yours with "
            "HANDRAISE_FOLDER."
        ) from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise AlreadyUp(
                f"The product in `{folder}` is up already (process {file.read().strip() or 'unknown'}). Stop "
                "that one first, or set HANDRAISE_FOLDER to another folder."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _prepared(settings: "Settings", stack: ExitStack, admin: str) -> First:
    """The database, with its tables, somebody who may log in and somewhere to send to."""
    from handraise.cli.migrate import role_of
    from handraise.store import schema
    from handraise.store.embedded import Embedded
    from handraise.store.session import Database

    if settings.database_url is None:
        server = stack.enter_context(Embedded(settings.folder))
        schema.create(server.address("handraise_owner", over_socket=True))
        url = server.address(over_socket=True)
    else:
        url = settings.database_url.get_secret_value()
        if settings.database_owner_url is not None:
            schema.create(settings.database_owner_url.get_secret_value(), app_role=role_of(url))
    database = Database(url, connections=2)
    try:
        return _first(database, admin)
    finally:
        database.close()


def _first(database: "Database", admin: str) -> First:
    from handraise.cli.moments import now as present
    from handraise.flow.access import first_administrator
    from handraise.store import schema
    from handraise.store.sources import create_source, sources

    now = present()
    with database.transaction() as connection:
        schema.check_version(connection)
        keys = []
        if not sources(connection):
            # Any origin: nobody has said yet where the pages are. A browser's key is public anyway.
            _, browser = create_source(connection, name="Website", kind="browser", origins=["*"], now=now)
            _, server = create_source(connection, name="Servers", kind="server", now=now)
            keys = [("browser", browser), ("server", server)]
        made = first_administrator(connection, admin, now)
    return First(None if made is None else made[1], tuple(keys))


def _run(settings: "Settings", first: First, admin: str, *, json: bool) -> None:
    from handraise.cli.supervisor import Supervisor

    def told(event: str, **detail: Any) -> None:
        words = {
            "died": "The {name} process ended (exit code {code}); it starts again in {wait:g} s.",
            "stopping": "Stopping …",
        }[event].format(**detail)
        _tell(json, {"event": event, **detail}, words)

    def ready() -> None:
        _introduce(settings, first, admin, json=json)

    environment = environment_of(settings, os.environ)  # noqa: TID251  (what the children get is what we got)
    Supervisor(children_of(settings), environment, told).run(settings.host, settings.port, ready)


def children_of(settings: "Settings") -> "list[Child]":
    """The processes that the product is: web servers, which share the port, and workers."""
    from handraise.cli.supervisor import Child

    webs = [Child(f"web {n + 1}", ("web", "--of-parent")) for n in range(web_processes(settings))]
    workers = [Child(f"worker {n + 1}", ("worker", "--of-parent")) for n in range(settings.workers)]
    return [*webs, *workers]


def web_processes(settings: "Settings") -> int:
    """As many as are asked for, else one for every two cores: the database and the workers need theirs."""
    return settings.web_processes or max(1, min((os.cpu_count() or 1) // 2, MOST_WEB))


def environment_of(settings: "Settings", beneath: Mapping[str, str]) -> dict[str, str]:
    """The environment of those processes: what is `beneath`, and where we are. Counting begins anew."""
    counted = settings.folder / "metrics"
    shutil.rmtree(counted, ignore_errors=True)  # of processes that are no more
    counted.mkdir()
    return {
        **beneath,
        "HANDRAISE_FOLDER": str(settings.folder),
        "HANDRAISE_HOST": settings.host,
        "HANDRAISE_PORT": str(settings.port),
        "PROMETHEUS_MULTIPROC_DIR": str(counted),
    }


def _introduce(settings: "Settings", first: First, admin: str, *, json: bool) -> None:
    if json:
        if first.password:
            output.line({"event": "administrator", "email": admin, "password": first.password})
        for kind, key in first.keys:
            output.line({"event": "write_key", "kind": kind, "key": key})
        output.line({"event": "ready", "address": settings.address, "process": os.getpid()})
        return
    output.say(f"Handraise is up at {settings.address}")
    if first.password:
        output.say("", f"  log in as          {admin}", f"  with the password  {first.password}")
        output.say("                     (shown once; you choose your own when you log in)")
    for kind, key in first.keys:
        output.say(f"  {kind + ' write key':<17}  {key}")
    output.say("", f"Data is in {settings.folder}. Ctrl-C stops.")
    import sys

    sys.stdout.flush()


def _tell(json: bool, event: dict[str, Any], words: str) -> None:
    output.line(event) if json else output.say(words)
