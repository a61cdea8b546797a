"""Invented papers saved as a crawl would save them, and the people that identity finds in them."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.records import Author, Identifier, IdentifierKind, Page, PaperRecord, PersonRecord
from db.schema import Authorship, Paper, Person
from db.store import save_page
from db.suppression import Suppressor
from sourcing.identity.night import resolve_pending
from sourcing.identity.people import Outcome

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
NOBODY = Suppressor(b"k" * 32)


def author(name: str, position: int, *affiliations: str, orcid: str = "", openreview: str = "") -> Author:
    ids = [(IdentifierKind.ORCID, orcid), (IdentifierKind.OPENREVIEW, openreview)]
    return Author(
        name=name,
        position=position,
        affiliations=affiliations,
        identifiers=tuple(Identifier(kind=kind, value=value) for kind, value in ids if value),
    )


def paper(number: int, *authors: str | Author, title: str = "", source: str = "arxiv") -> PaperRecord:
    """The paper with this number: ``arXiv:2611.0NUMBER``."""
    key = f"2611.{number:05d}"
    return PaperRecord(
        source=source,
        source_key=key,
        url=f"https://arxiv.example/abs/{key}",
        title=title or f"Number {number}: an invented study of a thing by itself",
        authors=tuple(
            one if isinstance(one, Author) else author(one, place)
            for place, one in enumerate(authors, 1)
        ),
        abstract="We invent it.",
        published=NOW - timedelta(days=3),
        arxiv_id=key,
        primary_category="cs.LG",
        categories=("cs.LG",),
    )  # fmt: skip


def save(session: Session, *records: PaperRecord | PersonRecord, days: int = 0) -> None:
    at = NOW + timedelta(days=days)
    page = Page(source="arxiv", url="https://arxiv.example/", fetched_at=at, terms="CC0", records=records)
    save_page(session, page, suppressor=NOBODY)
    session.commit()


def night(session: Session, *records: PaperRecord | PersonRecord, days: int = 0) -> Outcome:
    """Save what came and decide who is who."""
    save(session, *records, days=days)
    outcome = resolve_pending(session, now=NOW + timedelta(days=days))
    session.commit()
    return outcome


def groups(session: Session) -> set[frozenset[str]]:
    """Who is one person: mentions as ``NUMBER#POSITION``."""
    found: dict[int, set[str]] = {}
    for person_id, public_id, position in session.execute(
        select(Authorship.person_id, Paper.public_id, Authorship.position).join(Paper)
    ):
        assert person_id is not None
        found.setdefault(person_id, set()).add(f"{int(public_id[-5:])}#{position}")
    return {frozenset(one) for one in found.values()}


def person_of(session: Session, number: int, position: int = 1) -> Person:
    """Who stands at a place of a paper."""
    person = session.scalar(
        select(Person)
        .join(Authorship, Authorship.person_id == Person.id)
        .join(Paper, Paper.id == Authorship.paper_id)
        .where(Paper.arxiv_id == f"2611.{number:05d}", Authorship.position == position)
    )
    assert person is not None
    return person


def papers_of(session: Session, person: Person) -> Collection[str]:
    return set(
        session.scalars(
            select(Paper.public_id)
            .join(Authorship, Authorship.paper_id == Paper.id)
            .where(Authorship.person_id == person.id)
        )
    )
