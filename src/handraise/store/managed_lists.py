"""Managed lists: competitors, target accounts and the like; every state they were in is kept."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from handraise.store.tables.definitions import managed_list


@dataclass(frozen=True)
class ManagedList:
    """A list as it was from `changed_at` on; entries in order, each once, in small letters."""

    id: int
    name: str
    entries: tuple[str, ...] = field(repr=False)
    note: str | None
    changed_by: str
    changed_at: datetime


def entries_of(given: Iterable[str]) -> tuple[str, ...]:
    """Entries as they are kept.

    Examples
    --------
    >>> entries_of([" B.example", "a.example", "", "b.example"])
    ('a.example', 'b.example')
    """
    return tuple(sorted({entry.strip().casefold() for entry in given if entry.strip()}))


def keep(
    connection: sa.Connection, name: str, entries: Iterable[str], note: str | None, by: str, now: datetime
) -> ManagedList:
    """Have a list be this from now on; the same entries again change nothing."""
    wanted = entries_of(entries)
    connection.exec_driver_sql(
        "select pg_advisory_xact_lock(hashtextextended(%(name)s, 4857265))", {"name": f"list:{name}"}
    )
    now_there = current(connection).get(name)
    if now_there is not None and now_there.entries == wanted:
        return now_there
    row = connection.execute(
        managed_list.insert()
        .values(name=name, entries=list(wanted), note=note, changed_by=by, changed_at=now)
        .returning(*managed_list.c)
    ).one()
    return _list(row)


def current(connection: sa.Connection) -> dict[str, ManagedList]:
    """Every list as it is now, by name."""
    latest = sa.select(sa.func.max(managed_list.c.id)).group_by(managed_list.c.name)
    rows = connection.execute(
        sa.select(managed_list).where(managed_list.c.id.in_(latest)).order_by(managed_list.c.name)
    )
    return {row.name: _list(row) for row in rows}


def history(connection: sa.Connection, name: str) -> list[ManagedList]:
    """Every state of a list, the newest first."""
    rows = connection.execute(
        sa.select(managed_list).where(managed_list.c.name == name).order_by(managed_list.c.id.desc())
    )
    return [_list(row) for row in rows]


def _list(row: sa.Row[tuple[object, ...]]) -> ManagedList:
    values = dict(row._mapping)
    return ManagedList(**{**values, "entries": tuple(values["entries"])})
