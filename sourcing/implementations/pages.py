"""Papers' own project pages: each waits for its turn, however many come at once, and is asked for a few times."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from db.batches import batches
from db.queries.implementations import without_official
from db.records import PaperRecord
from db.schema import PageWait, Paper, RecordRow
from db.store.upsert import upsert
from sourcing.implementations.statements import project_pages
from sourcing.retries import NO_ACCIDENT, PAUSES, next_try
from spiders.parsing.project_page import SOURCE, page_key


def save_page_waits(session: Session, papers: Mapping[int, PaperRecord], now: datetime) -> None:
    """Let those of the papers wait that name a page; one that waits already, or was given up, begins anew only where
    its paper names another page now."""
    pages = {paper_id: page_key(urls[0]) for paper_id, one in papers.items() if (urls := project_pages(one))}
    for some in batches(papers):
        before = session.execute(
            select(PageWait.paper_id, PageWait.page).where(PageWait.paper_id.in_(some))
        ).all()
        others = [row.paper_id for row in before if pages.get(row.paper_id) != row.page]
        session.execute(delete(PageWait).where(PageWait.paper_id.in_(others)))
    rows = [
        {"paper_id": paper_id, "page": page, "tries": 0, "next_try": now} for paper_id, page in pages.items()
    ]
    upsert(session, PageWait, rows, key=("paper_id",), update=())


def papers_whose_page_is_due(session: Session, now: datetime, limit: int) -> tuple[list[int], int]:
    """Papers (row ids) without an official repository whose page is not read yet: the longest due first, of one night
    the newest; and how many more there are than ``limit``."""
    read = exists().where(
        RecordRow.paper_id == Paper.id, RecordRow.source == SOURCE, RecordRow.source_key == PageWait.page
    )
    due = (
        PageWait.next_try <= now,
        Paper.withdrawn.is_(False),
        Paper.merged_into.is_(None),
        without_official(),
        ~read,
    )
    waiting = session.scalar(select(func.count()).join_from(PageWait, Paper).where(*due)) or 0
    found = session.scalars(
        select(Paper.id)
        .join_from(PageWait, Paper)
        .where(*due)
        .order_by(PageWait.next_try, Paper.published.desc(), Paper.id)
        .limit(limit)
    ).all()
    return list(found), waiting - len(found)


def save_pages_asked(session: Session, paper_ids: Collection[int], now: datetime) -> int:
    """Note that the pages of these papers were asked for: those that came wait no more, the others for another try.

    Gives how many are given up.
    """
    waits: list[PageWait] = []
    came: set[int] = set()
    for some in batches(paper_ids):
        waits += session.scalars(select(PageWait).where(PageWait.paper_id.in_(some)))
        came |= set(
            session.scalars(
                select(PageWait.paper_id)
                .join(RecordRow, RecordRow.paper_id == PageWait.paper_id)
                .where(
                    PageWait.paper_id.in_(some),
                    RecordRow.source == SOURCE,
                    RecordRow.source_key == PageWait.page,
                )
            )
        )
    most = len(PAUSES) if not came and len(waits) >= NO_ACCIDENT else len(PAUSES) + 1
    given_up = 0
    for wait in waits:
        wait.tries = min(wait.tries + 1, most)
        wait.next_try = None if wait.paper_id in came else next_try(now, wait.tries)
        given_up += wait.paper_id not in came and wait.next_try is None
    session.flush()
    return given_up
