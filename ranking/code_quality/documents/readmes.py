"""Which of many READMEs is the one that a visitor reads, and which of the others are the repository's own."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ranking.code_quality.documents.languages_of_prose import in_english
from ranking.code_quality.documents.texts import Texts
from ranking.code_quality.layout import Role, role_of
from ranking.code_quality.tree import SourceTree

_MOST = 6


def main_readme(tree: SourceTree, texts: Texts, foreign: Collection[str] = ()) -> tuple[str | None, bool]:
    """Path of the README a visitor sees first, or of one in English beside it, and whether it is in English.

    That of another project (``foreign``) is not the repository's, also where it has no other.
    """
    places = _by_place(tree, foreign)
    if not places:
        return None, True
    folder = places[0].rpartition("/")[0]
    beside = [path for path in places if path.rpartition("/")[0] == folder][:_MOST]
    english = next((path for path in beside if in_english(texts.lines(path))), None)
    return english or places[0], english is not None


def _by_place(tree: SourceTree, foreign: Collection[str]) -> list[str]:
    """Paths of READMEs, the one that a visitor sees first at the beginning."""
    readmes = [
        file.path
        for file in tree.readable()
        if file.path.lower().rpartition("/")[2].startswith("readme")
        and role_of(file.path) is Role.DOCUMENT
        and file.path not in foreign
    ]
    order = {"": 0, ".github": 1, "docs": 2}
    return sorted(
        readmes,
        key=lambda p: (
            p.count("/"),
            order.get(p.rpartition("/")[0].lower(), 3),
            not p.lower().endswith(".md"),
            p,
        ),
    )


def readmes_among(texts: Texts, guides: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Path and lines of the README and its like; other guides tell too often of what is not this repository's."""
    return [
        (path, texts.lines(path))
        for path in [p for p in guides if p.lower().rpartition("/")[2].startswith("readme")][:_MOST]
    ]
