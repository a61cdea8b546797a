"""Taking people out of every table, index and file: what forgetting and purging have in common."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, String, cast, delete, or_, select, text, update
from sqlalchemy.orm import Session

from db.batches import batches
from db.keys.names import name_key, parse_name
from db.payload import from_payload, payload_hash, to_payload
from db.queries.lineage import survivors, with_merged
from db.records import Identifier, IdentifierKind, PaperRecord, PersonRecord
from db.schema import (
    AchievementRow,
    AssessmentRow,
    Authorship,
    Contribution,
    IdentityLock,
    Implementation,
    NameForm,
    Person,
    PersonIdentifier,
    PersonName,
    RecordRow,
    Repository,
    Table,
)
from db.search_index import INDEXED
from db.store.paper_match import entry_of, handles_of
from db.store.refold import refold
from db.store.undescribed import mark_described_by
from db.suppression import REMOVED, Suppressor, printed_forms, without_middle_names
from sourcing.privacy.lists import Gone, LeftTheHouse, left_the_house

# Columns that say which thing a row is; a name inside one cannot be struck out without losing the thing.
_KEYS = frozenset(
    {("paper", "public_id"), ("person", "public_id"), ("record", "source_key"), ("repository", "key"),
     ("assessment", "subject_id"), ("assessment", "subject_kind"), ("suppression", "key_hash")}
)  # fmt: skip


# A shorter family name is in too many logins by chance.
_SHORTEST_FAMILY = 4

_LOGIN_AT = {"github.com": IdentifierKind.GITHUB, "huggingface.co": IdentifierKind.HUGGINGFACE}

_SHARED_HOSTS = frozenset(
    {"github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "huggingface.co", "kaggle.com", "linkedin.com",
     "scholar.google.com", "sites.google.com", "orcid.org", "openreview.net", "arxiv.org", "dblp.org", "x.com",
     "twitter.com", "medium.com", "researchgate.net", "semanticscholar.org", "youtube.com"}
)  # fmt: skip

_LOGINS = (IdentifierKind.GITHUB, IdentifierKind.HUGGINGFACE, IdentifierKind.KAGGLE)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All under which somebody is held. ``keys`` are the keys of ``names``; ``ids`` are row ids."""

    ids: tuple[int, ...]
    public_ids: tuple[str, ...]
    names: tuple[str, ...]
    keys: frozenset[str]
    identifiers: tuple[Identifier, ...]
    addresses: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """Whatever must not be read anywhere afterwards: names of two words and more, identifiers, addresses."""
        told = (name for name in self.names if len(name.split()) > 1 or not name.isascii())
        held = (one.value for one in self.identifiers if self._is_telling(one))
        return (*told, *held, *self.addresses, *self.public_ids)

    def _is_telling(self, one: Identifier) -> bool:
        """Whether an identifier says who it is wherever it stands; a login such as ``tide`` is a word of its own."""
        if one.kind not in _LOGINS or any(ch.isdigit() for ch in one.value):
            return True
        parts = {part for key in self.keys for part in key.split() if len(part) > 2}
        return any(part in one.value.casefold() for part in parts)


