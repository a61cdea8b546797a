"""Authorships of the store as mentions, with what stands beside each on its paper."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from sys import intern
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, select, type_coerce
from sqlalchemy.orm import Session

from db.batches import batches
from db.payload import from_payload
from db.records import PersonRecord
from db.schema import Authorship, Paper, RecordRow
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
        found += _read(session, Authorship.id.in_(some))
    return found


def mention_id(paper: str, position: int) -> str:
    """How a mention is called: the public id of its paper and the place on it."""
    return f"{paper}#{position}"


_COLUMNS = (
    Authorship.id, Authorship.paper_id, Authorship.person_id, Authorship.name_key, Authorship.position, Authorship.name,
    Authorship.given, Authorship.family,
    *(type_coerce(column, String).label(column.key)
      for column in (Authorship.variants, Authorship.affiliations, Authorship.identifiers)),
    Paper.public_id, Paper.title, Paper.published, Paper.venue, Paper.venue_year, Paper.primary_category,
)  # fmt: skip


def _read(session: Session, condition: ColumnElement[bool] | None) -> list[Stored]:
    query = select(*_COLUMNS).join(Paper, Paper.id == Authorship.paper_id)
    chosen: set[int] | None = None
    if condition is not None:
        query = query.where(condition)
        chosen = set(session.scalars(select(Authorship.paper_id).where(condition)))
    names = _names(session, chosen)
    shared: dict[int, _OnPaper] = {}
    found = []
    for row in session.execute(query, execution_options={"yield_per": 2000}):
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


def _names(session: Session, papers: Iterable[int] | None) -> dict[int, tuple[str, ...]]:
    """The names on each paper, in order; one tuple for all its authors, so that it is taken apart once."""
    found: dict[int, list[str]] = defaultdict(list)
    query = select(Authorship.paper_id, Authorship.name).order_by(Authorship.paper_id, Authorship.position)
    chosen: Iterator[Any] = (
        iter([query])
        if papers is None
        else (query.where(Authorship.paper_id.in_(some)) for some in batches(sorted(papers)))
    )
    for each in chosen:
        for paper_id, name in session.execute(each):
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
        return () if value == "[]" else json.loads(value)
    return value or ()


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
