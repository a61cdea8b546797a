"""Whether what is known about a person may have changed since their row was written."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nobody is known to be described, so the next run describes everybody once more."""
    op.add_column("person", sa.Column("undescribed", sa.Boolean(), nullable=False, server_default=sa.true()))
