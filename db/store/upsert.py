"""Batch statements that SQLite and PostgreSQL both understand."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Table as CoreTable
from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.schema import Table

T = TypeVar("T")

# SQLite before 3.32 allows 999 variables in one statement; well below that for every list we bind.
BATCH = 500


def batches(values: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """Cut ``values`` into lists of at most ``size``."""
    iterator = iter(values)
    while batch := list(islice(iterator, size)):
        yield batch


def core_table(table: type[Table]) -> CoreTable:
    """The Core table of a mapped class: bulk statements through Core are several times as fast."""
    core = table.__table__
    if not isinstance(core, CoreTable):
        raise TypeError(f"{table.__name__} is not mapped to a table")
    return core


def insert_rows(
    session: Session, table: type[Table], rows: Sequence[Mapping[str, Any]], *returning: str
) -> list[Any]:
    """Insert rows that all have the same columns; gives back the named columns of each, in no fixed order."""
    if not rows:
        return []
    core = core_table(table)
    if not returning:
        session.execute(insert(core), list(rows))
        return []
    return list(session.execute(insert(core).returning(*(core.c[name] for name in returning)), list(rows)))


def upsert(
    session: Session,
    table: type[Table],
    rows: Sequence[Mapping[str, Any]],
    *,
    key: Collection[str],
    update: Collection[str] | None = None,
) -> None:
    """Insert rows; where ``key`` is taken, overwrite the columns in ``update`` (default: all but the key).

    All rows must have the same columns. An empty ``update`` leaves existing rows as they are.
    """
    if not rows:
        return
    core = core_table(table)
    dialect = session.get_bind().dialect.name
    statement: Any = (postgresql if dialect == "postgresql" else sqlite).insert(core)
    changed = [name for name in rows[0] if name not in key] if update is None else list(update)
    if changed:
        statement = statement.on_conflict_do_update(
            index_elements=list(key), set_={name: statement.excluded[name] for name in changed}
        )
    else:
        statement = statement.on_conflict_do_nothing(index_elements=list(key))
    session.execute(statement, list(rows))
