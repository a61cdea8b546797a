"""Rows for a new cut of records into papers: ids that were given stay, what hung on a paper goes with it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from db.fold import Kept, fold, precedence
from db.records import SubjectKind
from db.schema import (
    AssessmentRow,
    Authorship,
    CodeWatch,
    Implementation,
    MaybeSame,
    PageWait,
    Paper,
    Ranking,
    RecordRow,
)
from db.store.paper_match import Group, public_id_of
from db.store.paper_neighbours import StoredEntry
from db.store.refold import columns_of, refold
from db.store.undescribed import mark_people
from db.store.upsert import batches

SAME_PLACE = "the same name in the same place of one work"


class _Mention(NamedTuple):
    """A place of an author list, with whose it is (row id)."""

    paper_id: int
    position: int
    name_key: str
    person_id: int | None


def place_groups(
    session: Session, component: Sequence[StoredEntry], groups: Sequence[Group], *, at: datetime
) -> bool:
    """Give every group a paper of its own and fold it; gives whether anything moved.

    A paper that lost its records leads on to the one that most of them went to. Its public id is never given to
    another work; when its records come back, it is that paper again.
    """
    by_key = {row.entry.key: row for row in component}
    members = [[by_key[one.key] for one in group.entries] for group in groups]
    _say_why(session, members, groups)
    was: dict[int, set[int]] = defaultdict(set)
    for row in component:
        was[row.paper_id].add(row.id)
    if {frozenset(ids) for ids in was.values()} == {frozenset(row.id for row in rows) for rows in members}:
        return False
    before = _mentions(session, was)
    mark_people(session, {one.person_id for one in before if one.person_id is not None})
    # A paper's arXiv id is unique: it is let go before another paper takes it.
    session.execute(update(Paper).where(Paper.id.in_(was)).values(arxiv_id=None))
    places = _places(session, members, was, at=at)
    for rows, paper_id in zip(members, places, strict=True):
        ids = [row.id for row in rows]
        session.execute(update(RecordRow).where(RecordRow.id.in_(ids)).values(paper_id=paper_id))
        for row in rows:
            row.paper_id = paper_id
    for left in sorted(was.keys() - set(places)):
        shares = [
            (len({row.id for row in rows} & was[left]), -paper_id)
            for rows, paper_id in zip(members, places, strict=True)
        ]
        _lead_on(session, left, -max(shares)[1], at=at)
    session.flush()
    refold(session, places, at=at)
    _give_back_people(session, places, before, at=at)
    session.expire_all()
    return True


def _say_why(session: Session, members: Sequence[Sequence[StoredEntry]], groups: Sequence[Group]) -> None:
    for rows, group in zip(members, groups, strict=True):
        for row in rows:
            why = group.why.get(row.entry.key)
            stale = RecordRow.matched.is_not(None) if why is None else RecordRow.matched.is_distinct_from(why)
            session.execute(update(RecordRow).where(RecordRow.id == row.id, stale).values(matched=why))


def _places(
    session: Session,
    members: Sequence[Sequence[StoredEntry]],
    was: Mapping[int, set[int]],
    *,
    at: datetime,
) -> list[int]:
    """A paper for each group: one that it comes from (best one of its own name, then the one that most of it comes
    from, then the oldest), else one that it was before, else a new one."""
    known = session.execute(select(Paper.id, Paper.public_id).where(Paper.id.in_(was)))
    named = {row.id: row.public_id for row in known}
    own = [_public_ids(rows) for rows in members]
    claims: list[tuple[int, int, int, int]] = []
    for group, rows in enumerate(members):
        for paper_id, records in was.items():
            if shared := len({row.id for row in rows} & records):
                name = named[paper_id]
                rank = own[group].index(name) if name in own[group] else len(own[group])
                claims.append((rank, -shared, paper_id, group))
    places: dict[int, int] = {}
    for _, _, paper_id, group in sorted(claims):
        if group not in places and paper_id not in places.values():
            places[group] = paper_id
    return [
        places[group] if group in places else _earlier_or_new(session, rows, own[group], at=at)
        for group, rows in enumerate(members)
    ]


def _public_ids(rows: Sequence[StoredEntry]) -> list[str]:
    """The ids that a paper of these records may bear, best first."""
    ordered = sorted((row.entry.record for row in rows), key=precedence)
    names = [public_id_of(one) for one in ordered]
    return list(dict.fromkeys([*names, *(f"{one.source}:{one.source_key}" for one in ordered)]))


def _earlier_or_new(
    session: Session, rows: Sequence[StoredEntry], public_ids: Sequence[str], *, at: datetime
) -> int:
    free: str | None = None
    for public_id in public_ids:
        paper = session.scalar(select(Paper).where(Paper.public_id == public_id))
        if paper is None:
            free = free or public_id
        elif paper.merged_into is not None:
            paper.merged_into = None
            session.flush()
            return paper.id
    if free is None:  # every name was given to a work that these records have left
        numbers = (f"{public_ids[0]}#{number}" for number in range(2, 1000))
        free = next(
            one for one in numbers if session.scalar(select(Paper.id).where(Paper.public_id == one)) is None
        )
    folded = fold([Kept(row.id, row.entry.record) for row in rows])
    columns = {**columns_of(folded), "arxiv_id": None}
    paper = Paper(public_id=free, **columns, withdrawn=False, first_seen=at, last_seen=at)
    session.add(paper)
    session.flush()
    return paper.id


def _lead_on(session: Session, left: int, heir: int, *, at: datetime) -> None:
    """Make an emptied paper a sign-post, and give what hung on it to its heir where the heir has none.

    A paper that was made in this very transaction nobody has seen: it goes.
    """
    pairs: tuple[tuple[Any, Any], ...] = (
        (Implementation, Implementation.repository_id),
        (CodeWatch, None),
        (PageWait, None),
    )
    for table, column in pairs:
        taken = select(table.paper_id).where(table.paper_id == heir)
        free = (
            ~taken.exists() if column is None else column.not_in(select(column).where(table.paper_id == heir))
        )
        session.execute(update(table).where(table.paper_id == left, free).values(paper_id=heir))
        session.execute(delete(table).where(table.paper_id == left))
    session.execute(update(Ranking).where(Ranking.best_paper_id == left).values(best_paper_id=heir))
    public_id = select(Paper.public_id).where(Paper.id == left).scalar_subquery()
    session.execute(
        delete(AssessmentRow).where(
            AssessmentRow.subject_kind == str(SubjectKind.PAPER), AssessmentRow.subject_id == public_id
        )
    )
    session.execute(delete(Authorship).where(Authorship.paper_id == left))
    session.execute(delete(Paper).where(Paper.id == left, Paper.first_seen == at))
    # Nothing may find the sign-post but its own id.
    session.execute(
        update(Paper)
        .where(Paper.id == left)
        .values(merged_into=heir, arxiv_id=None, doi=None, openreview_id=None, title_key="")
    )


def _mentions(session: Session, papers: Iterable[int]) -> list[_Mention]:
    found: list[_Mention] = []
    for ids in batches(sorted(papers)):
        columns = (Authorship.paper_id, Authorship.position, Authorship.name_key, Authorship.person_id)
        found += (
            _Mention(*row) for row in session.execute(select(*columns).where(Authorship.paper_id.in_(ids)))
        )
    return found


def _give_back_people(
    session: Session, papers: Sequence[int], before: Sequence[_Mention], *, at: datetime
) -> None:
    """Resolved mentions stay resolved. Two people whose mentions fell together are a question, never merged here."""
    rows = session.scalars(
        select(Authorship).where(Authorship.paper_id.in_(papers)).order_by(Authorship.id)
    ).all()
    by_name: dict[str, list[_Mention]] = defaultdict(list)
    for mention in before:
        by_name[mention.name_key].append(mention)
    printed = Counter((row.paper_id, row.name_key) for row in rows)
    for row in rows:
        twice = printed[row.paper_id, row.name_key] > 1
        bearers = _bearers(by_name[row.name_key], row.position, twice=twice)
        if row.person_id is None and len(bearers) == 1:
            row.person_id = bearers[0]
        for one, other in pairwise(bearers):
            if not _stood_together(session, one, other, before):
                _ask(session, one, other, at=at)
    session.flush()


def _bearers(mentions: Collection[_Mention], position: int, *, twice: bool) -> list[int]:
    """Whose mentions of one name fell into a place. A name that one paper prints ``twice`` is two people's: then only
    the same place tells whose it is."""
    twice = twice or len({one.paper_id for one in mentions}) < len(mentions)
    return sorted(
        {one.person_id for one in mentions if one.person_id and (not twice or one.position == position)}
    )


def _stood_together(session: Session, one: int, other: int, before: Iterable[_Mention]) -> bool:
    """Whether some paper prints both, so that they are two."""
    papers: dict[int, set[int]] = defaultdict(set)
    for mention in before:
        if mention.person_id in (one, other):
            papers[mention.person_id].add(mention.paper_id)
    if papers[one] & papers[other]:
        return True
    elsewhere = select(Authorship.paper_id).where(Authorship.person_id == other)
    both = select(Authorship.id).where(Authorship.person_id == one, Authorship.paper_id.in_(elsewhere))
    return session.scalar(both.limit(1)) is not None


def _ask(session: Session, one: int, other: int, *, at: datetime) -> None:
    evidence = [{"text": SAME_PLACE, "kind": "paper"}]
    asked = session.scalar(
        select(MaybeSame).where(MaybeSame.person_id.in_((one, other)), MaybeSame.other_id.in_((one, other)))
    )
    if asked is None:
        session.add(
            MaybeSame(person_id=one, other_id=other, probability=0.99, evidence=evidence, first_seen=at)
        )
    elif asked.decision is None:
        asked.probability, asked.evidence = 0.99, evidence
    session.flush()
