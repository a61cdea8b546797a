"""Which papers the recruiter likes and dislikes: the last event about a paper counts, all of them are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.lineage import standing
from db.schema import Paper, PreferenceEvent

LIKED, TAKEN_BACK, DISLIKED = 1, 0, -1


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedPaper:
    """A paper with what was last said about it: ``verdict`` is 1 (liked), -1 (disliked) or 0 (taken back)."""

    row_id: int
    id: str
    title: str
    abstract: str | None
    published: datetime | None
    url: str
    verdict: int
    at: datetime
    by: str


def judged_papers(session: Session) -> list[JudgedPaper]:
    """Papers that are liked or disliked now, in the order in which that was last said."""
    last = {event.row_id: event for event in preference_history(session)}
    found = [event for event in last.values() if event.verdict != TAKEN_BACK]
    return sorted(found, key=lambda one: (one.at, one.id))


def preference_history(session: Session) -> list[JudgedPaper]:
    """Everything that was ever said, oldest first; of merged papers the one that stands for them now."""
    rows = session.execute(
        select(PreferenceEvent.verdict, PreferenceEvent.at, PreferenceEvent.by, Paper)
        .join(Paper, Paper.id == PreferenceEvent.paper_id)
        .order_by(PreferenceEvent.id)
    ).all()
    found = []
    for verdict, at, by, printed in rows:
        paper = standing(session, printed)
        found.append(
            JudgedPaper(
                row_id=paper.id, id=paper.public_id, title=paper.title, abstract=paper.abstract,
                published=paper.published, url=paper.url, verdict=verdict, at=at, by=by,
            )
        )  # fmt: skip
    return found
