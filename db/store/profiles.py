"""Profiles and achievements given to persons: attached where it is sure, kept as a question where it is not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.keys.names import name_key
from db.kinds import KEPT_APART
from db.payload import from_payload, to_payload
from db.records import Evidence, Identifier, IdentifierKind, PersonRecord
from db.schema import AchievementRow, Person, PersonIdentifier, PersonName, ProfileMatch, RecordRow
from db.store.undescribed import mark_people
from db.store.upsert import batches, upsert


class Undecidable(ValueError):  # noqa: N818 (shown to users as a sentence)
    """A question that does not exist, or was answered before."""


def attach_profile(session: Session, row: RecordRow, person: Person, *, reason: str) -> None:
    """Give a profile to a person, with its identifiers and forms of the name. Repeating it changes nothing."""
    record = from_payload(PersonRecord, row.payload)
    mark_people(session, {person.id} if row.person_id is None else {person.id, row.person_id})
    row.person_id = person.id
    _save_names(session, person.id, (record.name, *record.other_names))
    _save_identifiers(session, person.id, record.identifiers, row, reason)
    session.flush()


def detach_profile(session: Session, row: RecordRow) -> None:
    """Take a profile and the identifiers that came with it from its person."""
    if row.person_id is not None:
        mark_people(session, {row.person_id})
        session.execute(
            delete(PersonIdentifier).where(
                PersonIdentifier.person_id == row.person_id,
                PersonIdentifier.source == row.source,
                PersonIdentifier.url == row.url,
            )
        )
    row.person_id = None
    session.flush()


def new_person(session: Session, row: RecordRow, *, at: datetime) -> Person:
    """A person known only from a profile or a list. The id follows from the record, so it is the same each time."""
    record = from_payload(PersonRecord, row.payload)
    digest = hashlib.sha256(f"{row.source}/{row.source_key}".encode()).hexdigest()
    public_id = f"p-{digest[:10]}"
    found = session.scalar(select(Person).where(Person.public_id == public_id))
    if found is None:
        found = Person(
            public_id=public_id,
            full_name=record.name,
            given=record.given,
            family=record.family,
            name_key=name_key(record.name),
            origins={"full_name": row.id},
            first_seen=at,
            last_seen=at,
        )
        session.add(found)
        session.flush()
    attach_profile(session, row, found, reason="described by this record")
    return found


def save_identifiers(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep identifiers (rows of ``person_identifier``); one that is there stays as it was first said.

    But what may be passed on takes the place of what may not: somebody's own page names it, too.
    """
    upsert(session, PersonIdentifier, rows, key=("person_id", "kind", "value"), update=())
    free = {
        (row["person_id"], row["kind"], row["value"]): row for row in rows if row["source"] not in KEPT_APART
    }
    for people in batches(sorted({person_id for person_id, _, _ in free})):
        apart = select(PersonIdentifier).where(
            PersonIdentifier.person_id.in_(people), PersonIdentifier.source.in_(KEPT_APART)
        )
        for kept in session.scalars(apart):
            for name, value in free.get((kept.person_id, kept.kind, kept.value), {}).items():
                setattr(kept, name, value)
    session.flush()


def save_questions(
    session: Session,
    people: Iterable[tuple[int, Sequence[Evidence]]],
    *,
    at: datetime,
    record_id: int | None = None,
    achievement_id: int | None = None,
) -> int:
    """Keep who a record or an achievement may be about; questions already there keep their decision."""
    column = ProfileMatch.record_id if record_id is not None else ProfileMatch.achievement_id
    subject = record_id if record_id is not None else achievement_id
    asked = set(session.scalars(select(ProfileMatch.person_id).where(column == subject)))
    new = [(person_id, evidence) for person_id, evidence in people if person_id not in asked]
    session.add_all(
        ProfileMatch(
            record_id=record_id,
            achievement_id=achievement_id,
            person_id=person_id,
            evidence=[to_payload(one) for one in evidence],
            first_seen=at,
        )
        for person_id, evidence in new
    )
    session.flush()
    return len(new)


def decide(session: Session, question_id: int, *, same: bool, at: datetime, by: str) -> ProfileMatch:
    """Answer one question. ``same`` attaches, and answers the record's other questions with "different".

    A row of a list (source ``list:…``) that is none of those it may have been becomes a person of its own.

    Raises :class:`Undecidable` for a number that is no open question.
    """
    question = session.get(ProfileMatch, question_id)
    if question is None or question.decision is not None:
        raise Undecidable(f"{question_id} is no open question")
    question.decision, question.decided_at, question.by = "same" if same else "different", at, by
    row = session.get(RecordRow, question.record_id) if question.record_id is not None else None
    if same:
        person = session.get_one(Person, question.person_id)
        if row is not None:
            attach_profile(session, row, person, reason=f"confirmed by {by}")
        elif question.achievement_id is not None:
            _attach_achievement(
                session, session.get_one(AchievementRow, question.achievement_id), person.id, by
            )
        for other in open_questions(session, question):
            other.decision, other.decided_at, other.by = "different", at, by
    elif row is not None and row.person_id is None and row.source.startswith("list:"):
        session.flush()
        if not open_questions(session, question):
            new_person(session, row, at=at)
    session.flush()
    return question


def open_questions(session: Session, about: ProfileMatch) -> list[ProfileMatch]:
    """The undecided questions about the same record or achievement."""
    same = (
        ProfileMatch.record_id == about.record_id
        if about.record_id is not None
        else ProfileMatch.achievement_id == about.achievement_id
    )
    return list(session.scalars(select(ProfileMatch).where(same, ProfileMatch.decision.is_(None))))


def _save_names(session: Session, person_id: int, names: Iterable[str]) -> None:
    rows = [
        {"person_id": person_id, "name": name, "name_key": key}
        for name in dict.fromkeys(names)
        if (key := name_key(name))
    ]
    upsert(session, PersonName, rows, key=("person_id", "name"), update=())


def _attach_achievement(session: Session, row: AchievementRow, person_id: int, by: str) -> None:
    """With its identifiers, so that the next result under the same Kaggle name needs no question."""
    row.person_id = person_id
    told = [Identifier(kind=IdentifierKind(kind), value=value) for kind, value in row.identifiers]
    _save_identifiers(session, person_id, told, row, f"confirmed by {by}")


def _save_identifiers(
    session: Session,
    person_id: int,
    identifiers: Iterable[Identifier],
    row: RecordRow | AchievementRow,
    reason: str,
) -> None:
    rows = [
        {
            "person_id": person_id,
            "kind": str(one.kind),
            "value": one.value,
            "confidence": "confirmed",
            "reason": reason,
            "source": row.source,
            "url": row.url,
            "fetched_at": row.fetched_at,
        }
        for one in identifiers
    ]
    save_identifiers(session, rows)
