"""Reading labelled rows: JSONL, gzip'd or not; papers out of rows."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ranking.originality.text import PaperText

# Decisions that lift a paper out of the accepted ones.
HIGHLIGHTS = ("oral", "spotlight")


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Read JSON lines from ``path``; gzip is recognised by its first two bytes, blank lines are skipped.

    Raises ``ValueError`` naming the line that is not a JSON object, and if there is no row at all.
    """
    body = path.read_bytes()
    if body[:2] == b"\x1f\x8b":
        body = gzip.decompress(body)
    rows: list[dict[str, Any]] = []
    # Not str.splitlines: JSON may hold U+2028 and its like inside a string.
    for number, line in enumerate(body.decode("utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise ValueError(f"line {number} is not JSON: {error.msg}") from error
        if not isinstance(row, dict):
            raise ValueError(f"line {number} is not a JSON object")
        rows.append(row)
    if not rows:
        raise ValueError("no rows")
    return rows


def paper_of(row: dict[str, Any]) -> PaperText:
    """Give what a scorer may see of a row: id, title, abstract, and ``date`` or else the first day of ``year``.

    Raises ``KeyError`` for a missing field and ``ValueError`` for a date that is none.
    """
    if row.get("date"):
        day = datetime.fromisoformat(str(row["date"]))
        day = day if day.tzinfo else day.replace(tzinfo=UTC)
    else:
        day = datetime(int(row["year"]), 1, 1, tzinfo=UTC)
    return PaperText(id=str(row["id"]), title=row["title"], abstract=row.get("abstract") or "", published=day)
