"""Mentions that stand with a person whom nothing leads to any more.

An ORCID iD makes two names one person's, however unlike they are. Once the paper is printed without it, or with it
beside two names, nothing says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from db.keys.name_match.relation import NameRelation
from db.keys.name_match.whole import relate_names
from db.keys.names import parse_printed
from sourcing.identity.certain import WHATEVER_THE_NAME
from sourcing.identity.locks import decided


def unfounded(session: Session, rows: Iterable[Any], twice: Collection[tuple[int, str, str]]) -> set[int]:
    """Of these authorships (rows with ``id, paper_id, person_id, name, variants, identifiers``; all of each person's)
    those that neither a name, nor an identifier, nor a decision by hand holds together with most of their person's.

    ``twice`` are identifiers that stand at two places of a paper (row id), which says nothing of either.
    """
    of_person: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        of_person[row.person_id].append(row)
    parted: list[list[list[Any]]] = []
    for theirs in of_person.values():
        if len({row.name for row in theirs}) > 1:
            parts = _together([[row] for row in theirs], lambda one, other: _held(one, other, twice))
            if len(parts) > 1:
                parted.append(parts)
    if not parted:
        return set()
    groups = [{place.row_id for place in group} for group in decided(session).merged]
    found: set[int] = set()
    for parts in parted:
        parts = _together(
            parts, lambda one, other: any(one.id in group and other.id in group for group in groups)
        )
        most = min(parts, key=lambda part: (-len(part), min(row.id for row in part)))
        found.update(row.id for part in parts if part is not most for row in part)
    return found


def _together(parts: Sequence[list[Any]], held: Callable[[Any, Any], bool]) -> list[list[Any]]:
    """The parts, united as long as some row of one is held together with some row of another."""
    whole: list[list[Any]] = []
    for part in parts:
        apart = []
        for other in whole:
            if any(held(one, row) for one in part for row in other):
                part = [*other, *part]
            else:
                apart.append(other)
        whole = [*apart, part]
    return whole


def _held(one: Any, other: Any, twice: Collection[tuple[int, str, str]]) -> bool:
    names, others = {one.name, *one.variants}, {other.name, *other.variants}
    if names & others or _proofs(one, twice) & _proofs(other, twice):
        return True
    return any(
        relate_names(parse_printed(mine), parse_printed(theirs)) is not NameRelation.DIFFERENT
        for mine in names
        for theirs in others
    )


def _proofs(row: Any, twice: Collection[tuple[int, str, str]]) -> set[tuple[str, str]]:
    return {
        (kind, value)
        for kind, value in row.identifiers
        if kind in WHATEVER_THE_NAME and (row.paper_id, kind, value) not in twice
    }
