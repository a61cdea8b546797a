"""How a person came together: every join of two groups of records, with its reason or each point of its score."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.batches import batches
from db.queries.lineage import survivors
from db.schema import Authorship, IdentityLock, Person
from sourcing.identity.blocks import related_forms
from sourcing.identity.certain import Splits, uncontested, unite_certain
from sourcing.identity.cluster import Joiner, Judgement
from sourcing.identity.dossier import Dossier
from sourcing.identity.doubts import as_evidence
from sourcing.identity.explain import explain
from sourcing.identity.locks import decided, places_of
from sourcing.identity.mention import Locks, Mention, Point, Profile
from sourcing.identity.rarity import NameStock, shipped_stock
from sourcing.identity.reader import MAX_PUBLISHED, Reader
from sourcing.identity.scorecard import Scorecard, shipped_scorecard
from sourcing.identity.stored import read_profiles, read_some, stock_of

_NOT_ENOUGH = "an earlier night; today's evidence alone is not enough"


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """Two groups of mentions (by id) that were joined. ``score`` is the sum of ``points`` in natural-log odds; it is
    ``None`` where a reason alone decides."""

    one: tuple[str, ...]
    other: tuple[str, ...]
    reason: str
    score: float | None = None
    probability: float | None = None
    points: tuple[Point, ...] = ()


def joins(
    mentions: Iterable[Mention],
    *,
    profiles: Iterable[Profile] = (),
    locks: Locks | None = None,
    card: Scorecard | None = None,
    stock: NameStock | None = None,
    beside: Iterable[Mention] = (),
    around: Iterable[Mention] = (),
) -> list[Join]:
    """Go over the joins between the mentions of one person, in the order in which the resolver makes them.

    What the evidence of today would not join comes last: what was merged by hand, and what an earlier night joined.
    ``beside`` are others' mentions on the same papers: an identifier that is printed there too counts for nobody.
    ``around`` are others' mentions elsewhere, for the circles in which co-authors publish.
    """
    ordered = sorted(
        uncontested(list(mentions), beside), key=lambda one: (one.paper_id, one.position, one.mention_id)
    )
    card = card or shipped_scorecard()
    locks = locks or Locks()
    reader = Reader(stock or shipped_stock())
    single = [reader.read(place, mention) for place, mention in enumerate(ordered)]
    for mention in around:
        reader.look(mention)
    number = {mention.mention_id: place for place, mention in enumerate(ordered)}
    splits = Splits()
    for one, other in locks.split:
        if one in number and other in number:
            splits.of[number[one]].add(number[other])
            splits.of[number[other]].add(number[one])
    found: list[Join] = []

    def names(members: Sequence[int]) -> tuple[str, ...]:
        return tuple(ordered[member].mention_id for member in members)

    def certain(one: int, other: int, reason: str) -> None:
        found.append(Join(one=names([one]), other=names([other]), reason=reason))

    def scored(one: Dossier, other: Dossier, judgement: Judgement, reason: str = "the evidence") -> None:
        found.append(
            Join(
                one=names(one.members),
                other=names(other.members),
                reason=reason,
                score=judgement.score,
                probability=card.probability(judgement.score),
                points=explain(one, other, judgement, reader, card),
            )
        )

    sure = unite_certain(
        ordered,
        single,
        reader,
        profiles=profiles,
        locks=Locks(split=locks.split),
        known={},
        splits=splits,
        told=certain,
    )
    relations = {(i, j): relation for i, j, relation in related_forms(reader.names)}
    joiner = Joiner(reader, card, relations, splits.apart if splits.of else None, scored)
    whole, _ = joiner.join(sure)
    first, *rest = sorted(whole, key=lambda one: (-len(one.members), one.key))
    for part in rest:
        mine, theirs = names(first.members), names(part.members)
        if any(
            not set(group).isdisjoint(mine) and not set(group).isdisjoint(theirs) for group in locks.merged
        ):
            found.append(Join(one=mine, other=theirs, reason="merged by hand"))
        elif (judgement := joiner.judge(first, part)) is None:
            found.append(Join(one=mine, other=theirs, reason="an earlier night"))
        else:
            scored(first, part, judgement, _NOT_ENOUGH)
    return found


def identity_of(session: Session, person: Person) -> dict[str, Any]:
    """For ``show``: ids that lead here, decisions made by hand, and how the records were joined, as JSON types."""
    rows = session.scalars(select(Authorship.id).where(Authorship.person_id == person.id)).all()
    mentions = [one.mention for one in read_some(session, rows)]
    known: list[Join] = []
    if mentions:
        tell = partial(
            joins,
            mentions,
            profiles=read_profiles(session),
            locks=decided(session).locks(),
            stock=stock_of(session),
            beside=_beside(session, rows) if any(one.links for one in mentions) else (),
        )
        known = tell()
        if any(join.reason == _NOT_ENOUGH for join in known):
            known = tell(around=_around(session, rows))
    return {
        "redirects": _redirects(session, person),
        "decisions": _decisions(session, person, set(rows)),
        "joins": [
            {
                "records": list(one.one),
                "with": list(one.other),
                "reason": one.reason,
                "score": None if one.score is None else round(one.score, 2),
                "probability": None if one.probability is None else round(one.probability, 4),
                "points": [as_evidence(point) for point in one.points],
            }
            for one in known
        ],
    }


def _beside(session: Session, rows: Sequence[int]) -> list[Mention]:
    """The other mentions on the same papers."""
    found: set[int] = set()
    for some in batches(sorted(rows)):
        papers = select(Authorship.paper_id).where(Authorship.id.in_(some))
        found.update(session.scalars(select(Authorship.id).where(Authorship.paper_id.in_(papers))))
    return [one.mention for one in read_some(session, found - set(rows))]


def _around(session: Session, rows: Sequence[int]) -> list[Mention]:
    """A mention of each other paper by their co-authors, but for those whose circle tells nothing."""
    keys: set[str] = set()
    for some in batches(sorted(rows)):
        papers = select(Authorship.paper_id).where(Authorship.id.in_(some))
        beside = select(Authorship.name_key).where(
            Authorship.paper_id.in_(papers), Authorship.id.not_in(some)
        )
        keys.update(session.scalars(beside.distinct()))
    chosen: dict[int, int] = {}
    for some_keys in batches(sorted(keys)):
        published: dict[str, dict[int, int]] = defaultdict(dict)
        for row_id, paper_id, key in session.execute(
            select(Authorship.id, Authorship.paper_id, Authorship.name_key).where(
                Authorship.name_key.in_(some_keys)
            )
        ):
            published[key].setdefault(paper_id, row_id)
        for theirs in published.values():
            if len(theirs) <= MAX_PUBLISHED:
                chosen |= theirs
    return [one.mention for one in read_some(session, set(chosen.values()) - set(rows))]


def _redirects(session: Session, person: Person) -> list[dict[str, Any]]:
    gone = [row_id for row_id, last in survivors(session).items() if last == person.id]
    return [
        {"id": one.public_id, "name": one.full_name}
        for one in session.scalars(select(Person).where(Person.id.in_(gone)).order_by(Person.public_id))
    ]


def _decisions(session: Session, person: Person, rows: set[int]) -> list[dict[str, Any]]:
    found = []
    for lock in session.scalars(select(IdentityLock).order_by(IdentityLock.id)):
        refs = [*lock.subjects["left"], *lock.subjects["right"]]
        named = person.public_id in lock.subjects["people"]
        if named or any(place.row_id in rows for place in places_of(session, refs)):
            found.append(
                {
                    "kind": lock.kind,
                    "people": lock.subjects["people"],
                    "records": sorted({ref["paper"] for ref in lock.subjects["right"]}),
                    "by": lock.by,
                    "at": lock.at,
                    "why": lock.why,
                    "undone_at": lock.undone_at,
                }
            )
    return found
