"""Profiles taken from people whose they are not, or not any more; who loses one may find it again by what it names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import String, cast, delete, select
from sqlalchemy.orm import Session

from db.batches import batches
from db.payload import from_payload
from db.queries.lineage import survivors
from db.records import PersonRecord
from db.schema import Authorship, Person, PersonName, RecordRow
from db.store.profiles import attach_profile, detach_profile
from sourcing.people.own_pages import OWN_PAGES, identifiers_of, named_on, own_pages

PRINTED = "printed beside the name"


def detach_profiles(session: Session, person_ids: Collection[int] | None) -> None:
    """Take from people (default: everybody) what speaks of them no longer; run before profiles are attached.

    That are profiles of whoever was merged into somebody else, identifiers that their own page does not name any more,
    and pages that nothing leads to any more.
    """
    _take_along(session)
    _take_back_unnamed(session, person_ids)
    _let_unfounded_pages_go(session, person_ids)


def let_go(session: Session, row: RecordRow) -> None:
    """Take a profile from its person, with the identifiers and forms of the name that nothing else gives them."""
    person_id = row.person_id
    detach_profile(session, row)
    if person_id is None:
        return
    theirs: set[str] = set()
    for name, variants in session.execute(
        select(Authorship.name, Authorship.variants).where(Authorship.person_id == person_id)
    ):
        theirs |= {name, *variants}
    others = select(RecordRow).where(RecordRow.kind == "person", RecordRow.person_id == person_id)
    theirs = theirs.union(*map(_names_on, session.scalars(others)))
    gone = _names_on(row) - theirs
    session.execute(
        delete(PersonName).where(PersonName.person_id == person_id, PersonName.name.in_(sorted(gone)))
    )


def _names_on(row: RecordRow) -> set[str]:
    record = from_payload(PersonRecord, row.payload)
    return {record.name, *record.other_names}


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


def _take_back_unnamed(session: Session, person_ids: Collection[int] | None) -> None:
    """Take identifiers from people whose own page named them and does so no longer."""
    for rows in own_pages(session, person_ids):
        theirs = identifiers_of(session, rows)
        for row in rows:
            for one in theirs[row.person_id or 0]:
                came_with_it = (one.source, one.url) == (row.source, row.url)
                if came_with_it and (one.kind, one.value) not in named_on(row):
                    session.delete(one)
        session.flush()


def _let_unfounded_pages_go(session: Session, person_ids: Collection[int] | None) -> None:
    """Take pages from people whom nothing but pages says to bear what they name: the mention that led there is gone.

    A page that was found by other means is found again.
    """
    for rows in own_pages(session, person_ids):
        theirs = identifiers_of(session, rows)
        by_person: dict[int, list[RecordRow]] = defaultdict(list)
        for row in rows:
            by_person[row.person_id or 0].append(row)
        printed = _printed(session, by_person)
        for person_id, pages in by_person.items():
            places = {(row.source, row.url) for row in pages}
            known = printed.get(person_id, set()) | {
                (one.kind, one.value)
                for one in theirs[person_id]
                if one.reason != PRINTED and (one.source, one.url) not in places
            }
            while founded := [row for row in pages if not known.isdisjoint(named_on(row))]:
                known = known.union(*map(named_on, founded))
                pages = [row for row in pages if row not in founded]
            for row in pages:
                let_go(session, row)


def _printed(session: Session, people: Collection[int]) -> dict[int, set[tuple[str, str]]]:
    """The identifiers that papers print beside these people's names."""
    found: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for person_id, identifiers in session.execute(
        select(Authorship.person_id, Authorship.identifiers).where(
            Authorship.person_id.in_(people), cast(Authorship.identifiers, String) != "[]"
        )
    ):
        if person_id is not None:
            found[person_id].update((kind, value) for kind, value in identifiers)
    return found
