"""Profiles taken from people whose they are not, or not any more; who loses one may find it again by what it names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence, Set

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.batches import batches
from db.queries.lineage import survivors
from db.schema import Person, PersonIdentifier, PersonName, RecordRow
from db.store.profiles import attach_profile, detach_profile
from sourcing.people.names import names_on, names_told
from sourcing.people.own_pages import OWN_PAGES, identifiers_of, named_on, own_pages
from sourcing.people.printed import PRINTED, printed_identifiers


def detach_profiles(session: Session, person_ids: Collection[int] | None) -> None:
    """Take from people (default: everybody) what speaks of them no longer; run before profiles are attached.

    That are profiles of whoever was merged into somebody else, pages that name something else than they did, and pages
    that nothing leads to any more.
    """
    _take_along(session)
    _let_pages_go(session, person_ids)


def let_go(session: Session, row: RecordRow) -> None:
    """Take a profile from its person, with the identifiers and forms of the name that nothing else gives them."""
    person_id = row.person_id
    detach_profile(session, row)
    if person_id is None:
        return
    gone = names_on(row) - names_told(session, [person_id]).get(person_id, set())
    session.execute(
        delete(PersonName).where(PersonName.person_id == person_id, PersonName.name.in_(sorted(gone)))
    )


def let_own_pages_go(session: Session, people: Collection[int]) -> None:
    """Take own pages from people who lost papers: attaching profiles finds by what they name whose they are."""
    for some in batches(sorted(people)):
        for row in session.scalars(
            select(RecordRow).where(
                RecordRow.kind == "person", RecordRow.person_id.in_(some), RecordRow.source.in_(OWN_PAGES)
            )
        ).all():
            let_go(session, row)


def _take_along(session: Session) -> None:
    """Take profiles of people who lead to somebody else by now there: an own page is found again by what it names."""
    rows = session.scalars(
        select(RecordRow)
        .join(Person, Person.id == RecordRow.person_id)
        .where(RecordRow.kind == "person", Person.merged_into.is_not(None))
        .order_by(RecordRow.id)
    ).all()
    merged = survivors(session) if rows else {}
    for row in rows:
        stands = merged[row.person_id or 0]
        let_go(session, row)
        if row.source not in OWN_PAGES:
            person = session.get_one(Person, stands)
            attach_profile(session, row, person, reason="of a person who was merged into this one")


def _let_pages_go(session: Session, person_ids: Collection[int] | None) -> None:
    """Take pages from people of whom one names something else than it did, or is led to by nothing but pages any more:
    the mention that it was found by is gone, or somebody else's. What still belongs to them is found again."""
    for rows in own_pages(session, person_ids):
        theirs = identifiers_of(session, rows)
        by_person: dict[int, list[RecordRow]] = defaultdict(list)
        for row in rows:
            by_person[row.person_id or 0].append(row)
        known: dict[int, set[tuple[str, str]]] = defaultdict(set)
        for one in printed_identifiers(session, by_person):
            known[one.person_id].add((one.kind, one.value))
        for person_id, pages in by_person.items():
            places = {(row.source, row.url) for row in pages}
            for held in theirs[person_id]:
                if held.reason != PRINTED and (held.source, held.url) not in places:
                    known[person_id].add((held.kind, held.value))
            if any(_names_otherwise(row, theirs[person_id]) for row in pages) or _unfounded(
                pages, known[person_id]
            ):
                # All of them: what two pages name came with one.
                for row in pages:
                    let_go(session, row)


def _names_otherwise(page: RecordRow, theirs: Sequence[PersonIdentifier]) -> bool:
    """Whether a page names what its person does not bear, or does not name what came with it."""
    told = named_on(page)
    came_with_it = {
        (one.kind, one.value) for one in theirs if (one.source, one.url) == (page.source, page.url)
    }
    return not told <= {(one.kind, one.value) for one in theirs} or not came_with_it <= told


def _unfounded(pages: Sequence[RecordRow], known: Set[tuple[str, str]]) -> bool:
    """Whether some page names nothing of what is ``known``, nor of what another page names that does."""
    rest = list(pages)
    while founded := [row for row in rest if not known.isdisjoint(named_on(row))]:
        known = known | set().union(*map(named_on, founded))
        rest = [row for row in rest if row not in founded]
    return bool(rest)
