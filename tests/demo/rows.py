"""The rows of a database without surrogate keys, so that two databases can be compared."""

import json
from collections import Counter
from typing import Any

from sqlalchemy import Engine, Table, UniqueConstraint, select

from db.schema import Table as Base

# How a run went is told differently when it was killed; everything it was for must not differ.
ABOUT_RUNS = frozenset({"run", "run_source", "audit_event"})


def natural_rows(engine: Engine) -> dict[str, Counter[str]]:
    """Rows of each table as text, each reference replaced by what identifies the row it points to."""
    reader = _Reader(engine)
    return {
        table.name: Counter(json.dumps(row, sort_keys=True, default=str) for row in reader.rows(table))
        for table in Base.metadata.sorted_tables
        if table.name not in ABOUT_RUNS
    }


def differences(one: Engine, other: Engine) -> dict[str, list[str]]:
    """Rows that are in one database only, by table; empty when both hold the same."""
    first, second = natural_rows(one), natural_rows(other)
    found = {}
    for name in first:
        odd = [f"only in the first: {row}" for row in (first[name] - second[name])]
        odd += [f"only in the second: {row}" for row in (second[name] - first[name])]
        if odd:
            found[name] = odd
    return found


class _Reader:
    def __init__(self, engine: Engine) -> None:
        self._raw: dict[str, dict[Any, dict[str, Any]]] = {}
        self._names: dict[tuple[str, Any], Any] = {}
        with engine.connect() as connection:
            for table in Base.metadata.sorted_tables:
                keys = [column.name for column in table.primary_key]
                self._raw[table.name] = {
                    tuple(row[key] for key in keys): dict(row)
                    for row in connection.execute(select(table)).mappings()
                }

    def rows(self, table: Table) -> list[dict[str, Any]]:
        """All rows of ``table``, without surrogate keys."""
        return [self._plain(table, row) for row in self._raw[table.name].values()]

    def _plain(self, table: Table, row: dict[str, Any]) -> dict[str, Any]:
        surrogate = {"id"} if "id" in table.primary_key.columns else set()
        if table.name == "ranking":
            surrogate.add("input_hash")  # made of row numbers: sources arrive in no fixed order
        return {name: self._value(table, name, value) for name, value in row.items() if name not in surrogate}

    def _value(self, table: Table, name: str, value: Any) -> Any:
        if value is None:
            return None
        for reference in table.columns[name].foreign_keys:
            if reference.column.table.name in ABOUT_RUNS:
                return "a run"
            return self._name(reference.column.table, value)
        if name == "origins":  # field -> id of the record that it was read from
            record = Base.metadata.tables["record"]
            return {field: self._name(record, number) for field, number in value.items()}
        return value

    def _name(self, table: Table, key: Any) -> Any:
        """What identifies a row: its unique columns, references in them resolved; else all it holds."""
        if (table.name, key) not in self._names:
            self._names[table.name, key] = "itself"  # a row may point to itself or in a circle
            row = self._raw[table.name].get((key,))
            unique = _unique_columns(table)
            if row is None:
                self._names[table.name, key] = "missing"
            else:
                self._names[table.name, key] = {
                    name: self._value(table, name, row[name]) for name in (unique or row) if name != "id"
                }
        return self._names[table.name, key]


def _unique_columns(table: Table) -> list[str]:
    for column in table.columns:
        if column.unique and not column.nullable:
            return [column.name]
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            return [column.name for column in constraint.columns]
    return []
