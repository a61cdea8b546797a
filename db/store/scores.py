"""Saving assessments and rankings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from db.payload import to_payload
from db.records import Assessment
from db.schema import AssessmentRow, Ranking
from db.store.upsert import batches, upsert


def save_assessments(session: Session, assessments: Iterable[Assessment], *, now: datetime) -> int:
    """Replace the current assessment of each subject and axis."""
    rows = [
        {
            "subject_kind": str(one.subject_kind),
            "subject_id": one.subject_id,
            "axis": str(one.axis),
            "scorer": one.scorer,
            "scorer_version": one.scorer_version,
            "status": str(one.status),
            "score": one.score,
            "low": one.low,
            "high": one.high,
            "reason": one.reason,
            "parts": [{"name": part.name, "score": part.score, **to_payload(part)} for part in one.parts],
            "evidence": [to_payload(evidence) for evidence in one.evidence],
            "input_hash": one.input_hash,
            "validated_on": one.validated_on,
            "name_difference": one.name_difference,
            "name_places": one.name_places,
            "assessed_at": now,
        }
        for one in assessments
    ]
    upsert(session, AssessmentRow, rows, key=("subject_kind", "subject_id", "axis"))
    return len(rows)


def save_rankings(session: Session, role: str, rows: Sequence[Mapping[str, Any]], *, now: datetime) -> int:
    """Make ``rows`` the whole ranking of a role; rows that say the same as before keep their time.

    Returns how many are new or say something else.
    """
    stored = {
        person_id: (row_id, digest)
        for row_id, person_id, digest in session.execute(
            select(Ranking.id, Ranking.person_id, Ranking.input_hash).where(Ranking.role == role)
        )
    }
    changed = [
        {"role": role, "ranked_at": now, **row}
        for row in rows
        if stored.get(row["person_id"], (None, None))[1] != row["input_hash"]
    ]
    upsert(session, Ranking, changed, key=("role", "person_id"))
    present = {row["person_id"] for row in rows}
    for ids in batches(row_id for person_id, (row_id, _) in stored.items() if person_id not in present):
        session.execute(delete(Ranking).where(Ranking.id.in_(ids)))
    return len(changed)


def drop_rankings(session: Session, roles: Collection[str]) -> dict[str, int]:
    """Remove the places of every role that is not among ``roles``; gives how many people stood in each that went.

    What people recorded themselves (stages, tags, notes, verdicts, what was delivered to whom) stays.
    """
    gone = Ranking.role.not_in(roles)
    counted = select(Ranking.role, func.count()).where(gone).group_by(Ranking.role).order_by(Ranking.role)
    found: dict[str, int] = {row[0]: row[1] for row in session.execute(counted)}
    if found:
        session.execute(delete(Ranking).where(gone))
    return found
