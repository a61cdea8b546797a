"""Labelled rows: a paper, the repositories that come into question, and which of them is official."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db.keys.repositories import parse_repository_url, repository_key
from db.records import Author, PaperRecord, RepositoryRecord


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled paper. ``official`` is a key, or ``None`` when none of the repositories is official."""

    id: str
    kind: str
    paper: PaperRecord
    repositories: tuple[RepositoryRecord, ...]
    official: str | None


def read_rows(path: Path) -> Iterator[Row]:
    """Rows of a JSONL file, gzipped or not; the label is kept apart from what a scorer sees.

    :class:`KeyError` names a missing field, :class:`ValueError` a line that is not JSON.
    """
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise ValueError(f"line {number}: {error}") from error
            if not isinstance(row, dict):
                raise ValueError(f"line {number}: not an object")
            yield _row(row, number)


def _row(row: Mapping[str, Any], number: int) -> Row:
    label = row["official"]
    own_id = str(row.get("paper_id") or row.get("arxiv_id") or f"line {number}")
    paper = PaperRecord(
        source="arxiv" if row.get("arxiv_id") else "rows",
        source_key=own_id,
        url=f"https://arxiv.org/abs/{row['arxiv_id']}" if row.get("arxiv_id") else "",
        title=row["title"],
        abstract=row.get("abstract"),
        comment=row.get("comment"),
        authors=tuple(
            Author(name=name, position=at) for at, name in enumerate(row.get("authors") or (), start=1)
        ),
        arxiv_id=row.get("arxiv_id"),
        venue_year=row.get("year"),
    )
    known = (_repository(one) for one in row.get("candidates") or ())
    return Row(
        id=own_id,
        kind=str(row.get("kind") or "unknown"),
        paper=paper,
        repositories=tuple(one for one in known if one is not None),
        official=None if label is None else comparable(label),
    )


def comparable(url: str) -> str:
    """How URLs are compared: lower case, without ``.git``; as printed where it is no repository's."""
    return repository_key(url) or url.strip().lower().removesuffix(".git").rstrip("/")


def _repository(one: Mapping[str, Any]) -> RepositoryRecord | None:
    address = parse_repository_url(one["url"])
    if address is None:
        return None
    return RepositoryRecord(
        source="rows",
        key=address.key,
        url=one["url"],
        owner=one.get("owner") or address.owner,
        name=one.get("name") or address.name,
        description=one.get("description"),
        readme=one.get("readme"),
    )
