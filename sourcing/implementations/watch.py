"""When to look again for code that was promised, or that is gone: often at first, then less and less."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.schema import CodeWatch, Paper
from db.store.upsert import batches, upsert

FIRST = timedelta(days=3)
LONGEST = timedelta(days=180)
GIVEN_UP_AFTER = timedelta(days=3 * 365)


def next_check(since: datetime, checks: int) -> datetime | None:
    """When to look after ``checks`` looks in vain: 3, 6, 12 … days apart, at most 180; ``None`` after 3 years.

    Each look is that long after the one before it, so the first five are 3, 9, 21, 45 and 93 days after
    ``since``.
    """
    at = since
    for look in range(checks + 1):
        at += _pause(look)
    return at if at - since <= GIVEN_UP_AFTER else None


def next_check_of_gone(gone_since: datetime, checked_at: datetime) -> datetime:
    """When to ask again for a repository that is gone: 3 days later, then after as long as it has been gone for."""
    return checked_at + min(LONGEST, max(FIRST, checked_at - gone_since))


def _pause(look: int) -> timedelta:
    """How long before a look, counted from 0, it is waited."""
    return min(LONGEST, FIRST * float(2 ** min(look, 10)))


def save_promises(session: Session, promises: Mapping[int, str], now: datetime) -> set[int]:
    """Watch these papers; gives which are watched. ``promises``: row id → the words.

    One that is watched already keeps its schedule, and one that came so long ago that it would have been given up by
    now does not begin anew.
    """
    first = next_check(now, 0)
    watched: set[int] = set()
    for some in batches(promises):
        watched.update(
            session.scalars(
                select(Paper.id).where(Paper.id.in_(some), Paper.first_seen >= now - GIVEN_UP_AFTER)
            )
        )
    rows = [
        {"paper_id": one, "promise": promises[one][:300], "checks": 0, "next_check": first, "since": now}
        for one in sorted(watched)
    ]
    upsert(session, CodeWatch, rows, key=("paper_id",), update=())
    return watched


def save_found(session: Session, paper_ids: Iterable[int]) -> None:
    """Stop watching papers whose code has come."""
    for some in batches(paper_ids):
        session.execute(delete(CodeWatch).where(CodeWatch.paper_id.in_(some)))


def papers_due(session: Session, now: datetime, limit: int) -> list[int]:
    """Row ids of watched papers that are to be looked at, longest due first."""
    return list(
        session.scalars(
            select(CodeWatch.paper_id)
            .where(CodeWatch.next_check <= now)
            .order_by(CodeWatch.next_check, CodeWatch.paper_id)
            .limit(limit)
        )
    )


def fell_due(session: Session, now: datetime) -> dict[int, datetime]:
    """When each watched paper (row id) last fell due to be looked at; those that never did are left out.

    That holds before and after the look was noted, so a night that was stopped in between loses none.
    """
    found = {}
    for watch in session.scalars(select(CodeWatch)):
        if watch.next_check <= now:
            found[watch.paper_id] = watch.next_check
        elif watch.checks:
            found[watch.paper_id] = watch.next_check - _pause(watch.checks)
    return found


def save_looked(session: Session, paper_ids: Iterable[int], now: datetime) -> None:
    """Note that papers were looked at in vain; those promised too long ago are given up.

    A machine that was off for a month looks once, not once for every look it missed.
    """
    for some in batches(paper_ids):
        for watch in session.scalars(select(CodeWatch).where(CodeWatch.paper_id.in_(some))):
            watch.checks += 1
            planned = next_check(watch.since, watch.checks)
            while planned is not None and planned <= now:
                watch.checks += 1
                planned = next_check(watch.since, watch.checks)
            if planned is None:
                session.delete(watch)
            else:
                watch.next_check = planned
    session.flush()
