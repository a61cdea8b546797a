"""A source tree out of git's object store, read through ``ls-tree`` and ``cat-file``; nothing is checked out."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ranking.code_quality.layout import role_of, size_limit, worth_reading
from ranking.code_quality.tree import CommitFacts, Skipped, SourceFile, SourceTree
from sourcing.checkout.commit_log import LOG_FORMAT, CommitLog
from sourcing.checkout.git_process import Git, GitError
from sourcing.checkout.limits import CheckoutError, CheckoutLimits, Refusal
from sourcing.checkout.reading_order import reading_order
from sourcing.checkout.worktree import is_git_dir

_MAX_LOG_BYTES = 16 << 20
_MAX_PATH = 400
_REVISION = re.compile(r"[\w][\w./+-]*\Z")


def printable(raw: bytes) -> str:
    """A path as text: undecodable bytes and control characters become escapes, so it is safe to print."""
    text = raw.decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


@dataclass(slots=True)
class Listing:
    """What a tree holds, before any content is read: blobs as ``(path, object id)``."""

    blobs: list[tuple[str, str]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    submodules: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    partial: bool = False


def read_bare(
    git_dir: Path,
    revision: str | None = None,
    *,
    limits: CheckoutLimits | None = None,
    subject: str | None = None,
    told: Callable[[CommitLog], None] | None = None,
) -> SourceTree:
    """The tree of ``git_dir`` (a bare repository, or the ``.git`` of a clone) at ``revision``, default HEAD.

    ``told`` gets the commit log as git printed it.

    Raises:
        CheckoutError: no such revision, or a limit was broken.
    """
    limits = limits or CheckoutLimits()
    named = subject or str(git_dir)
    if not is_git_dir(git_dir):
        raise CheckoutError(named, Refusal.BROKEN, "this is no git repository.")
    with tempfile.TemporaryDirectory(prefix="sourcing-home-") as home:
        git = Git(
            git_dir=git_dir.resolve(),
            home=Path(home),
            deadline=time.monotonic() + limits.timeout_s,
            memory_bytes=limits.memory_bytes,
        )
        return read_objects(git, revision or "HEAD", limits=limits, subject=named, told=told)


def read_objects(
    git: Git,
    revision: str,
    *,
    limits: CheckoutLimits,
    subject: str,
    commits: CommitFacts | None = None,
    told: Callable[[CommitLog], None] | None = None,
) -> SourceTree:
    """The tree at ``revision``; ``commits`` where the log was read elsewhere, else it is read here and ``told``."""
    try:
        commit = _commit(git, revision, subject)
        listing = _list(git, commit, limits)
        files, skipped = _contents(git, listing, limits)
        if commits is None:
            log = read_log(git, commit, limits)
            commits = log.counted()
            if told is not None:
                told(log)
    except GitError as failure:
        raise refusal(subject, failure) from failure
    return SourceTree(
        files=files,
        commits=commits,
        skipped=(*listing.skipped, *skipped),
        partial=listing.partial,
        revision=commit,
        submodules=tuple(listing.submodules),
        links=tuple(listing.links),
    )


def refusal(subject: str, failure: GitError) -> CheckoutError:
    """A git failure as a sentence. What git printed is not repeated: the other side can write into it."""
    if failure.kind == "timeout":
        return CheckoutError(subject, Refusal.TOO_SLOW, "reading it took longer than allowed.")
    if failure.kind == "limit":
        return CheckoutError(subject, Refusal.TOO_LARGE, "reading it takes more space than allowed.")
    return CheckoutError(subject, Refusal.BROKEN, "git cannot read it; the repository may be damaged.")


def _commit(git: Git, revision: str, subject: str) -> str:
    if not _REVISION.match(revision):
        raise CheckoutError(subject, Refusal.NOT_ALLOWED, "the revision asked for is not a plain name.")
    try:
        found = git.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except GitError as failure:
        if failure.kind != "failed":
            raise
        reason = "it has no commit yet." if revision == "HEAD" else f"it has no revision {revision}."
        raise CheckoutError(subject, Refusal.EMPTY, reason) from failure
    return found.decode().strip()


def _list(git: Git, commit: str, limits: CheckoutLimits) -> Listing:
    """All entries up to the limits. The top folder comes first, so that a flood of files cannot hide it."""
    listing = Listing()
    seen: set[str] = set()
    for recursive in ((), ("-r",)):
        with git.stream("ls-tree", "-z", "--full-tree", *recursive, commit) as chunks:
            for entry in _entries(chunks):
                head, _, raw = entry.partition(b"\t")
                mode, kind, oid = head.decode("ascii", "replace").split(" ", 2)
                if kind == "tree":
                    continue
                if len(seen) >= limits.max_files:
                    listing.partial = True
                    listing.skipped.append(Skipped(path="", reason=too_many(limits)))
                    return listing
                path = printable(raw)
                if path not in seen:
                    seen.add(path)
                    _sort_in(listing, mode, oid, path, limits)
    return listing


def _entries(chunks: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\0")
        yield from whole
        if len(rest) > 1 << 20:
            raise GitError("limit", "a path is longer than a megabyte")


def _sort_in(listing: Listing, mode: str, oid: str, path: str, limits: CheckoutLimits) -> None:
    if mode == "160000":
        listing.submodules.append(path)
    elif mode == "120000":
        listing.links.append(path)
    elif len(path) > _MAX_PATH or path.count("/") > limits.max_depth:
        listing.skipped.append(Skipped(path=path[:80] + "…", reason="nested too deeply"))
    elif path.startswith("/") or any(step in ("", ".", "..", ".git") for step in path.split("/")):
        listing.skipped.append(Skipped(path=path[:80], reason="its path leaves the repository"))
    else:
        listing.blobs.append((path, oid))


def _contents(
    git: Git, listing: Listing, limits: CheckoutLimits
) -> tuple[tuple[SourceFile, ...], list[Skipped]]:
    """Sizes of all files, contents of those worth reading, most telling first, until the budget is spent."""
    sizes: dict[str, int] = {}
    ids = list(dict.fromkeys(oid for _, oid in listing.blobs))
    with git.stream("cat-file", "--batch-check=%(objectname) %(objectsize)", lines=ids) as chunks:
        for line in _lines(chunks):
            oid, _, told = line.partition(" ")
            if told.isdigit():  # otherwise "missing": over the size up to which the host was asked for files
                sizes[oid] = int(told)
    skipped: list[Skipped] = []
    chosen: dict[str, str] = {}
    budget = limits.max_text_bytes
    for path, oid in sorted(listing.blobs, key=lambda blob: reading_order(blob[0])):
        if not worth_reading(path):
            continue
        size = sizes.get(oid)
        if size is None or size > size_limit(path):
            skipped.append(Skipped(path=path, reason=too_large(path)))
        elif size > budget:
            skipped.append(Skipped(path=path, reason="more text than is read of one repository"))
        else:
            budget -= size
            chosen[path] = oid
    contents = _blobs(git, list(dict.fromkeys(chosen.values())))
    files = tuple(
        SourceFile(path=path, size=sizes.get(oid), content=contents.get(chosen.get(path, "")))
        for path, oid in listing.blobs
    )
    return files, skipped


def too_many(limits: CheckoutLimits) -> str:
    """That not all files were listed, in words."""
    return f"it has more than {limits.max_files:,} files; the rest is not listed, nor read"


def too_large(path: str) -> str:
    """Why a file is not read, in words that are the same for all of its kind, so that they are told together."""
    return f"over the limit of {size_limit(path) / 1e6:g} MB for a {role_of(path).value} file"


def _lines(chunks: Iterator[bytes]) -> Iterator[str]:
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line.decode("ascii", "replace") for line in whole)


def _blobs(git: Git, ids: list[str]) -> dict[str, bytes]:
    """Contents by object id, in the wire form of ``cat-file --batch``: ``id type size\\n content \\n``."""
    found: dict[str, bytes] = {}
    if not ids:
        return found
    with git.stream("cat-file", "--batch", lines=ids) as chunks:
        buffer = bytearray()
        for oid in ids:
            while (end := buffer.find(b"\n")) < 0:
                buffer += _next(chunks)
            head = bytes(buffer[:end]).decode("ascii", "replace").split()
            del buffer[: end + 1]
            if len(head) != 3:  # "id missing"
                continue
            size = int(head[2])
            while len(buffer) < size + 1:
                buffer += _next(chunks)
            found[oid] = bytes(buffer[:size])
            del buffer[: size + 1]
    return found


def _next(chunks: Iterator[bytes]) -> bytes:
    chunk = next(chunks, b"")
    if not chunk:
        raise GitError("failed", "cat-file ended early")
    return chunk


def read_log(git: Git, commit: str, limits: CheckoutLimits) -> CommitLog:
    """The log that ends in ``commit``. A log longer than the limits is cut and known as cut."""
    log = bytearray()
    cut = False
    with git.stream(
        "log",
        f"--max-count={limits.max_commits + 1}",
        "--no-show-signature",
        "--no-decorate",
        "--no-mailmap",
        "--no-notes",
        "--encoding=UTF-8",
        f"--format={LOG_FORMAT}",
        "--end-of-options",
        commit,
    ) as chunks:
        for chunk in chunks:
            log += chunk
            if len(log) > _MAX_LOG_BYTES:
                cut = True
                break
    shallow = (git.git_dir / "shallow").exists()
    tags = git.run("for-each-ref", "--count=2000", "--format=%(refname:strip=2)", "refs/tags")
    names = tuple(tags.decode("utf-8", "replace").split("\n"))
    complete = not (cut or shallow) and log.count(b"\x02") <= limits.max_commits
    return CommitLog(raw=bytes(log), complete=complete, tags=names)
