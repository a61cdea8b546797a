"""Everything that is stored about a person, for the person to read (GDPR, article 15)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from db.queries.preferences import LIKED
from db.queries.show import scores_of, show
from db.records import SubjectKind
from db.schema import (
    AchievementRow,
    AuditEvent,
    Authorship,
    CodeWatch,
    Contribution,
    DigestEntry,
    ExportBatch,
    ExportedPerson,
    IdentityLock,
    MaybeSame,
    NoticeRow,
    PageWait,
    Paper,
    Person,
    PreferenceEvent,
    ProfileLead,
    ProfileMatch,
    RecordRow,
    Verdict,
)
from sourcing.digest.trust import validations
from sourcing.settings.model import PrivacySettings

RIGHTS = (
    "to have it corrected (article 16), erased (article 17) or not used for the time being (article 18)",
    "to object; then it is erased, and you do not come back into the list (article 21)",
    "to complain to the data protection authority of your country (article 77)",
)
# What tells nobody anything: numbers of rows, and where a field came from by such a number.
_INTERNAL = frozenset({"id", "person_id", "other_id", "paper_id", "record_id", "achievement_id", "batch_id",
                       "repository_id", "name_key", "origins"})  # fmt: skip


def answer_to(session: Session, person: Person, settings: PrivacySettings) -> dict[str, Any]:
    """What article 15 asks for: who holds what about a person, why, for how long, whom it went to, and their rights."""
    notice = session.get(NoticeRow, person.id)
    since = notice.collected_at if notice is not None else person.first_seen
    return {
        "what_this_is": "Everything that this database holds about one person, and where each part came from.",
        "who_is_responsible": settings.controller or None,
        "what_for": settings.purpose,
        "kept_until": f"{since + timedelta(days=settings.retention_days):%Y-%m-%d}, or {settings.retention_days} days "
        "after the last contact or the last thing that was read",
        "your_rights": list(RIGHTS),
        "how_scores_are_made": {
            "what_counts": "the texts of papers, what venues decided about them, and published code; never a name, an "
            "institution, a country or citations. The scores decide in which order people read; people decide.",
            "how_they_were_checked": {str(axis): said for axis, said in validations().items()},
        },
        **everything_about(session, person),
    }


def everything_about(session: Session, person: Person) -> dict[str, Any]:
    """All rows that speak of a person, as nested JSON types; merged entries are answered for one by one."""
    mine = select(Authorship.paper_id).where(Authorship.person_id == person.id)
    code = select(Contribution.repository_id).where(Contribution.person_id == person.id)
    notice = session.get(NoticeRow, person.id)
    return {
        **show(session, person),
        "achievements": _rows(session, AchievementRow, AchievementRow.person_id == person.id),
        "scores_of_the_person": scores_of(session, SubjectKind.PERSON, [person.public_id])[person.public_id],
        "printed_on_papers": [
            {"paper": public_id, **_told(one)}
            for one, public_id in session.execute(
                select(Authorship, Paper.public_id)
                .join(Paper, Paper.id == Authorship.paper_id)
                .where(Authorship.person_id == person.id)
                .order_by(Authorship.id)
            )
        ],
        "code_that_is_waited_for": _rows(session, CodeWatch, CodeWatch.paper_id.in_(mine)),
        "project_pages_that_were_asked_for": _rows(session, PageWait, PageWait.paper_id.in_(mine)),
        "sources": [
            {"source": one.source, "url": one.url, "terms": one.terms, "first_seen": one.first_seen,
             "fetched_at": one.fetched_at, "as_received": one.payload}
            for one in session.scalars(
                select(RecordRow)
                .where(or_(RecordRow.person_id == person.id, RecordRow.paper_id.in_(mine),
                           RecordRow.repository_id.in_(code)))
                .order_by(RecordRow.source, RecordRow.source_key)
            )
        ],
        "own_pages_that_were_asked_for": _rows(
            session,
            ProfileLead,
            ProfileLead.record_id.in_(select(RecordRow.id).where(RecordRow.person_id == person.id)),
        ),
        "exports": [
            dict(row._mapping)
            for row in session.execute(
                select(ExportBatch.at, ExportBatch.by, ExportBatch.preset, ExportBatch.role, ExportBatch.path)
                .join(ExportedPerson, ExportedPerson.batch_id == ExportBatch.id)
                .where(ExportedPerson.person_id == person.id)
                .order_by(ExportBatch.id)
            )
        ],
        "digests_that_went_out": [
            {"at": one.at, "by": one.by, **{name: one.details.get(name) for name in ("to", "files", "roles")}}
            for one in session.scalars(_logged(AuditEvent.action.in_(("mail", "digest"))))
            if person.public_id in one.details.get("people", ())
        ],
        "shown_in_digests": [
            {"role": one.role, "at": one.at, "with": one.evidence}
            for one in session.scalars(select(DigestEntry).where(DigestEntry.person_id == person.id))
        ],
        "verdicts": _rows(session, Verdict, Verdict.person_id == person.id),
        "notice": None if notice is None else _told(notice),
        "likes_of_your_papers": [
            {"paper": public_id, "at": one.at, "by": one.by,
             "said": "liked" if one.verdict == LIKED else "disliked" if one.verdict else "taken back"}
            for one, public_id in session.execute(
                select(PreferenceEvent, Paper.public_id)
                .join(Paper, Paper.id == PreferenceEvent.paper_id)
                .where(PreferenceEvent.paper_id.in_(mine))
                .order_by(PreferenceEvent.id)
            )
        ],
        "decisions": [
            {"at": one.at, "by": one.by, "action": one.action, "details": one.details}
            for one in session.scalars(_logged(AuditEvent.subject == person.public_id))
        ],
        "maybe_about_you": _rows(session, ProfileMatch, ProfileMatch.person_id == person.id),
        "decided_about_namesakes": _rows(
            session,
            MaybeSame,
            or_(MaybeSame.person_id == person.id, MaybeSame.other_id == person.id)
            & MaybeSame.decision.is_not(None),
        ),
        "decisions_about_who_you_are": [
            {"kind": one.kind, "at": one.at, "by": one.by, "why": one.why, "taken_back_at": one.undone_at}
            for one in session.scalars(select(IdentityLock).order_by(IdentityLock.id))
            if person.public_id in one.subjects.get("people", ())
        ],
        "merged_entries": [
            everything_about(session, one)
            for one in session.scalars(select(Person).where(Person.merged_into == person.id))
        ],
    }  # fmt: skip


def _logged(condition: ColumnElement[bool]) -> Select[AuditEvent]:
    return select(AuditEvent).where(condition).order_by(AuditEvent.id)


def _rows(session: Session, table: type[Any], condition: ColumnElement[bool]) -> list[Mapping[str, Any]]:
    return [_told(one) for one in session.scalars(select(table).where(condition))]


def _told(row: Any) -> dict[str, Any]:
    """Every column that says something, by name."""
    return {
        column.name: getattr(row, column.name)
        for column in row.__table__.columns
        if column.name not in _INTERNAL
    }
