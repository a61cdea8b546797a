"""Saving papers: records matched to papers, papers folded from their records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from db.fold import Folded, Kept, fold
from db.keys.names import name_key
from db.keys.papers import normalise_doi, title_key
from db.payload import from_payload, payload_hash, to_payload
from db.records import DeletedRecord, PaperRecord
from db.schema import Authorship, Paper, RecordRow, ReviewRow
from db.store.upsert import batches, core_table, insert_rows, upsert

# OAI-PMH is the only one of arXiv's interfaces that tells of deletions.
_SAME_ARCHIVE = {"arxiv_oai": ("arxiv_oai", "arxiv")}

# Below this many characters a title key ("introduction", "0") is shared by unrelated works too often to match
# on, whoever the authors are.
MIN_TITLE_KEY = 12


@dataclass(slots=True)
class Counts:
    """How many records were new to the store and how many said something else than before."""

    new: int = 0
    changed: int = 0


@dataclass(slots=True)
class _Candidate:
    """A paper that a record may belong to, with what tells it from others."""

    id: int
    arxiv_id: str | None
    doi: str | None
    openreview_id: str | None
    title_key: str
    name_keys: set[str] = field(default_factory=set)
    sources: set[tuple[str, str]] = field(default_factory=set)


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
    fresh: list[tuple[PaperRecord, dict[str, Any]]] = []
    for key, record in latest.items():
        payload = to_payload(record)
        row = known.get(key)
        if row is None:
            fresh.append((record, payload))
        elif row.payload_hash == payload_hash(payload) and not row.deleted:
            seen.append(row.id)
        elif _is_older(record, row.payload):
            # A slower mirror may serve v1 after v2 was stored; the newer version stays.
            seen.append(row.id)
        else:
            changed.append({"id": row.id, "url": record.url, "payload": payload, "paper_id": row.paper_id})
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
                }
                for one in changed
            ],
        )
        counts.changed = len(changed)
    papers = {one["paper_id"] for one in changed}
    if fresh:
        papers |= _save_new(session, fresh, terms=terms, fetched_at=fetched_at)
        counts.new = len(fresh)
    refold(session, [one for one in papers if one is not None], at=fetched_at)
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


def refold(session: Session, paper_ids: Collection[int], *, at: datetime) -> None:
    """Make the rows of these papers anew from their records. A paper that lost all its records is removed."""
    for ids in batches(paper_ids):
        kept: dict[int, list[Kept]] = defaultdict(list)
        withdrawn: dict[int, bool] = {}
        columns = (RecordRow.id, RecordRow.paper_id, RecordRow.payload, RecordRow.deleted)
        for record_id, paper_id, payload, deleted in session.execute(
            select(*columns).where(RecordRow.paper_id.in_(ids)).order_by(RecordRow.id)
        ):
            if paper_id is not None:
                kept[paper_id].append(Kept(record_id, from_payload(PaperRecord, payload)))
                withdrawn[paper_id] = withdrawn.get(paper_id, True) and deleted
        folded = {paper_id: fold(ones) for paper_id, ones in kept.items()}
        if folded:
            session.execute(
                update(Paper),
                [
                    {"id": paper_id, **_columns(one), "withdrawn": withdrawn[paper_id], "last_seen": at}
                    for paper_id, one in folded.items()
                ],
            )
            _save_authorships(session, folded)
            _save_reviews(session, folded)
        if empty := [one for one in ids if one not in folded]:
            session.execute(delete(Paper).where(Paper.id.in_(empty)))


def _columns(folded: Folded) -> dict[str, Any]:
    return {**folded.fields, "origins": folded.origins}


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


def _is_older(record: PaperRecord, payload: Mapping[str, Any]) -> bool:
    stored = payload.get("version")
    return record.version is not None and stored is not None and record.version < stored


def _save_new(
    session: Session,
    fresh: Sequence[tuple[PaperRecord, dict[str, Any]]],
    *,
    terms: str,
    fetched_at: datetime,
) -> set[int]:
    """Insert new records; give each its paper. Returns the papers that now have several records."""
    matcher = _Matcher(session, [record for record, _ in fresh])
    made: dict[str, Folded] = {}
    place: list[tuple[int | None, str | None]] = []
    for record, _ in fresh:
        paper_id, public_id = matcher.find(record)
        if paper_id is None and public_id is None:
            public_id = public_id_of(record)
            made[public_id] = fold([Kept(0, record)])
            matcher.add(record, public_id)
        place.append((paper_id, public_id))
    ids = _insert_papers(session, made, fetched_at)
    rows = [
        {
            "kind": "paper",
            "source": record.source,
            "source_key": record.source_key,
            "url": record.url,
            "terms": terms,
            "payload": payload,
            "payload_hash": payload_hash(payload),
            "deleted": False,
            "first_seen": fetched_at,
            "fetched_at": fetched_at,
            "changed_at": fetched_at,
            "paper_id": paper_id if paper_id is not None else ids[str(public_id)],
        }
        for (record, payload), (paper_id, public_id) in zip(fresh, place, strict=True)
    ]
    by_paper: dict[int, list[int]] = defaultdict(list)
    for record_id, paper_id in insert_rows(session, RecordRow, rows, "id", "paper_id"):
        by_paper[paper_id].append(record_id)
    # The usual paper has one record and was folded before that had an id; the others are read back.
    alone = {
        ids[public_id]: _with_origin(folded, by_paper[ids[public_id]][0])
        for public_id, folded in made.items()
        if len(by_paper[ids[public_id]]) == 1
    }
    if alone:
        origins = [{"row_id": paper_id, "origins": one.origins} for paper_id, one in alone.items()]
        core = core_table(Paper)
        session.connection().execute(
            update(core).where(core.c.id == bindparam("row_id")).values(origins=bindparam("origins")), origins
        )
    _save_authorships(session, alone, new=True)
    _save_reviews(session, alone)
    return set(by_paper) - alone.keys()


def _with_origin(folded: Folded, record_id: int) -> Folded:
    for origins in (folded.origins, *(one.origins for one in folded.authors)):
        origins.update(dict.fromkeys(origins, record_id))
    return replace(folded, reviews=tuple((record_id, reviews) for _, reviews in folded.reviews))


def _insert_papers(session: Session, made: Mapping[str, Folded], at: datetime) -> dict[str, int]:
    rows = [
        {"public_id": public_id, **_columns(one), "withdrawn": False, "first_seen": at, "last_seen": at}
        for public_id, one in made.items()
    ]
    inserted = insert_rows(session, Paper, rows, "public_id", "id")
    return {row.public_id: row.id for row in inserted}


def public_id_of(record: PaperRecord) -> str:
    """The id a paper is given when it is first seen: its arXiv id, else its first source's own id."""
    if record.arxiv_id is not None:
        return f"arXiv:{record.arxiv_id}"
    return f"{record.source}:{record.source_key}"


