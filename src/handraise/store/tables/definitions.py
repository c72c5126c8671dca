"""Definitions: immutable versions, who signed them, which one acts when; managed lists; settings."""

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, UniqueConstraint
from sqlalchemy.types import Text

from handraise.store.tables.schema import METADATA, json, maybe_moment, maybe_text, moment, number, text

definition_version: Final = Table(
    "definition_version",
    METADATA,
    number(),
    text("name"),
    text("motion"),
    text("content_hash"),
    text("scoring_hash"),
    text("text"),
    json("lists", "{}"),
    maybe_text("note"),
    moment("published_at"),
    text("published_by"),
    UniqueConstraint("name", "content_hash"),
)

signature: Final = Table(
    "signature",
    METADATA,
    Column("version_id", BigInteger, ForeignKey(definition_version.c.id), primary_key=True),
    Column("side", Text, primary_key=True),  # marketing | sales
    text("signed_by"),
    moment("signed_at"),
)

# Which version of a name acts (live) or only scores (shadow), from when to when. One live row is open per
# name.
rollout: Final = Table(
    "rollout",
    METADATA,
    number(),
    text("name"),
    Column("version_id", BigInteger, ForeignKey(definition_version.c.id), nullable=False),
    text("mode"),  # live | shadow
    moment("from_at"),
    maybe_moment("until_at"),
    text("decided_by"),
    maybe_text("reason"),
    Index("rollout_one_live", "name", unique=True, postgresql_where="until_at is null and mode = 'live'"),
    Index(None, "name", "from_at"),
)

# Values an administrator sets at run time: fact precedence, retention, routing people fall back to.
setting: Final = Table(
    "setting",
    METADATA,
    Column("name", Text, primary_key=True),
    json("value"),
    moment("set_at"),
    text("set_by"),
)
