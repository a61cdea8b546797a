"""Who wrote how much of a repository, kept of those whom its score may speak for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.queries.lineage import survivors
from db.records import IdentifierKind, ImplementationKind
from db.schema import Authorship, Contribution, Implementation, Person, PersonIdentifier, Repository
from db.store.upsert import upsert
from sourcing.privacy.code_proof import Histories


def save_shares(session: Session, repository_id: int, histories: Histories, *, now: datetime) -> None:
    """Each candidate's share of the commits: first authors of the papers it implements, and its own owner."""
    rows = []
    candidates = _candidates(session, repository_id)
    _drop_shares_of_others(session, repository_id, {person.id for person in candidates})
    for person in candidates:
        share, moved = histories.share(person.full_name, known_logins(session, person.id))
        rows.append(
            {
                "repository_id": repository_id,
                "person_id": person.id,
                "share": share,
                "name_difference": moved,
                "seen_at": now,
            }
        )
    upsert(session, Contribution, rows, key=("repository_id", "person_id"))


def _drop_shares_of_others(session: Session, repository_id: int, people: Collection[int]) -> None:
    """Of nobody is a share kept who is no candidate any more; whoever was merged into one keeps theirs."""
    merged = survivors(session)
    for row in session.scalars(select(Contribution).where(Contribution.repository_id == repository_id)).all():
        if merged.get(row.person_id, row.person_id) not in people:
            session.delete(row)
    session.flush()


def _candidates(session: Session, repository_id: int) -> list[Person]:
    first_authors = (
        select(Person)
        .join(Authorship, Authorship.person_id == Person.id)
        .join(Implementation, Implementation.paper_id == Authorship.paper_id)
        .where(
            Implementation.repository_id == repository_id,
            Implementation.kind == str(ImplementationKind.OFFICIAL),
            Authorship.is_first,
            Person.merged_into.is_(None),
        )
    )
    owners = (
        select(Person)
        .join(PersonIdentifier, PersonIdentifier.person_id == Person.id)
        .join(Repository, func.lower(Repository.owner) == func.lower(PersonIdentifier.value))
        .where(
            Repository.id == repository_id,
            Repository.key.startswith("github.com/", autoescape=True),  # a name elsewhere is no GitHub login
            PersonIdentifier.kind == str(IdentifierKind.GITHUB),
            PersonIdentifier.confidence == "confirmed",
            Person.merged_into.is_(None),
        )
    )
    found = {person.id: person for query in (first_authors, owners) for person in session.scalars(query)}
    return [found[row_id] for row_id in sorted(found)]


def known_logins(session: Session, person_id: int) -> tuple[str, ...]:
    """GitHub logins that are confirmed to be a person's (row id)."""
    return tuple(
        session.scalars(
            select(PersonIdentifier.value).where(
                PersonIdentifier.person_id == person_id,
                PersonIdentifier.kind == str(IdentifierKind.GITHUB),
                PersonIdentifier.confidence == "confirmed",
            )
        )
    )
