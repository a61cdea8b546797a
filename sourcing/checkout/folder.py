"""A source tree out of a folder on this machine."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ranking.code_quality.layout import size_limit, worth_reading
from ranking.code_quality.tree import CommitFacts, Skipped, SourceFile, SourceTree
from sourcing.checkout.git_objects import printable, read_bare, too_large, too_many
from sourcing.checkout.limits import CheckoutError, CheckoutLimits, Refusal
from sourcing.checkout.reading_order import reading_order
from sourcing.checkout.worktree import git_dir_of, is_git_dir

_NOT_SOURCE = frozenset(
    {".git", ".hg", ".svn", "__pycache__", ".venv", "venv", ".tox", ".mypy_cache", "node_modules"}
)

_NOT_LET = "this machine does not let us read it"


def read_folder(folder: Path, *, limits: CheckoutLimits | None = None) -> SourceTree:
    """The files of a work tree as they lie there; links are listed and never followed.

    Where the folder is a git clone, or linked to one, its history is read too. What this machine does not let us read
    is named and left out.

    Raises:
        CheckoutError: there is no such folder.
        OSError: the folder itself cannot be read.
    """
    limits = limits or CheckoutLimits()
    if not folder.is_dir():
        raise CheckoutError(str(folder), Refusal.MISSING, "there is no such folder.")
    found, links, skipped, partial = _walk(folder, limits)
    chosen: set[str] = set()
    budget = limits.max_text_bytes
    for path, (_, size) in sorted(found.items(), key=lambda item: reading_order(item[0])):
        if not worth_reading(path):
            continue
        if size > size_limit(path):
            skipped.append(Skipped(path=path, reason=too_large(path)))
        elif size > budget:
            skipped.append(Skipped(path=path, reason="more text than is read of one repository"))
        else:
            budget -= size
            chosen.add(path)
    contents = {path: _content(*found[path]) for path in chosen}
    skipped += [Skipped(path=path, reason=_NOT_LET) for path in sorted(chosen) if contents[path] is None]
    files = tuple(
        SourceFile(path=path, size=size, content=contents.get(path)) for path, (_, size) in found.items()
    )
    return SourceTree(
        files=files,
        commits=_history(folder, limits),
        skipped=tuple(skipped),
        partial=partial,
        links=tuple(links),
    )


def _walk(
    folder: Path, limits: CheckoutLimits
) -> tuple[dict[str, tuple[bytes, int]], list[str], list[Skipped], bool]:
    """Regular files as path → (place, size), breadth first, up to the limits."""
    found: dict[str, tuple[bytes, int]] = {}
    links: list[str] = []
    skipped: list[Skipped] = []
    level = [os.fsencode(folder)]
    root = len(level[0].rstrip(b"/")) + 1
    for _ in range(limits.max_depth + 1):
        deeper: list[bytes] = []
        for place in level:
            try:
                with os.scandir(place) as scanned:
                    entries = sorted(scanned, key=lambda e: e.name)
            except OSError:
                if len(place) < root:  # nothing of it can be read
                    raise
                skipped.append(Skipped(path=f"{printable(place[root:])}/", reason=_NOT_LET))
                continue
            for entry in entries:
                path = printable(entry.path[root:])
                if entry.is_symlink():
                    links.append(path)
                elif entry.is_dir(follow_symlinks=False):
                    if os.fsdecode(entry.name) not in _NOT_SOURCE:
                        deeper.append(entry.path)
                elif len(found) >= limits.max_files:
                    rest = Skipped(path="", reason=too_many(limits))
                    return found, links, [*skipped, rest], True
                elif entry.is_file(follow_symlinks=False) and entry.name != b".git":  # a linked work tree's
                    try:
                        found[path] = (entry.path, entry.stat(follow_symlinks=False).st_size)
                    except OSError:  # its folder may be listed, and not gone into
                        skipped.append(Skipped(path=path, reason=_NOT_LET))
        level = deeper
    skipped += [
        Skipped(path=f"{printable(place[root:])[:80]}/", reason="nested too deeply") for place in level
    ]
    return found, links, skipped, False


def _content(place: bytes, size: int) -> bytes | None:
    """At most ``size`` bytes of a regular file; ``None`` if it cannot be had, or is none any more."""
    try:
        handle = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return None
        return file.read(size)


def _history(folder: Path, limits: CheckoutLimits) -> CommitFacts | None:
    inner = git_dir_of(folder)
    if inner.is_symlink() or not is_git_dir(inner):
        return None
    try:
        return read_bare(inner, limits=limits, subject=str(folder)).commits
    except CheckoutError as error:
        if error.reason is Refusal.EMPTY:
            return None
        raise
