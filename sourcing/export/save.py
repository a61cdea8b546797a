"""Letting a file out of the house, and remembering who was in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from db.queries.candidates import Candidate
from db.schema import AuditEvent, ExportBatch, ExportedPerson
from db.store.upsert import insert_rows
from sourcing.export.csv_file import files_of, fit_file_name, save_text
from sourcing.export.preset import Preset


def save_export(
    session: Session,
    candidates: Sequence[Candidate],
    preset: Preset,
    path: Path,
    *,
    role: str | None,
    by: str,
    now: datetime,
    fixed: Mapping[str, str] | None = None,
) -> list[Path]:
    """Write the sheet of ``candidates`` and commit who was in it; both or neither.

    Gives the files written: several where the importer's limit asks for it. ``fixed`` fills columns of the preset with
    one value in all rows (the stage or pool of an applicant-tracking system); further columns come last where the
    preset allows custom ones. Raises ``KeyError`` for a column that it does not have.
    """
    further = [column for column in fixed or {} if column not in preset.columns]
    if further and not preset.custom:
        raise KeyError(further[0])
    preset = replace(preset, columns=(*preset.columns, *further))
    # Where it lies must be found again from any folder, to take somebody out of it.
    path = path.with_name(fit_file_name(preset, path.name)).absolute()
    rows = [{**preset.row(one), **(fixed or {})} for one in candidates]
    files = list(files_of(preset, rows, path))
    batch = ExportBatch(preset=preset.name, role=role, path=str(path), rows=len(rows), at=now, by=by)
    session.add(batch)
    session.flush()
    exported = [{"batch_id": batch.id, "person_id": one.row_id} for one in candidates]
    insert_rows(session, ExportedPerson, exported)
    details = {
        "preset": preset.name,
        "role": role,
        "files": [str(name) for name, _ in files],
        "rows": len(rows),
        "batch": batch.id,
    }
    session.add(AuditEvent(at=now, by=by, action="export", details=details))
    session.flush()
    for name, content in files:
        save_text(name, content)
    session.commit()
    return [name for name, _ in files]
