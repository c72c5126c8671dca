"""What was captured: sources, events, what is in quarantine, imports."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Table,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

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

# A place that sends events. `key_hash` is the SHA-256 of its write key; browser keys are public and kept in
# `public_key` so that the snippet can show them. `settings` holds what a webhook's adapter needs (its
# mapping); its signing secret is in `secret`.
source: Final = Table(
    "source",
    METADATA,
    number(),
    text("name"),
    text("kind"),  # server | browser | webhook
    text("adapter", server_default="segment"),
    Column("key_hash", LargeBinary, nullable=False, unique=True),
    maybe_text("public_key"),
    maybe_text("secret"),
    Column("origins", ARRAY(Text), nullable=False, server_default="{}"),
    json("settings", "{}"),
    Column("is_active", Boolean, nullable=False, server_default="true"),
    moment("created_at"),
    maybe_moment("first_event_at"),
    maybe_moment("revoked_at"),
)

# Partitioned by month of `received_at`. No foreign keys: the capture path writes them in bulk, and the lead a
# row names is made in the same transaction.
event: Final = Table(
    "event",
    METADATA,
    Column("id", BigInteger, Identity(always=False), primary_key=True),
    Column("received_at", moment("x").type, primary_key=True),
    moment("occurred_at"),
    Column("lead_id", BigInteger, nullable=False),
    Column("source_id", BigInteger, nullable=True),
    text("kind"),  # track | page | screen | identify | group | alias | system
    text("event"),
    text("message_id"),
    maybe_text("session_id"),
    maybe_text("anonymous_id"),
    maybe_text("user_id"),
    json("properties", "{}"),
    maybe_json("traits"),
    json("context", "{}"),
    maybe_moment("original_at"),
    maybe_moment("sent_at"),
    text("clock", server_default="given"),  # given | corrected | clamped | missing
    maybe_text("bot"),  # why this is no person; such events stay and do not score
    Column("import_id", BigInteger, nullable=True),
    Index(None, "lead_id", "occurred_at"),
    postgresql_partition_by="RANGE (received_at)",
)

# Every message id ever taken, for ever: `key` is the first half of SHA-256(source, message id).
event_message: Final = Table(
    "event_message", METADATA, Column("key", Uuid, primary_key=True), moment("received_at")
)

quarantine: Final = Table(
    "quarantine",
    METADATA,
    number(),
    moment("received_at"),
    Column("source_id", BigInteger, ForeignKey(source.c.id), nullable=True),
    text("adapter"),
    text("path"),
    Column("raw", LargeBinary, nullable=False),
    text("code"),
    text("problem"),
    maybe_text("message_id"),
    maybe_moment("replayed_at"),
    maybe_moment("discarded_at"),
    Index(
        "quarantine_open_index",
        "received_at",
        postgresql_where="replayed_at is null and discarded_at is null",
    ),
)

import_batch: Final = Table(
    "import_batch",
    METADATA,
    number(),
    text("kind"),  # leads | events | accounts | spend
    text("file_name"),
    json("mapping", "{}"),
    json("counts", "{}"),
    text("imported_by"),
    moment("imported_at"),
    maybe_moment("undone_at"),
    maybe_text("undone_by"),
)
