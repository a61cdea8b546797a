"""Putting the records of one work together and taking them apart again, by evidence or by a person's word."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from itertools import combinations

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.schema import Paper, PaperLock, RecordRow
from db.store.paper_match import Key, Pair, partition
from db.store.paper_neighbours import Neighbourhood, StoredEntry, stored_entries
from db.store.paper_rows import place_groups

SAME, DIFFERENT = "same", "different"


class CannotMerge(ValueError):  # noqa: N818 (shown to users as a sentence)
    """Papers or records that cannot be put together or taken apart as asked; the message says why."""


def settle(
    session: Session, starts: Iterable[StoredEntry], *, at: datetime, changed: Collection[int] = ()
) -> int:
    """Cut anew the works around these records; gives how many works moved.

    Reads every record that is linked to one of them, directly or through others, so that the result is the same in
    whatever order records arrive. ``changed`` are row ids of records that say something else than before: they
    leave their work only for a better one.
    """
    same, different = _decided(session, SAME), _decided(session, DIFFERENT)
    moved = 0
    for component in Neighbourhood(session, same).components(starts):
        before = {
            frozenset((one.entry.key, other.entry.key))
            for one, other in combinations(component, 2)
            if one.paper_id == other.paper_id and (one.id in changed or other.id in changed)
        }
        groups = partition((row.entry for row in component), same=same, different=different, before=before)
        moved += place_groups(session, component, groups, at=at)
    return moved


def merge_papers(
    session: Session, papers: Sequence[Paper], *, by: str, at: datetime, why: str | None = None
) -> Paper:
    """Make papers one because a person says so; gives the paper that they are now.

    Holds for every later run. :func:`split_papers` or :func:`undo_merge` take it back. Raises
    :class:`CannotMerge` for fewer than two papers.
    """
    ids = {paper.id for paper in papers}
    if len(ids) < 2:
        raise CannotMerge("two different papers are wanted")
    rows = stored_entries(session, RecordRow.paper_id.in_(ids))
    keys = {row.entry.key for row in rows}
    _take_back(session, DIFFERENT, lambda named: named <= keys, at=at)
    _say(session, SAME, keys, by=by, at=at, why=why)
    settle(session, rows, at=at)
    return _paper_of(session, rows[0].id)


def split_papers(
    session: Session, paper: Paper, records: Collection[Key], *, by: str, at: datetime, why: str | None = None
) -> Paper:
    """Take records out of a paper because a person says that they are another work; gives the paper they are now.

    ``records`` are (source, the source's key). Holds for every later run. Raises :class:`CannotMerge` when a
    record is not the paper's or none would be left.
    """
    rows = stored_entries(session, RecordRow.paper_id == paper.id)
    there = {row.entry.key: row.id for row in rows}
    away = set(records)
    if unknown := sorted(away - there.keys()):
        raise CannotMerge(f"{paper.public_id} has no record {'/'.join(unknown[0])}")
    stay = there.keys() - away
    if not away or not stay:
        raise CannotMerge(f"{paper.public_id}: name some of its records, but not all")
    for lock in _take_back(session, SAME, lambda named: bool(named & away and named & stay), at=at):
        for part in (_named(lock) & away, _named(lock) - away):
            if len(part) > 1:
                _say(session, SAME, part, by=lock.by, at=at, why=lock.why)
    for mine in sorted(away):
        for theirs in sorted(stay):
            _say(session, DIFFERENT, (mine, theirs), by=by, at=at, why=why)
    if len(away) > 1:
        _say(session, SAME, away, by=by, at=at, why=why)
    settle(session, rows, at=at)
    return _paper_of(session, there[min(away)])


def undo_merge(session: Session, paper: Paper, *, at: datetime) -> list[Paper]:
    """Take back the newest decision that made this paper one; gives what its records are now.

    Raises :class:`CannotMerge` where nobody has merged it by hand.
    """
    keys = {row.entry.key for row in stored_entries(session, RecordRow.paper_id == paper.id)}
    merged = [lock for lock in _standing(session, SAME) if _named(lock) <= keys]
    if not merged:
        raise CannotMerge(f"{paper.public_id}: nobody has merged it by hand")
    return _undo(session, merged[-1:], at=at)


def undo_split(session: Session, paper: Paper, records: Collection[Key], *, at: datetime) -> list[Paper]:
    """Take back that ``records`` are another work than this paper; gives what all of them are now.

    Raises :class:`CannotMerge` where nobody has said so.
    """
    away = set(records)
    stay = {row.entry.key for row in stored_entries(session, RecordRow.paper_id == paper.id)} - away
    apart = [one for one in _standing(session, DIFFERENT) if _named(one) & away and _named(one) & stay]
    if not apart:
        raise CannotMerge(f"{paper.public_id}: nobody has taken these records out of it by hand")
    return _undo(session, [*apart, *(one for one in _standing(session, SAME) if _named(one) == away)], at=at)


def _undo(session: Session, locks: Sequence[PaperLock], *, at: datetime) -> list[Paper]:
    for lock in locks:
        lock.undone_at = at
    session.flush()
    rows = [
        row
        for source, source_key in sorted(set().union(*map(_named, locks)))
        for row in stored_entries(session, RecordRow.source == source, RecordRow.source_key == source_key)
    ]
    settle(session, rows, at=at)
    found = {paper.id: paper for paper in (_paper_of(session, row.id) for row in rows)}
    return [found[number] for number in sorted(found)]


def _standing(session: Session, kind: str) -> list[PaperLock]:
    holding = select(PaperLock).where(PaperLock.kind == kind, PaperLock.undone_at.is_(None))
    return list(session.scalars(holding.order_by(PaperLock.id)))


def _paper_of(session: Session, record_id: int) -> Paper:
    session.expire_all()
    return session.scalars(
        select(Paper).join(RecordRow, RecordRow.paper_id == Paper.id).where(RecordRow.id == record_id)
    ).one()


def _decided(session: Session, kind: str) -> set[Pair]:
    return {
        frozenset(pair) for lock in _standing(session, kind) for pair in combinations(sorted(_named(lock)), 2)
    }


def _named(lock: PaperLock) -> set[Key]:
    return {(one[0], one[1]) for one in lock.records}


def _say(session: Session, kind: str, keys: Iterable[Key], *, by: str, at: datetime, why: str | None) -> None:
    records = [list(key) for key in sorted(keys)]
    session.add(PaperLock(kind=kind, records=records, at=at, by=by, why=why))
    session.flush()


def _take_back(
    session: Session, kind: str, wanted: Callable[[set[Key]], bool], *, at: datetime
) -> list[PaperLock]:
    """Mark decisions of a kind that ``wanted`` picks as undone."""
    undone = [lock for lock in _standing(session, kind) if wanted(_named(lock))]
    for lock in undone:
        lock.undone_at = at
    session.flush()
    return undone
