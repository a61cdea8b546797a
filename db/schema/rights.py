"""The rights of the people in the list: notices, the record of who did what, and who is left alone."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from db.schema.types import Table


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


class Suppression(Table):
    """A keyed hash of a name or identifier that must not come back. Holds nothing about the person."""

    __tablename__ = "suppression"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime]
