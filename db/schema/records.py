"""The source records that everything is folded from, the reviews in them, and where profiles lead on to."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.schema.types import Table


class RecordRow(Table):
    """One source's own account of one paper, repository or person: the provenance of every stored field.

    ``payload`` is the record as parsed. A field's origin (``origins`` of paper, person, repository) names the
    row here that it came from: ``url``, ``fetched_at`` and ``terms`` say where, when and under which terms.
    Records of papers are found by ``title_key``, ``first_author_key`` and ``doi``; ``matched`` says why a record
    belongs to the same paper as others.
    """

    __tablename__ = "record"
    __table_args__ = (UniqueConstraint("source", "source_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    source: Mapped[str]
    source_key: Mapped[str]
    url: Mapped[str]
    terms: Mapped[str]
    payload: Mapped[dict[str, Any]]
    payload_hash: Mapped[str]
    deleted: Mapped[bool] = mapped_column(default=False)
    first_seen: Mapped[datetime]
    fetched_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("paper.id", ondelete="CASCADE"), index=True)
    repository_id: Mapped[int | None] = mapped_column(
        ForeignKey("repository.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    title_key: Mapped[str | None] = mapped_column(index=True)
    first_author_key: Mapped[str | None] = mapped_column(index=True)
    doi: Mapped[str | None] = mapped_column(index=True)
    matched: Mapped[str | None]


class ReviewRow(Table):
    """One reviewer's scores of a paper, as its venue published them."""

    __tablename__ = "review"
    __table_args__ = (UniqueConstraint("record_id", "ordinal"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id", ondelete="CASCADE"), index=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    ordinal: Mapped[int]
    scores: Mapped[dict[str, Any]]


class ProfileLead(Table):
    """What a profile leads on to: the page that ``source`` has of its owner (an ORCID record, a homepage).

    ``tries`` is how often that was asked for and did not come; ``next_try`` is empty where it is not asked for any
    more. A profile without a row, or one that changed since ``looked_at``, waits to be looked at.
    """

    __tablename__ = "profile_lead"

    record_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"), primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    tries: Mapped[int]
    next_try: Mapped[datetime | None]
    looked_at: Mapped[datetime]
