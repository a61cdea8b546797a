"""The records around a record: which of the store's it is linked to, directly or through others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.payload import from_payload
from db.records import PaperRecord
from db.schema import Paper, RecordRow
from db.store.paper_match import Entry, Key, Pair, entry_of, link
from db.store.upsert import batches

# Their keys are arXiv ids: two records of theirs are one paper exactly when the ids are equal.
_ARXIV = ("arxiv", "arxiv_oai")
# No work is carried by more records than this; what grows beyond it grows on junk titles.
MAX_COMPONENT = 200
_MAX_STEPS = 12


@dataclass(slots=True)
class StoredEntry:
    """A record in the store and the paper it is in."""

    id: int
    paper_id: int
    entry: Entry


class Neighbourhood:
    """Finds what is linked to given records. ``same`` are pairs that a person said are one work."""

    def __init__(self, session: Session, same: Collection[Pair]) -> None:
        self._session = session
        self._rows: dict[int, StoredEntry] = {}
        self._asked: set[int] = set()
        self._mates: dict[Key, set[Key]] = defaultdict(set)
        for pair in same:
            one, other = sorted(pair)
            self._mates[one].add(other)
            self._mates[other].add(one)

    def components(self, starts: Iterable[StoredEntry]) -> list[list[StoredEntry]]:
        """The connected records around the starts: those of one list may be one work, those of two cannot.

        A record that nothing is linked to is left out.
        """
        frontier = list(starts)
        self._rows |= {row.id: row for row in frontier}
        near: dict[int, set[int]] = defaultdict(set)
        for _ in range(_MAX_STEPS):
            reached: dict[int, StoredEntry] = {}
            for row, other in self._links(frontier):
                near[row.id].add(other.id)
                near[other.id].add(row.id)
                reached[other.id] = other
            frontier = [row for row in reached.values() if row.id not in self._asked]
            if not frontier:
                break
        return [
            [self._rows[one] for one in sorted(component)]
            for component in _connected(near)
            if len(component) <= MAX_COMPONENT
        ]

    def _links(self, rows: Sequence[StoredEntry]) -> Iterable[tuple[StoredEntry, StoredEntry]]:
        self._asked |= {row.id for row in rows}
        by: dict[tuple[str, str], list[StoredEntry]] = defaultdict(list)
        for one in self._pool(rows):
            for handle in _handles(one):
                by[handle].append(one)
        for row in rows:
            mates = self._mates.get(row.entry.key, set())
            others = {one.id: one for handle in _handles(row) for one in by[handle] if one.id != row.id}
            others |= {one.id: one for key in mates for one in by["key", "/".join(key)]}
            for other in others.values():
                if (
                    other.paper_id == row.paper_id
                    or other.entry.key in mates
                    or link(row.entry, other.entry) is not None
                ):
                    yield row, other

    def _pool(self, rows: Sequence[StoredEntry]) -> list[StoredEntry]:
        """Everything that shares a handle with one of the rows, the rows included."""
        records = [row.entry.record for row in rows]
        ids: set[int] = set()
        for column, values in (
            (Paper.id, {row.paper_id for row in rows}),
            (Paper.arxiv_id, {one.arxiv_id for one in records if one.arxiv_id}),
            (Paper.openreview_id, {one.openreview_id for one in records if one.openreview_id}),
        ):
            ids |= self._ids(column, values, paper=True)
        for column, values in (
            (RecordRow.title_key, {row.entry.title for row in rows if row.entry.title}),
            (RecordRow.doi, {row.entry.doi for row in rows if row.entry.doi}),
        ):
            ids |= self._ids(column, values)
        firsts: dict[bool, set[str]] = defaultdict(set)
        for row in rows:
            if row.entry.first is not None:
                firsts[row.entry.record.source in _ARXIV].add(row.entry.first)
        for from_arxiv, values in firsts.items():
            elsewhere = (RecordRow.source.not_in(_ARXIV),) if from_arxiv else ()
            ids |= self._ids(RecordRow.first_author_key, values, *elsewhere)
        for source, source_key in {mate for row in rows for mate in self._mates.get(row.entry.key, ())}:
            ids |= self._ids(RecordRow.source_key, {source_key}, RecordRow.source == source)
        self._load(ids - self._rows.keys())
        return [self._rows[one] for one in ids | {row.id for row in rows} if one in self._rows]

    def _ids(self, column: Any, values: Collection[Any], *where: Any, paper: bool = False) -> set[int]:
        found: set[int] = set()
        for some in batches(sorted(values)):
            query = select(RecordRow.id).where(RecordRow.kind == "paper", column.in_(some), *where)
            if paper:
                query = query.join(Paper, Paper.id == RecordRow.paper_id)
            found.update(self._session.scalars(query))
        return found

    def _load(self, ids: Collection[int]) -> None:
        for some in batches(sorted(ids)):
            self._rows |= {row.id: row for row in stored_entries(self._session, RecordRow.id.in_(some))}


def stored_entries(session: Session, *where: Any) -> list[StoredEntry]:
    """Records of papers in the store, oldest first."""
    return [
        StoredEntry(row.id, row.paper_id, entry_of(from_payload(PaperRecord, row.payload)))
        for row in session.execute(
            select(RecordRow.id, RecordRow.paper_id, RecordRow.payload)
            .where(RecordRow.kind == "paper", RecordRow.paper_id.is_not(None), *where)
            .order_by(RecordRow.id)
        )
    ]


def _handles(row: StoredEntry) -> list[tuple[str, str]]:
    entry = row.entry
    found = (
        ("paper", str(row.paper_id)),
        ("key", "/".join(entry.key)),
        ("arxiv", entry.record.arxiv_id),
        ("openreview", entry.record.openreview_id),
        ("doi", entry.doi),
        ("title", entry.title),
        ("first", entry.first),
    )
    return [(name, value) for name, value in found if value]


def _connected(near: dict[int, set[int]]) -> list[set[int]]:
    components: list[set[int]] = []
    seen: set[int] = set()
    for start in sorted(near):
        if start in seen:
            continue
        component, todo = {start}, [start]
        while todo:
            for other in near[todo.pop()] - component:
                component.add(other)
                todo.append(other)
        seen |= component
        components.append(component)
    return components
