"""Definitions: drafts, immutable versions, who signed them, which one acts when; managed lists; settings."""

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, UniqueConstraint
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

# What somebody is writing; it becomes a version when they propose it.
definition_draft: Final = Table(
    "definition_draft",
    METADATA,
    number(),
    Column("based_on", BigInteger, ForeignKey(definition_version.c.id)),
    text("text"),
    text("changed_by"),
    moment("changed_at"),
    Index(None, "changed_by"),
)

# What a version would do, as it was seen when it was proposed: what both sides sign by.
evidence: Final = Table(
    "evidence",
    METADATA,
    Column("version_id", BigInteger, ForeignKey(definition_version.c.id), primary_key=True),
    json("figures"),
    moment("frozen_at"),
    text("frozen_by"),
)

# That a version goes live later. One plan of a name is open; `outcome`: live | withdrawn | failed.
planned_rollout: Final = Table(
    "planned_rollout",
    METADATA,
    number(),
    text("name"),
    Column("version_id", BigInteger, ForeignKey(definition_version.c.id), nullable=False),
    moment("at"),
    text("decided_by"),
    moment("decided_at"),
    maybe_text("reason"),
    maybe_moment("ended_at"),
    maybe_text("outcome"),
    Index("planned_rollout_one_open", "name", unique=True, postgresql_where="ended_at is null"),
)

# Every state a managed list was in; the last one of a name holds.
managed_list: Final = Table(
    "managed_list",
    METADATA,
    number(),
    text("name"),
    json("entries"),
    maybe_text("note"),
    text("changed_by"),
    moment("changed_at"),
    Index(None, "name", "id"),
)

# A draft or a version run over history, on demand; `state`: running | done | failed.
backtest_run: Final = Table(
    "backtest_run",
    METADATA,
    number(),
    text("text"),
    json("lists", "{}"),
    Column("against_id", BigInteger, ForeignKey(definition_version.c.id)),
    text("state"),
    Column("done", BigInteger, nullable=False, server_default="0"),
    Column("total", BigInteger, nullable=False, server_default="0"),
    maybe_json("found"),
    maybe_text("problem"),
    text("asked_by"),
    moment("asked_at"),
    moment("alive_at"),
)

# Values an administrator sets at run time: fact precedence, retention, routing people fall back to. Under
# `report.KIND` the last of a report that takes long.
setting: Final = Table(
    "setting",
    METADATA,
    Column("name", Text, primary_key=True),
    json("value"),
    moment("set_at"),
    text("set_by"),
)
