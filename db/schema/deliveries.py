"""What left the house, and what came back: digests, exports, verdicts."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.schema.types import Table


class DigestEntry(Table):
    """A person shown as new for a role, and the evidence they were shown with."""

    __tablename__ = "digest_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    evidence: Mapped[dict[str, Any]]
    at: Mapped[datetime]


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


class Verdict(Table):
    """A hiring manager's yes, no or maybe on a candidate for a role."""

    __tablename__ = "verdict"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    role: Mapped[str | None]
    verdict: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
