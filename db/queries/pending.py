"""What is still to be done: phases of a night ask this, and nothing else, for their work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from db.batches import batches
from db.kinds import Axis, ImplementationKind, RepositoryStatus, SubjectKind
from db.queries.implementations import judged_as
from db.schema import AssessmentRow, Implementation, Paper, RecordRow, Repository, Snapshot


def papers_to_assess(session: Session, axis: Axis, scorer_version: str) -> list[int]:
    """Row ids of papers without an up-to-date assessment on ``axis``, oldest papers first.

    Up to date means: this version of the scorer, the present title and abstract, and nothing that a source
    changed since. A withdrawn paper is not assessed.
    """
    current = and_(
        AssessmentRow.subject_kind == str(SubjectKind.PAPER),
        AssessmentRow.subject_id == Paper.public_id,
        AssessmentRow.axis == str(axis),
        AssessmentRow.scorer_version == scorer_version,
        AssessmentRow.input_hash == Paper.text_hash,
    )
    changed_since = exists().where(
        RecordRow.paper_id == Paper.id, RecordRow.changed_at > AssessmentRow.assessed_at
    )
    return list(
        session.scalars(
            select(Paper.id)
            .outerjoin(AssessmentRow, current)
            .where(
                Paper.withdrawn.is_(False),
                Paper.merged_into.is_(None),
                or_(AssessmentRow.id.is_(None), changed_since),
            )
            .order_by(Paper.published, Paper.public_id)
        )
    )


def dated_papers(session: Session) -> dict[str, int]:
    """Row id of every paper whose day is known, by public id, in the order in which they came."""
    known = select(Paper.public_id, Paper.id).where(Paper.merged_into.is_(None), Paper.published.is_not(None))
    return {row.public_id: row.id for row in session.execute(known.order_by(Paper.id))}


def corpus_papers(session: Session, row_ids: Iterable[int]) -> Iterator[list[Any]]:
    """Papers as the corpus index wants them: public id, title, abstract, published; in batches, by row id."""
    for ids in batches(row_ids):
        yield list(
            session.execute(
                select(Paper.public_id, Paper.title, Paper.abstract, Paper.published)
                .where(Paper.id.in_(ids))
                .order_by(Paper.id)
            )
        )


def repositories_to_read(
    session: Session,
    scorer_version: str,
    *,
    retry_before: datetime,
    retry_unreachable_before: datetime,
    promised: Mapping[int, datetime] | None = None,
    min_probability: float = 0.5,
) -> list[int]:
    """Row ids of repositories that belong to a paper and were not read since they, or a link to a folder, changed.

    One that could not be read the last time is tried again when that lies before ``retry_before``, where its host did
    not answer before ``retry_unreachable_before``. ``promised`` are papers that wait for their code (row id →
    when they last fell due to be looked at): a repository of theirs whose host says not when it was pushed to is read
    again then, as nothing else would tell that the code has come.
    """
    belongs = (
        exists()
        .where(
            Implementation.repository_id == Repository.id,
            Implementation.kind != str(ImplementationKind.MENTION),
            Implementation.probability >= min_probability,
        )
        .correlate(Repository)
    )
    any_snapshot = aliased(Snapshot)
    newest = (
        select(func.max(any_snapshot.taken_at))
        .where(any_snapshot.repository_id == Repository.id)
        .correlate(Repository)
        .scalar_subquery()
    )
    last = exists().where(Snapshot.repository_id == Repository.id, Snapshot.taken_at == newest)
    failed = last.where(Snapshot.status != "read")
    unreachable = last.where(Snapshot.status == "unreachable")
    folder_scored = exists().where(
        AssessmentRow.subject_kind == str(SubjectKind.REPOSITORY),
        AssessmentRow.subject_id == judged_as(),
        AssessmentRow.axis == str(Axis.CODE_QUALITY),
        AssessmentRow.scorer_version == scorer_version,
    )
    folder_waits = exists().where(
        Implementation.repository_id == Repository.id,
        Implementation.subdirectory.is_not(None),
        ~folder_scored,
    )
    scored = exists().where(
        AssessmentRow.subject_kind == str(SubjectKind.REPOSITORY),
        AssessmentRow.subject_id == Repository.key,
        AssessmentRow.axis == str(Axis.CODE_QUALITY),
        AssessmentRow.scorer_version == scorer_version,
    )
    can_be_read = (
        Repository.status.in_([str(RepositoryStatus.LIVE), str(RepositoryStatus.UNKNOWN)]),
        belongs,
    )
    changed = session.scalars(
        select(Repository.id).where(
            *can_be_read,
            or_(
                newest.is_(None),
                ~scored,
                folder_waits,
                Repository.pushed > newest,
                and_(failed, newest < retry_before),
                and_(unreachable, newest < retry_unreachable_before),
            ),
        )
    )
    found = set(changed)
    for some in batches(promised or ()):
        undated = session.execute(
            select(Repository.id, Implementation.paper_id, newest)
            .join(Implementation, Implementation.repository_id == Repository.id)
            .where(
                *can_be_read,
                Repository.pushed.is_(None),
                Implementation.kind == str(ImplementationKind.OFFICIAL),
                Implementation.paper_id.in_(some),
            )
        )
        found.update(
            row_id
            for row_id, paper_id, read in undated
            if promised and read is not None and read < promised[paper_id]
        )
    return sorted(found)


def last_commits(session: Session, repository_ids: Iterable[int]) -> dict[int, str]:
    """The commit at which each of these repositories (row ids) was last read; never read ones are left out."""
    found: dict[int, str] = {}
    for some in batches(repository_ids):
        rows = session.execute(
            select(Snapshot.repository_id, Snapshot.commit)
            .where(Snapshot.repository_id.in_(some), Snapshot.status == "read", Snapshot.subdirectory == "")
            .order_by(Snapshot.taken_at)
        )
        found.update((row.repository_id, row.commit) for row in rows)
    return found
