"""First tables."""

import sqlalchemy as sa
from alembic import op

from db.schema.types import UtcDateTime
from db.search_index import INDEXED, postgresql_ddl, sqlite_ddl

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table, its indexes and the full-text search."""
    op.create_table(
        "assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("axis", sa.String(), nullable=False),
        sa.Column("scorer", sa.String(), nullable=False),
        sa.Column("scorer_version", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("input_hash", sa.String(), nullable=True),
        sa.Column("validated_on", sa.String(), nullable=True),
        sa.Column("assessed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint(
            "subject_kind", "subject_id", "axis", name=op.f("uq_assessment_subject_kind_subject_id_axis")
        ),
    )
    op.create_table(
        "audit_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    op.create_index(op.f("ix_audit_event_at"), "audit_event", ["at"], unique=False)
    op.create_index(op.f("ix_audit_event_subject"), "audit_event", ["subject"], unique=False)
    op.create_table(
        "cursor",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("source", "scope", name=op.f("pk_cursor")),
    )
    op.create_table(
        "export_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("preset", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_batch")),
    )
    op.create_table(
        "identity_lock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subjects", sa.JSON(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_lock")),
    )
    op.create_table(
        "name_form",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("family_words", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_form")),
    )
    op.create_index(op.f("ix_name_form_name_key"), "name_form", ["name_key"], unique=False)
    op.create_table(
        "paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("title_key", sa.String(), nullable=False),
        sa.Column("abstract", sa.String(), nullable=True),
        sa.Column("published", UtcDateTime(), nullable=True),
        sa.Column("updated", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("arxiv_id", sa.String(), nullable=True),
        sa.Column("doi", sa.String(), nullable=True),
        sa.Column("openreview_id", sa.String(), nullable=True),
        sa.Column("primary_category", sa.String(), nullable=True),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("keywords", sa.JSON(), nullable=False),
        sa.Column("comment", sa.String(), nullable=True),
        sa.Column("journal_ref", sa.String(), nullable=True),
        sa.Column("licence", sa.String(), nullable=True),
        sa.Column("venue", sa.String(), nullable=True),
        sa.Column("venue_year", sa.Integer(), nullable=True),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("awards", sa.JSON(), nullable=False),
        sa.Column("code_urls", sa.JSON(), nullable=False),
        sa.Column("page_urls", sa.JSON(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("n_authors", sa.Integer(), nullable=False),
        sa.Column("text_hash", sa.String(), nullable=False),
        sa.Column("origins", sa.JSON(), nullable=False),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.Column("first_seen", UtcDateTime(), nullable=False),
        sa.Column("last_seen", UtcDateTime(), nullable=False),
        sa.Column("links_checked", sa.String(), nullable=True),
        sa.Column("links_checked_at", UtcDateTime(), nullable=True),
        sa.Column("code_searched_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["merged_into"], ["paper.id"], name=op.f("fk_paper_merged_into_paper"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
        sa.UniqueConstraint("arxiv_id", name=op.f("uq_paper_arxiv_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_paper_public_id")),
    )
    op.create_index(op.f("ix_paper_doi"), "paper", ["doi"], unique=False)
    op.create_index(op.f("ix_paper_first_seen"), "paper", ["first_seen"], unique=False)
    op.create_index(op.f("ix_paper_merged_into"), "paper", ["merged_into"], unique=False)
    op.create_index(op.f("ix_paper_openreview_id"), "paper", ["openreview_id"], unique=False)
    op.create_index(op.f("ix_paper_primary_category"), "paper", ["primary_category"], unique=False)
    op.create_index(op.f("ix_paper_published"), "paper", ["published"], unique=False)
    op.create_index(op.f("ix_paper_title_key"), "paper", ["title_key"], unique=False)
    op.create_table(
        "paper_lock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("records", sa.JSON(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_lock")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("full_name", sa.String(), nullable=False),
        sa.Column("given", sa.String(), nullable=True),
        sa.Column("family", sa.String(), nullable=True),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.Column("homepage", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("email_url", sa.String(), nullable=True),
        sa.Column("affiliation", sa.String(), nullable=True),
        sa.Column("sector", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("headline", sa.String(), nullable=True),
        sa.Column("first_paper_year", sa.Integer(), nullable=True),
        sa.Column("origins", sa.JSON(), nullable=False),
        sa.Column("first_seen", UtcDateTime(), nullable=False),
        sa.Column("last_seen", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merged_into"], ["person.id"], name=op.f("fk_person_merged_into_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("public_id", name=op.f("uq_person_public_id")),
    )
    op.create_index(op.f("ix_person_merged_into"), "person", ["merged_into"], unique=False)
    op.create_index(op.f("ix_person_name_key"), "person", ["name_key"], unique=False)
    op.create_table(
        "repository",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("status_reason", sa.String(), nullable=True),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("owner_is_person", sa.Boolean(), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("homepage", sa.String(), nullable=True),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("licence", sa.String(), nullable=True),
        sa.Column("default_branch", sa.String(), nullable=True),
        sa.Column("is_fork", sa.Boolean(), nullable=True),
        sa.Column("parent_key", sa.String(), nullable=True),
        sa.Column("archived", sa.Boolean(), nullable=True),
        sa.Column("size_kb", sa.Integer(), nullable=True),
        sa.Column("stars", sa.Integer(), nullable=True),
        sa.Column("forks", sa.Integer(), nullable=True),
        sa.Column("open_issues", sa.Integer(), nullable=True),
        sa.Column("created", UtcDateTime(), nullable=True),
        sa.Column("pushed", UtcDateTime(), nullable=True),
        sa.Column("readme", sa.String(), nullable=True),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("origins", sa.JSON(), nullable=False),
        sa.Column("first_seen", UtcDateTime(), nullable=False),
        sa.Column("last_seen", UtcDateTime(), nullable=False),
        sa.Column("checked_at", UtcDateTime(), nullable=True),
        sa.Column("links_checked_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repository")),
        sa.UniqueConstraint("key", name=op.f("uq_repository_key")),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    op.create_table(
        "suppression",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppression")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_suppression_key_hash")),
    )
    op.create_table(
        "achievement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_key", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("person_name", sa.String(), nullable=False),
        sa.Column("identifiers", sa.JSON(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("rung", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("entrants", sa.Integer(), nullable=True),
        sa.Column("date", UtcDateTime(), nullable=True),
        sa.Column("terms", sa.String(), nullable=False),
        sa.Column("fetched_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_achievement_person_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_achievement")),
        sa.UniqueConstraint("source", "source_key", name=op.f("uq_achievement_source_source_key")),
    )
    op.create_index(op.f("ix_achievement_person_id"), "achievement", ["person_id"], unique=False)
    op.create_table(
        "authorship",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_first", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("given", sa.String(), nullable=True),
        sa.Column("family", sa.String(), nullable=True),
        sa.Column("suffix", sa.String(), nullable=True),
        sa.Column("joint_first", sa.Boolean(), nullable=False),
        sa.Column("variants", sa.JSON(), nullable=False),
        sa.Column("affiliations", sa.JSON(), nullable=False),
        sa.Column("identifiers", sa.JSON(), nullable=False),
        sa.Column("origins", sa.JSON(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["paper.id"], name=op.f("fk_authorship_paper_id_paper"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_authorship_person_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authorship")),
        sa.UniqueConstraint("paper_id", "position", name=op.f("uq_authorship_paper_id_position")),
    )
    op.create_index(op.f("ix_authorship_name_key"), "authorship", ["name_key"], unique=False)
    op.create_index("ix_authorship_person_first", "authorship", ["person_id", "is_first"], unique=False)
    op.create_table(
        "code_watch",
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("promise", sa.String(), nullable=False),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.Column("next_check", UtcDateTime(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["paper.id"], name=op.f("fk_code_watch_paper_id_paper"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("paper_id", name=op.f("pk_code_watch")),
    )
    op.create_index(op.f("ix_code_watch_next_check"), "code_watch", ["next_check"], unique=False)
    op.create_table(
        "contribution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("repository_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("share", sa.Double(), nullable=True),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_contribution_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["repository_id"],
            ["repository.id"],
            name=op.f("fk_contribution_repository_id_repository"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contribution")),
        sa.UniqueConstraint(
            "repository_id", "person_id", name=op.f("uq_contribution_repository_id_person_id")
        ),
    )
    op.create_index(op.f("ix_contribution_person_id"), "contribution", ["person_id"], unique=False)
    op.create_table(
        "digest_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_digest_entry_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_entry")),
    )
    op.create_index(op.f("ix_digest_entry_person_id"), "digest_entry", ["person_id"], unique=False)
    op.create_table(
        "exported_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["export_batch.id"],
            name=op.f("fk_exported_person_batch_id_export_batch"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_exported_person_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exported_person")),
        sa.UniqueConstraint("batch_id", "person_id", name=op.f("uq_exported_person_batch_id_person_id")),
    )
    op.create_index(op.f("ix_exported_person_person_id"), "exported_person", ["person_id"], unique=False)
    op.create_table(
        "implementation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("repository_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("subdirectory", sa.String(), nullable=True),
        sa.Column("first_seen", UtcDateTime(), nullable=False),
        sa.Column("last_seen", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["paper.id"], name=op.f("fk_implementation_paper_id_paper"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["repository_id"],
            ["repository.id"],
            name=op.f("fk_implementation_repository_id_repository"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_implementation")),
        sa.UniqueConstraint(
            "paper_id", "repository_id", name=op.f("uq_implementation_paper_id_repository_id")
        ),
    )
    op.create_index(
        op.f("ix_implementation_repository_id"), "implementation", ["repository_id"], unique=False
    )
    op.create_table(
        "maybe_same",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("first_seen", UtcDateTime(), nullable=False),
        sa.Column("decision", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["other_id"], ["person.id"], name=op.f("fk_maybe_same_other_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_maybe_same_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maybe_same")),
        sa.UniqueConstraint("person_id", "other_id", name=op.f("uq_maybe_same_person_id_other_id")),
    )
    op.create_index(op.f("ix_maybe_same_other_id"), "maybe_same", ["other_id"], unique=False)
    op.create_table(
        "name_form_key",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("form_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["form_id"], ["name_form.id"], name=op.f("fk_name_form_key_form_id_name_form"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", "form_id", name=op.f("pk_name_form_key")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_note_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_index(op.f("ix_note_person_id"), "note", ["person_id"], unique=False)
    op.create_table(
        "notice",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("collected_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("channel", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_notice_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_notice")),
    )
    op.create_index(op.f("ix_notice_due_at"), "notice", ["due_at"], unique=False)
    op.create_table(
        "person_identifier",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("confidence", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("fetched_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_person_identifier_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_identifier")),
        sa.UniqueConstraint(
            "person_id", "kind", "value", name=op.f("uq_person_identifier_person_id_kind_value")
        ),
    )
    op.create_index("ix_person_identifier_value", "person_identifier", ["kind", "value"], unique=False)
    op.create_table(
        "person_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_name_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_name")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_person_name_person_id_name")),
    )
    op.create_index(op.f("ix_person_name_name_key"), "person_name", ["name_key"], unique=False)
    op.create_table(
        "preference_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["paper.id"], name=op.f("fk_preference_event_paper_id_paper"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preference_event")),
    )
    op.create_index(op.f("ix_preference_event_paper_id"), "preference_event", ["paper_id"], unique=False)
    op.create_table(
        "ranking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("lift", sa.Double(), nullable=False),
        sa.Column("axes", sa.JSON(), nullable=False),
        sa.Column("originality", sa.Double(), nullable=True),
        sa.Column("code_quality", sa.Double(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("excluded", sa.String(), nullable=True),
        sa.Column("unknown_bars", sa.JSON(), nullable=False),
        sa.Column("best_paper_id", sa.Integer(), nullable=True),
        sa.Column("repository_id", sa.Integer(), nullable=True),
        sa.Column("input_hash", sa.String(), nullable=False),
        sa.Column("ranked_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["best_paper_id"], ["paper.id"], name=op.f("fk_ranking_best_paper_id_paper"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_ranking_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["repository_id"],
            ["repository.id"],
            name=op.f("fk_ranking_repository_id_repository"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking")),
        sa.UniqueConstraint("role", "person_id", name=op.f("uq_ranking_role_person_id")),
    )
    op.create_index(op.f("ix_ranking_person_id"), "ranking", ["person_id"], unique=False)
    op.create_index(
        "ix_ranking_role_rank", "ranking", ["role", "rank", "originality", "code_quality"], unique=False
    )
    op.create_table(
        "record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_key", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("terms", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("payload_hash", sa.String(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("first_seen", UtcDateTime(), nullable=False),
        sa.Column("fetched_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=True),
        sa.Column("repository_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("title_key", sa.String(), nullable=True),
        sa.Column("first_author_key", sa.String(), nullable=True),
        sa.Column("doi", sa.String(), nullable=True),
        sa.Column("matched", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["paper.id"], name=op.f("fk_record_paper_id_paper"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_record_person_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["repository_id"],
            ["repository.id"],
            name=op.f("fk_record_repository_id_repository"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
        sa.UniqueConstraint("source", "source_key", name=op.f("uq_record_source_source_key")),
    )
    op.create_index(op.f("ix_record_doi"), "record", ["doi"], unique=False)
    op.create_index(op.f("ix_record_first_author_key"), "record", ["first_author_key"], unique=False)
    op.create_index(op.f("ix_record_paper_id"), "record", ["paper_id"], unique=False)
    op.create_index(op.f("ix_record_person_id"), "record", ["person_id"], unique=False)
    op.create_index(op.f("ix_record_repository_id"), "record", ["repository_id"], unique=False)
    op.create_index(op.f("ix_record_title_key"), "record", ["title_key"], unique=False)
    op.create_table(
        "repository_alias",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("repository_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["repository_id"],
            ["repository.id"],
            name=op.f("fk_repository_alias_repository_id_repository"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_repository_alias")),
    )
    op.create_index(
        op.f("ix_repository_alias_repository_id"), "repository_alias", ["repository_id"], unique=False
    )
    op.create_table(
        "run_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("fetched", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["run.id"], name=op.f("fk_run_source_run_id_run"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_source")),
        sa.UniqueConstraint("run_id", "source", name=op.f("uq_run_source_run_id_source")),
    )
    op.create_table(
        "snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("repository_id", sa.Integer(), nullable=False),
        sa.Column("commit", sa.String(), nullable=False),
        sa.Column("subdirectory", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("files", sa.Integer(), nullable=True),
        sa.Column("bytes", sa.Integer(), nullable=True),
        sa.Column("commits", sa.Integer(), nullable=True),
        sa.Column("first_commit", UtcDateTime(), nullable=True),
        sa.Column("last_commit", UtcDateTime(), nullable=True),
        sa.Column("taken_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["repository_id"],
            ["repository.id"],
            name=op.f("fk_snapshot_repository_id_repository"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot")),
        sa.UniqueConstraint(
            "repository_id",
            "commit",
            "subdirectory",
            name=op.f("uq_snapshot_repository_id_commit_subdirectory"),
        ),
    )
    op.create_table(
        "stage_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_stage_event_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_event")),
    )
    op.create_index(op.f("ix_stage_event_person_id"), "stage_event", ["person_id"], unique=False)
    op.create_table(
        "tag_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("added", sa.Boolean(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_tag_event_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag_event")),
    )
    op.create_index(op.f("ix_tag_event_person_id"), "tag_event", ["person_id"], unique=False)
    op.create_table(
        "verdict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_verdict_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdict")),
    )
    op.create_index(op.f("ix_verdict_person_id"), "verdict", ["person_id"], unique=False)
    op.create_table(
        "profile_match",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("achievement_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("first_seen", UtcDateTime(), nullable=False),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["achievement_id"],
            ["achievement.id"],
            name=op.f("fk_profile_match_achievement_id_achievement"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_profile_match_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_profile_match_record_id_record"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_match")),
        sa.UniqueConstraint(
            "achievement_id", "person_id", name=op.f("uq_profile_match_achievement_id_person_id")
        ),
        sa.UniqueConstraint("record_id", "person_id", name=op.f("uq_profile_match_record_id_person_id")),
    )
    op.create_index(op.f("ix_profile_match_person_id"), "profile_match", ["person_id"], unique=False)
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["paper.id"], name=op.f("fk_review_paper_id_paper"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_review_record_id_record"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("record_id", "ordinal", name=op.f("uq_review_record_id_ordinal")),
    )
    op.create_index(op.f("ix_review_paper_id"), "review", ["paper_id"], unique=False)
    dialect = op.get_bind().dialect.name
    for statement in sqlite_ddl() if dialect == "sqlite" else postgresql_ddl():
        op.execute(statement)


def downgrade() -> None:
    """Drop everything."""
    if op.get_bind().dialect.name == "sqlite":
        for indexed in INDEXED:
            op.execute(f"DROP TABLE {indexed.index}")
    op.drop_index(op.f("ix_review_paper_id"), table_name="review")
    op.drop_table("review")
    op.drop_index(op.f("ix_profile_match_person_id"), table_name="profile_match")
    op.drop_table("profile_match")
    op.drop_index(op.f("ix_verdict_person_id"), table_name="verdict")
    op.drop_table("verdict")
    op.drop_index(op.f("ix_tag_event_person_id"), table_name="tag_event")
    op.drop_table("tag_event")
    op.drop_index(op.f("ix_stage_event_person_id"), table_name="stage_event")
    op.drop_table("stage_event")
    op.drop_table("snapshot")
    op.drop_table("run_source")
    op.drop_index(op.f("ix_repository_alias_repository_id"), table_name="repository_alias")
    op.drop_table("repository_alias")
    op.drop_index(op.f("ix_record_title_key"), table_name="record")
    op.drop_index(op.f("ix_record_repository_id"), table_name="record")
    op.drop_index(op.f("ix_record_person_id"), table_name="record")
    op.drop_index(op.f("ix_record_paper_id"), table_name="record")
    op.drop_index(op.f("ix_record_first_author_key"), table_name="record")
    op.drop_index(op.f("ix_record_doi"), table_name="record")
    op.drop_table("record")
    op.drop_index("ix_ranking_role_rank", table_name="ranking")
    op.drop_index(op.f("ix_ranking_person_id"), table_name="ranking")
    op.drop_table("ranking")
    op.drop_index(op.f("ix_preference_event_paper_id"), table_name="preference_event")
    op.drop_table("preference_event")
    op.drop_index(op.f("ix_person_name_name_key"), table_name="person_name")
    op.drop_table("person_name")
    op.drop_index("ix_person_identifier_value", table_name="person_identifier")
    op.drop_table("person_identifier")
    op.drop_index(op.f("ix_notice_due_at"), table_name="notice")
    op.drop_table("notice")
    op.drop_index(op.f("ix_note_person_id"), table_name="note")
    op.drop_table("note")
    op.drop_table("name_form_key")
    op.drop_index(op.f("ix_maybe_same_other_id"), table_name="maybe_same")
    op.drop_table("maybe_same")
    op.drop_index(op.f("ix_implementation_repository_id"), table_name="implementation")
    op.drop_table("implementation")
    op.drop_index(op.f("ix_exported_person_person_id"), table_name="exported_person")
    op.drop_table("exported_person")
    op.drop_index(op.f("ix_digest_entry_person_id"), table_name="digest_entry")
    op.drop_table("digest_entry")
    op.drop_index(op.f("ix_contribution_person_id"), table_name="contribution")
    op.drop_table("contribution")
    op.drop_index(op.f("ix_code_watch_next_check"), table_name="code_watch")
    op.drop_table("code_watch")
    op.drop_index("ix_authorship_person_first", table_name="authorship")
    op.drop_index(op.f("ix_authorship_name_key"), table_name="authorship")
    op.drop_table("authorship")
    op.drop_index(op.f("ix_achievement_person_id"), table_name="achievement")
    op.drop_table("achievement")
    op.drop_table("suppression")
    op.drop_table("run")
    op.drop_table("repository")
    op.drop_index(op.f("ix_person_name_key"), table_name="person")
    op.drop_index(op.f("ix_person_merged_into"), table_name="person")
    op.drop_table("person")
    op.drop_table("paper_lock")
    op.drop_index(op.f("ix_paper_title_key"), table_name="paper")
    op.drop_index(op.f("ix_paper_published"), table_name="paper")
    op.drop_index(op.f("ix_paper_primary_category"), table_name="paper")
    op.drop_index(op.f("ix_paper_openreview_id"), table_name="paper")
    op.drop_index(op.f("ix_paper_merged_into"), table_name="paper")
    op.drop_index(op.f("ix_paper_first_seen"), table_name="paper")
    op.drop_index(op.f("ix_paper_doi"), table_name="paper")
    op.drop_table("paper")
    op.drop_index(op.f("ix_name_form_name_key"), table_name="name_form")
    op.drop_table("name_form")
    op.drop_table("identity_lock")
    op.drop_table("export_batch")
    op.drop_table("cursor")
    op.drop_index(op.f("ix_audit_event_subject"), table_name="audit_event")
    op.drop_index(op.f("ix_audit_event_at"), table_name="audit_event")
    op.drop_table("audit_event")
    op.drop_table("assessment")
