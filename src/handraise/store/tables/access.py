"""Who may: sessions, API keys, log-in attempts, idempotency keys; and the audit chain."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from handraise.store.tables.handoffs import member
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

login_session: Final = Table(
    "login_session",
    METADATA,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("member_id", BigInteger, ForeignKey(member.c.id), nullable=False, index=True),
    moment("created_at"),
    moment("expires_at"),
    moment("last_used_at"),
    maybe_text("agent"),
)

login_attempt: Final = Table(
    "login_attempt",
    METADATA,
    number(),
    text("email"),
    text("address"),
    moment("at"),
    Column("succeeded", Boolean, nullable=False),
    Index(None, "email", "at"),
    Index(None, "address", "at"),
)

api_key: Final = Table(
    "api_key",
    METADATA,
    number(),
    text("name"),
    Column("key_hash", LargeBinary, nullable=False, unique=True),
    text("hint"),
    text("role"),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("member_id", BigInteger, ForeignKey(member.c.id), nullable=True),
    moment("created_at"),
    maybe_moment("expires_at"),
    maybe_moment("last_used_at"),
    maybe_moment("revoked_at"),
)

idempotency_key: Final = Table(
    "idempotency_key",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("caller", Text, primary_key=True),
    text("route"),
    Column("body_hash", LargeBinary, nullable=False),
    Column("status", Integer, nullable=True),
    maybe_json("answer"),
    moment("created_at"),
)

# Rows are only added. The application's role may not change or delete them, and each carries the hash of the
# one before; `audit_head` anchors the end, so that a cut tail is seen too.
audit_entry: Final = Table(
    "audit_entry",
    METADATA,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    moment("at"),
    text("actor"),
    text("action"),
    text("subject"),
    json("detail", "{}"),
    Column("previous_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

audit_head: Final = Table(
    "audit_head",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)
