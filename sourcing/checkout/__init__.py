"""Repositories as plain values: fetched into quarantine, or read where they lie. Nothing in them is run."""

from __future__ import annotations

from pathlib import Path

from ranking.code_quality.tree import SourceTree
from sourcing.checkout.commit_log import CommitLog
from sourcing.checkout.folder import read_folder
from sourcing.checkout.git_objects import read_bare
from sourcing.checkout.limits import CheckoutError, CheckoutLimits, Refusal
from sourcing.checkout.remote import newest_commit
from sourcing.checkout.snapshot import fetch_snapshot
from sourcing.checkout.worktree import git_dir_of

__all__ = [
    "CheckoutError",
    "CheckoutLimits",
    "CommitLog",
    "Refusal",
    "fetch_snapshot",
    "newest_commit",
    "read_bare",
    "read_folder",
    "read_path",
]


def read_path(path: Path, revision: str | None = None, *, limits: CheckoutLimits | None = None) -> SourceTree:
    """Read a work tree or a bare git repository on this machine.

    A ``revision`` is read from the git objects, also where ``path`` is a clone with a work tree or one linked to it.

    Raises:
        CheckoutError: nothing there, no such revision, or a limit was broken.
    """
    try:
        if (path / "objects").is_dir() and (path / "HEAD").is_file():
            return read_bare(path, revision, limits=limits)
        if revision is None or not path.is_dir():
            return read_folder(path, limits=limits)
        return read_bare(git_dir_of(path), revision, limits=limits, subject=str(path))
    except OSError as error:
        raise CheckoutError(
            str(path), Refusal.BROKEN, f"it cannot be read here: {error.strerror or error}."
        ) from error
