"""Erasing a person everywhere, so that they cannot come back (GDPR, article 17).

What stays is a keyed hash of each name and identifier, from which nobody can tell who it was. A name alone keeps people
out, so namesakes go too: a smaller wrong than letting somebody back in who asked to be left alone.
"""

from __future__ import annotations

import gzip
import shutil
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, String, cast, delete, func, or_, select, text, update
from sqlalchemy.orm import Session

from db.batches import batches
from db.keys.names import name_key
from db.payload import from_payload, payload_hash, to_payload
from db.queries.lineage import survivors, with_merged
from db.records import Identifier, IdentifierKind, PaperRecord, PersonRecord
from db.schema import (
    AchievementRow,
    AssessmentRow,
    AuditEvent,
    Authorship,
    Person,
    PersonIdentifier,
    PersonName,
    RecordRow,
    Suppression,
    Table,
)
from db.search_index import INDEXED
from db.store.papers import refold
from db.store.upsert import upsert
from db.suppression import Suppressor

REMOVED = "[removed]"

# A name in one word is too often a word of its own ("Rose", "Li") to be struck out of running text.
MIN_WORDS_IN_TEXT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was erased: how many entries for people (namesakes and merged ones included), and records changed."""

    people: int
    records: int
    files: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    ids: tuple[int, ...]
    public_ids: tuple[str, ...]
    names: tuple[str, ...]
    keys: frozenset[str]
    identifiers: tuple[Identifier, ...]


def forget(session: Session, person: Person, suppressor: Suppressor, *, by: str, now: datetime) -> Forgotten:
    """Erase ``person`` from every table and commit; on SQLite the file is rewritten, so that no page remembers.

    ``suppressor`` gives the key under which the names and identifiers are kept out of every later crawl.
    """
    known = _everything_about(session, person)
    hashes = suppressor.hashes_of(known.names, known.identifiers)
    upsert(
        session,
        Suppression,
        [{"key_hash": one, "at": now} for one in sorted(hashes)],
        key=("key_hash",),
        update=(),
    )
    out = Suppressor(suppressor.key, suppressor.hashes | hashes)
    pseudonyms = {one: f"forgotten-{out.hash_of('person', one)[:12]}" for one in known.public_ids}
    records = _redact_papers(session, known, out, now)
    records += _drop_profiles(session, known, out)
    _pseudonymise(session, pseudonyms)
    for ids in batches(known.public_ids):
        session.execute(
            delete(AssessmentRow).where(
                AssessmentRow.subject_kind == "person", AssessmentRow.subject_id.in_(ids)
            )
        )
    session.execute(delete(PersonName).where(PersonName.name_key.in_(known.keys)))
    for row_ids in batches(known.ids):
        session.execute(delete(Person).where(Person.id.in_(row_ids)))
    _sweep(session, known)
    subject = pseudonyms[person.public_id]
    session.add(AuditEvent(at=now, by=by, action="forget", subject=subject, details={"records": records}))
    session.commit()
    leave_no_trace(session)
    return Forgotten(people=len(known.ids), records=records)


def names_of(session: Session, person: Person) -> tuple[str, ...]:
    """Every form in which a person's name is kept."""
    return _everything_about(session, person).names


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
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def forget_files(folder: Path, words: Collection[str]) -> tuple[Path, ...]:
    """Delete the files below ``folder`` (answers in a cache, digests, lists) that hold any of ``words``.

    All of them can be made again. Compressed files are looked into; symbolic links are not followed.
    """
    wanted = {form for word in words if len(word) > 3 for form in _written(word)}
    gone = []
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_symlink() or not path.is_file():
            continue
        content = _unpacked(path.read_bytes()).lower()
        if any(form in content for form in wanted):
            path.unlink()
            gone.append(path)
            # Scrapy keeps one answer in several files of one folder; headers and metadata go with it.
            if path.name == "response_body":
                shutil.rmtree(path.parent)
    return tuple(gone)


def _written(word: str) -> tuple[bytes, ...]:
    escaped = word.encode("ascii", "backslashreplace")
    return tuple(dict.fromkeys((word.lower().encode(), escaped.lower())))


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        return content


