"""Drafts, evidence of proposals, versions that go live later, managed lists, backtests on demand."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "definition_draft",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("based_on", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        _version("definition_draft", "based_on"),
        sa.PrimaryKeyConstraint("id", name=op.f("definition_draft_pkey")),
        schema="handraise",
    )
    op.create_index(
        op.f("definition_draft_changed_by_index"), "definition_draft", ["changed_by"], schema="handraise"
    )
    op.create_table(
        "evidence",
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_by", sa.Text(), nullable=False),
        _version("evidence", "version_id"),
        sa.PrimaryKeyConstraint("version_id", name=op.f("evidence_pkey")),
        schema="handraise",
    )
    op.create_table(
        "planned_rollout",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        _version("planned_rollout", "version_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("planned_rollout_pkey")),
        schema="handraise",
    )
    op.create_index(
        "planned_rollout_one_open",
        "planned_rollout",
        ["name"],
        unique=True,
        schema="handraise",
        postgresql_where="ended_at is null",
    )
    op.create_table(
        "managed_list",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("entries", postgresql.JSONB(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("managed_list_pkey")),
        schema="handraise",
    )
    op.create_index(op.f("managed_list_name_id_index"), "managed_list", ["name", "id"], schema="handraise")
    op.create_table(
        "backtest_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("lists", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("against_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("total", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("found", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alive_at", sa.DateTime(timezone=True), nullable=False),
        _version("backtest_run", "against_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("backtest_run_pkey")),
        schema="handraise",
    )


def _version(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], ["handraise.definition_version.id"], name=op.f(f"{table}_{column}_fkey")
    )
