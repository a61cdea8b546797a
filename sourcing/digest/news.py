"""Who is new for a role since its last digest: nobody twice, except on material new evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.queries.candidates import Candidate, load_candidates
from db.queries.lineage import survivors
from db.queries.shortlist import ShortlistFilter, shortlist_ids
from db.queries.spoken_for import ever_at
from db.records import Axis
from db.schema import DigestEntry, Implementation, Paper, Repository, Snapshot, Verdict

# With these the matter is closed: a morning's list is for people one may still write to.
CLOSED = frozenset({"hired", "rejected", "declined"})


@dataclass(frozen=True, slots=True)
class News:
    """A candidate who is new for a role; ``again`` says what is new about somebody who was shown before."""

    candidate: Candidate
    again: str | None = None


@dataclass(frozen=True, slots=True)
class Morning:
    """Who is shown for a role, best first; ``waiting`` are as many more who are new, for the next mornings."""

    news: Sequence[News]
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """When somebody was last shown for a role, and with what."""

    at: datetime
    evidence: Mapping[str, Any]


def news_for(session: Session, wanted: ShortlistFilter, *, now: datetime, top: int = 25) -> Morning:
    """The best ``top`` candidates that pass ``wanted`` and were not shown yet, or of whom there is new evidence.

    Whom the hiring manager turned down for the role is not shown again.
    """
    before = last_shown(session, wanted.role)
    closed = ever_at(session, CLOSED) | turned_down(session, wanted.role)
    everybody = [one for one in shortlist_ids(session, wanted, now=now) if one not in closed]
    unseen = [one for one in everybody if one not in before]
    known = [one for one in everybody if one in before]
    places = {person_id: place for place, person_id in enumerate(everybody)}
    news = [News(one) for one in load_candidates(session, wanted.role, unseen[:top], now=now)]
    for one in load_candidates(session, wanted.role, known, now=now):
        said = what_is_new(session, one, before[one.row_id])
        if said is not None:
            news.append(News(one, said))
    shown = sorted(news, key=lambda one: places[one.candidate.row_id])[:top]
    return Morning(shown, waiting=len(unseen) - sum(one.again is None for one in shown))


def turned_down(session: Session, role: str) -> set[int]:
    """Whom the last verdict for this role, or for no role in particular, says no to."""
    merged = survivors(session)
    last: dict[int, str] = {}
    for person_id, verdict in session.execute(
        select(Verdict.person_id, Verdict.verdict)
        .where((Verdict.role == role) | Verdict.role.is_(None))
        .order_by(Verdict.id)
    ):
        last[merged.get(person_id, person_id)] = verdict
    return {person_id for person_id, verdict in last.items() if verdict == "no"}


def last_digest(session: Session, role: str, *, now: datetime) -> tuple[datetime, list[News]] | None:
    """When the last digest of a role was made, and whom it showed: for looking at it again."""
    newest = session.scalar(select(func.max(DigestEntry.at)).where(DigestEntry.role == role))
    if newest is None:
        return None
    merged = survivors(session)
    said: dict[int, str | None] = {}
    for person_id, evidence in session.execute(
        select(DigestEntry.person_id, DigestEntry.evidence)
        .where(DigestEntry.role == role, DigestEntry.at == newest)
        .order_by(DigestEntry.id)
    ):
        said[merged.get(person_id, person_id)] = evidence.get("again")
    found = load_candidates(session, role, list(said), now=now)
    return newest, [News(one, said[one.row_id]) for one in found]


def save_shown(session: Session, role: str, news: Sequence[News], *, now: datetime) -> None:
    """Remember that these people were shown, and with which evidence."""
    session.add_all(
        DigestEntry(
            role=role,
            person_id=one.candidate.row_id,
            evidence={**evidence_of(one.candidate), "again": one.again},
            at=now,
        )
        for one in news
    )


def evidence_of(one: Candidate) -> dict[str, Any]:
    """What a candidate was shown with, for telling later whether something is new."""
    return {
        "score": one.score,
        "best_paper_id": one.best_paper_id,
        "repository": one.repository_key,
        "code_was_read": one.axis(Axis.CODE_QUALITY) is not None,
        "decision": one.decision,
    }


def what_is_new(session: Session, one: Candidate, shown: Shown) -> str | None:
    """What has come to light since a candidate was last shown, as a sentence fragment; ``None`` if nothing material.

    Only evidence counts. A score that moved because somebody changed the weights of a role, or because a scorer was
    improved, brings nobody back.
    """
    was = shown.evidence
    if one.repository_key and one.repository_key != was.get("repository"):
        linked = session.scalar(
            select(func.min(Implementation.first_seen))
            .join(Repository, Repository.id == Implementation.repository_id)
            .where(Repository.key == one.repository_key)
        )
        if linked is not None and linked > shown.at:
            return f"code has appeared: {one.repository_key}"
    elif one.repository_key and was.get("code_was_read") is False and _read_since(session, one, shown.at):
        return f"the code has been read, and counts as {one.axis(Axis.CODE_QUALITY):.0f} of 100"
    if one.best_paper_id is None:
        return None
    if one.best_paper_id != was.get("best_paper_id"):
        seen = session.scalar(select(Paper.first_seen).where(Paper.public_id == one.best_paper_id))
        return f"a new paper: “{one.best_paper_title}”" if seen is not None and seen > shown.at else None
    if one.decision and one.decision != was.get("decision"):
        return f"{one.venue} has decided: {one.decision}" if one.venue else f"decision: {one.decision}"
    return None


def _read_since(session: Session, one: Candidate, at: datetime) -> bool:
    """Whether the code of a candidate was read for the first time after a moment, and could be scored."""
    if one.axis(Axis.CODE_QUALITY) is None:
        return False
    first = session.scalar(
        select(func.min(Snapshot.taken_at))
        .join(Repository, Repository.id == Snapshot.repository_id)
        .where(Repository.key == one.repository_key, Snapshot.status == "read")
    )
    return first is not None and first > at


def last_shown(session: Session, role: str) -> dict[int, Shown]:
    """Who was shown for a role, with the evidence of the last time."""
    merged = survivors(session)
    newest = select(func.max(DigestEntry.id)).where(DigestEntry.role == role).group_by(DigestEntry.person_id)
    found: dict[int, Shown] = {}
    for row in session.execute(
        select(DigestEntry.person_id, DigestEntry.evidence, DigestEntry.at)
        .where(DigestEntry.id.in_(newest))
        .order_by(DigestEntry.id)
    ):
        found[merged.get(row.person_id, row.person_id)] = Shown(row.at, row.evidence)
    return found
