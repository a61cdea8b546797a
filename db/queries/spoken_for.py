"""Whom an export or a digest must leave alone: who is undecided, was exported, or was reached by somebody."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.lineage import survivors
from db.schema import ExportedPerson, MaybeSame, StageEvent


def undecided(session: Session) -> set[int]:
    """Row ids of people who may be the same as somebody else, as long as nobody has decided."""
    pairs = session.execute(
        select(MaybeSame.person_id, MaybeSame.other_id).where(MaybeSame.decision.is_(None))
    )
    merged = survivors(session)
    found: set[int] = set()
    for one, other in pairs:
        first, second = merged.get(one, one), merged.get(other, other)
        if first != second:
            found |= {first, second}
    return found


def already_exported(session: Session) -> set[int]:
    """Row ids of people who were in an exported file."""
    merged = survivors(session)
    return {
        merged.get(person_id, person_id)
        for person_id in session.scalars(select(ExportedPerson.person_id).distinct())
    }


def ever_at(session: Session, names: Collection[str]) -> set[int]:
    """Row ids of people who ever reached one of these stages, whoever recorded it."""
    merged = survivors(session)
    return {
        merged.get(person_id, person_id)
        for person_id in session.scalars(
            select(StageEvent.person_id).where(StageEvent.stage.in_(names)).distinct()
        )
    }
