"""What has still to be linked, and which repositories or papers come into question for it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, text
from sqlalchemy.orm import Session

from db.keys.repositories import FOLDER_MARK
from db.kinds import GONE, LANGUAGE_NOT_READ, AssessmentStatus, Axis, ImplementationKind, SubjectKind
from db.schema import AssessmentRow, Implementation, Paper, RecordRow, Repository, RepositoryAlias, Snapshot
from db.search_index import INDEXED, postgresql_vector
from db.store.upsert import batches

_REPOSITORY = next(one for one in INDEXED if one.table == "repository")
_LONGEST_PHRASE = 40


def judged_as() -> ColumnElement[str]:
    """The subject under which the code of a link is judged: its repository, or the folder that is linked.

    To be used where Implementation and its Repository are both in the statement.
    """
    folder = Repository.key + FOLDER_MARK + Implementation.subdirectory
    return case((Implementation.subdirectory.is_(None), Repository.key), else_=folder)


def papers_to_link(session: Session, version: str) -> list[int]:
    """Row ids of papers whose links are not up to date, newest first.

    Up to date means: looked at by this version, and since then no source changed its record of the paper or of a
    repository that the paper is linked to. A withdrawn paper keeps the links it has.
    """
    changed = exists().where(RecordRow.paper_id == Paper.id, RecordRow.changed_at >= Paper.links_checked_at)
    repository_changed = exists().where(
        Implementation.paper_id == Paper.id,
        RecordRow.repository_id == Implementation.repository_id,
        RecordRow.changed_at >= Paper.links_checked_at,
    )
    return list(
        session.scalars(
            select(Paper.id)
            .where(
                Paper.withdrawn.is_(False),
                Paper.merged_into.is_(None),
                or_(Paper.links_checked.is_distinct_from(version), changed, repository_changed),
            )
            .order_by(Paper.published.desc(), Paper.id)
        )
    )


def repositories_to_place(session: Session) -> list[int]:
    """Row ids of repositories whose description or README is new since it was held against the papers."""
    changed = exists().where(
        RecordRow.repository_id == Repository.id, RecordRow.changed_at >= Repository.links_checked_at
    )
    return list(
        session.scalars(
            select(Repository.id)
            .where(
                or_(Repository.readme.is_not(None), Repository.description.is_not(None)),
                or_(Repository.links_checked_at.is_(None), changed),
            )
            .order_by(Repository.id)
        )
    )


def papers_named(
    session: Session, *, arxiv_ids: Collection[str] = (), title_keys: Collection[str] = ()
) -> set[int]:
    """Row ids of papers with one of these arXiv ids or titles."""
    found: set[int] = set()
    for column, values in ((Paper.arxiv_id, arxiv_ids), (Paper.title_key, title_keys)):
        for some in batches(values):
            found.update(
                session.scalars(select(Paper.id).where(column.in_(some), Paper.merged_into.is_(None)))
            )
    return found


def papers_beginning(session: Session, key: str, limit: int = 50) -> list[tuple[int, str]]:
    """Papers whose title begins with ``key`` (letters and digits only): row id and title."""
    rows = session.execute(
        select(Paper.id, Paper.title)
        .where(Paper.title_key >= key, Paper.title_key < key + "\U0010ffff", Paper.merged_into.is_(None))
        .order_by(Paper.id)
        .limit(limit)
    )
    return [(row.id, row.title) for row in rows]


def repositories_naming(session: Session, title: str, arxiv_id: str | None, limit: int = 20) -> list[int]:
    """Row ids of repositories whose key, description or README holds this title, or this arXiv id."""
    words = re.findall(r"\w+", title)[:_LONGEST_PHRASE]
    phrases = [f'"{" ".join(words)}"'] if len(words) >= 3 else []
    phrases += [f'"{arxiv_id}"'] if arxiv_id else []
    if not phrases:
        return []
    query = " OR ".join(phrases)
    if session.get_bind().dialect.name == "sqlite":
        statement = (
            f"SELECT rowid FROM {_REPOSITORY.index} WHERE {_REPOSITORY.index} MATCH :query LIMIT :limit"  # noqa: S608 (constants)
        )
    else:
        vector = postgresql_vector(_REPOSITORY)
        statement = (
            f"SELECT id FROM repository WHERE {vector} @@ websearch_to_tsquery('simple', :query) LIMIT :limit"  # noqa: S608 (constants)
        )
    return sorted(session.scalars(text(statement), {"query": query, "limit": limit}))


def repository_names(session: Session) -> list[tuple[int, str]]:
    """Row id and key of every repository, earlier keys included."""
    now = session.execute(select(Repository.id, Repository.key))
    once = session.execute(select(RepositoryAlias.repository_id, RepositoryAlias.key))
    return [(row[0], row[1]) for rows in (now, once) for row in rows]


def aliases_of(session: Session, repository_ids: Iterable[int]) -> dict[int, list[str]]:
    """Earlier keys of repositories."""
    found: dict[int, list[str]] = {}
    for some in batches(repository_ids):
        for row in session.execute(
            select(RepositoryAlias.repository_id, RepositoryAlias.key)
            .where(RepositoryAlias.repository_id.in_(some))
            .order_by(RepositoryAlias.key)
        ):
            found.setdefault(row[0], []).append(row[1])
    return found


def papers_with_code(session: Session, paper_ids: Iterable[int]) -> set[int]:
    """Those of the papers that have an official repository whose code could be scored."""
    found: set[int] = set()
    for some in batches(paper_ids):
        found.update(
            session.scalars(
                select(Implementation.paper_id)
                .join(Repository, Repository.id == Implementation.repository_id)
                .join(AssessmentRow, AssessmentRow.subject_id == judged_as())
                .where(
                    Implementation.paper_id.in_(some),
                    Implementation.kind == str(ImplementationKind.OFFICIAL),
                    AssessmentRow.subject_kind == str(SubjectKind.REPOSITORY),
                    AssessmentRow.axis == str(Axis.CODE_QUALITY),
                    AssessmentRow.status == str(AssessmentStatus.SCORED),
                )
            )
        )
    return found


def empty_official_repositories(session: Session, paper_ids: Iterable[int] | None = None) -> dict[int, str]:
    """Papers (of these, by default of all) whose official repository was read and has no code yet: row id → the
    reader's reason."""
    empty = (
        select(Implementation.paper_id, AssessmentRow.reason)
        .join(Repository, Repository.id == Implementation.repository_id)
        .join(AssessmentRow, AssessmentRow.subject_id == judged_as())
        .where(
            Implementation.kind == str(ImplementationKind.OFFICIAL),
            AssessmentRow.subject_kind == str(SubjectKind.REPOSITORY),
            AssessmentRow.axis == str(Axis.CODE_QUALITY),
            AssessmentRow.status == str(AssessmentStatus.INSUFFICIENT),
            func.coalesce(AssessmentRow.reason, "").not_like(LANGUAGE_NOT_READ + "%"),
        )
        .order_by(Implementation.paper_id, AssessmentRow.id)
    )
    asked = (
        [empty]
        if paper_ids is None
        else [empty.where(Implementation.paper_id.in_(some)) for some in batches(paper_ids)]
    )
    return {
        row.paper_id: row.reason or "its repository has no code yet"
        for statement in asked
        for row in session.execute(statement)
    }


