"""Runs, what each source gave, and cursors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.records import Cursor
from db.schema import CursorRow, Run, RunSource
from db.store.upsert import upsert


def save_run_start(session: Session, verb: str, arguments: Mapping[str, Any], *, now: datetime) -> Run:
    """Open a run. Runs that were left ``running`` by a kill are marked as interrupted, and so are their sources."""
    for left in session.scalars(select(Run).where(Run.status == "running")):
        left.status, left.message = "interrupted", "stopped without a word (killed or power cut)"
        left.finished_at = now
    session.execute(update(RunSource).where(RunSource.status == "running").values(status="interrupted"))
    run = Run(verb=verb, arguments=dict(arguments), status="running", counts={}, started_at=now)
    session.add(run)
    session.flush()
    return run


def save_run_end(
    session: Session,
    run_id: int,
    status: str,
    *,
    now: datetime,
    counts: Mapping[str, Any],
    message: str | None,
) -> None:
    """Close a run with how it went. A source that it was still reading was interrupted."""
    run = session.get_one(Run, run_id)
    run.status, run.finished_at, run.counts, run.message = status, now, dict(counts), message
    session.execute(
        update(RunSource)
        .where(RunSource.run_id == run_id, RunSource.status == "running")
        .values(status="interrupted")
    )


def save_source_progress(
    session: Session,
    run_id: int,
    source: str,
    *,
    now: datetime,
    pages: int = 0,
    fetched: int = 0,
    new: int = 0,
    changed: int = 0,
    warnings: Mapping[str, int] | None = None,
    status: str | None = None,
    error: str | None = None,
) -> None:
    """Add to what a source gave in a run; ``status`` and ``error`` overwrite."""
    row = session.scalar(select(RunSource).where(RunSource.run_id == run_id, RunSource.source == source))
    if row is None:
        row = RunSource(
            run_id=run_id, source=source, status="running", warnings={}, pages=0, fetched=0, new=0, changed=0,
            updated_at=now,
        )  # fmt: skip
        session.add(row)
    row.pages += pages
    row.fetched += fetched
    row.new += new
    row.changed += changed
    if warnings:
        row.warnings = dict(Counter(row.warnings) + Counter(warnings))
    row.status = status or row.status
    row.error = error if error is not None else row.error
    row.updated_at = now
    session.flush()


def save_cursor(session: Session, cursor: Cursor, *, now: datetime) -> None:
    """Remember how far a source has been read."""
    row = {"source": cursor.source, "scope": cursor.scope, "value": cursor.value, "updated_at": now}
    upsert(session, CursorRow, [row], key=("source", "scope"))
