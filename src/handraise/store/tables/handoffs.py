"""Hand-offs, their clocks and what sales answered; the people and teams who get them."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    UniqueConstraint,
)
from sqlalchemy.types import Text

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

calendar: Final = Table(
    "calendar",
    METADATA,
    number(),
    text("name", unique=True),
    text("zone"),
    json("hours", "{}"),  # weekday -> [[from, to], …] local times
    maybe_text("holiday_country"),
    maybe_text("holiday_subdivision"),
    json("special_days", "{}"),  # date -> [[from, to], …], [] is closed
    json("closures", "[]"),
)

# Somebody who works with the product: can log in, can own hand-offs, or both.
member: Final = Table(
    "member",
    METADATA,
    number(),
    text("email", unique=True),
    text("name"),
    text("role"),  # admin | marketing | sales | viewer
    maybe_text("password_hash"),
    text("zone", server_default="UTC"),
    text("language", server_default="en"),
    Column("calendar_id", BigInteger, ForeignKey(calendar.c.id), nullable=True),
    Column("is_active", Boolean, nullable=False, server_default="true"),
    maybe_moment("away_from"),
    maybe_moment("away_until"),
    Column("capacity", Integer, nullable=True),  # most open hand-offs at a time
    json("attributes", "{}"),  # territories, segments, skills, languages
    maybe_text("slack_id"),
    maybe_text("crm_id"),
    moment("created_at"),
)

team: Final = Table(
    "team",
    METADATA,
    number(),
    text("name", unique=True),
    Column("is_fallback", Boolean, nullable=False, server_default="false"),
    json("requires", "{}"),
    json("ledger", "{}"),  # where the round robin stands; survives restarts
    maybe_text("slack_channel"),
    maybe_text("email"),
)

team_member: Final = Table(
    "team_member",
    METADATA,
    Column("team_id", BigInteger, ForeignKey(team.c.id), primary_key=True),
    Column("member_id", BigInteger, ForeignKey(member.c.id), primary_key=True),
    Column("weight", Integer, nullable=False, server_default="1"),
)

reason: Final = Table(
    "reason",
    METADATA,
    number(),
    text("kind"),  # reject | disqualify | recycle | lost
    text("code"),
    text("label"),
    text("then", server_default="recycle"),  # recycle | disqualify: where a lead goes with it
    Column("is_active", Boolean, nullable=False, server_default="true"),
    UniqueConstraint("kind", "code"),
)

handoff: Final = Table(
    "handoff",
    METADATA,
    number(),
    Column("lead_id", BigInteger, ForeignKey(lead.c.id), nullable=False, index=True),
    text("definition"),
    Column("version_id", BigInteger, nullable=False),
    Column("cycle", Integer, nullable=False),
    text("lead_type"),  # demo_request | high_intent | standard | re_engaged | pql | outbound
    maybe_text("temperature"),
    text("state"),  # open | accepted | rejected | cancelled | done
    Column("owner_id", BigInteger, ForeignKey(member.c.id), nullable=True),
    Column("team_id", BigInteger, ForeignKey(team.c.id), nullable=True),
    json("why_owner", "[]"),  # each person considered, and why (not) they
    json("brief", "{}"),
    moment("opened_at"),
    maybe_moment("answered_at"),
    Column("answered_by", BigInteger, ForeignKey(member.c.id), nullable=True),
    maybe_text("reason"),
    maybe_text("note"),
    maybe_moment("first_contact_at"),
    maybe_moment("snoozed_until"),
    maybe_text("outcome"),  # sql | recycled | disqualified | won | lost
    maybe_moment("closed_at"),
    UniqueConstraint("lead_id", "definition", "cycle"),
    Index(
        "handoff_owner_open_index", "owner_id", "opened_at", postgresql_where="state in ('open', 'accepted')"
    ),
    Index(None, "state", "opened_at"),
)

# What happened to a hand-off, in order: its clock is computed from these rows alone.
handoff_entry: Final = Table(
    "handoff_entry",
    METADATA,
    number(),
    Column("handoff_id", BigInteger, ForeignKey(handoff.c.id), nullable=False),
    moment("at"),
    text("kind"),  # opened | assigned | accepted | rejected | snoozed | contacted | warned | breached | …
    text("by"),  # rule | member:ID | slack:ID | crm | system
    json("detail", "{}"),
    Index(None, "handoff_id", "at"),
)

# One row for each owner's clock; `calendar` is the calendar as it was then. Worked out from the entries, and
# written again whenever there is a new one. `next_at` is the instant at which somebody has to look at it.
sla_clock: Final = Table(
    "sla_clock",
    METADATA,
    number(),
    Column("handoff_id", BigInteger, ForeignKey(handoff.c.id), nullable=False, index=True),
    Column("owner_id", BigInteger, nullable=True),
    moment("started_at"),
    Column("target_seconds", BigInteger, nullable=False),
    json("calendar"),
    json("pauses", "[]"),
    maybe_moment("warn_at"),
    maybe_moment("due_at"),
    maybe_moment("warned_at"),
    maybe_moment("breached_at"),
    maybe_moment("escalated_at"),
    maybe_moment("stopped_at"),
    maybe_text("stopped_by"),  # contact | reassigned | cancelled
    maybe_moment("next_at"),
    Index("sla_clock_running_index", "due_at", postgresql_where="stopped_at is null"),
    Index("sla_clock_next_index", "next_at", postgresql_where="next_at is not null"),
)

framework: Final = Table(
    "framework",
    METADATA,
    Column("name", Text, primary_key=True),
    json("content"),
    Column("is_active", Boolean, nullable=False, server_default="true"),
)

framework_answer: Final = Table(
    "framework_answer",
    METADATA,
    number(),
    Column("lead_id", BigInteger, ForeignKey(lead.c.id), nullable=False),
    text("framework"),
    text("criterion"),
    maybe_json("value"),
    moment("at"),
    text("by"),
    Index(None, "lead_id", "framework", "at"),
)

# A deal as the CRM or a person told it; what calibration learns from.
deal: Final = Table(
    "deal",
    METADATA,
    number(),
    Column("lead_id", BigInteger, ForeignKey(lead.c.id), nullable=False, index=True),
    Column("handoff_id", BigInteger, ForeignKey(handoff.c.id), nullable=True),
    Column("crm_id", Text, nullable=True, unique=True),
    text("state"),  # open | won | lost
    Column("amount_cents", BigInteger, nullable=True),
    maybe_text("currency"),
    maybe_moment("opened_at"),
    maybe_moment("closed_at"),
    maybe_json("detail"),
)
