"""Which papers' project pages wait to be read, and how often they were asked for in vain."""

import sqlalchemy as sa
from alembic import op

from db.schema.types import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, empty: the next night links every paper anew, and lets those wait that name a page."""
    op.create_table(
        "page_wait",
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["paper.id"], name=op.f("fk_page_wait_paper_id_paper"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("paper_id", name=op.f("pk_page_wait")),
    )
    op.create_index(op.f("ix_page_wait_next_try"), "page_wait", ["next_try"], unique=False)
