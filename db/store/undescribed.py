"""Which people have to be described again: those whose papers or profiles may say something else than their row does.

Whoever changes what a person's description is made from marks them, in the same transaction; no clock is asked, so
that two who write at once, or a run that is stopped, lose nobody.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from db.batches import batches
from db.schema import Authorship, Person, RecordRow


def mark_authors(session: Session, paper_ids: Collection[int]) -> None:
    """Mark whoever has a mention on these papers. Call it before mentions are taken away, too."""
    for some in batches(sorted(paper_ids)):
        _mark(session, select(Authorship.person_id).where(Authorship.paper_id.in_(some)))


def mark_people(session: Session, person_ids: Collection[int]) -> None:
    """Mark people by row id."""
    for some in batches(sorted(person_ids)):
        _mark(session, some)


def mark_described_by(session: Session, record_ids: Collection[int]) -> None:
    """Mark whoever these records are profiles of."""
    for some in batches(sorted(record_ids)):
        _mark(session, select(RecordRow.person_id).where(RecordRow.id.in_(some)))


def undescribed(session: Session) -> set[int]:
    """Row ids of the people who are marked; those who were merged into others have nothing to be described by."""
    return set(session.scalars(select(Person.id).where(Person.undescribed, Person.merged_into.is_(None))))


def _mark(session: Session, people: Select[Any] | Collection[int]) -> None:
    session.execute(
        update(Person).where(Person.id.in_(people)).values(undescribed=True),
        execution_options={"synchronize_session": False},
    )
