"""`handraise doctor`: looks at the running product from below, and says what is wrong and what to do."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

import typer

from handraise.cli import output
from handraise.cli.options import Json
from handraise.core.errors import HandraiseError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from handraise.cli.live import Live

LEAST_SPACE: Final = 1024**3
LONGEST_SKEW: Final = 5.0  # seconds
LONGEST_LAG: Final = timedelta(minutes=1)
State = Literal["fine", "doubt", "wrong"]


@dataclass(frozen=True)
class Finding:
    """What was looked at, what was found, and what to do where something is wrong."""

    what: str
    state: State
    found: str
    do: str = ""


def doctor(json: Json = False) -> None:
    """Look at settings, database, tables, rights, queue, clocks, disk; exit code 1 when anything is wrong."""
    findings = list(_findings())
    if json:
        output.document(findings)
    else:
        mark = {"fine": "ok", "doubt": "look", "wrong": "WRONG"}
        for each in findings:
            output.say(f"{mark[each.state]:<6} {each.what}: {each.found}")
            if each.do:
                output.say(f"       → {each.do}")
    raise typer.Exit(1 if any(each.state == "wrong" for each in findings) else 0)


def _findings() -> Iterator[Finding]:
    from handraise.cli.live import opened

    yield from _of_machine()
    try:
        with opened(check=False) as live:
            yield Finding("database", "fine", _where(live))
            for look in LOOKS:
                with _answering() as problem, live.database.transaction() as connection:
                    yield look(connection, live)
                yield from problem
    except HandraiseError as error:
        yield Finding("database", "wrong", str(error))


@contextmanager
def _answering() -> Iterator[list[Finding]]:
    """A look that fails is a finding, not the end."""
    from sqlalchemy.exc import SQLAlchemyError

    problem: list[Finding] = []
    try:
        yield problem
    except SQLAlchemyError as error:
        told = str(getattr(error, "orig", error)).partition("\n")[0]
        problem.append(Finding("database", "wrong", told, "handraise migrate, then look again"))


def _of_machine() -> Iterator[Finding]:
    from handraise.settings import read_settings

    try:
        settings = read_settings()
    except HandraiseError as error:
        yield Finding("settings", "wrong", str(error), "correct the variables named")
        return
    yield Finding("settings", "fine", "every setting can be used")
    if settings.smtp_host is None:
        yield Finding(
            "mail", "doubt", "no mail server: nobody gets a mail, leads neither", "set HANDRAISE_SMTP_HOST"
        )
    place = settings.folder if settings.folder.exists() else "."
    free = shutil.disk_usage(place).free
    yield Finding(
        "disk",
        "fine" if free >= LEAST_SPACE else "wrong",
        f"{free / 1024**3:.1f} GB free",
        "" if free >= LEAST_SPACE else "make room: without it nothing more is stored",
    )
    yield _engine()


def _engine() -> Finding:
    """Whether compiled code can be kept: without, every process compiles for half a minute."""
    import os
    from pathlib import Path

    import handraise.engine

    folder = Path(
        os.environ.get("NUMBA_CACHE_DIR")  # noqa: TID251  (Numba's own variable)
        or str(Path(handraise.engine.__file__).parent)
    )
    if os.access(folder, os.W_OK) or any(folder.glob("**/*.nbi")):
        return Finding("engine", "fine", f"compiled code is kept in {folder}")
    return Finding(
        "engine",
        "doubt",
        f"compiled code cannot be kept in {folder}: every process compiles anew",
        "set NUMBA_CACHE_DIR to a folder that can be written",
    )


def _where(live: "Live") -> str:
    return (
        "our own, in " + str(live.settings.folder) if live.settings.is_embedded else "the one in the settings"
    )


def _tables(connection: "Connection", _: "Live") -> Finding:
    from handraise.store import schema

    try:
        schema.check_version(connection)
    except HandraiseError as error:
        return Finding("tables", "wrong", str(error), "handraise migrate")
    return Finding("tables", "fine", f"schema version {schema.version_found(connection)}")


def _rights(connection: "Connection", _: "Live") -> Finding:
    from handraise.store.health import rights_too_many

    found = rights_too_many(connection)
    if not found:
        return Finding("rights", "fine", "the application owns nothing and may not change what is on record")
    return Finding(
        "rights",
        "wrong",
        f"the application's role may too much: {', '.join(found)}",
        "log in as a role that owns nothing, and run `handraise migrate` as the owner",
    )


def _time(connection: "Connection", _: "Live") -> Finding:
    from handraise.store.health import database_now
    from handraise.wiring.services import clock

    before: datetime = clock()
    skew = abs((database_now(connection) - before).total_seconds())
    if skew <= LONGEST_SKEW:
        return Finding("time", "fine", f"this machine and the database are {skew:.1f} s apart")
    return Finding(
        "time", "wrong", f"this machine and the database are {skew:.0f} s apart", "set both clocks by NTP"
    )


def _scoring(connection: "Connection", live: "Live") -> Finding:
    from handraise.store import dirty

    lag = dirty.lag(connection, live.now)
    if lag.failed:
        lead, mark, again = dirty.failures(connection, limit=1)[0]
        problem = (mark.cause or {}).get("problem", "")
        return Finding(
            "scoring",
            "wrong",
            f"{output.counted(lag.failed, 'lead')} cannot be scored, such as {lead}: {problem}",
            f"report it; the lead is tried again at {output.plain(again)}",
        )
    if lag.oldest > LONGEST_LAG:
        return Finding(
            "scoring",
            "wrong",
            f"{output.counted(lag.marks, 'lead')} waiting, the first for {lag.oldest.total_seconds():.0f} s",
            "is a worker running? `handraise up`, or `handraise worker`; more with HANDRAISE_WORKERS",
        )
    return Finding("scoring", "fine", f"{output.counted(lag.marks, 'lead')} waiting")


def _definitions(connection: "Connection", _: "Live") -> Finding:
    from handraise.store import definitions

    live = [one.name for one in definitions.open_rollouts(connection) if one.mode == "live"]
    if live:
        return Finding("definitions", "fine", f"live: {', '.join(live)}")
    return Finding(
        "definitions",
        "doubt",
        "none is live, so nobody is scored or handed off",
        "handraise definition publish my.yaml --signed-marketing NAME --signed-sales NAME --live",
    )


def _queue(connection: "Connection", live: "Live") -> Finding:
    from handraise.store.health import backlog

    counts = backlog(connection, live.now).counts
    failed = counts.get(("deliveries", "failed"), 0) + counts.get(("jobs", "failed"), 0)
    waiting = counts.get(("deliveries", "waiting"), 0)
    held = counts.get(("quarantine", "waiting"), 0)
    told = f"{waiting:,} deliveries waiting, {failed:,} failed; {held:,} calls in quarantine"
    if failed or held:
        return Finding("queue", "doubt", told, "handraise replay --quarantine reads those calls again")
    return Finding("queue", "fine", told)


def _clocks(connection: "Connection", live: "Live") -> Finding:
    from handraise.store import clocks

    overdue = clocks.due(connection, live.now - LONGEST_LAG)
    if not overdue:
        return Finding("clocks", "fine", "every clock was looked at in time")
    return Finding(
        "clocks",
        "wrong",
        f"{output.counted(len(overdue), 'clock')} overdue for a look",
        "is a worker running?",
    )


LOOKS: Final[tuple[Callable[["Connection", "Live"], Finding], ...]] = (
    _tables, _rights, _time, _definitions, _scoring, _queue, _clocks,
)  # fmt: skip
