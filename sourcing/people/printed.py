"""Identifiers that papers print beside names.

One that stands at two places of a paper is misprinted at one of them, and says nothing of either.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, cast, select
from sqlalchemy.orm import Session

from db.batches import batches
from db.schema import Authorship

PRINTED = "printed beside the name"

_ANY = cast(Authorship.identifiers, String) != "[]"


@dataclass(frozen=True, slots=True)
class PrintedIdentifier:
    """An identifier of a person (row id), and the record (row id) of the paper that prints it."""

    person_id: int
    kind: str
    value: str
    record_id: int | None


def printed_identifiers(session: Session, people: Collection[int] | None) -> Iterator[PrintedIdentifier]:
    """All that is printed of these people (default: of everybody)."""
    rows = (
        select(
            Authorship.paper_id, Authorship.person_id, Authorship.identifiers, Authorship.origins
        )
        .where(Authorship.person_id.is_not(None), _ANY)
        .order_by(Authorship.id)
    )  # fmt: skip
    for condition in _each(Authorship.person_id, people):
        found = session.execute(rows.where(*condition)).all()
        twice = misprinted(session, None if people is None else {row.paper_id for row in found})
        for row in found:
            for kind, value in row.identifiers:
                if (row.paper_id, kind, value) not in twice:
                    yield PrintedIdentifier(row.person_id, kind, value, row.origins.get("identifiers"))


def misprinted(session: Session, papers: Collection[int] | None) -> set[tuple[int, str, str]]:
    """Identifiers that stand at several places of one of these papers (default: of any), with its row id."""
    places: Counter[tuple[int, str, str]] = Counter()
    for condition in _each(Authorship.paper_id, papers):
        for paper_id, identifiers in session.execute(
            select(Authorship.paper_id, Authorship.identifiers).where(_ANY, *condition)
        ):
            places.update({(paper_id, kind, value) for kind, value in identifiers})
    return {one for one, count in places.items() if count > 1}


def _each(column: Any, ids: Collection[int] | None) -> Iterator[tuple[ColumnElement[bool], ...]]:
    if ids is None:
        yield ()
    else:
        for some in batches(sorted(ids)):
            yield (column.in_(some),)
