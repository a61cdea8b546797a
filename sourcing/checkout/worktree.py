"""Where the git objects of a work tree are: in it, or in the clone that it is linked to."""

from __future__ import annotations

from pathlib import Path

_LONGEST = 4_096
_MARK = "gitdir:"


def git_dir_of(folder: Path) -> Path:
    """The git directory of a work tree (``git worktree add`` leaves a file that says where it is).

    Only a clone that knows the work tree as its own is gone to: what a folder says of itself leads nowhere out of it.
    """
    inner = folder / ".git"
    if inner.is_symlink() or not inner.is_file():
        return inner
    said = _line(inner)
    try:
        linked = (folder / said.removeprefix(_MARK).strip()).resolve()
        back = linked / "gitdir"
        if not said.startswith(_MARK) or not _is_linked(linked) or not back.is_file():
            return inner
        return linked if (linked / _line(back)).resolve() == inner.resolve() else inner
    except (OSError, ValueError):  # what it says is no path, or none that we can go
        return inner


def is_git_dir(place: Path) -> bool:
    """Whether git objects are there, or in the clone whose linked work tree this is."""
    return (place / "objects").is_dir() or _is_linked(place)


def _is_linked(place: Path) -> bool:
    """Whether a clone keeps this place for a linked work tree: ``CLONE/worktrees/NAME``, which names the clone."""
    common, kept = place / "commondir", place.resolve().parent
    return common.is_file() and kept.name == "worktrees" and (place / _line(common)).resolve() == kept.parent


def _line(place: Path) -> str:
    with place.open(encoding="utf-8", errors="replace") as file:
        return file.read(_LONGEST).strip()
