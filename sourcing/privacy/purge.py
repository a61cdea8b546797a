"""Erasing people whose time is over: never told within the time allowed, or kept for as long as the settings say.

A purge is no suppression: who publishes something new later is collected anew, with a new date by which they must be
told. Whoever asked to be left alone is forgotten instead (:mod:`sourcing.privacy.forget`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.queries.candidates import FIRST_STAGE, stages
from db.queries.lineage import survivors
from db.schema import (
    AuditEvent,
    ExportBatch,
    ExportedPerson,
    Note,
    NoticeRow,
    Person,
    StageEvent,
    TagEvent,
    Verdict,
)
from db.suppression import Suppressor, printed_forms
from sourcing.privacy.erase import Erased, erase, leave_no_trace
from sourcing.privacy.known_by import known_of
from sourcing.privacy.lists import LeftTheHouse
from sourcing.privacy.notices import notices


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """Somebody who may not be kept: ``reason`` is ``not informed`` or ``retention``; ``stage`` is where they stand."""

    row_id: int
    candidate_id: str
    full_name: str
    reason: str
    since: datetime
    stage: str


def expired(session: Session, *, retention_days: int, now: datetime) -> list[Expired]:
    """Everybody whose time is over, longest first.

    Retention counts from the last time that something new was collected about somebody or that somebody dealt with
    them (stage, tag, note, verdict, export, notice).
    """
    found = {
        one.row_id: Expired(
            row_id=one.row_id,
            candidate_id=one.candidate_id,
            full_name=one.full_name,
            reason="not informed",
            since=one.due_at,
            stage=one.stage,
        )
        for one in notices(session)
        if one.is_overdue(now)
    }
    end = now - timedelta(days=retention_days)
    last = _last_dealt_with(session)
    old = [person_id for person_id, at in last.items() if at < end and person_id not in found]
    at_stage = stages(session, old, survivors(session))
    for person_id in old:
        person = session.get_one(Person, person_id)
        found[person_id] = Expired(
            row_id=person_id,
            candidate_id=person.public_id,
            full_name=person.full_name,
            reason="retention",
            since=last[person_id] + timedelta(days=retention_days),
            stage=at_stage.get(person_id, FIRST_STAGE),
        )
    return sorted(found.values(), key=lambda one: (one.since, one.candidate_id))


def purge(
    session: Session,
    people: Collection[Expired],
    suppressor: Suppressor,
    *,
    by: str,
    now: datetime,
    before_commit: Callable[[Erased], None] = lambda done: None,
) -> Erased:
    """Erase people from every table and commit; on SQLite the file is rewritten. The log keeps a pseudonym.

    ``before_commit`` takes each out of files: only the tables know what to look for, so these are the last to go.

    Only they go: namesakes stay, and so do names in running text that somebody else bears too.
    """
    each: list[Erased] = []
    for one in people:
        person = session.get(Person, one.row_id)
        if person is None:  # went with somebody before: a merged entry
            continue
        known = known_of(session, person, namesakes=False)
        forms = [form for name in known.names for form in printed_forms(name)]
        out = Suppressor(suppressor.key, frozenset(suppressor.hashes_of(forms, known.identifiers)))
        pseudonyms = {name: f"purged-{out.hash_of('person', name)[:12]}" for name in known.public_ids}
        done = erase(session, known, out, pseudonyms, everywhere=False, now=now)
        each.append(done)
        details = {"reason": one.reason, "since": f"{one.since:%Y-%m-%d}"}
        subject = pseudonyms[one.candidate_id]
        session.add(AuditEvent(at=now, by=by, action="purge", subject=subject, details=details))
        before_commit(done)
        session.commit()
    if each:
        leave_no_trace(session)
    return Erased(
        people=sum(one.people for one in each),
        records=sum(one.records for one in each),
        words=tuple(word for one in each for word in one.words),
        gone=tuple(gone for one in each for gone in one.gone),
        left=LeftTheHouse(
            files=tuple(dict.fromkeys(path for one in each for path in one.left.files)),
            pages=tuple(dict.fromkeys(path for one in each for path in one.left.pages)),
            mails=tuple(dict.fromkeys(mail for one in each for mail in one.left.mails)),
        ),
    )


def _last_dealt_with(session: Session) -> dict[int, datetime]:
    merged = survivors(session)
    last: dict[int, datetime] = {}

    def seen(person_id: int, at: datetime | None) -> None:
        kept = merged.get(person_id, person_id)
        if at is not None:
            last[kept] = max(at, last.get(kept, at))

    for row in session.execute(select(Person.id, Person.first_seen, Person.last_seen)):
        seen(row.id, max(row.first_seen, row.last_seen))
    for table in (StageEvent, TagEvent, Note, Verdict):
        for event in session.execute(
            select(table.person_id, func.max(table.at).label("at")).group_by(table.person_id)
        ):
            seen(event.person_id, event.at)
    for export in session.execute(
        select(ExportedPerson.person_id, func.max(ExportBatch.at).label("at"))
        .join(ExportBatch, ExportBatch.id == ExportedPerson.batch_id)
        .group_by(ExportedPerson.person_id)
    ):
        seen(export.person_id, export.at)
    for sent in session.execute(select(NoticeRow.person_id, NoticeRow.sent_at)):
        seen(sent.person_id, sent.sent_at)
    return last
