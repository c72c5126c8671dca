"""Quarterly reviews: what both teams wrote down and agreed to, and what was worked out for them."""

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table

from handraise.store.tables.definitions import definition_version
from handraise.store.tables.schema import METADATA, maybe_json, maybe_text, moment, number, text

# What was decided on a topic of a review. Every wording stays; the last one of a topic holds.
review_decision: Final = Table(
    "review_decision",
    METADATA,
    number(),
    text("quarter"),  # 2026-Q3
    text("topic"),
    text("text"),
    text("decided_by"),
    moment("decided_at"),
    Index(None, "quarter", "topic", "id"),
)

# That a side agreed to what was decided, up to and with that decision.
review_agreement: Final = Table(
    "review_agreement",
    METADATA,
    number(),
    text("quarter"),
    text("side"),  # marketing | sales
    Column("decision_id", BigInteger, ForeignKey(review_decision.c.id), nullable=False),
    text("agreed_by"),
    moment("agreed_at"),
    Index(None, "quarter", "id"),
)

# What history says of a version's rules, worked out in the background; `state`: running | done | failed.
review_study: Final = Table(
    "review_study",
    METADATA,
    number(),
    text("quarter"),
    Column("version_id", BigInteger, ForeignKey(definition_version.c.id), nullable=False),
    text("state"),
    Column("done", BigInteger, nullable=False, server_default="0"),
    Column("total", BigInteger, nullable=False, server_default="0"),
    maybe_json("found"),
    maybe_text("problem"),
    text("asked_by"),
    moment("asked_at"),
    moment("alive_at"),
    Index(None, "quarter", "id"),
)
