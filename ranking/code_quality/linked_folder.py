"""One folder of a repository that holds the code of many papers: the folder that a paper links is what counts."""

from __future__ import annotations

import re
from dataclasses import replace

from db.records import Assessment, Evidence
from ranking.code_quality.layout import Role, role_of
from ranking.code_quality.tree import SourceFile, SourceTree

# What the whole repository states once for all its folders.
_SHARED = frozenset({Role.LICENCE, Role.DEPENDENCIES, Role.PACKAGING, Role.CI, Role.CONTAINER})
_SHARED_FILES = frozenset({".gitignore", ".pre-commit-config.yaml"})
_OTHER_PLACE = re.compile(r"(?<=\bagain in )(\S+)(?=:\d+\Z)")  # that a text names beside its own


def tree_of_folder(tree: SourceTree, folder: str) -> SourceTree | None:
    """``folder`` as a tree of its own; ``None`` where the tree has no file under it.

    Licence, dependencies and automation of the root count for it where it has none; so does what a package of the root
    states, but that package is the folder's only where the folder is part of one. The history is that of all folders
    together and says nothing about one, so it is left out.
    """
    inner = folder.strip("/") + "/"
    own = [
        replace(file, path=file.path.removeprefix(inner))
        for file in tree.files
        if file.path.startswith(inner)
    ]
    if not own:
        return None
    shared = _shared(tree, own)
    return replace(
        tree,
        files=(*own, *shared),
        around=frozenset(file.path for file in shared),
        commits=None,
        skipped=tuple(
            replace(one, path=one.path.removeprefix(inner))
            for one in tree.skipped
            if one.path.startswith(inner)
        ),
        submodules=tuple(one.removeprefix(inner) for one in tree.submodules if one.startswith(inner)),
        links=tuple(one.removeprefix(inner) for one in tree.links if one.startswith(inner)),
    )


def why_not_there(tree: SourceTree, folder: str) -> str:
    """Why :func:`tree_of_folder` found nothing, as far as the tree tells."""
    named = folder.strip("/")
    if any(one == named or one.startswith(f"{named}/") for one in tree.submodules):
        return f"the linked folder {named}/ is a submodule, and those are not fetched"
    if tree.partial or any(one.path.startswith(f"{named}/") for one in tree.skipped):
        return f"the linked folder {named}/ is not among the files that were read: there are too many"
    return f"the linked folder {named}/ is not there: it may lie on another branch, or was renamed or removed"


def _shared(tree: SourceTree, own: list[SourceFile]) -> list[SourceFile]:
    taken = {file.path for file in own}
    held = {role_of(path) for path in taken if "/" not in path}
    return [
        file
        for file in tree.files
        if file.path not in taken
        and (
            file.path in _SHARED_FILES
            or (
                (role := role_of(file.path)) in _SHARED
                and role not in held
                and (role is Role.CI or "/" not in file.path)
            )
        )
    ]


def located(assessment: Assessment, tree: SourceTree, folder: str) -> Assessment:
    """The assessment of a folder with places as the whole repository names them."""
    inner = folder.strip("/") + "/"
    within = {file.path.removeprefix(inner) for file in tree.files if file.path.startswith(inner)}

    def place(one: Evidence) -> Evidence:
        path = (one.location or "").rpartition(":")[0] or one.location
        if path not in within:
            return one
        text = _OTHER_PLACE.sub(lambda found: inner + found[1] if found[1] in within else found[1], one.text)
        return replace(one, text=text, location=inner + (one.location or ""))

    return replace(
        assessment,
        evidence=tuple(map(place, assessment.evidence)),
        parts=tuple(replace(part, evidence=tuple(map(place, part.evidence))) for part in assessment.parts),
    )
