"""The index of merged leads holds those alone: the planner looked for roots in it, which nearly all are."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_INDEX = "lead_root_id_index"


def upgrade() -> None:
    """Apply."""
    op.drop_index(_INDEX, "lead", schema="handraise")
    op.create_index(_INDEX, "lead", ["root_id"], schema="handraise", postgresql_where="root_id is not null")
