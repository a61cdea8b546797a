"""Assessments and rankings."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.schema.types import Table


class AssessmentRow(Table):
    """The current score of one subject on one axis, with all that explains it.

    ``name_difference`` and ``name_places`` say what became of a score of code under other names, tried while the tree
    was at hand; null: not tried.
    """

    __tablename__ = "assessment"
    __table_args__ = (UniqueConstraint("subject_kind", "subject_id", "axis"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    axis: Mapped[str]
    scorer: Mapped[str]
    scorer_version: Mapped[str]
    status: Mapped[str]
    score: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    reason: Mapped[str | None]
    parts: Mapped[list[dict[str, Any]]]
    evidence: Mapped[list[dict[str, Any]]]
    input_hash: Mapped[str | None]
    validated_on: Mapped[str | None]
    name_difference: Mapped[float | None]
    name_places: Mapped[int | None]
    assessed_at: Mapped[datetime]


class Ranking(Table):
    """Where a person stands for a role, and why.

    ``lift`` is how many points of ``score`` come from the papers that the recruiter likes (negative: dislikes).
    ``originality`` and ``code_quality`` repeat their scores out of ``axes``: lists are filtered by them, and the index
    answers that without opening a row.
    """

    __tablename__ = "ranking"
    __table_args__ = (
        UniqueConstraint("role", "person_id"),
        Index("ix_ranking_role_rank", "role", "rank", "originality", "code_quality"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    rank: Mapped[int | None]
    score: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    lift: Mapped[float] = mapped_column(default=0.0)
    axes: Mapped[dict[str, Any]]
    originality: Mapped[float | None]
    code_quality: Mapped[float | None]
    why: Mapped[str]
    excluded: Mapped[str | None]
    unknown_bars: Mapped[list[str]]
    best_paper_id: Mapped[int | None] = mapped_column(ForeignKey("paper.id", ondelete="SET NULL"))
    repository_id: Mapped[int | None] = mapped_column(ForeignKey("repository.id", ondelete="SET NULL"))
    input_hash: Mapped[str]
    ranked_at: Mapped[datetime]
