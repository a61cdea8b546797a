"""Profiles and achievements given to the people they are about: by identifier for sure, by name as a question."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.payload import from_payload
from db.queries.lineage import survivors
from db.records import Achievement, Evidence, Identifier, IdentifierKind, PersonRecord
from db.schema import AchievementRow, Person, PersonIdentifier, ProfileMatch, RecordRow
from db.store.profiles import attach_profile, save_identifiers, save_questions
from db.store.upsert import batches
from sourcing.people.accounts import drop_impossible_accounts
from sourcing.people.detaching import detach_profiles
from sourcing.people.matching import Matched, match_people
from sourcing.people.printed import PRINTED, printed_identifiers


@dataclass(slots=True)
class Attached:
    """What was attached: identifiers printed on papers, profiles, achievements; and questions that were asked."""

    identifiers: int = 0
    profiles: int = 0
    achievements: int = 0
    questions: int = 0


def attach_profiles(
    session: Session, *, now: datetime, person_ids: Collection[int] | None = None
) -> Attached:
    """Attach what belongs to nobody yet; run after authorships have persons. Repeating it changes nothing.

    ``person_ids`` are the people whose authorships changed since the last time (default: all may have).

    First the identifiers that sources print beside names on papers, then profiles (ORCID, OpenReview, lists) that
    share one of those, then achievements. A profile that shares only its name with somebody becomes a question when
    an affiliation speaks for it too; a bare namesake's profile says nothing about anybody. Whoever was merged into
    another takes their profiles and achievements along; whose a profile is by a human's word it stays.
    """
    _take_achievements_along(session)
    detach_profiles(session, person_ids)
    done = Attached(identifiers=_identifiers_of_authorships(session, person_ids))
    done.profiles += _attach_as_decided(session)
    # A profile brings identifiers, and with them the next profile: OpenReview's names the ORCID iD.
    while found := _attach_by_identifier(session):
        done.profiles += found
    if done.profiles:
        drop_impossible_accounts(session)
    for rows in _unattached_profiles(session):
        for row, matched in zip(rows, match_people(session, _read(rows)), strict=True):
            done.questions += save_questions(session, _worth_asking(matched), at=now, record_id=row.id)
    for waiting in _unattached_achievements(session):
        told = [_achievement(row) for row in waiting]
        for achievement, matched in zip(waiting, match_people(session, told), strict=True):
            if matched.certain is not None:
                achievement.person_id = matched.certain.person_id
                done.achievements += 1
            else:
                done.questions += save_questions(
                    session, _worth_asking(matched), at=now, achievement_id=achievement.id
                )
    session.flush()
    return done


def _take_achievements_along(session: Session) -> None:
    """Give what somebody did who was merged to whoever stands for them."""
    deeds = session.scalars(
        select(AchievementRow)
        .join(Person, Person.id == AchievementRow.person_id)
        .where(Person.merged_into.is_not(None))
    ).all()
    merged = survivors(session) if deeds else {}
    for deed in deeds:
        deed.person_id = merged.get(deed.person_id or 0)
    session.flush()


def _attach_by_identifier(session: Session) -> int:
    attached = 0
    for rows in _unattached_profiles(session):
        for row, matched in zip(rows, match_people(session, _read(rows)), strict=True):
            if matched.certain is not None:
                reason = "; ".join(one.text for one in matched.certain.evidence)
                person = session.get_one(Person, matched.certain.person_id)
                attach_profile(session, row, person, reason=reason)
                attached += 1
    return attached


def _attach_as_decided(session: Session) -> int:
    """Attach profiles of which a human said whose they are; gives how many."""
    merged = survivors(session)
    decided = session.execute(
        select(RecordRow, ProfileMatch.person_id, ProfileMatch.by)
        .join(ProfileMatch, ProfileMatch.record_id == RecordRow.id)
        .where(RecordRow.person_id.is_(None), ProfileMatch.decision == "same")
    ).all()
    for row, person_id, by in decided:
        person = session.get_one(Person, merged.get(person_id, person_id))
        attach_profile(session, row, person, reason=f"confirmed by {by}")
    return len(decided)


def _read(rows: Iterable[RecordRow]) -> list[PersonRecord]:
    return [from_payload(PersonRecord, row.payload) for row in rows]


def _worth_asking(matched: Matched) -> list[tuple[int, Sequence[Evidence]]]:
    return [(one.person_id, one.evidence) for one in matched.maybe if len(one.evidence) > 1]


def _identifiers_of_authorships(session: Session, person_ids: Collection[int] | None) -> int:
    """Give people the identifiers that sources print beside their names; take back those whose mention moved."""
    printed: dict[tuple[int, str, str], int | None] = {}
    for one in printed_identifiers(session, person_ids):
        printed.setdefault((one.person_id, one.kind, one.value), one.record_id)
    stored: dict[tuple[int, str, str], PersonIdentifier] = {}
    held = select(PersonIdentifier).where(PersonIdentifier.reason == PRINTED)
    for some in [None] if person_ids is None else batches(sorted(person_ids)):
        of_some = held if some is None else held.where(PersonIdentifier.person_id.in_(some))
        stored |= {(kept.person_id, kept.kind, kept.value): kept for kept in session.scalars(of_some)}
    for key, kept in stored.items():
        if key not in printed:
            session.delete(kept)
    session.flush()
    fresh = {key: record_id for key, record_id in printed.items() if key not in stored}
    records = _records(session, {one for one in fresh.values() if one is not None})
    rows = [
        {
            "person_id": person_id,
            "kind": kind,
            "value": value,
            "confidence": "confirmed",
            "reason": PRINTED,
            "source": records[record_id].source,
            "url": records[record_id].url,
            "fetched_at": records[record_id].fetched_at,
        }
        for (person_id, kind, value), record_id in fresh.items()
        if record_id is not None and record_id in records
    ]
    save_identifiers(session, rows)
    return len(rows)


def _records(session: Session, ids: Iterable[int]) -> dict[int, RecordRow]:
    found: dict[int, RecordRow] = {}
    for some in batches(sorted(ids)):
        found |= {row.id: row for row in session.scalars(select(RecordRow).where(RecordRow.id.in_(some)))}
    return found


def _unattached_profiles(session: Session) -> Iterator[list[RecordRow]]:
    """Records of people without a person, in batches; LinkedIn's only when somebody imports them."""
    ids = session.scalars(
        select(RecordRow.id)
        .where(
            RecordRow.kind == "person",
            RecordRow.person_id.is_(None),
            RecordRow.deleted.is_(False),
            RecordRow.source != "linkedin",
        )
        .order_by(RecordRow.id)
    ).all()
    for some in batches(ids):
        yield list(session.scalars(select(RecordRow).where(RecordRow.id.in_(some)).order_by(RecordRow.id)))


def _unattached_achievements(session: Session) -> Iterator[list[AchievementRow]]:
    ids = session.scalars(
        select(AchievementRow.id).where(AchievementRow.person_id.is_(None)).order_by(AchievementRow.id)
    ).all()
    for some in batches(ids):
        found = select(AchievementRow).where(AchievementRow.id.in_(some)).order_by(AchievementRow.id)
        yield list(session.scalars(found))


def _achievement(row: AchievementRow) -> Achievement:
    return Achievement(
        source=row.source,
        source_key=row.source_key,
        url=row.url,
        kind=row.kind,
        rung=row.rung,
        title=row.title,
        person_name=row.person_name,
        identifiers=tuple(
            Identifier(kind=IdentifierKind(kind), value=value) for kind, value in row.identifiers
        ),
    )
