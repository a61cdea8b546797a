"""Looking at people blind, and the record of it when they are looked at again with their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.schema import AuditEvent

BLIND, REVEAL = "blind", "reveal"


def save_blind(session: Session, people: Sequence[str], *, by: str, now: datetime) -> None:
    """Record that somebody looked at people (public ids) blind."""
    session.add_all(AuditEvent(at=now, by=by, action=BLIND, subject=one, details={}) for one in people)


def looked_at_blind(session: Session, people: Sequence[str], *, by: str) -> list[str]:
    """Which of these people (public ids) somebody has looked at blind, and not by name since."""
    newest = (
        select(func.max(AuditEvent.id))
        .where(AuditEvent.subject.in_(people), AuditEvent.action.in_((BLIND, REVEAL)), AuditEvent.by == by)
        .group_by(AuditEvent.subject)
    )
    hidden = select(AuditEvent.subject).where(AuditEvent.id.in_(newest), AuditEvent.action == BLIND)
    return sorted(one for one in session.scalars(hidden) if one is not None)


def save_revealed(session: Session, people: Sequence[str], verb: str, *, by: str, now: datetime) -> None:
    """Record that somebody sees people by name whom they had looked at blind."""
    session.add_all(
        AuditEvent(at=now, by=by, action=REVEAL, subject=one, details={"with": verb}) for one in people
    )


def blinded(found: Mapping[str, Any], whys: Mapping[str, str]) -> dict[str, Any]:
    """Of a person as :func:`db.queries.show.show` gives them, what says how good they are and not who they are.

    Evidence goes too: it quotes titles, and lines of repositories that a search finds. ``whys`` says for each role why
    they stand there, as the blind list does.
    """
    return {
        "kind": found["kind"],
        "id": found["id"],
        "roles": [{**one, "why": whys.get(one["role"], ""), "lift": 0.0} for one in found["roles"]],
        "ladder": [{"rung": one["rung"], "seen": one["seen"]} for one in found.get("ladder", ())],
        "works": [
            {
                "title": f"Paper {place}",
                "first_author": True,
                "scores": [_bare(score) for score in work["scores"]],
                "repositories": [
                    {"scores": [_bare(score) for score in one["scores"]]} for one in work["repositories"]
                ],
            }
            for place, work in enumerate((one for one in found["works"] if one["first_author"]), start=1)
        ],
    }


def _bare(score: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: score[name] for name in ("axis", "status", "score", "low", "high")}
    return {**kept, "parts": [{"name": one["name"], "score": one.get("score")} for one in score["parts"]]}
