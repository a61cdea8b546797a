"""Who a person has become: what was recorded about somebody who was merged counts for the survivor.

The rows of a merged person stay where they are, so that taking the merge back loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from db.schema import Person

if TYPE_CHECKING:
    from db.schema import Paper

Mergeable = TypeVar("Mergeable", Person, "Paper")


def survivors(session: Session) -> dict[int, int]:
    """For each person who was merged into another: row id → row id of the one who stands for them now."""
    step = {
        old: new
        for old, new in session.execute(
            select(Person.id, Person.merged_into).where(Person.merged_into.is_not(None))
        )
        if new is not None
    }
    return {old: _last(old, step) for old in step}


def standing(session: Session, one: Mergeable) -> Mergeable:
    """A person or a paper itself, or who stands for it since it was merged."""
    while one.merged_into is not None:
        one = session.get_one(type(one), one.merged_into)
    return one


def with_merged(person_ids: Iterable[int], merged: Mapping[int, int]) -> dict[int, int]:
    """Every row id that speaks of these people, their merged ones included: row id → row id asked for."""
    found = {person_id: person_id for person_id in person_ids}
    found.update({old: new for old, new in merged.items() if new in found})
    return found


def survivor(column: Any) -> ColumnElement[int]:
    """In SQL: the person who stands for the one in ``column``."""
    later = aliased(Person)
    chain = (
        select(Person.id.label("old"), Person.merged_into.label("new"))
        .where(Person.merged_into.is_not(None))
        .cte("merged", recursive=True)
    )
    chain = chain.union(
        select(chain.c.old, later.merged_into)
        .join(later, later.id == chain.c.new)
        .where(later.merged_into.is_not(None))
    )
    final = aliased(Person)
    last = (
        select(chain.c.new)
        .join(final, final.id == chain.c.new)
        .where(chain.c.old == column, final.merged_into.is_(None))
        .scalar_subquery()
    )
    return func.coalesce(last, column)


def _last(old: int, step: Mapping[int, int]) -> int:
    seen = {old}
    new = step[old]
    while new in step and new not in seen:
        seen.add(new)
        new = step[new]
    return new
