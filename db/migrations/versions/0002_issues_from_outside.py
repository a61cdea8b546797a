"""Issues that others opened on a repository, counted."""

import sqlalchemy as sa
from alembic import op

from db.schema.types import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the counts, unknown for every repository that is there."""
    op.add_column("repository", sa.Column("has_issues", sa.Boolean(), nullable=True))
    op.add_column("repository", sa.Column("issues_outside", sa.Integer(), nullable=True))
    op.add_column("repository", sa.Column("issues_answered", sa.Integer(), nullable=True))
    op.add_column("repository", sa.Column("issues_since", UtcDateTime(), nullable=True))
    op.add_column("repository", sa.Column("issues_etag", sa.String(), nullable=True))
    # A description that is confirmed brings no issues, so each is asked for anew when it is next due.
    op.execute("UPDATE repository SET etag = NULL")