def is_there() -> ColumnElement[bool]:
    """An official repository that is not gone; where Implementation and its Repository are both in the statement."""
    return and_(Implementation.kind == str(ImplementationKind.OFFICIAL), Repository.status.not_in(GONE))


def without_official() -> ColumnElement[bool]:
    """Of a Paper in the statement: it has no official repository, or only one that is gone."""
    official = select(Implementation.id).join(Repository, Repository.id == Implementation.repository_id)
    return ~official.where(Implementation.paper_id == Paper.id, is_there()).exists()


def repositories_to_ask_for(
    session: Session,
    *,
    checked_before: datetime,
    old_before: datetime,
    old_checked_before: datetime,
    github: bool,
    limit: int,
) -> list[Repository]:
    """Repositories that papers are linked to and that were not asked for lately; never asked first.

    Those on GitHub, or those elsewhere whose code was read: nothing else is to be had there.
    One first seen before ``old_before`` counts as old only when it was last checked before
    ``old_checked_before``. Those that papers merely mention are not asked for, nor are those that are gone
    (:func:`gone_repositories`).
    """
    belongs = exists().where(
        Implementation.repository_id == Repository.id,
        Implementation.kind != str(ImplementationKind.MENTION),
    )
    read = exists().where(Snapshot.repository_id == Repository.id, Snapshot.status == "read")
    known = () if github else (read,)
    due = or_(
        Repository.checked_at.is_(None),
        (Repository.first_seen >= old_before) & (Repository.checked_at < checked_before),
        Repository.checked_at < old_checked_before,
    )
    return list(
        session.scalars(
            select(Repository)
            .where(_hosted(github=github), Repository.status.not_in(GONE), belongs, due, *known)
            .order_by(Repository.checked_at.is_not(None), Repository.checked_at, Repository.id.desc())
            .limit(limit)
        )
    )


def gone_repositories(session: Session, *, github: bool) -> list[Repository]:
    """Repositories on GitHub, or elsewhere, that papers are linked to, in whatever way, and that were gone when last
    asked for."""
    linked = exists().where(Implementation.repository_id == Repository.id)
    gone = select(Repository).where(_hosted(github=github), Repository.status.in_(GONE), linked)
    return list(session.scalars(gone.order_by(Repository.id)))


def _hosted(*, github: bool) -> ColumnElement[bool]:
    """GitHub is asked about its repositories through its API, other hosts through git."""
    on_github = Repository.key.like("github.com/%")
    return on_github if github else ~on_github
