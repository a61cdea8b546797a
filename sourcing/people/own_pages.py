"""Sources of pages that people keep about themselves, most trusted first.

What a recruiter's contacts say of themselves stays with them, and lists made by others prove nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from db.batches import batches
from db.payload import from_payload
from db.records import PersonRecord
from db.schema import PersonIdentifier, RecordRow

# As their parsers write them into records.
OWN_PAGES = ("orcid", "openreview", "homepages")


def own_pages(session: Session, person_ids: Collection[int] | None) -> Iterator[list[RecordRow]]:
    """Pages that are attached (to these people), in batches; all of one person's in one."""
    attached = and_(RecordRow.kind == "person", RecordRow.deleted.is_(False), RecordRow.source.in_(OWN_PAGES))
    if person_ids is None:
        owners = select(RecordRow.person_id).where(attached, RecordRow.person_id.is_not(None)).distinct()
        person_ids = [person_id for person_id in session.scalars(owners) if person_id is not None]
    for some in batches(sorted(person_ids)):
        of_some = select(RecordRow).where(attached, RecordRow.person_id.in_(some))
        yield list(session.scalars(of_some.order_by(RecordRow.id)))


def named_on(row: RecordRow) -> set[tuple[str, str]]:
    """The identifiers that a profile names."""
    return {(str(one.kind), one.value) for one in from_payload(PersonRecord, row.payload).identifiers}


def identifiers_of(session: Session, rows: Iterable[RecordRow]) -> dict[int, list[PersonIdentifier]]:
    """The identifiers of the people whom these profiles are attached to."""
    found: dict[int, list[PersonIdentifier]] = defaultdict(list)
    owners = {row.person_id for row in rows}
    for one in session.scalars(select(PersonIdentifier).where(PersonIdentifier.person_id.in_(owners))):
        found[one.person_id].append(one)
    return found
