"""Definitions: versions that never change, who signed them, and which one acted when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from handraise.core.definition import read_definition
from handraise.core.definition.reading import Read
from handraise.core.errors import HandraiseError
from handraise.store.tables.definitions import definition_version, rollout, signature

Side = Literal["marketing", "sales"]
Mode = Literal["live", "shadow"]
SIDES: Final[tuple[Side, ...]] = ("marketing", "sales")
_ROLLING: Final = 4857266
_OPEN: Final = """
select id, name, version_id, mode, from_at, until_at, decided_by, reason from handraise.rollout
where until_at is null and (%(name)s::text is null or name = %(name)s::text) order by mode, name, id
"""


class VersionUnknown(HandraiseError):
    """No version of a definition has that id."""

    def __init__(self, version_id: int) -> None:
        super().__init__(
            f"There is no version {version_id} of a definition. `handraise definition list` shows them."
        )


@dataclass(frozen=True)
class Version:
    """A published definition; `text` and `lists` are all it takes to read it again."""

    id: int
    name: str
    motion: str
    content_hash: str
    scoring_hash: str
    text: str = field(repr=False)
    lists: Mapping[str, Sequence[str]] = field(repr=False)
    note: str | None
    published_at: datetime
    published_by: str


@dataclass(frozen=True)
class Signed:
    """Who signed a version for a side, and when."""

    side: Side
    by: str
    at: datetime


@dataclass(frozen=True)
class Rollout:
    """A version acting (live), or scoring without acting (shadow), from when to when; open while `until`."""

    id: int
    name: str
    version_id: int
    mode: Mode
    from_at: datetime
    until_at: datetime | None
    by: str
    reason: str | None

    @property
    def is_open(self) -> bool:
        """Whether it is on now."""
        return self.until_at is None


def read_text(text: str, lists: Mapping[str, Sequence[str]]) -> Read:
    """A definition read from its text with the lists kept beside it: when it is published, and ever after."""
    return read_definition(text, lists.get, lists)


def add_version(connection: sa.Connection, **values: Any) -> Version:
    """Keep a version; one of the same name and content that is there already is given instead."""
    made = connection.execute(
        insert(definition_version)
        .values(**values)
        .on_conflict_do_nothing(index_elements=["name", "content_hash"])
        .returning(*definition_version.c)
    ).one_or_none()
    if made is None:
        made = connection.execute(
            sa.select(definition_version).where(
                definition_version.c.name == values["name"],
                definition_version.c.content_hash == values["content_hash"],
            )
        ).one()
    return Version(**made._mapping)


def version(connection: sa.Connection, version_id: int) -> Version:
    """The version of that id.

    Raises
    ------
    VersionUnknown
        When there is none.
    """
    found = versions_of(connection, [version_id])
    if not found:
        raise VersionUnknown(version_id)
    return found[version_id]


def versions_of(connection: sa.Connection, version_ids: Iterable[int]) -> dict[int, Version]:
    """The versions of these ids, as far as they are there."""
    rows = connection.execute(
        sa.select(definition_version).where(definition_version.c.id.in_(sorted(set(version_ids))))
    )
    return {row.id: Version(**row._mapping) for row in rows}


def versions(connection: sa.Connection, name: str | None = None) -> list[Version]:
    """The versions of a definition, or of all, the newest first."""
    statement = sa.select(definition_version).order_by(definition_version.c.id.desc())
    if name is not None:
        statement = statement.where(definition_version.c.name == name)
    return [Version(**row._mapping) for row in connection.execute(statement)]


def add_signature(connection: sa.Connection, version_id: int, side: Side, by: str, now: datetime) -> None:
    """Keep that somebody signed; who signed a side first stays."""
    connection.execute(
        insert(signature)
        .values(version_id=version_id, side=side, signed_by=by, signed_at=now)
        .on_conflict_do_nothing()
    )


def signatures(connection: sa.Connection, version_id: int) -> dict[Side, Signed]:
    """Who signed a version, by side."""
    rows = connection.execute(
        sa.select(signature.c.side, signature.c.signed_by, signature.c.signed_at).where(
            signature.c.version_id == version_id
        )
    )
    return {row.side: Signed(row.side, row.signed_by, row.signed_at) for row in rows}


def lock_name(connection: sa.Connection, name: str) -> None:
    """Until the transaction ends, nobody else signs or rolls out versions of this definition."""
    connection.exec_driver_sql(
        "select pg_advisory_xact_lock(hashtextextended(%(name)s, 4857265))", {"name": f"definition:{name}"}
    )


def hold_rollouts(connection: sa.Connection) -> None:
    """Until the transaction ends, nothing is rolled out: whoever scores, scores by what acts now.

    Without it a lead that is captured while a version goes live could be scored by the one before, and be
    missed when all leads are marked.
    """
    connection.exec_driver_sql("select pg_advisory_xact_lock_shared(%(lock)s)", {"lock": _ROLLING})


def change_rollouts(connection: sa.Connection) -> None:
    """Wait until nobody scores, and let nobody until the transaction ends."""
    connection.exec_driver_sql("select pg_advisory_xact_lock(%(lock)s)", {"lock": _ROLLING})


def open_rollouts(connection: sa.Connection, name: str | None = None) -> list[Rollout]:
    """What acts and what is in shadow now: live ones first, by name."""
    return [Rollout(*row) for row in connection.exec_driver_sql(_OPEN, {"name": name}).all()]


def acts(connection: sa.Connection) -> bool:
    """Whether a definition is live, of whatever name."""
    return any(each.mode == "live" for each in open_rollouts(connection))


def rollouts(connection: sa.Connection, name: str) -> list[Rollout]:
    """Everything that was ever live or in shadow of a definition, the newest first."""
    return _rollouts(
        connection, sa.select(rollout).where(rollout.c.name == name).order_by(rollout.c.id.desc())
    )


def lived(connection: sa.Connection, start: datetime, end: datetime) -> list[Rollout]:
    """What was live or in shadow at any time from `start` up to `end`, by name, the oldest first."""
    statement = sa.select(rollout).where(
        rollout.c.from_at < end, rollout.c.until_at.is_(None) | (rollout.c.until_at > start)
    )
    return _rollouts(connection, statement.order_by(rollout.c.name, rollout.c.id))


def first_live(connection: sa.Connection) -> datetime | None:
    """Since when definitions have been acting here; None when none ever was."""
    found: datetime | None = connection.execute(
        sa.select(sa.func.min(rollout.c.from_at)).where(rollout.c.mode == "live")
    ).scalar_one()
    return found


def live_at(connection: sa.Connection, at: datetime, name: str | None = None) -> list[Version]:
    """The versions that were live at that time, by name: of one definition, or of all."""
    statement = (
        sa.select(definition_version)
        .join(rollout, rollout.c.version_id == definition_version.c.id)
        .where(
            rollout.c.mode == "live",
            rollout.c.from_at <= at,
            rollout.c.until_at.is_(None) | (rollout.c.until_at > at),
        )
        .order_by(definition_version.c.name)
    )
    if name is not None:
        statement = statement.where(definition_version.c.name == name)
    return [Version(**row._mapping) for row in connection.execute(statement)]


def open_rollout(
    connection: sa.Connection, which: Version, mode: Mode, by: str, now: datetime, reason: str | None = None
) -> Rollout:
    """Have a version act, or score in shadow, from now on. The caller has closed what it replaces."""
    made = connection.execute(
        rollout.insert()
        .values(name=which.name, version_id=which.id, mode=mode, from_at=now, decided_by=by, reason=reason)
        .returning(*rollout.c)
    ).one()
    return Rollout(*made)


def close_rollouts(connection: sa.Connection, ids: Iterable[int], now: datetime) -> None:
    """End these rollouts."""
    connection.execute(
        rollout.update()
        .where(rollout.c.id.in_(sorted(set(ids))), rollout.c.until_at.is_(None))
        .values(until_at=now)
    )


def _rollouts(connection: sa.Connection, statement: sa.Select[Any]) -> list[Rollout]:
    return [Rollout(*row) for row in connection.execute(statement)]
