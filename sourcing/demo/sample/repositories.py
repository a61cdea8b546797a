"""The repositories of the sample world: ``repositories.toml``, and their histories beside it.

A history is a stream for ``git fast-import``; a fork's continues that of the repository it was forked from.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

from sourcing.demo.world import Issue, Repository


def sample_repositories() -> tuple[Repository, ...]:
    """Every repository that the papers name, two that cannot be read among them."""
    rows = tomllib.loads((files(__package__) / "repositories.toml").read_text("utf-8"))["repository"]
    return tuple(_repository(row) for row in rows)


def _repository(row: dict[str, Any]) -> Repository:
    history = b""
    if row.get("status", "live") == "live":
        lineage = [row["fork_of"], row["full_name"]] if "fork_of" in row else [row["full_name"]]
        history = b"\n".join(_history(name) for name in lineage)
    fields: dict[str, Any] = {**row, "history": history, "forks": row.get("stars", 0) // 9}
    for name in ("topics", "former_names"):
        fields[name] = tuple(row.get(name, ()))
    fields["releases"] = tuple((tag, title, at) for tag, title, at in row.get("releases", ()))
    fields["issues"] = tuple(Issue(**one) for one in row.get("issues", ()))
    fields["language"] = row.get("language", "Python") or None
    return Repository(**fields)


def _history(full_name: str) -> bytes:
    return (files(__package__) / "histories" / f"{full_name.replace('/', '__')}.txt").read_bytes()
