"""`handraise demo`: the running product with the example company in it, moving while you watch."""

import os
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from handraise.cli import output
from handraise.cli.options import Json

if TYPE_CHECKING:
    from handraise.demo.making import Kept, Recipe
    from handraise.settings import Settings
    from handraise.store.session import Database

OF_OURS: Final = "HANDRAISE_"
_VERBS: Final = {
    "accept": "accepts",
    "reject": "sends back",
    "contact": "has reached",
    "recycle": "gives up for now on",
    "qualify": "writes down answers of",
    "sql": "calls an SQL",
    "opportunity": "opens a deal with",
    "won": "has won",
    "lost": "has lost",
}


def demo(
    folder: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the example lives.")] = Path("demo"),
    leads: Annotated[
        int, typer.Option(metavar="NUMBER", min=10, max=20_000, help="About how many leads the past has.")
    ] = 600,
    months: Annotated[
        int, typer.Option(metavar="NUMBER", min=1, max=18, help="How many months the past is long.")
    ] = 9,
    seed: Annotated[
        int, typer.Option(metavar="NUMBER", min=0, help="Another seed gives another company.")
    ] = 1,
    port: Annotated[
        int | None, typer.Option(help="The port to listen on; 0 takes any free one. Default: 8484, if free.")
    ] = None,
    beat: Annotated[
        float,
        typer.Option(
            metavar="SECONDS", min=0.05, max=60, help="How long from one visitor's act to the next."
        ),
    ] = 1.0,
    replay: Annotated[
        bool, typer.Option("--replay/--no-replay", help="Let visitors come and sellers answer.")
    ] = True,
    json: Json = False,
) -> None:
    """Start the product with an example company in it, which moves while you watch. Ctrl-C stops it all.

    The first time it makes the company's past, in about a minute; later it goes on in the same folder.
    Nothing leaves the machine: mails and messages are not sent, whatever the environment says.
    """
    from handraise.cli.children import ending
    from handraise.cli.moments import now
    from handraise.cli.up import held
    from handraise.demo.making import Recipe
    from handraise.logs import set_up

    set_up("warning", "text")
    ending(_interrupted)
    recipe = Recipe(leads, months, seed, now())
    with ExitStack() as stack:
        settings = _settings(folder.absolute(), port)
        stack.enter_context(held(settings.folder))
        settings = settings.model_copy(update={"port": stack.enter_context(_a_port(settings, port))})
        kept = _prepared(settings, stack, recipe, json=json)
        _run(settings, kept, beat=beat if replay else None, json=json)
    _tell(json, {"event": "stopped"}, f"Stopped. `handraise demo --folder {folder}` goes on from here.")


def _interrupted() -> None:
    raise KeyboardInterrupt


def _settings(folder: Path, port: int | None) -> "Settings":
    """The settings of the environment, without those that lead outside or to other data."""
    from handraise.settings import read_settings

    given = {} if port is None else {"port": port}
    return read_settings(
        folder=folder, database_url=None, database_owner_url=None, public_url=None, smtp_host=None,
        slack_webhook_url=None, slack_bot_token=None, telemetry_url=None, **given,
    )  # fmt: skip


@contextmanager
def _a_port(settings: "Settings", wanted: int | None) -> Iterator[int]:
    """The port that was asked for; the usual one, or any free one, when none was."""
    from handraise.cli.ports import PortTaken, reserved

    with ExitStack() as stack:
        try:
            found = stack.enter_context(reserved(settings.host, settings.port))
        except PortTaken:
            if wanted is not None:
                raise
            found = stack.enter_context(reserved(settings.host, 0))
            output.notice(f"port {settings.port} is taken; this one is free: {found}")
        yield found


def _prepared(settings: "Settings", stack: ExitStack, recipe: "Recipe", *, json: bool) -> "Kept":
    """The database with the company in it: as it is there already, or made now."""
    from handraise.demo.making import Kept, kept_in
    from handraise.store import schema
    from handraise.store.embedded import Embedded
    from handraise.store.session import Database

    kept = kept_in(settings.folder)
    if kept is None or not kept.is_complete:
        _clear(settings.folder, Kept(recipe))
    server: Embedded = stack.enter_context(Embedded(settings.folder))
    schema.create(server.address("handraise_owner", over_socket=True))
    if kept is not None and kept.is_complete:
        if replace(recipe, moment=kept.recipe.moment) != kept.recipe:
            was = f"{kept.recipe.leads:,} leads, {kept.recipe.months} months and seed {kept.recipe.seed}"
            output.notice(f"`{settings.folder}` goes on with {was}; another --folder takes others")
        since = f"{kept.recipe.moment:%Y-%m-%d %H:%M} UTC"
        _tell(json, {"event": "goes_on", "since": kept.recipe.moment},
              f"Going on with the example company of {since}.")  # fmt: skip
        return kept
    database = Database(server.address(over_socket=True), connections=4)
    try:
        return _made(database, settings, recipe, json=json)
    finally:
        database.close()


def _clear(folder: Path, begun: "Kept") -> None:
    """Take out an example that was made half, whose past has a hole in it, and write down what is begun."""
    from handraise.store.embedded import Embedded, EmbeddedError

    if (folder / "postgres").exists():
        with (
            suppress(EmbeddedError),
            Embedded(folder),
        ):  # who leaves last stops a server that was left running
            pass
        shutil.rmtree(folder / "postgres")
    begun.write(folder)


