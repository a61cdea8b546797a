"""The licence files of a repository, and which licence a text is."""

from __future__ import annotations

from ranking.code_quality.layout import Role, role_of
from ranking.code_quality.tree import SourceFile, SourceTree

_LICENCE_NAMES = (
    ("Apache-2.0", "apache license"), ("GPL", "general public license"), ("MIT", "permission is hereby granted"),
    ("BSD", "redistribution and use in source"), ("CC", "creative commons"), ("MPL", "mozilla public license"),
    ("Unlicense", "released into the public domain"), ("research licence", "non-commercial"),
)  # fmt: skip


def licence_of(text: str) -> str | None:
    """A licence's short name, by phrases of its text; ``None`` when it is none of the common ones."""
    lowered = " ".join(text[:6000].lower().split())
    return next((name for name, phrase in _LICENCE_NAMES if phrase in lowered), None)


def licence_files(tree: SourceTree) -> list[SourceFile]:
    """Wherever they lie, as far as their text is at hand."""
    return [file for file in tree.files if role_of(file.path) is Role.LICENCE and file.content]


def text_of(file: SourceFile) -> str:
    """The beginning of a file, as long as any licence."""
    return (file.content or b"")[:100_000].decode("utf-8", "replace")