def known_of(session: Session, person: Person, *, namesakes: bool) -> Known:
    """All under which ``person`` is held, merged entries included.

    With ``namesakes``, those who are usually called the same are included, also with middle names: somebody who only
    shares a short form ("A. Quill") is not.
    """
    own = set(with_merged([person.id], survivors(session)))
    names = set(session.scalars(select(Person.full_name).where(Person.id.in_(own))))
    names.update(session.scalars(select(PersonName.name).where(PersonName.person_id.in_(own))))
    for name, variants in session.execute(
        select(Authorship.name, Authorship.variants).where(Authorship.person_id.in_(own))
    ):
        names.update((name, *variants))
    held = session.execute(
        select(PersonIdentifier.kind, PersonIdentifier.value).where(
            PersonIdentifier.person_id.in_(own), PersonIdentifier.confidence == "confirmed"
        )
    ).all()
    identifiers = {Identifier(kind=IdentifierKind(kind), value=value) for kind, value in held}
    for row in session.scalars(
        select(RecordRow).where(RecordRow.kind == "person", RecordRow.person_id.in_(own))
    ):
        profile = from_payload(PersonRecord, row.payload)
        names.update((profile.name, *profile.other_names))
        identifiers.update(profile.identifiers)
    about = session.execute(select(Person.homepage, Person.email).where(Person.id.in_(own))).all()
    identifiers |= {
        Identifier(kind=IdentifierKind.HOMEPAGE, value=one.homepage) for one in about if one.homepage
    }
    identifiers |= _accounts_named_after(session, own, names)
    identifiers = {one for one in identifiers if not _is_everybodys(one)}
    if namesakes:
        names |= _with_middle_names(session, names)
    keys = {key for name in names for form in printed_forms(name) if (key := name_key(form))}
    ids = own
    if namesakes:
        ids = own | set(session.scalars(select(Person.id).where(Person.name_key.in_(keys))))
    return Known(
        ids=tuple(sorted(ids)),
        public_ids=tuple(session.scalars(select(Person.public_id).where(Person.id.in_(ids)))),
        names=tuple(sorted(names)),
        keys=frozenset(keys),
        identifiers=tuple(sorted(identifiers, key=lambda one: (one.kind, one.value))),
        addresses=tuple(sorted({one.email for one in about if one.email})),
    )


def _is_everybodys(one: Identifier) -> bool:
    """Whether a homepage is the front page of a site that many have pages on: keeping that out would keep all out."""
    page = one.value.casefold().rstrip("/").rpartition("://")[2].removeprefix("www.")
    return one.kind is IdentifierKind.HOMEPAGE and page in _SHARED_HOSTS


def _with_middle_names(session: Session, names: Collection[str]) -> set[str]:
    """Forms stored here that print further given names between the first one and the family name of ``names``."""
    found: set[str] = set()
    for name in names:
        parsed = parse_name(name)
        given, family = parsed.given_parts, " ".join(parsed.family_parts)
        if parsed.native or not given or len(given[0]) < 2 or len(family) < 2:
            continue
        key = name_key(f"{given[0]} {family}")
        for printed, keyed in (
            (Authorship.name, Authorship.name_key),
            (Person.full_name, Person.name_key),
            (PersonName.name, PersonName.name_key),
        ):
            longer = session.scalars(
                select(printed)
                .where(
                    keyed.startswith(f"{given[0]} ", autoescape=True),
                    keyed.endswith(f" {family}", autoescape=True),
                )
                .distinct()
            )
            found.update(one for one in longer if name_key(without_middle_names(one) or "") == key)
    return found


def _accounts_named_after(session: Session, own: Collection[int], names: Collection[str]) -> set[Identifier]:
    """Owners of repositories of their papers, or that they committed to, whose login holds their family name.

    Nobody has confirmed such a login, so it is no identifier of theirs otherwise; but it says who it is. On hosts whose
    logins are no kind of identifier it is the address of their page.
    """
    families = {"".join(parse_name(name).family_parts) for name in names}
    mine = select(Authorship.paper_id).where(Authorship.person_id.in_(own))
    linked = select(Implementation.repository_id).where(Implementation.paper_id.in_(mine))
    committed = select(Contribution.repository_id).where(Contribution.person_id.in_(own))
    keys = session.scalars(select(Repository.key).where(Repository.id.in_(linked.union(committed))))
    owners = {tuple(key.split("/")[:-1]) for key in keys}
    return {
        Identifier(kind=_LOGIN_AT[host], value=path[-1])
        if host in _LOGIN_AT
        else Identifier(kind=IdentifierKind.HOMEPAGE, value=f"https://{'/'.join((host, *path))}")
        for host, *path in owners
        if path
        if any(len(one) >= _SHORTEST_FAMILY and one in path[-1].replace("-", "") for one in families)
    }


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
    borne = set() if everywhere else _borne_by_others(session, known)
    words, recognised = _words_out(known, borne), out if not borne else Suppressor(out.key)
    swept = _sweep(session, words, pseudonyms, recognised, now)
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
        for host, kind in _LOGIN_AT.items()
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


