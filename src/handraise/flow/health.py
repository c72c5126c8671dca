"""The health of the live base: its figures against the lines of the domain, as `handraise health` has them.

The leads go through files, so that what is read of them is what the command reads from an export.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import structlog

from handraise.engine.match import source_of
from handraise.files.leads import CREATED
from handraise.flow.background import ended
from handraise.flow.exported import LEADS, OUTCOMES, exported_past
from handraise.learn.past import ACCOUNTS
from handraise.learn.telling import as_figures
from handraise.store import exports
from handraise.store.reports import kept
from handraise.store.session import Database

BY: Final = ("lead.source", "lead.country", "account.industry")
"""Channels and segments that are looked at one by one, beside the reps."""
SMALL: Final = 5_000
"""So many leads are looked at while one waits for the page: about half a second."""
_PAGE: Final = 1_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
Told = Callable[[int], None]
_log = structlog.get_logger("handraise.health")


def looked_at(database: Database, told: Told = lambda _done: None) -> Mapping[str, Any] | None:
    """What `handraise health --json` finds in an export of now, with `until`; None: sales got no lead yet.

    Parameters
    ----------
    told
        Hears now and then how many leads are read.
    """
    # Only whoever asks waits for the statistics to be loaded, not every start of the product.
    from handraise.learn.health import health_report

    with TemporaryDirectory(prefix="handraise-") as folder:
        if not _written(database, Path(folder), told):
            return None
        past = exported_past(Path(folder), _names())
        until = _EPOCH + timedelta(microseconds=past.until)
        found: dict[str, Any] = as_figures(health_report(past, by=BY))
    return {"until": until.isoformat(), **found}


def run(database: Database, clock: Callable[[], datetime]) -> None:
    """Look, and keep what is found with its time and how far it is meanwhile; never raises."""

    def told(done: int) -> None:
        with database.transaction() as connection:
            kept.note(connection, "health", clock(), done=done)

    def look() -> Mapping[str, Any]:
        return {"found": looked_at(database, told), "found_at": clock(), "problem": None}

    result = ended(look, _log, "the health of the base could not be worked out")
    with database.transaction() as connection:
        kept.note(connection, "health", clock(), **result)


def _names() -> list[str]:
    asked = (*BY, *ACCOUNTS, CREATED)
    derived = [source for name in asked if (source := source_of(name)) is not None]
    return list(dict.fromkeys((*asked, *derived)))


def _written(database: Database, folder: Path, told: Told) -> bool:
    """Write leads and outcomes, page by page, each in a transaction of its own; whether there are both."""
    done, outcomes = 0, 0
    with _open(folder / LEADS) as write_lead, _open(folder / OUTCOMES) as write_outcome:
        after: int | None = 0
        while after is not None:
            with database.transaction() as connection:
                page = exports.known(connection, _names(), after=after, limit=_PAGE)
            for one in page:
                created = {"created_at": one.facts.get(CREATED)}
                facts = {name: value for name, value in one.facts.items() if name != CREATED}
                write_lead({"lead_id": str(one.lead_id), **created, **facts})
                if one.outcome is not None:
                    write_outcome(asdict(one.outcome))
                    outcomes += 1
            done += len(page)
            after = page[-1].lead_id if len(page) == _PAGE else None
            told(done)
    return outcomes > 0


@contextmanager
def _open(path: Path) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    with path.open("w", encoding="utf-8") as file:

        def write(row: Mapping[str, Any]) -> None:
            file.write(json.dumps(row, default=datetime.isoformat, ensure_ascii=False) + "\n")

        yield write


__all__ = ["BY", "SMALL", "looked_at", "run"]
