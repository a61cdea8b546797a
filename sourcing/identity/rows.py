"""Rows of author mentions, as the labelled data and the interface have them → :class:`Mention`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from db.keys.names import parse_printed
from db.keys.papers import title_key
from sourcing.identity.mention import Mention

# Shorter title keys ("introduction", "book review") are borne by many papers.
MIN_TITLE_KEY = 12


def mentions_from_rows(rows: Iterable[Mapping[str, Any]]) -> list[Mention]:
    """Read rows; papers that occur under two ids become one, as the store does before identity is asked.

    ``mention_id``, ``paper_id``, ``title`` and ``name`` are required; ``venue, year, position, n_authors,
    coauthors, affiliation, email_domain`` and ``identifiers`` (``kind:value``) may be absent.
    Raises ``KeyError`` or ``ValueError``.
    """
    kept = list(rows)
    papers = _papers(kept)
    return [_mention(row, paper) for row, paper in zip(kept, papers, strict=True)]


def _papers(rows: list[Mapping[str, Any]]) -> list[str]:
    """One id for each work: its title and its authors' family names in order. An id of several titles is several.

    Records that print the authors in different orders stay two: places tell two people apart only within one order.
    """
    families: dict[str, str] = {}

    def family(name: str) -> str:
        if name not in families:
            parsed = parse_printed(name)
            families[name] = parsed.family_parts[-1] if parsed.family_parts else ""
        return families[name]

    own: list[tuple[str, str]] = []
    works: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {}
    least: dict[tuple[str, tuple[str, ...]], str] = {}
    for row in rows:
        key = title_key(str(row["title"]))
        one = (str(row["paper_id"]), key)
        own.append(one)
        if one not in works:
            names = list(row.get("coauthors") or ())
            names.insert(max(0, int(row.get("position") or 1) - 1), row["name"])
            work = works[one] = (key, tuple(family(str(name)) for name in names))
            least[work] = min(least.get(work, one[0]), one[0])
    return [f"{least[works[one]] if len(one[1]) >= MIN_TITLE_KEY else one[0]}|{one[1]}" for one in own]


def _mention(row: Mapping[str, Any], paper: str) -> Mention:
    year = row.get("year")
    return Mention(
        mention_id=str(row["mention_id"]),
        paper_id=paper,
        title=str(row["title"]),
        name=str(row["name"]),
        position=int(row.get("position") or 0),
        n_authors=int(row.get("n_authors") or 0),
        coauthors=tuple(str(name) for name in row.get("coauthors") or ()),
        fields=_listed(row.get("venue")),
        year=int(year) if year else None,
        affiliations=_listed(row.get("affiliation")),
        domains=_listed(row.get("email_domain")),
        links=tuple(str(link) for link in row.get("identifiers") or ()),
    )


def _listed(value: object) -> tuple[str, ...]:
    if not value:
        return ()
    if isinstance(value, list | tuple):
        return tuple(str(one) for one in value if one)
    return (str(value),)