def _everything_about(session: Session, person: Person) -> _Known:
    merged = with_merged([person.id], survivors(session))
    own = set(merged)
    names = set(session.scalars(select(Person.full_name).where(Person.id.in_(own))))
    names.update(session.scalars(select(PersonName.name).where(PersonName.person_id.in_(own))))
    for name, variants in session.execute(
        select(Authorship.name, Authorship.variants).where(Authorship.person_id.in_(own))
    ):
        names.update((name, *variants))
    keys = {key for name in names if (key := name_key(name))}
    # Namesakes by their usual name. Somebody who only shares a short form ("A. Quill") stays, without that form.
    ids = own | set(session.scalars(select(Person.id).where(Person.name_key.in_(keys))))
    held = session.execute(
        select(PersonIdentifier.kind, PersonIdentifier.value).where(PersonIdentifier.person_id.in_(own))
    )
    return _Known(
        tuple(sorted(ids)),
        tuple(session.scalars(select(Person.public_id).where(Person.id.in_(ids)))),
        tuple(sorted(names)),
        frozenset(keys),
        tuple(Identifier(kind=IdentifierKind(kind), value=value) for kind, value in held),
    )


def _redact_papers(session: Session, known: _Known, out: Suppressor, now: datetime) -> int:
    papers = set(
        session.scalars(
            select(Authorship.paper_id).where(
                or_(Authorship.person_id.in_(known.ids), Authorship.name_key.in_(known.keys))
            )
        )
    )
    changed = 0
    for ids in batches(papers):
        for row in session.scalars(select(RecordRow).where(RecordRow.paper_id.in_(ids))):
            record = out.redact(from_payload(PaperRecord, row.payload))
            if record is not None and (payload := to_payload(record)) != row.payload:
                row.payload, row.payload_hash, row.changed_at = payload, payload_hash(payload), now
                changed += 1
    session.flush()
    refold(session, papers, at=now)
    session.execute(
        delete(Authorship).where(
            or_(Authorship.person_id.in_(known.ids), Authorship.name_key.in_(known.keys))
        )
    )
    return changed


def _drop_profiles(session: Session, known: _Known, out: Suppressor) -> int:
    gone = [
        row.id
        for row in session.execute(
            select(RecordRow.id, RecordRow.payload, RecordRow.person_id).where(RecordRow.kind == "person")
        )
        if row.person_id in known.ids or out.redact(from_payload(PersonRecord, row.payload)) is None
    ]
    for ids in batches(gone):
        session.execute(delete(RecordRow).where(RecordRow.id.in_(ids)))
    deeds = [
        row.id
        for row in session.execute(
            select(AchievementRow.id, AchievementRow.person_id, AchievementRow.person_name)
        )
        if row.person_id in known.ids or name_key(row.person_name) in known.keys
    ]
    for ids in batches(deeds):
        session.execute(delete(AchievementRow).where(AchievementRow.id.in_(ids)))
    return len(gone) + len(deeds)


def _pseudonymise(session: Session, pseudonyms: dict[str, str]) -> None:
    for public_id, pseudonym in pseudonyms.items():
        session.execute(update(AuditEvent).where(AuditEvent.subject == public_id).values(subject=pseudonym))
        _strike_out(session, public_id, pseudonym, tables=_text_columns())


def _sweep(session: Session, known: _Known) -> None:
    """Strike the name out of whatever text is left: titles of talks, READMEs, questions that nobody answered."""
    for name in sorted(known.names, key=len, reverse=True):
        if len(name.split()) >= MIN_WORDS_IN_TEXT:
            _strike_out(session, name, REMOVED, tables=_text_columns())


def _strike_out(session: Session, word: str, instead: str, *, tables: Sequence[tuple[Any, Any]]) -> None:
    for table, column in tables:
        if isinstance(column.type, JSON):
            # Names hold no quotes or backslashes in practice; one that does is struck out by its record's redaction.
            as_text = cast(column, String)
            if session.get_bind().dialect.name != "sqlite":
                continue
        else:
            as_text = column
        session.execute(
            update(table)
            .where(func.instr(as_text, word) > 0 if session.get_bind().dialect.name == "sqlite"
                   else func.strpos(as_text, word) > 0)
            .values({column.name: func.replace(as_text, word, instead)})
        )  # fmt: skip


def _text_columns() -> list[tuple[Any, Any]]:
    return [
        (table, column)
        for table in Table.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, String | JSON) and not column.primary_key and not column.foreign_keys
        and not (table.name == "person" and column.name == "public_id")
    ]  # fmt: skip