def _save_authorships(session: Session, folded: Mapping[int, Folded], *, new: bool = False) -> None:
    rows = [
        {
            "paper_id": paper_id,
            "position": one.author.position,
            "is_first": one.is_first,
            "name": one.author.name,
            "name_key": one.name_key,
            "given": one.author.given,
            "family": one.author.family,
            "suffix": one.author.suffix,
            "joint_first": one.author.joint_first,
            "variants": list(one.variants),
            "affiliations": list(one.author.affiliations),
            "identifiers": [[str(found.kind), found.value] for found in one.author.identifiers],
            "origins": one.origins,
        }
        for paper_id, paper in folded.items()
        for one in paper.authors
    ]
    if not new:
        _drop_moved(session, folded)
        upsert(session, Authorship, rows, key=("paper_id", "position"))
    else:
        insert_rows(session, Authorship, rows)


def _drop_moved(session: Session, folded: Mapping[int, Folded]) -> None:
    """Remove authorships whose name changed: another name in a place is another mention."""
    names = {
        (paper_id, one.author.position): one.name_key
        for paper_id, paper in folded.items()
        for one in paper.authors
    }
    stored = session.execute(
        select(Authorship.id, Authorship.paper_id, Authorship.position, Authorship.name_key).where(
            Authorship.paper_id.in_(folded)
        )
    ).all()
    gone = [row.id for row in stored if names.get((row.paper_id, row.position)) != row.name_key]
    for some in batches(gone):
        session.execute(delete(Authorship).where(Authorship.id.in_(some)))


