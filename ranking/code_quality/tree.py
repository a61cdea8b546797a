"""What is known of a repository at one commit, as a plain value: files, commits, and what was left unread."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One file. ``path`` is relative, with ``/``, and printable: undecodable bytes appear as ``\\xNN``.

    ``size`` is in bytes, ``None`` where the file was too large to be fetched at all. ``content`` is ``None``
    where the file was listed only: it is of a type that is not read, or over a limit.
    """

    path: str
    size: int | None
    content: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Something that was left unread although it might have counted, and why, as a sentence fragment."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorShare:
    """One author of commits. ``names`` are the forms used, ``logins`` come from GitHub's noreply addresses.

    Addresses are compared in memory while the log is read, and are not kept. ``share`` lies in 0..1.
    """

    names: tuple[str, ...]
    commits: int
    share: float
    logins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitFacts:
    """The history, counted. Merges and robots' commits are left out of all but ``total``.

    ``complete`` is false where the log was cut, so that ``total`` is a lower bound. ``plain_messages`` is the
    share of commits whose subject says nothing ("update", "fix", "Add files via upload"), ``web_uploads`` the
    share made by the host's upload button. ``active_weeks`` counts calendar weeks with a commit.
    """

    total: int
    authored: int
    complete: bool
    first: datetime | None = None
    last: datetime | None = None
    active_weeks: int = 0
    plain_messages: float = 0.0
    web_uploads: float = 0.0
    explained: float = 0.0
    authors: tuple[AuthorShare, ...] = ()
    releases: tuple[str, ...] = ()

    @property
    def span_days(self) -> int:
        """Days between first and last commit."""
        return (self.last - self.first).days if self.first and self.last else 0


@dataclass(frozen=True)
class SourceTree:
    """A repository at one commit. A pure value: it holds the text that is read, and opens nothing.

    ``partial`` is true where files are missing from the list itself (over the limit on files, or the host
    sent less than asked); ``skipped`` names single files. ``commits`` is ``None`` where there is no history.
    ``around`` are paths of files that lie around the one folder of a repository that the tree holds, and speak for all
    its folders.
    """

    files: tuple[SourceFile, ...]
    commits: CommitFacts | None = None
    skipped: tuple[Skipped, ...] = ()
    partial: bool = False
    revision: str | None = None
    submodules: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    around: frozenset[str] = frozenset()

    @cached_property
    def by_path(self) -> dict[str, SourceFile]:
        """Files by path."""
        return {file.path: file for file in self.files}

    def may_package(self) -> Iterator[SourceFile]:
        """Files among which those must be that make a package of it: what lies around a linked folder packages it only
        where it is part of a package."""
        around = frozenset[str]() if "__init__.py" in self.by_path else self.around
        return (file for file in self.files if file.path not in around)

    def readable(self) -> Iterator[SourceFile]:
        """Files whose content is at hand."""
        return (file for file in self.files if file.content is not None)

    @cached_property
    def digest(self) -> str:
        """A hash of everything that a score can depend on; equal trees have equal digests."""
        digest = hashlib.sha256()
        for file in sorted(self.files, key=lambda f: f.path):
            digest.update(f"{file.path}\0{file.size}\0".encode("utf-8", "backslashreplace"))
            digest.update(hashlib.sha256(file.content or b"").digest())
        digest.update("\0".join(sorted(self.around)).encode("utf-8", "backslashreplace"))
        digest.update(repr((self.commits, self.skipped, self.partial, self.submodules)).encode())
        return digest.hexdigest()
