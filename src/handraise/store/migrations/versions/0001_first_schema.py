"""The first schema: everything the live product keeps, and the job queue's own tables."""

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("domain", sa.Text(), nullable=True),
        sa.Column("crm_id", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("account_pkey")),
        sa.UniqueConstraint("crm_id", name=op.f("account_crm_id_key")),
        sa.UniqueConstraint("domain", name=op.f("account_domain_key")),
        schema="handraise",
    )
    op.create_table(
        "audit_entry",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("audit_entry_pkey")),
        schema="handraise",
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("audit_head_pkey")),
        schema="handraise",
    )
    op.create_table(
        "calendar",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("hours", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("holiday_country", sa.Text(), nullable=True),
        sa.Column("holiday_subdivision", sa.Text(), nullable=True),
        sa.Column("special_days", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("closures", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("calendar_pkey")),
        sa.UniqueConstraint("name", name=op.f("calendar_name_key")),
        schema="handraise",
    )
    op.create_table(
        "definition_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("motion", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("scoring_hash", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("lists", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("definition_version_pkey")),
        sa.UniqueConstraint("name", "content_hash", name=op.f("definition_version_name_content_hash_key")),
        schema="handraise",
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=True),
        sa.Column("handoff_id", sa.BigInteger(), nullable=True),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("delivery_pkey")),
        schema="handraise",
    )
    op.create_index(
        op.f("delivery_channel_destination_created_at_index"),
        "delivery",
        ["channel", "destination", "created_at"],
        unique=False,
        schema="handraise",
    )
    op.create_index(
        op.f("delivery_handoff_id_index"), "delivery", ["handoff_id"], unique=False, schema="handraise"
    )
    op.create_index(op.f("delivery_lead_id_index"), "delivery", ["lead_id"], unique=False, schema="handraise")
    op.create_index(
        "delivery_waiting_index",
        "delivery",
        ["next_attempt_at"],
        unique=False,
        schema="handraise",
        postgresql_where="state = 'waiting'",
    )
    op.create_table(
        "dirty_lead",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("cause_kind", sa.Text(), nullable=False),
        sa.Column(
            "cause",
            postgresql.JSONB(
                none_as_null=True,
            ),
            nullable=True,
        ),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("dirty_lead_pkey")),
        schema="handraise",
    )
    op.create_index(
        "dirty_lead_fresh_index",
        "dirty_lead",
        ["id"],
        unique=False,
        schema="handraise",
        postgresql_where="cause_kind not in ('definition', 'import')",
    )
    op.create_index(
        "dirty_lead_bulk_index",
        "dirty_lead",
        ["id"],
        unique=False,
        schema="handraise",
        postgresql_where="cause_kind in ('definition', 'import')",
    )
    op.create_index(
        op.f("dirty_lead_lead_id_index"), "dirty_lead", ["lead_id"], unique=False, schema="handraise"
    )
    op.create_table(
        "event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=True),
        sa.Column("anonymous_id", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Text(), nullable=True),
        sa.Column("properties", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column(
            "traits",
            postgresql.JSONB(
                none_as_null=True,
            ),
            nullable=True,
        ),
        sa.Column("context", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("original_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock", sa.Text(), server_default="given", nullable=False),
        sa.Column("bot", sa.Text(), nullable=True),
        sa.Column("import_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", "received_at", name=op.f("event_pkey")),
        schema="handraise",
        postgresql_partition_by="RANGE (received_at)",
    )
    op.create_index(
        op.f("event_lead_id_occurred_at_index"),
        "event",
        ["lead_id", "occurred_at"],
        unique=False,
        schema="handraise",
    )
    op.create_table(
        "event_message",
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("event_message_pkey")),
        schema="handraise",
    )
    op.create_table(
        "framework",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("framework_pkey")),
        schema="handraise",
    )
    op.create_table(
        "idempotency_key",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column(
            "answer",
            postgresql.JSONB(
                none_as_null=True,
            ),
            nullable=True,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", "caller", name=op.f("idempotency_key_pkey")),
        schema="handraise",
    )
    op.create_table(
        "import_batch",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("mapping", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("counts", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("import_batch_pkey")),
        schema="handraise",
    )
    op.create_table(
        "login_attempt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("login_attempt_pkey")),
        schema="handraise",
    )
    op.create_index(
        op.f("login_attempt_address_at_index"),
        "login_attempt",
        ["address", "at"],
        unique=False,
        schema="handraise",
    )
    op.create_index(
        op.f("login_attempt_email_at_index"),
        "login_attempt",
        ["email", "at"],
        unique=False,
        schema="handraise",
    )
    op.create_table(
        "reason",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("then", sa.Text(), server_default="recycle", nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("reason_pkey")),
        sa.UniqueConstraint("kind", "code", name=op.f("reason_kind_code_key")),
        schema="handraise",
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", postgresql.JSONB(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("setting_pkey")),
        schema="handraise",
    )
    op.create_table(
        "source",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("adapter", sa.Text(), server_default="segment", nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=True),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("origins", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("settings", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_event_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("source_pkey")),
        sa.UniqueConstraint("key_hash", name=op.f("source_key_hash_key")),
        schema="handraise",
    )
    op.create_table(
        "team",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_fallback", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("requires", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("ledger", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("slack_channel", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("team_pkey")),
        sa.UniqueConstraint("name", name=op.f("team_name_key")),
        schema="handraise",
    )
    op.create_table(
        "webhook_endpoint",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("events", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("webhook_endpoint_pkey")),
        schema="handraise",
    )
    op.create_table(
        "account_alias",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["handraise.account.id"], name=op.f("account_alias_account_id_fkey")
        ),
        sa.PrimaryKeyConstraint("kind", "value", name=op.f("account_alias_pkey")),
        schema="handraise",
    )
    op.create_index(
        op.f("account_alias_account_id_index"),
        "account_alias",
        ["account_id"],
        unique=False,
        schema="handraise",
    )
    op.create_table(
        "tombstone",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("tombstone_pkey")),
        schema="handraise",
    )
    op.create_table(
        "account_fact",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("fact", sa.Text(), nullable=False),
        sa.Column(
            "value",
            postgresql.JSONB(
                none_as_null=True,
            ),
            nullable=True,
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said_by", sa.Text(), nullable=True),
        sa.Column("import_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["handraise.account.id"], name=op.f("account_fact_account_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("account_fact_pkey")),
        schema="handraise",
    )
    op.create_index(
        op.f("account_fact_account_id_fact_known_at_index"),
        "account_fact",
        ["account_id", "fact", "known_at"],
        unique=False,
        schema="handraise",
    )
    op.create_table(
        "delivery_attempt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("milliseconds", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["handraise.delivery.id"], name=op.f("delivery_attempt_delivery_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("delivery_attempt_pkey")),
        schema="handraise",
    )
    op.create_index(
        op.f("delivery_attempt_delivery_id_index"),
        "delivery_attempt",
        ["delivery_id"],
        unique=False,
        schema="handraise",
    )
    op.create_table(
        "lead",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("root_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("is_known", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("facts", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("stage", sa.Text(), server_default="subscriber", nullable=False),
        sa.Column("stage_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stage_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cycle", sa.Integer(), server_default="0", nullable=False),
        sa.Column("temperature", sa.Text(), nullable=True),
        sa.Column("recycled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cool_down_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disqualified_reason", sa.Text(), nullable=True),
        sa.Column("disqualified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("requalify_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("frozen_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("nurture", sa.Text(), nullable=True),
        sa.Column("demo_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviews", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("import_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["handraise.account.id"], name=op.f("lead_account_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("lead_pkey")),
        schema="handraise",
    )
    op.create_index(op.f("lead_account_id_index"), "lead", ["account_id"], unique=False, schema="handraise")
    op.create_index(op.f("lead_email_index"), "lead", ["email"], unique=False, schema="handraise")
    op.create_index(op.f("lead_root_id_index"), "lead", ["root_id"], unique=False, schema="handraise")
    op.create_index(
        "lead_requalify_at_index",
        "lead",
        ["requalify_at"],
        unique=False,
        schema="handraise",
        postgresql_where="requalify_at is not null",
    )
    op.create_index(
        "lead_stage_due_at_index",
        "lead",
        ["stage_due_at"],
        unique=False,
        schema="handraise",
        postgresql_where="stage_due_at is not null",
    )
    op.create_index(
        op.f("lead_stage_stage_since_index"),
        "lead",
        ["stage", "stage_since"],
        unique=False,
        schema="handraise",
    )
    op.create_table(
        "member",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("zone", sa.Text(), server_default="UTC", nullable=False),
        sa.Column("language", sa.Text(), server_default="en", nullable=False),
        sa.Column("calendar_id", sa.BigInteger(), nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("away_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("away_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("attributes", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("slack_id", sa.Text(), nullable=True),
        sa.Column("crm_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["handraise.calendar.id"], name=op.f("member_calendar_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("member_pkey")),
        sa.UniqueConstraint("email", name=op.f("member_email_key")),
        schema="handraise",
    )
    op.create_table(
        "quarantine",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=True),
        sa.Column("adapter", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("replayed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["source_id"], ["handraise.source.id"], name=op.f("quarantine_source_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("quarantine_pkey")),
        schema="handraise",
    )
    op.create_index(
        "quarantine_open_index",
        "quarantine",
        ["received_at"],
        unique=False,
        schema="handraise",
        postgresql_where="replayed_at is null and discarded_at is null",
    )
    op.create_table(
        "rollout",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"], ["handraise.definition_version.id"], name=op.f("rollout_version_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("rollout_pkey")),
        schema="handraise",
    )
    op.create_index(
        op.f("rollout_name_from_at_index"), "rollout", ["name", "from_at"], unique=False, schema="handraise"
    )
    op.create_index(
        "rollout_one_live",
        "rollout",
        ["name"],
        unique=True,
        schema="handraise",
        postgresql_where="until_at is null and mode = 'live'",
    )
    op.create_table(
        "signature",
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("signed_by", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["handraise.definition_version.id"], name=op.f("signature_version_id_fkey")
        ),
        sa.PrimaryKeyConstraint("version_id", "side", name=op.f("signature_pkey")),
        schema="handraise",
    )
    op.create_table(
        "api_key",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["handraise.member.id"], name=op.f("api_key_member_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("api_key_pkey")),
        sa.UniqueConstraint("key_hash", name=op.f("api_key_key_hash_key")),
        schema="handraise",
    )
    op.create_table(
        "framework_answer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("framework", sa.Text(), nullable=False),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column(
            "value",
            postgresql.JSONB(
                none_as_null=True,
            ),
            nullable=True,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["handraise.lead.id"], name=op.f("framework_answer_lead_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("framework_answer_pkey")),
        schema="handraise",
    )
    op.create_index(
        op.f("framework_answer_lead_id_framework_at_index"),
        "framework_answer",
        ["lead_id", "framework", "at"],
        unique=False,
        schema="handraise",
    )
    op.create_table(
        "handoff",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("lead_type", sa.Text(), nullable=False),
        sa.Column("temperature", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("team_id", sa.BigInteger(), nullable=True),
        sa.Column("why_owner", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("brief", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("first_contact_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["handraise.member.id"], name=op.f("handoff_answered_by_fkey")
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["handraise.lead.id"], name=op.f("handoff_lead_id_fkey")),
        sa.ForeignKeyConstraint(["owner_id"], ["handraise.member.id"], name=op.f("handoff_owner_id_fkey")),
        sa.ForeignKeyConstraint(["team_id"], ["handraise.team.id"], name=op.f("handoff_team_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("handoff_pkey")),
        sa.UniqueConstraint(
            "lead_id", "definition", "cycle", name=op.f("handoff_lead_id_definition_cycle_key")
        ),
        schema="handraise",
    )
    op.create_index(op.f("handoff_lead_id_index"), "handoff", ["lead_id"], unique=False, schema="handraise")
    op.create_index(
        "handoff_owner_open_index",
        "handoff",
        ["owner_id", "opened_at"],
        unique=False,
        schema="handraise",
        postgresql_where="state in ('open', 'accepted')",
    )
    op.create_index(
        op.f("handoff_state_opened_at_index"),
        "handoff",
        ["state", "opened_at"],
        unique=False,
        schema="handraise",
    )
    op.create_table(
        "lead_alias",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["handraise.lead.id"], name=op.f("lead_alias_lead_id_fkey")),
        sa.PrimaryKeyConstraint("kind", "value", name=op.f("lead_alias_pkey")),
        schema="handraise",
    )
    op.create_index(
        op.f("lead_alias_lead_id_index"), "lead_alias", ["lead_id"], unique=False, schema="handraise"
    )
    op.create_table(
        "lead_fact",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("fact", sa.Text(), nullable=False),
        sa.Column(
            "value",
            postgresql.JSONB(
                none_as_null=True,
            ),
            nullable=True,
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said_by", sa.Text(), nullable=True),
        sa.Column("import_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["handraise.lead.id"], name=op.f("lead_fact_lead_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("lead_fact_pkey")),
        schema="handraise",
    )
    op.create_index(
        op.f("lead_fact_lead_id_fact_known_at_index"),
        "lead_fact",
        ["lead_id", "fact", "known_at"],
        unique=False,
        schema="handraise",
    )
    op.create_table(
        "lead_merge",
        sa.Column("child_id", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("replaced", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["child_id"], ["handraise.lead.id"], name=op.f("lead_merge_child_id_fkey")),
        sa.ForeignKeyConstraint(["parent_id"], ["handraise.lead.id"], name=op.f("lead_merge_parent_id_fkey")),
        sa.PrimaryKeyConstraint("child_id", name=op.f("lead_merge_pkey")),
        schema="handraise",
    )
    op.create_index(
        op.f("lead_merge_parent_id_index"), "lead_merge", ["parent_id"], unique=False, schema="handraise"
    )
    op.create_table(
        "lead_score",
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fit", sa.BigInteger(), nullable=False),
        sa.Column("engagement", sa.BigInteger(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.Column("applies", sa.Boolean(), nullable=False),
        sa.Column("is_mql", sa.Boolean(), nullable=False),
        sa.Column("disqualified", sa.Text(), nullable=True),
        sa.Column("became_mql_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ceases_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_change_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("patterns", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("fast_tracks", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("lines", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["handraise.lead.id"], name=op.f("lead_score_lead_id_fkey")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["handraise.definition_version.id"], name=op.f("lead_score_version_id_fkey")
        ),
        sa.PrimaryKeyConstraint("lead_id", "version_id", name=op.f("lead_score_pkey")),
        schema="handraise",
    )
    op.create_index(
        "lead_score_due_index",
        "lead_score",
        ["next_change_at"],
        unique=False,
        schema="handraise",
        postgresql_where="next_change_at is not null",
    )
    op.create_index(
        op.f("lead_score_version_id_is_mql_index"),
        "lead_score",
        ["version_id", "is_mql"],
        unique=False,
        schema="handraise",
    )
    op.create_table(
        "login_session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agent", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["handraise.member.id"], name=op.f("login_session_member_id_fkey")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("login_session_pkey")),
        schema="handraise",
    )
    op.create_index(
        op.f("login_session_member_id_index"),
        "login_session",
        ["member_id"],
        unique=False,
        schema="handraise",
    )
    op.create_table(
        "merge_suggestion",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("suggested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["handraise.lead.id"], name=op.f("merge_suggestion_lead_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["handraise.lead.id"], name=op.f("merge_suggestion_other_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("merge_suggestion_pkey")),
        sa.UniqueConstraint("lead_id", "other_id", name=op.f("merge_suggestion_lead_id_other_id_key")),
        schema="handraise",
    )
    op.create_table(
        "score_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fit", sa.BigInteger(), nullable=False),
        sa.Column("engagement", sa.BigInteger(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.Column("is_mql", sa.Boolean(), nullable=False),
        sa.Column("disqualified", sa.Text(), nullable=True),
        sa.Column("cause_kind", sa.Text(), nullable=False),
        sa.Column(
            "cause",
            postgresql.JSONB(
                none_as_null=True,
            ),
            nullable=True,
        ),
        sa.Column("lines", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["handraise.lead.id"], name=op.f("score_change_lead_id_fkey")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["handraise.definition_version.id"], name=op.f("score_change_version_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("score_change_pkey")),
        schema="handraise",
    )
    op.create_index(
        op.f("score_change_lead_id_at_index"),
        "score_change",
        ["lead_id", "at"],
        unique=False,
        schema="handraise",
    )
    op.create_table(
        "stage_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("from_stage", sa.Text(), nullable=False),
        sa.Column("to_stage", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cause_kind", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("skipped", sa.Text(), server_default="", nullable=False),
        sa.Column("cycle", sa.Integer(), server_default="0", nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=True),
        sa.Column("became_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "score",
            postgresql.JSONB(
                none_as_null=True,
            ),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["handraise.lead.id"], name=op.f("stage_change_lead_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("stage_change_pkey")),
        schema="handraise",
    )
    op.create_index(
        op.f("stage_change_lead_id_at_index"),
        "stage_change",
        ["lead_id", "at"],
        unique=False,
        schema="handraise",
    )
    op.create_index(
        op.f("stage_change_to_stage_at_index"),
        "stage_change",
        ["to_stage", "at"],
        unique=False,
        schema="handraise",
    )
    op.create_table(
        "team_member",
        sa.Column("team_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("weight", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["handraise.member.id"], name=op.f("team_member_member_id_fkey")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["handraise.team.id"], name=op.f("team_member_team_id_fkey")),
        sa.PrimaryKeyConstraint("team_id", "member_id", name=op.f("team_member_pkey")),
        schema="handraise",
    )
    op.create_table(
        "deal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("handoff_id", sa.BigInteger(), nullable=True),
        sa.Column("crm_id", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "detail",
            postgresql.JSONB(
                none_as_null=True,
            ),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(["handoff_id"], ["handraise.handoff.id"], name=op.f("deal_handoff_id_fkey")),
        sa.ForeignKeyConstraint(["lead_id"], ["handraise.lead.id"], name=op.f("deal_lead_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("deal_pkey")),
        sa.UniqueConstraint("crm_id", name=op.f("deal_crm_id_key")),
        schema="handraise",
    )
    op.create_index(op.f("deal_lead_id_index"), "deal", ["lead_id"], unique=False, schema="handraise")
    op.create_table(
        "handoff_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("handoff_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("detail", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handraise.handoff.id"], name=op.f("handoff_entry_handoff_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("handoff_entry_pkey")),
        schema="handraise",
    )
    op.create_index(
        op.f("handoff_entry_handoff_id_at_index"),
        "handoff_entry",
        ["handoff_id", "at"],
        unique=False,
        schema="handraise",
    )
    op.create_table(
        "sla_clock",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("handoff_id", sa.BigInteger(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("target_seconds", sa.BigInteger(), nullable=False),
        sa.Column("calendar", postgresql.JSONB(), nullable=False),
        sa.Column("pauses", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("warn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("breached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_by", sa.Text(), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handraise.handoff.id"], name=op.f("sla_clock_handoff_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("sla_clock_pkey")),
        schema="handraise",
    )
    op.create_index(
        op.f("sla_clock_handoff_id_index"), "sla_clock", ["handoff_id"], unique=False, schema="handraise"
    )
    op.create_index(
        "sla_clock_running_index",
        "sla_clock",
        ["due_at"],
        unique=False,
        schema="handraise",
        postgresql_where="stopped_at is null",
    )
    op.create_index(
        "sla_clock_next_index",
        "sla_clock",
        ["next_at"],
        unique=False,
        schema="handraise",
        postgresql_where="next_at is not null",
    )

    op.execute("create table handraise.event_other partition of handraise.event default")
    # psycopg would read the queue's `%` as placeholders; the queue installs into the search path.
    connection = op.get_bind()
    connection.exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))
    _anchor_audit()
    _let_months_be_made()


def _anchor_audit() -> None:
    op.execute("insert into handraise.audit_head (id, seq, hash) values (1, 0, '\\x')")


def _let_months_be_made() -> None:
    """The application's role owns no table, but months must not run out while nobody migrates."""
    op.execute("""
create function handraise.make_event_month(day date) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    first date := date_trunc('month', day);
    name text := 'event_' || to_char(first, 'YYYY_MM');
begin
    if to_regclass('handraise.' || name) is not null then
        return null;
    end if;
    execute format(
        'create table handraise.%I partition of handraise.event for values from (%L) to (%L)',
        name, first, (first + interval '1 month')::date
    );
    return name;
end
$$
""")
    op.execute("revoke execute on function handraise.make_event_month(date) from public")
