"""Full-text search: FTS5 on SQLite, ``tsvector`` on PostgreSQL, over papers, people and repositories.

Each FTS5 table is an *external content* table (https://www.sqlite.org/fts5.html, 4.4.3): the text stays in
the table it indexes, triggers keep the two in step, and erasing a row erases its terms. ``secure-delete``
makes FTS5 remove the terms at once instead of leaving tombstones behind; SQLite before 3.42 does not know it,
so erasure on request also rebuilds the index.
"""
# ruff: noqa: S608 -- the statements are built from the constants below, never from input

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

FTS_TOKENIZER = "unicode61 remove_diacritics 2"


@dataclass(frozen=True, slots=True)
class Indexed:
    """A table and the columns of it that are searched, most telling first."""

    table: str
    columns: tuple[str, ...]

    @property
    def index(self) -> str:
        """Name of the full-text index."""
        return f"{self.table}_fts"


INDEXED = (
    Indexed("paper", ("title", "abstract", "public_id", "venue")),
    Indexed("person_name", ("name",)),
    Indexed("person", ("full_name", "affiliation", "headline")),
    Indexed("repository", ("key", "description", "readme")),
)


def sqlite_ddl() -> list[str]:
    """Statements that make the FTS5 tables and the triggers that feed them."""
    statements: list[str] = []
    for indexed in INDEXED:
        table, index, columns = indexed.table, indexed.index, ", ".join(indexed.columns)
        new = ", ".join(f"new.{column}" for column in indexed.columns)
        old = ", ".join(f"old.{column}" for column in indexed.columns)
        remove = f"INSERT INTO {index}({index}, rowid, {columns}) VALUES ('delete', old.id, {old});"
        insert = f"INSERT INTO {index}(rowid, {columns}) VALUES (new.id, {new});"
        changed = " OR ".join(f"old.{column} IS NOT new.{column}" for column in indexed.columns)
        secure_delete = (
            [f"INSERT INTO {index}({index}, rank) VALUES ('secure-delete', 1)"]
            if sqlite3.sqlite_version_info >= (3, 42)
            else []
        )
        statements += [
            f"CREATE VIRTUAL TABLE {index} USING fts5({columns}, content='{table}', content_rowid='id', "
            f"tokenize='{FTS_TOKENIZER}')",
            *secure_delete,
            f"CREATE TRIGGER {index}_insert AFTER INSERT ON {table} BEGIN {insert} END",
            f"CREATE TRIGGER {index}_delete AFTER DELETE ON {table} BEGIN {remove} END",
            f"CREATE TRIGGER {index}_update AFTER UPDATE OF {columns} ON {table} WHEN {changed} "
            f"BEGIN {remove} {insert} END",
        ]
    return statements


def postgresql_ddl() -> list[str]:
    """Statements that make one GIN index over the same columns of each table."""
    return [
        f"CREATE INDEX {indexed.index} ON {indexed.table} USING gin ({postgresql_vector(indexed)})"
        for indexed in INDEXED
    ]


def postgresql_vector(indexed: Indexed, alias: str = "") -> str:
    """The ``tsvector`` expression of a table; a query must repeat it to the letter to use the index."""
    prefix = f"{alias}." if alias else ""
    text = " || ' ' || ".join(f"coalesce({prefix}{column}, '')" for column in indexed.columns)
    return f"to_tsvector('simple', {text})"
