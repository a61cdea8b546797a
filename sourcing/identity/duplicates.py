"""People who may be the same, as long as nobody has decided."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.lineage import survivors
from db.schema import Authorship, MaybeSame, Paper, Person

_TITLES = 3


def open_doubts(session: Session, *, top: int | None = None) -> list[dict[str, Any]]:
    """Pairs of people, likeliest first: who they are, the probability (0..1) and the reasons, as JSON types."""
    merged = survivors(session)
    found: list[dict[str, Any]] = []
    for row in session.scalars(
        select(MaybeSame)
        .where(MaybeSame.decision.is_(None))
        .order_by(MaybeSame.probability.desc(), MaybeSame.person_id, MaybeSame.other_id)
    ):
        one, other = merged.get(row.person_id, row.person_id), merged.get(row.other_id, row.other_id)
        if one == other:
            continue
        found.append(
            {
                "people": [_about(session, one), _about(session, other)],
                "probability": row.probability,
                "evidence": row.evidence,
                "first_seen": row.first_seen,
            }
        )
        if top is not None and len(found) == top:
            break
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
