"""Full-text search over papers, people and repositories: words, "phrases", AND, OR, NOT."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from db.search_index import INDEXED, Indexed, postgresql_vector

OPERATORS = frozenset({"AND", "OR", "NOT"})
_TOKEN = re.compile(r'"[^"]*"|\(|\)|[^\s()"]+')


class QueryError(ValueError):
    """A search that cannot be read; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Something that was found, best first. ``id`` is what ``show`` takes."""

    kind: str
    id: str
    title: str
    snippet: str


_SHOWN = {
    "paper": ("paper.public_id", "paper.title", "paper.merged_into IS NULL"),
    "person_name": ("person.public_id", "person.full_name", "person.merged_into IS NULL"),
    "person": ("person.public_id", "person.full_name", "person.merged_into IS NULL"),
    "repository": ("repository.key", "coalesce(repository.description, '')", "1 = 1"),
}


def search(
    session: Session, query: str, *, kinds: frozenset[str] | None = None, limit: int = 20
) -> list[Hit]:
    """Find papers, people and repositories. Raises :class:`QueryError`.

    Words stand for themselves, neighbours must all occur; ``OR``, ``NOT`` and round brackets work, a trailing ``*``
    finds beginnings.
    """
    found: dict[tuple[str, str], Hit] = {}
    for indexed in INDEXED:
        kind = "person" if indexed.table.startswith("person") else indexed.table
        if kinds is None or kind in kinds:
            for hit in _search_one(session, indexed, kind, query, limit):
                found.setdefault((hit.kind, hit.id), hit)
    return list(found.values())


def _search_one(session: Session, indexed: Indexed, kind: str, query: str, limit: int) -> list[Hit]:
    shown_id, title, condition = _SHOWN[indexed.table]
    join = "JOIN person ON person.id = person_name.person_id" if indexed.table == "person_name" else ""
    if session.get_bind().dialect.name == "sqlite":
        statement = (
            f"SELECT {shown_id}, {title}, snippet({indexed.index}, -1, '', '', '…', 14) FROM {indexed.index} "  # noqa: S608 (constants)
            f"JOIN {indexed.table} ON {indexed.table}.id = {indexed.index}.rowid {join} "
            f"WHERE {indexed.index} MATCH :query AND {condition} ORDER BY {indexed.index}.rank LIMIT :limit"
        )
        asked = fts5_query(query)
    else:
        vector = postgresql_vector(indexed, indexed.table)
        statement = (
            f"SELECT {shown_id}, {title}, '' FROM {indexed.table} {join} "  # noqa: S608 (constants)
            f"WHERE {vector} @@ websearch_to_tsquery('simple', :query) AND {condition} "
            f"ORDER BY ts_rank({vector}, websearch_to_tsquery('simple', :query)) DESC LIMIT :limit"
        )
        asked = re.sub(r"\bNOT\s+", "-", query)
    try:
        rows = session.execute(text(statement), {"query": asked, "limit": limit}).all()
    except OperationalError as error:
        raise QueryError(f"cannot read the search {query!r}; quote words that belong together") from error
    return [Hit(kind=kind, id=row[0], title=row[1], snippet=" ".join((row[2] or "").split())) for row in rows]


def fts5_query(query: str) -> str:
    """A user's words as an FTS5 expression: everything but operators and brackets is quoted, so that ``C++``,
    ``state-of-the-art`` and ``arXiv:2406.01234`` are words and no syntax.

    >>> fts5_query('diffusion NOT (image OR video) "score match*')
    '"diffusion" NOT ("image" OR "video") "score" "match" *'
    """
    out: list[str] = []
    for piece in _TOKEN.findall(query):
        if piece in OPERATORS or piece in "()":
            out.append(piece)
            continue
        word = piece.strip('"')
        prefix = word.endswith("*")
        word = word.rstrip("*").strip()
        if word:
            out.append(f'"{word}"' + (" *" if prefix else ""))
    if not out or all(piece in OPERATORS or piece in "()" for piece in out):
        raise QueryError("nothing to search for; give at least one word")
    return " ".join(out).replace("( ", "(").replace(" )", ")")