def _save_reviews(session: Session, folded: Mapping[int, Folded]) -> None:
    for paper_id, paper in folded.items():
        for record_id, reviews in paper.reviews:
            session.execute(delete(ReviewRow).where(ReviewRow.record_id == record_id))
            session.execute(
                insert(ReviewRow),
                [
                    {
                        "paper_id": paper_id,
                        "record_id": record_id,
                        "ordinal": ordinal,
                        "scores": to_payload(one),
                    }
                    for ordinal, one in enumerate(reviews, start=1)
                ],
            )


class _Matcher:
    """Finds the paper that a record belongs to: by identifier, then by title together with authors."""

    def __init__(self, session: Session, records: Sequence[PaperRecord]) -> None:
        self._by: dict[tuple[str, str], list[_Candidate]] = defaultdict(list)
        self._public: dict[int, str] = {}
        self._next = -1
        found: dict[int, _Candidate] = {}
        wanted: tuple[tuple[InstrumentedAttribute[Any], set[str]], ...] = (
            (Paper.arxiv_id, {one.arxiv_id for one in records if one.arxiv_id}),
            (Paper.doi, {doi for one in records if (doi := _doi(one))}),
            (Paper.openreview_id, {one.openreview_id for one in records if one.openreview_id}),
            (Paper.title_key, {title_key(one.title) for one in records}),
        )
        columns = (Paper.id, Paper.arxiv_id, Paper.doi, Paper.openreview_id, Paper.title_key)
        for column, values in wanted:
            for some_values in batches(sorted(values)):
                for row in session.execute(select(*columns).where(column.in_(some_values))):
                    found.setdefault(row.id, _Candidate(*row))
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
                found[record.paper_id].sources.add((record.source, record.source_key))
        for candidate in found.values():
            self._index(candidate)

    def find(self, record: PaperRecord) -> tuple[int | None, str | None]:
        """The row id of a stored paper, or the public id of one that is being made, or neither."""
        for kind, value in (
            ("arxiv_id", record.arxiv_id),
            ("doi", _doi(record)),
            ("openreview_id", record.openreview_id),
        ):
            for candidate in self._by[kind, value] if value else ():
                if kind == "arxiv_id" or not _contradict(record, candidate):
                    return self._answer(candidate)
        key = title_key(record.title)
        names = {name_key(one.name) for one in record.authors}
        for candidate in self._by["title_key", key] if len(key) >= MIN_TITLE_KEY else ():
            shared = len(names & candidate.name_keys)
            if (
                shared
                and 2 * shared >= min(len(names), len(candidate.name_keys))
                and not _contradict(record, candidate)
            ):
                return self._answer(candidate)
        return None, None

    def add(self, record: PaperRecord, public_id: str) -> None:
        """Make a paper that is about to be inserted findable for the rest of the page."""
        candidate = _Candidate(
            self._next,
            record.arxiv_id,
            _doi(record),
            record.openreview_id,
            title_key(record.title),
            {name_key(one.name) for one in record.authors},
            {(record.source, record.source_key)},
        )
        self._public[self._next] = public_id
        self._next -= 1
        self._index(candidate)

    def _answer(self, candidate: _Candidate) -> tuple[int | None, str | None]:
        if candidate.id < 0:
            return None, self._public[candidate.id]
        return candidate.id, None

    def _index(self, candidate: _Candidate) -> None:
        for kind in ("arxiv_id", "doi", "openreview_id", "title_key"):
            value = getattr(candidate, kind)
            if value:
                self._by[kind, value].append(candidate)


def _doi(record: PaperRecord) -> str | None:
    return normalise_doi(record.doi) if record.doi else None


def _contradict(record: PaperRecord, candidate: _Candidate) -> bool:
    """Whether record and paper cannot be one work: each has an arXiv or OpenReview id and they differ, or one
    source carries them as two entries."""
    for mine, theirs in (
        (record.arxiv_id, candidate.arxiv_id),
        (record.openreview_id, candidate.openreview_id),
    ):
        if mine and theirs and mine != theirs:
            return True
    return any(
        source == record.source and source_key != record.source_key
        for source, source_key in candidate.sources
    )
