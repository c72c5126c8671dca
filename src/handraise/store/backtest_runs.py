"""Backtests on demand: what was asked, how far it is, and what it found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import sqlalchemy as sa

from handraise.core.errors import HandraiseError
from handraise.store.tables.definitions import backtest_run

State = Literal["running", "done", "failed"]
SILENCE: Final = timedelta(minutes=2)
"""A run that gave no sign of life for so long belongs to a process that is gone."""


class RunUnknown(HandraiseError):
    """No backtest has that id."""


@dataclass(frozen=True)
class Run:
    """A text run over history against a version; `done` of `total` leads are read."""

    id: int
    text: str = field(repr=False)
    lists: Mapping[str, Sequence[str]] = field(repr=False)
    against_id: int | None
    state: State
    done: int
    total: int
    found: Mapping[str, Any] | None = field(repr=False)
    problem: str | None
    asked_by: str
    asked_at: datetime
    alive_at: datetime

    def is_lost(self, now: datetime) -> bool:
        """Whether whoever ran it is gone."""
        return self.state == "running" and now - self.alive_at > SILENCE


def begin(
    connection: sa.Connection,
    text: str,
    lists: Mapping[str, Sequence[str]],
    against_id: int | None,
    by: str,
    now: datetime,
) -> Run:
    """Keep what is asked."""
    row = connection.execute(
        backtest_run.insert()
        .values(
            text=text,
            lists={name: list(entries) for name, entries in lists.items()},
            against_id=against_id,
            state="running",
            asked_by=by,
            asked_at=now,
            alive_at=now,
        )
        .returning(*backtest_run.c)
    ).one()
    return Run(**row._mapping)


def run_of(connection: sa.Connection, run_id: int) -> Run:
    """The run of that id.

    Raises
    ------
    RunUnknown
        When there is none.
    """
    row = connection.execute(sa.select(backtest_run).where(backtest_run.c.id == run_id)).one_or_none()
    if row is None:
        raise RunUnknown(f"There is no backtest {run_id}.")
    return Run(**row._mapping)


def note(connection: sa.Connection, run_id: int, now: datetime, **values: Any) -> None:
    """Write down how far a run is, or how it ended."""
    connection.execute(
        backtest_run.update().where(backtest_run.c.id == run_id).values(alive_at=now, **values)
    )
