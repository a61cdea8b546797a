"""The git repositories of a world, made on the spot with ``git fast-import``.

A history is a text stream in git's own import format (https://git-scm.com/docs/git-fast-import) with fixed
authors and dates, so every commit has the same id on every machine.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sourcing.demo.world import Repository, World

TIMEOUT_S = 60


def git_environment() -> dict[str, str]:
    """An environment in which git reads no settings of the user or the machine and asks nothing."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }


def git(
    *arguments: str, folder: Path, stdin: bytes = b"", environment: Mapping[str, str] | None = None
) -> bytes:
    """Run git on the bare repository ``folder`` and return what it prints.

    Raises:
        subprocess.CalledProcessError: git failed; ``stderr`` says why.
    """
    done = subprocess.run(
        ["git", "--git-dir", str(folder), *arguments],
        input=stdin,
        capture_output=True,
        check=True,
        timeout=TIMEOUT_S,
        env={**git_environment(), **(environment or {})},
    )
    return done.stdout


class GitStore:
    """Bare repositories under ``folder``, each imported when it is first asked for."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.folder = folder
        self._tips: dict[tuple[str, datetime], str | None] = {}
        self._answers: dict[tuple[str, ...], bytes] = {}
        self._lock = threading.RLock()

    def find(self, full_name: str, host: str = "github.com") -> Repository | None:
        """The repository of that name on ``host``, or that was once called so."""
        found = self.world.repository_by_name.get(full_name.lower())
        return found if found is not None and found.host == host else None

    def prepared(self, repository: Repository, now: datetime) -> Path:
        """The bare repository with its branch where it stood at ``now``."""
        with self._lock:
            folder = self.folder / f"{repository.full_name}.git"
            branch = f"refs/heads/{repository.default_branch}"
            if not folder.exists():
                self._import(repository, folder, branch)
            if (repository.full_name, now) not in self._tips:
                tip = self._tip(folder, now) if repository.history else None
                self._tips = {
                    key: value for key, value in self._tips.items() if key[0] != repository.full_name
                }
                self._tips[repository.full_name, now] = tip
                if tip:
                    git("update-ref", branch, tip, folder=folder)
                elif repository.history:
                    git("update-ref", "-d", branch, folder=folder)
            return folder

    def _import(self, repository: Repository, folder: Path, branch: str) -> None:
        """Make the whole repository aside, so that a failure leaves nothing half made."""
        aside = folder.with_name(f"{folder.name}.making")
        shutil.rmtree(aside, ignore_errors=True)
        aside.parent.mkdir(parents=True, exist_ok=True)
        git("init", "--quiet", "--bare", f"--initial-branch={repository.default_branch}", folder=aside)
        if repository.history:
            git("fast-import", "--quiet", folder=aside, stdin=repository.history)
            git("update-ref", "refs/newest/all", branch, folder=aside)
        with (aside / "config").open("a", encoding="utf-8") as config:
            config.write("[uploadpack]\n\tallowFilter = true\n\tallowAnySHA1InWant = true\n")
            config.write("[transfer]\n\thideRefs = refs/newest\n")
        aside.rename(folder)

    def tip(self, repository: Repository, now: datetime) -> str | None:
        """Id of the newest commit at ``now``; ``None`` for an empty repository."""
        with self._lock:
            self.prepared(repository, now)
            return self._tips[repository.full_name, now]

    def _tip(self, folder: Path, now: datetime) -> str | None:
        found = git("rev-list", "-1", f"--before={now.isoformat()}", "refs/newest/all", folder=folder)
        return found.decode().strip() or None

    def pushed(self, repository: Repository, now: datetime) -> datetime | None:
        """When the newest commit visible at ``now`` was made."""
        tip = self.tip(repository, now)
        if tip is None:
            return None
        stamp = self._ask(repository, "show", "-s", "--format=%cI", tip)
        return datetime.fromisoformat(stamp.decode().strip())

    def files(self, repository: Repository, now: datetime) -> dict[str, tuple[str, int]]:
        """Blob id and size in bytes of each file of the newest tree, by path."""
        tip = self.tip(repository, now)
        if tip is None:
            return {}
        listing = self._ask(repository, "ls-tree", "-r", "-l", "-z", tip)
        found = {}
        for line in listing.decode().split("\0"):
            head, _, path = line.partition("\t")
            if path:
                _mode, kind, sha, size = head.split()
                found[path] = (sha, int(size) if kind == "blob" else 0)
        return found

    def content(self, repository: Repository, now: datetime, blob: str) -> bytes:
        """The bytes of one blob."""
        self.prepared(repository, now)
        return self._ask(repository, "cat-file", "blob", blob)

    def _ask(self, repository: Repository, *arguments: str) -> bytes:
        """What git says about an object; objects never change, so it is asked once."""
        known = (repository.full_name, *arguments)
        if known not in self._answers:
            self._answers[known] = git(*arguments, folder=self.folder / f"{repository.full_name}.git")
        return self._answers[known]
