"""Taking people out of every table, index and file: what forgetting and purging have in common."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, select, text
from sqlalchemy.orm import Session

from db.batches import batches
from db.keys.names import name_key
from db.payload import from_payload, payload_hash, to_payload
from db.records import IdentifierKind, PaperRecord, PersonRecord
from db.schema import (
    AchievementRow,
    AssessmentRow,
    Authorship,
    IdentityLock,
    NameForm,
    Person,
    PersonName,
    RecordRow,
    Repository,
)
from db.search_index import INDEXED
from db.store.paper_match import entry_of, handles_of
from db.store.refold import refold
from db.store.undescribed import mark_described_by
from db.suppression import REMOVED, Suppressor
from sourcing.privacy.known_by import LOGIN_AT, Known
from sourcing.privacy.lists import Gone, LeftTheHouse, left_the_house
from sourcing.privacy.strike import borne_by_others, rewriting, sweep, words_out

# The ``user_version`` of an SQLite file from which somebody was erased and which was not rewritten yet.
_PAGES_REMEMBER = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What was erased: entries for people (namesakes and merged ones included) and records.

    ``words`` are what to look for in files, ``gone`` whom to take out of lists; neither may be kept. ``left`` is what
    had gone out with them before.
    """

    people: int = 0
    records: int = 0
    words: tuple[str, ...] = ()
    gone: tuple[Gone, ...] = ()
    left: LeftTheHouse = field(default_factory=LeftTheHouse)


def erase(
    session: Session,
    known: Known,
    out: Suppressor,
    pseudonyms: Mapping[str, str],
    *,
    everywhere: bool,
    now: datetime,
) -> Erased:
    """Take somebody out of every table (the caller commits); gives what that was, and what to look for in files.

    ``out`` recognises them in records and running text. ``everywhere`` looks for them by name in all papers and
    profiles; without it only what is linked to them goes, and a name that somebody else bears stays in texts.
    ``pseudonyms`` stand in the log from now on, by public id.
    """
    left = left_the_house(session, known.ids, known.public_ids)
    changed = _drop_repositories(session, known)
    changed += _drop_profiles(session, known, out, everywhere=everywhere)
    papers = _papers_of(session, known, everywhere=everywhere)
    changed += _redact(session, papers, out, now)
    session.execute(delete(Authorship).where(_authorships_of(known, everywhere=everywhere)))
    _drop_what_identity_keeps(session, known)
    for ids in batches(known.public_ids):
        session.execute(
            delete(AssessmentRow).where(
                AssessmentRow.subject_kind == "person", AssessmentRow.subject_id.in_(ids)
            )
        )
    if everywhere:
        session.execute(delete(PersonName).where(PersonName.name_key.in_(known.keys)))
    for row_ids in batches(known.ids):
        session.execute(delete(Person).where(Person.id.in_(row_ids)))
    if session.get_bind().dialect.name == "sqlite":
        # Part of the transaction: whoever stops us between the commit and the end leaves word that pages remember.
        session.execute(text(f"PRAGMA user_version = {_PAGES_REMEMBER}"))
    session.flush()
    session.expire_all()
    borne = set() if everywhere else borne_by_others(session, known)
    words, recognised = words_out(known, borne), out if not borne else Suppressor(out.key)
    swept = sweep(session, words, pseudonyms, recognised, now)
    refold(session, swept, at=now)
    session.flush()
    gone = Gone(
        public_ids=frozenset(known.public_ids),
        name_keys=known.keys if everywhere else frozenset(map(name_key, known.names)),
        addresses=frozenset(map(str.casefold, known.addresses)),
        rewrite=rewriting(words, dict.fromkeys(known.public_ids, REMOVED), recognised),
    )
    return Erased(people=len(known.ids), records=changed, words=known.words, gone=(gone,), left=left)


def _drop_what_identity_keeps(session: Session, known: Known) -> None:
    """Name forms that no paper prints any more, and decisions about who is who that speak of them."""
    for keys in batches(known.keys):
        printed = select(Authorship.name_key).where(Authorship.name_key.in_(keys))
        session.execute(
            delete(NameForm).where(
                or_(NameForm.name_key.in_(keys), NameForm.form.in_(keys)), NameForm.name_key.not_in(printed)
            )
        )
    for lock in session.scalars(select(IdentityLock)):
        if not set(known.public_ids).isdisjoint(lock.subjects.get("people", ())):
            session.delete(lock)


