"""Exports: candidates as a CSV that an applicant-tracking system imports, and the record of what left the house."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from db.queries.shortlist import Candidate
from db.schema import AuditEvent, ExportBatch, ExportedPerson
from sourcing.export import generic
from sourcing.export.cells import escape
from sourcing.export.select import Allowed, choose

__all__ = ["Allowed", "choose", "save_csv", "save_export", "to_csv"]


def to_csv(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """RFC 4180: a header, CRLF line ends, quotes where they are needed; dangerous cells escaped."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([escape(row.get(column, "")) for column in columns])
    return buffer.getvalue()


def save_csv(path: Path, content: str) -> None:
    """Write a whole file or none: a reader never meets half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(content)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def save_export(
    session: Session, candidates: Sequence[Candidate], path: Path, *, role: str | None, by: str, now: datetime
) -> None:
    """Write the generic CSV and remember who was in it; both or neither."""
    batch = ExportBatch(preset="generic", role=role, path=str(path), rows=len(candidates), at=now, by=by)
    session.add(batch)
    session.flush()
    for one in candidates:
        session.add(ExportedPerson(batch_id=batch.id, person_id=one.row_id))
    details = {"preset": "generic", "role": role, "path": str(path), "rows": len(candidates)}
    session.add(AuditEvent(at=now, by=by, action="export", details=details))
    session.flush()
    save_csv(path, to_csv(generic.COLUMNS, (generic.row(one) for one in candidates)))
    session.commit()
