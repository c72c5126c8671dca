"""Audiences: conditions that people keep under a name."""

from typing import Final

from sqlalchemy import Index, Table, func

from handraise.store.tables.schema import METADATA, maybe_text, moment, number, text

# `definition` names the one whose signals, bars and scores the condition means, as it is live at the time;
# null when it asks of none.
audience: Final = Table(
    "audience",
    METADATA,
    number(),
    text("name"),
    maybe_text("definition"),
    text("text"),
    text("made_by"),
    moment("made_at"),
    text("changed_by"),
    moment("changed_at"),
)
Index("audience_name_key", func.lower(audience.c.name), unique=True)
