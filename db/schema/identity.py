"""What tells people and papers apart: name forms, the locks that keep a human decision, and what waits for one."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.schema.types import Table


class NameForm(Table):
    """A form in which papers print names: ``name_key`` is the authorships' own, ``form`` the folded name itself.

    They differ where one place of a paper is printed in several ways. ``id`` is a digest of both. The last
    ``family_words`` words of ``form`` are the family name.
    """

    __tablename__ = "name_form"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name_key: Mapped[str] = mapped_column(index=True)
    form: Mapped[str]
    family_words: Mapped[int]


class NameFormKey(Table):
    """Where names that may be one person's meet: a digest of a part of the name (see ``sourcing.identity.blocks``)."""

    __tablename__ = "name_form_key"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 (SQLAlchemy reads this attribute from the class)

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    form_id: Mapped[int] = mapped_column(ForeignKey("name_form.id", ondelete="CASCADE"), primary_key=True)


class IdentityLock(Table):
    """A human decision, kept for ever; ``undone_at`` says that a later one took it back.

    ``kind`` is ``merge`` (``left`` and ``right`` are one person), ``split`` (``right`` was taken from ``left``) or
    ``apart`` (two who looked alike are two). ``subjects`` holds ``people`` (their public ids), the mentions
    ``left`` and ``right``, each as paper, position and digest of the name, so that they are found again after
    every crawl, ``profiles`` (digests of those that went along) and ``undid`` (earlier locks that it overrode, by
    number).
    """

    __tablename__ = "identity_lock"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subjects: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    by: Mapped[str]
    why: Mapped[str | None]
    undone_at: Mapped[datetime | None]


class MaybeSame(Table):
    """Two persons who may be one. While undecided neither is exported automatically."""

    __tablename__ = "maybe_same"
    __table_args__ = (UniqueConstraint("person_id", "other_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    other_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    probability: Mapped[float]
    evidence: Mapped[list[dict[str, Any]]]
    first_seen: Mapped[datetime]
    decision: Mapped[str | None]


class ProfileMatch(Table):
    """A profile, an imported row or an achievement that may be a person's: waits for a human decision.

    ``decision`` is ``same`` or ``different``; a decision holds for every later import of the same record.
    """

    __tablename__ = "profile_match"
    __table_args__ = (
        UniqueConstraint("record_id", "person_id"),
        UniqueConstraint("achievement_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int | None] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    achievement_id: Mapped[int | None] = mapped_column(ForeignKey("achievement.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    evidence: Mapped[list[dict[str, Any]]]
    first_seen: Mapped[datetime]
    decision: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    by: Mapped[str | None]


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
