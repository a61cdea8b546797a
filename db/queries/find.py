"""What a user's word means: an id that some list printed, or an unambiguous name."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.keys.names import name_key
from db.keys.papers import normalise_doi, openreview_id, parse_arxiv_id, title_key
from db.keys.repositories import repository_key
from db.queries.lineage import standing
from db.schema import Paper, Person, PersonName, RecordRow, Repository

# Letters of a title that are enough to look for it, and how many titles an answer lists.
LEAST_OF_TITLE, MOST_NAMED = 6, 5


class NotFound(LookupError):  # noqa: N818 (what the thing is)
    """Nothing, or more than one thing, goes by that word; the message lists what there is."""


def find_subject(session: Session, word: str) -> Person | Paper | Repository:
    """A person (``p-…``, or a name that one person bears), a paper or a repository. Raises :class:`NotFound`."""
    if word.startswith("p-"):
        return find_person(session, word)
    paper = find_paper(session, word)
    if paper is not None:
        return paper
    if key := repository_key(word):
        # Not on top: all that stores is loaded with it, and few words name a repository.
        from db.store.repositories import find_repository

        if (repository := find_repository(session, key)) is not None:
            return repository
    return find_person(session, word)


def find_paper(session: Session, word: str) -> Paper | None:
    """A paper by its public id, arXiv id or URL; merged papers lead to the survivor."""
    paper = session.scalar(select(Paper).where(Paper.public_id == word))
    if paper is None and (arxiv := parse_arxiv_id(word)) is not None:
        paper = session.scalar(select(Paper).where(Paper.arxiv_id == arxiv.id))
    return None if paper is None else standing(session, paper)


def find_paper_by_any_id(session: Session, word: str) -> Paper | None:
    """A paper by any id or address that some list or file printed; never by its title."""
    paper = find_paper(session, word) or _paper_by_address(session, word)
    return None if paper is None else standing(session, paper)


def find_named_paper(session: Session, word: str) -> Paper:
    """A paper by any id or address that some list or file printed, by its title, or by part of it that one title has.

    Raises :class:`NotFound`.
    """
    word = word.strip()
    paper = find_paper_by_any_id(session, word)
    if paper is not None:
        return paper
    titled = _papers_titled(session, word)
    if len(titled) == 1:
        return titled[0]
    if titled:
        several = "; ".join(f"{one.public_id} “{one.title}”" for one in titled[:MOST_NAMED])
        more = f" and {len(titled) - MOST_NAMED} more" if len(titled) > MOST_NAMED else ""
        raise NotFound(f"{len(titled)} papers go by {word!r}; say which: {several}{more}")
    raise NotFound(f"no paper is known as {word!r}; try: sourcing search {word!r} --kind paper")


def _paper_by_address(session: Session, word: str) -> Paper | None:
    source, _, key = word.partition(":")
    ways = [Paper.url == word, func.lower(Paper.public_id) == word.lower()]
    if (doi := normalise_doi(word)) is not None:
        ways.append(Paper.doi == doi)
    if (forum := openreview_id(key if source == "openreview" else word)) is not None:
        ways.append(Paper.openreview_id == forum)
    for way in ways:
        if (paper := session.scalar(select(Paper).where(way).order_by(Paper.id))) is not None:
            return paper
    record = (RecordRow.url == word) | ((RecordRow.source == source) & (RecordRow.source_key == key))
    carried = select(RecordRow.paper_id).where(record, RecordRow.paper_id.is_not(None))
    return session.scalar(select(Paper).where(Paper.id.in_(carried)).order_by(Paper.id))


def _papers_titled(session: Session, word: str) -> list[Paper]:
    key = title_key(word)
    whole = select(Paper).where(Paper.merged_into.is_(None)).order_by(Paper.public_id)
    found = list(session.scalars(whole.where(Paper.title_key == key))) if key else []
    if found or len(key) < LEAST_OF_TITLE:
        return found
    return list(session.scalars(whole.where(Paper.title_key.contains(key, autoescape=True))))


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
    return standing(session, person)


def _near(session: Session, word: str) -> str:
    tail = name_key(word).split()
    if not tail:
        return ""
    found = session.execute(
        select(Person.full_name, Person.public_id)
        .where(
            Person.name_key.endswith(f" {tail[-1]}", autoescape=True) | (Person.name_key == tail[-1]),
            Person.merged_into.is_(None),
        )
        .order_by(Person.full_name, Person.public_id)
        .limit(3)
    ).all()
    named = ", ".join(f"{one.full_name} ({one.public_id})" for one in found)
    return f"; there is {named}" if found else "; try: sourcing search"