def finish_erasing(session: Session) -> None:
    """Leave no trace of whoever was erased when something stopped that before its end."""
    if session.get_bind().dialect.name != "sqlite":
        return
    unfinished = session.scalar(text("PRAGMA user_version")) == _PAGES_REMEMBER
    session.rollback()
    if unfinished:
        leave_no_trace(session)


def leave_no_trace(session: Session) -> None:
    """Rebuild the full-text indexes and rewrite an SQLite file: what was deleted is then in no page of it."""
    if session.get_bind().dialect.name != "sqlite":
        return
    for indexed in INDEXED:
        session.execute(text(f"INSERT INTO {indexed.index}({indexed.index}) VALUES ('rebuild')"))  # noqa: S608 (constants)
    session.commit()
    connection = session.connection().connection.driver_connection
    if (
        connection is None
    ):  # pragma: no cover (SQLAlchemy gives the driver's connection while one is checked out)
        return
    session.rollback()
    connection.execute("VACUUM")
    connection.execute("PRAGMA user_version = 0")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _papers_of(session: Session, known: Known, *, everywhere: bool) -> set[int]:
    mine = select(Authorship.paper_id).where(_authorships_of(known, everywhere=everywhere))
    return set(session.scalars(mine))


def _authorships_of(known: Known, *, everywhere: bool) -> ColumnElement[bool]:
    linked = Authorship.person_id.in_(known.ids)
    return or_(linked, Authorship.name_key.in_(known.keys)) if everywhere else linked


def _redact(session: Session, papers: Collection[int], out: Suppressor, now: datetime) -> int:
    changed = 0
    for ids in batches(papers):
        for row in session.scalars(select(RecordRow).where(RecordRow.paper_id.in_(ids))):
            record = out.redact(from_payload(PaperRecord, row.payload))
            if isinstance(record, PaperRecord) and (payload := to_payload(record)) != row.payload:
                row.payload, row.payload_hash, row.changed_at = payload, payload_hash(payload), now
                # Records are also found by the key of their first author's name.
                row.first_author_key = handles_of(entry_of(record))["first_author_key"]
                changed += 1
    session.flush()
    refold(session, papers, at=now)
    return changed


def _drop_repositories(session: Session, known: Known) -> int:
    """What lies under their own login names them in its address."""
    roots = {
        f"{host}/{one.value.casefold()}/"
        for one in known.identifiers
        for host, kind in LOGIN_AT.items()
        if one.kind is kind
    }
    pages = {
        f"{one.value.casefold().rstrip('/').removeprefix('https://')}/"
        for one in known.identifiers
        if one.kind is IdentifierKind.HOMEPAGE
    }
    # A page that is no more than a host is everybody's.
    roots |= {page for page in pages if page.count("/") > 1}
    found = [
        (row.id, row.key)
        for root in roots
        for row in session.execute(
            select(Repository.id, Repository.key).where(Repository.key.startswith(root, autoescape=True))
        )
    ]
    for rows in batches(found):
        session.execute(delete(RecordRow).where(RecordRow.repository_id.in_([one for one, _ in rows])))
        session.execute(delete(Repository).where(Repository.id.in_([one for one, _ in rows])))
    for root in roots:
        # Folders of a repository are scored as subjects of their own, below its address.
        session.execute(
            delete(AssessmentRow).where(
                AssessmentRow.subject_kind == "repository",
                AssessmentRow.subject_id.startswith(root, autoescape=True),
            )
        )
    return len(found)


def _drop_profiles(session: Session, known: Known, out: Suppressor, *, everywhere: bool) -> int:
    profiles = select(RecordRow.id, RecordRow.payload, RecordRow.person_id).where(RecordRow.kind == "person")
    achievements = select(AchievementRow.id, AchievementRow.person_id, AchievementRow.person_name)
    if not everywhere:
        profiles = profiles.where(RecordRow.person_id.in_(known.ids))
        achievements = achievements.where(AchievementRow.person_id.in_(known.ids))
    gone = [
        row.id
        for row in session.execute(profiles)
        if row.person_id in known.ids or out.redact(from_payload(PersonRecord, row.payload)) is None
    ]
    mark_described_by(session, gone)
    for ids in batches(gone):
        session.execute(delete(RecordRow).where(RecordRow.id.in_(ids)))
    deeds = [
        row.id
        for row in session.execute(achievements)
        if row.person_id in known.ids or name_key(row.person_name) in known.keys
    ]
    for ids in batches(deeds):
        session.execute(delete(AchievementRow).where(AchievementRow.id.in_(ids)))
    return len(gone) + len(deeds)
