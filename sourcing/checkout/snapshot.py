"""A source tree out of a host: partial clones into a quarantine folder, read, then deleted.

Two fetches: the newest commit with its small files (``--depth=1 --filter=blob:limit``), and the log without
any tree or file (``--filter=tree:0``, https://git-scm.com/docs/partial-clone). The second is cheap even for
long histories. Redirects are not left to git: a renamed repository is followed once, on the same host only.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from ranking.code_quality.tree import CommitFacts, SourceTree
from sourcing.checkout.commit_log import CommitLog
from sourcing.checkout.git_objects import read_log, read_objects
from sourcing.checkout.git_process import Git, GitError
from sourcing.checkout.limits import CheckoutError, CheckoutLimits, Refusal
from sourcing.checkout.remote import Remote, explain, followed, remote_of

# Files up to the first size are asked for; where that is too much altogether, up to the second.
_BLOB_LIMITS = ("1m", "64k")
_CONFIG = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
_REVISION = re.compile(r"[0-9a-f]{40}\Z")


def fetch_snapshot(
    address: str,
    *,
    quarantine: Path,
    bases: Mapping[str, str],
    limits: CheckoutLimits | None = None,
    revision: str | None = None,
    keep: bool = False,
    told: Callable[[CommitLog], None] | None = None,
) -> SourceTree:
    """Fetch and read a repository; nothing of it is left under ``quarantine`` unless ``keep``.

    ``address`` is a URL or a key (``github.com/owner/name``). ``bases`` maps each host that may be spoken to
    to the base URL it is reached at, so that a test server can stand in. ``revision`` is a full commit id,
    default the newest commit of the default branch. ``told`` gets the commit log as git printed it, for whoever
    has to count it in another way; it holds addresses and is not to be kept.

    Raises:
        CheckoutError: missing, blocked, empty, over a limit, not allowed, or unreachable; the sentence says
            which. The quarantine is cleared then, too.
    """
    limits = limits or CheckoutLimits()
    remote = remote_of(address, bases)
    if revision is not None and not _REVISION.match(revision):
        raise CheckoutError(remote.key, Refusal.NOT_ALLOWED, "a revision is fetched by its full id only.")
    quarantine.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="checkout-", dir=quarantine)).resolve()
    try:
        return _fetch(remote, folder, limits, revision or "HEAD", told)
    finally:
        if not keep:
            shutil.rmtree(folder)


def clear_quarantine(quarantine: Path) -> int:
    """Delete what a killed run, or ``keep``, left there; gives how many checkouts that was. Nobody may be reading."""
    left = list(quarantine.glob("checkout-*")) if quarantine.is_dir() else []
    for folder in left:
        shutil.rmtree(folder)
    return len(left)


def _fetch(
    remote: Remote,
    folder: Path,
    limits: CheckoutLimits,
    revision: str,
    told: Callable[[CommitLog], None] | None,
) -> SourceTree:
    deadline = time.monotonic() + limits.timeout_s
    history_dir, snapshot_dir = folder / "history.git", folder / "snapshot.git"

    def git(git_dir: Path) -> Git:
        return Git(
            git_dir=git_dir,
            home=folder,
            deadline=deadline,
            memory_bytes=limits.memory_bytes,
            file_bytes=limits.max_bytes,
            transport=urlsplit(remote.url).scheme,
        )

    notes: list[str] = []
    for attempt, blob_limit in enumerate(_BLOB_LIMITS, start=1):
        try:
            remote = _download(
                git(snapshot_dir), remote, revision, "--depth=1", f"--filter=blob:limit={blob_limit}"
            )
            break
        except CheckoutError as error:
            if error.reason is not Refusal.TOO_LARGE or attempt == len(_BLOB_LIMITS):
                raise
            shutil.rmtree(snapshot_dir)
            notes.append(f"too large to fetch whole; files over {_BLOB_LIMITS[attempt]} were left out")
    commits: CommitFacts | None = None
    try:
        _download(
            git(history_dir), remote, revision, f"--depth={limits.max_commits}", "--filter=tree:0", "--tags"
        )
        log = read_log(replace(git(history_dir), transport="none"), "refs/snapshot", limits)
        commits = log.counted()
    except (CheckoutError, GitError):
        notes.append("the commit history could not be read within the limits")
    reader = replace(git(snapshot_dir), transport="none")
    tree = read_objects(
        reader,
        "refs/snapshot",
        limits=limits,
        subject=remote.key,
        commits=commits or CommitFacts(total=0, authored=0, complete=False),
    )
    if told is not None and commits is not None:
        told(log)
    return replace(
        tree, commits=commits, notes=tuple(notes), partial=tree.partial or bool(notes[:1] and attempt > 1)
    )


def _download(git: Git, remote: Remote, revision: str, *options: str) -> Remote:
    """Fetch it from where it is, or from where its host says that it is now; gives where it was had."""
    return followed(remote, lambda there: _download_here(git, there, revision, *options))


def _download_here(git: Git, remote: Remote, revision: str, *options: str) -> Remote:
    """Fetch ``revision`` into the bare repository of ``git`` as ``refs/snapshot``.

    The repository is laid out by hand: ``git init`` would copy templates, and after the fetch the settings
    are put back so that git no longer knows whom to ask for what is missing.
    """
    for inner in ("objects", "refs/tags", "refs/heads"):
        (git.git_dir / inner).mkdir(parents=True, exist_ok=True)
    (git.git_dir / "HEAD").write_text("ref: refs/heads/none\n")
    settings = git.git_dir / "config"
    settings.write_text(
        _CONFIG.replace("= 0", "= 1")
        + "[extensions]\n\tpartialClone = origin\n"
        + f'[remote "origin"]\n\turl = {remote.url}\n\tpromisor = true\n'
    )
    tags = () if "--tags" in options else ("--no-tags",)
    try:
        git.run(
            "fetch",
            "--quiet",
            "--no-write-fetch-head",
            "--no-recurse-submodules",
            "--no-auto-maintenance",
            *tags,
            *options,
            "origin",
            f"+{revision}:refs/snapshot",
        )
    except GitError as failure:
        raise explain(remote, failure) from failure
    finally:
        settings.write_text(_CONFIG)
    return remote
