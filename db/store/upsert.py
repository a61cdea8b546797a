"""Batch statements that SQLite and PostgreSQL both understand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Table as CoreTable
from sqlalchemy import insert
from sqlalchemy.orm import Session

from db.batches import BATCH, batches
from db.schema import Table

__all__ = ["BATCH", "batches", "core_table", "insert_rows", "upsert"]


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
        _insert_plain(session, core, rows)
        return []
    return list(session.execute(insert(core).returning(*(core.c[name] for name in returning)), list(rows)))


def _insert_plain(session: Session, core: CoreTable, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert by columns where the driver takes parameters by position (SQLite): authorships come by the ten thousand,
    and a third of their time went into one parameter set after another."""
    dialect, names = session.get_bind().dialect, list(rows[0])
    compiled: Any = insert(core).compile(dialect=dialect, column_keys=names)
    if compiled.positiontup is None or set(compiled.positiontup) != set(names):
        session.execute(
            insert(core), list(rows)
        )  # by name (PostgreSQL), or with defaults that SQLAlchemy fills in
        return
    columns = []
    for name in compiled.positiontup:
        values: list[Any] = [row[name] for row in rows]
        process = core.c[name].type.dialect_impl(dialect).bind_processor(dialect)
        columns.append(values if process is None else list(map(process, values)))
    session.connection().exec_driver_sql(str(compiled), list(zip(*columns, strict=True)))


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
    statement: Any = _insert(session, core)
    changed = [name for name in rows[0] if name not in key] if update is None else list(update)
    if changed:
        statement = statement.on_conflict_do_update(
            index_elements=list(key), set_={name: statement.excluded[name] for name in changed}
        )
    else:
        statement = statement.on_conflict_do_nothing(index_elements=list(key))
    session.execute(statement, list(rows))


def _insert(session: Session, core: CoreTable) -> Any:
    # Each dialect takes a while to import, and reading verbs need neither.
    if session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as insert_or_update
    else:
        from sqlalchemy.dialects.sqlite import insert as insert_or_update  # type: ignore[assignment]
    return insert_or_update(core)
