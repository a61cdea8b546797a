"""Letting a file out of the house, and remembering who was in it."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from db.queries.candidates import Candidate
from db.schema import AuditEvent, ExportBatch, ExportedPerson
from db.store.upsert import insert_rows
from sourcing.export.csv_file import files_of, fit_file_name, save_text
from sourcing.export.output import STDOUT, checked_output
from sourcing.export.preset import Preset
from sourcing.failure import ExitCode, Failure


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

    Gives the files written: several where the importer's limit asks for it, none where ``path`` is ``-``, which is
    standard output. ``fixed`` fills columns of the preset with one value in all rows (the stage or pool of an
    applicant-tracking system); further columns come last where the preset allows custom ones. Raises ``KeyError`` for a
    column that it does not have, and :class:`Failure` for a path that cannot be written to.
    """
    further = [column for column in fixed or {} if column not in preset.columns]
    if further and not preset.custom:
        raise KeyError(further[0])
    preset = replace(preset, columns=(*preset.columns, *further))
    rows = [{**preset.row(one), **(fixed or {})} for one in candidates]
    piped = path == STDOUT
    if not piped:
        # Where it lies must be found again from any folder, to take somebody out of it.
        checked_output(path)
        path = checked_output(path.with_name(fit_file_name(preset, path.name))).absolute()
    files = list(files_of(preset, rows, path))
    if piped and len(files) > 1:
        raise Failure(
            f"{preset.name} takes {preset.max_rows:,} people in a file, and these are {len(rows):,}: name a file, or "
            "fewer with --top",
            ExitCode.USAGE,
        )
    batch = ExportBatch(
        preset=preset.name,
        role=role,
        path="standard output" if piped else str(path),
        rows=len(rows),
        at=now,
        by=by,
    )
    session.add(batch)
    session.flush()
    exported = [{"batch_id": batch.id, "person_id": one.row_id} for one in candidates]
    insert_rows(session, ExportedPerson, exported)
    details = {
        "preset": preset.name,
        "role": role,
        "files": [] if piped else [str(name) for name, _ in files],
        "rows": len(rows),
        "batch": batch.id,
    }
    session.add(AuditEvent(at=now, by=by, action="export", details=details))
    session.flush()
    if piped:
        sys.stdout.buffer.write(files[0][1].encode())
        sys.stdout.buffer.flush()
    else:
        for name, _ in files:
            checked_output(name)
        for name, content in files:
            save_text(name, content)
    session.commit()
    return [] if piped else [name for name, _ in files]
