"""What ``status`` shows: runs, sources, freshness, counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rich.table import Table as TextTable
from sqlalchemy import func, select
from sqlalchemy.orm import Session

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


def read_status(session: Session, *, now: datetime) -> Status:
    """Read the status of the database."""
    tables = {
        "papers": Paper,
        "people": Person,
        "repositories": Repository,
        "implementations": Implementation,
        "assessments": AssessmentRow,
        "maybe_same": MaybeSame,
        "suppressed_keys": Suppression,
    }
    counts = {
        name: session.scalar(select(func.count()).select_from(table)) or 0 for name, table in tables.items()
    }
    runs = tuple(
        {
            "id": run.id,
            "verb": run.verb,
            "status": run.status,
            "started_at": run.started_at,
            "finished_at": run.finished_at,
            "message": run.message,
            "counts": run.counts,
        }
        for run in session.scalars(select(Run).order_by(Run.id.desc()).limit(RUNS_SHOWN))
    )
    latest = select(func.max(RunSource.id)).group_by(RunSource.source)
    sources = tuple(
        SourceStatus(
            row.source, row.status, row.fetched, row.new, row.changed, row.warnings, row.error, row.updated_at,
            stale=now - row.updated_at > STALE_AFTER,
        )
        for row in session.scalars(select(RunSource).where(RunSource.id.in_(latest)).order_by(RunSource.source))
    )  # fmt: skip
    cursors = tuple(
        {"source": row.source, "scope": row.scope, "value": row.value, "updated_at": row.updated_at}
        for row in session.scalars(select(CursorRow).order_by(CursorRow.source, CursorRow.scope))
    )
    return Status(counts, runs, sources, cursors)


def status_tables(status: Status) -> Iterator[TextTable]:
    """The status as tables for a terminal."""
    held = TextTable(title="In the database", title_justify="left", show_header=False)
    for name, count in status.counts.items():
        held.add_row(name.replace("_", " "), f"{count:,}")
    yield held
    runs = TextTable(
        "run", "verb", "started", "status", "what happened", title="Last runs", title_justify="left"
    )
    for run in status.runs:
        said = run["message"] or ", ".join(f"{name} {value}" for name, value in run["counts"].items())
        runs.add_row(str(run["id"]), run["verb"], f"{run['started_at']:%Y-%m-%d %H:%M}", run["status"], said)
    yield runs
    sources = TextTable(
        "source",
        "status",
        "fetched",
        "new",
        "changed",
        "last",
        "remarks",
        title="Sources",
        title_justify="left",
    )
    for one in status.sources:
        remarks = [one.error] if one.error else []
        remarks += [f"{name} × {count}" for name, count in one.warnings.items()]
        if one.stale:
            remarks.append("stale")
        sources.add_row(
            one.source, one.status, str(one.fetched), str(one.new), str(one.changed), f"{one.at:%Y-%m-%d %H:%M}",
            "; ".join(remarks),
        )  # fmt: skip
    yield sources
