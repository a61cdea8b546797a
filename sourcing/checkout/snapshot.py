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
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests

from db.keys.repositories import parse_repository_url
from ranking.code_quality.tree import CommitFacts, SourceTree
from sourcing.checkout.commit_log import CommitLog
from sourcing.checkout.git_objects import read_log, read_objects, refusal
from sourcing.checkout.git_process import Git, GitError
from sourcing.checkout.limits import CheckoutError, CheckoutLimits, Refusal

# Files up to the first size are asked for; where that is too much altogether, up to the second.
_BLOB_LIMITS = ("1m", "64k")
_CONFIG = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
_STATUS = re.compile(r"returned error: (\d{3})")
_REVISION = re.compile(r"[0-9a-f]{40}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Remote:
    key: str
    url: str


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
    remote = _remote(address, bases)
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


def _remote(address: str, bases: Mapping[str, str]) -> _Remote:
    found = parse_repository_url(address)
    if found is None:
        raise CheckoutError(address[:200], Refusal.NOT_ALLOWED, "this is no address of a repository.")
    base = bases.get(found.host)
    if base is None:
        raise CheckoutError(found.key, Refusal.NOT_ALLOWED, f"{found.host} is not a host we fetch from.")
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https") or parts.username or not parts.hostname:
        raise CheckoutError(found.key, Refusal.NOT_ALLOWED, "git speaks http and https only here.")
    suffix = "" if found.host == "huggingface.co" else ".git"
    return _Remote(key=found.key, url=f"{base.rstrip('/')}/{found.owner}/{found.name}{suffix}")


def _fetch(
    remote: _Remote,
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


class _MovedError(Exception):
    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


def _download(git: Git, remote: _Remote, revision: str, *options: str) -> _Remote:
    """Fetch it from where it is, or from where its host says that it is now; gives where it was had."""
    try:
        _download_here(git, remote, revision, *options)
    except _MovedError as moved:
        remote = replace(remote, url=moved.url)
        try:
            _download_here(git, remote, revision, *options)
        except _MovedError as again:
            raise CheckoutError(
                remote.key, Refusal.NOT_ALLOWED, "its host sends us from place to place."
            ) from again
    return remote


def _download_here(git: Git, remote: _Remote, revision: str, *options: str) -> None:
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
        raise _explain(remote, failure) from failure
    finally:
        settings.write_text(_CONFIG)


def _explain(remote: _Remote, failure: GitError) -> CheckoutError | _MovedError:
    if failure.kind != "failed":
        return refusal(remote.key, failure)
    status = _STATUS.search(failure.message)
    code = int(status.group(1)) if status else 0
    if code in (301, 302, 307, 308):
        return _follow(remote)
    if code in (401, 403, 404, 410) or "could not read Username" in failure.message:
        return CheckoutError(remote.key, Refusal.MISSING, "there is no such public repository any more.")
    if code == 451:
        return CheckoutError(remote.key, Refusal.BLOCKED, "its host has blocked it for legal reasons.")
    if "couldn't find remote ref" in failure.message:
        return CheckoutError(remote.key, Refusal.EMPTY, "it has no commit yet.")
    if code or "unable to access" in failure.message or "Could not resolve" in failure.message:
        return CheckoutError(remote.key, Refusal.UNREACHABLE, "its host does not answer.")
    return refusal(remote.key, failure)


def _follow(remote: _Remote) -> CheckoutError | _MovedError:
    """Where a renamed repository lives now, if that is on the same host under the same protocol."""
    asked = f"{remote.url}/info/refs?service=git-upload-pack"
    try:
        answer = requests.get(asked, timeout=20, allow_redirects=False, stream=True)
    except requests.RequestException:
        return CheckoutError(remote.key, Refusal.UNREACHABLE, "its host does not answer.")
    answer.close()
    target = urljoin(asked, answer.headers.get("Location", ""))
    old, new = urlsplit(remote.url), urlsplit(target)
    path, found, _ = new.path.partition("/info/refs")
    if (new.scheme, new.netloc) != (old.scheme, old.netloc) or not found or path == old.path:
        return CheckoutError(remote.key, Refusal.NOT_ALLOWED, "its host sends us elsewhere.")
    return _MovedError(f"{new.scheme}://{new.netloc}{path}")
