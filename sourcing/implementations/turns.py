"""Whose turn it is among the repositories that papers link: hosts are asked again and again, and rarer with time."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from db.queries.implementations import gone_repositories, repositories_to_ask_for
from db.schema import Repository
from sourcing.implementations.watch import next_check_of_gone

# A repository is asked about weekly in its first three months, then monthly; one that is gone less and less often.
_WEEKLY, _MONTHLY, _YOUNG = timedelta(days=7), timedelta(days=30), timedelta(days=90)


def repositories_due(session: Session, now: datetime, limit: int, *, github: bool) -> list[Repository]:
    """Repositories on GitHub, or elsewhere, whose turn it is: never asked first, then those that waited longest."""
    there = repositories_to_ask_for(
        session,
        checked_before=now - _WEEKLY,
        old_before=now - _YOUNG,
        old_checked_before=now - _MONTHLY,
        github=github,
        limit=limit,
    )
    gone = [
        one
        for one in gone_repositories(session, github=github)
        if one.gone_since is None
        or one.checked_at is None
        or next_check_of_gone(one.gone_since, one.checked_at) <= now
    ]
    return sorted((*there, *gone), key=lambda one: (one.checked_at is not None, one.checked_at or now))[
        :limit
    ]
