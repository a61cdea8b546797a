"""Repositories, snapshots of them, and the links from papers."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.schema.types import Table


class Repository(Table):
    """A code repository. ``key`` is ``github.com/owner/name``; earlier names are aliases.

    ``gone_since`` is when its host was first found to have nothing there, and empty once it has.
    """

    __tablename__ = "repository"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    url: Mapped[str]
    status: Mapped[str]
    status_reason: Mapped[str | None]
    gone_since: Mapped[datetime | None]
    owner: Mapped[str | None]
    owner_is_person: Mapped[bool | None]
    name: Mapped[str | None]
    description: Mapped[str | None]
    homepage: Mapped[str | None]
    topics: Mapped[list[str]]
    language: Mapped[str | None]
    licence: Mapped[str | None]
    default_branch: Mapped[str | None]
    is_fork: Mapped[bool | None]
    parent_key: Mapped[str | None]
    archived: Mapped[bool | None]
    size_kb: Mapped[int | None]
    stars: Mapped[int | None]
    forks: Mapped[int | None]
    open_issues: Mapped[int | None]
    has_issues: Mapped[bool | None]
    issues_outside: Mapped[int | None]
    issues_answered: Mapped[int | None]
    issues_since: Mapped[datetime | None]
    issues_etag: Mapped[str | None]
    created: Mapped[datetime | None]
    pushed: Mapped[datetime | None]
    readme: Mapped[str | None]
    etag: Mapped[str | None]
    origins: Mapped[dict[str, int]]
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    links_checked_at: Mapped[datetime | None]


class RepositoryAlias(Table):
    """An earlier name of a repository; requests for it lead to the present one."""

    __tablename__ = "repository_alias"

    key: Mapped[str] = mapped_column(primary_key=True)
    repository_id: Mapped[int] = mapped_column(ForeignKey("repository.id", ondelete="CASCADE"), index=True)
    seen_at: Mapped[datetime]


class Snapshot(Table):
    """A repository as it was read at one commit. The tree itself is deleted after reading."""

    __tablename__ = "snapshot"
    __table_args__ = (UniqueConstraint("repository_id", "commit", "subdirectory"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    repository_id: Mapped[int] = mapped_column(ForeignKey("repository.id", ondelete="CASCADE"))
    commit: Mapped[str]
    subdirectory: Mapped[str] = mapped_column(default="")
    status: Mapped[str]
    reason: Mapped[str | None]
    files: Mapped[int | None]
    bytes: Mapped[int | None]
    commits: Mapped[int | None]
    first_commit: Mapped[datetime | None]
    last_commit: Mapped[datetime | None]
    taken_at: Mapped[datetime]


class Contribution(Table):
    """A person's share of a repository's commits (0..1), of a fork's without its original's, read in memory; no address
    is kept.

    ``name_difference`` is by how much it moved when everybody had another name, in record and history alike; null: that
    was not tried.
    """

    __tablename__ = "contribution"
    __table_args__ = (UniqueConstraint("repository_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    repository_id: Mapped[int] = mapped_column(ForeignKey("repository.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    share: Mapped[float | None]
    name_difference: Mapped[float | None]
    seen_at: Mapped[datetime]


class Implementation(Table):
    """A link paper → repository with kind, probability and evidence."""

    __tablename__ = "implementation"
    __table_args__ = (UniqueConstraint("paper_id", "repository_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id", ondelete="CASCADE"))
    repository_id: Mapped[int] = mapped_column(ForeignKey("repository.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    probability: Mapped[float]
    evidence: Mapped[list[dict[str, Any]]]
    subdirectory: Mapped[str | None]
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]


class PageWait(Table):
    """A paper's project page that was not read yet. ``tries`` is how often it was asked for; ``next_try`` is empty once
    it came, or is not asked for any more. ``page`` is its key, as in the record that is made of it."""

    __tablename__ = "page_wait"

    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id", ondelete="CASCADE"), primary_key=True)
    page: Mapped[str]
    tries: Mapped[int]
    next_try: Mapped[datetime | None] = mapped_column(index=True)


class CodeWatch(Table):
    """A paper whose text promises code that is not there yet: looked at again, less and less often."""

    __tablename__ = "code_watch"

    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id", ondelete="CASCADE"), primary_key=True)
    promise: Mapped[str]
    checks: Mapped[int] = mapped_column(default=0)
    next_check: Mapped[datetime] = mapped_column(index=True)
    since: Mapped[datetime]
