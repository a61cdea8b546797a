"""Decisions made by hand: kept for ever, found again after every crawl, the later one counts.

A lock names mentions by paper, place and a digest of the name, not by row: rows come and go with every crawl.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.batches import batches
from db.schema import Authorship, IdentityLock, Paper
from sourcing.identity.mention import Locks
from sourcing.identity.stored import mention_id

MERGE, SPLIT, APART = "merge", "split", "apart"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mention stands now: its authorship's row and its id as a mention."""

    row_id: int
    mention_id: str


@dataclass(slots=True)
class Decided:
    """The locks that are in force, by row of the authorships they speak of."""

    merged: list[set[Place]] = field(default_factory=list)
    split: set[tuple[Place, Place]] = field(default_factory=set)

    def locks(self) -> Locks:
        """As the resolver takes them."""
        return Locks(
            merged=tuple(tuple(sorted(one.mention_id for one in group)) for group in self.merged),
            split=tuple(sorted((one.mention_id, other.mention_id) for one, other in self.split)),
        )

    def bound_to(self, rows: Collection[int]) -> set[int]:
        """Rows of authorships that a lock binds to any of ``rows``."""
        wanted = set(rows)
        found: set[int] = set()
        for group in self.merged:
            here = {one.row_id for one in group}
            if not wanted.isdisjoint(here):
                found |= here
        for one, other in self.split:
            if one.row_id in wanted or other.row_id in wanted:
                found |= {one.row_id, other.row_id}
        return found


def save_lock(
    session: Session,
    kind: str,
    *,
    people: Sequence[str],
    left: Iterable[Authorship],
    right: Iterable[Authorship],
    by: str,
    why: str | None,
    at: datetime,
) -> IdentityLock:
    """Keep a decision; an earlier one that says the contrary is marked as undone."""
    subjects = {"people": list(people), "left": _refs(session, left), "right": _refs(session, right)}
    _undo_contrary(session, kind, subjects, at)
    lock = IdentityLock(kind=kind, subjects=subjects, at=at, by=by, why=why)
    session.add(lock)
    session.flush()
    return lock


def active_locks(session: Session) -> list[IdentityLock]:
    """Locks that nobody has taken back, oldest first."""
    return list(
        session.scalars(
            select(IdentityLock).where(IdentityLock.undone_at.is_(None)).order_by(IdentityLock.id)
        )
    )


def decided(session: Session, locks: Sequence[IdentityLock] | None = None) -> Decided:
    """What the locks add up to: each later one overrides what an earlier one says of the same mentions."""
    locks = active_locks(session) if locks is None else locks
    places = _places(session, [ref for lock in locks for ref in _all_refs(lock)])
    result = Decided()
    for lock in locks:
        left = {place for ref in lock.subjects["left"] if (place := places.get(_key(ref)))}
        right = {place for ref in lock.subjects["right"] if (place := places.get(_key(ref)))}
        if lock.kind == MERGE:
            together = left | right
            touching = [group for group in result.merged if not group.isdisjoint(together)]
            for group in touching:
                together |= group
            result.merged = [group for group in result.merged if group not in touching]
            result.merged.append(together)
            result.split = {(a, b) for a, b in result.split if not (a in together and b in together)}
        else:
            apart: list[set[Place]] = []
            for group in result.merged:
                if group.isdisjoint(left) or group.isdisjoint(right):
                    apart.append(group)
                else:
                    apart += [part for part in (group - right, group & right) if len(part) > 1]
            result.merged = apart
            result.split |= {(a, b) for a in left for b in right if a != b}
    return result


def places_of(session: Session, refs: Sequence[dict[str, Any]]) -> list[Place]:
    """Where these mentions stand now; those whose paper or name is gone are left out."""
    return list(_places(session, refs).values())


def _undo_contrary(session: Session, kind: str, subjects: dict[str, Any], at: datetime) -> None:
    left, right = _keys(subjects["left"]), _keys(subjects["right"])
    for lock in active_locks(session):
        theirs = _keys(lock.subjects["left"]), _keys(lock.subjects["right"])
        if kind == MERGE:
            # What was parted is put together whole.
            contrary = lock.kind != MERGE and theirs[0] | theirs[1] <= left | right
        else:
            contrary = lock.kind == MERGE and {frozenset(theirs[0]), frozenset(theirs[1])} == {
                frozenset(left),
                frozenset(right),
            }
        if contrary:
            lock.undone_at = at


def _refs(session: Session, authorships: Iterable[Authorship]) -> list[dict[str, Any]]:
    rows = list(authorships)
    papers: dict[int, str] = {}
    for some in batches(sorted({one.paper_id for one in rows})):
        for row_id, public_id in session.execute(select(Paper.id, Paper.public_id).where(Paper.id.in_(some))):
            papers[row_id] = public_id
    found = [
        {
            "paper": papers[one.paper_id],
            "position": one.position,
            "name": _digest(one.name_key),
            "words": sorted(_words(one.name_key)),
        }
        for one in rows
    ]
    return sorted(found, key=_key)


def _places(session: Session, refs: Iterable[dict[str, Any]]) -> dict[tuple[str, int, str], Place]:
    """Each mention where it stands now: by name on its paper, else by place (a name may come to be printed fuller)."""
    wanted = {_key(ref): frozenset(ref["words"]) for ref in refs}
    on_paper: dict[str, list[_Row]] = {}
    for some in batches(sorted({paper for paper, _, _ in wanted})):
        old = select(Paper.id, Paper.public_id, Paper.merged_into).where(Paper.public_id.in_(some))
        for paper_id, public_id, merged_into in session.execute(old).all():
            now = session.get_one(Paper, merged_into) if merged_into is not None else None
            while now is not None and now.merged_into is not None:
                now = session.get_one(Paper, now.merged_into)
            on_paper[public_id] = [
                _Row(row.id, row.position, row.name_key, now.public_id if now is not None else public_id)
                for row in session.execute(
                    select(Authorship.id, Authorship.position, Authorship.name_key).where(
                        Authorship.paper_id == (now.id if now is not None else paper_id)
                    )
                )
            ]
    found: dict[tuple[str, int, str], Place] = {}
    for (paper, position, name), words in wanted.items():
        rows = on_paper.get(paper, [])
        named = [row for row in rows if _digest(row.name_key) == name]
        there = [row for row in named or rows if row.position == position]
        if named:
            chosen = there[0] if there else named[0] if len(named) == 1 else None
        else:
            chosen = there[0] if there and not words.isdisjoint(_words(there[0].name_key)) else None
        if chosen is not None:
            found[paper, position, name] = Place(chosen.id, mention_id(chosen.paper, chosen.position))
    return found


class _Row(NamedTuple):
    id: int
    position: int
    name_key: str
    paper: str


def _words(name_key: str) -> set[str]:
    """Digests of the words of a name that are more than initials."""
    return {_digest(word) for word in name_key.split() if len(word) > 1}


def _all_refs(lock: IdentityLock) -> list[dict[str, Any]]:
    return [*lock.subjects["left"], *lock.subjects["right"]]


def _key(ref: dict[str, Any]) -> tuple[str, int, str]:
    return ref["paper"], ref["position"], ref["name"]


def _keys(refs: Iterable[dict[str, Any]]) -> set[tuple[str, int, str]]:
    return {_key(ref) for ref in refs}


def _digest(name_key: str) -> str:
    return hashlib.blake2b(name_key.encode(), digest_size=6).hexdigest()
