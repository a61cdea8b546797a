"""What became of scores of code and of shares of commits when they were read again under other names."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; nothing that is there was tried yet."""
    op.add_column("assessment", sa.Column("name_difference", sa.Double(), nullable=True))
    op.add_column("assessment", sa.Column("name_places", sa.Integer(), nullable=True))
    op.add_column("contribution", sa.Column("name_difference", sa.Double(), nullable=True))
