"""What ``status`` shows: runs, sources, freshness, counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from db.queries.lineage import survivors
from db.schema import (
    AssessmentRow,
    CursorRow,
    Implementation,
    MaybeSame,
    Paper,
    Person,
    Repository,
    Run,
    RunSource,
    Suppression,
)

RUNS_SHOWN = 7
STALE_AFTER = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """How one source stands: its last run, and the age of what it last gave."""

    source: str
    status: str
    fetched: int
    new: int
    changed: int
    warnings: dict[str, int]
    error: str | None
    at: datetime
    stale: bool


@dataclass(frozen=True, slots=True)
class Status:
    """Everything that ``status`` shows."""

    counts: dict[str, int]
    runs: tuple[dict[str, Any], ...]
    sources: tuple[SourceStatus, ...]
    cursors: tuple[dict[str, Any], ...]

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        from dataclasses import asdict

        return asdict(self)


def read_status(session: Session, *, now: datetime, running: bool) -> Status:
    """Read the status of the database. ``running`` says whether a run is at work: one that was killed could not close
    its row, and the next run will."""
    counts = {
        "papers": _count(session, Paper, Paper.merged_into.is_(None)),
        "people": _count(session, Person, Person.merged_into.is_(None)),
        "repositories": _count(session, Repository),
        "implementations": _count(session, Implementation),
        "assessments": _count(session, AssessmentRow),
        "maybe_same": _count_in_doubt(session),
        "suppressed_keys": _count(session, Suppression),
    }

    def ended(status: str) -> str:
        return "broken off" if status == "running" and not running else status

    runs = tuple(
        {
            "id": run.id,
            "verb": run.verb,
            "status": ended(run.status),
            "started_at": run.started_at,
            "finished_at": run.finished_at,
            "message": run.message,
            "counts": run.counts,
        }
        for run in session.scalars(select(Run).order_by(Run.id.desc()).limit(RUNS_SHOWN))
    )
    latest = select(func.max(RunSource.id)).group_by(RunSource.source)
    given = (
        select(RunSource, Run.verb)
        .join(Run, Run.id == RunSource.run_id)
        .where(RunSource.id.in_(latest))
        .order_by(RunSource.source)
    )
    sources = tuple(
        SourceStatus(
            row.source, ended(row.status), row.fetched, row.new, row.changed, row.warnings, row.error, row.updated_at,
            # Nobody expects a file to come again.
            stale=verb != "import" and now - row.updated_at > STALE_AFTER,
        )
        for row, verb in session.execute(given)
    )  # fmt: skip
    cursors = tuple(
        {"source": row.source, "scope": row.scope, "value": row.value, "updated_at": row.updated_at}
        for row in session.scalars(select(CursorRow).order_by(CursorRow.source, CursorRow.scope))
    )
    return Status(counts, runs, sources, cursors)


def _count(session: Session, table: type[Any], *where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*where)) or 0


def _count_in_doubt(session: Session) -> int:
    """Pairs that ``duplicates`` lists: nobody has decided, and they have not become one by another way."""
    merged = survivors(session)
    pairs = session.execute(
        select(MaybeSame.person_id, MaybeSame.other_id).where(MaybeSame.decision.is_(None))
    )
    return sum(merged.get(one, one) != merged.get(other, other) for one, other in pairs)
