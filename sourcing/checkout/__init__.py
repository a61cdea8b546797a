"""Repositories as plain values: fetched into quarantine, or read where they lie. Nothing in them is run."""

from __future__ import annotations

from pathlib import Path

from ranking.code_quality.tree import SourceTree
from sourcing.checkout.commit_log import CommitLog
from sourcing.checkout.folder import read_folder
from sourcing.checkout.git_objects import read_bare
from sourcing.checkout.limits import CheckoutError, CheckoutLimits, Refusal
from sourcing.checkout.snapshot import DEFAULT_BASES, fetch_snapshot

__all__ = [
    "DEFAULT_BASES",
    "CheckoutError",
    "CheckoutLimits",
    "CommitLog",
    "Refusal",
    "fetch_snapshot",
    "read_bare",
    "read_folder",
    "read_path",
]


def read_path(path: Path, revision: str | None = None, *, limits: CheckoutLimits | None = None) -> SourceTree:
    """Read a work tree or a bare git repository on this machine.

    A ``revision`` is read from the git objects, also where ``path`` is a clone with a work tree.

    Raises:
        CheckoutError: nothing there, no such revision, or a limit was broken.
    """
    if (path / "objects").is_dir() and (path / "HEAD").is_file():
        return read_bare(path, revision, limits=limits)
    if revision is not None:
        return read_bare(path / ".git", revision, limits=limits, subject=str(path))
    return read_folder(path, limits=limits)
