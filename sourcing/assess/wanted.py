"""Which repositories are to be read, and what has to be known of each before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.batches import batches
from db.queries.pending import last_commits, repositories_to_read
from db.schema import Implementation, Repository
from ranking.code_quality.issues import OutsideIssues
from sourcing.implementations.turns import repositories_due
from sourcing.implementations.watch import fell_due
from sourcing.privacy.names_behind import names_behind

# A repository that could not be read is tried again after so long; most such faults are no accident of a night.
RETRY_AFTER = timedelta(days=7)
# One whose host did not answer is tried again the next night.
RETRY_UNREACHABLE_AFTER = timedelta(hours=12)
# How many repositories a night looks at.
MOST_LOOKS = 300


@dataclass(frozen=True, slots=True)
class WantedCode:
    """A repository to read: what it was forked from (``None``: no fork; empty: not known), the linked folders,
    its issues as last counted, and the names of whoever is behind it.

    ``seen`` is the commit that was read last, where its host is only asked whether there is another: one that tells
    nothing of a push, nor that a repository is gone, unless it is asked.
    """

    row_id: int
    key: str
    parent: str | None
    folders: tuple[str, ...]
    issues: OutsideIssues | None
    names: frozenset[str]
    seen: str | None = None


def code_to_read(session: Session, scorer_version: str, now: datetime) -> list[int]:
    """Row ids of the repositories that a night would read."""
    return repositories_to_read(
        session,
        scorer_version,
        retry_before=now - RETRY_AFTER,
        retry_unreachable_before=now - RETRY_UNREACHABLE_AFTER,
        promised=fell_due(session, now),
    )


def code_to_look_at(session: Session, now: datetime, read: Collection[int]) -> list[int]:
    """Row ids of the repositories elsewhere than on GitHub that a night would look at; those that it reads left out."""
    due = repositories_due(session, now, MOST_LOOKS, github=False)
    return [one.id for one in due if one.id not in set(read)]


def wanted_code(session: Session, ids: Sequence[int], looks: Collection[int] = ()) -> list[WantedCode]:
    """What has to be known of repositories (row ids) before they are read, by row id; ``looks`` are only looked at."""
    seen = last_commits(session, looks)
    folders: dict[int, list[str]] = {}
    found = []
    for some in batches(sorted({*ids, *looks})):
        for repository_id, folder in session.execute(
            select(Implementation.repository_id, Implementation.subdirectory)
            .where(Implementation.repository_id.in_(some), Implementation.subdirectory.is_not(None))
            .order_by(Implementation.subdirectory)
            .distinct()
        ):
            folders.setdefault(repository_id, []).append(folder or "")
        for row in session.scalars(select(Repository).where(Repository.id.in_(some)).order_by(Repository.id)):
            parent = (row.parent_key or "") if row.is_fork else None
            found.append(
                WantedCode(
                    row.id, row.key, parent, tuple(folders.get(row.id, ())), _issues(row),
                    names_behind(session, row.id), seen.get(row.id),
                )
            )  # fmt: skip
    return found


def _issues(row: Repository) -> OutsideIssues | None:
    if row.issues_outside is None or row.issues_answered is None or not row.has_issues:
        return None
    return OutsideIssues(opened=row.issues_outside, answered=row.issues_answered, since=row.issues_since)
