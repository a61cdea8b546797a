"""Whether a repository is there, as its host answered git.

GitHub is asked about its repositories through its API; of other hosts nobody else would tell.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from db.kinds import GONE
from db.records import RepositoryRecord, RepositoryStatus
from db.schema import Repository
from db.store.repositories import confirm_repositories, save_repositories
from sourcing.checkout.limits import NOTHING_THERE, Refusal

SOURCE = "git"
TERMS = "that a public repository is there or is not, as its host answers anybody"
# Refused, but there.
_THERE = frozenset({Refusal.EMPTY, Refusal.TOO_LARGE})


def save_presence(session: Session, row_id: int, refusal: Refusal | None, why: str, *, now: datetime) -> None:
    """Note since when a repository is gone, or that it is there; what says neither is left out."""
    repository = session.get_one(Repository, row_id)
    if refusal in NOTHING_THERE:
        _save(session, repository, RepositoryStatus(str(refusal)), why, now)
    elif refusal is None or refusal in _THERE:
        if repository.status in GONE:
            _save(session, repository, RepositoryStatus.LIVE, None, now)
        elif not repository.key.startswith("github.com/"):
            confirm_repositories(session, [repository.key], at=now)


def _save(
    session: Session, repository: Repository, status: RepositoryStatus, why: str | None, now: datetime
) -> None:
    record = RepositoryRecord(
        source=SOURCE, key=repository.key, url=repository.url, status=status, status_reason=why
    )
    save_repositories(session, [record], terms=TERMS, fetched_at=now)
