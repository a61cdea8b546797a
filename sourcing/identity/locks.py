"""Decisions made by hand: kept for ever, found again after every crawl, the later one counts.

A lock names mentions by paper, place and digests of the name, not by row: rows come and go with every crawl.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.batches import batches
from db.keys.names import parse_printed
from db.schema import Authorship, IdentityLock, Paper, RecordRow
from sourcing.identity.mention import Locks
from sourcing.identity.neighbours import found_at, looks_at
from sourcing.identity.stored import mention_id

MERGE, SPLIT, APART = "merge", "split", "apart"
_CALLED = {APART: "telling apart"}


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
    unbound: list[int] = field(default_factory=list)
    """Locks by number of which one side is on no paper any more, so that they decide nothing."""

    def locks(self) -> Locks:
        """As the resolver takes them."""
        return Locks(
            merged=tuple(tuple(sorted(one.mention_id for one in group)) for group in self.merged),
            split=tuple(sorted((one.mention_id, other.mention_id) for one, other in self.split)),
        )

    def parted_from(self, rows: Collection[int]) -> set[int]:
        """Rows of authorships that are not the person's of any of ``rows``."""
        return {
            theirs.row_id for pair in self.split for mine, theirs in (pair, pair[::-1]) if mine.row_id in rows
        }

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
    profiles: Iterable[RecordRow] = (),
    by: str,
    why: str | None,
    at: datetime,
) -> IdentityLock:
    """Keep a decision; an earlier one that says the contrary is marked as undone, until this one is taken back.

    ``profiles`` are those that go from one person to the other by it.
    """
    subjects: dict[str, Any] = {
        "people": list(people),
        "left": _refs(session, left),
        "right": _refs(session, right),
        "profiles": sorted(map(_profile_ref, profiles)),
    }
    subjects["undid"] = _undo_contrary(session, kind, subjects, at)
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
        left, right = ({place for ref in refs if (place := places.get(_key(ref)))} for refs in _sides(lock))
        if lock.kind != MERGE:
            # One place by now for two who were told apart may be either's.
            left, right = left - right, right - left
        if any(refs and not found for refs, found in zip(_sides(lock), (left, right), strict=True)):
            result.unbound.append(lock.id)
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
            result.split |= {(a, b) for a in left for b in right}
    return result


def places_of(session: Session, refs: Sequence[dict[str, Any]]) -> list[Place]:
    """Where these mentions stand now; those whose paper or name is gone are left out."""
    return list(_places(session, refs).values())


def without_effect(session: Session) -> list[str]:
    """Decisions in force that decide nothing, since a side of them is on no paper any more: a sentence each."""
    locks = active_locks(session)
    unbound = set(decided(session, locks).unbound)
    return [
        f"the {_CALLED.get(lock.kind, lock.kind)} of {' and '.join(lock.subjects['people'])} that {lock.by} decided "
        f"on {lock.at:%Y-%m-%d} has no effect: the papers it was about do not name them any more"
        for lock in locks
        if lock.id in unbound
    ]


def take_back(session: Session, lock: IdentityLock, at: datetime) -> None:
    """Mark a decision as undone; those that it had undone are in force again."""
    for earlier in session.scalars(
        select(IdentityLock).where(
            IdentityLock.id.in_(lock.subjects.get("undid", ())), IdentityLock.undone_at == lock.at
        )
    ):
        earlier.undone_at = None
    lock.undone_at = at
    session.flush()


def went_along(lock: IdentityLock, profile: RecordRow) -> bool:
    """Whether a profile went from one person to the other by this decision."""
    return _profile_ref(profile) in lock.subjects.get("profiles", ())


def said_of(session: Session, people: Collection[str]) -> str | None:
    """The kind of the newest decision in force that names all of these people (public ids)."""
    return next(
        (
            lock.kind
            for lock in reversed(active_locks(session))
            if set(people) <= set(lock.subjects["people"])
        ),
        None,
    )


def kept_apart(session: Session) -> set[frozenset[str]]:
    """Pairs of people (public ids, as they were called then) whom a split or a word that they are two parted."""
    return {
        frozenset((lock.subjects["people"][0], other))
        for lock in active_locks(session)
        if lock.kind != MERGE
        for other in lock.subjects["people"][1:]
    }


def made_one(session: Session) -> set[frozenset[str]]:
    """Pairs of people (public ids, as they were called then) whom a merge in force made one."""
    return {frozenset(lock.subjects["people"]) for lock in active_locks(session) if lock.kind == MERGE}


def release(session: Session, undone: IdentityLock, rows: Collection[int], at: datetime) -> None:
    """Take mentions (by row) that come free as ``undone`` is taken back out of the merges made after it.

    Those were about whoever held them then. A merge of which one side is left is undone, too.
    """
    for lock in active_locks(session):
        if lock.kind != MERGE or lock.id <= undone.id:
            continue
        places = _places(session, _all_refs(lock))
        sides = {
            side: [
                ref
                for ref in lock.subjects[side]
                if (place := places.get(_key(ref))) is None or place.row_id not in rows
            ]
            for side in ("left", "right")
        }
        if any(len(sides[side]) < len(lock.subjects[side]) for side in sides):
            if any(lock.subjects[side] and not sides[side] for side in sides):
                lock.undone_at = at
            lock.subjects = {**lock.subjects, **sides}
    session.flush()


def _undo_contrary(session: Session, kind: str, subjects: dict[str, Any], at: datetime) -> list[int]:
    """Mark what a new decision overrides as undone; gives those locks by number."""
    left, right = _who(subjects)
    undone = []
    for lock in active_locks(session):
        theirs = _who(lock.subjects)
        if kind == MERGE:
            # What was parted is put together whole.
            contrary = lock.kind != MERGE and theirs[0] | theirs[1] <= left | right
        else:
            contrary = lock.kind == MERGE and {*theirs} == {left, right}
        if contrary:
            lock.undone_at = at
            undone.append(lock.id)
    return undone


