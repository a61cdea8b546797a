"""The recruiter's own record: append-only, and what left the house."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.schema.types import Table


class StageEvent(Table):
    """A candidate reached a stage. The last event is where the candidate stands."""

    __tablename__ = "stage_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    stage: Mapped[str]
    role: Mapped[str | None]
    why: Mapped[str | None]
    at: Mapped[datetime]
    by: Mapped[str]


class TagEvent(Table):
    """A tag was put on a candidate or taken off."""

    __tablename__ = "tag_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    tag: Mapped[str]
    added: Mapped[bool]
    at: Mapped[datetime]
    by: Mapped[str]


class Note(Table):
    """A sentence somebody wrote about a candidate."""

    __tablename__ = "note"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    text: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]


class Verdict(Table):
    """A hiring manager's yes, no or maybe on a candidate for a role."""

    __tablename__ = "verdict"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    role: Mapped[str | None]
    verdict: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]


class ExportBatch(Table):
    """One CSV that left the house."""

    __tablename__ = "export_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    preset: Mapped[str]
    role: Mapped[str | None]
    path: Mapped[str]
    rows: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[str]


class ExportedPerson(Table):
    """A person in an exported file: they stay out of the next one."""

    __tablename__ = "exported_person"
    __table_args__ = (UniqueConstraint("batch_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("export_batch.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)


class DigestEntry(Table):
    """A person shown as new for a role, and the evidence they were shown with."""

    __tablename__ = "digest_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    evidence: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class NoticeRow(Table):
    """When a person must be told that data about them was collected, and when they were."""

    __tablename__ = "notice"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    collected_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]
    channel: Mapped[str | None]


class AuditEvent(Table):
    """Who decided, exported, revealed or forgot what, and when. ``subject`` is a pseudonym after a purge."""

    __tablename__ = "audit_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    by: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str | None] = mapped_column(index=True)
    details: Mapped[dict[str, Any]]
