"""Looking at people blind, and the record of it when they are looked at again with their names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.schema import AuditEvent

BLIND, REVEAL = "blind", "reveal"


def save_blind(session: Session, people: Sequence[str], *, by: str, now: datetime) -> None:
    """Record that somebody looked at people (public ids) blind."""
    session.add_all(AuditEvent(at=now, by=by, action=BLIND, subject=one, details={}) for one in people)


def save_revealed(session: Session, people: Sequence[str], verb: str, *, by: str, now: datetime) -> list[str]:
    """Record which of these people somebody sees by name after having looked at them blind; gives their ids."""
    newest = (
        select(func.max(AuditEvent.id))
        .where(AuditEvent.subject.in_(people), AuditEvent.action.in_((BLIND, REVEAL)), AuditEvent.by == by)
        .group_by(AuditEvent.subject)
    )
    hidden = select(AuditEvent.subject).where(AuditEvent.id.in_(newest), AuditEvent.action == BLIND)
    found = sorted(one for one in session.scalars(hidden) if one is not None)
    session.add_all(
        AuditEvent(at=now, by=by, action=REVEAL, subject=one, details={"with": verb}) for one in found
    )
    return found
