"""Profiles and achievements given to the people they are about: by identifier for sure, by name as a question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from db.payload import from_payload
from db.queries.lineage import survivors
from db.records import Achievement, Evidence, Identifier, IdentifierKind, PersonRecord
from db.schema import AchievementRow, Authorship, Contribution, Person, PersonIdentifier, RecordRow
from db.store.profiles import attach_profile, detach_profile, save_identifiers, save_questions
from db.store.upsert import batches
from sourcing.people.accounts import drop_impossible_accounts
from sourcing.people.matching import Matched, match_people
from sourcing.people.own_pages import OWN_PAGES

PRINTED = "printed beside the name"
_PRINTS_SOME = cast(Authorship.identifiers, String) != "[]"


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

    First the identifiers that sources print beside names on papers, then what hangs on people who turned out to be
    others, then profiles (ORCID, OpenReview, lists) that share one of those, then achievements. A profile that shares
    only its name with somebody becomes a question when an affiliation speaks for it too; a bare namesake's profile says
    nothing about anybody.
    """
    done = Attached(identifiers=_identifiers_of_authorships(session, person_ids))
    _follow_merges(session)
    # A profile brings identifiers, and with them the next profile: OpenReview's names the ORCID iD.
    while found := _attach_by_identifier(session):
        done.profiles += found
    if _attach_what_changed(session, person_ids or ()) or done.profiles:
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


def _follow_merges(session: Session) -> None:
    """Give what hangs on people who were merged to whoever stands for them: profiles, accounts, achievements, shares of
    commits. A profile goes to whom its identifiers name now, should that be somebody else."""
    merged = survivors(session)
    for some in batches(sorted(merged)):
        rows = session.scalars(
            select(RecordRow).where(RecordRow.kind == "person", RecordRow.person_id.in_(some))
        ).all()
        heirs = {row.id: merged[row.person_id] for row in rows if row.person_id is not None}
        for row in rows:
            detach_profile(session, row)
        for row, matched in zip(rows, match_people(session, _read(rows)), strict=True):
            found = matched.certain
            person = session.get_one(Person, heirs[row.id] if found is None else found.person_id)
            attach_profile(session, row, person, reason="of somebody who turned out to be them")
        for table, key in (
            (AchievementRow, ("source", "source_key")),
            (Contribution, ("repository_id",)),
            (PersonIdentifier, ("kind", "value")),
        ):
            held = select(table).where(table.person_id.in_(some)).order_by(table.id)
            if table is PersonIdentifier:  # what is printed beside a name follows the mention
                held = held.where(PersonIdentifier.reason.is_distinct_from(PRINTED))
            _take_over(session, session.scalars(held).all(), merged, *key)


def _take_over(session: Session, rows: Iterable[Any], merged: Mapping[int, int], *key: str) -> None:
    """Give rows to whoever stands for their person, unless they have one of the same ``key``."""
    for row in rows:
        table, heir = type(row), merged[row.person_id]
        same = [getattr(table, name) == getattr(row, name) for name in key]
        if session.scalar(select(table.id).where(table.person_id == heir, *same)) is None:
            row.person_id = heir
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


def _attach_what_changed(session: Session, person_ids: Collection[int]) -> bool:
    """Give people what their pages name that they did not when they were attached; gives whether there was any."""
    found = False
    attached = select(RecordRow).where(
        RecordRow.kind == "person", RecordRow.deleted.is_(False), RecordRow.source.in_(OWN_PAGES)
    )
    for some in batches(sorted(person_ids)):
        for row in session.scalars(attached.where(RecordRow.person_id.in_(some))).all():
            known = session.execute(
                select(PersonIdentifier.kind, PersonIdentifier.value, PersonIdentifier.reason).where(
                    PersonIdentifier.person_id == row.person_id
                )
            ).all()
            told = from_payload(PersonRecord, row.payload).identifiers
            if not {(str(one.kind), one.value) for one in told} <= {(one.kind, one.value) for one in known}:
                person = session.get_one(Person, row.person_id)
                attach_profile(session, row, person, reason="named on a page that is theirs")
                found = True
    return found


def _read(rows: Iterable[RecordRow]) -> list[PersonRecord]:
    return [from_payload(PersonRecord, row.payload) for row in rows]


def _worth_asking(matched: Matched) -> list[tuple[int, Sequence[Evidence]]]:
    return [(one.person_id, one.evidence) for one in matched.maybe if len(one.evidence) > 1]


def _identifiers_of_authorships(session: Session, person_ids: Collection[int] | None) -> int:
    """Give people the identifiers that sources print beside their names; take back those whose mention moved, and those
    that come to stand at another place of the same paper too: one of the two is misprinted, and nobody knows which."""
    printed: dict[tuple[int, str, str], int | None] = {}
    stored: dict[tuple[int, str, str], PersonIdentifier] = {}
    mentions = (
        select(Authorship.person_id, Authorship.paper_id, Authorship.identifiers, Authorship.origins)
        .where(Authorship.person_id.is_not(None), _PRINTS_SOME)
        .order_by(Authorship.id)
    )
    held = select(PersonIdentifier).where(PersonIdentifier.reason == PRINTED)
    for some in [None] if person_ids is None else batches(sorted(person_ids)):
        if some is not None:
            mentions_of, held_by = (
                mentions.where(Authorship.person_id.in_(some)),
                held.where(PersonIdentifier.person_id.in_(some)),
            )
        else:
            mentions_of, held_by = mentions, held
        rows_of = session.execute(mentions_of).all()
        contested = _contested(session, {row.paper_id for row in rows_of})
        for row in rows_of:
            for kind, value in row.identifiers:
                if (row.paper_id, kind, value) not in contested:
                    printed.setdefault((row.person_id, kind, value), row.origins.get("identifiers"))
        stored |= {(one.person_id, one.kind, one.value): one for one in session.scalars(held_by)}
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


def _contested(session: Session, papers: Iterable[int]) -> set[tuple[int, str, str]]:
    """Identifiers that stand at two places of one paper, with the paper (row id)."""
    places: Counter[tuple[int, str, str]] = Counter()
    for some in batches(sorted(papers)):
        for paper_id, identifiers in session.execute(
            select(Authorship.paper_id, Authorship.identifiers).where(
                Authorship.paper_id.in_(some), _PRINTS_SOME
            )
        ):
            places.update({(paper_id, kind, value) for kind, value in identifiers})
    return {one for one, number in places.items() if number > 1}


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
