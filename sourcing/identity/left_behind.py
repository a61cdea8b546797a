"""People of whom no paper is left: they lead to whoever stands in their place, or stay, and hold nobody back."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from db.batches import batches
from db.queries.lineage import survivors
from db.schema import MaybeSame, Person
from db.store.paper_rows import SAME_PLACE
from db.store.unknown_people import without_papers
from sourcing.identity.locks import kept_apart


def leave_nobody_behind(session: Session, people: Collection[int] | None) -> dict[int, int]:
    """See to those of ``people`` (default: everybody) who have no paper any more; gives who leads to whom now.

    Whose mention fell together with somebody else's leads to them, unless somebody said that they are two. Of the
    others nobody is held back for resembling them; whether they stay is decided once the night knows who is who
    (:mod:`db.store.unknown_people`).
    """
    gone = set(without_papers(session, people))
    redirected: dict[int, int] = {}
    if not gone:
        return redirected
    for one, other in list(_fell_together(session, gone)):
        if one not in redirected:
            session.execute(update(Person).where(Person.id == one).values(merged_into=other))
            redirected[one] = other
    for some in batches(sorted(gone)):
        session.execute(delete(MaybeSame).where(MaybeSame.decision.is_(None), _either(some)))
    session.flush()
    session.expire_all()
    return redirected


def _fell_together(session: Session, gone: Collection[int]) -> Iterator[tuple[int, int]]:
    """Each of these with who stands where they stood, in work that turned out to be one."""
    merged = survivors(session)
    parted = _parted(session, merged)
    for some in batches(sorted(gone)):
        for row in session.scalars(
            select(MaybeSame)
            .where(MaybeSame.decision.is_(None), _either(some))
            .order_by(MaybeSame.person_id, MaybeSame.other_id)
        ):
            if not any(reason.get("text") == SAME_PLACE for reason in row.evidence):
                continue
            one, other = merged.get(row.person_id, row.person_id), merged.get(row.other_id, row.other_id)
            if (one in gone) != (other in gone) and frozenset((one, other)) not in parted:
                yield (one, other) if one in gone else (other, one)


def _parted(session: Session, merged: Mapping[int, int]) -> set[frozenset[int]]:
    """Pairs of people (row ids of who stands for them now) who were told apart by hand."""
    pairs = kept_apart(session)
    stands: dict[str, int] = {}
    for some in batches(sorted(frozenset().union(*pairs))):
        for row_id, public_id in session.execute(
            select(Person.id, Person.public_id).where(Person.public_id.in_(some))
        ):
            stands[public_id] = merged.get(row_id, row_id)
    return {frozenset(stands[one] for one in pair if one in stands) for pair in pairs}


def _either(some: Collection[int]) -> ColumnElement[bool]:
    return or_(MaybeSame.person_id.in_(some), MaybeSame.other_id.in_(some))
