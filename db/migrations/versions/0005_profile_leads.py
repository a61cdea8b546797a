"""Which people's own pages were asked for, and how often in vain."""

import sqlalchemy as sa
from alembic import op

from db.schema.types import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, empty: the next nights look at every profile, and ask for the pages that were never read."""
    op.create_table(
        "profile_lead",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try", UtcDateTime(), nullable=True),
        sa.Column("looked_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["record.id"],
            name=op.f("fk_profile_lead_record_id_record"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("record_id", "source", name=op.f("pk_profile_lead")),
    )
