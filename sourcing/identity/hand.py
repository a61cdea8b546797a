"""Corrections by hand: two who are one, records that are somebody else's, two who only look alike; and taking it back.

Each keeps a lock (:mod:`sourcing.identity.locks`) and puts it into effect at once. The caller commits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from db.batches import batches
from db.queries.find import NotFound, find_paper, find_person
from db.queries.lineage import survivors
from db.schema import Authorship, IdentityLock, MaybeSame, Paper, Person, RecordRow
from db.store.profiles import attach_profile
from sourcing.identity.locks import (
    APART,
    MERGE,
    SPLIT,
    active_locks,
    decided,
    places_of,
    release,
    said_of,
    save_lock,
    take_back,
    went_along,
)
from sourcing.identity.night import resolve_rows
from sourcing.identity.people import refresh_names
from sourcing.people.describe import describe_people
from sourcing.people.detaching import let_go, let_own_pages_go
from sourcing.people.own_pages import OWN_PAGES
from sourcing.people.profiles import attach_profiles

SAME, DIFFERENT = "same", "different"


class WrongPeople(ValueError):  # noqa: N818 (shown to users as a sentence)
    """What was asked for cannot be done to these people; the message says why and what can be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who decided, when and why."""

    by: str
    at: datetime
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """What a correction came to: who is left (row ids, in the order asked about) and the lock's row id."""

    lock: int
    people: tuple[int, ...] = field(default=())


def merge(session: Session, one: Person, other: Person, decision: Decision) -> Corrected:
    """Make two persons one: ``one`` stays, ``other``'s id leads to them from now on.

    Raises :class:`WrongPeople` if they are one already.
    """
    if one.id == other.id:
        raise WrongPeople(
            f"{one.public_id} and the other are one person already; see: sourcing show {one.public_id}"
        )
    lock = save_lock(
        session,
        MERGE,
        people=[one.public_id, other.public_id],
        left=_mentions(session, one),
        right=_mentions(session, other),
        profiles=_profiles_that_go_along(session, other.id),
        by=decision.by,
        why=decision.why,
        at=decision.at,
    )
    lock_id, people = lock.id, (one.id, other.id)
    _decide(session, people, SAME)
    mine, theirs = ([mention.id for mention in _mentions(session, each)] for each in (one, other))
    if not mine:
        # Known from a profile or a list alone: no mention of theirs draws the others to them.
        _set_person(session, theirs, people[0])
    if rows := [*mine, *theirs]:
        resolve_rows(session, rows, now=decision.at, keep=[people[0]], judged=people)
    if session.scalar(select(Person.merged_into).where(Person.id == people[1])) is None:
        # Nobody printed one of them on a paper: known from a profile or a list alone.
        session.execute(update(Person).where(Person.id == people[1]).values(merged_into=people[0]))
    _tidy(session, people, decision.at)
    return Corrected(lock=lock_id, people=people[:1])


def split(session: Session, person: Person, papers: Sequence[Paper], decision: Decision) -> Corrected:
    """Take papers from a person: they are somebody else's, and no later run gives them back.

    Whose they are instead the evidence decides: somebody known, or somebody new. Raises :class:`WrongPeople` for a
    paper that is not theirs, and where nothing would be left.
    """
    mentions = _mentions(session, person)
    wanted = {paper.id: paper.public_id for paper in papers}
    missing = sorted(set(wanted) - {mention.paper_id for mention in mentions})
    if missing:
        listed = ", ".join(sorted(_public_ids(session, [mention.paper_id for mention in mentions]))[:5])
        names = ", ".join(wanted[one] for one in missing)
        raise WrongPeople(
            f"{names} {'is' if len(missing) == 1 else 'are'} not by {person.public_id} ({person.full_name}); "
            f"of theirs there {'is' if len(mentions) == 1 else 'are'} {listed or 'no paper'}"
        )
    out = [mention for mention in mentions if mention.paper_id in wanted]
    rest = [mention for mention in mentions if mention.paper_id not in wanted]
    if not rest:
        raise WrongPeople(
            f"{person.public_id} ({person.full_name}) has no other papers: name only those that are somebody else's"
        )
    lock = save_lock(
        session,
        SPLIT,
        people=[person.public_id],
        left=rest,
        right=out,
        by=decision.by,
        why=decision.why,
        at=decision.at,
    )
    lock_id, person_id = lock.id, person.id
    rows = [mention.id for mention in out]
    _set_person(session, rows, None)
    resolve_rows(session, rows, now=decision.at, judged=[person_id])
    others = _people_of(session, rows)
    subjects = dict(session.get_one(IdentityLock, lock_id).subjects)
    subjects["people"] = [*subjects["people"], *_ids_of_people(session, others)]
    session.get_one(IdentityLock, lock_id).subjects = subjects
    _tidy(session, (person_id, *others), decision.at)
    return Corrected(lock=lock_id, people=(person_id, *others))


