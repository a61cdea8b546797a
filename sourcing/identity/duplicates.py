"""People who may be the same, as long as nobody has decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.lineage import survivors
from db.schema import Authorship, MaybeSame, Paper, Person

_TITLES = 3


def open_doubts(
    session: Session, *, top: int | None = None, listed: Sequence[int] | None = None
) -> list[dict[str, Any]]:
    """Pairs of people, likeliest first: who they are, the probability (0..1) and the reasons, as JSON types.

    With ``listed`` (row ids, the most wanted first) only pairs with one of these, in the order of the better placed.
    """
    merged = survivors(session)
    places = None if listed is None else {person_id: place for place, person_id in enumerate(listed)}
    found: list[dict[str, Any]] = []
    for row, one, other in _in_order(session, merged, places)[:top]:
        doubt = session.get_one(MaybeSame, row)
        found.append(
            {
                "people": [_about(session, one), _about(session, other)],
                "probability": doubt.probability,
                "evidence": doubt.evidence,
                "first_seen": doubt.first_seen,
            }
        )
    return found


def count_doubts(session: Session, *, listed: Sequence[int] | None = None) -> int:
    """How many pairs :func:`open_doubts` would give without ``top``."""
    places = None if listed is None else {person_id: place for place, person_id in enumerate(listed)}
    return len(_in_order(session, survivors(session), places))


def _in_order(
    session: Session, merged: Mapping[int, int], places: Mapping[int, int] | None
) -> list[tuple[int, int, int]]:
    """Row ids of the undecided pairs and of the people they are of by now."""
    found = [
        (row.id, one, other)
        for row in session.execute(
            select(MaybeSame.id, MaybeSame.person_id, MaybeSame.other_id)
            .where(MaybeSame.decision.is_(None))
            .order_by(MaybeSame.probability.desc(), MaybeSame.person_id, MaybeSame.other_id)
        )
        if (one := merged.get(row.person_id, row.person_id))
        != (other := merged.get(row.other_id, row.other_id))
    ]
    if places is None:
        return found
    last = len(places)
    wanted = [pair for pair in found if pair[1] in places or pair[2] in places]
    return sorted(wanted, key=lambda pair: min(places.get(pair[1], last), places.get(pair[2], last)))


def _about(session: Session, row_id: int) -> dict[str, Any]:
    person = session.get_one(Person, row_id)
    titles = session.scalars(
        select(Paper.title)
        .join(Authorship, Authorship.paper_id == Paper.id)
        .where(Authorship.person_id == row_id)
        .order_by(Paper.published.desc(), Paper.public_id)
    ).all()
    return {
        "id": person.public_id,
        "name": person.full_name,
        "affiliation": person.affiliation,
        "papers": len(titles),
        "titles": list(titles[:_TITLES]),
    }
