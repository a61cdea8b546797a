"""Which authorships a night has to look at: nobody's yet, printed otherwise than before, or named by a new page.

What was known of people before is what they are kept under: their printed names and identifiers. Only people who are
marked as changed (:mod:`db.store.undescribed`) are looked at for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.batches import batches
from db.queries.lineage import survivors
from db.schema import Authorship, PersonIdentifier, PersonName, RecordRow
from db.store.undescribed import undescribed
from sourcing.identity.mention import PROOF, Profile
from sourcing.identity.stored import read_profiles
from sourcing.identity.unfounded import unfounded
from sourcing.people.printed import misprinted


@dataclass(slots=True)
class Pending:
    """Row ids of authorships: ``nobodys`` have no person; ``restated`` have one, and are printed otherwise than before;
    ``unfounded`` have one to whom nothing leads any more; ``named`` are said by a page that is new, or is nobody's, to
    be one person's. ``changed`` are people (row ids) whose papers or pages changed; ``misnamed`` are those of them who
    bear a name that no paper prints."""

    nobodys: set[int]
    restated: set[int] = field(default_factory=set)
    unfounded: set[int] = field(default_factory=set)
    named: set[int] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)
    misnamed: set[int] = field(default_factory=set)

    @property
    def ids(self) -> set[int]:
        """All of them."""
        return self.nobodys | self.restated | self.unfounded | self.named


def find_pending(session: Session) -> Pending:
    """What is to be resolved now."""
    nobodys = set(session.scalars(select(Authorship.id).where(Authorship.person_id.is_(None))))
    changed = undescribed(session)
    pending = Pending(nobodys, named=_named_by_pages(session, changed) - nobodys, changed=changed)
    for some in batches(sorted(changed)):
        _look_over(session, some, pending)
    return pending


def _look_over(session: Session, people: Collection[int], pending: Pending) -> None:
    """Hold what is printed of these people against what is known of them."""
    known, names = _known_links(session, people), _known_names(session, people)
    rows = session.execute(
        select(
            Authorship.id,
            Authorship.paper_id,
            Authorship.person_id,
            Authorship.name,
            Authorship.variants,
            Authorship.identifiers,
        ).where(Authorship.person_id.in_(people))
    ).all()
    twice = misprinted(session, {row.paper_id for row in rows if row.identifiers})
    printed: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        printed[row.person_id] |= {row.name, *row.variants}
        links = {
            f"{kind}:{value}"
            for kind, value in row.identifiers
            if kind in PROOF and (row.paper_id, kind, value) not in twice
        }
        if not links <= known[row.person_id] or not names[row.person_id].issuperset(
            (row.name, *row.variants)
        ):
            pending.restated.add(row.id)
    pending.misnamed |= {person_id for person_id, told in printed.items() if not names[person_id] <= told}
    pending.unfounded |= unfounded(session, rows, twice)


def _known_names(session: Session, people: Collection[int]) -> dict[int, set[str]]:
    known: dict[int, set[str]] = defaultdict(set)
    names = select(PersonName.person_id, PersonName.name).where(PersonName.person_id.in_(people))
    for person_id, name in session.execute(names):
        known[person_id].add(name)
    return known


def _known_links(session: Session, people: Collection[int]) -> dict[int, set[str]]:
    """Identifiers (``kind:value``) of these people."""
    known: dict[int, set[str]] = defaultdict(set)
    identifiers = select(PersonIdentifier.person_id, PersonIdentifier.kind, PersonIdentifier.value)
    for person_id, kind, value in session.execute(identifiers.where(PersonIdentifier.person_id.in_(people))):
        known[person_id].add(f"{kind}:{value}")
    return known


def _named_by_pages(session: Session, changed: Collection[int]) -> set[int]:
    """Authorships of several people whose identifiers a page that is new or changed says to be one person's."""
    new = read_profiles(session, RecordRow.person_id.is_(None))
    for some in batches(sorted(changed)):
        new += read_profiles(session, RecordRow.person_id.in_(some))
    if not new:
        return set()
    # Two pages may name one address, so that the pages read before count, too.
    every = (
        read_profiles(session) if any(link.startswith("email:") for one in new for link in one.links) else new
    )
    said = list(_together(new, every))
    bearers = _bearers(session, {link for links in said for link in links})
    found: set[int] = set()
    for links in said:
        people = {person_id for link in links for person_id in bearers.get(link, ())}
        if len(people) > 1:
            found |= _printing(session, people, links)
    return found


def _together(new: Iterable[Profile], every: Sequence[Profile]) -> Iterator[set[str]]:
    """Identifiers that belong together by what the pages say, around each new page."""
    pages: dict[str, list[Profile]] = defaultdict(list)
    for page in every:
        for link in _proofs(page):
            pages[link].append(page)
    done: set[str] = set()
    for page in new:
        waiting = [page]
        links: set[str] = set()
        while waiting:
            for link in _proofs(waiting.pop()) - links:
                links.add(link)
                waiting += pages[link]
        if not links <= done:
            done |= links
            yield links


def _proofs(page: Profile) -> set[str]:
    return {link for link in page.links if link.partition(":")[0] in PROOF}


def _bearers(session: Session, links: Collection[str]) -> dict[str, set[int]]:
    merged = survivors(session)
    found: dict[str, set[int]] = defaultdict(set)
    for some in batches(sorted({link.partition(":")[2] for link in links})):
        for row in session.execute(
            select(PersonIdentifier.person_id, PersonIdentifier.kind, PersonIdentifier.value).where(
                PersonIdentifier.kind.in_(sorted(PROOF)), PersonIdentifier.value.in_(some)
            )
        ):
            found[f"{row.kind}:{row.value}"].add(merged.get(row.person_id, row.person_id))
    return found


def _printing(session: Session, people: Collection[int], links: Collection[str]) -> set[int]:
    found: set[int] = set()
    for some in batches(sorted(people)):
        rows: Iterable[Any] = session.execute(
            select(Authorship.id, Authorship.identifiers).where(Authorship.person_id.in_(some))
        )
        found.update(
            row.id for row in rows if any(f"{kind}:{value}" in links for kind, value in row.identifiers)
        )
    return found