def keep_apart(session: Session, one: Person, other: Person, decision: Decision) -> Corrected:
    """Say of two who look alike that they are two: no later run makes them one, and both may be exported again.

    Raises :class:`WrongPeople` if they are one person.
    """
    if one.id == other.id:
        raise WrongPeople(
            f"{one.public_id} is one person; to part their papers: sourcing split {one.public_id} PAPER…"
        )
    lock = save_lock(
        session,
        APART,
        people=[one.public_id, other.public_id],
        left=_mentions(session, one),
        right=_mentions(session, other),
        by=decision.by,
        why=decision.why,
        at=decision.at,
    )
    people = (one.id, other.id)
    _decide(session, people, DIFFERENT)
    return Corrected(lock=lock.id, people=people)


def undo(session: Session, lock: IdentityLock, decision: Decision) -> Corrected:
    """Take a decision back: everything stands as before it, and the evidence decides again from the next run on, or a
    decision that this one had overridden."""
    take_back(session, lock, decision.at)
    lock_id, kind, subjects = lock.id, lock.kind, lock.subjects
    people = tuple(
        person_id
        for public_id in subjects["people"]
        if (person_id := session.scalar(select(Person.id).where(Person.public_id == public_id))) is not None
    )
    if kind == APART or len(people) < 2:
        _decide_as_said(session, people)
        return Corrected(lock=lock_id, people=people)
    merged = survivors(session)
    stands = merged.get(people[0], people[0])
    # Only what the decision moved, and nobody has moved on since, goes back.
    holders = {stands} if kind == MERGE else {merged.get(one, one) for one in people[1:]}
    places = places_of(session, subjects["right"])
    target = people[1] if kind == MERGE else stands
    there = {row.id: row.paper_id for row in _mentions(session, session.get_one(Person, target))}
    taken, parted = set(there.values()), decided(session).parted_from(there)
    right = [
        row.id
        for row in (session.get_one(Authorship, place.row_id) for place in places)
        # Nobody stands at two places of a paper, or where another decision in force says that they do not belong.
        if row.person_id in holders and row.paper_id not in taken and row.id not in parted
    ]
    if kind == MERGE and (right or not places):
        session.execute(update(Person).where(Person.id == people[1]).values(merged_into=None))
        _give_back_profiles(session, lock, stands, people[1])
    _set_person(session, right, target)
    release(session, lock, right, decision.at)
    _decide_as_said(session, people)
    people = tuple(dict.fromkeys((stands, *people)))
    for person_id in people:
        if person_id != stands and person_id not in merged and not _has_papers(session, person_id):
            session.execute(update(Person).where(Person.id == person_id).values(merged_into=stands))
            _drop_questions(session, person_id)
    _tidy(session, people, decision.at)
    alive = [one for one in people if session.get_one(Person, one).merged_into is None]
    return Corrected(lock=lock_id, people=tuple(alive))


def find_lock(
    session: Session, kind: str, people: Collection[str], papers: Collection[str] = ()
) -> IdentityLock:
    """The newest decision in force of this kind about these people (public ids as they were named then) and papers.

    Raises :class:`WrongPeople`.
    """
    for lock in reversed(active_locks(session)):
        of = set(lock.subjects["people"])
        about = {ref["paper"] for ref in lock.subjects["right"]}
        if lock.kind == kind and set(people) <= of and set(papers) <= about:
            return lock
    told = f" of {', '.join(papers)}" if papers else ""
    raise WrongPeople(f"nobody decided a {kind} of {' and '.join(people)}{told}, or it was taken back before")


