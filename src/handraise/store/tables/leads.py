"""Who they are: leads, their aliases and merges, accounts, facts with their history and source."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    UniqueConstraint,
)
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

account: Final = Table(
    "account",
    METADATA,
    number(),
    maybe_text("name"),
    Column("domain", Text, nullable=True, unique=True),
    Column("crm_id", Text, nullable=True, unique=True),
    Column("owner_id", BigInteger, nullable=True),  # the member who owns the account
    moment("created_at"),
    json("facts", "{}"),  # what holds now, by full fact name; `account_fact` has the history
)

# Group ids of accounts; an account may be several groups (workspaces).
account_alias: Final = Table(
    "account_alias",
    METADATA,
    Column("kind", Text, primary_key=True),  # group_id
    Column("value", Text, primary_key=True),
    Column("account_id", BigInteger, ForeignKey(account.c.id), nullable=False, index=True),
    moment("created_at"),
)

# `root_id` is the lead this one was merged into (null when it was not). Stage columns are true of roots only.
# `facts` is what holds now, by full fact name, kept beside the history in `lead_fact` for lists and filters.
lead: Final = Table(
    "lead",
    METADATA,
    number(),
    Column("root_id", BigInteger, nullable=True),
    moment("created_at"),
    maybe_text("email"),
    maybe_text("name"),
    Column("account_id", BigInteger, ForeignKey(account.c.id), nullable=True),
    Column("is_known", Boolean, nullable=False, server_default="false"),
    json("facts", "{}"),
    text("stage", server_default="subscriber"),
    maybe_moment("stage_since"),
    maybe_moment("stage_due_at"),
    Column("cycle", Integer, nullable=False, server_default="0"),
    maybe_text("temperature"),  # hot | warm
    maybe_moment("recycled_at"),
    maybe_moment("cool_down_until"),
    maybe_text("disqualified_reason"),
    maybe_moment("disqualified_at"),
    maybe_moment("requalify_at"),
    maybe_moment("frozen_until"),
    maybe_text("nurture"),
    maybe_moment("demo_confirmed_at"),
    json("reviews", "{}"),  # {"since": when the stage began, "why": […]}: reviews asked for in that stage
    maybe_moment("last_seen_at"),
    Column("import_id", BigInteger, nullable=True),
    # Most leads were merged into none: with all of them in it, the planner may look for roots here.
    Index("lead_root_id_index", "root_id", postgresql_where="root_id is not null"),
    Index(None, "account_id"),
    Index(None, "email"),
    Index(None, "stage", "stage_since"),
    Index("lead_stage_due_at_index", "stage_due_at", postgresql_where="stage_due_at is not null"),
    Index("lead_requalify_at_index", "requalify_at", postgresql_where="requalify_at is not null"),
)

# Anonymous ids, user ids, e-mail addresses and CRM ids: each names exactly one lead.
lead_alias: Final = Table(
    "lead_alias",
    METADATA,
    Column("kind", Text, primary_key=True),  # anonymous_id | user_id | email | crm_id
    Column("value", Text, primary_key=True),
    Column("lead_id", BigInteger, ForeignKey(lead.c.id), nullable=False, index=True),
    moment("created_at"),
    maybe_text("source"),
)

# A merge is a row: taking it out unmerges. `child_id` was its own root before. `replaced` is what the merge
# changed of the parent's stage and account, so that taking it out can put that back.
lead_merge: Final = Table(
    "lead_merge",
    METADATA,
    Column("child_id", BigInteger, ForeignKey(lead.c.id), primary_key=True),
    Column("parent_id", BigInteger, ForeignKey(lead.c.id), nullable=False, index=True),
    moment("merged_at"),
    text("merged_by"),
    text("reason"),
    maybe_json("replaced"),
)

# Who was erased: hashes of their aliases, so that a restored backup can be erased again.
tombstone: Final = Table(
    "tombstone",
    METADATA,
    Column("hash", LargeBinary, primary_key=True),
    moment("erased_at"),
    text("erased_by"),
)

# Two known people whose ids met: nothing is joined until somebody says so.
merge_suggestion: Final = Table(
    "merge_suggestion",
    METADATA,
    number(),
    Column("lead_id", BigInteger, ForeignKey(lead.c.id), nullable=False),
    Column("other_id", BigInteger, ForeignKey(lead.c.id), nullable=False),
    text("reason"),
    moment("suggested_at"),
    maybe_moment("answered_at"),
    maybe_text("answer"),
    UniqueConstraint("lead_id", "other_id"),
)

# What was said of a lead, when it was true, when we knew, and who said so. A null value takes a fact back.
# A source that says the same again moves `last_said_at`, so that what it said in between but came late loses.
lead_fact: Final = Table(
    "lead_fact",
    METADATA,
    number(),
    Column("lead_id", BigInteger, ForeignKey(lead.c.id), nullable=False),
    text("fact"),
    maybe_json("value"),
    text("source"),  # form | product | crm | enrichment | import | api
    moment("known_at"),
    moment("said_at"),
    moment("last_said_at"),
    maybe_text("said_by"),
    Column("import_id", BigInteger, nullable=True),
    Index(None, "lead_id", "fact", "known_at"),
)

account_fact: Final = Table(
    "account_fact",
    METADATA,
    number(),
    Column("account_id", BigInteger, ForeignKey(account.c.id), nullable=False),
    text("fact"),
    maybe_json("value"),
    text("source"),
    moment("known_at"),
    moment("said_at"),
    moment("last_said_at"),
    maybe_text("said_by"),
    Column("import_id", BigInteger, nullable=True),
    Index(None, "account_id", "fact", "known_at"),
)

# Every move, for ever: from, to, when, why, under which version.
stage_change: Final = Table(
    "stage_change",
    METADATA,
    number(),
    Column("lead_id", BigInteger, ForeignKey(lead.c.id), nullable=False),
    text("from_stage"),
    text("to_stage"),
    moment("at"),
    text("cause_kind"),  # rule | person | crm | import
    text("cause"),
    Column("skipped", Text, nullable=False, server_default=""),  # stages passed over, comma between
    Column("cycle", Integer, nullable=False, server_default="0"),
    Column("version_id", BigInteger, nullable=True),
    maybe_moment("became_at"),  # when the definition was first satisfied, if earlier than `at`
    maybe_json("score"),
    Index(None, "lead_id", "at"),
    Index(None, "to_stage", "at"),
)
