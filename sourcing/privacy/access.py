"""Everything that is stored about a person, for the person to read (GDPR, article 15)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.show import show
from db.schema import (
    AuditEvent,
    Authorship,
    DigestEntry,
    ExportBatch,
    ExportedPerson,
    IdentityLock,
    NoticeRow,
    Person,
    ProfileMatch,
    RecordRow,
    Verdict,
)


def everything_about(session: Session, person: Person) -> dict[str, Any]:
    """All rows that speak of a person, as nested JSON types; merged entries are answered for one by one."""
    merged = session.scalars(select(Person).where(Person.merged_into == person.id)).all()
    records = session.scalars(
        select(RecordRow)
        .where(
            (RecordRow.person_id == person.id)
            | RecordRow.paper_id.in_(select(Authorship.paper_id).where(Authorship.person_id == person.id))
        )
        .order_by(RecordRow.source, RecordRow.source_key)
    )
    notice = session.get(NoticeRow, person.id)
    exports = session.execute(
        select(ExportBatch.at, ExportBatch.by, ExportBatch.preset, ExportBatch.role, ExportBatch.path)
        .join(ExportedPerson, ExportedPerson.batch_id == ExportBatch.id)
        .where(ExportedPerson.person_id == person.id)
        .order_by(ExportBatch.id)
    )
    return {
        "what_this_is": "Everything that this database holds about one person, and where each part came from.",
        **show(session, person),
        "sources": [
            {"source": one.source, "url": one.url, "terms": one.terms, "first_seen": one.first_seen,
             "fetched_at": one.fetched_at, "as_received": one.payload}
            for one in records
        ],
        "exports": [dict(row._mapping) for row in exports],
        "shown_in_digests": [
            {"role": one.role, "at": one.at, "with": one.evidence}
            for one in session.scalars(select(DigestEntry).where(DigestEntry.person_id == person.id))
        ],
        "verdicts": [
            {"role": one.role, "verdict": one.verdict, "at": one.at, "by": one.by}
            for one in session.scalars(select(Verdict).where(Verdict.person_id == person.id))
        ],
        "notice": None if notice is None else {
            "collected_at": notice.collected_at, "due_at": notice.due_at, "sent_at": notice.sent_at,
            "channel": notice.channel,
        },
        "decisions": [
            {"at": one.at, "by": one.by, "action": one.action, "details": one.details}
            for one in session.scalars(
                select(AuditEvent).where(AuditEvent.subject == person.public_id).order_by(AuditEvent.id)
            )
        ],
        "maybe_about_you": [
            {"evidence": one.evidence, "decision": one.decision, "decided_at": one.decided_at, "by": one.by}
            for one in session.scalars(select(ProfileMatch).where(ProfileMatch.person_id == person.id))
        ],
        "decisions_about_who_you_are": [
            {"kind": one.kind, "at": one.at, "by": one.by, "why": one.why, "taken_back_at": one.undone_at}
            for one in session.scalars(select(IdentityLock).order_by(IdentityLock.id))
            if person.public_id in one.subjects.get("people", ())
        ],
        "merged_entries": [everything_about(session, one) for one in merged],
    }  # fmt: skip
