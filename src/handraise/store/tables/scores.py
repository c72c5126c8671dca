"""Scores as they are now, every change of them with its cause, and the leads to look at."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Table
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from handraise.store.tables.definitions import definition_version
from handraise.store.tables.leads import lead
from handraise.store.tables.schema import (
    METADATA,
    json,
    maybe_json,
    maybe_moment,
    maybe_text,
    moment,
    number,
    text,
)

# Points are hundredths.
lead_score: Final = Table(
    "lead_score",
    METADATA,
    Column("lead_id", BigInteger, ForeignKey(lead.c.id), primary_key=True),
    Column("version_id", BigInteger, ForeignKey(definition_version.c.id), primary_key=True),
    moment("as_of"),
    Column("fit", BigInteger, nullable=False),
    Column("engagement", BigInteger, nullable=False),
    maybe_text("grade"),
    Column("applies", Boolean, nullable=False),
    Column("is_mql", Boolean, nullable=False),
    maybe_text("disqualified"),
    maybe_moment("became_mql_at"),
    maybe_moment("ceases_at"),
    maybe_moment("next_change_at"),
    Column("patterns", ARRAY(Text), nullable=False, server_default="{}"),
    Column("fast_tracks", ARRAY(Text), nullable=False, server_default="{}"),
    json("lines", "[]"),
    Index("lead_score_due_index", "next_change_at", postgresql_where="next_change_at is not null"),
    Index(None, "version_id", "is_mql"),
)

score_change: Final = Table(
    "score_change",
    METADATA,
    number(),
    Column("lead_id", BigInteger, ForeignKey(lead.c.id), nullable=False),
    Column("version_id", BigInteger, ForeignKey(definition_version.c.id), nullable=False),
    moment("at"),
    Column("fit", BigInteger, nullable=False),
    Column("engagement", BigInteger, nullable=False),
    maybe_text("grade"),
    Column("is_mql", Boolean, nullable=False),
    maybe_text("disqualified"),
    text("cause_kind"),  # event | time | fact | definition | merge | correction | import
    maybe_json("cause"),
    json("lines", "[]"),
    Index(None, "lead_id", "at"),
)

# Leads that something happened to since they were last scored. Rows are only added and taken out, never
# changed, so that capture never waits for a worker. `due_at`: not to be looked at before. What concerns all
# leads at once (a new version of the definition, an import) waits behind what happened to one.
dirty_lead: Final = Table(
    "dirty_lead",
    METADATA,
    number(),
    Column("lead_id", BigInteger, nullable=False),
    text("cause_kind"),
    maybe_json("cause"),
    moment("marked_at"),
    maybe_moment("due_at"),
    Index(None, "lead_id"),
    Index("dirty_lead_fresh_index", "id", postgresql_where="cause_kind not in ('definition', 'import')"),
    Index("dirty_lead_bulk_index", "id", postgresql_where="cause_kind in ('definition', 'import')"),
)
