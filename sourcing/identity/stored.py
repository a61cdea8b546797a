"""Authorships of the store as mentions, with what stands beside each on its paper."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from sys import intern
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, String, select, type_coerce
from sqlalchemy.orm import Session

from db.batches import batches
from db.payload import from_payload
from db.records import PersonRecord
from db.schema import Authorship, Paper, RecordRow
from db.store.upsert import core_table
from sourcing.identity.mention import Mention, Profile

# What a recruiter's contacts say of themselves stays with them, and lists made by others prove nothing.
_OWN_PAGES = frozenset({"openreview", "orcid", "homepage"})


@dataclass(frozen=True, slots=True)
class Stored:
    """An authorship: its row, its person's row (if known), and the mention."""

    id: int
    person_id: int | None
    name_key: str
    mention: Mention


def read_all(session: Session) -> list[Stored]:
    """Every authorship."""
    return _read(session, None)


def read_some(session: Session, ids: Iterable[int]) -> list[Stored]:
    """The authorships with these row ids."""
    found: list[Stored] = []
    for some in batches(sorted(ids)):
        found += _read(session, _AUTHORSHIP.id.in_(some))
    return found


def read_of(session: Session, people: Iterable[int]) -> list[Stored]:
    """All authorships of these people, by row id."""
    found: list[Stored] = []
    for some in batches(sorted(people)):
        found += _read(session, _AUTHORSHIP.person_id.in_(some))
    return found


def mention_id(paper: str, position: int) -> str:
    """How a mention is called: the public id of its paper and the place on it."""
    return f"{paper}#{position}"


_AUTHORSHIP, _PAPER = core_table(Authorship).c, core_table(Paper).c
_COLUMNS = (
    *(_AUTHORSHIP[name] for name in ("id", "paper_id", "person_id", "name_key", "position", "name", "given", "family")),
    *(type_coerce(_AUTHORSHIP[name], String).label(name) for name in ("variants", "affiliations", "identifiers")),
    *(_PAPER[name] for name in ("public_id", "title", "published", "venue", "venue_year", "primary_category")),
)  # fmt: skip


def _read(session: Session, condition: ColumnElement[bool] | None) -> list[Stored]:
    """Through the connection: making ten thousands of rows known to the session takes longer than reading them."""
    session.flush()
    connection = session.connection()
    query = select(*_COLUMNS).join_from(
        core_table(Authorship), core_table(Paper), _PAPER.id == _AUTHORSHIP.paper_id
    )
    rows: Iterable[Any]
    if condition is None:
        names = _names(connection, None)
        rows = connection.execute(query, execution_options={"yield_per": 2000})
    else:
        rows = connection.execute(query.where(condition)).all()
        names = _names(connection, {row.paper_id for row in rows})
    shared: dict[int, _OnPaper] = {}
    found = []
    for row in rows:
        paper = shared.get(row.paper_id)
        if paper is None:
            paper = shared[row.paper_id] = _on_paper(row, names[row.paper_id])
        found.append(Stored(row.id, row.person_id, row.name_key, _mention(row, paper)))
    return found


class _OnPaper(NamedTuple):
    """What all authors of a paper have in common: kept once, since a first night reads a hundred thousand of them."""

    public_id: str
    title: str
    names: tuple[str, ...]
    fields: tuple[str, ...]
    year: int | None


def _on_paper(row: Any, names: tuple[str, ...]) -> _OnPaper:
    return _OnPaper(
        row.public_id,
        row.title,
        names,
        tuple(intern(field) for field in (row.venue, row.primary_category) if field),
        row.published.year if row.published else row.venue_year,
    )


def _names(connection: Connection, papers: Iterable[int] | None) -> dict[int, tuple[str, ...]]:
    """The names on each paper, in order; one tuple for all its authors, so that it is taken apart once."""
    found: dict[int, list[str]] = defaultdict(list)
    query = select(_AUTHORSHIP.paper_id, _AUTHORSHIP.name).order_by(
        _AUTHORSHIP.paper_id, _AUTHORSHIP.position
    )
    chosen: Iterator[Any] = (
        iter([query])
        if papers is None
        else (query.where(_AUTHORSHIP.paper_id.in_(some)) for some in batches(sorted(papers)))
    )
    for each in chosen:
        for paper_id, name in connection.execute(each):
            found[paper_id].append(name)
    return {paper_id: tuple(names) for paper_id, names in found.items()}


def _mention(row: Any, paper: _OnPaper) -> Mention:
    return Mention(
        mention_id=mention_id(paper.public_id, row.position),
        paper_id=paper.public_id,
        title=paper.title,
        name=row.name,
        position=row.position,
        n_authors=len(paper.names),
        coauthors=paper.names,
        fields=paper.fields,
        year=paper.year,
        affiliations=tuple(_listed(row.affiliations)),
        given=row.given,
        family=row.family,
        variants=tuple(_listed(row.variants)),
        links=tuple(f"{kind}:{value}" for kind, value in _listed(row.identifiers)),
    )


def _listed(value: Any) -> Sequence[Any]:
    """A JSON list as the driver gives it: SQLite's as text, and most of those are empty."""
    if isinstance(value, str):
        return () if value == "[]" else _loaded(value)
    return value or ()


@lru_cache(maxsize=4096)
def _loaded(text: str) -> Sequence[Any]:
    """Kept, and so to be left as it is: the authors of a paper often share an affiliation."""
    found: Sequence[Any] = json.loads(text)
    return found


def read_profiles(session: Session) -> list[Profile]:
    """Pages that people keep about themselves, with the identifiers and the published address on each."""
    found = []
    rows = session.execute(
        select(RecordRow.source, RecordRow.source_key, RecordRow.payload)
        .where(RecordRow.kind == "person", RecordRow.deleted.is_(False), RecordRow.source.in_(_OWN_PAGES))
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


def pending_ids(session: Session) -> Sequence[int]:
    """Row ids of authorships that nobody has been found for."""
    return session.scalars(
        select(Authorship.id).where(Authorship.person_id.is_(None)).order_by(Authorship.id)
    ).all()
