"""People of whom no paper is left: they lead to whoever stands in their place, or stay for what is known of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from db.batches import batches
from db.queries.lineage import survivors
from db.records import SubjectKind
from db.schema import (
    AchievementRow,
    AssessmentRow,
    Authorship,
    DigestEntry,
    ExportedPerson,
    IdentityLock,
    MaybeSame,
    Note,
    NoticeRow,
    Person,
    RecordRow,
    StageEvent,
    TagEvent,
    Verdict,
)
from db.store.paper_rows import SAME_PLACE
from sourcing.identity.people import Outcome

# Profiles and lists know of people without papers; what was done about somebody is never lost.
_KNOWN_FROM: tuple[Any, ...] = (
    RecordRow, AchievementRow, StageEvent, TagEvent, Note, Verdict, DigestEntry, ExportedPerson, NoticeRow,
)  # fmt: skip


def leave_nobody_behind(session: Session, people: Collection[int] | None, outcome: Outcome) -> None:
    """See to those of ``people`` (default: everybody) who have no paper any more.

    Whose mention fell together with somebody else's leads to them. Who is in a profile, in a list or in what a
    recruiter did stays, and nobody is held back for resembling them. Of whom nothing else is known is removed: an
    author list named them by mistake.
    """
    gone = set(_without_papers(session, people))
    if not gone:
        return
    for one, other in _fell_together(session, gone):
        if one in gone and one != other:
            session.execute(update(Person).where(Person.id == one).values(merged_into=other))
            outcome.redirected[one] = other
            gone.discard(one)
    kept = _known_otherwise(session, gone)
    for some in batches(sorted(gone)):
        session.execute(delete(MaybeSame).where(MaybeSame.decision.is_(None), _either(some)))
    for some in batches(sorted(gone - kept)):
        public = select(Person.public_id).where(Person.id.in_(some))
        session.execute(
            delete(AssessmentRow).where(
                AssessmentRow.subject_kind == str(SubjectKind.PERSON), AssessmentRow.subject_id.in_(public)
            )
        )
        session.execute(delete(Person).where(Person.id.in_(some)))
    outcome.made -= gone - kept
    outcome.grown -= gone - kept
    outcome.shrunk -= gone - kept
    session.flush()
    session.expire_all()


def _without_papers(session: Session, people: Collection[int] | None) -> Iterator[int]:
    bare = select(Person.id).where(
        Person.merged_into.is_(None), ~exists().where(Authorship.person_id == Person.id)
    )
    if people is None:
        yield from session.scalars(bare)
    else:
        for some in batches(sorted(people)):
            yield from session.scalars(bare.where(Person.id.in_(some)))


def _fell_together(session: Session, gone: Collection[int]) -> Iterator[tuple[int, int]]:
    """Who stands where each of these stood, in work that turned out to be one."""
    merged = survivors(session)
    for some in batches(sorted(gone)):
        for row in session.scalars(
            select(MaybeSame)
            .where(MaybeSame.decision.is_(None), _either(some))
            .order_by(MaybeSame.person_id, MaybeSame.other_id)
        ):
            if not any(reason.get("text") == SAME_PLACE for reason in row.evidence):
                continue
            one, other = merged.get(row.person_id, row.person_id), merged.get(row.other_id, row.other_id)
            pair = (one, other) if one in gone else (other, one)
            if pair[1] not in gone:
                yield pair


def _either(some: Collection[int]) -> ColumnElement[bool]:
    return or_(MaybeSame.person_id.in_(some), MaybeSame.other_id.in_(some))


def _known_otherwise(session: Session, people: Iterable[int]) -> set[int]:
    known: set[int] = set()
    for some in batches(sorted(people)):
        for table in _KNOWN_FROM:
            known.update(session.scalars(select(table.person_id).where(table.person_id.in_(some)).distinct()))
        leading = select(Person.merged_into).where(Person.merged_into.in_(some)).distinct()
        known.update(one for one in session.scalars(leading) if one is not None)
        if named := _named_by_hand(session):
            known.update(
                session.scalars(select(Person.id).where(Person.id.in_(some), Person.public_id.in_(named)))
            )
    return known


def _named_by_hand(session: Session) -> set[str]:
    return {
        public_id
        for subjects in session.scalars(select(IdentityLock.subjects))
        for public_id in subjects["people"]
    }
