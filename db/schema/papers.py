"""Papers and their authorships."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.schema.types import Table


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
