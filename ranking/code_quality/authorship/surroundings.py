"""Whose the files are that are no code, such as documents, requirements and data: whose code they lie among."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from ranking.code_quality.files.facts import FileFacts
from ranking.code_quality.layout import folders_of

# Folders that are not for code: pages of documentation bring scripts of others along and stay the repository's own.
_NOT_FOR_CODE = frozenset({"docs", "doc", "documentation", "data", "datasets", "website", "site", ".github"})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Folders with code on the way to them, ``own`` those that hold some that counts, ``foreign`` the others."""

    own: frozenset[str]
    foreign: frozenset[str]

    @classmethod
    def of(cls, code: Iterable[FileFacts], left_out: Collection[str]) -> Surroundings:
        """``left_out`` are paths of code that does not count."""
        own = frozenset(
            folder for file in code if file.path not in left_out for folder in folders_of(file.path)
        )
        others = frozenset(folder for path in left_out for folder in folders_of(path))
        return cls(own, frozenset(one for one in others - own if one.lower() not in _NOT_FOR_CODE))

    def are_foreign(self, path: str) -> bool:
        """Whether no code counts in the nearest folder around ``path`` that holds any."""
        around = reversed(folders_of(path))
        nearest = next((folder for folder in around if folder in self.own or folder in self.foreign), None)
        return nearest in self.foreign
