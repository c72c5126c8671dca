"""Imports of spend: which import a sum came by, and what it took the place of."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("spend", sa.Column("import_id", sa.BigInteger(), nullable=True), schema="handraise")
    op.create_table(
        "spend_before",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("spend_before_pkey")),
        schema="handraise",
    )
    op.create_index(
        op.f("spend_before_month_source_campaign_currency_index"),
        "spend_before",
        ["month", "source", "campaign", "currency"],
        schema="handraise",
    )
