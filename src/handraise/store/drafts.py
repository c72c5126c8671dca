"""Drafts: definitions that somebody is writing, and has not proposed yet."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from handraise.core.errors import HandraiseError
from handraise.store.tables.definitions import definition_draft


class DraftUnknown(HandraiseError):
    """No draft of that person has this id."""


@dataclass(frozen=True)
class Draft:
    """A text that is being written; `based_on` is the version it began as, None when it began as none."""

    id: int
    based_on: int | None
    text: str = field(repr=False)
    changed_by: str
    changed_at: datetime


def begin(connection: sa.Connection, text: str, based_on: int | None, by: str, now: datetime) -> Draft:
    """Keep a new draft."""
    return _one(
        connection,
        definition_draft.insert()
        .values(text=text, based_on=based_on, changed_by=by, changed_at=now)
        .returning(*definition_draft.c),
    )


def draft_of(connection: sa.Connection, draft_id: int, by: str, *, lock: bool = False) -> Draft:
    """The draft of that id, which is this person's.

    Raises
    ------
    DraftUnknown
        When there is none, or it is somebody else's.
    """
    statement = sa.select(definition_draft).where(
        definition_draft.c.id == draft_id, definition_draft.c.changed_by == by
    )
    return _one(connection, statement.with_for_update() if lock else statement)


def change(connection: sa.Connection, draft_id: int, text: str, by: str, now: datetime) -> Draft:
    """Replace the text of a draft.

    Raises
    ------
    DraftUnknown
        When there is none, or it is somebody else's.
    """
    return _one(
        connection,
        definition_draft.update()
        .where(definition_draft.c.id == draft_id, definition_draft.c.changed_by == by)
        .values(text=text, changed_at=now)
        .returning(*definition_draft.c),
    )


def discard(connection: sa.Connection, draft_id: int, by: str) -> None:
    """Take a draft out; nothing happens when it is gone already."""
    connection.execute(
        definition_draft.delete().where(
            definition_draft.c.id == draft_id, definition_draft.c.changed_by == by
        )
    )


def drafts_of(connection: sa.Connection, by: str) -> list[Draft]:
    """The drafts of somebody, the one they worked on last first."""
    rows = connection.execute(
        sa.select(definition_draft)
        .where(definition_draft.c.changed_by == by)
        .order_by(definition_draft.c.changed_at.desc(), definition_draft.c.id.desc())
    )
    return [Draft(**row._mapping) for row in rows]


def _one(connection: sa.Connection, statement: Any) -> Draft:
    row = connection.execute(statement).one_or_none()
    if row is None:
        raise DraftUnknown("There is no such draft of yours; it may have been proposed or discarded.")
    return Draft(**row._mapping)
