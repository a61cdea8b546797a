"""Authorships of the store as mentions, with what stands beside each on its paper."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from sys import intern
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, func, select, type_coerce
from sqlalchemy.orm import Session

from db.batches import rows_of
from db.payload import from_payload
from db.records import PersonRecord
from db.schema import Authorship, Paper, RecordRow
from db.store.upsert import core_table
from sourcing.identity.mention import Mention, Profile
from sourcing.identity.rarity import NameStock, shipped_stock
from sourcing.people.own_pages import OWN_PAGES


@dataclass(slots=True, unsafe_hash=True)
class Stored:
    """An authorship: its row, its person's row (if known), and the mention."""

    id: int
    person_id: int | None
    name_key: str
    mention: Mention


def read_all(session: Session) -> list[Stored]:
    """Every authorship."""
    session.flush()
    connection = session.connection()
    papers = _papers(connection.execute(_WORKS, execution_options=_PARTWISE))
    return _mentions(connection.execute(_PLACES, execution_options=_PARTWISE), papers)


def read_some(session: Session, ids: Iterable[int]) -> list[Stored]:
    """The authorships with these row ids.

    Through the connection: making ten thousands of rows known to the session takes longer than reading them.
    """
    rows = list(rows_of(session, _PLACES, _AUTHORSHIP.id, ids))
    papers = _papers(rows_of(session, _WORKS, _PAPER.id, {row[1] for row in rows}))
    return _mentions(rows, papers)


def stock_of(session: Session) -> NameStock:
    """How rare names are among as many as are stored; they are only counted where there can be more than the shipped
    counts are for."""
    stock = shipped_stock()
    authorships = session.scalar(select(func.count()).select_from(Authorship)) or 0
    if stock.grown(authorships).growth == 1:
        return stock
    return stock.grown(session.scalar(select(func.count(Authorship.name_key.distinct()))) or 0)


def mention_id(paper: str, position: int) -> str:
    """How a mention is called: the public id of its paper and the place on it."""
    return f"{paper}#{position}"


_PAPERS = core_table(Paper)
_AUTHORSHIP, _PAPER = core_table(Authorship).c, _PAPERS.c
_PLACES = select(
    *(_AUTHORSHIP[name] for name in ("id", "paper_id", "person_id", "name_key", "position", "name", "given", "family")),
    *(type_coerce(_AUTHORSHIP[name], String).label(name) for name in ("variants", "affiliations", "identifiers")),
)  # fmt: skip
_IN_ORDER = (
    select(_AUTHORSHIP.name)
    .where(_AUTHORSHIP.paper_id == _PAPER.id)
    .order_by(_AUTHORSHIP.position)
    .correlate(_PAPERS)
    .subquery()
)
# The names on a paper as one text: to be handed a row for each takes longer than to cut it.
_BETWEEN = "\x1f"
_NAMES = select(func.aggregate_strings(_IN_ORDER.c.name, _BETWEEN)).correlate(_PAPERS).scalar_subquery()
_WORKS = select(
    *(_PAPER[name] for name in ("id", "public_id", "title", "published", "venue", "venue_year", "primary_category")),
    _NAMES,
)  # fmt: skip
_PARTWISE = {"yield_per": 2000}


class _OnPaper(NamedTuple):
    """What all authors of a paper have in common: read and kept once, and one tuple of names is taken apart once."""

    public_id: str
    title: str
    names: tuple[str, ...]
    fields: tuple[str, ...]
    year: int | None


def _mentions(rows: Iterable[Any], papers: Mapping[int, _OnPaper]) -> list[Stored]:
    same: dict[str, str] = {}
    return [_stored(row, papers, same) for row in rows]


def _papers(rows: Iterable[Any]) -> dict[int, _OnPaper]:
    """Papers by row id, with the names on each in order."""
    found = {}
    same: dict[str, str] = {}
    for row_id, public_id, title, published, venue, venue_year, category, names in rows:
        # The same few strings come back on paper after paper.
        printed = names.split(_BETWEEN) if names else ()
        found[row_id] = _OnPaper(
            public_id,
            title,
            tuple(map(same.setdefault, printed, printed)),
            tuple([intern(field) for field in (venue, category) if field]),
            published.year if published else venue_year,
        )
    return found


def _stored(row: Any, papers: Mapping[int, _OnPaper], same: dict[str, str]) -> Stored:
    (row_id, paper_id, person_id, name_key, position, name, given, family, variants, affiliations, links) = (
        row
    )
    paper = papers[paper_id]
    mention = Mention(
        mention_id=mention_id(paper.public_id, position),
        paper_id=paper.public_id,
        title=paper.title,
        name=same.setdefault(name, name),
        position=position,
        n_authors=len(paper.names),
        coauthors=paper.names,
        fields=paper.fields,
        year=paper.year,
        affiliations=() if affiliations == "[]" else tuple(_listed(affiliations)),
        given=given,
        family=family,
        variants=() if variants == "[]" else tuple(_listed(variants)),
        links=() if links == "[]" else tuple([f"{kind}:{value}" for kind, value in _listed(links)]),
    )
    return Stored(row_id, person_id, same.setdefault(name_key, name_key), mention)


def _listed(value: Any) -> Sequence[Any]:
    """A JSON list as the driver gives it: SQLite's as text."""
    return _loaded(value) if isinstance(value, str) else value or ()


@lru_cache(maxsize=4096)
def _loaded(text: str) -> Sequence[Any]:
    """Kept, and so to be left as it is: the authors of a paper often share an affiliation."""
    found: Sequence[Any] = json.loads(text)
    return found


def read_profiles(session: Session, *conditions: ColumnElement[bool]) -> list[Profile]:
    """Pages that people keep about themselves, with the identifiers and the published address on each."""
    found = []
    rows = session.execute(
        select(RecordRow.source, RecordRow.source_key, RecordRow.payload)
        .where(RecordRow.kind == "person", RecordRow.deleted.is_(False), RecordRow.source.in_(OWN_PAGES))
        .where(*conditions)
        .order_by(RecordRow.source, RecordRow.source_key)
    )
    for source, source_key, payload in rows:
        links = profile_links(from_payload(PersonRecord, payload))
        if len(links) > 1:
            found.append(Profile(profile_id=f"{source}:{source_key}", links=links))
    return found


def profile_links(record: PersonRecord) -> tuple[str, ...]:
    """The identifiers on a page as ``kind:value``; an address only where its owner published it."""
    links = [f"{one.kind}:{one.value}" for one in record.identifiers]
    if record.email is not None and record.email_url is not None:
        links.append(f"email:{record.email.casefold()}")
    return tuple(dict.fromkeys(links))
