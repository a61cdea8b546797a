"""Under which names people are known: those that papers print of them and that profiles tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.batches import batches
from db.payload import from_payload
from db.records import PersonRecord
from db.schema import Authorship, RecordRow


def names_told(session: Session, people: Collection[int]) -> dict[int, set[str]]:
    """The names of these people (row ids) that a paper prints, or a profile that is attached to them tells."""
    found: dict[int, set[str]] = defaultdict(set)
    for some in batches(sorted(people)):
        for printed in session.execute(
            select(Authorship.person_id, Authorship.name, Authorship.variants).where(
                Authorship.person_id.in_(some)
            )
        ):
            if printed.person_id is not None:
                found[printed.person_id] |= {printed.name, *printed.variants}
        for row in session.scalars(
            select(RecordRow).where(RecordRow.kind == "person", RecordRow.person_id.in_(some))
        ):
            if row.person_id is not None:
                found[row.person_id] |= names_on(row)
    return found


def names_on(row: RecordRow) -> set[str]:
    """The names that a profile tells."""
    record = from_payload(PersonRecord, row.payload)
    return {record.name, *record.other_names}
