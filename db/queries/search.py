"""Full-text search over papers, people and repositories."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from db.queries.query_language import Query, QueryError, fts5, parse_query, tsquery
from db.search_index import INDEXED, Indexed, postgresql_vector

__all__ = ["Hit", "QueryError", "search"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Something that was found, best first. ``id`` is what ``show`` takes; ``snippet`` is where it was found."""

    kind: str
    id: str
    title: str
    snippet: str


@dataclass(frozen=True, slots=True)
class _Shown:
    """How a row of an indexed table is shown; ``weights`` say how much a hit in each indexed column tells."""

    id: str
    title: str
    condition: str
    weights: tuple[float, ...]
    join: str = ""


_SHOWN = {
    "paper": _Shown("paper.public_id", "paper.title", "paper.merged_into IS NULL", (8.0, 1.0, 4.0, 2.0)),
    "person_name": _Shown(
        "person.public_id", "person.full_name", "person.merged_into IS NULL", (1.0,),
        "JOIN person ON person.id = person_name.person_id",
    ),
    "person": _Shown("person.public_id", "person.full_name", "person.merged_into IS NULL", (4.0, 1.0, 1.0)),
    "repository": _Shown(
        "repository.key", "coalesce(repository.description, '')", "1 = 1", (6.0, 3.0, 1.0)
    ),
}  # fmt: skip


def search(
    session: Session, query: str, *, kinds: frozenset[str] | None = None, limit: int = 20
) -> list[Hit]:
    """Find at most ``limit`` each of papers, people and repositories (``kinds``), best first within each kind.

    Raises :class:`QueryError`.
    """
    parsed = parse_query(query)
    found: dict[tuple[str, str], Hit] = {}
    for indexed in INDEXED:
        kind = "person" if indexed.table.startswith("person") else indexed.table
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


def _search_one(session: Session, indexed: Indexed, kind: str, query: Query, limit: int) -> list[Hit]:
    shown = _SHOWN[indexed.table]
    if session.get_bind().dialect.name == "sqlite":
        weights = ", ".join(str(weight) for weight in shown.weights)
        statement = (
            f"SELECT {shown.id}, {shown.title}, snippet({indexed.index}, -1, '', '', '…', 14) "  # noqa: S608 (constants)
            f"FROM {indexed.index} JOIN {indexed.table} ON {indexed.table}.id = {indexed.index}.rowid {shown.join} "
            f"WHERE {indexed.index} MATCH :query AND {indexed.index}.rank MATCH 'bm25({weights})' "
            f"AND {shown.condition} ORDER BY {indexed.index}.rank LIMIT :limit"
        )
        asked = fts5(query)
    else:
        vector = postgresql_vector(indexed, indexed.table)
        statement = (
            f"SELECT {shown.id}, {shown.title}, '' FROM {indexed.table} {shown.join} "  # noqa: S608 (constants)
            f"WHERE {vector} @@ to_tsquery('simple', :query) AND {shown.condition} "
            f"ORDER BY ts_rank({vector}, to_tsquery('simple', :query)) DESC LIMIT :limit"
        )
        asked = tsquery(query)
    rows = session.execute(text(statement), {"query": asked, "limit": limit}).all()
    return [Hit(kind=kind, id=row[0], title=row[1], snippet=" ".join((row[2] or "").split())) for row in rows]
