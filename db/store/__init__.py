"""The store: a page goes in whole, with its cursor, in one transaction, or not at all."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from db.records import Achievement, DeletedRecord, Page, PaperRecord, PersonRecord, RepositoryRecord
from db.store.papers import Counts, save_deletions, save_papers
from db.store.people import save_achievements, save_profiles
from db.store.repositories import confirm_repositories, save_repositories
from db.store.runs import save_cursor, save_source_progress
from db.suppression import Suppressor


@dataclass(frozen=True, slots=True)
class Saved:
    """What one page brought: records fetched, new, changed, and withheld because the person is suppressed."""

    fetched: int
    new: int
    changed: int
    withheld: int


def save_page(session: Session, page: Page, *, suppressor: Suppressor, run_id: int | None = None) -> Saved:
    """Save a page's records, its cursor and its counts, then commit.

    Saving a page twice leaves the database as after the first time, but for the time of fetching. On any
    error the transaction is rolled back and nothing of the page is kept.
    """
    with _no_garbage():
        return _save_page(session, page, suppressor, run_id)


@contextmanager
def _no_garbage() -> Iterator[None]:
    """Pause the collector of cycles: a page makes rows by the ten thousand and no cycle, and each pass over them costs
    an eighth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _save_page(session: Session, page: Page, suppressor: Suppressor, run_id: int | None) -> Saved:
    records = [suppressor.redact(record) for record in page.records]
    kept = [record for record in records if record is not None]
    terms, at = page.terms, page.fetched_at
    total = Counts()
    try:
        for counts in (
            save_papers(
                session, [one for one in kept if isinstance(one, PaperRecord)], terms=terms, fetched_at=at
            ),
            save_repositories(
                session,
                [one for one in kept if isinstance(one, RepositoryRecord)],
                terms=terms,
                fetched_at=at,
            ),
            save_profiles(
                session, [one for one in kept if isinstance(one, PersonRecord)], terms=terms, fetched_at=at
            ),
            save_achievements(
                session, [one for one in kept if isinstance(one, Achievement)], terms=terms, fetched_at=at
            ),
        ):
            total.new += counts.new
            total.changed += counts.changed
        gone = [one for one in kept if isinstance(one, DeletedRecord)]
        total.changed += save_deletions(session, gone, fetched_at=page.fetched_at)
        confirm_repositories(session, page.confirmed, at=at)
        if page.cursor is not None:
            save_cursor(session, page.cursor, now=page.fetched_at)
        if run_id is not None:
            save_source_progress(
                session,
                run_id,
                page.source,
                now=page.fetched_at,
                pages=1,
                fetched=len(page.records),
                new=total.new,
                changed=total.changed,
                warnings=page.warnings,
            )
        session.commit()
    except BaseException:
        session.rollback()
        raise
    return Saved(len(page.records), total.new, total.changed, len(records) - len(kept))
