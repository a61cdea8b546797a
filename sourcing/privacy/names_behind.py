"""Which names stand behind a repository: what has to be changed in it to see whether they count."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.records import IdentifierKind
from db.schema import Authorship, Contribution, Implementation, Person, PersonIdentifier, PersonName


def names_behind(session: Session, repository_id: int) -> frozenset[str]:
    """Names, logins and institutions of whoever wrote the papers or the code of a repository."""
    papers = select(Implementation.paper_id).where(Implementation.repository_id == repository_id)
    people = (
        select(Authorship.person_id)
        .where(Authorship.paper_id.in_(papers), Authorship.person_id.is_not(None))
        .union(select(Contribution.person_id).where(Contribution.repository_id == repository_id))
    )
    found: set[str] = set()
    for name, variants, affiliations in session.execute(
        select(Authorship.name, Authorship.variants, Authorship.affiliations).where(
            Authorship.paper_id.in_(papers)
        )
    ):
        found.update((name, *variants, *affiliations))
    found.update(session.scalars(select(PersonName.name).where(PersonName.person_id.in_(people))))
    found.update(
        one for one in session.scalars(select(Person.affiliation).where(Person.id.in_(people))) if one
    )
    found.update(
        session.scalars(
            select(PersonIdentifier.value).where(
                PersonIdentifier.person_id.in_(people),
                PersonIdentifier.kind.in_((str(IdentifierKind.GITHUB), str(IdentifierKind.HUGGINGFACE))),
            )
        )
    )
    return frozenset(found)