def person_or_record(session: Session, word: str) -> Person | Paper:
    """What a word of the command line means. Raises :class:`db.queries.find.NotFound`."""
    if word.startswith("p-"):
        return find_person(session, word)
    paper = find_paper(session, word) or _paper_of_record(session, word)
    if paper is None:
        raise NotFound(f"no paper is known as {word!r}; the ids are those that `sourcing show PERSON` lists")
    return paper


def _paper_of_record(session: Session, word: str) -> Paper | None:
    """A record as `show` names it: ``source:id``."""
    source, _, source_key = word.partition(":")
    paper_id = session.scalar(
        select(RecordRow.paper_id).where(RecordRow.source == source, RecordRow.source_key == source_key)
    )
    return session.get(Paper, paper_id) if paper_id is not None else None


def _mentions(session: Session, person: Person) -> list[Authorship]:
    return list(
        session.scalars(
            select(Authorship).where(Authorship.person_id == person.id).order_by(Authorship.paper_id)
        )
    )


def _set_person(session: Session, rows: Iterable[int], person_id: int | None) -> None:
    for some in batches(sorted(rows)):
        session.execute(update(Authorship).where(Authorship.id.in_(some)).values(person_id=person_id))
    session.flush()
    session.expire_all()


def _has_papers(session: Session, person_id: int) -> bool:
    return session.scalar(select(Authorship.id).where(Authorship.person_id == person_id).limit(1)) is not None


def _people_of(session: Session, rows: Iterable[int]) -> tuple[int, ...]:
    found: set[int] = set()
    for some in batches(sorted(rows)):
        of_some = session.scalars(select(Authorship.person_id).where(Authorship.id.in_(some)))
        found.update(one for one in of_some if one is not None)
    return tuple(sorted(found))


def _ids_of_people(session: Session, people: Collection[int]) -> list[str]:
    return list(session.scalars(select(Person.public_id).where(Person.id.in_(people)).order_by(Person.id)))


def _public_ids(session: Session, papers: Iterable[int]) -> list[str]:
    return list(session.scalars(select(Paper.public_id).where(Paper.id.in_(set(papers)))))


def _decide(session: Session, people: Collection[int], decision: str | None) -> None:
    """Answer the question whether these are the same, or ask it again."""
    session.execute(
        update(MaybeSame)
        .where(MaybeSame.person_id.in_(people), MaybeSame.other_id.in_(people))
        .values(decision=decision)
    )


def _drop_questions(session: Session, person_id: int) -> None:
    """Who leads to somebody else now is not asked about any more."""
    about = or_(MaybeSame.person_id == person_id, MaybeSame.other_id == person_id)
    session.execute(delete(MaybeSame).where(MaybeSame.decision.is_(None), about))


def _decide_as_said(session: Session, people: Collection[int]) -> None:
    """Answer whether these are the same as the newest decision in force about them does, or ask it again."""
    for pair in combinations(people, 2):
        said = said_of(session, _ids_of_people(session, pair))
        _decide(session, pair, {MERGE: SAME, APART: DIFFERENT}.get(said or ""))


def _profiles_that_go_along(session: Session, person_id: int) -> list[RecordRow]:
    """Profiles that nothing but a decision gives to a person: lists, and what a recruiter imported."""
    return list(
        session.scalars(
            select(RecordRow).where(
                RecordRow.kind == "person",
                RecordRow.person_id == person_id,
                RecordRow.source.not_in(OWN_PAGES),
            )
        )
    )


def _give_back_profiles(session: Session, lock: IdentityLock, holder: int, person_id: int) -> None:
    """Give a person the profiles that went along as they were merged into ``holder``."""
    for row in _profiles_that_go_along(session, holder):
        if went_along(lock, row):
            let_go(session, row)
            attach_profile(session, row, session.get_one(Person, person_id), reason="given back by hand")


def _tidy(session: Session, people: Collection[int], now: datetime) -> None:
    """Names, profiles and facts follow the papers they were found by."""
    into = {row.id: row.merged_into for row in session.scalars(select(Person).where(Person.id.in_(people)))}
    alive = sorted({merged if merged is not None else row_id for row_id, merged in into.items()})
    let_own_pages_go(session, alive)
    attach_profiles(session, now=now, person_ids={*people, *alive})
    refresh_names(session, alive, now=now)
    describe_people(session, now=now, person_ids=alive)
    session.flush()
