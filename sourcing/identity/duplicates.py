"""People who may be the same, as long as nobody has decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.lineage import survivors
from db.schema import Authorship, MaybeSame, Paper, Person

_TITLES = 3


@dataclass(frozen=True, slots=True)
class OpenDoubt:
    """A pair of people whom nobody has decided about, and the people they are by now, all by row id."""

    row_id: int
    one: int
    other: int


def open_doubts(session: Session, *, listed: Sequence[int] | None = None) -> list[OpenDoubt]:
    """All undecided pairs, likeliest first.

    With ``listed`` (row ids, the most wanted first) only pairs with one of these, in the order of the better placed.
    """
    merged = survivors(session)
    found = [
        OpenDoubt(row.id, one, other)
        for row in session.execute(
            select(MaybeSame.id, MaybeSame.person_id, MaybeSame.other_id)
            .where(MaybeSame.decision.is_(None))
            .order_by(MaybeSame.probability.desc(), MaybeSame.person_id, MaybeSame.other_id)
        )
        if (one := merged.get(row.person_id, row.person_id))
        != (other := merged.get(row.other_id, row.other_id))
    ]
    if listed is None:
        return found
    places = {person_id: place for place, person_id in enumerate(listed)}
    wanted = [doubt for doubt in found if doubt.one in places or doubt.other in places]
    last = len(places)
    return sorted(wanted, key=lambda doubt: min(places.get(doubt.one, last), places.get(doubt.other, last)))


def told(session: Session, doubts: Iterable[OpenDoubt]) -> list[dict[str, Any]]:
    """Of each pair who they are, the probability (0..1) and the reasons, as JSON types."""
    found: list[dict[str, Any]] = []
    for doubt in doubts:
        row = session.get_one(MaybeSame, doubt.row_id)
        found.append(
            {
                "people": [_about(session, doubt.one), _about(session, doubt.other)],
                "probability": row.probability,
                "evidence": row.evidence,
                "first_seen": row.first_seen,
            }
        )
    return found


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
