"""Who is new for a role since its last digest: nobody twice, except on material new evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.queries.shortlist import Candidate, ShortlistFilter, shortlist
from db.schema import DigestEntry

# How many points a score must have moved before somebody is shown again.
MATERIAL_CHANGE = 10.0


@dataclass(frozen=True, slots=True)
class News:
    """A candidate who is new for a role; ``again`` says what is new about somebody who was shown before."""

    candidate: Candidate
    again: str | None = None


def news_for(session: Session, role: str, *, now: datetime, top: int = 25) -> list[News]:
    """The best ``top`` candidates of a role who were not shown yet, or of whom there is new evidence."""
    before = _last_shown(session, role)
    found: list[News] = []
    for one in shortlist(session, ShortlistFilter(role=role, top=None), now=now):
        shown = before.get(one.row_id)
        if shown is None:
            found.append(News(one))
        elif (said := what_is_new(one, shown)) is not None:
            found.append(News(one, said))
        if len(found) == top:
            break
    return found


def save_shown(session: Session, role: str, news: Sequence[News], *, now: datetime) -> None:
    """Remember that these people were shown, and with which evidence."""
    session.add_all(
        DigestEntry(role=role, person_id=one.candidate.row_id, evidence=evidence_of(one.candidate), at=now)
        for one in news
    )


def evidence_of(one: Candidate) -> dict[str, Any]:
    """What a candidate was shown with, for telling later whether something is new."""
    return {
        "score": one.score,
        "best_paper_id": one.best_paper_id,
        "repository_url": one.repository_url,
        "decision": one.decision,
    }


def what_is_new(one: Candidate, shown: dict[str, Any]) -> str | None:
    """What is materially new since a candidate was last shown, as a sentence fragment."""
    if one.repository_url and not shown.get("repository_url"):
        return f"code has appeared: {one.repository_url}"
    if one.decision and one.decision != shown.get("decision"):
        return f"decision at {one.venue}: {one.decision}" if one.venue else f"decision: {one.decision}"
    if one.best_paper_id != shown.get("best_paper_id"):
        return f"a better paper: “{one.best_paper_title}”"
    was = shown.get("score")
    if was is not None and one.score is not None and one.score - was >= MATERIAL_CHANGE:
        return f"score rose from {was:.0f} to {one.score:.0f}"
    return None


def _last_shown(session: Session, role: str) -> dict[int, dict[str, Any]]:
    newest = select(func.max(DigestEntry.id)).where(DigestEntry.role == role).group_by(DigestEntry.person_id)
    rows = session.execute(
        select(DigestEntry.person_id, DigestEntry.evidence).where(DigestEntry.id.in_(newest))
    )
    return {row.person_id: row.evidence for row in rows}