def _made(database: "Database", settings: "Settings", recipe: "Recipe", *, json: bool) -> "Kept":
    import time

    from handraise.demo.making import make
    from handraise.wiring.services import desk_of

    if not json:
        output.say(
            "An example company, invented by a program: nobody in it exists, and nothing it says is sent.",
            f"Filling in its past: {recipe.months} months and about {recipe.leads:,} leads go through the "
            "product.",
        )
    began = time.monotonic()
    shown = 0.0

    def told(share: float) -> None:
        nonlocal shown
        if share - shown >= (0.01 if sys.stderr.isatty() else 0.2):
            shown = share
            _progress(recipe, share, time.monotonic() - began)

    kept = make(database, settings.folder, recipe, desk_of(settings).links, told)
    took = time.monotonic() - began
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[2K")
    _tell(json, {"event": "filled", "seconds": round(took, 1), **_counted(database)},
          f"The past is filled in, in {took:.0f} s: {_words(_counted(database))}.")  # fmt: skip
    return kept


def _progress(recipe: "Recipe", share: float, seconds: float) -> None:
    """One line that is written over on a terminal, a line now and then elsewhere."""
    moment = recipe.start + (recipe.moment - recipe.start) * share
    line = f"{moment:%B %Y} · {share:.0%} · {seconds:.0f} s"
    sys.stderr.write(f"\r\x1b[2K{line}" if sys.stderr.isatty() else f"{line}\n")
    sys.stderr.flush()


def _counted(database: "Database") -> dict[str, int]:
    """How many there are of what people ask for first."""
    from handraise.store import showcase

    with database.transaction() as connection:
        return showcase.counts(connection)


def _words(counted: dict[str, int]) -> str:
    return ", ".join(f"{number:,} {what.replace('_', ' ')}" for what, number in counted.items())


def _run(settings: "Settings", kept: "Kept", *, beat: float | None, json: bool) -> None:
    """The product, and beside it the replay, until told to stop."""
    from handraise.cli.supervisor import Supervisor
    from handraise.cli.up import children_of, environment_of

    def told(event: str, **detail: Any) -> None:
        words = {"died": "The {name} process ended (exit code {code}); it starts again in {wait:g} s.",
                 "stopping": "Stopping …"}[event].format(**detail)  # fmt: skip
        _tell(json, {"event": event, **detail}, words)

    beneath = {name: value for name, value in os.environ.items() if not name.startswith(OF_OURS)}  # noqa: TID251
    log_level = {"HANDRAISE_LOG_LEVEL": "warning"}
    environment = {**environment_of(settings, beneath), **log_level}
    supervisor = Supervisor(children_of(settings), environment, told)
    acting: list[threading.Thread] = []

    def ready() -> None:
        _introduce(settings, kept, json=json)
        if beat is not None:
            acting.append(
                threading.Thread(target=_replay, args=(settings, kept, supervisor.stop, beat, json))
            )
            acting[0].start()

    try:
        supervisor.run(settings.host, settings.port, ready)
    finally:
        supervisor.stop.set()
        for thread in acting:
            thread.join()


def _replay(settings: "Settings", kept: "Kept", stop: threading.Event, beat: float, json: bool) -> None:
    from handraise.demo.making import to_come
    from handraise.demo.present import Replay
    from handraise.store import showcase
    from handraise.wiring.services import clock

    def told(event: str, **detail: Any) -> None:
        if json:
            output.line({"event": event, **detail})
        elif event == "handed_off":
            output.say(f"{clock():%H:%M:%S}  {detail['lead']} is an MQL and goes to {detail['to']}")
        elif event == "answered":
            output.say(f"{clock():%H:%M:%S}  {detail['by']} {_VERBS[detail['what']]} {detail['lead']}")
        sys.stdout.flush()

    try:
        with _database(settings) as database, database.transaction() as connection:
            known = showcase.addresses(connection)
        Replay(settings.address, dict(kept.keys), kept.log_ins, to_come(kept.recipe), known, clock, told,
               beat).run(stop)  # fmt: skip
    except Exception as fault:
        output.error(f"the replay ended ({type(fault).__name__}: {fault}); the product goes on")


@contextmanager
def _database(settings: "Settings") -> "Iterator[Database]":
    from handraise.store.embedded import Embedded
    from handraise.store.session import Database

    with Embedded(settings.folder) as server:
        database = Database(server.address(over_socket=True), connections=2)
        try:
            yield database
        finally:
            database.close()


def _introduce(settings: "Settings", kept: "Kept", *, json: bool) -> None:
    from handraise.store import showcase

    with _database(settings) as database, database.transaction() as connection:
        looks = showcase.stories(connection)
    shown = [
        next(one for one in kept.log_ins if one.role == role) for role in ("admin", "marketing", "sales")
    ]
    if json:
        for one in shown:
            output.line({"event": "log_in", "role": one.role, "email": one.email, "password": one.password})
        for by, key in kept.keys:
            output.line({"event": "write_key", "source": by, "key": key})
        output.line({"event": "ready", "address": settings.address, "process": os.getpid(), "leads": looks})
        return
    output.say("", f"Lumen Desk, an example company, is at {settings.address}", "")
    for one in shown:
        output.say(f"  {one.role:<10} {one.email:<40} {one.password}")
    output.say("", "Its story from another terminal:", f"  export HANDRAISE_FOLDER={settings.folder}")
    for email, why in looks:
        output.say(f"  handraise lead show {email:<48} # {why}")
    output.say("  handraise definition history 'B2B SaaS'", "  handraise doctor", "", "Ctrl-C stops.", "")
    sys.stdout.flush()


def _tell(json: bool, event: dict[str, Any], words: str) -> None:
    output.line(event) if json else output.say(words)
    sys.stdout.flush()
