"""Since when a repository's host has had nothing to show."""

import sqlalchemy as sa
from alembic import op

from db.schema.types import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what is gone has been so since its host's answer last changed."""
    op.add_column("repository", sa.Column("gone_since", UtcDateTime(), nullable=True))
    op.execute(
        "UPDATE repository SET gone_since = COALESCE("
        "(SELECT max(changed_at) FROM record WHERE record.repository_id = repository.id), checked_at, last_seen) "
        "WHERE status IN ('missing', 'blocked')"
    )
