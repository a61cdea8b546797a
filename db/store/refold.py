"""Papers made anew from their records: the paper's row, its author list, its reviews."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from db.fold import Folded, Kept, fold
from db.payload import from_payload, to_payload
from db.records import PaperRecord
from db.schema import Authorship, Paper, RecordRow, ReviewRow
from db.store.same_author import Printed, places_now
from db.store.undescribed import mark_authors
from db.store.upsert import batches, insert_rows, upsert


def refold(session: Session, paper_ids: Collection[int], *, at: datetime) -> None:
    """Make the rows of these papers anew from their records. A paper that lost all its records is removed."""
    for ids in batches(paper_ids):
        mark_authors(session, ids)
        kept: dict[int, list[Kept]] = defaultdict(list)
        withdrawn: dict[int, bool] = {}
        columns = (RecordRow.id, RecordRow.paper_id, RecordRow.payload, RecordRow.deleted)
        for record_id, paper_id, payload, deleted in session.execute(
            select(*columns).where(RecordRow.paper_id.in_(ids)).order_by(RecordRow.id)
        ):
            if paper_id is not None:
                kept[paper_id].append(Kept(record_id, from_payload(PaperRecord, payload)))
                withdrawn[paper_id] = withdrawn.get(paper_id, True) and deleted
        folded = {paper_id: fold(ones) for paper_id, ones in kept.items()}
        if folded:
            holders = _save_holders(session, folded)
            session.execute(
                update(Paper),
                [
                    {
                        "id": paper_id,
                        **columns_of(one),
                        "arxiv_id": arxiv_id
                        if holders.get(arxiv_id := one.fields["arxiv_id"]) == paper_id
                        else None,
                        "withdrawn": withdrawn[paper_id],
                        "last_seen": at,
                    }
                    for paper_id, one in folded.items()
                ],
            )
            save_authorships(session, folded)
            save_reviews(session, folded)
        if empty := [one for one in ids if one not in folded]:
            session.execute(delete(Paper).where(Paper.id.in_(empty)))


def _save_holders(session: Session, folded: Mapping[int, Folded]) -> dict[str, int]:
    """Which paper has each arXiv id, of those that the papers' records name: no two may.

    Two do when a record comes to name the id of another paper, until their records are cut anew, and for good when
    somebody took them apart. Who has it keeps it; else the older paper gets it.
    """
    wanted = sorted({one.fields["arxiv_id"] for one in folded.values() if one.fields["arxiv_id"]})
    holders: dict[str, int] = {}
    for some in batches(wanted):
        stored = session.execute(select(Paper.arxiv_id, Paper.id).where(Paper.arxiv_id.in_(some)))
        holders |= {str(arxiv_id): paper_id for arxiv_id, paper_id in stored}
    released = {
        arxiv_id: paper_id
        for arxiv_id, paper_id in holders.items()
        if paper_id in folded and folded[paper_id].fields["arxiv_id"] != arxiv_id
    }
    for some_ids in batches(
        sorted(released.values())
    ):  # let go first, so that another paper of the same batch may take it
        session.execute(update(Paper).where(Paper.id.in_(some_ids)).values(arxiv_id=None))
    holders = {arxiv_id: paper_id for arxiv_id, paper_id in holders.items() if arxiv_id not in released}
    for paper_id in sorted(folded):
        if (arxiv_id := folded[paper_id].fields["arxiv_id"]) is not None:
            holders.setdefault(arxiv_id, paper_id)
    return holders


def columns_of(folded: Folded) -> dict[str, Any]:
    """The columns of a paper's row."""
    return {**folded.fields, "origins": folded.origins}


def save_authorships(session: Session, folded: Mapping[int, Folded], *, new: bool = False) -> None:
    """Write the author lists. A resolved mention stays resolved where its author is still on the paper, in whatever
    place and form."""
    people = {} if new else _drop_moved(session, folded)
    rows = [
        {
            "paper_id": paper_id,
            "position": one.author.position,
            "is_first": one.is_first,
            "name": one.author.name,
            "name_key": one.name_key,
            "given": one.author.given,
            "family": one.author.family,
            "suffix": one.author.suffix,
            "joint_first": one.author.joint_first,
            "variants": one.variants,
            "affiliations": one.author.affiliations,
            "identifiers": tuple((str(found.kind), found.value) for found in one.author.identifiers)
            if one.author.identifiers
            else (),
            "origins": one.origins,
            **({} if new else {"person_id": people.get((paper_id, one.author.position))}),
        }
        for paper_id, paper in folded.items()
        for one in paper.authors
    ]
    if new:
        insert_rows(session, Authorship, rows)
    else:
        upsert(session, Authorship, rows, key=("paper_id", "position"))


def _drop_moved(session: Session, folded: Mapping[int, Folded]) -> dict[tuple[int, int], int | None]:
    """Remove authorships whose place or name changed; gives whose each place is now, by paper and position."""
    stored: dict[int, dict[int, Any]] = defaultdict(dict)
    for row in session.execute(
        select(
            Authorship.id,
            Authorship.paper_id,
            Authorship.position,
            Authorship.name,
            Authorship.name_key,
            Authorship.person_id,
        ).where(Authorship.paper_id.in_(folded))
    ):
        stored[row.paper_id][row.position] = row
    people: dict[tuple[int, int], int | None] = {}
    gone: list[int] = []
    unlike: list[tuple[int, int, int]] = []
    for paper_id, rows in stored.items():
        printed = {one.author.position: one for one in folded[paper_id].authors}
        before = {position: Printed(row.name, row.name_key) for position, row in rows.items()}
        after = {position: Printed(one.author.name, one.name_key) for position, one in printed.items()}
        went = places_now(before, after)
        for position, (now, related) in went.items():
            people[paper_id, now] = rows[position].person_id
            if not related and rows[position].person_id is not None:
                unlike.append((paper_id, now, rows[position].person_id))
        gone += [
            row.id
            for position, row in rows.items()
            if position not in went
            or went[position][0] != position
            or before[position].key != after[position].key
        ]
    for some in batches(gone):
        session.execute(delete(Authorship).where(Authorship.id.in_(some)))
    # Who stands elsewhere under the old name may be another than who is printed here now.
    elsewhere = _having_papers(session, {person_id for _, _, person_id in unlike})
    people |= {
        (paper_id, position): None for paper_id, position, person_id in unlike if person_id in elsewhere
    }
    return people


def _having_papers(session: Session, people: Collection[int]) -> set[int]:
    found: set[int] = set()
    for some in batches(sorted(people)):
        of_some = select(Authorship.person_id).where(Authorship.person_id.in_(some)).distinct()
        found.update(one for one in session.scalars(of_some) if one is not None)
    return found


def save_reviews(session: Session, folded: Mapping[int, Folded]) -> None:
    """Write reviewers' scores, once for each record."""
    # Also of records that have none any more: reviews are taken back.
    for some in batches(folded):
        session.execute(delete(ReviewRow).where(ReviewRow.paper_id.in_(some)))
    for paper_id, paper in folded.items():
        for record_id, reviews in paper.reviews:
            session.execute(delete(ReviewRow).where(ReviewRow.record_id == record_id))
            session.execute(
                insert(ReviewRow),
                [
                    {
                        "paper_id": paper_id,
                        "record_id": record_id,
                        "ordinal": ordinal,
                        "scores": to_payload(one),
                    }
                    for ordinal, one in enumerate(reviews, start=1)
                ],
            )