def _borne_by_others(session: Session, known: Known) -> set[str]:
    """Which of the names somebody else bears too: those may not be struck out of what is said about others."""
    named = select(PersonName.name_key).where(PersonName.name_key.in_(known.keys))
    called = select(Person.name_key).where(Person.name_key.in_(known.keys))
    return set(session.scalars(named)) | set(session.scalars(called))


def _words_out(known: Known, borne: Collection[str]) -> tuple[str, ...]:
    return tuple(word for word in known.words if word not in known.public_ids and name_key(word) not in borne)


def _sweep(
    session: Session, words: Collection[str], pseudonyms: Mapping[str, str], out: Suppressor, now: datetime
) -> set[int]:
    """Strike words out of whatever text is left: talks, READMEs, questions nobody answered. Gives papers touched."""
    rewrite = rewriting(words, pseudonyms, out)
    patterns = {pattern for word in (*words, *pseudonyms) for pattern in _patterns(word)}
    touched: set[int] = set()
    for table in Table.metadata.sorted_tables:
        columns = [
            column
            for column in table.columns
            if isinstance(column.type, String | JSON)
            and not column.primary_key
            and not column.foreign_keys
            and (table.name, column.name) not in _KEYS
        ]
        keys = list(table.primary_key.columns)
        for some in batches(sorted(patterns), 50) if columns else ():
            holds = or_(*(cast(one, String).ilike(like, escape="\\") for one in columns for like in some))
            for row in session.execute(select(*keys, *columns).where(holds)).mappings().all():
                fresh = {
                    one.name: new
                    for one in columns
                    if (new := _rewritten(row[one.name], rewrite)) != row[one.name]
                }
                if not fresh:
                    continue
                if table.name == "record" and "payload" in fresh:
                    fresh |= {"payload_hash": payload_hash(fresh["payload"]), "changed_at": now}
                session.execute(update(table).where(*(key == row[key.name] for key in keys)).values(fresh))
                if table.name == "record":
                    touched.add(row["id"])
    mark_described_by(session, touched)
    papers = select(RecordRow.paper_id).where(RecordRow.id.in_(touched), RecordRow.paper_id.is_not(None))
    return {one for one in session.scalars(papers) if one is not None}


def rewriting(words: Collection[str], pseudonyms: Mapping[str, str], out: Suppressor) -> Callable[[str], str]:
    """What strikes ``words`` and whatever ``out`` recognises out of a text, and puts ``pseudonyms`` for public ids."""
    forms = [_pattern(word) for word in sorted(words, key=len, reverse=True)]
    struck = re.compile("|".join(forms), re.IGNORECASE) if forms else None
    named = re.compile(f"(?:{'|'.join(map(re.escape, pseudonyms))})(?!\\w)") if pseudonyms else None

    def rewrite(value: str) -> str:
        if named is not None:
            value = named.sub(lambda found: pseudonyms[found[0]], value)
        if struck is not None:
            value = struck.sub(REMOVED, value)
        return out.strike(value)

    return rewrite


def _pattern(word: str) -> str:
    return r"(?<!\w)" + r"\s+".join(map(re.escape, word.split())) + r"(?!\w)"


def _patterns(word: str) -> list[str]:
    """What ``LIKE`` finds every text with that may hold a word or a name: by its last part, more rather than fewer.

    Databases fold the case of plain letters only, JSON writes others as escapes, and an accent may be printed or not:
    where no run of plain letters tells enough, anything may stand for the others.
    """
    last = word.split()[-1] if word.split() else ""
    runs = re.findall(r"[\x21-\x7e]+", last)
    longest = max(runs, key=len, default="")
    if len(longest) > 2:
        return [f"%{_literal(longest)}%"]
    if any(map(str.isalpha, longest)):
        return [f"%{'%'.join(map(_literal, runs))}%"]
    return [f"%{_literal(one)}%" for one in dict.fromkeys((last, json.dumps(last)[1:-1])) if one]


def _literal(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text)


def _rewritten(value: Any, rewrite: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return rewrite(value)
    if isinstance(value, list):
        return [_rewritten(one, rewrite) for one in value]
    if isinstance(value, dict):
        return {rewrite(key): _rewritten(one, rewrite) for key, one in value.items()}
    return value
