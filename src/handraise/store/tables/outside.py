"""What goes out: webhook endpoints, deliveries and each attempt."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from handraise.store.tables.schema import METADATA, json, maybe_moment, maybe_text, moment, number, text

webhook_endpoint: Final = Table(
    "webhook_endpoint",
    METADATA,
    number(),
    text("url"),
    text("secret"),
    Column("events", ARRAY(Text), nullable=False, server_default="{}"),  # empty: all
    Column("is_active", Boolean, nullable=False, server_default="true"),
    moment("created_at"),
    maybe_moment("failing_since"),
    maybe_moment("disabled_at"),
    maybe_text("disabled_why"),
)

# `id` is stable over attempts and goes out with them, so that a receiver can tell a repeat.
delivery: Final = Table(
    "delivery",
    METADATA,
    Column("id", Uuid, primary_key=True),
    text("channel"),  # email | slack | webhook
    text("destination"),  # an address, a channel, an endpoint's id
    text("kind"),  # handoff.opened, sla.breached, demo.confirmed …
    Column("lead_id", BigInteger, nullable=True, index=True),
    Column("handoff_id", BigInteger, nullable=True, index=True),
    json("payload"),
    text("state"),  # waiting | sent | failed | dropped
    Column("attempts", Integer, nullable=False, server_default="0"),
    moment("created_at"),
    maybe_moment("next_attempt_at"),
    maybe_moment("finished_at"),
    Index("delivery_waiting_index", "next_attempt_at", postgresql_where="state = 'waiting'"),
    Index(None, "channel", "destination", "created_at"),
)

delivery_attempt: Final = Table(
    "delivery_attempt",
    METADATA,
    number(),
    Column("delivery_id", Uuid, ForeignKey(delivery.c.id), nullable=False, index=True),
    Column("attempt", Integer, nullable=False),
    moment("at"),
    text("outcome"),  # sent | temporary | permanent | gone
    maybe_text("status"),
    maybe_text("detail"),
    Column("milliseconds", Integer, nullable=True),
)
