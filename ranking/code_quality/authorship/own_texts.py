"""Which files in no programming language are the repository's own: those that lie among code that counts."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ranking.code_quality.files.facts import FileFacts
from ranking.code_quality.layout import folders_of


def own_texts(
    texts: Iterable[FileFacts],
    code: Iterable[FileFacts],
    left_out: Collection[str],
    inherited: Collection[str],
) -> list[FileFacts]:
    """Texts that no other repository brought: the nearest folder with code around one holds some that counts.

    ``left_out`` are paths of code that does not count, ``inherited`` those that a fork took over.
    """
    own = {folder for file in code if file.path not in left_out for folder in folders_of(file.path)}
    foreign = {folder for path in left_out for folder in folders_of(path)} - own

    def is_own(path: str) -> bool:
        around = reversed(folders_of(path))
        nearest = next((folder for folder in around if folder in own or folder in foreign), None)
        return path not in inherited and nearest not in foreign

    return [file for file in texts if is_own(file.path)]
