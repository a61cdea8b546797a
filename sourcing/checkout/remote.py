"""Where a repository is had, what its host answers, and which commit is the newest there."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

import requests

from db.keys.repositories import parse_repository_url
from sourcing.checkout.git_objects import refusal
from sourcing.checkout.git_process import Git, GitError
from sourcing.checkout.limits import CheckoutError, CheckoutLimits, Refusal

T = TypeVar("T")

_MOST_PRINTED = 1 << 20
_STATUS = re.compile(r"returned error: (\d{3})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """A repository, and the address that git asks for it."""

    key: str
    url: str


class MovedError(Exception):
    """Its host says that it is at ``url`` now."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


def newest_commit(
    address: str, *, quarantine: Path, bases: Mapping[str, str], limits: CheckoutLimits | None = None
) -> str:
    """The id of the newest commit of the default branch: one small answer, where a snapshot would be a download.

    Raises:
        CheckoutError: as :func:`sourcing.checkout.snapshot.fetch_snapshot` does.
    """
    limits = limits or CheckoutLimits()
    remote = remote_of(address, bases)
    quarantine.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="checkout-", dir=quarantine) as folder:
        git = Git(
            git_dir=Path(folder) / "none.git",
            home=Path(folder),
            deadline=time.monotonic() + limits.timeout_s,
            memory_bytes=limits.memory_bytes,
            file_bytes=_MOST_PRINTED,
            transport=urlsplit(remote.url).scheme,
        )
        return followed(remote, lambda there: _head(git, there))


def _head(git: Git, remote: Remote) -> str:
    try:
        told = git.run("ls-remote", "--quiet", remote.url, "HEAD").split()
    except GitError as failure:
        raise explain(remote, failure) from failure
    if not told:
        raise CheckoutError(remote.key, Refusal.EMPTY, "it has no commit yet.")
    return told[0].decode("ascii", "replace")


def followed(remote: Remote, ask: Callable[[Remote], T]) -> T:
    """What is answered where it is, or where its host says that it is now."""
    try:
        return ask(remote)
    except MovedError as moved:
        try:
            return ask(replace(remote, url=moved.url))
        except MovedError as again:
            raise CheckoutError(
                remote.key, Refusal.NOT_ALLOWED, "its host sends us from place to place."
            ) from again


def remote_of(address: str, bases: Mapping[str, str]) -> Remote:
    """Where git asks for a repository. Raises :class:`CheckoutError` where it may not."""
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
    return Remote(key=found.key, url=f"{base.rstrip('/')}/{found.owner}/{found.name}{suffix}")


def explain(remote: Remote, failure: GitError) -> CheckoutError | MovedError:
    """What git's failure says of a repository."""
    if failure.kind != "failed":
        return refusal(remote.key, failure)
    status = _STATUS.search(failure.message)
    code = int(status.group(1)) if status else 0
    if code in (301, 302, 307, 308):
        return _follow(remote)
    if code == 403:
        return CheckoutError(remote.key, Refusal.NOT_ALLOWED, "its host does not let us read it.")
    if code in (401, 404, 410) or "could not read Username" in failure.message:
        return CheckoutError(remote.key, Refusal.MISSING, "there is no such public repository any more.")
    if code == 451:
        return CheckoutError(remote.key, Refusal.BLOCKED, "its host has blocked it for legal reasons.")
    if "couldn't find remote ref" in failure.message:
        return CheckoutError(remote.key, Refusal.EMPTY, "it has no commit yet.")
    if code or "unable to access" in failure.message or "Could not resolve" in failure.message:
        return CheckoutError(remote.key, Refusal.UNREACHABLE, "its host does not answer.")
    return refusal(remote.key, failure)


def _follow(remote: Remote) -> CheckoutError | MovedError:
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
    return MovedError(f"{new.scheme}://{new.netloc}{path}")
