"""People of whom nothing is known any more: they go, unless somebody has dealt with them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Select, delete, exists, select
from sqlalchemy.orm import Session

from db.batches import batches
from db.kinds import ImplementationKind, SubjectKind
from db.queries.lineage import survivors
from db.schema import (
    AchievementRow,
    AssessmentRow,
    Authorship,
    Contribution,
    DigestEntry,
    ExportedPerson,
    IdentityLock,
    Implementation,
    MaybeSame,
    Note,
    NoticeRow,
    Person,
    ProfileMatch,
    RecordRow,
    StageEvent,
    TagEvent,
    Verdict,
)


def drop_unknown_people(session: Session, people: Collection[int] | None = None) -> int:
    """Remove those of ``people`` (row ids, default: everybody) of whom nothing is known any more; gives how many.

    Such is somebody whom every author list has dropped, and of whom no profile, list or implementation speaks. Whoever
    was dealt with (stage, tag, note, verdict, notice, a decision about who they are) stays with all that was recorded,
    and so does whoever stands in a list or a digest that left the house: these are to be found and cleaned, should they
    ask for it. What was merged into somebody goes with them. Should a list bring one back, identity gives them the same
    id again, as it follows from the paper and the place.
    """
    bare = set(without_papers(session, people))
    if not bare:
        return 0
    entries: dict[int, set[int]] = {one: {one} for one in bare}
    for former, now in survivors(session).items():
        if now in bare:
            entries[now].add(former)
    stay = _spoken_of(session, set().union(*entries.values()))
    gone = [group for group in entries.values() if group.isdisjoint(stay)]
    for some in batches(sorted(set().union(*gone))):
        ids = select(Person.public_id).where(Person.id.in_(some))
        session.execute(
            delete(AssessmentRow).where(
                AssessmentRow.subject_kind == str(SubjectKind.PERSON), AssessmentRow.subject_id.in_(ids)
            )
        )
        session.execute(delete(Person).where(Person.id.in_(some)))
    session.expire_all()
    return len(gone)


def without_papers(session: Session, people: Collection[int] | None) -> Iterator[int]:
    """Those of ``people`` (row ids, ``None``: everybody) who are on no paper."""
    bare = select(Person.id).where(
        Person.merged_into.is_(None), ~exists().where(Authorship.person_id == Person.id)
    )
    if people is None:
        yield from session.scalars(bare)
    else:
        for some in batches(sorted(people)):
            yield from session.scalars(bare.where(Person.id.in_(some)))


def _spoken_of(session: Session, people: Collection[int]) -> set[int]:
    """Those of whom something other than a paper speaks, or who were dealt with."""
    found: set[int] = set()
    for some in batches(sorted(people)):
        for spoken in _what_speaks(some):
            found.update(one for one in session.scalars(spoken) if one is not None)
    public = {
        public_id: row_id
        for some in batches(sorted(people))
        for row_id, public_id in session.execute(
            select(Person.id, Person.public_id).where(Person.id.in_(some))
        )
    }
    for subjects in session.scalars(select(IdentityLock.subjects)):
        found.update(public[one] for one in subjects.get("people", ()) if one in public)
    return found


def _what_speaks(some: Collection[int]) -> Iterator[Select[Any]]:
    for table in (
        RecordRow,
        AchievementRow,
        StageEvent,
        TagEvent,
        Note,
        Verdict,
        ExportedPerson,
        DigestEntry,
    ):
        yield select(table.person_id).where(table.person_id.in_(some))
    yield select(NoticeRow.person_id).where(NoticeRow.person_id.in_(some), NoticeRow.sent_at.is_not(None))
    yield select(ProfileMatch.person_id).where(
        ProfileMatch.person_id.in_(some), ProfileMatch.decision.is_not(None)
    )
    for column in (MaybeSame.person_id, MaybeSame.other_id):
        yield select(column).where(column.in_(some), MaybeSame.decision.is_not(None))
    # Of papers that are somebody else's: their own would be gone with their place on it.
    third_party = exists().where(
        Implementation.repository_id == Contribution.repository_id,
        Implementation.kind == str(ImplementationKind.THIRD_PARTY),
    )
    yield select(Contribution.person_id).where(Contribution.person_id.in_(some), third_party)
