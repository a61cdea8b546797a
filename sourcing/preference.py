"""The recruiter's likes and dislikes: recorded with who and when, learned from when candidates are ranked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from db.queries.preferences import DISLIKED, LIKED, JudgedPaper, judged_papers
from db.schema import AuditEvent, Paper, PreferenceEvent
from ranking.pull import LEAST_LIKES, Pull
from sourcing.app import App

if TYPE_CHECKING:
    from ranking.originality.text import PaperText

SAID = {LIKED: "liked", DISLIKED: "disliked"}
_ACTIONS = {LIKED: "like", DISLIKED: "dislike"}


def save_preference(
    session: Session, papers: Iterable[Paper], preference: int, *, by: str, now: datetime
) -> list[Paper]:
    """Record that papers are liked, disliked or neither; gives those of which that was not so before.

    Append-only: the last event about a paper counts, the earlier ones stay.
    """
    stands = {one.row_id: one.verdict for one in judged_papers(session)}
    changed = [paper for paper in papers if stands.get(paper.id, 0) != preference]
    for paper in changed:
        session.add(PreferenceEvent(paper_id=paper.id, verdict=preference, at=now, by=by))
        action = _ACTIONS.get(preference, "take back")
        session.add(AuditEvent(at=now, by=by, action=action, subject=paper.public_id, details={}))
    session.flush()
    return changed


def learned_pulls(app: App, session: Session) -> Mapping[str, Pull]:
    """What the likes say of papers, by public id; nothing with fewer than three likes.

    Adds papers to the corpus index that it does not know yet, so the caller holds the run's lock.
    """
    judged = judged_papers(session)
    if not learns(judged):
        return {}
    from ranking.originality import OriginalityScorer
    from ranking.preference import PreferenceModel
    from sourcing.assess.papers import grown_corpus

    corpus = grown_corpus(app, session, OriginalityScorer.load().version)
    liked, disliked = _texts_of(judged, LIKED), _texts_of(judged, DISLIKED)
    return PreferenceModel.fit(liked, disliked, corpus).pulls()


def learns(judged: Iterable[JudgedPaper]) -> bool:
    """Whether there are likes enough to learn from."""
    return sum(one.verdict == LIKED for one in judged) >= LEAST_LIKES


def effect_of(judged: Sequence[JudgedPaper]) -> str:
    """What the likes do now, as a sentence."""
    likes = sum(one.verdict == LIKED for one in judged)
    if learns(judged):
        return f"{likes} likes: their first authors, and papers near them, are placed higher"
    if not judged:
        return f"no paper is liked yet; from {LEAST_LIKES} likes on, their first authors and papers near them rise"
    said = "1 like changes" if likes == 1 else f"{likes} likes change"
    return (
        f"{said} nothing yet: {LEAST_LIKES - likes} more, and their first authors and papers near them rise"
    )


def _texts_of(judged: Iterable[JudgedPaper], preference: int) -> list[PaperText]:
    from ranking.originality.text import PaperText

    return [
        PaperText(id=one.id, title=one.title, abstract=one.abstract or "", published=one.published)
        for one in judged
        if one.verdict == preference
    ]
