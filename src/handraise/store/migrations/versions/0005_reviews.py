"""Quarterly reviews: what both teams decided and agreed to, and the studies that were made for them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "review_decision",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("quarter", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("review_decision_pkey")),
        schema="handraise",
    )
    op.create_index(
        op.f("review_decision_quarter_topic_id_index"),
        "review_decision",
        ["quarter", "topic", "id"],
        schema="handraise",
    )
    op.create_table(
        "review_agreement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("quarter", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("agreed_by", sa.Text(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["handraise.review_decision.id"],
            name=op.f("review_agreement_decision_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("review_agreement_pkey")),
        schema="handraise",
    )
    op.create_index(
        op.f("review_agreement_quarter_id_index"),
        "review_agreement",
        ["quarter", "id"],
        schema="handraise",
    )
    op.create_table(
        "review_study",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("quarter", sa.Text(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("total", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("found", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alive_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["handraise.definition_version.id"],
            name=op.f("review_study_version_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("review_study_pkey")),
        schema="handraise",
    )
    op.create_index(
        op.f("review_study_quarter_id_index"), "review_study", ["quarter", "id"], schema="handraise"
    )