def _who(subjects: dict[str, Any]) -> tuple[frozenset[Any], frozenset[Any]]:
    """Whom a decision is about, on either side: mentions, or somebody who is on no paper."""
    people = subjects["people"]
    left, right = (_keys(subjects[side]) for side in ("left", "right"))
    return left or frozenset(people[:1]), right or frozenset(people[1:])


def _sides(lock: IdentityLock) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    return lock.subjects["left"], lock.subjects["right"]


def _refs(session: Session, authorships: Iterable[Authorship]) -> list[dict[str, Any]]:
    rows = list(authorships)
    papers: dict[int, str] = {}
    printed: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for some in batches(sorted({one.paper_id for one in rows})):
        for row_id, public_id in session.execute(select(Paper.id, Paper.public_id).where(Paper.id.in_(some))):
            papers[row_id] = public_id
        for row in session.execute(
            select(Authorship.paper_id, Authorship.name, Authorship.name_key).where(
                Authorship.paper_id.in_(some)
            )
        ):
            printed[row.paper_id].append((row.name, row.name_key))
    found = []
    for one in rows:
        # Where they meet an author beside them, who is called much the same, they could be taken for that one.
        beside = {key: name for name, key in printed[one.paper_id] if key != one.name_key}
        theirs = [found_at(parse_printed(name)) for name in beside.values()]
        words = _words(one.name_key)
        found.append(
            {
                "paper": papers[one.paper_id],
                "position": one.position,
                "name": _digest(one.name_key),
                "words": sorted(words),
                "alone": all(words.isdisjoint(_words(key)) for key in beside),
                "meets": sorted(looks_at(parse_printed(one.name)).difference(*theirs)),
            }
        )
    return sorted(found, key=_key)


def _places(session: Session, refs: Iterable[dict[str, Any]]) -> dict[tuple[str, int, str], Place]:
    """Each mention where it stands now: by name on its paper, by a related name, else by place if the given name is
    the same."""
    wanted = {_key(ref): ref for ref in refs}
    on_paper: dict[str, list[_Row]] = {}
    for some in batches(sorted({paper for paper, _, _ in wanted})):
        old = select(Paper.id, Paper.public_id, Paper.merged_into).where(Paper.public_id.in_(some))
        for paper_id, public_id, merged_into in session.execute(old).all():
            now = session.get_one(Paper, merged_into) if merged_into is not None else None
            while now is not None and now.merged_into is not None:
                now = session.get_one(Paper, now.merged_into)
            on_paper[public_id] = [
                _Row(
                    row.id,
                    row.position,
                    row.name,
                    row.name_key,
                    now.public_id if now is not None else public_id,
                )
                for row in session.execute(
                    select(Authorship.id, Authorship.position, Authorship.name, Authorship.name_key).where(
                        Authorship.paper_id == (now.id if now is not None else paper_id)
                    )
                )
            ]
    found: dict[tuple[str, int, str], Place] = {}
    for key, ref in wanted.items():
        rows = on_paper.get(key[0], [])
        if (chosen := _row_of(ref, rows)) is not None:
            found[key] = Place(chosen.id, mention_id(chosen.paper, chosen.position))
    return found


def _row_of(ref: dict[str, Any], rows: Sequence[_Row]) -> _Row | None:
    """Which author of a paper, as it is printed now, a lock means; ``None`` if none or several may be."""
    named = [row for row in rows if _digest(row.name_key) == ref["name"]]
    if named:
        return _in_place(named, ref) or _only(named)
    meets, words = frozenset(ref.get("meets", ())), frozenset(ref["words"])
    # Who stood beside somebody with a word of the same name is not known again by words: they may be that one's.
    alone = ref.get("alone", True)
    related = [
        row
        for row in rows
        if not meets.isdisjoint(found_at(parse_printed(row.name)))
        or (alone and len(words) > 1 and words <= _words(row.name_key))
    ]
    if related:
        return _in_place(related, ref) or _only(related)
    there = _in_place(rows, ref)
    if there is None or not alone:
        return None
    told = _words(" ".join(parse_printed(there.name).given_parts))
    if not told and not meets:
        # A lock of an earlier version does not say which initials it may meet: the family name has to do.
        told = _words(there.name_key)
    return None if words.isdisjoint(told) else there


def _in_place(rows: Sequence[_Row], ref: dict[str, Any]) -> _Row | None:
    return next((row for row in rows if row.position == ref["position"]), None)


def _only(rows: Sequence[_Row]) -> _Row | None:
    return rows[0] if len(rows) == 1 else None


class _Row(NamedTuple):
    id: int
    position: int
    name: str
    name_key: str
    paper: str


def _words(name_key: str) -> set[str]:
    """Digests of the words of a name that are more than initials."""
    return {_digest(word) for word in name_key.split() if len(word) > 1}


def _profile_ref(profile: RecordRow) -> str:
    return _digest(f"{profile.source}:{profile.source_key}")


def _all_refs(lock: IdentityLock) -> list[dict[str, Any]]:
    return [*lock.subjects["left"], *lock.subjects["right"]]


def _key(ref: dict[str, Any]) -> tuple[str, int, str]:
    return ref["paper"], ref["position"], ref["name"]


def _keys(refs: Iterable[dict[str, Any]]) -> frozenset[tuple[str, int, str]]:
    return frozenset(map(_key, refs))


def _digest(name_key: str) -> str:
    return hashlib.blake2b(name_key.encode(), digest_size=6).hexdigest()
