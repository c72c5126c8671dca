"""A backtest of the live base on demand: exported, replayed and compared as the commands on files do it."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pyarrow.compute as pc
import structlog

from handraise.core.definition.model import Definition
from handraise.core.errors import InputInvalid
from handraise.core.saying import Saying
from handraise.core.words import ENGLISH, TONGUES, Tongue
from handraise.engine.backtest import Replayer
from handraise.files.mapping import Mapping as Columns
from handraise.files.outcomes import INSTANTS, read_outcomes
from handraise.files.problems import Problems
from handraise.files.replays import replay_files
from handraise.flow.background import ended
from handraise.flow.exporting import rows_after
from handraise.flow.snapshot import size
from handraise.learn.backtest import Backtest, Group, Period, Promise, compared, in_short
from handraise.learn.backtest.telling import of_gained, of_lost
from handraise.store import backtest_runs, definitions
from handraise.store.definitions import read_text
from handraise.store.session import Database

_KINDS: Final = ("leads", "events", "facts", "outcomes")
_log = structlog.get_logger("handraise.backtests")


def run(database: Database, run_id: int, clock: Callable[[], datetime]) -> None:
    """Do what was asked, and write down how far it is and what it found; never raises."""

    def progress(done: int, total: int) -> None:
        with database.transaction() as connection:
            backtest_runs.note(connection, run_id, clock(), done=done, total=total)

    def made() -> Mapping[str, Any]:
        with database.transaction() as connection:
            asked = backtest_runs.run_of(connection, run_id)
            against = None if asked.against_id is None else definitions.version(connection, asked.against_id)
        candidate = read_text(asked.text, asked.lists).definition
        live = None if against is None else read_text(against.text, against.lists).definition
        with TemporaryDirectory(prefix="handraise-") as folder:
            export(database, Path(folder), progress)
            return {"found": as_figures(backtest(Path(folder), candidate, live, clock()))}

    result = ended(made, _log, "a backtest failed")
    with database.transaction() as connection:
        backtest_runs.note(connection, run_id, clock(), **result)


def export(database: Database, folder: Path, progress: Callable[[int, int], None]) -> None:
    """Write the live base into files (`leads.jsonl`…), page by page, each in a transaction of its own.

    `progress` is told after each page how many leads of how many are written.
    """
    files = {kind: (folder / f"{kind}.jsonl").open("w", encoding="utf-8") for kind in _KINDS}
    try:
        after: int | None = 0
        done = 0
        while after is not None:
            with database.transaction() as connection:
                page = rows_after(connection, after)
                done, after, total = done + len(page.leads), page.after, size(connection)
            progress(done, max(done, total))
            for kind, file in files.items():
                file.writelines(f"{json.dumps(row, ensure_ascii=False)}\n" for row in getattr(page, kind))
    finally:
        for file in files.values():
            file.close()


def backtest(folder: Path, candidate: Definition, live: Definition | None, now: datetime) -> Backtest:
    """Compare a candidate on exported files with what is live, or with what really was handed over.

    Raises
    ------
    InputInvalid
        When nothing was handed to sales yet.
    """
    paths = {kind: folder / f"{kind}.jsonl" for kind in _KINDS}
    if not paths["outcomes"].stat().st_size:
        raise InputInvalid(Saying("No lead was handed to sales yet, so there is nothing to compare with."))
    zone, problems = candidate.timezone, Problems()
    outcomes = read_outcomes(paths["outcomes"], mapping=Columns(), problems=problems, zone=zone)
    starts = [pc.min(outcomes[name]).as_py() for name in INSTANTS if name in outcomes.column_names]
    period = Period(min(one for one in starts if one is not None), now + timedelta(microseconds=1))
    wanted = [each for each in (candidate, live) if each is not None]
    replays = replay_files(
        wanted,
        paths["leads"],
        None,
        paths["events"],
        now,
        fact_history=paths["facts"] if paths["facts"].stat().st_size else None,
        problems=problems,
        allow_missing=_asked(wanted),
    )
    return compared(
        replays.ids,
        replays.became[0],
        replays.became[1] if live is not None else None,
        outcomes,
        period,
        zone=zone,
        promise=Promise.of(candidate),
    )


def _asked(asking: Sequence[Definition]) -> list[str]:
    """Everything these look at: what nobody in the base has is unknown of everybody."""
    replayers = [Replayer(each) for each in asking]
    found = {name for each in replayers for name in (*each.facts.facts, *each.plan.event_properties)}
    return sorted(found)


def as_figures(found: Backtest) -> Mapping[str, Any]:
    """The backtest as JSON keeps it; shares are how many of how many. `told` is it in words, by language."""

    def group(one: Group) -> dict[str, Any]:
        shares = {
            name: (getattr(one, name).count, getattr(one, name).n) for name in ("accepted", "sql", "won")
        }
        return {"leads": one.leads, "handed": one.handed, **shares}

    def told(tongue: Tongue) -> dict[str, str]:
        return {
            "in_short": in_short(found, tongue),
            "of_gained": of_gained(found, tongue),
            "of_lost": of_lost(found, tongue),
        }

    return {
        **told(ENGLISH),
        "told": {language: told(tongue) for language, tongue in TONGUES.items()},
        "start": found.period.start.isoformat(),
        "end": found.period.end.isoformat(),
        "leads": found.leads,
        "is_against_history": found.is_against_history,
        "groups": {
            **{name.value: group(one) for name, one in found.groups.items()},
            "candidate": group(found.candidate),
            "against": group(found.against),
        },
    }
