"""Reports that take longer than one waits for a page: worked out once, and kept with their time.

The last of each kind is there for everybody; while a new one is worked out, the last is still shown.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from handraise.store.tables.definitions import setting

Kind = Literal["health"]
State = Literal["running", "done", "failed"]
SILENCE: Final = timedelta(minutes=2)
"""Whoever gave no sign of life for so long is gone."""


@dataclass(frozen=True)
class Kept:
    """A report, how far a new one is, and what came of it.

    Attributes
    ----------
    done, total
        Leads that the new one has read.
    found, found_at
        The last that came to an end; None before the first.
    """

    state: State
    done: int
    total: int
    asked_by: str
    asked_at: datetime
    alive_at: datetime
    found: Mapping[str, Any] | None = None
    found_at: datetime | None = None
    problem: str | None = None

    def is_running(self, now: datetime) -> bool:
        """Whether somebody is at it."""
        return self.state == "running" and now - self.alive_at <= SILENCE


def kept(connection: sa.Connection, kind: Kind) -> Kept | None:
    """What there is of a kind of report; None when nobody ever asked for it."""
    return _kept(connection, kind, lock=False)


def begin(connection: sa.Connection, kind: Kind, total: int, by: str, now: datetime) -> bool:
    """Note that a new one is worked out; False when somebody is at it already."""
    found = _kept(connection, kind, lock=True)
    if found is not None and found.is_running(now):
        return False
    new = Kept("running", 0, total, by, now, now)
    if found is not None:
        new = replace(new, found=found.found, found_at=found.found_at)
    _write(connection, kind, new)
    return True


def note(connection: sa.Connection, kind: Kind, now: datetime, **changes: Any) -> None:
    """Write down how far it is, or how it ended."""
    found = _kept(connection, kind, lock=True)
    if found is not None:
        _write(connection, kind, replace(found, alive_at=now, **changes))


def _name(kind: Kind) -> str:
    return f"report.{kind}"


def _kept(connection: sa.Connection, kind: Kind, *, lock: bool) -> Kept | None:
    statement = sa.select(setting.c.value).where(setting.c.name == _name(kind))
    row = connection.execute(statement.with_for_update() if lock else statement).one_or_none()
    return None if row is None else msgspec.convert(row.value, Kept)


def _write(connection: sa.Connection, kind: Kind, one: Kept) -> None:
    values = {
        "value": msgspec.to_builtins(asdict(one)),
        "set_at": one.alive_at,
        "set_by": one.asked_by,
    }
    connection.execute(
        insert(setting)
        .values(name=_name(kind), **values)
        .on_conflict_do_update(index_elements=["name"], set_=values)
    )
