"""Saving repositories; a renamed one keeps its row, its links and its history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from db.kinds import GONE
from db.payload import payload_hash, to_payload
from db.records import RepositoryRecord, RepositoryStatus
from db.schema import Contribution, Implementation, RecordRow, Repository, RepositoryAlias, Snapshot
from db.store.papers import Counts
from db.store.upsert import upsert

_FIELDS = (
    "url", "owner", "owner_is_person", "name", "description", "homepage", "language", "licence",
    "default_branch", "is_fork", "parent_key", "archived", "size_kb", "stars", "forks", "open_issues",
    "has_issues", "issues_outside", "issues_answered", "issues_etag", "created", "pushed", "readme", "etag",
)  # fmt: skip


def save_repositories(
    session: Session, records: Sequence[RepositoryRecord], *, terms: str, fetched_at: datetime
) -> Counts:
    """Save what hosts say of repositories. A field that an answer leaves out keeps its value and origin."""
    counts = Counts()
    for record in records:
        if record.status in GONE and session.get(RepositoryAlias, record.key) is not None:
            continue  # an earlier name leads nowhere any more: that says nothing of the repository
        repository = _row_for(session, record, fetched_at)
        payload = to_payload(record)
        digest = payload_hash(payload)
        row = session.scalar(
            select(RecordRow).where(RecordRow.source == record.source, RecordRow.source_key == record.key)
        )
        if row is None:
            row = RecordRow(
                kind="repository",
                source=record.source,
                source_key=record.key,
                deleted=False,
                first_seen=fetched_at,
                changed_at=fetched_at,
                payload=payload,
                payload_hash=digest,
                url=record.url,
                terms=terms,
                fetched_at=fetched_at,
            )
            session.add(row)
            counts.new += 1
        elif row.payload_hash != digest:
            row.payload, row.payload_hash, row.changed_at = payload, digest, fetched_at
            counts.changed += 1
        row.url, row.terms, row.fetched_at, row.repository_id = record.url, terms, fetched_at, repository.id
        session.flush()
        _take_over(repository, record, row.id, fetched_at)
    session.flush()
    return counts


def confirm_repositories(session: Session, keys: Sequence[str], *, at: datetime) -> None:
    """Note that hosts confirmed what is stored of these repositories, earlier names included."""
    for key in keys:
        repository = find_repository(session, key)
        if repository is not None:
            repository.last_seen = repository.checked_at = at
    session.flush()


def find_repository(session: Session, key: str) -> Repository | None:
    """The repository of a key, through its earlier names too."""
    found = session.scalar(select(Repository).where(Repository.key == key))
    if found is None:
        alias = session.get(RepositoryAlias, key)
        found = session.get(Repository, alias.repository_id) if alias is not None else None
    return found


def ensure_repository(session: Session, key: str, at: datetime) -> Repository:
    """The repository of a key; a bare row, of unknown status, where nothing is known of it yet."""
    found = find_repository(session, key)
    if found is None:
        found = Repository(
            key=key,
            url=f"https://{key}",
            status="unknown",
            topics=[],
            origins={},
            first_seen=at,
            last_seen=at,
        )
        session.add(found)
        session.flush()
    return found


def _row_for(session: Session, record: RepositoryRecord, at: datetime) -> Repository:
    """The row of a record; rows under earlier names are renamed or absorbed, and kept as aliases."""
    present = session.scalar(select(Repository).where(Repository.key == record.key))
    if record.status is RepositoryStatus.LIVE:
        # Its host answers to the name itself: whoever bore it before, it leads nowhere else now.
        session.execute(delete(RepositoryAlias).where(RepositoryAlias.key == record.key))
    for old in record.redirected_from:
        if old == record.key:
            continue
        former = session.scalar(select(Repository).where(Repository.key == old))
        if former is not None and present is None:
            former.key, present = record.key, former
        elif former is not None and present is not None and former.id != present.id:
            _absorb(session, former, present)
        if present is None:
            present = ensure_repository(session, record.key, at)
        session.flush()
        upsert(
            session,
            RepositoryAlias,
            [{"key": old, "repository_id": present.id, "seen_at": at}],
            key=("key",),
        )
    return present if present is not None else ensure_repository(session, record.key, at)


def _absorb(session: Session, former: Repository, present: Repository) -> None:
    """Move what hangs on ``former`` to ``present``, which is the same repository under its new name."""
    for table, other in ((Implementation, "paper_id"), (Contribution, "person_id"), (Snapshot, "commit")):
        column: Any = getattr(table, other)
        taken = select(column).where(table.repository_id == present.id)
        session.execute(
            update(table)
            .where(table.repository_id == former.id, column.not_in(taken))
            .values(repository_id=present.id)
        )
    for pointing in (RecordRow, RepositoryAlias):
        session.execute(
            update(pointing).where(pointing.repository_id == former.id).values(repository_id=present.id)
        )
    session.execute(delete(Repository).where(Repository.id == former.id))
    session.expire_all()


def _take_over(repository: Repository, record: RepositoryRecord, record_id: int, at: datetime) -> None:
    origins = dict(repository.origins)
    for name in _FIELDS:
        value = getattr(record, name)
        if value is not None:
            setattr(repository, name, value)
            origins[name] = record_id
    if record.issues_outside is not None:  # counted anew; without any there is no date
        repository.issues_since = record.issues_since
        origins["issues_since"] = record_id
    if record.topics:
        repository.topics = list(record.topics)
        origins["topics"] = record_id
    repository.status, repository.status_reason = str(record.status), record.status_reason
    origins["status"] = record_id
    repository.gone_since = (repository.gone_since or at) if record.status in GONE else None
    repository.origins = origins
    repository.last_seen = repository.checked_at = at
