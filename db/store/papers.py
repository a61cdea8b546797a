"""Saving papers: records matched to papers, papers folded from their records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from db.fold import Folded, Kept, fold
from db.payload import Encoded, encode, payload_hash, to_payload
from db.records import DeletedRecord, PaperRecord
from db.schema import Authorship, Paper, RecordRow
from db.store.paper_match import MIN_TITLE_KEY, Entry, Key, contradict, entry_of, handles_of
from db.store.paper_match import public_id_of as public_id_of
from db.store.paper_merge import settle
from db.store.paper_neighbours import StoredEntry
from db.store.refold import columns_of, refold, save_authorships, save_reviews
from db.store.upsert import batches, core_table, insert_rows

# OAI-PMH is the only one of arXiv's interfaces that tells of deletions.
_SAME_ARCHIVE = {"arxiv_oai": ("arxiv_oai", "arxiv")}


@dataclass(slots=True)
class Counts:
    """How many records were new to the store and how many said something else than before."""

    new: int = 0
    changed: int = 0


@dataclass(slots=True)
class _Known:
    """A paper that a record may belong to, with what tells it from others."""

    id: int
    arxiv_id: str | None
    doi: str | None
    openreview_id: str | None
    title_key: str
    name_keys: set[str] = field(default_factory=set)
    keys: set[Key] = field(default_factory=set)


def save_papers(
    session: Session, records: Iterable[PaperRecord], *, terms: str, fetched_at: datetime
) -> Counts:
    """Save the papers of one page; saving the same page again changes nothing but the time of fetching."""
    latest = {(one.source, one.source_key): one for one in records}
    counts = Counts()
    if not latest:
        return counts
    known = _known_records(session, latest)
    seen: list[int] = []
    changed: list[dict[str, Any]] = []
    fresh: list[tuple[Entry, Encoded]] = []
    moved: list[int] = []
    for key, record in latest.items():
        payload = encode(to_payload(record))
        row = known.get(key)
        if row is None:
            fresh.append((entry_of(record), payload))
        elif row.payload_hash == payload_hash(payload) and not row.deleted:
            seen.append(row.id)
        elif _is_older(record, row.payload):
            # A slower mirror may serve v1 after v2 was stored; the newer version stays.
            seen.append(row.id)
        else:
            changed.append(
                {
                    "id": row.id,
                    "url": record.url,
                    "payload": payload,
                    "paper_id": row.paper_id,
                    "entry": entry_of(record),
                }
            )
            if _found_elsewhere(record, row.payload):
                moved.append(row.id)
    for ids in batches(seen):
        session.execute(
            update(RecordRow).where(RecordRow.id.in_(ids)).values(fetched_at=fetched_at, terms=terms)
        )
        touched = select(RecordRow.paper_id).where(RecordRow.id.in_(ids))
        session.execute(update(Paper).where(Paper.id.in_(touched)).values(last_seen=fetched_at))
    if changed:
        session.execute(
            update(RecordRow),
            [
                {
                    "id": one["id"],
                    "url": one["url"],
                    "payload": one["payload"],
                    "payload_hash": payload_hash(one["payload"]),
                    "deleted": False,
                    "terms": terms,
                    "fetched_at": fetched_at,
                    "changed_at": fetched_at,
                    **handles_of(one["entry"]),
                }
                for one in changed
            ],
        )
        counts.changed = len(changed)
    papers = {one["paper_id"] for one in changed}
    stored: list[StoredEntry] = [
        StoredEntry(one["id"], one["paper_id"], one["entry"])
        for one in changed
        if one["id"] in moved and one["paper_id"] is not None
    ]
    if fresh:
        again, made = _save_new(session, fresh, terms=terms, fetched_at=fetched_at)
        papers |= again
        stored += made
        counts.new = len(fresh)
    refold(session, [one for one in papers if one is not None], at=fetched_at)
    settle(session, stored, at=fetched_at, changed=moved)
    return counts


def save_deletions(session: Session, deletions: Collection[DeletedRecord], *, fetched_at: datetime) -> int:
    """Mark records as withdrawn by their source; a paper is withdrawn when all its records are."""
    gone = _known_records(
        session,
        [
            (source, one.source_key)
            for one in deletions
            for source in _SAME_ARCHIVE.get(one.source, (one.source,))
        ],
    )
    ids = [row.id for row in gone.values() if not row.deleted]
    for some in batches(ids):
        session.execute(
            update(RecordRow).where(RecordRow.id.in_(some)).values(deleted=True, changed_at=fetched_at)
        )
    refold(session, [row.paper_id for row in gone.values() if row.paper_id is not None], at=fetched_at)
    return len(ids)


def _found_elsewhere(record: PaperRecord, payload: Mapping[str, Any]) -> bool:
    """Whether a record changed in what tells works apart, so that it may belong elsewhere now."""
    now = to_payload(record)
    return any(
        now.get(name) != payload.get(name)
        for name in ("title", "authors", "arxiv_id", "doi", "openreview_id")
    )


def _known_records(session: Session, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Any]:
    by_source: dict[str, list[str]] = defaultdict(list)
    for source, source_key in keys:
        by_source[source].append(source_key)
    columns = (
        RecordRow.id, RecordRow.source, RecordRow.source_key, RecordRow.payload_hash, RecordRow.payload,
        RecordRow.deleted, RecordRow.paper_id,
    )  # fmt: skip
    return {
        (row.source, row.source_key): row
        for source, source_keys in by_source.items()
        for some in batches(source_keys)
        for row in session.execute(
            select(*columns).where(RecordRow.source == source, RecordRow.source_key.in_(some))
        )
    }


def _numbers_of(session: Session, keys: Iterable[tuple[str, str]]) -> Iterable[Any]:
    by_source: dict[str, list[str]] = defaultdict(list)
    for source, source_key in keys:
        by_source[source].append(source_key)
    for source, source_keys in by_source.items():
        for some in batches(source_keys):
            yield from session.execute(
                select(RecordRow.id, RecordRow.paper_id, RecordRow.source, RecordRow.source_key).where(
                    RecordRow.source == source, RecordRow.source_key.in_(some)
                )
            )


def _is_older(record: PaperRecord, payload: Mapping[str, Any]) -> bool:
    stored = payload.get("version")
    return record.version is not None and stored is not None and record.version < stored


def _save_new(
    session: Session,
    fresh: Sequence[tuple[Entry, Encoded]],
    *,
    terms: str,
    fetched_at: datetime,
) -> tuple[set[int], list[StoredEntry]]:
    """Insert new records; give each its paper. Returns the papers that now have several records, and the records."""
    matcher = _Matcher(session, [entry for entry, _ in fresh])
    made: dict[str, Folded] = {}
    place: list[tuple[int | None, str | None]] = []
    for entry, _ in fresh:
        paper_id, public_id = matcher.find(entry)
        if paper_id is None and public_id is None:
            public_id = public_id_of(entry.record)
            made[public_id] = fold([Kept(0, entry.record)])
            matcher.add(entry, public_id)
        place.append((paper_id, public_id))
    ids = _insert_papers(session, made, fetched_at)
    rows = [
        {
            "kind": "paper",
            "source": entry.record.source,
            "source_key": entry.record.source_key,
            "url": entry.record.url,
            "terms": terms,
            "payload": payload,
            "payload_hash": payload_hash(payload),
            "deleted": False,
            "first_seen": fetched_at,
            "fetched_at": fetched_at,
            "changed_at": fetched_at,
            "paper_id": paper_id if paper_id is not None else ids[str(public_id)],
            **handles_of(entry),
        }
        for (entry, payload), (paper_id, public_id) in zip(fresh, place, strict=True)
    ]
    by_paper: dict[int, list[int]] = defaultdict(list)
    entries = {entry.key: entry for entry, _ in fresh}
    stored: list[StoredEntry] = []
    insert_rows(session, RecordRow, rows)
    for row in _numbers_of(session, entries):
        by_paper[row.paper_id].append(row.id)
        stored.append(StoredEntry(row.id, row.paper_id, entries[row.source, row.source_key]))
    # The usual paper has one record and was folded before that had an id; the others are read back.
    alone = {
        ids[public_id]: _with_origin(folded, by_paper[ids[public_id]][0])
        for public_id, folded in made.items()
        if len(by_paper[ids[public_id]]) == 1
    }
    _save_origins(session, {paper_id: one.origins for paper_id, one in alone.items()})
    save_authorships(session, alone, new=True)
    save_reviews(session, alone)
    return set(by_paper) - alone.keys(), stored


def _save_origins(session: Session, origins: Mapping[int, dict[str, int]]) -> None:
    core = core_table(Paper)
    if origins:
        session.connection().execute(
            update(core).where(core.c.id == bindparam("row_id")).values(origins=bindparam("origins")),
            [{"row_id": paper_id, "origins": named} for paper_id, named in origins.items()],
        )


def _with_origin(folded: Folded, record_id: int) -> Folded:
    distinct = {id(one.origins): one.origins for one in folded.authors}
    for origins in (folded.origins, *distinct.values()):
        origins.update(dict.fromkeys(origins, record_id))
    return replace(folded, reviews=tuple((record_id, reviews) for _, reviews in folded.reviews))


def _insert_papers(session: Session, made: Mapping[str, Folded], at: datetime) -> dict[str, int]:
    """Make papers; gives their row ids by the public ids that were asked for.

    A public id is never given to two works: one that is a sign-post now becomes a paper again, and where another
    work bears it (its record named that arXiv id once) the new paper gets a number after it.
    """
    known = {
        row.public_id: row
        for some in batches(made)
        for row in session.execute(
            select(Paper.public_id, Paper.id, Paper.merged_into).where(Paper.public_id.in_(some))
        )
    }
    borne = {
        public_id: _numbered(session, public_id) if public_id in known else public_id
        for public_id in made
        if public_id not in known or known[public_id].merged_into is None
    }
    rows = [
        {"public_id": name, **columns_of(made[asked]), "withdrawn": False, "first_seen": at, "last_seen": at}
        for asked, name in borne.items()
    ]
    insert_rows(session, Paper, rows)
    ids = {
        row.public_id: row.id
        for some in batches(borne.values())
        for row in session.execute(select(Paper.public_id, Paper.id).where(Paper.public_id.in_(some)))
    }
    inserted = {asked: ids[name] for asked, name in borne.items()}
    for public_id, row in known.items():
        if row.merged_into is not None:
            values = {**columns_of(made[public_id]), "withdrawn": False, "last_seen": at, "merged_into": None}
            session.execute(update(Paper).where(Paper.id == row.id).values(values))
            inserted[public_id] = row.id
    return inserted


def _numbered(session: Session, public_id: str) -> str:
    numbered = (f"{public_id}#{number}" for number in count(2))
    return next(
        one for one in numbered if session.scalar(select(Paper.id).where(Paper.public_id == one)) is None
    )


class _Matcher:
    """Finds the paper that a record belongs to: by identifier, then by title together with authors."""

    def __init__(self, session: Session, entries: Sequence[Entry]) -> None:
        self._by: dict[tuple[str, str], list[_Known]] = defaultdict(list)
        self._public: dict[int, str] = {}
        self._next = -1
        found: dict[int, _Known] = {}
        wanted: tuple[tuple[InstrumentedAttribute[Any], set[str]], ...] = (
            (Paper.arxiv_id, {one.record.arxiv_id for one in entries if one.record.arxiv_id}),
            (Paper.doi, {one.doi for one in entries if one.doi}),
            (Paper.openreview_id, {one.record.openreview_id for one in entries if one.record.openreview_id}),
            (Paper.title_key, {one.title for one in entries}),
        )
        columns = (Paper.id, Paper.arxiv_id, Paper.doi, Paper.openreview_id, Paper.title_key)
        for column, values in wanted:
            for some_values in batches(sorted(values)):
                for row in session.execute(select(*columns).where(column.in_(some_values))):
                    found.setdefault(row.id, _Known(*row))
        for some in batches(found):
            for paper_id, key in session.execute(
                select(Authorship.paper_id, Authorship.name_key).where(Authorship.paper_id.in_(some))
            ):
                found[paper_id].name_keys.add(key)
            for record in session.execute(
                select(RecordRow.paper_id, RecordRow.source, RecordRow.source_key).where(
                    RecordRow.paper_id.in_(some)
                )
            ):
                found[record.paper_id].keys.add((record.source, record.source_key))
        for known in found.values():
            self._index(known)

    def find(self, entry: Entry) -> tuple[int | None, str | None]:
        """The row id of a stored paper, or the public id of one that is being made, or neither."""
        record = entry.record
        for kind, value in (
            ("arxiv_id", record.arxiv_id),
            ("doi", entry.doi),
            ("openreview_id", record.openreview_id),
        ):
            for known in self._by.get((kind, value), ()) if value else ():
                if not contradict(entry, known):
                    return self._answer(known)
        for known in (
            self._by.get(("title_key", entry.title), ()) if len(entry.title) >= MIN_TITLE_KEY else ()
        ):
            shared = len(entry.names & known.name_keys)
            if (
                shared
                and 2 * shared >= min(len(entry.names), len(known.name_keys))
                and not contradict(entry, known)
            ):
                return self._answer(known)
        return None, None

    def add(self, entry: Entry, public_id: str) -> None:
        """Make a paper that is about to be inserted findable for the rest of the page."""
        known = _Known(
            self._next,
            entry.record.arxiv_id,
            entry.doi,
            entry.record.openreview_id,
            entry.title,
            set(entry.names),
            {entry.key},
        )
        self._public[self._next] = public_id
        self._next -= 1
        self._index(known)

    def _answer(self, known: _Known) -> tuple[int | None, str | None]:
        if known.id < 0:
            return None, self._public[known.id]
        return known.id, None

    def _index(self, known: _Known) -> None:
        for kind in ("arxiv_id", "doi", "openreview_id", "title_key"):
            value = getattr(known, kind)
            if value:
                self._by[kind, value].append(known)
