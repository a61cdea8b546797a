"""What a user's word means: an id that some list printed, or an unambiguous name."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.keys.names import name_key
from db.keys.papers import parse_arxiv_id
from db.keys.repositories import repository_key
from db.schema import Paper, Person, PersonName, Repository
from db.store.repositories import find_repository


class NotFound(LookupError):  # noqa: N818 (what the thing is)
    """Nothing, or more than one thing, goes by that word; the message lists what there is."""


def find_subject(session: Session, word: str) -> Person | Paper | Repository:
    """A person (``p-…``, or a name that one person bears), a paper or a repository. Raises :class:`NotFound`."""
    if word.startswith("p-"):
        return find_person(session, word)
    paper = find_paper(session, word)
    if paper is not None:
        return paper
    key = repository_key(word)
    repository = find_repository(session, key) if key else None
    if repository is not None:
        return repository
    return find_person(session, word)


def find_paper(session: Session, word: str) -> Paper | None:
    """A paper by its public id, arXiv id or URL; merged papers lead to the survivor."""
    paper = session.scalar(select(Paper).where(Paper.public_id == word))
    if paper is None and (arxiv := parse_arxiv_id(word)) is not None:
        paper = session.scalar(select(Paper).where(Paper.arxiv_id == arxiv.id))
    while paper is not None and paper.merged_into is not None:
        paper = session.get_one(Paper, paper.merged_into)
    return paper


def find_person(session: Session, word: str) -> Person:
    """A person by id or by a name that only one bears; merged people lead to the survivor."""
    person = session.scalar(select(Person).where(Person.public_id == word))
    if person is None:
        key = name_key(word)
        named = select(PersonName.person_id).where(PersonName.name_key == key)
        bearers = list(
            session.scalars(
                select(Person)
                .where((Person.name_key == key) | Person.id.in_(named), Person.merged_into.is_(None))
                .order_by(Person.public_id)
            )
        )
        if len(bearers) > 1:
            several = ", ".join(
                f"{one.public_id} ({one.affiliation or 'affiliation unknown'})" for one in bearers
            )
            raise NotFound(f"{len(bearers)} people are called {word!r}; say which: {several}")
        if not bearers:
            raise NotFound(f"nothing is known as {word!r}{_near(session, word)}")
        person = bearers[0]
    while person.merged_into is not None:
        person = session.get_one(Person, person.merged_into)
    return person


def _near(session: Session, word: str) -> str:
    tail = name_key(word).split()
    if not tail:
        return ""
    found = session.scalars(
        select(Person.full_name)
        .where(func.lower(Person.family) == tail[-1], Person.merged_into.is_(None))
        .limit(3)
    ).all()
    return f"; there is {', '.join(found)}" if found else "; try: sourcing search"
