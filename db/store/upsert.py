"""Batch statements that SQLite and PostgreSQL both understand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Column, Dialect, bindparam, insert, update
from sqlalchemy import Table as CoreTable
from sqlalchemy.orm import Session

from db.batches import BATCH, batches
from db.schema import Table

# SQLite's own limit since 3.32 (2020); https://www.sqlite.org/limits.html#max_variable_number
_MAX_VARIABLES = 32_000

__all__ = ["BATCH", "batches", "core_table", "insert_rows", "update_rows", "upsert"]


def core_table(table: type[Table]) -> CoreTable:
    """The Core table of a mapped class: bulk statements through Core are several times as fast."""
    core = table.__table__
    if not isinstance(core, CoreTable):
        raise TypeError(f"{table.__name__} is not mapped to a table")
    return core


def insert_rows(
    session: Session, table: type[Table], rows: Sequence[Mapping[str, Any]], *returning: str
) -> list[Any]:
    """Insert rows that all have the same columns; gives back the named columns of each, in no fixed order.

    Where rows come by the thousand, insert them and read their ids back by their keys: ``returning`` makes SQLAlchemy
    handle one row after another.
    """
    if not rows:
        return []
    if returning:
        core = core_table(table)
        return list(
            session.execute(insert(core).returning(*(core.c[name] for name in returning)), list(rows))
        )
    core, dialect, names = core_table(table), session.get_bind().dialect, list(rows[0])
    compiled: Any = insert(core).compile(dialect=dialect, column_keys=names)
    if compiled.positiontup is None or set(compiled.positiontup) != set(names):
        # By name (PostgreSQL), or with defaults that SQLAlchemy fills in.
        session.execute(insert(core), list(rows))
        return []
    columns = [
        _as_stored(core.c[name], dialect, [row[name] for row in rows]) for name in compiled.positiontup
    ]
    # Many rows in one statement: each statement costs the full-text index more than the words of its row do.
    head, _, places = str(compiled).rpartition(" VALUES ")
    connection = session.connection()
    for some in batches(zip(*columns, strict=True), min(BATCH, _MAX_VARIABLES // len(names))):
        sql = f"{head} VALUES {', '.join([places] * len(some))}"
        connection.exec_driver_sql(sql, tuple(chain.from_iterable(some)))
    return []


def update_rows(session: Session, table: type[Table], rows: Sequence[Mapping[str, Any]]) -> None:
    """Give rows, each named by its ``id``, new values. All must set the same columns.

    What the session holds of them stays as it was read: expire it where somebody reads them again.
    """
    if not rows:
        return
    core, dialect = core_table(table), session.get_bind().dialect
    names = [name for name in rows[0] if name != "id"]
    statement = (
        update(core)
        .where(core.c.id == bindparam("row_id"))
        .values({name: bindparam(f"new_{name}") for name in names})
    )
    columns = {
        f"new_{name}": _as_stored(core.c[name], dialect, [row[name] for row in rows]) for name in names
    }
    columns["row_id"] = [row["id"] for row in rows]
    compiled: Any = statement.compile(dialect=dialect)
    session.flush()
    connection = session.connection()
    if compiled.positiontup is None:
        named = (dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True))
        connection.exec_driver_sql(str(compiled), list(named))
    else:
        # SQLAlchemy takes longer to hand over the parameters of a row than SQLite does to write it.
        ordered = [columns[name] for name in compiled.positiontup]
        connection.exec_driver_sql(str(compiled), list(zip(*ordered, strict=True)))


def _as_stored(column: Column[Any], dialect: Dialect, values: list[Any]) -> list[Any]:
    """One column's values as the driver takes them; a value that is met again (the origins of a paper's authors are
    one object) is converted once."""
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    if process is None:
        return values
    done = {id(value): value for value in values}
    stored = dict(zip(done, map(process, done.values()), strict=True))
    return [stored[id(value)] for value in values]


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
