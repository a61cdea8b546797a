"""The recruiter's own record of a candidate: append-only, with who and when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from db.schema import AuditEvent, Note, Person, StageEvent, TagEvent, Verdict


def save_stage(
    session: Session, people: Iterable[Person], stage: str, *, why: str | None, by: str, now: datetime
) -> None:
    """Record that people reached a stage (one of :data:`sourcing.stages.STAGES`)."""
    for person in people:
        session.add(StageEvent(person_id=person.id, stage=stage, why=why, at=now, by=by))
        details = {"stage": stage}
        session.add(AuditEvent(at=now, by=by, action="stage", subject=person.public_id, details=details))


def save_tag(
    session: Session, people: Iterable[Person], tag: str, *, added: bool, by: str, now: datetime
) -> None:
    """Put a tag on people, or take it off. The log says that it was done, and leaves the words to the tag."""
    for one in people:
        session.add(TagEvent(person_id=one.id, tag=tag, added=added, at=now, by=by))
        details = {} if added else {"removed": True}
        session.add(AuditEvent(at=now, by=by, action="tag", subject=one.public_id, details=details))


def save_note(session: Session, person: Person, text: str, *, by: str, now: datetime) -> None:
    """Write a sentence about a candidate. The log says that it was written, and leaves the words to the note."""
    session.add(Note(person_id=person.id, text=text, at=now, by=by))
    session.add(AuditEvent(at=now, by=by, action="note", subject=person.public_id, details={}))


def save_verdict(
    session: Session, person: Person, verdict: str, *, role: str | None, by: str, now: datetime
) -> None:
    """Record a hiring manager's yes, no or maybe, for a role or in general."""
    session.add(Verdict(person_id=person.id, role=role, verdict=verdict, at=now, by=by))
    details = {"verdict": verdict, **({"role": role} if role else {})}
    session.add(AuditEvent(at=now, by=by, action="verdict", subject=person.public_id, details=details))


def save_import(session: Session, source: str, file: str, rows: int, *, by: str, now: datetime) -> None:
    """Log that a file was brought in (the caller commits)."""
    details = {"source": source, "file": file, "rows": rows}
    session.add(AuditEvent(at=now, by=by, action="import", details=details))
