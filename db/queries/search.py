"""Full-text search over papers, people and repositories.

Best first means by bm25 (https://www.sqlite.org/fts5.html, 5.1.1), a word of a title counting more than one of an
abstract. A word that every third paper has tells none of them apart, and weighing them all takes a second; so where
more than ``MOST_WEIGHED`` match, those come first that have the words in their title, and of either group the newest
``MOST_WEIGHED`` are weighed.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from db.queries.query_language import Query, QueryError, fts5, parse_query, tsquery, without_not
from db.search_index import INDEXED, Indexed, postgresql_vector

__all__ = ["MOST_WEIGHED", "Hit", "QueryError", "count_matches", "search"]

MOST_WEIGHED = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Something that was found, best first. ``id`` is what ``show`` takes; ``snippet`` is where it was found."""

    kind: str
    id: str
    title: str
    snippet: str


@dataclass(frozen=True, slots=True)
class _Shown:
    """How a row of an indexed table is shown; ``weights`` say how much a hit in each indexed column tells.

    ``subject`` is the row that a hit is about: a person has many names.
    """

    id: str
    title: str
    condition: str
    weights: tuple[float, ...]
    join: str = ""
    subject: str = "id"


_SHOWN = {
    "paper": _Shown("paper.public_id", "paper.title", "paper.merged_into IS NULL", (8.0, 1.0, 4.0, 2.0)),
    "person_name": _Shown(
        "person.public_id", "person.full_name", "person.merged_into IS NULL", (1.0,),
        "JOIN person ON person.id = person_name.person_id", "person_id",
    ),
    "person": _Shown("person.public_id", "person.full_name", "person.merged_into IS NULL", (4.0, 1.0, 1.0)),
    "repository": _Shown(
        "repository.key", "coalesce(repository.description, '')", "1 = 1", (6.0, 3.0, 1.0)
    ),
}  # fmt: skip
# Few were merged, so they are taken out of those that match and not looked up one by one.
_NOT_MERGED = {
    table: f" WHERE found.id NOT IN (SELECT id FROM {table} WHERE merged_into IS NOT NULL)"  # noqa: S608 (constants)
    for table in ("paper", "person")
}


def search(
    session: Session, query: str, *, kinds: frozenset[str] | None = None, limit: int = 20
) -> list[Hit]:
    """Find at most ``limit`` each of papers, people and repositories (``kinds``), best first within each kind.

    Raises :class:`QueryError`.
    """
    parsed = parse_query(query)
    found: dict[tuple[str, str], Hit] = {}
    for indexed in INDEXED:
        kind = _kind(indexed)
        if kinds is None or kind in kinds:
            for hit in _search_one(session, indexed, kind, parsed, limit):
                found.setdefault((hit.kind, hit.id), hit)
    kept: dict[str, int] = {}
    hits = []
    for hit in found.values():
        kept[hit.kind] = kept.get(hit.kind, 0) + 1
        if kept[hit.kind] <= limit:
            hits.append(hit)
    return hits


def count_matches(session: Session, query: str, *, kinds: frozenset[str] | None = None) -> dict[str, int]:
    """How many papers, people and repositories match, by kind; kinds that nothing of matches are left out.

    Raises :class:`QueryError`.
    """
    parsed = parse_query(query)
    asked: dict[str, list[str]] = {}
    for indexed in INDEXED:
        kind = _kind(indexed)
        if kinds is None or kind in kinds:
            asked.setdefault(kind, []).append(_matching(session, indexed))
    values = {"query": _written(session, parsed)}
    counts = {
        kind: session.scalar(
            text(f"SELECT count(*) FROM ({' UNION '.join(parts)}) AS found{_NOT_MERGED.get(kind, '')}"),  # noqa: S608 (constants)
            values,
        )
        or 0
        for kind, parts in asked.items()
    }
    return {kind: count for kind, count in counts.items() if count}


def _kind(indexed: Indexed) -> str:
    return "person" if indexed.table.startswith("person") else indexed.table


