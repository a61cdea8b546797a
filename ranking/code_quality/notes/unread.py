"""Code in languages that are not read: no reason to say that there is no code."""

from __future__ import annotations

from collections import defaultdict

from db.records import Evidence
from ranking.code_quality.authorship.foreign_places import foreign_folder
from ranking.code_quality.layout import Role, role_of, unread_language_of
from ranking.code_quality.tree import SourceTree

_MIN_BYTES = 1_000  # some forty lines; a script that fetches the data is no implementation


def unread_languages(tree: SourceTree) -> dict[str, list[str]]:
    """Languages that are not read, each with the files in it, the largest first.

    Scripts of a shell stand beside most code; they are named where there is nothing else.
    """
    sizes: defaultdict[str, int] = defaultdict(int)
    paths: defaultdict[str, list[str]] = defaultdict(list)
    scripts = True
    for file in tree.files:
        role = role_of(file.path)
        if role in (Role.SOURCE, Role.NOTEBOOK, Role.TEST):
            scripts = False
        language = unread_language_of(file.path)
        if language is not None and not foreign_folder(file.path):
            sizes[language] += file.size or 0
            paths[language].append(file.path)
    found = {one: sorted(paths[one]) for one in sorted(sizes, key=lambda one: (-sizes[one], one))}
    if not scripts:
        found = {one: held for one, held in found.items() if role_of(held[0]) is not Role.SCRIPT}
    return {one: held for one, held in found.items() if sizes[one] >= _MIN_BYTES}


def unread_notes(tree: SourceTree) -> list[Evidence]:
    """A note for each language that is not read."""
    return [
        Evidence(
            text=f"{f'{len(paths)} files were' if len(paths) > 1 else 'one file was'} not read: {language}",
            kind="not read",
            location=paths[0],
        )
        for language, paths in unread_languages(tree).items()
    ]
