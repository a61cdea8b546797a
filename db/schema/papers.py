"""Papers, their authorships and reviews, and the source records that everything is folded from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
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


class Paper(Table):
    """One work, folded from all its records. ``public_id`` never changes once given."""

    __tablename__ = "paper"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    title_key: Mapped[str] = mapped_column(index=True)
    abstract: Mapped[str | None]
    published: Mapped[datetime | None] = mapped_column(index=True)
    updated: Mapped[datetime | None]
    version: Mapped[int | None]
    arxiv_id: Mapped[str | None] = mapped_column(unique=True)
    doi: Mapped[str | None] = mapped_column(index=True)
    openreview_id: Mapped[str | None] = mapped_column(index=True)
    primary_category: Mapped[str | None] = mapped_column(index=True)
    categories: Mapped[list[str]]
    keywords: Mapped[list[str]]
    comment: Mapped[str | None]
    journal_ref: Mapped[str | None]
    licence: Mapped[str | None]
    venue: Mapped[str | None]
    venue_year: Mapped[int | None]
    decision: Mapped[str | None]
    awards: Mapped[list[str]]
    code_urls: Mapped[list[str]]
    page_urls: Mapped[list[str]]
    url: Mapped[str]
    withdrawn: Mapped[bool] = mapped_column(default=False)
    n_authors: Mapped[int]
    text_hash: Mapped[str]
    origins: Mapped[dict[str, int]]
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("paper.id", ondelete="SET NULL"), index=True)
    first_seen: Mapped[datetime] = mapped_column(index=True)
    last_seen: Mapped[datetime]
    links_checked: Mapped[str | None]
    links_checked_at: Mapped[datetime | None]
    code_searched_at: Mapped[datetime | None]


class Authorship(Table):
    """A name printed on a paper. ``person_id`` is empty until identity has been resolved."""

    __tablename__ = "authorship"
    __table_args__ = (
        UniqueConstraint("paper_id", "position"),
        Index("ix_authorship_person_first", "person_id", "is_first"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id", ondelete="CASCADE"))
    position: Mapped[int]
    is_first: Mapped[bool]
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(index=True)
    given: Mapped[str | None]
    family: Mapped[str | None]
    suffix: Mapped[str | None]
    joint_first: Mapped[bool] = mapped_column(default=False)
    variants: Mapped[list[str]]
    affiliations: Mapped[list[str]]
    identifiers: Mapped[list[list[str]]]
    origins: Mapped[dict[str, int]]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))


class ReviewRow(Table):
    """One reviewer's scores of a paper, as its venue published them."""

    __tablename__ = "review"
    __table_args__ = (UniqueConstraint("record_id", "ordinal"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id", ondelete="CASCADE"), index=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    ordinal: Mapped[int]
    scores: Mapped[dict[str, Any]]


class PaperLock(Table):
    """A person's decision about records, kept for every later run.

    ``kind`` is ``same`` (all of ``records`` are one paper) or ``different`` (the two ``records`` are not). A record is
    named by source and the source's key. A decision that was taken back has ``undone_at``.
    """

    __tablename__ = "paper_lock"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    records: Mapped[list[list[str]]]
    at: Mapped[datetime]
    by: Mapped[str]
    why: Mapped[str | None]
    undone_at: Mapped[datetime | None]


class PreferenceEvent(Table):
    """Somebody likes (+1) or dislikes (-1) a paper, or takes that back (0). The last event counts."""

    __tablename__ = "preference_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id", ondelete="CASCADE"), index=True)
    verdict: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[str]