def _written(session: Session, query: Query) -> str:
    return fts5(query) if session.get_bind().dialect.name == "sqlite" else tsquery(query)


def _matching(session: Session, indexed: Indexed) -> str:
    """The rows that match, as a statement."""
    shown, table, index = _SHOWN[indexed.table], indexed.table, indexed.index
    if session.get_bind().dialect.name != "sqlite":
        vector = postgresql_vector(indexed)
        return f"SELECT {shown.subject} AS id FROM {table} WHERE {vector} @@ to_tsquery('simple', :query)"  # noqa: S608 (constants)
    if shown.subject == "id":
        return f"SELECT rowid AS id FROM {index} WHERE {index} MATCH :query"  # noqa: S608 (constants)
    return (
        f"SELECT {table}.{shown.subject} AS id FROM {index} JOIN {table} ON {table}.id = {index}.rowid "  # noqa: S608 (constants)
        f"WHERE {index} MATCH :query"
    )


def _search_one(session: Session, indexed: Indexed, kind: str, query: Query, limit: int) -> list[Hit]:
    if session.get_bind().dialect.name != "sqlite":
        return _postgresql_hits(session, indexed, kind, query, limit)
    index = indexed.index
    count = text(f"SELECT count(*) FROM {index} WHERE {index} MATCH :query")  # noqa: S608 (constants)
    if (session.scalar(count, {"query": fts5(query)}) or 0) <= MOST_WEIGHED:
        return _sqlite_hits(session, indexed, kind, fts5(query), 0, limit)
    in_title = f"{fts5(query)} AND ({{{indexed.columns[0]}}} : {fts5(without_not(query))})"
    found: dict[str, Hit] = {}
    for asked in (in_title, fts5(query)):
        oldest = session.scalar(
            text(
                f"SELECT rowid FROM {index} WHERE {index} MATCH :query ORDER BY rowid DESC LIMIT 1 OFFSET :most"  # noqa: S608 (constants)
            ),
            {"query": asked, "most": MOST_WEIGHED - 1},
        )
        for hit in _sqlite_hits(session, indexed, kind, asked, oldest or 0, limit):
            found.setdefault(hit.id, hit)
        if len(found) >= limit:
            break
    return list(found.values())[:limit]


def _sqlite_hits(
    session: Session, indexed: Indexed, kind: str, asked: str, oldest: int, limit: int
) -> list[Hit]:
    """The best of the rows from ``oldest`` on."""
    shown, table, index = _SHOWN[indexed.table], indexed.table, indexed.index
    weights = ", ".join(str(weight) for weight in shown.weights)
    statement = (
        f"SELECT {shown.id}, {shown.title}, snippet({index}, -1, '', '', '…', 14) "  # noqa: S608 (constants)
        f"FROM {index} JOIN {table} ON {table}.id = {index}.rowid {shown.join} "
        f"WHERE {index} MATCH :query AND {index}.rank MATCH 'bm25({weights})' AND {index}.rowid >= :oldest "
        f"AND {shown.condition} ORDER BY {index}.rank LIMIT :limit"
    )
    rows = session.execute(text(statement), {"query": asked, "oldest": oldest, "limit": limit}).all()
    return [Hit(kind=kind, id=row[0], title=row[1], snippet=" ".join((row[2] or "").split())) for row in rows]


def _postgresql_hits(session: Session, indexed: Indexed, kind: str, query: Query, limit: int) -> list[Hit]:
    shown, vector = _SHOWN[indexed.table], postgresql_vector(indexed, indexed.table)
    statement = (
        f"SELECT {shown.id}, {shown.title} FROM {indexed.table} {shown.join} "  # noqa: S608 (constants)
        f"WHERE {vector} @@ to_tsquery('simple', :query) AND {shown.condition} "
        f"ORDER BY ts_rank({vector}, to_tsquery('simple', :query)) DESC LIMIT :limit"
    )
    rows = session.execute(text(statement), {"query": tsquery(query), "limit": limit}).all()
    return [Hit(kind=kind, id=row[0], title=row[1], snippet="") for row in rows]
